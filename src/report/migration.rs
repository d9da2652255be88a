//! A whole migration as one HTML file: the status of every rule, what is lost and why, source and translation side by side.
//!
//! It needs nothing from outside: styles and the few lines of script for search stand in the file.

use super::Lines;
use super::translation::{Translation, offset, said, word};
use crate::emit::{Status, Target};
use crate::evidence::Level;
use minijinja::{AutoEscape, Environment, Error};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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

/// A kind of loss: how many rules have it, and what each of them lost.
#[derive(Serialize)]
struct Cause {
    code: &'static str,
    fidelity: &'static str,
    number: usize,
    said: Vec<Said>,
}

/// One message with the rules that it is about.
#[derive(Serialize)]
struct Said {
    message: String,
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
        target: titled(target),
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
    let losses = said(&emitted.losses).map(|(loss, message)| LossRow {
        code: loss.code,
        fidelity: word(loss.fidelity),
        message,
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

/// A target's name as a title has it.
fn titled(target: Target) -> &'static str {
    match target {
        Target::Sentinel => "Sentinel",
        Target::Kql => "Kusto (KQL)",
        Target::Elastic => "Elastic",
        Target::Sigma => "Sigma",
    }
}

/// Groups losses by what they are, and those by what is lost; what most rules have comes first.
fn causes(rules: &[Row]) -> Vec<Cause> {
    let mut by_code: BTreeMap<(&'static str, &'static str), BTreeMap<&str, Vec<Link>>> = BTreeMap::new();
    for row in rules {
        for loss in &row.losses {
            let links = by_code.entry((loss.code, loss.fidelity)).or_default().entry(&loss.message).or_default();
            if links.last().is_none_or(|last| last.number != row.number) {
                links.push(Link { number: row.number, name: row.name.clone() });
            }
        }
    }
    let cause = |((code, fidelity), said): ((&'static str, &'static str), BTreeMap<&str, Vec<Link>>)| {
        let mut said: Vec<Said> = said.into_iter().map(|(message, rules)| Said { message: message.to_owned(), rules }).collect();
        said.sort_by_key(|one| std::cmp::Reverse(one.rules.len()));
        let concerned: BTreeSet<usize> = said.iter().flat_map(|one| &one.rules).map(|link| link.number).collect();
        Cause { code, fidelity, number: concerned.len(), said }
    };
    let mut causes: Vec<Cause> = by_code.into_iter().map(cause).collect();
    causes.sort_by_key(|cause| (rank(cause.fidelity), std::cmp::Reverse(cause.number)));
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
