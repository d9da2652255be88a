//! Statements, names and parameters.

use super::Expr;
use crate::ir::Type;
use crate::source::Span;

/// A query text: statements separated by `;`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The statements in order.
    pub statements: Vec<Statement>,
}

/// A name as it is used, brackets and quotes taken off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The name itself.
    pub text: String,
    /// Whether it was written as `['name']` or `["name"]`.
    pub quoted: bool,
    /// Where, brackets included.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where, without the `;`.
    pub span: Span,
}

/// The statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let name = expression`
    Let {
        /// The name bound.
        name: Name,
        /// What it is bound to.
        value: Expr,
    },
    /// `let name = [view] (parameters) { body }`
    LetFunction {
        /// The name bound.
        name: Name,
        /// The function.
        function: Function,
    },
    /// `set option [= value]`
    Set {
        /// The option.
        name: Name,
        /// Its value.
        value: Option<Expr>,
    },
    /// `alias database name = expression`
    Alias {
        /// The alias.
        name: Name,
        /// What it stands for.
        value: Expr,
    },
    /// `restrict access to (…)`
    Restrict(Vec<Expr>),
    /// `declare query_parameters(…)`
    DeclareParameters(Vec<Parameter>),
    /// `declare pattern name [= (parameters)[path] { (args) = { body }; … }]`
    DeclarePattern {
        /// The pattern's name.
        name: Name,
        /// Its parameters.
        parameters: Vec<Parameter>,
        /// Its path parameter.
        path: Option<Parameter>,
        /// The cases: argument values, path value, body.
        cases: Vec<PatternCase>,
    },
    /// A query, tabular or scalar.
    Expression(Expr),
    /// Text that did not parse; its diagnostic says why, the other statements go on.
    Broken(String),
}

/// A case of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternCase {
    /// Argument values.
    pub args: Vec<Expr>,
    /// Path value.
    pub path: Option<Expr>,
    /// The body.
    pub body: Vec<Statement>,
}

/// A lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// `view`
    pub view: bool,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// `let`s and a last expression.
    pub body: Vec<Statement>,
    /// Where.
    pub span: Span,
}

/// A parameter of a lambda or query.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: ParameterType,
    /// Its default.
    pub default: Option<Expr>,
}

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterType {
    /// A scalar.
    Scalar(Type),
    /// `(*)`: any table.
    AnyTable,
    /// `(a:string, b:long)`: a table with at least these columns.
    Table(Vec<ColumnDeclaration>),
}

/// `name: type`
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDeclaration {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: Type,
}
