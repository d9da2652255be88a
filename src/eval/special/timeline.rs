//! Plugins that count ids along a timeline: sessions, active users, sliding windows, engagement, rolling percentiles.
//!
//! Steps by the calendar (`week`, `month`, `year`) are refused.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::key::{Key, Keys};
use super::super::node::{Row, emit_all, operator};
use super::Parts;
use super::plugins::column_of;
use crate::ir::order::sort_order;
use crate::ir::{Type, Value, convert};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Bins of a timeline at most.
const MOST_BINS: i64 = 1_000_000;

/// An event: when, whose.
type Events = Vec<(i64, Key)>;

/// The rows of one combination of dimensions.
struct Slice {
    dimensions: Row,
    events: Events,
}

/// The constants of a call, as ticks or whole numbers.
struct Call<'p, 'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    parts: &'p Parts<'p>,
    rows: Vec<Row>,
    ty: Type,
    id: usize,
    time: usize,
}

/// Computes the output of one slice: the time of a bin and what was counted in it.
type Count = dyn Fn(&Events) -> Vec<(i64, Vec<Value>)>;

impl<'p, 'c, 'a> Call<'p, 'c, 'a> {
    fn new(compiler: &'c mut Compiler<'a>, parts: &'p Parts<'p>, id: usize, time: usize) -> Result<Self, Refusal> {
        let (columns, rows) = compiler.piped_rows(parts)?;
        let slot = |position: usize| {
            let name = parts.args.get(position).and_then(column_of)?;
            columns.iter().position(|column| column.name == *name)
        };
        let (Some(id), Some(time)) = (slot(id), slot(time)) else { return Err(parts.invalid("a column is missing")) };
        let ty = columns.get(time).map(|column| column.ty).unwrap_or_default();
        if matches!(ty, Type::Real | Type::Decimal | Type::Dynamic) {
            let message = "timelines are times or whole numbers here";
            return Err(Refusal::new("unsupported-function", parts.span(), message));
        }
        Ok(Self { compiler, parts, rows, ty, id, time })
    }

    /// Returns a constant argument as ticks or a whole number.
    fn number(&mut self, position: usize) -> Result<i64, Refusal> {
        let arg = self.parts.args.get(position).ok_or_else(|| self.parts.invalid("an argument is missing"))?;
        let value = self.compiler.constant(&arg.expr)?;
        match value {
            Value::String(_) => Err(Refusal::new("unsupported-function", arg.expr.span, "steps by the calendar are not run here")),
            value => convert::to_long(&value).ok_or_else(|| Refusal::new("invalid-argument", arg.expr.span, "the argument is null")),
        }
    }

    /// Returns the width of a bin or window.
    fn width(&mut self, position: usize) -> Result<i64, Refusal> {
        let width = self.number(position)?;
        if width > 0 { Ok(width) } else { Err(self.too_many()) }
    }

    fn too_many(&self) -> Refusal {
        Refusal::new("invalid-argument", self.parts.span(), format!("the timeline has no bins, or more than {MOST_BINS}"))
    }

    /// Refuses timelines of more bins than can be held.
    fn check_bins(&self, start: i64, end: i64, width: i64) -> Result<(), Refusal> {
        let count = i128::from(end) - i128::from(start);
        if count / i128::from(width) <= i128::from(MOST_BINS) { Ok(()) } else { Err(self.too_many()) }
    }

    /// Cuts the rows by the dimensions, which are the arguments from `first` on.
    fn slices(&self, first: usize) -> Result<Vec<Slice>, Refusal> {
        let columns = &self.parts.input()?.schema.columns;
        let names = self.parts.args.iter().skip(first).filter_map(column_of);
        let slots: Vec<usize> = names.filter_map(|name| columns.iter().position(|column| column.name == *name)).collect();
        let mut positions: FxHashMap<Keys, usize> = FxHashMap::default();
        let mut slices: Vec<Slice> = Vec::new();
        for row in &self.rows {
            let (Some(id), Some(time)) = (row.get(self.id), row.get(self.time).and_then(convert::to_long)) else { continue };
            let dimensions: Row = slots.iter().filter_map(|slot| row.get(*slot)).cloned().collect();
            let position = *positions.entry(dimensions.iter().cloned().map(Key).collect()).or_insert(slices.len());
            if position == slices.len() {
                slices.push(Slice { dimensions, events: Events::new() });
            }
            if let Some(slice) = slices.get_mut(position) {
                slice.events.push((time, Key(id.clone())));
            }
        }
        Ok(slices)
    }

