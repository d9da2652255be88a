//! The original on events made from its own conditions, the translation on the same events in its own shape.

use super::generated::{Effort, Half, Pair, pairs};
use super::neighbours::on_neighbours;
use super::worlds::{looks_at_several, on_worlds};
use crate::diagnostic::Fidelity;
use crate::emit::{Emitted, Status};
use crate::eval::table_io::from_documents;
use crate::eval::{DOCUMENT, ORDINAL, Provider, Refusal, Rows, Settings, Table, run};
use crate::ir::{Column, Dialect, Op, Plan, Rule, Schema, TableSource, Type, Value};
use crate::mapping::format::LogSource;
use crate::mapping::{PartRef, Sources};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The instant at which both run.
pub(super) const NOW: i64 = 639_034_472_967_891_234;

/// An event on which original and translation differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The event in the original's shape.
    pub event: Json,
    /// The event in the translation's shape.
    pub mapped: Json,
    /// Whether the original matches it; the translation does the opposite.
    pub original: bool,
}

/// What a run on made events gave.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// How many events both were run on.
    pub events: usize,
    /// How many of them the original matched.
    pub matched: usize,
    /// The differences.
    pub differences: Vec<Difference>,
}

impl Run {
    pub(super) fn with(mut self, more: Self) -> Self {
        self.events += more.events;
        self.matched += more.matched;
        self.differences.extend(more.differences);
        self
    }
}

/// Runs both on events made from the original's conditions; `None` where no events can be made, or one cannot be run on them.
pub(super) fn differential(rule: &Rule, back: &Rule, emitted: &Emitted, sources: &Sources) -> Option<Run> {
    let (mine, theirs) = (&rule.detection.as_ref()?.plan, &back.detection.as_ref()?.plan);
    let (from, to) = (rule.dialect, emitted.target.dialect());
    if expands(mine, from) || expands(theirs, to) {
        return None;
    }
    let filters = Half::of(mine, from).zip(Half::of(theirs, to));
    let has_filters = filters.is_some();
    let (original, translation) = filters.unwrap_or_else(|| (Half::whole(mine, from), Half::whole(theirs, to)));
    let effort = match emitted.status {
        _ if !has_filters => Effort::EXAMPLES,
        Status::Exact => Effort::FULL,
        _ => Effort::BRIEF,
    };
    let made = pairs(&original, &translation, effort, NOW, sources);
    let events = has_filters.then(|| on_events(&original, &translation, &made)).flatten();
    let worlds =
        if has_filters && !look_at_several(rule, back) { None } else { on_worlds(rule, back, emitted, [&original, &translation], &made) };
    let mut run = [events, worlds].into_iter().flatten().reduce(Run::with)?;
    run.differences.retain(|difference| !is_said(emitted, difference.original));
    Some(run)
}

/// Runs the translation on events of the log sources that stand beside the original's in the place that it reads.
pub(super) fn beside(rule: &Rule, back: &Rule, emitted: &Emitted, sources: &Sources) -> Option<Run> {
    let half = |rule: &Rule, dialect| Half::of(&rule.detection.as_ref()?.plan, dialect);
    let (original, translation) = (half(rule, rule.dialect)?, half(back, emitted.target.dialect())?);
    let may_find_more = is_said(emitted, false);
    if may_find_more { None } else { on_neighbours(&original, &translation, NOW, sources) }
}

/// Tells whether one of two detections looks at more than one event at a time.
pub(super) fn look_at_several(rule: &Rule, back: &Rule) -> bool {
    [rule, back].iter().any(|rule| rule.detection.as_ref().is_some_and(|detection| looks_at_several(&detection.plan)))
}

/// Tells whether a loss says that only the original, or only the translation, may fire.
fn is_said(emitted: &Emitted, original: bool) -> bool {
    let direction = if original { Fidelity::Narrower } else { Fidelity::Wider };
    emitted.losses.iter().any(|loss| loss.fidelity == Fidelity::Different || loss.fidelity == direction)
}

/// Tells whether a plan makes rows of the elements of arrays: made events have members, which are no elements. ES|QL's groups expand
/// their keys, which is nothing to a field of one value.
fn expands(plan: &Arc<Plan>, dialect: Dialect) -> bool {
    let mut found = false;
    if dialect == Dialect::Elastic {
        return found;
    }
    plan.walk(&mut |node| found |= matches!(node.op, Op::Expand { .. } | Op::Apply { .. }));
    found
}

fn on_events(original: &Half, translation: &Half, made: &[Pair]) -> Option<Run> {
    if made.is_empty() {
        return None;
    }
    let mine = matched(&original.filter, made, |pair| &pair.original)?;
    let theirs = matched(&translation.filter, made, |pair| &pair.mapped)?;
    let differences = mine.symmetric_difference(&theirs).filter_map(|number| {
        let pair = made.get(*number)?;
        Some(Difference { event: pair.original.clone(), mapped: pair.mapped.clone(), original: mine.contains(number) })
    });
    Some(Run { events: made.len(), matched: mine.len(), differences: differences.collect() })
}

/// Returns the numbers of the events that come out of a filter.
pub(super) fn matched(plan: &Arc<Plan>, made: &[Pair], shape: fn(&Pair) -> &Json) -> Option<BTreeSet<usize>> {
    // The number of an event is a column that no plan reads.
    let settings = Settings { prune: false, ..Settings::at(NOW) };
    let rows = run(plan, &Numbered { made, shape }, &settings).ok()?;
    let at = rows.position(ORDINAL)?;
    let number = |row: &Vec<Value>| if let Some(Value::Long(number)) = row.get(at) { usize::try_from(*number).ok() } else { None };
    Some(rows.rows.iter().filter_map(number).collect())
}

/// Serves made events with their numbers.
pub(super) struct Numbered<'a> {
    pub(super) made: &'a [Pair],
    pub(super) shape: fn(&Pair) -> &Json,
}

impl Provider for Numbered<'_> {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let here: Vec<(usize, &Pair)> = self.made.iter().enumerate().filter(|(_, pair)| belongs(&pair.part, source)).collect();
        let events: Vec<Json> = here.iter().map(|(_, pair)| (self.shape)(pair).clone()).collect();
        let table = match source {
            TableSource::Table(_) => {
                let mut table = from_documents(&events, schema);
                table.columns.push(Column::new(ORDINAL, Type::Long));
                for (row, (number, _)) in table.rows.iter_mut().zip(&here) {
                    row.push(Value::Long(*number as i64));
                }
                table
            }
            TableSource::Index(_) | TableSource::LogSource { .. } => {
                let columns = vec![Column::new(DOCUMENT, Type::Dynamic), Column::new(ORDINAL, Type::Long)];
                let rows = events.iter().zip(&here).map(|(event, (number, _))| vec![Value::from_json(event), Value::Long(*number as i64)]);
                Table { columns, rows: rows.collect() }
            }
            _ => return Ok(None),
        };
        Ok(Some(Rows::all(Arc::new(table))))
    }
}

/// Tells whether a source holds the events of a part.
fn belongs(part: &PartRef, source: &TableSource) -> bool {
    match source {
        TableSource::Table(name) => part.part.table.as_deref() == Some(name),
        TableSource::LogSource { category, product, service } => {
            let fits = |asked: &Option<Arc<str>>, has: &Option<Arc<str>>| asked.is_none() || asked == has;
            let holds = |own: &LogSource| fits(category, &own.category) && fits(product, &own.product) && fits(service, &own.service);
            part.part.sigma.iter().any(holds)
        }
        _ => part.source.elastic.is_some(),
    }
}
