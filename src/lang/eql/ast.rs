//! EQL's syntax tree: what the text says, with nothing resolved.

use crate::ir::{Arithmetic, Comparison};
use crate::source::{Span, Spanned};

/// A query with its pipes.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What is searched.
    pub kind: QueryKind,
    /// What is done with the results, in order.
    pub pipes: Vec<Pipe>,
}

/// The forms of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryKind {
    /// `process where …`
    Event(Event),
    /// `sequence …`
    Sequence(Sequence),
    /// `sample …`
    Sample(Sequence),
    /// `join …`
    Join(Sequence),
}

/// Events of a category that satisfy a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `event.category`; `None` for `any`.
    pub category: Option<Spanned<String>>,
    /// The condition.
    pub condition: Expr,
    /// Where it stands.
    pub span: Span,
}

/// Several terms: in order, or (sample, join) in any.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// `by` keys of all terms.
    pub by: Vec<Expr>,
    /// `with maxspan=` in ticks.
    pub maxspan: Option<Spanned<i64>>,
    /// The terms, at least two.
    pub terms: Vec<Term>,
    /// `until […]`
    pub until: Option<Box<Term>>,
    /// Where it stands.
    pub span: Span,
}

/// A term of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// `![…]`: no such event.
    pub missing: bool,
    /// Its events.
    pub event: Event,
    /// `by` keys of this term, after those of the sequence.
    pub by: Vec<Expr>,
    /// `with runs=`
    pub runs: Option<u32>,
    /// Where it stands.
    pub span: Span,
}

/// `| name arguments`
#[derive(Clone, Debug, PartialEq)]
pub struct Pipe {
    /// Its name.
    pub name: Spanned<String>,
    /// Its arguments.
    pub args: Vec<Expr>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands, brackets not included.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A text.
    Text {
        /// What it says.
        value: String,
        /// Whether it was in three quotes, where escapes do not count.
        raw: bool,
    },
    /// A field.
    Field {
        /// Its parts: names and indexes.
        path: Vec<Part>,
        /// `?field`: no error where the index has no such field.
        optional: bool,
    },
    /// `a and b`; an `And` inside was in brackets.
    And(Vec<Expr>),
    /// `a or b`
    Or(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `a == b`
    Compare {
        /// Which comparison.
        op: Comparison,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `a in (…)`, `a : "…"`, `a like~ (…)`
    Lookup {
        /// Which test.
        test: Lookup,
        /// Whether case counts not.
        any_case: bool,
        /// `not in`
        negated: bool,
        /// The value tested.
        value: Box<Expr>,
        /// What it is tested against; one must hold.
        list: Vec<Expr>,
        /// Whether the list was in brackets.
        brackets: bool,
    },
    /// `a + b`
    Arithmetic {
        /// The operation.
        op: Arithmetic,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `-a`
    Negate(Box<Expr>),
    /// `length(a)`
    Call {
        /// Its name, without `~`.
        name: Spanned<String>,
        /// `name~(…)`: case does not count.
        any_case: bool,
        /// Its arguments.
        args: Vec<Expr>,
    },
}

/// A part of a field's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A name; `quoted` in backticks.
    Name {
        /// The name.
        text: String,
        /// Whether it needs backticks.
        quoted: bool,
    },
    /// `[0]`
    Index(u64),
}

/// Tests against lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// `in`
    In,
    /// `:`, which is `like~` with wildcards.
    Matches,
    /// `like`
    Like,
    /// `regex`
    Regex,
}

impl Query {
    /// Calls `visit` for every expression of its events, keys and pipes; what is outside before what is inside.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        match &self.kind {
            QueryKind::Event(event) => event.condition.walk(visit),
            QueryKind::Sequence(terms) | QueryKind::Sample(terms) | QueryKind::Join(terms) => {
                terms.by.iter().for_each(|key| key.walk(visit));
                for term in terms.terms.iter().chain(terms.until.as_deref()) {
                    term.event.condition.walk(visit);
                    term.by.iter().for_each(|key| key.walk(visit));
                }
            }
        }
        self.pipes.iter().flat_map(|pipe| &pipe.args).for_each(|arg| arg.walk(visit));
    }
}

impl Expr {
    /// Calls `visit` for it and every expression inside.
    pub fn walk(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        match &self.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::Call { args: parts, .. } => {
                parts.iter().for_each(|part| part.walk(visit));
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.walk(visit),
            ExprKind::Compare { left, right, .. } | ExprKind::Arithmetic { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            ExprKind::Lookup { value, list, .. } => {
                value.walk(visit);
                list.iter().for_each(|item| item.walk(visit));
            }
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Integer(_)
            | ExprKind::Real(_)
            | ExprKind::Text { .. }
            | ExprKind::Field { .. } => {}
        }
    }
}
