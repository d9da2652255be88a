//! Evidence for a translation: parsed back, run on the same events, shown different where it is.
//!
//! The emitted text is read with isoglot's own reader, and original and translation run on the same events, the translation on
//! those mapped by `targets/sources/`. A claim that the evidence contradicts is never made.

mod differential;
mod events;
mod generated;
mod members;
mod neighbours;
mod proof;
mod variation;
mod verdicts;
mod worlds;

pub use differential::{Difference, Run};
pub use events::translated;
pub use verdicts::{Comparison, compare};

use crate::diagnostic::{Fidelity, Loss, Severity};
use crate::emit::{Emitted, Status};
use crate::ir::{Detection, Op, Plan, Rule, RuleType, Schema, UnionColumns};
use crate::mapping::Sources;
use crate::rulefile::{self, ReadContext};
use crate::source::Span;
use serde::Serialize;
use std::borrow::Cow;

/// How far a translation is backed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The emitted text reads back without an error.
    Parsed,
    /// And gives the original's verdicts on events.
    Tested,
    /// And is proven equal for all events.
    #[default]
    Proven,
}

/// What backs a translation.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// How far; `None` for a refusal.
    pub level: Option<Level>,
    /// How far at most that was tried.
    pub sought: Level,
    /// What a proof takes for granted.
    pub assumptions: Vec<&'static str>,
    /// The run on events made from the original's conditions, where there was one: what is proven is not run.
    pub run: Option<Run>,
}

/// Proves a translation, or where that is not decided runs it beside the original on events made from the original's conditions. A
/// translation that turns out to differ otherwise than its losses say is exact no longer: the event is a loss. Groups and sequences are
/// run also where a proof is found, since that compares them by what they are called. What is more than `sought` is not tried.
pub fn examine(rule: &Rule, back: &[Rule], emitted: &mut Emitted, sources: &Sources, sought: Level) -> Evidence {
    let Some(last) = whole(back) else { return Evidence { sought, ..Evidence::default() } };
    if sought == Level::Parsed {
        return Evidence { level: Some(Level::Parsed), sought, ..Evidence::default() };
    }
    let is_exact = emitted.status == Status::Exact;
    let is_proven = sought == Level::Proven && is_exact && proof::is_proven(rule, &last, emitted, sources);
    let is_settled = is_proven && !differential::look_at_several(rule, &last);
    let run = if is_settled { None } else { differential::differential(rule, &last, emitted, sources) };
    let beside = differential::beside(rule, &last, emitted, sources).filter(|found| run.is_some() || !found.differences.is_empty());
    let run = run.into_iter().chain(beside).reduce(Run::with);
    if let Some(difference) = run.as_ref().and_then(|run| run.differences.first()) {
        let (fires, not) = if difference.original { ("the original", "the translation") } else { ("the translation", "the original") };
        let what = if difference.event.is_array() { "fires on events on which" } else { "matches an event that" };
        let message = format!("{fires} {what} {not} does not: {}", difference.event);
        emitted.status = Status::Approximate;
        emitted.losses.insert(0, Loss::query("translation-differs", Fidelity::Different, Span::default(), message));
    } else if is_proven {
        let assumptions = proof::assumptions(rule.dialect, emitted.target.dialect());
        return Evidence { level: Some(Level::Proven), sought, assumptions, run };
    }
    let level = if run.as_ref().is_some_and(|run| run.matched > 0) { Level::Tested } else { Level::Parsed };
    Evidence { level: Some(level), sought, assumptions: Vec::new(), run }
}

/// Returns what was read back as one rule: a correlation stands for the rules before it, rules without one fire each for itself.
pub(crate) fn whole(back: &[Rule]) -> Option<Cow<'_, Rule>> {
    let (last, others) = back.split_last()?;
    if others.is_empty() || last.rule_type == RuleType::Correlation {
        return Some(Cow::Borrowed(last));
    }
    let plans: Option<Vec<_>> = back.iter().map(|rule| Some(rule.detection.as_ref()?.plan.clone())).collect();
    let op = Op::Union { inputs: plans?, columns: UnionColumns::Outer, source_column: None, fuzzy: false };
    let detection = Detection { plan: Plan::new(op, Schema::unknown(), Span::default()), lets: Vec::new() };
    Some(Cow::Owned(Rule { detection: Some(detection), ..last.clone() }))
}

/// Reads an emitted rule back; a translation that does not read is withdrawn and becomes a refusal, since nothing that the target
/// rejects may be written.
pub fn read_back(emitted: &mut Emitted, context: &ReadContext<'_>) -> Vec<Rule> {
    let Some(text) = &emitted.text else { return Vec::new() };
    let ending = if rulefile::kibana::is_lines(text) { "ndjson" } else { emitted.target.extension() };
    let name = format!("translated.{ending}");
    let dialect = Some(emitted.target.dialect());
    let file = rulefile::read(&name, text, &ReadContext { dialect, ..*context });
    let error = file.diagnostics.iter().find(|found| found.severity == Severity::Error);
    if let Some(error) = error {
        let message = format!("the translation does not read back: {} (a defect of isoglot)", error.message);
        withdraw(emitted, "translation-does-not-read", message);
        return Vec::new();
    }
    file.rules
}

/// Turns a translation into a refusal.
pub fn withdraw(emitted: &mut Emitted, code: &'static str, message: String) {
    emitted.status = Status::Refused;
    emitted.losses.insert(0, Loss::query(code, Fidelity::Refused, Span::default(), message));
    emitted.text = None;
    emitted.query = None;
    emitted.language = None;
}