    /// Builds the rows: the bin, the dimensions, the counts. Columns are those that the binder found.
    fn built(self, first_dimension: usize, count: &Count) -> Result<Built, Refusal> {
        let make = match self.ty {
            Type::DateTime => Value::DateTime,
            Type::TimeSpan => Value::TimeSpan,
            Type::Int => |n: i64| Value::Int(n as i32),
            _ => Value::Long,
        };
        let mut out: Vec<Row> = Vec::new();
        for slice in self.slices(first_dimension)? {
            for (bin, counts) in count(&slice.events) {
                out.push(std::iter::once(make(bin)).chain(slice.dimensions.iter().cloned()).chain(counts).collect());
            }
        }
        let columns = self.parts.plan.schema.columns.clone();
        Ok((columns, operator(move |_, sink| emit_all(&out, sink))))
    }
}

/// The start of the bin that holds a time; bins begin at `origin`.
fn bin_at(time: i64, width: i64, origin: i64) -> i64 {
    time.saturating_sub(time.wrapping_sub(origin).rem_euclid(width))
}

/// Cuts events into bins, in order of time.
fn binned(events: &Events, width: i64, origin: i64, within: std::ops::RangeInclusive<i64>) -> BTreeMap<i64, Vec<&Key>> {
    let mut bins: BTreeMap<i64, Vec<&Key>> = BTreeMap::new();
    for (time, id) in events.iter().filter(|(time, _)| within.contains(time)) {
        bins.entry(bin_at(*time, width, origin)).or_default().push(id);
    }
    bins
}

fn distinct<'e>(ids: impl IntoIterator<Item = &'e &'e Key>) -> FxHashSet<&'e Key> {
    ids.into_iter().copied().collect()
}

fn ratio(part: usize, whole: usize) -> Value {
    Value::Real(part as f64 / whole as f64)
}

fn count(n: usize) -> Value {
    Value::Long(n as i64)
}

