//! Runs plans on rows. It evaluates the IR and only the IR: languages, rules and schedules are unknown here.
//!
//! A plan is compiled once (`compile`): names become slots, constants are folded, regexes and literal sets are built, scalar
//! sub-plans are run. The compiled nodes then push rows into each other (`node`), so that operators which need no more than
//! one row at a time never hold more. What cannot be run is refused with a code, never answered wrongly.

pub mod alert;
mod compile;
mod context;
mod detect;
mod documents;
pub mod event;
mod expr;
pub mod json;
mod key;
pub mod lines;
pub mod matching;
mod need;
mod node;
pub mod one_pass;
mod operators;
mod parallel;
mod prune;
mod rows;
mod scope;
mod shared;
mod special;
pub mod table_io;
pub mod threshold_memory;
pub mod timeline;
pub mod world;

pub use documents::Documents;
pub use rows::{Rows, Window};

use crate::ir::{Column, Plan, Schema, TableSource, Value};
use crate::source::Span;
use std::sync::Arc;
use std::time::Duration;

/// Rows with their columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Name and type of each column.
    pub columns: Vec<Column>,
    /// The rows; each has as many values as there are columns.
    pub rows: Vec<Vec<Value>>,
}

/// The name of the hidden column with which a provider of events hands over the whole document. Columns that a plan names
/// and that are not in the table are looked up in it by their dotted name.
pub const DOCUMENT: &str = "_source";

/// The name of the hidden column with an event's position in its source, beside [`DOCUMENT`]. Sequences order events of equal time by it.
pub const ORDINAL: &str = "_ordinal";

/// The hidden column that marks rows of a source whose columns nobody knows all of: a name that the rows lack is null there. It never
/// comes out of [`run`].
const ABSENT: &str = "_absent";

/// Tells whether a column is none of the query's.
fn is_hidden(name: &str) -> bool {
    matches!(name, DOCUMENT | ORDINAL) || name.starts_with(ABSENT)
}

/// Supplies the rows of tables, watchlists, external data, functions and indices.
pub trait Provider {
    /// Returns the rows of a source, or `None` where it has no such source.
    ///
    /// `schema` is what the plan reads of the source; the rows may have their columns in any order, fewer or (where the
    /// schema is open) more. An event source adds the columns [`DOCUMENT`] and [`ORDINAL`].
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal>;
}

/// What a run depends on besides plan and rows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The query's `now`, in ticks since 0001-01-01.
    pub now: i64,
    /// When to give up.
    pub limits: Limits,
    /// The seed of `rand`, `sample` and their like: the same seed gives the same rows.
    pub seed: u64,
    /// Threads that read sources which come in pieces. One where there are no threads (wasm).
    pub threads: usize,
    /// Whether columns that nobody reads are left out. The answer is the same either way; tests compare the two.
    pub prune: bool,
}

/// Bounds of a run; exceeding one is a refusal.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Rows at most that all operators together put out.
    pub rows: u64,
    /// Bytes at most that operators hold at a time, estimated.
    pub memory: u64,
    /// Time at most, if bounded. Not available where there is no clock (wasm).
    pub time: Option<Duration>,
}

/// Why a plan does not run, or ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable kebab-case code: `missing-table`, `unknown-function`, `row-limit`.
    pub code: &'static str,
    /// One sentence in the style of diagnostics.
    pub message: String,
    /// Bytes of the query text.
    pub span: Span,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 200_000_000, memory: 4 << 30, time: Some(Duration::from_mins(5)) }
    }
}

impl Settings {
    /// Builds settings with default limits.
    pub fn at(now: i64) -> Self {
        Self { now, limits: Limits::default(), seed: 0, threads: 1, prune: true }
    }
}

impl Refusal {
    /// Builds a refusal.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span }
    }
}

impl Table {
    /// Returns the position of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| &*c.name == name)
    }
}

/// Takes the marks of open sources out of a result.
fn shown(table: Table) -> Table {
    fn pick<T>(items: Vec<T>, kept: &[bool]) -> Vec<T> {
        items.into_iter().zip(kept).filter(|(_, kept)| **kept).map(|(item, _)| item).collect()
    }
    let kept: Vec<bool> = table.columns.iter().map(|column| !column.name.starts_with(ABSENT)).collect();
    if kept.iter().all(|kept| *kept) {
        return table;
    }
    let rows = table.rows.into_iter().map(|row| pick(row, &kept)).collect();
    Table { columns: pick(table.columns, &kept), rows }
}

/// What a run took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Rows that all operators together put out.
    pub rows: u64,
    /// Bytes at most that operators held at a time, estimated.
    pub memory: u64,
}

/// Runs a plan and returns its rows. Rows of an event source keep their [`DOCUMENT`] column as far as the plan passes it on.
///
/// # Errors
/// A coded refusal of what cannot be run, or exceeds a limit.
pub fn run(plan: &Arc<Plan>, provider: &dyn Provider, settings: &Settings) -> Result<Table, Refusal> {
    run_measured(plan, provider, settings).map(|(table, _)| table)
}

/// Runs a plan as [`run`] does and says what that took.
///
/// # Errors
/// As [`run`].
pub fn run_measured(plan: &Arc<Plan>, provider: &dyn Provider, settings: &Settings) -> Result<(Table, Usage), Refusal> {
    let context = context::Context::new(settings);
    let pruned = if settings.prune { prune::prune(plan) } else { prune::as_it_is(plan) };
    let node = compile::Compiler::new(provider, &context, pruned.read).root(&pruned.plan)?;
    let rows = node.collect(&context)?;
    context.check()?;
    Ok((shown(Table { columns: node.columns.to_vec(), rows }), context.usage()))
}
