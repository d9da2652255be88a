//! Kusto's syntax tree: what the text says, with nothing resolved.
//!
//! Parsing keeps everything that matters for meaning; comments and white space stay in the text, which the formatter has beside the tree.
//! Synonyms are one node (`where`/`filter`, `sort`/`order`, `take`/`limit`); chains of `and`/`or` are n-ary.

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

/// An expression, scalar or tabular.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
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

/// A query operator after a pipe, or at the head of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// What it is.
    pub kind: OperatorKind,
    /// `kind=inner`, `hint.strategy=shuffle`, `isfuzzy=true` …, in order.
    pub params: Vec<Param>,
    /// Where, without the pipe.
    pub span: Span,
    /// Where its keyword stands.
    pub keyword: Span,
}

/// `name=value` after an operator's keyword.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name, dots included: `hint.shufflekey`.
    pub name: String,
    /// The value; bare words are names.
    pub value: Expr,
    /// Where.
    pub span: Span,
}

/// A term of `sort by`, `top … by`, `project-reorder`.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What to sort by; may be `Named` or `Wildcard`.
    pub expr: Expr,
    /// `asc`, `desc`, `granny-asc`, `granny-desc`.
    pub direction: Option<Direction>,
    /// `nulls first` (true) or `nulls last`.
    pub nulls_first: Option<bool>,
}

/// Sort directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the keyword it is named after")]
pub enum Direction {
    Asc,
    Desc,
    GrannyAsc,
    GrannyDesc,
}

/// A column of `mv-expand`, `mv-apply`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpandColumn {
    /// The expression, possibly `Named`.
    pub expr: Expr,
    /// `to typeof(T)`
    pub to: Option<Type>,
}

/// A piece of a `parse` pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum ParsePart {
    /// `*`
    Star,
    /// A string literal.
    Text(Literal, Span),
    /// `name` or `name:type`
    Column(Name, Option<Type>),
}

/// A clause of `top-nested`.
#[derive(Clone, Debug, PartialEq)]
pub struct TopNested {
    /// How many; `None` takes all.
    pub count: Option<Expr>,
    /// `of`
    pub of: Expr,
    /// `with others =`
    pub others: Option<Expr>,
    /// `by`
    pub by: Expr,
    /// `asc` or `desc`
    pub direction: Option<Direction>,
}

/// A step of `scan`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `optional`
    pub optional: bool,
    /// `output = all | last | none`
    pub output: Option<Name>,
    /// The condition.
    pub condition: Expr,
    /// `=> a = x, b = y`
    pub assignments: Vec<Expr>,
}

/// A piece of a graph pattern: node, edge, node, …
#[derive(Clone, Debug, PartialEq)]
pub struct GraphElement {
    /// The text as written; graph patterns are kept, not interpreted.
    pub raw: String,
    /// Names it binds.
    pub names: Vec<Name>,
    /// Where.
    pub span: Span,
}

