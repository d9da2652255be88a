//! The relational plan of a detection.
//!
//! A plan is a tree of operators with shared parts (`Arc`): a `let` used twice is one node with two parents, so that the
//! evaluator can compute it once. Every node knows the columns that it puts out.

use super::{
    Correlation, Expand, Expr, FirstSeen, IndicatorPair, JoinKey, JoinKind, ParseMode, ParsePart, Sample, Sequence, SortKey, TableSource,
    Threshold, Type, UnionColumns, Value,
};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One operator with its output columns and its place in the query text.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it does.
    pub op: Op,
    /// The columns that come out, in order.
    pub schema: Schema,
    /// Where the operator stands in the query text.
    pub span: Span,
    /// The `let` name that the author gave to this part, if any.
    pub name: Option<Arc<str>>,
}

/// Output columns of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Schema {
    /// Known columns in order.
    pub columns: Vec<Column>,
    /// True when further columns may exist (unknown table, plugin, event source): a name that is not listed is no error.
    pub open: bool,
}

/// One output column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

/// An expression with the column name it gets.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Named {
    /// Name of the output column.
    pub name: Arc<str>,
    /// Its value.
    pub expr: Expr,
}

/// An aggregate call with the names of the columns it fills (`arg_max` fills several).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Aggregate {
    /// Output columns.
    pub names: Vec<Arc<str>>,
    /// Canonical name of the aggregate's row in the function table.
    pub function: Arc<str>,
    /// Its arguments; `*` of `arg_max(x, *)` is expanded to columns by the reader unless the schema is open (`star`).
    pub args: Vec<Expr>,
    /// True where `*` stands for every column of the input that is not a key.
    pub star: bool,
    /// Static type of the first output column.
    pub ty: Type,
    /// Where the call stands.
    pub span: Span,
}

