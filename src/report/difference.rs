//! What changed between two versions of a rule: one JSON object for programs, text for people, markdown for a pull request.

use super::{Lines, markdown};
use crate::diff::{Area, Change, Diff, Direction, Observation, Side, Verdict};
use serde_json::{Map, Value as Json, json};
use similar::TextDiff;
use std::fmt::Write as _;

/// One version of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// The file as the user named it.
    pub path: &'a str,
    /// Its text; "" where this version does not exist.
    pub text: &'a str,
    /// The text of its query.
    pub query: &'a str,
}

/// Two versions and what changed between them.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// The rule's name.
    pub rule: &'a str,
    /// The old version.
    pub old: Version<'a>,
    /// The new version.
    pub new: Version<'a>,
    /// What changed; `None` where only one of the versions exists.
    pub diff: Option<&'a Diff>,
}

/// Returns the members of `diff --batch` and `diff --format json`.
pub fn object(difference: &Difference<'_>) -> Map<String, Json> {
    let mut members = Map::new();
    let Some(diff) = difference.diff else { return members };
    members.insert("verdict".to_owned(), json!(diff.verdict));
    for (name, of_old) in [("only_old", true), ("only_new", false)] {
        if let Some(event) = diff.witness(of_old) {
            members.insert(name.to_owned(), event.clone());
        }
    }
    let (old, new) = (Lines::of(difference.old.text), Lines::of(difference.new.text));
    let side = |side: &Option<Side>, lines: &Lines<'_>| match side {
        Some(side) => {
            let at = lines.position(side.span.start);
            json!({ "text": side.text, "line": at.line, "column": at.column })
        }
        None => Json::Null,
    };
    let change = |change: &Change| {
        json!({
            "area": change.area, "change": change.kind, "what": change.what, "within": change.within,
            "old": side(&change.old, &old), "new": side(&change.new, &new), "effect": change.effect,
        })
    };
    members.insert("changes".to_owned(), diff.changes.iter().map(change).collect());
    members
}

/// Returns the object of `diff --format json`.
pub fn document(difference: &Difference<'_>) -> Json {
    let mut members = Map::from_iter([
        ("rule".to_owned(), json!(difference.rule)),
        ("old".to_owned(), json!(difference.old.path)),
        ("new".to_owned(), json!(difference.new.path)),
    ]);
    match difference.diff {
        None => {
            members.insert("status".to_owned(), json!(existence(difference)));
        }
        Some(diff) => {
            members.extend(object(difference));
            let case = |seen: &Observation| json!({ "name": seen.case, "old": seen.old, "new": seen.new, "events": seen.events });
            let cases: Json = diff.observations.iter().filter(|seen| seen.differs()).map(case).collect();
            members.insert("cases".to_owned(), cases);
        }
    }
    Json::Object(members)
}

fn existence(difference: &Difference<'_>) -> &'static str {
    if difference.old.text.is_empty() { "added" } else { "removed" }
}

/// Says the verdict in a sentence.
fn sentence(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equivalent => "fires on the same events",
        Verdict::Narrower => "fires on fewer events: every event of the new version is one of the old",
        Verdict::Broader => "fires on more events: every event of the old version is one of the new",
        Verdict::Overlapping => "fires on some of the old events and on others",
        Verdict::Disjoint => "fires on none of the old events",
        Verdict::Unknown => "not decided",
    }
}

/// The events that show the verdict, with the version that matches them.
fn witnesses(diff: &Diff) -> impl Iterator<Item = (&'static str, &Json)> {
    let found = [("old", &diff.witnesses.only_old), ("new", &diff.witnesses.only_new)];
    found.into_iter().filter_map(|(who, event)| Some((who, event.as_ref()?)))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equivalent => "equivalent",
        Verdict::Narrower => "narrower",
        Verdict::Broader => "broader",
        Verdict::Overlapping => "overlapping",
        Verdict::Disjoint => "disjoint",
        Verdict::Unknown => "unknown",
    }
}

fn effect(change: &Change) -> &'static str {
    match change.effect {
        Some(Direction::Narrower) => " (narrower)",
        Some(Direction::Broader) => " (broader)",
        _ => "",
    }
}

const AREAS: [(Area, &str); 4] =
    [(Area::Logic, "logic"), (Area::Schedule, "schedule"), (Area::Alert, "alert"), (Area::Metadata, "metadata")];

