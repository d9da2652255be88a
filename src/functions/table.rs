//! The whole table and the ways to look into it.

use super::row::Row;
use super::signature::{Accepts, Signature};
use super::{
    Eval, Function, Kind, aggregates, arrays, bags, bits, compression, control, conversion, datetime, encoding, esql as of_esql, geo, hash,
    ip, math, parsing, plugins, punycode, regexes, series, series_decompose, series_fit, series_fourier, series_math, series_polynomial,
    sets, sketches, statistics, text, time_parts, time_zones, units, windows,
};
use rustc_hash::FxHashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Every family's rows.
const FAMILIES: &[&[Row]] = &[
    aggregates::ROWS,
    arrays::ROWS,
    bags::ROWS,
    bits::ROWS,
    compression::ROWS,
    control::ROWS,
    conversion::ROWS,
    datetime::ROWS,
    encoding::ROWS,
    super::eql::ROWS,
    geo::ROWS,
    hash::ROWS,
    ip::ROWS,
    math::ROWS,
    parsing::ROWS,
    plugins::ROWS,
    punycode::ROWS,
    regexes::ROWS,
    series::ROWS,
    series_decompose::ROWS,
    series_fit::ROWS,
    series_fourier::ROWS,
    series_polynomial::ROWS,
    series_math::ROWS,
    sets::ROWS,
    sketches::ROWS,
    statistics::ROWS,
    text::ROWS,
    time_parts::ROWS,
    time_zones::ROWS,
    units::ROWS,
    windows::ROWS,
];

struct Table {
    functions: Vec<Function>,
    scalars: FxHashMap<&'static str, usize>,
    aggregates: FxHashMap<&'static str, usize>,
    plugins: FxHashMap<&'static str, usize>,
    eql: FxHashMap<&'static str, usize>,
    esql: FxHashMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let functions: Vec<Function> = FAMILIES.iter().chain(of_esql::ROWS).copied().flatten().filter_map(build).collect();
    let index = |names: fn(&Function) -> &'static [&'static str]| -> FxHashMap<&'static str, usize> {
        functions.iter().enumerate().flat_map(|(at, f)| names(f).iter().map(move |name| (*name, at))).collect()
    };
    Table {
        scalars: index(|f| if matches!(f.kind, Kind::Scalar | Kind::Window) { f.kusto } else { &[] }),
        aggregates: index(|f| if f.kind == Kind::Aggregate { f.kusto } else { &[] }),
        plugins: index(|f| if f.kind == Kind::Plugin { f.kusto } else { &[] }),
        eql: index(|f| f.eql),
        esql: index(|f| f.esql),
        functions,
    }
});

fn build(row: &Row) -> Option<Function> {
    Some(Function {
        kind: row.kind,
        kusto: row.kusto,
        eql: row.eql,
        esql: row.esql,
        signatures: Signature::parse_all(row.signature)?,
        naming: row.naming,
        eval: row.eval,
        source: row.source,
    })
}

/// Returns Kusto's scalar or window function of that name.
pub fn kusto(name: &str) -> Option<&'static Function> {
    TABLE.functions.get(*TABLE.scalars.get(name)?)
}

/// Returns Kusto's aggregate of that name.
pub fn kusto_aggregate(name: &str) -> Option<&'static Function> {
    TABLE.functions.get(*TABLE.aggregates.get(name)?)
}

/// Returns Kusto's plugin of that name.
pub fn kusto_plugin(name: &str) -> Option<&'static Function> {
    TABLE.functions.get(*TABLE.plugins.get(name)?)
}

/// Returns EQL's function of that name.
pub fn eql(name: &str) -> Option<&'static Function> {
    TABLE.functions.get(*TABLE.eql.get(name)?)
}

/// Returns ES|QL's function of that name, written in lower case.
pub fn esql(name: &str) -> Option<&'static Function> {
    TABLE.functions.get(*TABLE.esql.get(name)?)
}

/// What stands in IR calls before the name of a function that EQL alone has: several languages have a `substring`, each its own.
pub const OF_EQL: &str = "eql:";

/// Returns the aggregate that the IR names.
pub fn aggregate(name: &str) -> Option<&'static Function> {
    kusto_aggregate(name).or_else(|| esql(name).filter(|function| function.kind == Kind::Aggregate))
}

/// Returns the scalar function that an IR call names ([`Function::name`]).
pub fn by_name(name: &str) -> Option<&'static Function> {
    match name.strip_prefix(OF_EQL) {
        Some(name) => eql(name),
        None => kusto(name).or_else(|| esql(name)),
    }
}

/// Returns all functions, in the table's order.
pub fn all() -> &'static [Function] {
    &TABLE.functions
}

/// Writes the table as Markdown, for `docs/functions.md`.
pub fn table_markdown() -> String {
    let mut out = String::from("| function | kind | takes → gives | runs | EQL | ES\\|QL | source |\n|---|---|---|---|---|---|---|\n");
    for function in all() {
        let kind = match function.kind {
            Kind::Scalar => "scalar",
            Kind::Window => "window",
            Kind::Aggregate => "aggregate",
            Kind::Plugin => "plugin",
        };
        let signatures: Vec<String> = function.signatures.iter().map(describe).collect();
        let runs = if let Eval::Refused(reason) = function.eval { format!("no: {reason}") } else { "yes".to_owned() };
        // `esql.x` is how the IR calls a row whose name another language has too.
        let names =
            |names: &[&str]| names.iter().filter(|name| !name.contains('.')).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            out,
            "| {} | {kind} | {} | {runs} | {} | {} | {} |",
            names(function.kusto),
            signatures.join("<br>"),
            names(function.eql),
            names(function.esql),
            function.source
        );
    }
    out
}

fn describe(signature: &Signature) -> String {
    let params: Vec<String> = signature
        .params
        .iter()
        .map(|p| {
            let mark = if p.min == 0 { "?" } else { "" };
            let more = if p.max > 1 { "…" } else { "" };
            let accepts = match p.accepts {
                Accepts::Is(ty) => ty.name().to_owned(),
                other => format!("{other:?}").to_lowercase(),
            };
            format!("{}{mark}: {accepts}{more}", p.name)
        })
        .collect();
    format!("({}) → {:?}", params.join(", "), signature.result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_reads() {
        for row in FAMILIES.iter().chain(of_esql::ROWS).copied().flatten() {
            assert!(Signature::parse_all(row.signature).is_some(), "{:?} {}", row.kusto, row.signature);
        }
    }
}
