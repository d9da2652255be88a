//! Conditions: when the IR's predicate holds, and when it does not, each as a condition that is true exactly then.

use super::super::ast::{Expr, ExprKind, Lookup};
use super::build::{all, any, compare, fields, lookup, negated, network_of, wildcard, with_null};
use super::value::call;
use super::{Raiser, field, node, text};
use crate::diagnostic::Fidelity;
use crate::ir::{self, Case, Comparison, FieldRef, Matcher, Value};
use crate::lang::lucene_regex::into_lucene;
use crate::lang::regex_pattern::nearest;
use crate::source::Span;

/// Values that are known to be there.
pub(super) type Present = Vec<Expr>;

impl Raiser<'_> {
    /// Raises a predicate to a condition that is true where it holds.
    pub(super) fn holds(&mut self, expr: &ir::Expr, present: &Present) -> Option<Expr> {
        match &expr.kind {
            ir::ExprKind::And(items) => self.conjunction(items, present),
            ir::ExprKind::Or(items) => {
                let raised = items.iter().map(|item| self.holds(item, present)).collect::<Option<Vec<Expr>>>()?;
                Some(any(raised))
            }
            ir::ExprKind::Not(inner) => self.fails(inner, present),
            ir::ExprKind::Literal(Value::Bool(value)) => Some(node(ExprKind::Bool(*value))),
            ir::ExprKind::Match { field, matcher } => self.matched(field, matcher, expr.span),
            ir::ExprKind::Compare { op, case, left, right } => self.compared((*op, *case), left, right, present, expr.span),
            ir::ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
                ("isnotnull", [value]) => Some(with_null(self.scalar(value)?, Comparison::Ne)),
                ("isnull", [value]) => Some(with_null(self.scalar(value)?, Comparison::Eq)),
                _ => self.scalar(expr),
            },
            _ => self.refuse("expression-not-in-eql", expr.span, "EQL has no such condition"),
        }
    }

    /// Raises a predicate to a condition that is true where it does not hold, a missing value included.
    fn fails(&mut self, expr: &ir::Expr, present: &Present) -> Option<Expr> {
        let span = expr.span;
        match &expr.kind {
            ir::ExprKind::Not(inner) => self.holds(inner, present),
            ir::ExprKind::Literal(Value::Bool(value)) => Some(node(ExprKind::Bool(!value))),
            ir::ExprKind::Match { field, matcher: Matcher::Exists } => Some(with_null(self.subject(field, span)?, Comparison::Eq)),
            ir::ExprKind::Match { field, matcher: Matcher::IsNull } => Some(with_null(self.subject(field, span)?, Comparison::Ne)),
            ir::ExprKind::And(items) | ir::ExprKind::Or(items) => {
                if self.subjects(expr)?.iter().all(|subject| present.contains(subject)) {
                    return Some(negated(self.holds(expr, present)?));
                }
                let raised = items.iter().map(|item| self.fails(item, present)).collect::<Option<Vec<Expr>>>()?;
                Some(if matches!(expr.kind, ir::ExprKind::And(_)) { any(raised) } else { all(raised) })
            }
            ir::ExprKind::Compare { op: Comparison::Ne, case, left, right } => {
                self.compared((Comparison::Eq, *case), left, right, present, span)
            }
            ir::ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
                ("isnotnull", [value]) => Some(with_null(self.scalar(value)?, Comparison::Eq)),
                ("isnull", [value]) => Some(with_null(self.scalar(value)?, Comparison::Ne)),
                _ => Some(negated(self.scalar(expr)?)),
            },
            // The IR's orderings are null beside null, as EQL's are.
            ir::ExprKind::Compare { op, .. } if *op != Comparison::Eq => Some(negated(self.holds(expr, present)?)),
            _ => {
                let raised = negated(self.holds(expr, present)?);
                let missing = self.subjects(expr)?.into_iter().filter(|subject| !present.contains(subject));
                let absent: Vec<Expr> = missing.map(|subject| with_null(subject, Comparison::Eq)).collect();
                Some(any(absent.into_iter().chain([raised]).collect()))
            }
        }
    }

    /// What one operand asks for the others may rely on.
    fn conjunction(&mut self, items: &[ir::Expr], present: &Present) -> Option<Expr> {
        let mut known = present.clone();
        for item in items {
            if is_positive(item) {
                let subjects = self.subjects(item)?;
                known.extend(subjects.into_iter().filter(|subject| !present.contains(subject)));
            }
        }
        let mut raised = Vec::new();
        for item in items {
            // That a value is there goes without saying beside a test of it, negated or not.
            let said = is_presence(item) && {
                let own = self.subjects(item)?;
                let others = items.iter().filter(|other| !std::ptr::eq(*other, item) && !is_presence(other));
                let mut tested = false;
                for other in others.filter(|other| is_leaf(other)) {
                    tested |= self.subjects(other)? == own;
                }
                tested
            };
            if !said {
                raised.push(self.holds(item, &known)?);
            }
        }
        Some(all(raised))
    }

    /// The values that a predicate looks at, each once.
    fn subjects(&mut self, expr: &ir::Expr) -> Option<Present> {
        let mut found = Vec::new();
        collect(expr, &mut found);
        let mut raised: Present = Vec::new();
        for subject in found {
            let subject = self.subject_of(subject)?;
            if !raised.contains(&subject) {
                raised.push(subject);
            }
        }
        Some(raised)
    }

    fn subject_of(&mut self, subject: Subject<'_>) -> Option<Expr> {
        match subject {
            Subject::Field(name, span) => self.subject(name, span),
            Subject::Name(name) => Some(field(name)),
            Subject::Value(value) => self.scalar(value),
        }
    }

    fn subject(&mut self, name: &FieldRef, span: Span) -> Option<Expr> {
        match name {
            FieldRef::Field(name) => {
                if (self.types)(name).kind.is_analysed() {
                    return self.refuse("analysed-text-in-eql", span, format!("`{name}` is analysed text, which EQL cannot search"));
                }
                Some(field(name))
            }
            FieldRef::Value(value) => self.scalar(value),
            FieldRef::Pattern(_) | FieldRef::Any => {
                self.refuse("field-pattern-in-eql", span, "EQL tests fields by their full names, not all of them or those like a pattern")
            }
        }
    }

    fn matched(&mut self, name: &FieldRef, matcher: &Matcher, span: Span) -> Option<Expr> {
        let subject = self.subject(name, span)?;
        match matcher {
            Matcher::Exists => Some(with_null(subject, Comparison::Ne)),
            Matcher::IsNull => Some(with_null(subject, Comparison::Eq)),
            Matcher::Equals { value: Value::Null, .. } => Some(node(ExprKind::Bool(false))),
            Matcher::Equals { value: Value::String(value), case: Case::Insensitive } => {
                let test = if value.contains(['*', '?']) { Lookup::In } else { Lookup::Matches };
                Some(lookup((test, true), subject, text(&**value)))
            }
            Matcher::Equals { value, .. } => Some(compare(Comparison::Eq, subject, self.constant(value, span)?)),
            Matcher::Wildcard { pattern, case } => Some(wildcard(pattern, *case, subject)),
            Matcher::Regex { regex, anchored, case } => self.regex((regex, *anchored, *case), subject, span),
            Matcher::Compare { op, value } => Some(compare(*op, subject, self.constant(value, span)?)),
            Matcher::Cidr(network) => Some(call("cidrMatch", false, vec![subject, text(network_of(network))])),
            Matcher::Field { other, test, case } => Some(fields(subject, field(other), *test, *case)),
            Matcher::Text { .. } | Matcher::Token(_) => {
                self.refuse("analysed-text-in-eql", span, "EQL compares whole values and knows no analysed text")
            }
            Matcher::Nested(_) => self.refuse("nested-in-eql", span, "EQL knows no nested fields"),
        }
    }

    fn regex(&mut self, (regex, anchored, case): (&str, bool, Case), subject: Expr, span: Span) -> Option<Expr> {
        if let Some(near) = nearest(regex, anchored).filter(|near| !near.wider && !near.crosses_lines) {
            let case = if regex.starts_with("(?i") { Case::Insensitive } else { case };
            return Some(wildcard(&near.pattern, case, subject));
        }
        let Some(written) = into_lucene(regex, anchored, case) else {
            return self.refuse("regex-not-in-eql", span, format!("Lucene's regular expressions cannot say `{regex}`"));
        };
        if written.ascii {
            let message = format!("the classes in `{regex}` hold letters and digits of ASCII only");
            self.lose("class-of-ascii", Fidelity::Narrower, span, message);
        }
        Some(lookup((Lookup::Regex, written.any_case), subject, text(written.text)))
    }

    /// EQL's comparison is null beside null; Kusto's `==` is then false and its `!=` true.
    fn compared(
        &mut self,
        (op, case): (Comparison, Case),
        left: &ir::Expr,
        right: &ir::Expr,
        present: &Present,
        span: Span,
    ) -> Option<Expr> {
        let is_constant = |side: &ir::Expr| matches!(side.kind, ir::ExprKind::Literal(_));
        let (first, second) = (self.scalar(left)?, self.scalar(right)?);
        if !is_constant(left) && !is_constant(right) {
            // eql-syntax, "Limitations": no comparison of a field with another field.
            if op != Comparison::Eq {
                return self.refuse("field-comparison-in-eql", span, "EQL compares with constants only");
            }
            return Some(fields(first, second, None, case));
        }
        let absent: Vec<Expr> = [(left, &first), (right, &second)]
            .into_iter()
            .filter(|(side, raised)| op == Comparison::Ne && !is_constant(side) && !present.contains(raised))
            .map(|(_, raised)| with_null(raised.clone(), Comparison::Eq))
            .collect();
        let raised = match (op, case, &right.kind) {
            (Comparison::Eq, Case::Insensitive, ir::ExprKind::Literal(Value::String(_))) => lookup((Lookup::In, true), first, second),
            _ => compare(op, first, second),
        };
        Some(any(absent.into_iter().chain([raised]).collect()))
    }
}

