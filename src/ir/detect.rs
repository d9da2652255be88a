//! Detection operators: what SIEMs have and relational algebra has not.
//!
//! Idioms are recognised into these by `idiom` and expanded back out of them by emitters.

use super::{Expr, Named, Plan};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One side of a first-seen test.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct WindowSide {
    /// The rows of the side before the window is applied.
    pub input: Arc<Plan>,
    /// The window's start, in ticks before now.
    pub from: i64,
    /// The window's end, in ticks before now.
    pub to: i64,
    /// Whether the event at exactly `from` belongs to it.
    pub from_inclusive: bool,
    /// Whether the event at exactly `to` belongs to it.
    pub to_inclusive: bool,
}

/// `new_terms`: combinations of keys that the recent window has and the history window has not.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FirstSeen {
    /// The keys, over the recent side.
    pub keys: Vec<Named>,
    /// The same keys over the history side.
    pub history_keys: Vec<Named>,
    /// Where old values are looked for.
    pub history: WindowSide,
    /// Where new values are looked for.
    pub recent: WindowSide,
    /// The column that holds the event's time.
    pub time: Arc<str>,
    /// Whether array keys are taken apart (Elastic) or compared whole (Kusto).
    pub explode_arrays: bool,
    /// Whether events without one of the keys are left out (Elastic) or count as their own value (Kusto).
    pub skip_missing: bool,
    /// One row for each new combination (Elastic: the oldest event of it) or every recent row (Kusto's anti-join).
    pub per_key: bool,
}

/// Groups with at least `count` events and, if asked, at least that many distinct values of a field.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Threshold {
    /// The events.
    pub input: Arc<Plan>,
    /// Group keys; none means one group of all events.
    pub keys: Vec<Named>,
    /// Events at least.
    pub count: u64,
    /// Distinct values at least, those that are missing apart: expression and number.
    pub cardinality: Vec<(Named, u64)>,
    /// Whether events without one of the keys are left out (Elastic, Sigma) or make a group of their own (Kusto, ES|QL).
    pub skip_missing: bool,
}

/// One step of a sequence or sample.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Step {
    /// Its events.
    pub input: Arc<Plan>,
    /// Values that tie the steps together, one for each of the sequence's keys.
    pub by: Vec<Expr>,
    /// `with runs=n`.
    pub runs: u32,
    /// `![…]`: no such event may come here.
    pub missing: bool,
    /// Where it stands.
    pub span: Span,
}

/// Events that follow each other.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Sequence {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// From the first event to the last, in ticks.
    pub maxspan: Option<i64>,
    /// An event that ends every open sequence of its key.
    pub until: Option<Step>,
    /// Whether keys that are null match each other (EQL optional `?` keys).
    pub optional_keys: Vec<bool>,
    /// The column that orders the events.
    pub time: Arc<str>,
}

/// Events that happen together in any order.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Sample {
    /// The steps.
    pub steps: Vec<Step>,
    /// All events lie within this many ticks, if said.
    pub window: Option<i64>,
    /// The column that holds the time.
    pub time: Arc<str>,
}

/// A Sigma correlation over the matches of other rules.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Correlation {
    /// `event_count`, `value_count`, `temporal`, `temporal_ordered`, `value_sum`, `value_avg`, `value_percentile`, `value_median`.
    pub kind: Arc<str>,
    /// The rules correlated: name and plan.
    pub rules: Vec<(Arc<str>, Arc<Plan>)>,
    /// `group-by`.
    pub keys: Vec<Arc<str>>,
    /// `timespan` in ticks.
    pub window: i64,
    /// The condition over the column `value`, or over a column of true and false for each rule.
    pub condition: Option<Expr>,
    /// `condition.field`: several fields are one value together.
    pub fields: Vec<Arc<str>>,
    /// `condition.percentile`: which one `value_percentile` compares; without it the share of the newest value among all, in percent.
    pub percentile: Option<f64>,
    /// `aliases`: alias, rule, field.
    pub aliases: Vec<(Arc<str>, Arc<str>, Arc<str>)>,
}

/// A field of an event and the field of an indicator that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IndicatorPair {
    /// The event's field.
    pub field: Arc<str>,
    /// The indicator's field.
    pub indicator: Arc<str>,
    /// Whether the two must not be equal (`DOES NOT MATCH`).
    pub negate: bool,
}
