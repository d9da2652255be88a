//! ES|QL's functions and operators that mean something else than Kusto's.
//!
//! Two rules hold for all scalar ones: an argument without a value or with several gives null
//! (<https://www.elastic.co/docs/reference/query-languages/esql/esql-multivalued-fields>, "Functions"), and text can be null.

mod aggregates;
mod compare;
mod dates;
mod geo;
mod grok;
mod lists;
mod math;
mod operators;
mod patterns;
mod regexes;
mod search;
mod text;
mod types;

pub use grok::{Dissection, Grok};
pub use operators::months as months_of;
pub use regexes::of_replace;
pub use types::timespan;

use super::row::Row;
use super::{Args, Eval};
use crate::ir::Value;

/// Every family's rows.
pub(super) const ROWS: &[&[Row]] = &[
    aggregates::ROWS,
    dates::ROWS,
    geo::ROWS,
    grok::ROWS,
    lists::ROWS,
    math::ROWS,
    operators::ROWS,
    regexes::ROWS,
    search::ROWS,
    text::ROWS,
    types::ROWS,
];

/// Writes a row: name, aliases, signature, evaluator. The IR calls it `esql.name`, since Kusto may have another function of that name.
macro_rules! row {
    ($name:literal $(| $alias:literal)*, $signature:literal, $run:expr) => {
        crate::functions::row::scalar(&[], $signature, $run, concat!("elasticsearch/reference/query-languages/esql/functions-operators: ", $name))
            .esql(&[concat!("esql.", $name), $name $(, $alias)*])
    };
}

/// Makes an evaluator null where an argument has no value or several.
macro_rules! strict {
    ($run:expr) => {
        |args: &crate::functions::Args<'_>| -> crate::ir::Value {
            if crate::functions::esql::is_single(args) { $run(args) } else { crate::ir::Value::Null }
        }
    };
}

use {row, strict};

/// Tells whether each argument has one value.
fn is_single(args: &Args<'_>) -> bool {
    !args.values.iter().any(|value| matches!(value, Value::Null | Value::Array(_)))
}

/// Returns the values of a field; none for null.
fn values_of(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// A row that is known by name and not run.
const fn refused(names: &'static [&'static str], signature: &'static str, reason: &'static str) -> Row {
    let row = super::row::refused(&[], signature, reason, "elasticsearch/reference/query-languages/esql/functions-operators");
    Row { eval: Eval::Refused(reason), ..row }.esql(names)
}