/// The query operators. Column lists hold `Expr`s, `Named` where the author gave a name.
#[derive(Clone, Debug, PartialEq)]
pub enum OperatorKind {
    /// `where`, `filter`
    Where(Expr),
    /// `extend`
    Extend(Vec<Expr>),
    /// `project`
    Project(Vec<Expr>),
    /// `project-away`
    ProjectAway(Vec<Expr>),
    /// `project-keep`
    ProjectKeep(Vec<Expr>),
    /// `project-rename`
    ProjectRename(Vec<Expr>),
    /// `project-reorder`
    ProjectReorder(Vec<Order>),
    /// `project-by-names`
    ProjectByNames(Vec<Expr>),
    /// `summarize`
    Summarize {
        /// Aggregates.
        aggregates: Vec<Expr>,
        /// `by`
        by: Option<Vec<Expr>>,
    },
    /// `distinct`
    Distinct(Vec<Expr>),
    /// `count`, `count as Name`
    Count(Option<Name>),
    /// `take`, `limit`
    Take(Expr),
    /// `top`
    Top {
        /// How many.
        count: Expr,
        /// `by`
        by: Vec<Order>,
    },
    /// `top-hitters`
    TopHitters {
        /// How many.
        count: Expr,
        /// `of`
        of: Expr,
        /// `by`
        by: Option<Expr>,
    },
    /// `top-nested`
    TopNested(Vec<TopNested>),
    /// `sort`, `order`
    Sort(Vec<Order>),
    /// `sample`
    Sample(Expr),
    /// `sample-distinct`
    SampleDistinct {
        /// How many.
        count: Expr,
        /// `of`
        of: Expr,
    },
    /// `join`
    Join {
        /// The right side.
        right: Expr,
        /// `on`
        on: Vec<Expr>,
    },
    /// `lookup`
    Lookup {
        /// The right side.
        right: Expr,
        /// `on`
        on: Vec<Expr>,
    },
    /// `union`
    Union(Vec<Expr>),
    /// `mv-expand`, `mvexpand`
    MvExpand {
        /// The columns.
        columns: Vec<ExpandColumn>,
        /// `limit`
        limit: Option<Expr>,
    },
    /// `mv-apply`, `mvapply`
    MvApply {
        /// The columns.
        columns: Vec<ExpandColumn>,
        /// `limit`
        limit: Option<Expr>,
        /// `id`: context id.
        context: Option<Expr>,
        /// `on ( … )`: a `Block` or a pipe without a source, which has `Source`-less operators: the source is `Name("")`.
        body: Box<Expr>,
    },
    /// `parse`, `parse-where`
    Parse {
        /// `parse-where`
        filter: bool,
        /// The text.
        expr: Expr,
        /// The pattern.
        parts: Vec<ParsePart>,
    },
    /// `parse-kv`
    ParseKv {
        /// The text.
        expr: Expr,
        /// The columns.
        columns: Vec<ColumnDeclaration>,
        /// `with (…)`
        with: Vec<Param>,
    },
    /// `make-series`
    MakeSeries {
        /// Aggregates with their `default =`.
        aggregates: Vec<(Expr, Option<Expr>)>,
        /// `on`
        on: Expr,
        /// `from`
        from: Option<Expr>,
        /// `to`
        to: Option<Expr>,
        /// `step`
        step: Option<Expr>,
        /// `in range(start, stop, step)`, the old form.
        range: Option<Vec<Expr>>,
        /// `by`
        by: Option<Vec<Expr>>,
    },
    /// `scan`
    Scan {
        /// `order by`
        order: Vec<Order>,
        /// `partition by`
        partition: Vec<Expr>,
        /// `declare (…)`
        declare: Vec<Parameter>,
        /// The steps.
        steps: Vec<ScanStep>,
    },
    /// `partition by x ( … )`, `partition … { … }`
    Partition {
        /// The key.
        by: Expr,
        /// `in (…)` scope, if any.
        scope: Option<Expr>,
        /// The sub-query; see `MvApply::body`.
        body: Box<Expr>,
    },
    /// `__partitionby`
    PartitionBy {
        /// The key.
        by: Expr,
        /// `id`
        id: Option<Expr>,
        /// The sub-query.
        body: Box<Expr>,
    },
    /// `fork`
    Fork(Vec<(Option<Name>, Expr)>),
    /// `facet by … with ( … )`
    Facet {
        /// The columns.
        by: Vec<Expr>,
        /// The sub-query.
        with: Option<Box<Expr>>,
    },
    /// `invoke`
    Invoke(Expr),
    /// `evaluate`
    Evaluate {
        /// The plugin call.
        call: Expr,
        /// `: (a:string, *)`
        schema: Option<(Vec<ColumnDeclaration>, bool)>,
    },
    /// `find`
    Find {
        /// `in (…)`
        tables: Vec<Expr>,
        /// `where`
        predicate: Expr,
        /// `project`; `None` where it stood without (or is `project-smart`).
        project: Option<Vec<Expr>>,
        /// `project-smart`
        smart: bool,
        /// `project-away`
        away: Option<Vec<Expr>>,
    },
    /// `search`
    Search {
        /// `in (…)`
        tables: Vec<Expr>,
        /// The predicate; bare strings and `column:text` are terms.
        predicate: Expr,
    },
    /// `reduce by`
    Reduce {
        /// The column.
        by: Expr,
        /// `with …`
        with: Vec<Param>,
    },
    /// `render`
    Render {
        /// The chart, if named.
        chart: Option<Name>,
        /// `with (…)`
        with: Vec<Param>,
    },
    /// `serialize`
    Serialize(Vec<Expr>),
    /// `as Name`
    As(Name),
    /// `consume`
    Consume,
    /// `getschema`
    GetSchema,
    /// `execute-and-cache`
    ExecuteAndCache,
    /// `assert-schema (…)`
    AssertSchema(Vec<ColumnDeclaration>),
    /// `macro-expand … as alias ( … )`
    MacroExpand {
        /// The entity group.
        group: Expr,
        /// The alias.
        alias: Name,
        /// The body.
        body: Vec<Statement>,
    },
    /// `print`
    Print(Vec<Expr>),
    /// `range x from a to b step s`
    Range {
        /// The column.
        name: Name,
        /// First value.
        from: Expr,
        /// Last value.
        to: Expr,
        /// Step.
        step: Expr,
    },
    /// `datatable (…) […]`
    DataTable {
        /// The columns.
        columns: Vec<ColumnDeclaration>,
        /// The cells, row by row.
        values: Vec<Expr>,
    },
    /// `externaldata (…) […] with (…)`
    ExternalData {
        /// The columns.
        columns: Vec<ColumnDeclaration>,
        /// The URLs.
        urls: Vec<Expr>,
        /// `with (…)`
        with: Vec<Param>,
    },
    /// `make-graph source --> target with …`
    MakeGraph {
        /// Source node column.
        source: Name,
        /// `-->` (true) or `--`.
        directed: bool,
        /// Target node column.
        target: Name,
        /// `with T on key, …`
        nodes: Vec<(Expr, Name)>,
        /// `with_node_id=`
        node_id: Option<Name>,
        /// `partitioned-by col ( … )`
        partitioned: Option<(Name, Box<Expr>)>,
    },
    /// `graph-match`, `graph-shortest-paths`
    GraphMatch {
        /// `graph-shortest-paths`
        shortest_paths: bool,
        /// The patterns.
        patterns: Vec<GraphElement>,
        /// `where`
        predicate: Option<Expr>,
        /// `project`
        project: Option<Vec<Expr>>,
    },
    /// `graph-to-table nodes as N, edges as E`, `graph-mark-components`, `graph-where-nodes`, `graph-where-edges`
    Graph {
        /// The keyword.
        keyword: String,
        /// Its expressions.
        args: Vec<Expr>,
    },
    /// An operator that is not known; its text is kept and reported.
    Unknown(String),
}
