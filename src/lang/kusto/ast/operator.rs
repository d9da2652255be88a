//! Query operators.

use super::{ColumnDeclaration, ExpandColumn, Expr, GraphElement, Name, Order, Parameter, ParsePart, ScanStep, Statement, TopNested};
use crate::source::Span;

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
