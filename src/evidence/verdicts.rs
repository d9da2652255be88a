//! Original and translation on the same events.

use super::translated;
use crate::diagnostic::Fidelity;
use crate::emit::{Emitted, Status};
use crate::eval::alert::run_rule;
use crate::eval::world::World;
use crate::eval::{Refusal, Settings};
use crate::ir::Rule;
use crate::mapping::Sources;

/// What a comparison on one world of events showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both fire or both do not.
    Same {
        /// Whether they fire.
        fires: bool,
    },
    /// They differ in the way that the translation's losses say.
    AsSaid {
        /// Whether the original fires.
        original: bool,
    },
    /// They differ, and no loss says so: the translation is wrong, or the map is.
    Unexplained {
        /// Whether the original fires.
        original: bool,
    },
    /// One of the two cannot be run on these events.
    NotRun {
        /// Why, as one sentence.
        reason: String,
    },
}

/// Runs a rule on a world and its translation on the same world in the target's shape.
pub fn compare(rule: &Rule, back: &[Rule], emitted: &Emitted, world: &World, now: i64, sources: &Sources) -> Comparison {
    let to = emitted.target.dialect();
    let (mapped, unmapped) = translated(world, rule.dialect, to, sources);
    let settings = Settings::at(now);
    let fires = |rule: &Rule, world: &World| run_rule(rule, world, &settings).map(|outcome| !outcome.alerts.is_empty());
    let original = match fires(rule, world) {
        Ok(fires) => fires,
        Err(refusal) => return not_run("the original", &refusal),
    };
    let Some(last) = super::whole(back) else { return Comparison::NotRun { reason: "the translation did not read back".to_owned() } };
    let translation = match fires(&last, &mapped) {
        Ok(fires) => fires,
        Err(refusal) => return not_run("the translation", &refusal),
    };
    if original == translation {
        return Comparison::Same { fires: original };
    }
    if let Some(name) = unmapped.first() {
        return Comparison::NotRun { reason: format!("events of `{name}` have no counterpart in the target's sources") };
    }
    let said = |fidelity: Fidelity| emitted.losses.iter().any(|loss| loss.fidelity == fidelity);
    let explained = emitted.status == Status::Approximate
        && (said(Fidelity::Different) || said(if original { Fidelity::Narrower } else { Fidelity::Wider }));
    // Another schedule sees another stretch of time; the fixture's events may lie outside of it.
    if explained || said(Fidelity::Schedule) { Comparison::AsSaid { original } } else { Comparison::Unexplained { original } }
}

fn not_run(who: &str, refusal: &Refusal) -> Comparison {
    Comparison::NotRun { reason: format!("{who} cannot be run: {}", refusal.message) }
}
