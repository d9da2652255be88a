//! Kusto's semantics against the engine's answers, over the corpus where it is there. The comparison is that of `score/kql.py`.

use super::corpus::rows;
use isoglot::diagnostic::Severity;
use isoglot::eval::{self, Provider, Refusal, Rows, Settings, json::to_json};
use isoglot::ir::{Schema, TableSource, datetime::parse_datetime, timespan::parse_timespan};
use isoglot::lang::kusto::{self, Environment};
use isoglot::schema::Catalog;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// When the queries run, if they do not say.
const NOW: i64 = 638_000_000_000_000_000;

/// The corpus's queries bring their own rows.
struct NoTables;

impl Provider for NoTables {
    fn scan(&self, _: &TableSource, _: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(None)
    }
}

fn vectors() -> Vec<Json> {
    rows("conformance/kql.jsonl").into_iter().filter(|vector| vector["usable"] == true).collect()
}

/// Columns with types, and rows as JSON; or the stage and the message.
type Answer = Result<(Vec<(String, String)>, Vec<Vec<Json>>), (&'static str, String)>;

fn settings(vector: &Json) -> Settings {
    Settings::at(vector["now"].as_str().and_then(parse_datetime).unwrap_or(NOW))
}

fn answer(query: &str, settings: &Settings) -> Answer {
    let parsed = kusto::parse(query);
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        return Err(("parse", error.message.clone()));
    }
    let catalog = Catalog::builtin();
    let lowered = kusto::lower(&parsed.query, query, &Environment::new(catalog));
    if let Some(error) = lowered.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        return Err(("bind", error.message.clone()));
    }
    let Some(plan) = lowered.plan else { return Err(("bind", "no plan".to_owned())) };
    let table = eval::run(&plan, &NoTables, settings).map_err(|refusal| ("run", refusal.message))?;
    let columns = table.columns.iter().map(|column| (column.name.to_string(), column.ty.name().to_owned())).collect();
    let cells = |row: &Vec<_>| row.iter().zip(&table.columns).map(|(value, column)| to_json(value, column.ty)).collect();
    Ok((columns, table.rows.iter().map(cells).collect()))
}

fn flagged(vector: &Json, part: &str) -> bool {
    vector["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag.as_str().unwrap().contains(part)))
}

/// `Ok` where the answer is right, else what is wrong with it.
fn verdict(vector: &Json, answer: &Answer) -> Result<(), String> {
    if vector["expect"] == "error" {
        return if answer.is_err() { Ok(()) } else { Err("took what the engine rejects".to_owned()) };
    }
    let (columns, rows) = match answer {
        Ok(answer) => answer,
        Err((stage, _)) => return Err(format!("{stage} error")),
    };
    let types: Vec<&str> = vector["types"].as_array().unwrap().iter().map(|ty| ty.as_str().unwrap()).collect();
    if columns.len() != types.len() {
        return Err("column count".to_owned());
    }
    let loose_types = flagged(vector, "analyser-schema-differs") || flagged(vector, "type-");
    if !loose_types && columns.iter().map(|(_, ty)| ty.as_str()).ne(types.iter().copied()) {
        return Err("column types".to_owned());
    }
    let wanted = vector["rows"].as_array().unwrap();
    let mut got: Vec<&Vec<Json>> = rows.iter().collect();
    if vector["expect"] == "last_row" {
        got = got.split_off(got.len().saturating_sub(1));
    }
    if got.len() != wanted.len() {
        return Err("row count".to_owned());
    }
    if flagged(vector, "innerunique-pick") || flagged(vector, "approx") {
        return Ok(());
    }
    let any_order = flagged(vector, "array-order-unspecified");
    let same_row = |number: usize, wanted: &Json, got: &Vec<Json>| {
        let tolerance = |column: usize| vector["tol"][number][column].as_f64();
        let cells = wanted.as_array().unwrap().iter().zip(got).zip(&types).enumerate();
        cells.into_iter().all(|(column, ((wanted, got), ty))| same_cell(wanted, got, ty, tolerance(column), any_order))
    };
    if vector["ordered"] == true && !flagged(vector, "ties") {
        let same = wanted.iter().zip(&got).enumerate().all(|(number, (wanted, got))| same_row(number, wanted, got));
        return if same { Ok(()) } else { Err("values".to_owned()) };
    }
    for (number, wanted) in wanted.iter().enumerate() {
        match got.iter().position(|got| same_row(number, wanted, got)) {
            Some(found) => got.remove(found),
            None => return Err("values".to_owned()),
        };
    }
    Ok(())
}

fn same_cell(wanted: &Json, got: &Json, ty: &str, tolerance: Option<f64>, any_order: bool) -> bool {
    match ty {
        _ if wanted.is_null() || (got.is_null() && ty != "string") => wanted.is_null() && got.is_null(),
        "string" => wanted.as_str().unwrap_or("") == got.as_str().unwrap_or(""),
        "timespan" => wanted.as_i64() == got.as_str().and_then(parse_timespan),
        "long" | "int" => integer(wanted) == integer(got),
        "guid" => wanted.as_str().map(str::to_lowercase) == got.as_str().map(str::to_lowercase),
        "decimal" => match (number(wanted), number(got)) {
            (Some(a), Some(b)) => (a - b).abs() <= tolerance.unwrap_or(0.0).max(1e-12 * a.abs()),
            _ => wanted == got,
        },
        "real" if wanted.is_number() && got.is_number() => close(wanted, got, tolerance),
        "dynamic" => same_dynamic(wanted, got, tolerance, any_order),
        _ => wanted == got,
    }
}

fn integer(value: &Json) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn number(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn close(a: &Json, b: &Json, tolerance: Option<f64>) -> bool {
    let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
    (a - b).abs() <= tolerance.unwrap_or(0.0).max(1e-9 * a.abs().max(b.abs()))
}

fn same_dynamic(wanted: &Json, got: &Json, tolerance: Option<f64>, any_order: bool) -> bool {
    match (wanted, got) {
        (Json::Number(_), Json::Number(_)) => close(wanted, got, tolerance),
        (Json::Array(a), Json::Array(b)) if any_order => {
            let sorted = |items: &[Json]| {
                let mut texts: Vec<Json> = items.to_vec();
                texts.sort_by_key(Json::to_string);
                texts
            };
            a.len() == b.len() && sorted(a).iter().zip(&sorted(b)).all(|(a, b)| same_dynamic(a, b, tolerance, false))
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_dynamic(a, b, tolerance, false)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same_dynamic(a, b, tolerance, false)))
        }
        _ => wanted == got,
    }
}

