//! How many real queries run: those of the corpus that bind for the vendor, on synthetic rows of their tables.
//!
//! A sample is taken; `FULL=1 cargo test --profile fast --test main real_rules -- --nocapture` takes all, `SHOW=40` shows more reasons,
//! and `FULL=1 ONLY=id,id` takes these.

use super::corpus::rows;
use isoglot::diagnostic::Severity;
use isoglot::eval::{self, Provider, Refusal, Rows, Settings, Table};
use isoglot::ir::{Schema, TICKS_PER_SECOND, TableSource, Type, Value};
use isoglot::lang::kusto::{self, Environment, lower::Parameter};
use isoglot::schema::Catalog;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// When the queries run.
const NOW: i64 = 638_000_000_000_000_000;
/// Each of so many queries is taken.
const SAMPLE: usize = 16;
/// A query whose rows grow beyond this has shown that it runs.
const ROWS: u64 = 20_000;

/// A query that reads more tables than this reads all there are; these many then have rows.
const TABLES: usize = 50;

/// Every source exists and has two rows: one with a value in each column, one with none.
#[derive(Default)]
struct AnyTable(AtomicUsize);

impl Provider for AnyTable {
    fn scan(&self, _: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let columns = schema.columns.clone();
        let full = columns.iter().map(|column| sample(column.ty)).collect();
        let empty = vec![Value::Null; columns.len()];
        let filled = self.0.fetch_add(1, Ordering::Relaxed) < TABLES;
        Ok(Some(Table { columns, rows: if filled { vec![full, empty] } else { Vec::new() } }.into()))
    }
}

fn sample(ty: Type) -> Value {
    match ty {
        Type::Bool => Value::from(true),
        Type::Int => Value::Int(1),
        Type::Real => Value::from(1.5),
        Type::DateTime => Value::DateTime(NOW - 3600 * TICKS_PER_SECOND),
        Type::TimeSpan => Value::TimeSpan(TICKS_PER_SECOND),
        Type::String => Value::from("10.0.0.1"),
        Type::Dynamic => Value::object(vec![(Arc::from("a"), Value::from("b"))]),
        _ => Value::from(1_i64),
    }
}

/// Bodies of saved functions come with the parameters that they are called with.
fn parameter(row: &Json) -> Parameter {
    let ty = row["type"].as_str().and_then(Type::from_name).unwrap_or(Type::Dynamic);
    Parameter { name: Arc::from(row["name"].as_str().unwrap()), ty, value: Some(sample(ty)) }
}

/// What became of a query.
enum Outcome {
    Runs,
    Unbound(String),
    Refused(String),
}

fn outcome(row: &Json) -> Outcome {
    let query = row["query"].as_str().unwrap();
    let parsed = kusto::parse(query);
    let mut environment = Environment::new(Catalog::builtin());
    environment.parameters = row["params"].as_array().into_iter().flatten().map(parameter).collect();
    let lowered = kusto::lower(&parsed.query, query, &environment);
    if let Some(error) = parsed.diagnostics.iter().chain(&lowered.diagnostics).find(|d| d.severity == Severity::Error) {
        return Outcome::Unbound(format!("{}: {}", error.code, error.message));
    }
    let Some(plan) = lowered.plan else { return Outcome::Unbound("no plan".to_owned()) };
    let mut settings = Settings::at(NOW);
    settings.limits.rows = ROWS;
    settings.limits.time = Some(Duration::from_secs(5));
    match eval::run(&plan, &AnyTable::default(), &settings) {
        Err(refusal) if refusal.code != "row-limit" => Outcome::Refused(format!("{}: {}", refusal.code, refusal.message)),
        _ => Outcome::Runs,
    }
}

#[test]
fn real_rules_run_without_a_refusal() {
    let every = if std::env::var("FULL").is_ok() { 1 } else { SAMPLE };
    let rows = rows("parse/kusto.jsonl").into_iter().filter(|row| row["bind"]["ok"] == true);
    let only = std::env::var("ONLY").ok();
    let asked = |row: &Json| only.as_ref().is_none_or(|ids| row["id"].as_str().is_some_and(|id| ids.contains(id)));
    let rows: Vec<Json> = rows.filter(asked).step_by(every).collect();
    if rows.is_empty() {
        return;
    }
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<(usize, Outcome)>> = Mutex::new(Vec::new());
    let work = || {
        while let Some((at, row)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, rows.get(at)?))) {
            let outcome = outcome(row);
            outcomes.lock().unwrap().push((at, outcome));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            std::thread::Builder::new().stack_size(32 << 20).spawn_scoped(scope, work).unwrap();
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap();
    outcomes.sort_by_key(|(at, _)| *at);
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (at, outcome) in &outcomes {
        if let Outcome::Unbound(reason) | Outcome::Refused(reason) = outcome {
            reasons.entry(reason.clone()).or_default().push(rows[*at]["id"].as_str().unwrap());
        }
    }
    let stopped: usize = reasons.values().map(Vec::len).sum();
    let share = 100.0 * (rows.len() - stopped) as f64 / rows.len() as f64;
    eprintln!("of {} queries that bind for the vendor {} run: {share:.2} %", rows.len(), rows.len() - stopped);
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, queries)| std::cmp::Reverse(queries.len()));
    let shown = std::env::var("SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    for (reason, queries) in reasons.iter().take(shown) {
        eprintln!("{:5} {reason} ({})", queries.len(), queries[..queries.len().min(3)].join(", "));
    }
    assert!(share > 95.0, "{share:.2} % of the real queries run");
}