/// A value that a predicate looks at.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Field(&'a FieldRef, Span),
    Name(&'a std::sync::Arc<str>),
    Value(&'a ir::Expr),
}

fn collect<'a>(expr: &'a ir::Expr, found: &mut Vec<Subject<'a>>) {
    match &expr.kind {
        ir::ExprKind::And(items) | ir::ExprKind::Or(items) => items.iter().for_each(|item| collect(item, found)),
        ir::ExprKind::Not(inner) => collect(inner, found),
        ir::ExprKind::Match { field, matcher } => {
            found.push(Subject::Field(field, expr.span));
            if let Matcher::Field { other, .. } = matcher {
                found.push(Subject::Name(other));
            }
        }
        ir::ExprKind::Compare { left, right, .. } => {
            found
                .extend([left, right].into_iter().filter(|side| !matches!(side.kind, ir::ExprKind::Literal(_))).map(|s| Subject::Value(s)));
        }
        ir::ExprKind::Call { args, .. } => {
            found.extend(args.iter().filter(|arg| !matches!(arg.kind, ir::ExprKind::Literal(_))).map(Subject::Value));
        }
        _ => {}
    }
}

/// Tells whether a predicate is a single test, negated or not.
fn is_leaf(expr: &ir::Expr) -> bool {
    match &expr.kind {
        ir::ExprKind::Not(inner) => is_leaf(inner),
        ir::ExprKind::Match { .. } | ir::ExprKind::Compare { .. } => true,
        ir::ExprKind::Or(items) => items.iter().all(is_leaf),
        _ => false,
    }
}

