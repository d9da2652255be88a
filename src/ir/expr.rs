//! Typed scalar expressions.
//!
//! Two families of predicates live side by side and are never mixed up: Kusto's, which are null-aware and compare one value
//! (`Compare`, `Test`, `In`, `Between`), and the event languages' two-valued `Match`, which asks whether *any* value of a
//! field satisfies a matcher and is false where the field is missing.

use super::{Comparison, Plan, Type, Value};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// An expression with its type and its place in the query text.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its static type.
    pub ty: Type,
    /// Where it stands in the query text.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// A column of the input row. For event sources the dotted field name; the reader of events resolves nested and flat spellings.
    Column(Arc<str>),
    /// A column of the left (`$left`) or right (`$right`) side, inside join conditions only.
    SideColumn {
        /// True for `$right`.
        right: bool,
        /// The column's name on that side.
        name: Arc<str>,
    },
    /// A member or element of a dynamic value: `a.b`, `a["b"]`, `a[0]`.
    Member {
        /// The dynamic value.
        base: Box<Expr>,
        /// Which part.
        member: Member,
    },
    /// Arithmetic on two values; null if either is null.
    Arithmetic {
        /// The operation.
        op: Arithmetic,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `-x`.
    Negate(Box<Expr>),
    /// Three-valued conjunction (two-valued where no operand is null). Flat: no operand is itself an `And`.
    And(Vec<Expr>),
    /// Three-valued disjunction. Flat.
    Or(Vec<Expr>),
    /// Three-valued negation.
    Not(Box<Expr>),
    /// Kusto comparison (`spec/kusto-semantics.md`, Nulls): `==` with one null is false, `!=` true; orderings with null are null.
    Compare {
        /// Which one.
        op: Comparison,
        /// Case rule for strings: `==` is sensitive, `=~` insensitive.
        case: Case,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// Kusto string test: `contains`, `has`, `startswith`, `matches regex`, … A missing left side counts as "".
    Test {
        /// Which one.
        test: StringTest,
        /// Case rule.
        case: Case,
        /// True for the `!` form, which is true where the plain form is not.
        negated: bool,
        /// The text searched.
        left: Box<Expr>,
        /// What is looked for.
        right: Box<Expr>,
    },
    /// `x in (…)`, `has_any`, `has_all`: the list elements are scalars or dynamic arrays, which are flattened.
    InList {
        /// `None` for equality (`in`); a string test for `has_any` / `has_all`.
        test: Option<StringTest>,
        /// True when all elements must pass (`has_all`), else any.
        all: bool,
        /// Case rule.
        case: Case,
        /// True for `!in`.
        negated: bool,
        /// The value looked up.
        value: Box<Expr>,
        /// The elements.
        list: Vec<Expr>,
    },
    /// `x in (tabular)`: the first column of the plan is the list.
    InPlan {
        /// `None` for equality; a string test for `has_any` / `has_all`.
        test: Option<StringTest>,
        /// True when all elements must pass.
        all: bool,
        /// Case rule.
        case: Case,
        /// True for `!in`.
        negated: bool,
        /// The value looked up.
        value: Box<Expr>,
        /// Where the list comes from.
        plan: Arc<Plan>,
    },
    /// `x between (low .. high)`, both ends included; null if any is null.
    Between {
        /// True for `!between`.
        negated: bool,
        /// The value tested.
        value: Box<Expr>,
        /// Lower end.
        low: Box<Expr>,
        /// Upper end.
        high: Box<Expr>,
    },
    /// Event languages: true if any value of the field satisfies the matcher, false if the field is missing. Never null.
    Match {
        /// Which field or fields.
        field: FieldRef,
        /// What a value must satisfy.
        matcher: Matcher,
    },
    /// A call of a row in the function table, by its canonical name (`functions::by_name`).
    Call {
        /// The canonical name: the row's first Kusto name, or its first name in the language that has it.
        function: Arc<str>,
        /// Arguments in order; defaults are filled in by the evaluator.
        args: Vec<Expr>,
    },
    /// `case(c1, v1, c2, v2, …, else)`, `iff`: a null condition counts as false.
    Conditional {
        /// Condition and value, in order.
        arms: Vec<(Expr, Expr)>,
        /// The value when no condition holds.
        otherwise: Box<Expr>,
    },
    /// A conversion the language makes without being asked, to the expression's `ty`.
    Convert(Box<Expr>),
    /// The first cell of a plan's first row (`toscalar`).
    Scalar(Arc<Plan>),
    /// A construct no reader understands yet; checks skip it, emit and eval refuse it with the code.
    Opaque {
        /// The source text.
        text: Arc<str>,
        /// Why: a diagnostic code.
        code: &'static str,
    },
}

/// A part of a dynamic value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// A member by constant name.
    Name(Arc<str>),
    /// An element by constant or computed index or key; negative counts from the end.
    Index(Box<Expr>),
}

/// Binary arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`, never negative in Kusto.
    Modulo,
}

/// Whether letters of different case are the same. Folding is Unicode (simple folding).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// `A` is not `a`.
    Sensitive,
    /// `A` is `a`.
    Insensitive,
}

