//! Schedules across dialects: how often a rule runs and how far it looks back.

use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::{self, Bounds};
use crate::ir::{Op, Rule, TICKS_PER_SECOND};
use crate::source::Span;

const MINUTE: i64 = 60 * TICKS_PER_SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a query without any schedule gets: it looks back a day and runs once a day, so that runs tile.
const QUERY_WINDOW: i64 = DAY;
/// Sentinel's limits (`spec/sentinel-checks.md`): 5 minutes to 14 days; two days or more only hourly or slower.
const SENTINEL_LEAST: i64 = 5 * MINUTE;
const SENTINEL_MOST: i64 = 14 * DAY;
const SENTINEL_LONG: i64 = 2 * DAY;

/// When a rule runs and over which stretch, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timing {
    /// Between runs.
    pub interval: i64,
    /// From now back to the start of the window.
    pub lookback: i64,
    /// From now back to the end of the window; 0 for now.
    pub until: i64,
}

impl Timing {
    /// Counts in a window: each run sees one, and runs leave no gap.
    pub(super) fn within(self, window: Option<i64>) -> Self {
        window.map_or(self, |window| Self { interval: self.interval.min(window), lookback: window, ..self })
    }
}

/// Returns the timing of the original: its schedule, narrowed by the bounds that the query sets itself.
pub(super) fn of(rule: &Rule, bounds: Bounds, losses: &mut Vec<Loss>) -> Timing {
    let bound = bounds.from.map(|(ticks, _)| ticks);
    let until = until(rule, bounds);
    let (interval, lookback) = match (rule.frequency_ticks(), rule.period_ticks()) {
        (None, None) => {
            let window = bound.unwrap_or(QUERY_WINDOW);
            let interval = window.saturating_sub(overlap(rule)).max(1);
            let message = format!("the original has no schedule; it runs every {} over the last {}", words(interval), words(window));
            losses.push(Loss::file("default-schedule", Fidelity::Metadata, Span::default(), message));
            (interval, window)
        }
        (Some(interval), period) => (interval, period.unwrap_or(interval)),
        (None, Some(period)) => (period, period),
    };
    // The rule sees its period only; a query that asks for less sees less.
    let lookback = bound.map_or(lookback, |bound| bound.min(lookback));
    Timing { interval, lookback, until }
}

/// Returns the ticks that the windows of two runs share.
fn overlap(rule: &Rule) -> i64 {
    match rule.detection.as_ref().map(|detection| &detection.plan.op) {
        Some(Op::Correlate(correlation)) => idiom::correlation::overlap(correlation),
        _ => 0,
    }
}

/// Returns the ticks from the end of the window to now: that of the rule or of its query, whichever is earlier.
pub(super) fn until(rule: &Rule, bounds: Bounds) -> i64 {
    bounds.to.map_or(0, |(ticks, _)| ticks).max(rule.until_ticks())
}

/// Fits a timing to Sentinel's limits; `history` is how far the rule has to look back for a baseline.
pub(super) fn for_sentinel(timing: Timing, history: Option<i64>, rule: &Rule, losses: &mut Vec<Loss>) -> (Timing, i64) {
    let span = rule.schedule.as_ref().and_then(|s| s.frequency.as_ref()).map_or_else(Span::default, |f| f.span);
    let mut note = |code, message: String| losses.push(Loss::file(code, Fidelity::Schedule, span, message));
    let wanted = history.unwrap_or(timing.lookback).max(timing.lookback);
    let period = wanted.clamp(SENTINEL_LEAST, SENTINEL_MOST);
    if period < wanted {
        note("lookback-too-long", format!("Sentinel looks back 14 days at most; the rule wants {}", words(wanted)));
    }
    let mut interval = timing.interval.clamp(SENTINEL_LEAST, SENTINEL_MOST);
    if period >= SENTINEL_LONG && interval < HOUR {
        interval = HOUR;
        note(
            "frequency-too-high",
            format!(
                "Sentinel runs a rule that looks back {} hourly at most; the original runs every {}",
                words(period),
                words(timing.interval)
            ),
        );
    } else if interval != timing.interval {
        note(
            "frequency-not-in-target",
            format!("Sentinel runs a rule every 5 minutes to 14 days; the original every {}", words(timing.interval)),
        );
    }
    // A recent window shorter than the interval would leave gaps between runs.
    let lookback = timing.lookback.clamp(interval.min(period), period);
    (Timing { interval, lookback, until: timing.until }, period.max(interval))
}

/// Returns a duration the way both Sentinel and Elastic write it: `14d`, `1h`, `90m`, `30s`.
pub(super) fn words(ticks: i64) -> String {
    for (unit, letter) in [(DAY, 'd'), (HOUR, 'h'), (MINUTE, 'm')] {
        if ticks % unit == 0 && ticks != 0 {
            return format!("{}{letter}", ticks / unit);
        }
    }
    format!("{}s", (ticks + TICKS_PER_SECOND - 1) / TICKS_PER_SECOND)
}

/// Returns how Sentinel writes a duration; it has no seconds, so they are rounded up to the minute.
pub(super) fn sentinel_words(ticks: i64) -> String {
    words((ticks + MINUTE - 1) / MINUTE * MINUTE)
}
