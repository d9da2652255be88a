//! Recorded Windows events of SigmaHQ's regression data, mapped into Sentinel's columns and Elastic's fields: the translated rules still
//! fire on them.
//!
//! Which column or field an event's field goes to is said, with its page, in `targets/sources/`; nothing here knows a rule.

use super::corpus::{rows, shared};
use isoglot::emit::{Status, Target, emit};
use isoglot::eval::Settings;
use isoglot::eval::alert::run_rule;
use isoglot::eval::world::World;
use isoglot::ir::datetime::parse_datetime;
use isoglot::ir::{Dialect, Op, Rule, TableSource};
use isoglot::mapping::{PartRef, Sources, map_event};
use isoglot::rulefile::{self, ReadContext};
use serde_json::Value as Json;

const NOW: &str = "2026-03-02T12:00:00Z";
const EVENT_TIME: &str = "2026-03-02T11:58:00Z";

/// A line of the corpus: a rule and the numbers of the events that it is to match.
fn cases() -> Option<(Vec<Json>, Vec<Json>)> {
    let folder = shared("corpus/conformance")?;
    let rules = rows("conformance/sigma.jsonl").into_iter();
    let regression = rules.filter(|case| case["source"].as_str().is_some_and(|source| source.contains("regression_data")));
    let events: Json = serde_json::from_str(&std::fs::read_to_string(folder.join("sigma-events.json")).unwrap()).unwrap();
    Some((regression.collect(), events.as_array().cloned().unwrap()))
}

/// The tables and index patterns that a rule reads.
fn places(rule: &Rule) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(detection) = &rule.detection {
        detection.plan.walk(&mut |node| match &node.op {
            Op::Scan(TableSource::Table(name)) => found.push(name.to_string()),
            Op::Scan(TableSource::Index(patterns)) => found.extend(patterns.iter().map(ToString::to_string)),
            _ => {}
        });
    }
    found
}

/// Returns where a target holds the events of a part.
fn place(at: &PartRef, target: Target) -> Option<String> {
    match target {
        Target::Elastic => at.source.elastic.as_ref().filter(|_| at.part.elastic)?.index.first().map(ToString::to_string),
        _ => at.part.table.as_ref().map(ToString::to_string),
    }
}

/// Puts an event into every part of the rule's log source that is in one of the places: a part whose selection the event does not meet
/// gets an event that the query's own conditions leave out.
fn world(event: &Json, original: &Rule, target: Target, places: &[String]) -> World {
    let sources = Sources::builtin();
    let mut world = World::default();
    if target == Target::Sentinel {
        places.iter().for_each(|table| world.add(table, serde_json::json!({})));
    }
    let mut scans = Vec::new();
    if let Some(detection) = &original.detection {
        detection.plan.walk(&mut |node| {
            if let Op::Scan(scan @ TableSource::LogSource { .. }) = &node.op {
                scans.push(scan.clone());
            }
        });
    }
    for at in scans.iter().flat_map(|scan| sources.parts_of(scan)) {
        let Some(place) = place(&at, target).filter(|place| places.contains(place)) else { continue };
        let number = event["EventID"].to_string();
        let fits = at.part.facts.sigma.get("EventID").is_none_or(|known| known.values().iter().any(|v| v.json_text() == number));
        if fits {
            let mut mapped = map_event(event, Dialect::Sigma, target.dialect(), &at);
            mapped[target.dialect().time_column()] = EVENT_TIME.into();
            world.add(&place.replace('*', "default"), mapped);
        }
    }
    world
}

trait JsonText {
    fn json_text(&self) -> String;
}

impl JsonText for isoglot::ir::Value {
    fn json_text(&self) -> String {
        match self {
            Self::Long(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }
}

/// Translates every rule and runs it on its events; returns how many were translated, how many fire, and which do not.
fn run_on_events(target: Target) -> (usize, usize, Vec<String>) {
    let (cases, events) = cases().unwrap_or_default();
    let context = ReadContext::builtin();
    let settings = Settings::at(parse_datetime(NOW).unwrap());
    let (mut converted, mut fired, mut silent) = (0, 0, Vec::new());
    for case in &cases {
        let (path, text) = (case["path"].as_str().unwrap(), case["query"].as_str().unwrap());
        let Some(rule) = rulefile::read(path, text, &context).rules.into_iter().next() else { continue };
        let emitted = emit(&rule, text, target, Sources::builtin());
        let Some(written) = emitted.text.as_ref().filter(|_| emitted.status != Status::Refused) else { continue };
        let Some(back) = rulefile::read(target.name(), written, &context).rules.into_iter().next() else { continue };
        converted += 1;
        let mut matched = case["matches"].as_array().unwrap().iter().filter_map(|n| events.get(n.as_u64()? as usize));
        let places = places(&back);
        let fires = |event: &Json| run_rule(&back, &world(event, &rule, target, &places), &settings).is_ok_and(|o| !o.alerts.is_empty());
        if matched.any(fires) {
            fired += 1;
        } else {
            silent.push(path.to_owned());
        }
    }
    (converted, fired, silent)
}

fn check(target: Target) {
    let (converted, fired, silent) = run_on_events(target);
    let share = fired as f64 / converted.max(1) as f64 * 100.0;
    println!("regression events in {}: {converted} rules translated, {fired} fire ({share:.1} %)", target.name());
    assert!(converted == 0 || share >= 98.0, "{fired} of {converted} fire; silent:\n{}", silent.join("\n"));
}

#[test]
fn rules_translated_to_sentinel_fire_on_the_recorded_events() {
    check(Target::Sentinel);
}

#[test]
fn rules_translated_to_elastic_fire_on_the_recorded_events() {
    check(Target::Elastic);
}
