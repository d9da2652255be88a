//! Recognises detection idioms in plans (a Kusto anti-join on a baseline is new terms) and expands them again.
//!
//! Recognition never changes what a plan matches. What it sets aside because it is about display only (column lists, order)
//! comes back as losses of the kind `metadata`, for emitters whose targets have no place for it.

mod correlation;
pub mod esql;
mod expand;
mod first_seen;
mod flat;
pub mod joined;
mod threshold;
mod window;

pub use expand::expand;
pub use flat::{Flat, flatten};
pub use window::{Bounds, furthest_look_back, ticks_before_now};

use crate::diagnostic::Loss;
use crate::ir::{Dialect, Named, Plan};
use std::sync::Arc;

/// A plan in the form emitters look for.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// `FirstSeen`, `Threshold`, or a filter over one scan; the original plan where nothing was recognised.
    pub plan: Arc<Plan>,
    /// What was recognised.
    pub shape: Shape,
    /// The time bounds that the query sets itself, taken out of the predicate; they belong to the schedule of rule formats.
    pub bounds: Bounds,
    /// The length in ticks of the stretches of time in which a threshold counts, where the query sets one.
    pub window: Option<i64>,
    /// The columns that the query puts out, over the scan's columns; `None` for all of them.
    pub outputs: Option<Vec<Named>>,
    /// Group keys of a final `summarize … by` or `distinct` that decides nothing but the number of rows.
    pub grouping: Option<Vec<Named>>,
    /// What was set aside, with its place.
    pub set_aside: Vec<Loss>,
}

/// The kind of a recognised detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Single events that satisfy a predicate.
    Filter,
    /// New values of keys against a history.
    FirstSeen,
    /// Groups with enough events.
    Threshold,
    /// None of these: the plan is as it was.
    Pipeline,
}

/// Advanced hunting calls the time of an event `Timestamp`; Sentinel's copies of its tables keep that column beside their own.
const HUNTING_TIME: &str = "Timestamp";

/// Looks for an idiom in a plan over events whose time is in the column `time`; a query of Advanced hunting may bound its own column.
pub fn recognise(plan: &Arc<Plan>, time: &str) -> Recognised {
    let found = recognise_by(plan, time);
    if found.bounds.is_empty() && time == Dialect::Sentinel.time_column() {
        let hunting = recognise_by(plan, HUNTING_TIME);
        if !hunting.bounds.is_empty() {
            return hunting;
        }
    }
    found
}

fn recognise_by(plan: &Arc<Plan>, time: &str) -> Recognised {
    let found = correlation::recognise(plan, time);
    found
        .or_else(|| first_seen::recognise(plan, time))
        .or_else(|| threshold::recognise(plan, time))
        .or_else(|| flat::recognise(plan, time))
        .unwrap_or_else(|| Recognised {
            plan: plan.clone(),
            shape: Shape::Pipeline,
            bounds: Bounds::default(),
            window: None,
            outputs: None,
            grouping: None,
            set_aside: Vec::new(),
        })
}
