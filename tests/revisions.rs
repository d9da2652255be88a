//! Revisions of real rules by seeded edits: every verdict of `diff` is right or `unknown`, and every event shown does what it is shown for.
//!
//! A verdict is judged by running both versions on events that come from the conditions of either; the edits know nothing of verdicts.

use super::corpus::texts;
use isoglot::diff::{Verdict, diff};
use isoglot::eval::world::World;
use isoglot::eval::{Settings, run};
use isoglot::idiom::flatten;
use isoglot::ir::{Expr, Op, Plan, Rule, TableSource};
use isoglot::rulefile::{ReadContext, read};
use isoglot::solve::{family, samples};
use isoglot::source::Span;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

const NOW: i64 = 639_034_472_967_891_234;
const REVISIONS: usize = 300;
const SAMPLES: usize = 60;

/// A small linear congruential generator: the same edits every time.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

/// The edits: what is replaced (one occurrence of it) by what.
const EDITS: &[(&str, &str, &str)] = &[
    ("value added", " in (\"", " in (\"zz-added\", \""),
    ("value added", ": (\"", ": (\"zz-added\", \""),
    ("value added", ":(\"", ":(\"zz-added\" or \""),
    ("value added", " in~ (\"", " in~ (\"zz-added\", \""),
    ("value added", "\n            - ", "\n            - zz-added\n            - "),
    ("case changed", " == \"", " =~ \""),
    ("case changed", " =~ \"", " == \""),
    ("case changed", " in (", " in~ ("),
    ("case changed", " like (", " like~ ("),
    ("negation flipped", " != ", " == "),
    ("negation flipped", " == ", " != "),
    ("negation flipped", " !in ", " in "),
    ("negation flipped", "and not ", "and "),
    ("exclusion dropped", " and not filter", ""),
    ("exclusion dropped", " and not 1 of filter_main_*", ""),
    ("operator moved", " has ", " contains "),
    ("operator moved", " contains ", " has "),
    ("operator moved", " startswith ", " contains "),
    ("operator moved", "|endswith:", "|contains:"),
    ("operator moved", "|contains:", "|startswith:"),
    ("operator moved", " and ", " or "),
    ("operator moved", " or ", " and "),
    ("bound moved", " > ", " >= "),
    ("bound moved", " >= ", " > "),
    ("bound moved", "== 0", "== 1"),
    ("field changed", "process.name", "process.parent.name"),
    ("field changed", "Image|", "ParentImage|"),
    ("field changed", "CommandLine|", "ParentCommandLine|"),
    ("value changed", ".exe", ".com"),
    ("value changed", "\"success\"", "\"failure\""),
    ("value widened", "*.exe", "*"),
    ("all made any", "|all:", ":"),
    ("condition made one of", "all of selection", "1 of selection"),
];

fn corpus() -> Vec<(String, String)> {
    let mut rules: Vec<(String, String)> = ["sentinel", "elastic/rules", "sigma/rules"].into_iter().flat_map(texts).collect();
    rules.sort();
    rules
}

/// Applies one edit to one of its places behind the rule's metadata.
fn edited(text: &str, edit: &(&str, &str, &str), seeded: &mut Seeded) -> Option<String> {
    let start = ["\nquery: |", "\nquery = ", "\ndetection:"].iter().find_map(|head| text.find(head))?;
    let places: Vec<usize> = text[start..].match_indices(edit.1).map(|(at, _)| start + at).collect();
    let at = *places.get(seeded.below(places.len()))?;
    Some(format!("{}{}{}", &text[..at], edit.2, &text[at + edit.1.len()..]))
}

fn parsed(path: &str, text: &str) -> Option<Rule> {
    let file = read(path, text, &ReadContext::builtin());
    let broken = file.diagnostics.iter().any(|found| found.severity == isoglot::diagnostic::Severity::Error);
    file.rules.into_iter().next().filter(|rule| !broken && rule.detection.is_some())
}

