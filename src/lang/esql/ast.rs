//! ES|QL's syntax tree: what the text says, with nothing resolved.

use crate::ir::{Arithmetic, Comparison};
use crate::source::{Span, Spanned};

/// A query: a source command and what is piped behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// `SET name = value;` in front of the commands.
    pub settings: Vec<Setting>,
    /// The commands in order.
    pub commands: Vec<Command>,
}

/// `SET time_zone = "UTC";`
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: Name,
    /// What it is set to.
    pub value: SettingValue,
    /// Where it stands.
    pub span: Span,
}

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingValue {
    /// `"UTC"`
    Constant(Expr),
    /// `{"rows": 10000}`
    Options(Vec<(String, Expr)>),
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An index pattern.
    Index(Spanned<String>),
    /// `(FROM other | WHERE condition)`
    Subquery(Vec<Command>),
}

/// A command with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it does.
    pub kind: CommandKind,
    /// Where it stands, from its keyword on.
    pub span: Span,
}

/// The commands.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandKind {
    /// `FROM logs-* METADATA _id`
    From {
        /// Index patterns and subqueries.
        sources: Vec<Source>,
        /// Metadata fields.
        metadata: Vec<Name>,
    },
    /// `ROW a = 1`
    Row(Vec<Field>),
    /// `WHERE condition`
    Where(Expr),
    /// `EVAL a = b + 1`
    Eval(Vec<Field>),
    /// `STATS c = COUNT(*) BY key`, `INLINE STATS`
    Stats(Stats),
    /// `KEEP a, b.*`
    Keep(Vec<Name>),
    /// `DROP a, b.*`
    Drop(Vec<Name>),
    /// `RENAME old AS new`
    Rename(Vec<Renaming>),
    /// `SORT a DESC NULLS LAST`
    Sort(Vec<Order>),
    /// `LIMIT 10`
    Limit(Expr),
    /// `DISSECT a "%{b} %{c}"`
    Dissect {
        /// The text taken apart.
        input: Expr,
        /// The pattern.
        pattern: Expr,
        /// `APPEND_SEPARATOR = ","`
        options: Vec<(Name, Expr)>,
    },
    /// `GROK a "%{WORD:b}"`
    Grok {
        /// The text taken apart.
        input: Expr,
        /// The patterns; the first that matches counts.
        patterns: Vec<Expr>,
    },
    /// `MV_EXPAND a`
    MvExpand(Name),
    /// `ENRICH policy ON field WITH new = old`
    Enrich {
        /// The policy.
        policy: Spanned<String>,
        /// The field that is looked up.
        on: Option<Name>,
        /// Columns taken over: new name if said, old name.
        with: Vec<(Option<Name>, Name)>,
    },
    /// `LOOKUP JOIN index ON a, b`
    LookupJoin {
        /// The look-up index.
        index: Spanned<String>,
        /// Fields that are equal on both sides, or conditions.
        on: Vec<Expr>,
    },
    /// `COMPLETION target = prompt WITH {"inference_id": "…"}`
    Completion {
        /// The new column.
        target: Option<Name>,
        /// What the model is asked.
        prompt: Expr,
        /// Options.
        options: Option<Vec<(String, Expr)>>,
    },
    /// `FORK (WHERE a == 1) (STATS COUNT(*))`
    Fork(Vec<Vec<Command>>),
    /// A command that is known by name only.
    Unread {
        /// Its keyword, in upper case.
        name: String,
        /// What follows.
        text: String,
    },
}

/// `STATS` and `INLINE STATS`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// Whether every row is kept and gets its group's values.
    pub inline: bool,
    /// What is computed of each group.
    pub aggregates: Vec<Aggregate>,
    /// What rows are grouped by.
    pub by: Vec<Field>,
}

/// A value with the name it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name, if said; else the text of the value.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
    /// Where the value stands, brackets included.
    pub text: Span,
}

/// An aggregate with its name and its own filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// Name and value; `text` reaches to the end of the filter.
    pub field: Field,
    /// `WHERE …`: only these rows count.
    pub filter: Option<Expr>,
}

/// `old AS new`, or `new = old`.
#[derive(Clone, Debug, PartialEq)]
pub struct Renaming {
    /// The name that goes.
    pub old: Name,
    /// The name that comes.
    pub new: Name,
}

/// A sort term.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What to sort by.
    pub value: Expr,
    /// `DESC`
    pub descending: bool,
    /// `NULLS FIRST`, `NULLS LAST`
    pub nulls_first: Option<bool>,
}

/// The name of a field, without backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The dotted name.
    pub text: String,
    /// Whether a `*` in it stands for any characters.
    pub is_pattern: bool,
    /// Where it stands.
    pub span: Span,
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
    /// A whole number of 64 bits.
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
    /// `15 minutes`
    Timespan {
        /// How many.
        amount: i64,
        /// The unit as written.
        unit: String,
    },
    /// `?`, `?name`, `?1`, `??name`, as written.
    Param(String),
    /// `[1, 2]`
    List(Vec<Expr>),
    /// A field.
    Name(Name),
    /// `a AND b`; an `And` inside was in brackets.
    And(Vec<Expr>),
    /// `a OR b`
    Or(Vec<Expr>),
    /// `NOT a`
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
    /// `a IN (b, c)`
    In {
        /// `NOT IN`
        negated: bool,
        /// The value looked up.
        value: Box<Expr>,
        /// The elements.
        list: Vec<Expr>,
    },
    /// `a LIKE "x*"`, `a RLIKE ("x.*", "y")`
    Like {
        /// `RLIKE`
        regex: bool,
        /// `NOT LIKE`
        negated: bool,
        /// The text tested.
        value: Box<Expr>,
        /// The patterns; one must match.
        patterns: Vec<Expr>,
        /// Whether they were in brackets.
        brackets: bool,
    },
    /// `a IS NULL`
    IsNull {
        /// `IS NOT NULL`
        negated: bool,
        /// The value tested.
        value: Box<Expr>,
    },
    /// `a : "text"`
    Matches {
        /// The field.
        value: Box<Expr>,
        /// What is searched in it.
        query: Box<Expr>,
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
    /// `a::string`
    Cast {
        /// The value.
        value: Box<Expr>,
        /// The type as written.
        ty: Spanned<String>,
    },
    /// `length(a)`, `COUNT(*)`
    Call {
        /// Its name as written.
        name: Spanned<String>,
        /// Its arguments.
        args: Vec<Expr>,
        /// `(*)`
        star: bool,
        /// `{"fuzziness": 1}` behind the arguments.
        options: Vec<(String, Expr)>,
    },
}
