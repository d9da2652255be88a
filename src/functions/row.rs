//! How the families write their rows.

use super::{Accumulator, Args, Eval, Kind, Naming, Prepared};
use crate::ir::Value;

/// A row as written; [`super::Function`] is what becomes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) kusto: &'static [&'static str],
    pub(super) eql: &'static [&'static str],
    pub(super) esql: &'static [&'static str],
    pub(super) signature: &'static str,
    pub(super) naming: Naming,
    pub(super) eval: Eval,
    pub(super) source: &'static str,
}

const fn row(kind: Kind, kusto: &'static [&'static str], signature: &'static str, eval: Eval, source: &'static str) -> Row {
    Row { kind, kusto, eql: &[], esql: &[], signature, naming: Naming::None, eval, source }
}

/// A pure scalar function.
pub(super) const fn scalar(
    kusto: &'static [&'static str],
    signature: &'static str,
    eval: fn(&Args<'_>) -> Value,
    source: &'static str,
) -> Row {
    row(Kind::Scalar, kusto, signature, Eval::Scalar(eval), source)
}

/// A scalar function that is made ready once a plan.
pub(super) const fn prepared(
    kusto: &'static [&'static str],
    signature: &'static str,
    eval: fn(&[Option<Value>]) -> Result<Prepared, String>,
    source: &'static str,
) -> Row {
    row(Kind::Scalar, kusto, signature, Eval::Prepared(eval), source)
}

/// A function of EQL that no other language has with the same meaning.
pub(super) const fn eql(names: &'static [&'static str], signature: &'static str, eval: fn(&Args<'_>) -> Value) -> Row {
    Row { eql: names, ..scalar(&[], signature, eval, "reference/query-languages/eql/eql-function-ref") }
}

/// A scalar function that the engine runs.
pub(super) const fn engine(kusto: &'static [&'static str], signature: &'static str, source: &'static str) -> Row {
    row(Kind::Scalar, kusto, signature, Eval::Engine, source)
}

/// A function on serialized rows.
pub(super) const fn window(kusto: &'static [&'static str], signature: &'static str, source: &'static str) -> Row {
    row(Kind::Window, kusto, signature, Eval::Engine, source).named(Naming::None)
}

/// A scalar function that is known but not run.
pub(super) const fn refused(kusto: &'static [&'static str], signature: &'static str, reason: &'static str, source: &'static str) -> Row {
    row(Kind::Scalar, kusto, signature, Eval::Refused(reason), source)
}

/// An aggregate.
pub(super) const fn aggregate(
    kusto: &'static [&'static str],
    signature: &'static str,
    naming: Naming,
    make: fn() -> Box<dyn Accumulator>,
    source: &'static str,
) -> Row {
    row(Kind::Aggregate, kusto, signature, Eval::Aggregate(make), source).named(naming)
}

/// A plugin of `evaluate`.
pub(super) const fn plugin(kusto: &'static [&'static str], signature: &'static str, eval: Eval, source: &'static str) -> Row {
    row(Kind::Plugin, kusto, signature, eval, source)
}

impl Row {
    /// Sets how unnamed columns are called.
    pub(super) const fn named(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// Sets the names in ES|QL.
    pub(super) const fn esql(mut self, names: &'static [&'static str]) -> Self {
        self.esql = names;
        self
    }
}