/// The events that conditions of a plan suggest, and the source that they belong to.
fn suggested(plan: &Arc<Plan>) -> Option<(String, Vec<Json>)> {
    let flat = flatten(plan, "")?;
    let source = match &flat.scan.op {
        Op::Scan(TableSource::Table(name)) => name.to_string(),
        Op::Scan(TableSource::Index(patterns)) => patterns.first()?.replace('*', "x"),
        Op::Scan(TableSource::LogSource { category, product, service }) => {
            [product, category, service].into_iter().flatten().map(|part| &**part).collect::<Vec<_>>().join("/")
        }
        _ => return None,
    };
    let predicate = Expr::all(flat.predicates.iter().cloned(), Span::default());
    Some((source, samples(&predicate, family(&flat.scan), NOW, SAMPLES)))
}

fn fires(plan: &Arc<Plan>, source: &str, event: &Json) -> Option<bool> {
    let mut world = World::default();
    world.add(source, event.clone());
    run(plan, &world, &Settings::at(NOW)).ok().map(|table| !table.rows.is_empty())
}

/// Returns why a verdict is wrong.
fn refuted(old: &Rule, new: &Rule, verdict: Verdict, witnesses: [Option<&Json>; 2]) -> Option<String> {
    let (a, b) = (&old.detection.as_ref()?.plan, &new.detection.as_ref()?.plan);
    let (source, mut events) = suggested(a)?;
    events.extend(suggested(b)?.1);
    for (witness, expected) in witnesses.into_iter().zip([(true, false), (false, true)]) {
        if let Some(event) = witness
            && (fires(a, &source, event), fires(b, &source, event)) != (Some(expected.0), Some(expected.1))
        {
            return Some(format!("the event shown does not do what it is shown for: {event}"));
        }
    }
    let single = |event: &Json| event.as_object().is_some_and(|members| members.values().all(|value| !value.is_array()));
    events.iter().find_map(|event| {
        let seen = (fires(a, &source, event)?, fires(b, &source, event)?);
        let allowed = match verdict {
            Verdict::Equivalent => seen.0 == seen.1,
            Verdict::Narrower => seen.0 || !seen.1,
            Verdict::Broader => !seen.0 || seen.1,
            // Of fields with one value each; with several, anything may come together.
            Verdict::Disjoint => !(seen.0 && seen.1 && single(event)),
            Verdict::Overlapping | Verdict::Unknown => true,
        };
        (!allowed).then(|| format!("{verdict:?}, but old and new give {seen:?} on {event}"))
    })
}

#[test]
fn verdicts_on_seeded_revisions_of_real_rules_are_right() {
    let rules = corpus();
    let mut seeded = Seeded(7);
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut judged = 0;
    let mut slowest = std::time::Duration::ZERO;
    for turn in 0..REVISIONS * 200 {
        if rules.is_empty() || judged == REVISIONS {
            break;
        }
        let (path, text) = &rules[seeded.below(rules.len())];
        let edit = &EDITS[turn % EDITS.len()];
        let Some(changed) = edited(text, edit, &mut seeded) else { continue };
        let (Some(old), Some(new)) = (parsed(path, text), parsed(path, &changed)) else { continue };
        judged += 1;
        let started = std::time::Instant::now();
        let found = diff(&old, &new);
        slowest = slowest.max(started.elapsed());
        *counts.entry(found.verdict).or_default() += 1;
        if found.verdict == Verdict::Unknown {
            *unknown.entry(format!("{} in {:?}/{:?}", edit.0, old.dialect, old.rule_type)).or_default() += 1;
        }
        let witnesses = [found.witnesses.only_old.as_ref(), found.witnesses.only_new.as_ref()];
        if let Some(why) = refuted(&old, &new, found.verdict, witnesses) {
            wrong.push(format!("{path}: {} (`{}` to `{}`): {why}", edit.0, edit.1, edit.2));
        }
    }
    println!("{judged} revisions: {counts:?}; slowest {slowest:?}\nunknown: {unknown:#?}");
    assert!(wrong.is_empty(), "{} wrong verdicts:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rules.is_empty() || judged == REVISIONS, "only {judged} revisions could be made");
}
