//! A condition that is not taken apart further: which fields it looks at, and what it asks of them.

use super::canonical::Canon;
use super::formula::is_constant;
use super::laws::Atom;
use super::probe::Probe;
use crate::ir::{Comparison, Expr, ExprKind, FieldRef, Matcher, Member, Pattern, PatternPart, Type, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What events are to the predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Rows with typed columns that hold one value each.
    Rows,
    /// Documents whose fields may be missing or hold several values.
    Documents,
}

/// A place in an event that holds a value of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Root {
    /// The column, or the dotted name of a document's field.
    pub name: Arc<str>,
    /// Members inside a column.
    pub path: Vec<Arc<str>>,
    /// The column's type.
    pub ty: Type,
}

/// A condition.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The condition, in its positive form.
    pub expr: Expr,
    /// Where it looks.
    pub roots: Vec<Root>,
    /// Whether it looks at no other place than its roots: free text looks everywhere.
    pub is_exact: bool,
    /// Whether it can be run on an event alone.
    pub runs: bool,
    /// Whether it can be null.
    pub nullable: bool,
    /// What it asks, where the laws know such questions.
    pub atom: Option<Atom>,
}

impl Leaf {
    /// Looks into a condition.
    pub(super) fn new(expr: Expr, family: Family, probe: &Probe, canon: &mut Canon) -> Self {
        let mut places = Places { roots: BTreeSet::new(), is_exact: true, runs: true };
        places.visit(&expr);
        let nullable = is_nullable(&expr);
        let atom = Atom::of(&expr, family, probe, canon);
        Self { roots: places.roots.into_iter().collect(), is_exact: places.is_exact, runs: places.runs, nullable, atom, expr }
    }

    /// Returns the one place that decides it.
    pub(super) fn root(&self) -> Option<&Root> {
        match self.roots.as_slice() {
            [root] if self.runs => Some(root),
            _ => None,
        }
    }
}

/// Tells whether a condition can be null: all of Kusto that is neither a string test nor an equality with a constant.
fn is_nullable(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Match { .. } | ExprKind::Test { .. } | ExprKind::InList { .. } => false,
        ExprKind::Compare { op: Comparison::Eq, right, .. } => !matches!(&right.kind, ExprKind::Literal(value) if !value.is_null()),
        ExprKind::Call { function, .. } => !matches!(&**function, "isnull" | "isempty"),
        _ => true,
    }
}

struct Places {
    roots: BTreeSet<Root>,
    is_exact: bool,
    runs: bool,
}

impl Places {
    fn visit(&mut self, expr: &Expr) {
        if let Some(root) = place(expr) {
            self.roots.insert(root);
            return;
        }
        match &expr.kind {
            ExprKind::Match { field, matcher } => self.matched(field, matcher),
            ExprKind::InPlan { .. } | ExprKind::Scalar(_) | ExprKind::Opaque { .. } | ExprKind::SideColumn { .. } => self.runs = false,
            _ => expr.children().into_iter().for_each(|child| self.visit(child)),
        }
    }

    fn matched(&mut self, field: &FieldRef, matcher: &Matcher) {
        match field {
            FieldRef::Field(name) => self.add(name),
            FieldRef::Pattern(names) => {
                self.is_exact = false;
                self.add(&field_of(names));
            }
            FieldRef::Any => {
                self.is_exact = false;
                self.add("message");
            }
            FieldRef::Value(value) => self.visit(value),
        }
        if let Matcher::Field { other, .. } = matcher {
            self.add(other);
        }
    }

    fn add(&mut self, name: &str) {
        self.roots.insert(Root { name: Arc::from(name), path: Vec::new(), ty: Type::Unknown });
    }
}

/// A field whose name a pattern matches: a whole step of any name is the number of an element.
fn field_of(names: &Pattern) -> String {
    let text = |at: usize| if let Some(PatternPart::Text(text)) = names.parts.get(at) { &**text } else { "" };
    let is_step = |at: usize| at > 0 && text(at - 1).ends_with('.') && text(at + 1).starts_with('.');
    let piece = |(at, part): (usize, &PatternPart)| match part {
        PatternPart::Many if is_step(at) => "0".to_owned(),
        _ => example(&Pattern { parts: vec![part.clone()] }),
    };
    names.parts.iter().enumerate().map(piece).collect()
}

/// A text that a pattern matches.
pub(super) fn example(pattern: &Pattern) -> String {
    let piece = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.to_string(),
        PatternPart::Many => String::new(),
        PatternPart::One => "q".to_owned(),
    };
    pattern.parts.iter().map(piece).collect()
}

/// Reads a column or a chain of members of one.
fn place(expr: &Expr) -> Option<Root> {
    match &expr.kind {
        ExprKind::Column(name) => Some(Root { name: name.clone(), path: Vec::new(), ty: expr.ty }),
        ExprKind::Member { base, member } => {
            let mut root = place(base)?;
            root.path.push(match member {
                Member::Name(name) => name.clone(),
                Member::Index(index) => match &index.kind {
                    ExprKind::Literal(Value::String(name)) => name.clone(),
                    _ => return None,
                },
            });
            Some(root)
        }
        _ => None,
    }
}

/// Takes a comparison or test apart: what is asked about, and the constant it is asked with.
pub(super) fn sides<'e>(left: &'e Expr, right: &'e Expr) -> Option<(&'e Expr, &'e Expr)> {
    (!is_constant(left) && is_constant(right)).then_some((left, right))
}

impl Leaf {
    /// Tells whether it asks about the value of its root itself, not about something computed from it.
    pub(super) fn is_direct(&self) -> bool {
        match &self.expr.kind {
            ExprKind::Match { field: FieldRef::Value(_), .. } => false,
            ExprKind::Match { matcher, .. } => !matches!(matcher, Matcher::Nested(_) | Matcher::Field { .. }),
            ExprKind::Compare { left, right, .. } | ExprKind::Test { left, right, .. } => place(left).is_some() && is_constant(right),
            ExprKind::InList { value, list, .. } => place(value).is_some() && list.iter().all(is_constant),
            ExprKind::Between { value, low, high, .. } => place(value).is_some() && is_constant(low) && is_constant(high),
            ExprKind::Call { function, args } => {
                matches!(&**function, "isnull" | "isempty") && args.iter().all(|argument| place(argument).is_some())
            }
            ExprKind::Column(_) => true,
            _ => false,
        }
    }
}