/// Renders a difference for people.
pub fn text(difference: &Difference<'_>) -> String {
    let Some(diff) = difference.diff else {
        let path = if difference.old.text.is_empty() { difference.new.path } else { difference.old.path };
        return format!("{path}: {} ({})\n", existence(difference), difference.rule);
    };
    let path = difference.new.path;
    let mut out = format!("{path}: {}\n", difference.rule);
    let _ = writeln!(out, "  {}: {}", word(diff.verdict), sentence(diff.verdict));
    for (who, event) in witnesses(diff) {
        let _ = writeln!(out, "    only the {who} version matches {event}");
    }
    let (old, new) = (Lines::of(difference.old.text), Lines::of(difference.new.text));
    for (area, name) in AREAS {
        for (number, change) in diff.changes.iter().filter(|change| change.area == area).enumerate() {
            if number == 0 {
                let _ = writeln!(out, "  {name}");
            }
            let place = match (&change.new, &change.old) {
                (Some(side), _) if has_place(side) => format!("  {path}:{}", place(&new, side)),
                (None, Some(side)) if has_place(side) => format!("  {}:{}", difference.old.path, place(&old, side)),
                _ => String::new(),
            };
            let _ = writeln!(out, "    {}{}{place}", change.title(), effect(change));
            for (sign, side) in [('-', &change.old), ('+', &change.new)] {
                for line in side.iter().flat_map(|side| shown(&side.text)) {
                    let _ = writeln!(out, "      {sign} {line}");
                }
            }
        }
    }
    for (number, seen) in diff.observations.iter().filter(|seen| seen.differs()).enumerate() {
        if number == 0 {
            let _ = writeln!(out, "  test cases");
        }
        let _ = writeln!(out, "    {}: {}", seen.case, verdicts(seen));
    }
    let query = query_diff(difference);
    if !query.is_empty() {
        let _ = writeln!(out, "  query");
        for line in query.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

/// Renders a difference for a comment on a pull request.
pub fn markdown(difference: &Difference<'_>) -> String {
    let Some(diff) = difference.diff else {
        let path = if difference.old.text.is_empty() { difference.new.path } else { difference.old.path };
        return format!("### {}\n\n`{path}`: {}\n\n", difference.rule, existence(difference));
    };
    let mut out =
        format!("### {}\n\n`{}`: **{}**, {}\n\n", difference.rule, difference.new.path, word(diff.verdict), sentence(diff.verdict));
    for (who, event) in witnesses(diff) {
        let _ = writeln!(out, "- only the {who} version matches {}", code(&event.to_string()));
    }
    if !diff.witnesses.is_empty() {
        out.push('\n');
    }
    if !diff.changes.is_empty() {
        out.push_str("| | change | old | new | effect |\n|---|---|---|---|---|\n");
    }
    for (area, name) in AREAS {
        for change in diff.changes.iter().filter(|change| change.area == area) {
            let side = |side: &Option<Side>| side.as_ref().map_or_else(String::new, |side| code(&shown(&side.text).join(" ")));
            let effect = effect(change).trim_matches([' ', '(', ')']);
            let row = [name, &markdown::cell(&change.title()), &side(&change.old), &side(&change.new), effect].join(" | ");
            let _ = writeln!(out, "| {row} |");
        }
    }
    let differing: Vec<&Observation> = diff.observations.iter().filter(|seen| seen.differs()).collect();
    if !differing.is_empty() {
        out.push_str("\nTest cases with another verdict:\n\n");
        for seen in differing {
            let _ = writeln!(out, "- {}: {}", seen.case, verdicts(seen));
        }
    }
    let query = query_diff(difference);
    if !query.is_empty() {
        let _ = write!(out, "\n<details><summary>query</summary>\n\n```diff\n{query}```\n\n</details>\n");
    }
    out.push('\n');
    out
}

/// A text as code in a table cell.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|"))
}

/// Fields of the file without a place of their own stand at its start.
fn has_place(side: &Side) -> bool {
    side.span.start > 0
}

fn place(lines: &Lines<'_>, side: &Side) -> String {
    let at = lines.position(side.span.start);
    format!("{}:{}", at.line, at.column)
}

fn verdicts(seen: &Observation) -> &'static str {
    if seen.old == Some(true) { "fired, does not fire any more" } else { "did not fire, fires now" }
}

/// The first lines of a text.
fn shown(text: &str) -> Vec<String> {
    const LINES: usize = 4;
    const WIDTH: usize = 160;
    let cut = |line: &str| {
        let line = line.trim_end();
        if line.chars().count() <= WIDTH { line.to_owned() } else { line.chars().take(WIDTH).chain(['…']).collect() }
    };
    let mut lines: Vec<String> = text.lines().take(LINES).map(cut).collect();
    if text.lines().count() > LINES {
        lines.push("…".to_owned());
    }
    lines
}

/// The query as a unified diff; "" where its text is the same.
fn query_diff(difference: &Difference<'_>) -> String {
    if difference.old.query == difference.new.query {
        return String::new();
    }
    let ended = |text: &str| format!("{}\n", text.trim_end());
    TextDiff::from_lines(&ended(difference.old.query), &ended(difference.new.query)).unified_diff().context_radius(2).to_string()
}