/// Tests of a text against another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StringTest {
    /// Substring.
    Contains,
    /// Prefix of the text.
    StartsWith,
    /// Suffix of the text.
    EndsWith,
    /// Whole term: a maximal run of alphanumerics (`_` is a boundary).
    Has,
    /// Prefix of a term.
    HasPrefix,
    /// Suffix of a term.
    HasSuffix,
    /// Partial regex match, Rust `regex` syntax.
    Regex,
}

/// The field or fields that a `Match` looks at.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldRef {
    /// One field by its full dotted name.
    Field(Arc<str>),
    /// Every field whose name matches a pattern (`file.hash.*`).
    Pattern(Pattern),
    /// Any field of the event: free text, Sigma keywords.
    Any,
    /// A computed value (ES|QL, EQL function results).
    Value(Box<Expr>),
}

/// What one value of a field must satisfy. All are false for a missing field.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matcher {
    /// The field has a value.
    Exists,
    /// Sigma `null`: the value is explicitly null, or the field is missing. The one matcher that missing satisfies.
    IsNull,
    /// Equal to a constant, as the field's type compares (numbers as numbers, dates as dates, IPs as IPs, text exactly).
    Equals {
        /// The constant.
        value: Value,
        /// Case rule for text.
        case: Case,
    },
    /// The whole text matches a wildcard pattern.
    Wildcard {
        /// The pattern.
        pattern: Pattern,
        /// Case rule.
        case: Case,
    },
    /// Partial (`anchored: false`) or whole-text match of a regular expression in Rust `regex` syntax.
    Regex {
        /// The expression.
        regex: Arc<str>,
        /// Whether it must cover the whole text.
        anchored: bool,
        /// Case rule.
        case: Case,
    },
    /// Analysed text: all tokens in order (`phrase`) or any token.
    Text {
        /// The text before analysis.
        text: Arc<str>,
        /// Whether the tokens must follow each other.
        phrase: bool,
    },
    /// Analysed text: the whole of one token matches a pattern, whose letters are compared as the analyser folds them.
    Token(Pattern),
    /// Less, greater and so on, as the field's type orders.
    Compare {
        /// Which one; never `Eq` or `Ne`.
        op: Comparison,
        /// The constant; date math is kept as its text.
        value: Value,
    },
    /// The address lies in the network.
    Cidr(Arc<str>),
    /// Equal to another field of the event (Sigma `fieldref`), optionally only as prefix, suffix or part.
    Field {
        /// The other field.
        other: Arc<str>,
        /// `None` for equality.
        test: Option<StringTest>,
        /// Case rule.
        case: Case,
    },
    /// Every condition holds for the same array element (kuery `path:{…}`). Field names inside are relative to the field.
    Nested(Box<Expr>),
}

/// A wildcard pattern, taken apart: no escapes are left in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Pattern {
    /// Literal runs and wildcards in order.
    pub parts: Vec<PatternPart>,
}

/// A piece of a wildcard pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PatternPart {
    /// These characters.
    Text(Arc<str>),
    /// `*`: any run, also empty.
    Many,
    /// `?`: any one character.
    One,
}

impl Expr {
    /// Builds an expression.
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Self {
        Self { kind, ty, span }
    }

    /// Builds a constant.
    pub fn literal(value: impl Into<Value>, ty: Type, span: Span) -> Self {
        Self::new(ExprKind::Literal(value.into()), ty, span)
    }

    /// Builds a column reference.
    pub fn column(name: impl AsRef<str>, ty: Type, span: Span) -> Self {
        Self::new(ExprKind::Column(Arc::from(name.as_ref())), ty, span)
    }

    /// Returns the name of the column that the expression is, if it is one.
    pub fn column_name(&self) -> Option<&Arc<str>> {
        match &self.kind {
            ExprKind::Column(name) | ExprKind::SideColumn { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Builds the flat conjunction; one operand alone is itself.
    pub fn all(items: impl IntoIterator<Item = Self>, span: Span) -> Self {
        let mut operands = Vec::new();
        for item in items {
            match item.kind {
                ExprKind::And(inner) => operands.extend(inner),
                kind => operands.push(Self { kind, ..item }),
            }
        }
        Self::joined(operands, ExprKind::And, span)
    }

    /// Builds the flat disjunction; one operand alone is itself.
    pub fn any(items: impl IntoIterator<Item = Self>, span: Span) -> Self {
        let mut operands = Vec::new();
        for item in items {
            match item.kind {
                ExprKind::Or(inner) => operands.extend(inner),
                kind => operands.push(Self { kind, ..item }),
            }
        }
        Self::joined(operands, ExprKind::Or, span)
    }

    fn joined(mut operands: Vec<Self>, join: fn(Vec<Self>) -> ExprKind, span: Span) -> Self {
        match operands.pop() {
            Some(only) if operands.is_empty() => only,
            last => {
                operands.extend(last);
                Self::new(join(operands), Type::Bool, span)
            }
        }
    }

    /// Builds the negation of a predicate.
    pub fn negation(inner: Self, span: Span) -> Self {
        Self::new(ExprKind::Not(Box::new(inner)), Type::Bool, span)
    }

    /// Builds a two-valued field predicate.
    pub fn field_matches(field: impl AsRef<str>, matcher: Matcher, span: Span) -> Self {
        Self::new(ExprKind::Match { field: FieldRef::Field(Arc::from(field.as_ref())), matcher }, Type::Bool, span)
    }
}