/// Tells whether a predicate holds only where what it looks at is there.
fn is_positive(expr: &ir::Expr) -> bool {
    match &expr.kind {
        ir::ExprKind::Match { matcher, .. } => !matches!(matcher, Matcher::IsNull),
        ir::ExprKind::Compare { op, .. } => *op != Comparison::Ne,
        ir::ExprKind::Call { function, .. } => &**function == "isnotnull",
        ir::ExprKind::And(items) => items.iter().all(is_positive),
        // Of alternatives only those over one value say that it is there.
        ir::ExprKind::Or(items) => items.iter().all(is_positive) && over_one_field(items),
        _ => false,
    }
}

fn over_one_field(items: &[ir::Expr]) -> bool {
    let name = |item: &ir::Expr| match &item.kind {
        ir::ExprKind::Match { field: FieldRef::Field(name), matcher } if !matches!(matcher, Matcher::Field { .. }) => Some(name.clone()),
        _ => None,
    };
    let first = items.first().and_then(name);
    first.is_some() && items.iter().all(|item| name(item) == first)
}

fn is_presence(expr: &ir::Expr) -> bool {
    match &expr.kind {
        ir::ExprKind::Match { matcher, .. } => matches!(matcher, Matcher::Exists),
        ir::ExprKind::Call { function, .. } => &**function == "isnotnull",
        _ => false,
    }
}