/// The operators.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Rows from outside.
    Scan(TableSource),
    /// `datatable`, `print` and other rows in the query itself.
    Literal(Vec<Vec<Value>>),
    /// `print`: one row of computed values.
    Print(Vec<Named>),
    /// `range x from a to b step s`.
    Range {
        /// First value.
        from: Expr,
        /// Last value.
        to: Expr,
        /// Step.
        step: Expr,
    },
    /// Keeps rows whose predicate is true (null is not true).
    Filter {
        /// Rows.
        input: Arc<Plan>,
        /// The predicate.
        predicate: Expr,
    },
    /// Adds or replaces columns; all expressions see the input row.
    Extend {
        /// Rows.
        input: Arc<Plan>,
        /// New columns.
        columns: Vec<Named>,
    },
    /// Exactly these columns (`project` and its relatives, resolved).
    Project {
        /// Rows.
        input: Arc<Plan>,
        /// The columns.
        columns: Vec<Named>,
    },
    /// Drops, keeps, renames or reorders columns by name where the schema is open; a closed schema resolves to `Project`.
    Select {
        /// Rows.
        input: Arc<Plan>,
        /// Columns that go (`project-away`), by name pattern.
        away: Vec<Arc<str>>,
        /// Columns that stay (`project-keep`), when not empty.
        keep: Vec<Arc<str>>,
        /// New name, old name.
        rename: Vec<(Arc<str>, Arc<str>)>,
        /// Columns that come first, by name pattern.
        first: Vec<Arc<str>>,
    },
    /// Groups and aggregates; without keys one row comes out even of no input.
    Aggregate {
        /// Rows.
        input: Arc<Plan>,
        /// Group keys.
        keys: Vec<Named>,
        /// Aggregate calls.
        aggregates: Vec<Aggregate>,
        /// Where some output column is more than a plain call (`count() * 2`): every output column, in order, as an expression over
        /// the keys and the aggregates' own columns. Empty where keys then aggregates are the output as they are.
        post: Vec<Named>,
    },
    /// Distinct rows over these columns.
    Distinct {
        /// Rows.
        input: Arc<Plan>,
        /// The columns; empty stands for all.
        columns: Vec<Named>,
    },
    /// Pairs rows of two plans.
    Join {
        /// Left rows.
        left: Arc<Plan>,
        /// Right rows.
        right: Arc<Plan>,
        /// How.
        kind: JoinKind,
        /// Equal keys.
        keys: Vec<JoinKey>,
        /// True for `lookup`, which does not repeat the key columns of the right side.
        lookup: bool,
    },
    /// Rows of several plans.
    Union {
        /// The inputs.
        inputs: Vec<Arc<Plan>>,
        /// Column rule.
        columns: UnionColumns,
        /// `withsource=` column.
        source_column: Option<Arc<str>>,
        /// `isfuzzy=true`: inputs whose table is missing are left out.
        fuzzy: bool,
    },
    /// One row for each element.
    Expand {
        /// Rows.
        input: Arc<Plan>,
        /// The arrays, zipped.
        columns: Vec<Expand>,
        /// `with_itemindex=` column.
        index: Option<Arc<str>>,
        /// `kind=array`: a bag's members become `[key, value]` pairs.
        bag_as_array: bool,
        /// Elements at most of one row.
        limit: Option<u64>,
    },
    /// `mv-apply`: a sub-plan over the elements of each row. `body`'s leaf is `Op::Each`.
    Apply {
        /// Rows.
        input: Arc<Plan>,
        /// The arrays, zipped.
        columns: Vec<Expand>,
        /// `with_itemindex=` column.
        index: Option<Arc<str>>,
        /// Elements at most of one row.
        limit: Option<u64>,
        /// The sub-plan.
        body: Arc<Plan>,
    },
    /// The rows that an enclosing operator (`Apply`, `Partition`, `Fork`, `Facet`) hands to its sub-plan.
    Each,
    /// Sorts; the output is serialized.
    Sort {
        /// Rows.
        input: Arc<Plan>,
        /// The terms.
        keys: Vec<SortKey>,
    },
    /// The first rows (`take`, `limit`, `top` after its sort).
    Limit {
        /// Rows.
        input: Arc<Plan>,
        /// How many.
        count: Expr,
    },
    /// Marks the order of rows as meaningful.
    Serialize {
        /// Rows.
        input: Arc<Plan>,
        /// Columns that may use window functions.
        columns: Vec<Named>,
    },
    /// `count`: one row, column `Count`.
    Count {
        /// Rows.
        input: Arc<Plan>,
    },
    /// `parse`, `parse-where`.
    Parse {
        /// Rows.
        input: Arc<Plan>,
        /// The text.
        expr: Expr,
        /// How.
        mode: ParseMode,
        /// Regex flags of `kind=regex flags=…`.
        flags: Arc<str>,
        /// The pattern.
        parts: Vec<ParsePart>,
        /// `parse-where`: rows that do not match go.
        filter: bool,
    },
    /// `parse-kv`.
    ParseKeyValue {
        /// Rows.
        input: Arc<Plan>,
        /// The text.
        expr: Expr,
        /// Columns to fill.
        columns: Vec<Column>,
        /// Options in order: `pair_delimiter`, `kv_delimiter`, `quote`, `escape`, `greedy`, `regex`.
        options: Vec<(Arc<str>, Value)>,
    },
    /// `make-series`.
    MakeSeries {
        /// Rows.
        input: Arc<Plan>,
        /// Series columns.
        aggregates: Vec<Aggregate>,
        /// Value of empty bins, one for each aggregate.
        defaults: Vec<Option<Expr>>,
        /// The axis.
        on: Named,
        /// First bin.
        from: Option<Expr>,
        /// End of the last bin.
        to: Option<Expr>,
        /// Bin width.
        step: Expr,
        /// Group keys.
        keys: Vec<Named>,
        /// `kind=nonempty`.
        non_empty: bool,
    },
    /// `partition`: a sub-plan for each value of a key. `body`'s leaf is `Op::Each`.
    Partition {
        /// Rows.
        input: Arc<Plan>,
        /// The key column.
        by: Expr,
        /// The sub-plan.
        body: Arc<Plan>,
    },
    /// Rare operators keep their clauses as named arguments: `name` says which operator, the names of `args` what each is.
    ///
    /// | name | inputs | args, in order |
    /// |---|---|---|
    /// | `sample` | rows | `count` |
    /// | `sample-distinct` | rows | `count`, then `of:COLUMN` |
    /// | `top-hitters` | rows | `count`, `of:COLUMN`, and `by` if said; the estimate's column is the schema's last |
    /// | `top-nested` | rows | for each clause: `count` (if said), `of:COLUMN`, `others` (if said), `by:COLUMN` (an expression whose aggregates are `Call`s), `descending` (bool) |
    /// | `scan` | rows, sorted | `match_id:COLUMN` (if asked), `partition` (each key), `declare:COLUMN` (its default), then for each step: `step:NAME` (its condition), `optional` (bool), `output` (`"all"`, `"last"`, `"none"`), `set:COLUMN` (each assignment). `s1.x` of a step's state is the column `s1.x` |
    /// | `reduce` | rows | `by`, then the parameters by their names |
    /// | `evaluate` | rows (none where nothing is piped), then argument tables in order | `plugin` (its name as string), then its scalar arguments, column names as `Column`, named ones under their names, others under "" |
    /// | `fork` | rows, then each branch over `Each` | – |
    /// | `facet` | rows, then the `with` plan over `Each` | `by:COLUMN` |
    /// | `make-graph` | edges, then tables of nodes | `source`, `target` (columns), `key` (a column) for each table of nodes, `node_id` (if said) |
    /// | `graph-mark-components` | a graph | `as` (the column), `kind` |
    /// | `graph-to-table` | a graph | `of` (`"nodes"`, `"edges"`) |
    /// | `graph-match`, `graph-shortest-paths` | a graph | `cycles`, `output` (if said), then in turn `node:NAME` (its pattern's number) and `edge:NAME` (direction, fewest and most hops, whether several are allowed), `where`, `out:COLUMN`. `a.x` of a node or edge is the column `a.x`; a path is the column of its name, the nodes inside of it `$nodes.NAME` |
    /// | `getschema` | rows | – (only where the schema is open) |
    /// | `assert-schema`, `consume`, `render` | rows | – |
    /// | `fields` | event documents | `field:NAME` (a mapping type that the schemas do not say), `metadata:NAME` (each metadata column); every field of the documents becomes a column |
    /// | `keep` | rows | each column or pattern, in order: its name, and whether it is a pattern (only where the schema is open) |
    /// | `enrich` | rows, then the policy's rows, match field first | `on` (if said), then `with:COLUMN` (the policy's column) for each said |
    /// | `lookup-join` | rows, then the look-up's rows | `on:FIELD` (each key, as the rows have it) |
    /// | `completion` | rows, then the model's answers: prompt and answer | `prompt`, `target` (the new column's name) |
    Special {
        /// The operator's keyword.
        name: Arc<str>,
        /// Inputs, the piped rows first.
        inputs: Vec<Arc<Plan>>,
        /// Named arguments and parameters in order.
        args: Vec<Named>,
    },
    /// New terms: keys whose first appearance lies in the recent window.
    FirstSeen(Box<FirstSeen>),
    /// Threshold rule: groups with enough events.
    Threshold(Box<Threshold>),
    /// Ordered steps.
    Sequence(Box<Sequence>),
    /// Unordered steps.
    Sample(Box<Sample>),
    /// Sigma correlation.
    Correlate(Box<Correlation>),
    /// Threat match: rows that share values with indicator rows.
    Indicators {
        /// Rows.
        input: Arc<Plan>,
        /// Indicator rows.
        indicators: Arc<Plan>,
        /// Alternatives, each a list of pairs that must all hold for one indicator.
        mapping: Vec<Vec<IndicatorPair>>,
    },
    /// An operator no reader understands yet; checks skip it, emit and eval refuse it with the code.
    Opaque {
        /// Rows, if it stands after a pipe.
        input: Option<Arc<Plan>>,
        /// The source text.
        text: Arc<str>,
        /// Why: a diagnostic code.
        code: &'static str,
    },
}

impl Plan {
    /// Builds a node.
    pub fn new(op: Op, schema: Schema, span: Span) -> Arc<Self> {
        Arc::new(Self { op, schema, span, name: None })
    }
}

impl Schema {
    /// Builds a closed schema.
    pub fn closed(columns: Vec<Column>) -> Self {
        Self { columns, open: false }
    }

    /// Builds a schema of which nothing is known.
    pub fn unknown() -> Self {
        Self { columns: Vec::new(), open: true }
    }

    /// Returns the column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| &*c.name == name)
    }

    /// Returns the position of the column of that name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| &*c.name == name)
    }
}

impl Column {
    /// Builds a column.
    pub fn new(name: impl AsRef<str>, ty: Type) -> Self {
        Self { name: Arc::from(name.as_ref()), ty }
    }
}
