//! Expressions, scalar and tabular.

use super::{ColumnDeclaration, Name, Operator, Statement};
use crate::ir::Type;
use crate::source::Span;

/// An expression, scalar or tabular.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

impl Expr {
    /// Returns the expression inside of parentheses that group nothing.
    pub fn unwrapped(&self) -> &Self {
        let mut inner = self;
        while let ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        inner
    }

    /// Returns the text of a text constant.
    pub fn as_text(&self) -> Option<&str> {
        match &self.unwrapped().kind {
            ExprKind::Literal(Literal { kind: LiteralKind::String(text), .. }) => Some(text),
            _ => None,
        }
    }
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A name: column, table, variable. `$left` and `$right` are names too.
    Name(Name),
    /// A name with wildcards: `Device*`, `*`.
    Wildcard(String),
    /// A constant.
    Literal(Literal),
    /// `f(a, name=b, *)`
    Call(Call),
    /// `base.name`, `base.f(…)` (as `cluster("c").database("d")`), `base.["name"]`.
    Member {
        /// What is looked into.
        base: Box<Expr>,
        /// A `Name`, a `Call`, or for `base.[x]` the expression in brackets.
        selector: Box<Expr>,
        /// True for `base.[x]`.
        bracketed: bool,
    },
    /// `base[index]`
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// The index.
        index: Box<Expr>,
    },
    /// `-x`, `+x`
    Unary {
        /// True for `-`.
        minus: bool,
        /// The operand.
        operand: Box<Expr>,
    },
    /// Arithmetic, comparison and string operators.
    Binary {
        /// Which one.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a and b and …`
    And(Vec<Expr>),
    /// `a or b or …`
    Or(Vec<Expr>),
    /// `x in (…)`, `x has_any (…)`
    In {
        /// Which one.
        op: InOp,
        /// Where the operator stands.
        op_span: Span,
        /// The value.
        value: Box<Expr>,
        /// The list; a single pipe or table name makes it a subquery.
        list: Vec<Expr>,
    },
    /// `x between (a .. b)`
    Between {
        /// `!between`
        negated: bool,
        /// The value.
        value: Box<Expr>,
        /// Lower end.
        low: Box<Expr>,
        /// Upper end.
        high: Box<Expr>,
    },
    /// `( … )`
    Paren(Box<Expr>),
    /// `name = value` in argument and column lists, also `(a, b) = value`.
    Named {
        /// The names.
        names: Vec<Name>,
        /// Whether they stood in parentheses.
        tuple: bool,
        /// The value.
        value: Box<Expr>,
    },
    /// `typeof(type)` or `typeof(a:string, *)`
    TypeOf {
        /// A single scalar type.
        ty: Option<Type>,
        /// A row schema.
        columns: Vec<ColumnDeclaration>,
        /// `*` among the columns.
        star: bool,
    },
    /// `source | operator | operator`; with a query operator as source (`union`, `print`, …) the source is `Source`.
    Pipe {
        /// Where rows come from.
        source: Box<Expr>,
        /// The operators.
        operators: Vec<Operator>,
    },
    /// A query operator that begins a query: `union`, `search`, `find`, `print`, `range`, `datatable`, `externaldata`, `evaluate`, `make-graph` …
    Source(Box<Operator>),
    /// Statements in braces or parentheses where an expression is expected (`mv-apply … on ( let x = 1; … )`, `partition … { }`).
    Block(Vec<Statement>),
}

/// `f(…)`
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// Its arguments (`Named` and `Wildcard` among them).
    pub args: Vec<Expr>,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// Its value as written, decoded.
    pub kind: LiteralKind,
    /// The source text, which the printer keeps.
    pub raw: String,
}

/// The kinds of constants.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// `"…"`, `@'…'`, h-strings, multi-line strings, adjacent pieces joined.
    String(String),
    /// `1`, `0x1F`, `long(1)`; `None` is `long(null)`.
    Long(Option<i64>),
    /// `int(1)`
    Int(Option<i32>),
    /// `1.5`, `real(nan)`
    Real(Option<f64>),
    /// `decimal(1.5)`: its text.
    Decimal(Option<String>),
    /// `true`, `bool(null)`
    Bool(Option<bool>),
    /// `1d`, `timespan(1.02:03:04)`: ticks.
    TimeSpan(Option<i64>),
    /// `datetime(2020-01-01)`: ticks since year 1.
    DateTime(Option<i64>),
    /// `guid(…)`: canonical text.
    Guid(Option<String>),
    /// `dynamic(…)`
    Dynamic(Json),
    /// `null` inside type names is above; this is a bare `null` where the grammar has it.
    Null,
}

/// What stands in `dynamic(…)`: JSON with Kusto literals.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// A Kusto scalar: strings, numbers, booleans, `datetime(…)`, `timespan(…)`, …
    Scalar(Box<Literal>, Span),
    /// `[…]`
    Array(Vec<Json>, Span),
    /// `{…}`
    Object(Vec<(String, Json)>, Span),
}

/// Binary operators (`and`, `or`, `in`, `between` have nodes of their own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the operator it is named after; `spelling` has the text")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    EqualTilde,
    NotEqualTilde,
    Has,
    NotHas,
    HasCs,
    NotHasCs,
    HasPrefix,
    NotHasPrefix,
    HasPrefixCs,
    NotHasPrefixCs,
    HasSuffix,
    NotHasSuffix,
    HasSuffixCs,
    NotHasSuffixCs,
    Contains,
    NotContains,
    ContainsCs,
    NotContainsCs,
    StartsWith,
    NotStartsWith,
    StartsWithCs,
    NotStartsWithCs,
    EndsWith,
    NotEndsWith,
    EndsWithCs,
    NotEndsWithCs,
    MatchesRegex,
    Like,
    NotLike,
    LikeCs,
    NotLikeCs,
    /// `:` in `search` predicates: `column:text`.
    Search,
}

/// List operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the operator it is named after")]
pub enum InOp {
    In,
    NotIn,
    InTilde,
    NotInTilde,
    HasAny,
    HasAll,
}
