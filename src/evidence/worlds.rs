//! Worlds of events for detections that look at more than one event: groups, joins, sequences, new terms.
//!
//! A world is an event that the conditions suggest, repeated as often as the detection counts, with a field varied, shared by two groups or
//! missing where it groups and counts, in the order of its steps and against it, before and after a history. Whether an alert comes is
//! compared, not how many rows tell of it: a join shows every pair of events, a sequence each event once.

use super::differential::{Difference, NOW, Numbered, Run, matched};
use super::generated::{Half, Pair};
use super::variation::{Place, Sides, places};
use crate::emit::Emitted;
use crate::eval::alert::run_rule;
use crate::eval::{Settings, run};
use crate::idiom::recognise;
use crate::ir::{Aggregate, Dialect, ExprKind, FirstSeen, Op, Plan, Rule, Step, TICKS_PER_SECOND, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Events at most that are looked at for one to repeat.
const MOST_TRIED: usize = 32;
/// Events at most that are repeated.
const MOST_EVENTS: usize = 2;
/// Events at most of one world.
const MOST_COPIES: u64 = 120;
/// Numbers of copies at most that are tried.
const MOST_COUNTS: usize = 6;
/// Fields at most that are varied.
const MOST_FIELDS: usize = 3;
/// A value of fields that have none.
const FIRST: &str = "203.0.113.9";
/// Another one.
const SECOND: &str = "203.0.113.77";

/// Tells whether a plan looks at more than one event at a time.
pub(super) fn looks_at_several(plan: &Arc<Plan>) -> bool {
    let mut found = false;
    plan.walk(&mut |node| found |= combines(&node.op));
    found
}

fn combines(op: &Op) -> bool {
    use Op::{Aggregate, Correlate, Count, Distinct, Join, Sample, Sequence, Threshold};
    matches!(
        op,
        Aggregate { .. }
            | Count { .. }
            | Distinct { .. }
            | Join { .. }
            | Threshold(_)
            | Op::FirstSeen(_)
            | Sequence(_)
            | Sample(_)
            | Correlate(_)
    )
}

/// Runs both on worlds of made events.
pub(super) fn on_worlds(rule: &Rule, back: &Rule, emitted: &Emitted, halves: [&Half; 2], made: &[Pair]) -> Option<Run> {
    let sides = Sides { from: rule.dialect, to: emitted.target.dialect() };
    let plan = &rule.detection.as_ref()?.plan;
    let plans = [plan, &back.detection.as_ref()?.plan];
    if rule.until_ticks() > 0 || recognise(plan, sides.from.time_column()).bounds.to.is_some() {
        // Older events only, which the file may say outside of the query: those that are made are new.
        return None;
    }
    let mut out = Run::default();
    for world in worlds(sides, plans, halves, made) {
        let mine = fires(rule, &world, |pair| &pair.original)?;
        let theirs = fires(back, &world, |pair| &pair.mapped)?;
        out.events += world.len();
        out.matched += usize::from(mine);
        if mine != theirs {
            let all = |shape: fn(&Pair) -> &Json| Json::Array(world.iter().map(|pair| shape(pair).clone()).collect());
            out.differences.push(Difference { event: all(|pair| &pair.original), mapped: all(|pair| &pair.mapped), original: mine });
        }
    }
    (out.events > 0).then_some(out)
}

fn fires(rule: &Rule, world: &[Pair], shape: fn(&Pair) -> &Json) -> Option<bool> {
    let outcome = run_rule(rule, &Numbered { made: world, shape }, &Settings::at(NOW)).ok()?;
    Some(!outcome.alerts.is_empty())
}

fn worlds(sides: Sides, plans: [&Arc<Plan>; 2], halves: [&Half; 2], made: &[Pair]) -> Vec<Vec<Pair>> {
    let mut out = Vec::new();
    let dialects = [sides.from, sides.to];
    if let Some((first_seen, dialect)) = plans.iter().zip(dialects).find_map(|(plan, dialect)| Some((history(plan)?, dialect))) {
        let mut keys = Vec::new();
        first_seen.keys.iter().for_each(|key| places(&key.expr, dialect, &mut keys));
        let events = suggested(sides, halves, made, &keys);
        out.extend(events.iter().flat_map(|pair| around_history(sides, first_seen, &keys, pair)));
    } else if let Some((steps, maxspan, dialect)) =
        plans.iter().zip(dialects).find_map(|(plan, dialect)| steps_of(plan).map(|(steps, maxspan)| (steps, maxspan, dialect)))
    {
        out.extend(stepwise(sides, steps, maxspan, dialect, made));
    } else {
        let (mut keys, mut counted) = (Vec::new(), Vec::new());
        plans.iter().zip(dialects).for_each(|(plan, dialect)| grouped(plan, dialect, &mut keys, &mut counted));
        let counts = counts(&plans);
        let places: Vec<Place> = keys.iter().chain(&counted).cloned().collect();
        let events = suggested(sides, halves, made, &places);
        out.extend(events.iter().flat_map(|pair| repeated(sides, pair, &counts, &keys, &counted)));
    }
    out.retain(|world| !world.is_empty());
    out
}

/// Events with values in some fields that come out of the conditions below the groups of both sides: what one side alone takes is no
/// matter of groups.
fn suggested(sides: Sides, halves: [&Half; 2], made: &[Pair], places: &[Place]) -> Vec<Pair> {
    let made: Vec<Pair> = made.iter().take(MOST_TRIED).map(|pair| filled(sides, pair.clone(), places)).collect();
    let shapes: [fn(&Pair) -> &Json; 2] = [|pair| &pair.original, |pair| &pair.mapped];
    let taken = halves.into_iter().zip(shapes).filter_map(|(half, shape)| {
        let streams = streams(&half.filter).into_iter().filter_map(|stream| takes(stream, &made, shape));
        streams.reduce(|one, other| one.union(&other).copied().collect())
    });
    let both = taken.reduce(|mine, theirs| mine.intersection(&theirs).copied().collect()).unwrap_or_default();
    both.into_iter().take(MOST_EVENTS).filter_map(|number| made.get(number).cloned()).collect()
}

/// The numbers of the events that come out of a plan; one that loses them on the way is asked for each event alone.
fn takes(stream: &Arc<Plan>, made: &[Pair], shape: fn(&Pair) -> &Json) -> Option<BTreeSet<usize>> {
    let alone = |pair: &Pair| run(stream, &Numbered { made: std::slice::from_ref(pair), shape }, &Settings::at(NOW)).ok();
    let each = || {
        let taken: Option<Vec<bool>> = made.iter().map(|pair| Some(!alone(pair)?.rows.is_empty())).collect();
        Some(taken?.into_iter().enumerate().filter_map(|(number, is_taken)| is_taken.then_some(number)).collect())
    };
    matched(stream, made, shape).or_else(each)
}

/// The parts of a plan that look at one event at a time, as large as they are.
fn streams(plan: &Arc<Plan>) -> Vec<&Arc<Plan>> {
    if looks_at_several(plan) { plan.op.inputs().into_iter().flat_map(streams).collect() } else { vec![plan] }
}

/// Gives events their places in time, the last one a minute ago.
fn timed(sides: Sides, events: impl IntoIterator<Item = Pair>, apart: i64) -> Vec<Pair> {
    let events: Vec<Pair> = events.into_iter().collect();
    let first = NOW - 60 * TICKS_PER_SECOND - apart * events.len() as i64;
    events.iter().enumerate().map(|(number, pair)| sides.at(pair, first + apart * (number as i64 + 1))).collect()
}

/// Gives fields that have no value one.
fn filled(sides: Sides, pair: Pair, places: &[Place]) -> Pair {
    let missing = |place: &&Place, pair: &Pair| sides.value(pair, place).is_none_or(|value| value.is_null());
    places.iter().fold(pair, |pair, place| {
        let given = Some(&place).filter(|place| missing(place, &pair)).and_then(|place| sides.with(&pair, place, Some(&Json::from(FIRST))));
        given.unwrap_or(pair)
    })
}

/// An event as often as the detection counts, and once more or less.
fn repeated(sides: Sides, pair: &Pair, counts: &[u64], keys: &[Place], counted: &[Place]) -> Vec<Vec<Pair>> {
    let copies = |count: u64, one: &dyn Fn(u64) -> Option<Pair>| (0..count).map(one).collect::<Option<Vec<Pair>>>();
    let mut out: Vec<Option<Vec<Pair>>> = Vec::new();
    for &count in counts {
        out.push(copies(count, &|_| Some(pair.clone())));
        for place in keys.iter().chain(counted).take(MOST_FIELDS) {
            out.push(copies(count, &|number| other(sides, pair, place, number)));
        }
        for key in keys {
            out.push(copies(count, &|_| sides.with(pair, key, None)));
            out.push(copies(count, &|number| other(sides, pair, key, number % 2)));
        }
        for place in counted {
            let without_last = |number| if number + 1 == count { sides.with(pair, place, None) } else { other(sides, pair, place, number) };
            out.push(copies(count, &without_last));
        }
    }
    out.into_iter().flatten().map(|events| timed(sides, events, TICKS_PER_SECOND / 1000)).collect()
}

/// Gives a field the value that belongs to a number.
fn other(sides: Sides, pair: &Pair, place: &Place, number: u64) -> Option<Pair> {
    let value = match sides.value(pair, place) {
        Some(Json::Number(known)) => Json::from(known.as_i64()?.checked_add(i64::try_from(number).ok()?)?),
        _ => Json::from(format!("203.0.113.{}", number + 1)),
    };
    sides.with(pair, place, Some(&value))
}

/// Numbers of events around those that the detections compare with.
fn counts(plans: &[&Arc<Plan>]) -> Vec<u64> {
    let mut named = BTreeSet::new();
    for plan in plans {
        plan.walk(&mut |node| match &node.op {
            Op::Filter { input, predicate } if looks_at_several(input) => predicate.walk(&mut |part| {
                if let ExprKind::Literal(Value::Long(number)) = part.kind {
                    named.extend(u64::try_from(number));
                }
            }),
            Op::Threshold(threshold) => {
                named.insert(threshold.count);
                named.extend(threshold.cardinality.iter().map(|(_, least)| *least));
            }
            _ => {}
        });
    }
    let around = named.into_iter().flat_map(|number| [number.saturating_sub(1), number, number + 1]);
    let all: BTreeSet<u64> = [1, 2].into_iter().chain(around).filter(|number| (1..=MOST_COPIES).contains(number)).collect();
    all.into_iter().rev().take(MOST_COUNTS).collect()
}

/// The fields by which a detection groups, and those whose values it counts.
fn grouped(plan: &Arc<Plan>, dialect: Dialect, keys: &mut Vec<Place>, counted: &mut Vec<Place>) {
    plan.walk(&mut |node| match &node.op {
        Op::Aggregate { aggregates, keys: by, .. } => {
            by.iter().for_each(|key| places(&key.expr, dialect, keys));
            let values = aggregates.iter().filter_map(|Aggregate { args, .. }| args.first());
            values.for_each(|value| places(value, dialect, counted));
        }
        Op::Distinct { columns, .. } => columns.iter().for_each(|column| places(&column.expr, dialect, keys)),
        Op::Threshold(threshold) => {
            threshold.keys.iter().for_each(|key| places(&key.expr, dialect, keys));
            threshold.cardinality.iter().for_each(|(column, _)| places(&column.expr, dialect, counted));
        }
        _ => {}
    });
    keys.truncate(MOST_FIELDS);
    counted.truncate(MOST_FIELDS);
}

fn history(plan: &Arc<Plan>) -> Option<&FirstSeen> {
    match &plan.op {
        Op::FirstSeen(first_seen) => Some(first_seen),
        op => op.inputs().into_iter().find_map(history),
    }
}

/// A recent event alone, behind an old one, behind an old one of another key, and without each key.
fn around_history(sides: Sides, first_seen: &FirstSeen, keys: &[Place], pair: &Pair) -> Vec<Vec<Pair>> {
    let recent = NOW - 60 * TICKS_PER_SECOND;
    // Behind what schedules make of the recent window, before where they cut the history off.
    let old = NOW - i64::midpoint(first_seen.recent.from, first_seen.history.from).min(7 * 86_400 * TICKS_PER_SECOND);
    let mut out = vec![vec![sides.at(pair, recent)], vec![sides.at(pair, old), sides.at(pair, recent)]];
    for key in keys {
        let strange = sides.with(pair, key, Some(&Json::from(SECOND)));
        out.extend(strange.map(|strange| vec![sides.at(&strange, old), sides.at(pair, recent)]));
        let nowhere = sides.with(pair, key, None);
        out.extend(nowhere.map(|nowhere| vec![sides.at(&nowhere, recent)]));
    }
    out
}

/// The steps of a sequence or sample, and the time from the first event to the last.
fn steps_of(plan: &Arc<Plan>) -> Option<(&[Step], Option<i64>)> {
    match &plan.op {
        Op::Sequence(sequence) => Some((&sequence.steps, sequence.maxspan)),
        Op::Sample(sample) => Some((&sample.steps, sample.window)),
        op => op.inputs().into_iter().find_map(steps_of),
    }
}

/// An event for each step: in their order, against it, without one of them, with another key, without a key, too far apart.
fn stepwise(sides: Sides, steps: &[Step], maxspan: Option<i64>, dialect: Dialect, made: &[Pair]) -> Vec<Vec<Pair>> {
    let shape: fn(&Pair) -> &Json = if dialect == sides.from { |pair| &pair.original } else { |pair| &pair.mapped };
    let event = |step: &Step| made.get(*matched(&step.input, made, shape)?.first()?).cloned();
    let place = |step: &Step, key: usize| step.by.get(key).map(|field| Place { field: field.clone(), dialect });
    let keys = steps.iter().map(|step| step.by.len()).max().unwrap_or(0);
    let keyed = |step: &Step, pair: &Pair, value: Option<&Json>| {
        (0..keys).try_fold(pair.clone(), |pair, key| sides.with(&pair, &place(step, key)?, value))
    };
    let same = Json::from(FIRST);
    let tied = |value: Option<&Json>| {
        let events = steps.iter().flat_map(|step| std::iter::repeat_n(step, step.runs.max(1) as usize));
        events.map(|step| keyed(step, &event(step)?, value)).collect::<Option<Vec<Pair>>>()
    };
    let Some(events) = tied(Some(&same)) else { return Vec::new() };
    let apart = maxspan.map_or(TICKS_PER_SECOND, |span| (span / (2 * events.len().max(1) as i64)).clamp(1, TICKS_PER_SECOND));
    let mut out = vec![timed(sides, events.clone(), apart), timed(sides, events.iter().rev().cloned(), apart)];
    for left_out in 0..events.len() {
        let rest = events.iter().enumerate().filter(|(number, _)| *number != left_out).map(|(_, pair)| pair.clone());
        out.push(timed(sides, rest, apart));
    }
    out.extend(maxspan.filter(|span| *span < 600 * TICKS_PER_SECOND).map(|span| timed(sides, events.clone(), 2 * span)));
    if keys > 0 {
        out.extend(tied(None).map(|nowhere| timed(sides, nowhere, apart)));
        let strange = steps.last().zip(events.split_last()).and_then(|(step, (last, rest))| {
            let last = keyed(step, last, Some(&Json::from(SECOND)))?;
            Some(rest.iter().cloned().chain([last]).collect::<Vec<Pair>>())
        });
        out.extend(strange.map(|strange| timed(sides, strange, apart)));
    }
    out
}
