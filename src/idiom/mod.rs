//! Recognises detection idioms in plans (a Kusto anti-join on a baseline is new terms) and expands them again.
//!
//! Recognition never changes what a plan matches. What it sets aside because it is about display only (column lists, order)
//! comes back as losses of the kind `metadata`, for emitters whose targets have no place for it.

pub mod correlation;
mod elements;
pub mod esql;
mod expand;
mod first_seen;
mod flat;
mod groups;
pub mod joined;
mod paired;
mod parsed;
mod pipeline;
mod presence;
mod size;
mod threshold;
mod time_order;
mod window;

pub use expand::expand;
pub use flat::Flat;
use flat::flattened;
pub use groups::{GroupTest, Groups, Measure, Tests, groups};
pub use paired::paired;
pub use pipeline::pipeline;
pub use size::{is_endless, unfolded};
pub use threshold::count_column;
pub use window::{Bounds, bounded, furthest_look_back, ticks_before_now};

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

impl Recognised {
    /// A plan of which nothing else is known.
    fn new(plan: Arc<Plan>, shape: Shape) -> Self {
        Self { plan, shape, bounds: Bounds::default(), window: None, outputs: None, grouping: None, set_aside: Vec::new() }
    }
}

/// The loss of groups and ties of events that lack a key.
pub const MISSING_KEY: &str = "missing-key-ignored";

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
    read(plan, Reading { time, near: false })
}

/// Looks for the idiom that comes nearest: rows for elements, parsed columns and joins that only add columns are read as what they ask of
/// an event, and what that changes is set aside by name. For translation alone; what is found does not match the same events.
pub fn recognise_nearest(plan: &Arc<Plan>, time: &str) -> Recognised {
    read(plan, Reading { time, near: true })
}

/// Flattens a pipeline; `None` where an operator combines rows or reads a second table.
pub fn flatten(plan: &Arc<Plan>, time: &str) -> Option<Flat> {
    flattened(plan, Reading { time, near: false })
}

/// How a plan is read.
#[derive(Clone, Copy, Debug)]
struct Reading<'a> {
    /// The column of an event's time.
    time: &'a str,
    /// Whether what comes near counts, with its losses.
    near: bool,
}

fn read(plan: &Arc<Plan>, how: Reading<'_>) -> Recognised {
    let found = read_by(plan, how);
    if found.bounds.is_empty() && how.time == Dialect::Sentinel.time_column() {
        let hunting = read_by(plan, Reading { time: HUNTING_TIME, ..how });
        if !hunting.bounds.is_empty() {
            return hunting;
        }
    }
    found
}

fn read_by(plan: &Arc<Plan>, how: Reading<'_>) -> Recognised {
    let found = correlation::recognise(plan, how.time);
    found
        .or_else(|| first_seen::recognise(plan, how))
        .or_else(|| threshold::recognise(plan, how))
        .or_else(|| flat::recognise(plan, how))
        .unwrap_or_else(|| Recognised::new(plan.clone(), Shape::Pipeline))
}