#[test]
fn answers_are_the_engines() {
    let show = std::env::args().any(|arg| arg == "--nocapture");
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut refused, mut wrong, mut names) = (0, 0, 0);
    let vectors = vectors();
    for vector in &vectors {
        let answer = answer(vector["query"].as_str().unwrap(), &settings(vector));
        let verdict = verdict(vector, &answer);
        let trust = if matches!(vector["trust"].as_str(), Some("engine" | "engine-claimed")) { "trust:engine" } else { "trust:other" };
        for group in [vector["relevance"].as_str().unwrap(), trust, "all"] {
            let (passed, all) = groups.entry(group.to_owned()).or_default();
            *passed += usize::from(verdict.is_ok());
            *all += 1;
        }
        let expected: Vec<&str> = vector["columns"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        match (&verdict, &answer) {
            (Ok(()), Ok((columns, _))) if columns.iter().map(|(name, _)| name).ne(expected.iter()) => names += 1,
            (Err(reason), _) if reason.ends_with(" error") => refused += 1,
            (Err(_), _) => wrong += 1,
            _ => {}
        }
        if let (Err(reason), true) = (&verdict, show) {
            let short = |text: String| text.chars().take(400).collect::<String>();
            let got = match &answer {
                Ok((columns, rows)) => format!("{columns:?} {}", serde_json::to_string(rows).unwrap()),
                Err((_, message)) => message.clone(),
            };
            eprintln!("FAIL {} [{}] {reason}\n  {}", vector["id"], vector["relevance"], short(vector["query"].to_string()));
            eprintln!("  want {} {}\n  got  {}", vector["types"], short(vector["rows"].to_string()), short(got));
        }
    }
    for (group, (passed, all)) in &groups {
        eprintln!("{group:13} {passed:5}/{all:<5} {:6.2} %", 100.0 * *passed as f64 / *all as f64);
    }
    eprintln!("refused {refused}, wrong {wrong} of {}; column names differ in {names} passing vectors", vectors.len());
}

#[test]
fn answers_depend_neither_on_how_a_query_is_written_nor_on_how_it_is_run() {
    let mut different = Vec::new();
    let vectors = vectors();
    let step = if cfg!(debug_assertions) { 5 } else { 1 };
    for vector in vectors.iter().step_by(step) {
        let query = vector["query"].as_str().unwrap();
        let fast = Settings { threads: 2, ..settings(vector) };
        let plain = Settings { prune: false, threads: 1, ..settings(vector) };
        // What a refusal says may quote the query.
        let outcome = |query: &str, settings: &Settings| answer(query, settings).map_err(|(stage, _)| stage);
        let expected = outcome(query, &plain);
        let mut compare = |how: &str, got| {
            if got != expected {
                different.push(format!("{} {how}: {got:?} instead of {expected:?}", vector["id"]));
            }
        };
        compare("pruned, by two threads", outcome(query, &fast));
        let parsed = kusto::parse(query);
        if parsed.diagnostics.is_empty() {
            compare("printed", outcome(&kusto::print(&parsed.query), &plain));
        }
    }
    eprintln!("kql: {} vectors answer the same printed anew, pruned and by two threads", vectors.len() / step);
    assert!(different.is_empty(), "{}", different.join("\n"));
}
