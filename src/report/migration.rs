//! A whole migration as one HTML file: the status of every rule, what is lost and why, source and translation side by side.
//!
//! It needs nothing from outside: styles and the few lines of script for search stand in the file.

use super::Lines;
use super::translation::{Translation, offset, word};
use crate::emit::{Status, Target};
use crate::evidence::Level;
use minijinja::{AutoEscape, Environment, Error};
use serde::Serialize;
use std::collections::BTreeMap;

const TEMPLATE: &str = include_str!("migration.html.j2");

#[derive(Serialize)]
struct Page {
    target: &'static str,
    total: usize,
    counts: Vec<Count>,
    evidence: Vec<Count>,
    causes: Vec<Cause>,
    rules: Vec<Row>,
}

/// A number with what it counts.
#[derive(Serialize)]
struct Count {
    name: &'static str,
    number: usize,
    percent: f64,
}

/// A kind of loss with the rules that have it.
#[derive(Serialize)]
struct Cause {
    code: &'static str,
    fidelity: &'static str,
    example: String,
    rules: Vec<Link>,
}

#[derive(Clone, Serialize)]
struct Link {
    number: usize,
    name: String,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    name: String,
    file: String,
    status: &'static str,
    form: &'static str,
    evidence: Option<&'static str>,
    events: Option<usize>,
    matched: Option<usize>,
    assumptions: Vec<&'static str>,
    losses: Vec<LossRow>,
    source: String,
    translation: Option<String>,
}

#[derive(Serialize)]
struct LossRow {
    code: &'static str,
    fidelity: &'static str,
    message: String,
    line: usize,
}

/// Renders the report.
///
/// # Errors
/// A template that does not parse: a defect of isoglot, which a test shows.
pub fn html(translations: &[Translation<'_>], target: Target) -> Result<String, Error> {
    let total = translations.len();
    let count = |name: &'static str, is: &dyn Fn(&Translation<'_>) -> bool| {
        let number = translations.iter().filter(|translation| is(translation)).count();
        Count { name, number, percent: if total == 0 { 0.0 } else { 100.0 * number as f64 / total as f64 } }
    };
    let status = |wanted: Status| move |translation: &Translation<'_>| translation.emitted.status == wanted;
    let level = |wanted: Level| move |translation: &Translation<'_>| translation.evidence.level == Some(wanted);
    let rules: Vec<Row> = translations.iter().enumerate().map(|(number, translation)| row(number + 1, translation)).collect();
    let page = Page {
        target: target.name(),
        total,
        counts: vec![
            count("exact", &status(Status::Exact)),
            count("approximate", &status(Status::Approximate)),
            count("refused", &status(Status::Refused)),
        ],
        evidence: vec![
            count("proven", &level(Level::Proven)),
            count("tested", &level(Level::Tested)),
            count("parsed", &level(Level::Parsed)),
        ],
        causes: causes(&rules),
        rules,
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.render_str(TEMPLATE, page)
}

fn row(number: usize, translation: &Translation<'_>) -> Row {
    let Translation { file, text, rule, emitted, evidence } = translation;
    let lines = Lines::of(text);
    let losses = emitted.losses.iter().map(|loss| LossRow {
        code: loss.code,
        fidelity: word(loss.fidelity),
        message: loss.message.clone(),
        line: lines.position(offset(loss, rule.queries.first())).line,
    });
    Row {
        number,
        name: rule.meta.name.as_ref().map_or_else(|| (*file).to_owned(), |name| name.value.clone()),
        file: (*file).to_owned(),
        status: match emitted.status {
            Status::Exact => "exact",
            Status::Approximate => "approximate",
            Status::Refused => "refused",
        },
        form: emitted.form,
        evidence: evidence.level.map(|level| match level {
            Level::Proven => "proven",
            Level::Tested => "tested",
            Level::Parsed => "parsed",
        }),
        events: evidence.run.as_ref().map(|run| run.events),
        matched: evidence.run.as_ref().map(|run| run.matched),
        assumptions: evidence.assumptions.clone(),
        losses: losses.collect(),
        source: (*text).to_owned(),
        translation: emitted.text.clone(),
    }
}

/// Groups losses by what they are; the one that most rules have comes first.
fn causes(rules: &[Row]) -> Vec<Cause> {
    let mut by_code: BTreeMap<(&'static str, &'static str), Cause> = BTreeMap::new();
    for row in rules {
        for loss in &row.losses {
            let new = || Cause { code: loss.code, fidelity: loss.fidelity, example: loss.message.clone(), rules: Vec::new() };
            let cause = by_code.entry((loss.code, loss.fidelity)).or_insert_with(new);
            if cause.rules.last().is_none_or(|last| last.number != row.number) {
                cause.rules.push(Link { number: row.number, name: row.name.clone() });
            }
        }
    }
    let mut causes: Vec<Cause> = by_code.into_values().collect();
    causes.sort_by_key(|cause| (rank(cause.fidelity), std::cmp::Reverse(cause.rules.len())));
    causes
}

/// What keeps a rule from arriving comes before what changes it, and that before what is only about its display.
fn rank(fidelity: &str) -> u8 {
    match fidelity {
        "refused" => 0,
        "different" | "narrower" | "wider" => 1,
        "schedule" => 2,
        _ => 3,
    }
}
