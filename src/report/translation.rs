//! A translation for programs (one JSON object a rule, design §7) and for people.

use super::Lines;
use crate::diagnostic::{Fidelity, Loss};
use crate::emit::{Emitted, Status};
use crate::evidence::{Difference, Evidence, Level, Run};
use crate::ir::{Query, Rule};
use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;

/// Differences at most that are shown of one rule.
const MOST_DIFFERENCES: usize = 5;

/// A rule and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Translation<'a> {
    /// The file as the user named it, with `/`.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The rule.
    pub rule: &'a Rule,
    /// What became of it.
    pub emitted: &'a Emitted,
    /// What backs it.
    pub evidence: &'a Evidence,
}

/// Returns the object that `convert --format json` prints.
pub fn object(translation: &Translation<'_>) -> Map<String, Json> {
    let Translation { rule, emitted, .. } = translation;
    let language = rule.queries.first().map(|query| query.language);
    let members = [
        ("file", json!(translation.file)),
        ("rule", json!(rule.meta.name.as_ref().map(|name| &name.value))),
        (
            "from",
            json!({
                "dialect": rule.dialect, "type": rule.rule_type, "language": language,
                "sources": emitted.sources, "covered": emitted.covered,
            }),
        ),
        ("to", json!(emitted.target)),
        ("form", json!((emitted.status != Status::Refused).then_some(emitted.form))),
        ("language", json!(emitted.language)),
        ("status", json!(emitted.status)),
        ("losses", losses(translation)),
        ("text", json!(emitted.text)),
        ("query", json!(emitted.query)),
        ("evidence", json!(translation.evidence.level)),
        ("sought", json!(translation.evidence.sought)),
        ("assumptions", json!(translation.evidence.assumptions)),
        ("run", translation.evidence.run.as_ref().map_or(Json::Null, run)),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What the run on made events gave.
fn run(run: &Run) -> Json {
    let difference = |found: &Difference| json!({ "event": found.event, "mapped": found.mapped, "original": found.original });
    let differences: Vec<Json> = run.differences.iter().take(MOST_DIFFERENCES).map(difference).collect();
    json!({ "events": run.events, "matched": run.matched, "differences": differences })
}

fn losses(translation: &Translation<'_>) -> Json {
    let lines = Lines::of(translation.text);
    let query = translation.rule.queries.first();
    let object = |loss: &Loss| {
        let at = lines.position(offset(loss, query));
        json!({
            "code": loss.code, "message": loss.message, "fidelity": loss.fidelity,
            "line": at.line, "column": at.column,
        })
    };
    translation.emitted.losses.iter().map(object).collect()
}

/// The loss's place in the file.
pub(super) fn offset(loss: &Loss, query: Option<&Query>) -> u32 {
    match query.filter(|_| loss.in_query) {
        Some(query) => query.map.span(loss.span).start,
        None => loss.span.start,
    }
}

/// Says for people what a rule became and what it lost: a line for the rule, a line a loss with its place.
pub fn text(translation: &Translation<'_>) -> String {
    let Translation { file, text, rule, emitted, evidence } = translation;
    let lines = Lines::of(text);
    let status = match emitted.status {
        Status::Exact => "exact",
        Status::Approximate => "approximate",
        Status::Refused => "refused",
    };
    let backed = match evidence.level {
        Some(Level::Proven) => ", proven",
        Some(Level::Tested) => ", tested",
        Some(Level::Parsed) => ", parsed back",
        None => "",
    };
    let form = if emitted.status == Status::Refused { String::new() } else { format!(" ({})", emitted.form) };
    let mut out = format!("{file} -> {}{form}: {status}{backed}\n", emitted.target.name());
    for (loss, said) in said(&emitted.losses) {
        let at = lines.position(offset(loss, rule.queries.first()));
        let _ = writeln!(out, "  {:<9} {said}  [{}] {file}:{}:{}", word(loss.fidelity), loss.code, at.line, at.column);
    }
    out
}

/// Losses as people read them, each with the first of those that it says: what all have no slot for is one list.
pub(super) fn said(losses: &[Loss]) -> impl Iterator<Item = (&Loss, String)> {
    losses.chunk_by(is_said_alike).filter_map(|alike| Some((alike.first()?, message(alike))))
}

/// Tells whether two losses of metadata say the same of two things: `name: no slot in kql`, `tags: no slot in kql`.
fn is_said_alike(one: &Loss, other: &Loss) -> bool {
    let (Some((_, said)), Some((_, of_other))) = (one.message.split_once(": "), other.message.split_once(": ")) else { return false };
    one.fidelity == Fidelity::Metadata && one.code == other.code && said == of_other
}

/// Names all things of which losses say the same, and says it once.
fn message(alike: &[Loss]) -> String {
    let Some((last, others)) = alike.split_last() else { return String::new() };
    let names = others.iter().filter_map(|loss| Some(format!("{}, ", loss.message.split_once(": ")?.0)));
    names.chain([last.message.clone()]).collect()
}

/// The word for a kind of difference.
pub fn word(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Metadata => "metadata",
        Fidelity::Schedule => "schedule",
        Fidelity::Narrower => "narrower",
        Fidelity::Wider => "wider",
        Fidelity::Different => "different",
        Fidelity::Refused => "refused",
    }
}
