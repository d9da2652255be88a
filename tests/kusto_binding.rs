//! Binding against the official analyser's verdicts and output columns, and the columns of the engine's answers.
//!
//! The figures are printed; the corpus is others' property and is read where it lies.

use super::corpus::rows;
use isoglot::diagnostic::Severity;
use isoglot::ir::{Column, Type};
use isoglot::lang::kusto::{self, Environment, lower::Parameter};
use isoglot::schema::Catalog;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What binding a query gives.
struct Bound {
    errors: Vec<String>,
    findings: Vec<(String, String)>,
    columns: Option<Vec<(String, String)>>,
}

fn bind(query: &str, parameters: Vec<Parameter>) -> Option<Bound> {
    let parsed = kusto::parse(query);
    if parsed.diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return None;
    }
    let mut environment = Environment::new(Catalog::builtin());
    environment.parameters = parameters;
    let lowered = kusto::lower(&parsed.query, query, &environment);
    let text = |d: &isoglot::diagnostic::Diagnostic| format!("{} {:?}: {}", d.code, d.primary.span.text(query), d.message);
    let pair = |c: &Column| (c.name.to_string(), c.ty.name().to_string());
    Some(Bound {
        errors: lowered.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(text).collect(),
        findings: lowered.diagnostics.iter().map(|d| (d.code.to_owned(), d.primary.span.text(query).to_owned())).collect(),
        columns: lowered.plan.filter(|plan| !plan.schema.open).map(|plan| plan.schema.columns.iter().map(pair).collect()),
    })
}

fn parameters(row: &Json) -> Vec<Parameter> {
    let list = row["params"].as_array().cloned().unwrap_or_default();
    let parameter = |p: &Json| {
        let ty = Type::from_name(p["type"].as_str()?).unwrap_or(Type::Dynamic);
        Some(Parameter { name: Arc::from(p["name"].as_str()?), ty, value: None })
    };
    list.iter().filter_map(parameter).collect()
}

fn pairs(json: &Json) -> Option<Vec<(String, String)>> {
    json.as_array()?.iter().map(|c| Some((c[0].as_str()?.to_owned(), c[1].as_str()?.to_owned()))).collect()
}

/// The classes of errors that must be found nearly always.
const FOUND: &[&str] = &["unknown_name", "unknown_function", "type", "column", "unknown_table"];

#[test]
fn binding_agrees_with_the_official_analyser() {
    let rows = rows("parse/kusto.jsonl");
    let show = std::env::var("SHOW").ok();
    let shown = |kind: &str| show.as_deref() == Some(kind);
    let (mut clean, mut false_errors, mut equal, mut with_columns, mut refused) = (0, 0, 0, 0, 0);
    let mut found: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for row in &rows {
        let Some(verdict) = row.get("bind") else { continue };
        let query = row["query"].as_str().unwrap_or_default();
        let Some(bound) = bind(query, parameters(row)) else {
            refused += 1;
            continue;
        };
        if verdict["ok"] == true {
            clean += 1;
            if !bound.errors.is_empty() {
                false_errors += 1;
                if shown("false") {
                    eprintln!("FALSE {} {:?}", row["id"], bound.errors.first());
                }
            }
        } else {
            for class in verdict["classes"].as_object().into_iter().flatten().map(|(class, _)| class.trim_end_matches(":W")) {
                let entry = found.entry(class.to_owned()).or_default();
                entry.1 += 1;
                if bound.findings.is_empty() {
                    if shown("missed") {
                        eprintln!("MISSED {class} {} {}", row["id"], verdict["first"]);
                    }
                } else {
                    entry.0 += 1;
                }
            }
        }
        if let Some(expected) = row.get("columns").and_then(pairs) {
            with_columns += 1;
            if bound.columns.as_ref() == Some(&expected) {
                equal += 1;
            } else if shown("columns") {
                let got = bound.columns.unwrap_or_default();
                let missing: Vec<_> = expected.iter().filter(|c| !got.contains(c)).collect();
                let extra: Vec<_> = got.iter().filter(|c| !expected.contains(c)).collect();
                eprintln!("COLUMNS {} missing {missing:?} extra {extra:?} errors {:?}", row["id"], bound.errors.first());
            }
        }
    }
    let share = |n: u32, of: u32| f64::from(n) * 100.0 / f64::from(of.max(1));
    println!("false errors {false_errors}/{clean} ({:.2} %), not parsed {refused}", share(false_errors, clean));
    for (class, (hit, all)) in &found {
        println!("found {class} {hit}/{all} ({:.1} %)", share(*hit, *all));
    }
    println!("columns equal {equal}/{with_columns} ({:.2} %)", share(equal, with_columns));
    let wanted = found.iter().filter(|(class, _)| FOUND.contains(&class.as_str()));
    let (hit, all) = wanted.fold((0, 0), |(hit, all), (_, (h, a))| (hit + h, all + a));
    println!("found of these {hit}/{all} ({:.1} %)", share(hit, all));
}

#[test]
fn columns_are_those_of_the_engines_answers() {
    let rows = rows("conformance/kql.jsonl");
    let show = std::env::var("SHOW").ok();
    let (mut names, mut types, mut all, mut errors) = (0, 0, 0, 0);
    for row in rows.iter().filter(|row| row["usable"] == true && row["expect"] != "error") {
        let query = row["query"].as_str().unwrap_or_default();
        let list = |key: &str| -> Vec<String> {
            row[key].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        };
        all += 1;
        let Some(bound) = bind(query, Vec::new()) else { continue };
        if !bound.errors.is_empty() {
            errors += 1;
            if show.as_deref() == Some("vectors") {
                eprintln!("ERROR {} {:?}", row["id"], bound.errors);
            }
        }
        let got = bound.columns.unwrap_or_default();
        let got_names: Vec<String> = got.iter().map(|(n, _)| n.clone()).collect();
        let got_types: Vec<String> = got.iter().map(|(_, t)| t.clone()).collect();
        names += u32::from(got_names == list("columns"));
        types += u32::from(got_types == list("types"));
        if show.as_deref() == Some("vectors") && (got_types != list("types") || got_names != list("columns")) {
            eprintln!("VECTOR {} want {:?} {:?} got {:?} {:?}", row["id"], list("columns"), list("types"), got_names, got_types);
        }
    }
    println!("vectors {all}: column names equal {names}, types equal {types}, with errors {errors}");
}
