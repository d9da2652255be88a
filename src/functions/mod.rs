//! The function table of all languages: one row a function, with its names, signatures, evaluator and the page or vector that says so.
//!
//! A function that several languages share is one row with several names. What a call site means (operators, `iff`, `case`,
//! `toscalar`, lambdas) is lowered to IR nodes and is not evaluated here.

mod aggregates;
mod args;
mod arrays;
mod bags;
mod bits;
mod compression;
mod control;
mod conversion;
mod datetime;
mod encoding;
mod eql;
pub mod esql;
mod geo;
mod hash;
mod ip;
pub mod lucene_regex;
mod math;
mod parsing;
mod plugins;
mod punycode;
mod regexes;
mod row;
mod series;
mod series_decompose;
mod series_fit;
mod series_fourier;
mod series_math;
mod series_polynomial;
mod series_values;
mod sets;
mod signature;
mod sketches;
mod statistics;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod time_parts;
mod time_zones;
mod unit_table;
mod units;
mod windows;

pub use signature::{Accepts, Argument, MANY, Param, ResultType, Signature};
pub use sketches::sketched_hashes;
pub use table::{OF_EQL, aggregate, all, by_name, eql, esql, kusto, kusto_aggregate, kusto_plugin, table_markdown};

use crate::ir::{Type, Value};

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Where it may be called.
    pub kind: Kind,
    /// Names in Kusto, the canonical one first. Empty where Kusto has no such function.
    pub kusto: &'static [&'static str],
    /// Names in EQL.
    pub eql: &'static [&'static str],
    /// Names in ES|QL, in lower case.
    pub esql: &'static [&'static str],
    /// Overloads, tried in order.
    pub signatures: Vec<Signature>,
    /// How the automatic column name is made (Kusto): `tostring(x)` is called `x`, most others `Column1`.
    pub naming: Naming,
    /// The evaluator.
    pub eval: Eval,
    /// The page or conformance vector that defines it.
    pub source: &'static str,
}

impl Function {
    /// Returns the name under which the IR calls it.
    pub fn name(&self) -> &'static str {
        [self.kusto, self.esql, self.eql].iter().find_map(|names| names.first().copied()).unwrap_or_default()
    }
}

/// Where a function may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Anywhere a value may stand.
    Scalar,
    /// On serialized rows only (`row_number`, `prev`).
    Window,
    /// In `summarize` and where aggregates may stand.
    Aggregate,
    /// After `evaluate`.
    Plugin,
}

/// How Kusto names an unnamed column that is a call of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// `Column1`, …
    None,
    /// The name of the first argument: `tostring(x)` → `x`.
    FirstArgument,
    /// The name of the argument if there is just one: `make_datetime(x)` → `x`.
    OnlyArgument,
    /// A prefix, `_` and the first argument's name: `count_`, `dcount_x`.
    Prefixed(&'static str),
    /// Always this: `$IngestionTime`.
    Fixed(&'static str),
    /// The text of the constant first argument: `column_ifexists("x", 0)` → `x`.
    ConstantText,
    /// A prefix and the names of the first two arguments: `covariance_x_y`.
    PrefixedPair(&'static str),
    /// `{function}_{first argument}_{column}` for each of [`ResultType::Columns`].
    Columns,
    /// The name of each argument and a suffix, one column each: `array_sort_asc(a, b)` → `a_sorted`, `b_sorted`.
    Suffixed(&'static str),
    /// `arg_max(v, w)` → `v`, `w`, one column each; the first is `max_` where it is no column, others `max_v_arg1`, ….
    /// With `everywhere` (`argmax`) the prefix stands before all names: `max_v`, `max_v_w`.
    Extreme {
        /// `max` or `min`.
        prefix: &'static str,
        /// Whether the prefix stands before all names.
        everywhere: bool,
    },
    /// `take_any(a, b)` → `a`, `b`; what is no column is `any_arg0`, …. With `everywhere` (`any`) it is `any_a`, `any_b`.
    Any {
        /// Whether `any_` stands before all names.
        everywhere: bool,
    },
    /// Prefix, the first argument's name, and a constant from the argument at this position on, one column each:
    /// `percentiles(x, 50, 95)` → `percentile_x_50`, `percentile_x_95`.
    PerConstant(&'static str, usize),
}

/// The evaluator of a row.
#[derive(Clone, Copy)]
pub enum Eval {
    /// A pure function of its arguments.
    Scalar(fn(&Args<'_>) -> Value),
    /// A pure function that is made ready once a plan: it gets the arguments that are constants (`None` for the others) and
    /// returns the function to call on each row, or why the constants are not accepted.
    Prepared(fn(&[Option<Value>]) -> Result<Prepared, String>),
    /// An aggregate: makes an empty accumulator.
    Aggregate(fn() -> Box<dyn Accumulator>),
    /// Done by the compiler or an operator, because it needs more than values (`now`, `prev`, `row_number`, plugins).
    Engine,
    /// Known by name and signature, not run: refused with this reason.
    Refused(&'static str),
}

/// A scalar function made ready for its constant arguments.
pub type Prepared = Box<dyn Fn(&Args<'_>) -> Value + Send + Sync>;

impl std::fmt::Debug for Eval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar(_) => f.write_str("Scalar"),
            Self::Prepared(_) => f.write_str("Prepared"),
            Self::Aggregate(_) => f.write_str("Aggregate"),
            Self::Engine => f.write_str("Engine"),
            Self::Refused(reason) => write!(f, "Refused({reason})"),
        }
    }
}

/// Arguments of a scalar function.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a> {
    /// The values, in order; trailing optional ones that were not given are absent.
    pub values: &'a [Value],
    /// Their static types, which tell dynamic from plain values.
    pub types: &'a [Type],
    /// The static type of the result.
    pub result: Type,
    /// The query's fixed `now`, in ticks.
    pub now: i64,
}

/// The state of an aggregate over one group.
pub trait Accumulator: std::fmt::Debug + Send {
    /// Takes a row's argument values.
    fn add(&mut self, args: &[Value], types: &[Type]);
    /// Appends the result: one value for each output column of the call (`arg_max` and `percentiles` have several). Where no
    /// row was added the number of columns is not known: one value is appended, and missing ones are null.
    fn finish(&mut self, result: Type, out: &mut Vec<Value>);
}