impl Compiler<'_> {
    /// A session begins with an event that has none of its id less than the look-back before it (emu/session-count-plugin-01).
    pub(super) fn session_count(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let (start, end, width, back) = (call.number(2)?, call.number(3)?, call.width(4)?, call.width(5)?);
        call.built(6, &move |events| {
            let mut sorted: Vec<&(i64, Key)> = events.iter().filter(|(time, _)| (start..=end).contains(time)).collect();
            sorted.sort_by_key(|(time, _)| *time);
            let mut last: FxHashMap<&Key, i64> = FxHashMap::default();
            let mut bins: BTreeMap<i64, usize> = BTreeMap::new();
            for (time, id) in sorted {
                if last.insert(id, *time).is_none_or(|before| time - before >= back) {
                    *bins.entry(bin_at(*time, width, 0)).or_default() += 1;
                }
            }
            bins.into_iter().map(|(bin, sessions)| (bin, vec![count(sessions)])).collect()
        })
    }

    /// Events and ids in the look-back that ends with each bin (`sliding-window-counts-plugin`).
    pub(super) fn sliding_window_counts(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let (start, end, back, width) = (call.number(2)?, call.number(3)?, call.width(4)?, call.width(5)?);
        call.check_bins(start, end, width)?;
        let steps = (back / width).max(1);
        call.built(6, &move |events| {
            let first = start.saturating_sub((steps - 1).saturating_mul(width));
            let bins = binned(events, width, start, first..=end);
            let starts = std::iter::successors(Some(start), |bin| bin.checked_add(width)).take_while(|bin| *bin <= end);
            let counts = starts.map(|bin| {
                let window: Vec<&Key> =
                    bins.range(bin.saturating_sub((steps - 1).saturating_mul(width))..=bin).flat_map(|(_, ids)| ids).copied().collect();
                (bin, vec![count(window.len()), count(distinct(&window).len())])
            });
            counts.filter(|(_, counts)| counts.first() != Some(&Value::Long(0))).collect()
        })
    }

    /// Events, ids, ids not seen in any bin before, and all ids so far (`activity-counts-metrics-plugin`).
    pub(super) fn activity_counts_metrics(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let (start, end, width) = (call.number(2)?, call.number(3)?, call.width(4)?);
        call.built(5, &move |events| {
            let mut seen: FxHashSet<&Key> = FxHashSet::default();
            let bins = binned(events, width, start, start..=end);
            let counts = bins.into_iter().map(|(bin, ids)| {
                let known = seen.len();
                seen.extend(ids.iter().copied());
                (bin, vec![count(ids.len()), count(distinct(&ids).len()), count(seen.len() - known), count(seen.len())])
            });
            counts.collect()
        })
    }

    /// Ids, ids not in the bin before, and which share of those in the bin before came back or did not (`activity-metrics-plugin`).
    pub(super) fn activity_metrics(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let (start, end, width) = (call.number(2)?, call.number(3)?, call.width(4)?);
        call.built(5, &move |events| {
            let bins = binned(events, width, start, start..=end);
            let sets: BTreeMap<i64, FxHashSet<&Key>> = bins.iter().map(|(bin, ids)| (*bin, distinct(ids))).collect();
            let none = FxHashSet::default();
            let counts = sets.iter().map(|(bin, ids)| {
                let before = sets.get(&bin.saturating_sub(width)).unwrap_or(&none);
                let returned = ids.intersection(before).count();
                let lost = before.len() - returned;
                let counts = vec![count(ids.len()), count(ids.len() - returned), ratio(returned, before.len()), ratio(lost, before.len())];
                (*bin, counts)
            });
            counts.collect()
        })
    }

    /// Ids in each inner bin and in the outer window that ends with it (`activity-engagement-plugin`).
    pub(super) fn activity_engagement(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let has_range = parts.args.len() > 4;
        let first = if has_range { 4 } else { 2 };
        let (start, end) = if has_range { (call.number(2)?, call.number(3)?) } else { (i64::MIN, i64::MAX) };
        let (inner, outer) = (call.width(first)?, call.width(first + 1)?);
        call.built(first + 2, &move |events| {
            let origin = if has_range { start } else { 0 };
            let from = start.saturating_sub(outer).saturating_add(inner);
            let bins = binned(events, inner, origin, from..=end);
            let counts = bins.range(start..).map(|(bin, ids)| {
                let window = bins.range(bin.saturating_sub(outer).saturating_add(inner)..=*bin).flat_map(|(_, ids)| ids);
                let (inside, around) = (distinct(ids).len(), distinct(window).len());
                (*bin, vec![count(inside), count(around), ratio(inside, around)])
            });
            counts.collect()
        })
    }

    /// Ids that appear in enough periods of the look-back that ends with one of them (`active-users-count-plugin`).
    pub(super) fn active_users_count(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 1)?;
        let (start, end, back, period) = (call.number(2)?, call.number(3)?, call.width(4)?, call.width(5)?);
        let (least, width) = (call.number(6)?, call.width(7)?);
        call.built(8, &move |events| {
            let mut periods: FxHashMap<&Key, Vec<i64>> = FxHashMap::default();
            let known = start.saturating_sub(back)..=end;
            for (time, id) in events.iter().filter(|(time, _)| known.contains(time)) {
                periods.entry(id).or_default().push(bin_at(*time, period, start));
            }
            let mut active: BTreeMap<i64, FxHashSet<&Key>> = BTreeMap::new();
            for (id, mut seen) in periods {
                seen.sort_unstable();
                seen.dedup();
                for (position, now) in seen.iter().enumerate().filter(|(_, now)| **now >= start) {
                    let first = seen.partition_point(|before| *before <= now.saturating_sub(back));
                    if (position + 1 - first) as i64 >= least {
                        active.entry(bin_at(*now, width, start)).or_default().insert(id);
                    }
                }
            }
            active.into_iter().map(|(bin, ids)| (bin, vec![count(ids.len())])).collect()
        })
    }

    /// The percentile of the values in the window of bins that ends with each bin (emu/rolling-percentile-plugin-00).
    pub(super) fn rolling_percentile(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let mut call = Call::new(self, parts, 0, 2)?;
        let percent = parts.args.get(1).ok_or_else(|| parts.invalid("the percentile is missing"))?;
        let percent = convert::to_real(&call.compiler.constant(&percent.expr)?).unwrap_or(f64::NAN);
        let (width, steps) = (call.width(3)?, call.width(4)?);
        call.built(5, &move |events| {
            let bins = binned(events, width, 0, i64::MIN..=i64::MAX);
            let counts = bins.keys().map(|bin| {
                let window = bins.range(bin.saturating_sub((steps - 1).saturating_mul(width))..=*bin).flat_map(|(_, ids)| ids);
                let mut values: Vec<&Value> = window.map(|key| &key.0).filter(|value| !value.is_null()).collect();
                values.sort_by(|a, b| sort_order(a, b));
                let rank = (percent / 100.0 * values.len() as f64 - 1e-9).ceil().max(1.0) as usize;
                (*bin, vec![values.get(rank - 1).copied().cloned().unwrap_or_default()])
            });
            counts.collect()
        })
    }
}
