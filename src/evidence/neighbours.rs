//! Events of other log sources that stand in the place that a translation reads: the original never sees them, so the translation must
//! not find them either.

use super::differential::{Difference, Run, matched};
use super::generated::{Half, Pair, complete, made, parts_read, path};
use crate::ir::datetime::print_datetime;
use crate::ir::{Dialect, TICKS_PER_SECOND, Value};
use crate::mapping::path::read;
use crate::mapping::{PartRef, Sources};
use serde_json::{Map, Value as Json};

/// Events at most that are made from the conditions, and log sources at most that they are made for.
const MOST: usize = 6;

/// Runs a translation on events of the log sources beside the original's.
pub(super) fn on_neighbours(original: &Half, translation: &Half, now: i64, sources: &Sources) -> Option<Run> {
    let (own, there) = (parts_read(&original.filter, sources), parts_read(&translation.filter, sources));
    // Another source of the same activity reports the same events.
    let is_alike = |known: &PartRef, part: &PartRef| {
        known.is_same(part) || known.source.name != part.source.name && known.activity().is_some() && known.activity() == part.activity()
    };
    let of_own = |part: &PartRef| own.iter().any(|known| is_alike(known, part));
    // What only Elastic tells apart is to the others one with the rest of its table; a second place holds events of the first.
    let is_told_apart = |part: &PartRef| !part.part.secondary && (original.dialect == Dialect::Elastic || !part.part.elastic_only);
    let is_there = |part: &PartRef| translation.dialect != Dialect::Elastic || part.part.elastic;
    let mut others: Vec<&PartRef> = there.iter().filter(|part| is_told_apart(part) && is_there(part) && !of_own(part)).collect();
    others.truncate(MOST);
    let dialect = translation.dialect;
    let events = made(translation, MOST, now);
    let mut pairs = Vec::new();
    for part in others {
        for event in &events {
            let mut event = event.clone();
            if complete(&mut event, part.implied(dialect), dialect).is_none() || own.iter().any(|own| is_selected(own, &event, dialect)) {
                continue;
            }
            let at = Json::String(print_datetime(now - 60 * TICKS_PER_SECOND));
            let Some(members) = event.as_object_mut() else { continue };
            members.entry(dialect.time_column()).or_insert(at);
            pairs.push(Pair { part: part.clone(), original: Json::Object(Map::new()), mapped: event });
        }
    }
    if pairs.is_empty() {
        return None;
    }
    let found = matched(&translation.filter, &pairs, |pair| &pair.mapped)?;
    let wrong = found.iter().filter_map(|number| pairs.get(*number));
    let differences = wrong.map(|pair| Difference { event: pair.mapped.clone(), mapped: pair.mapped.clone(), original: false }).collect();
    Some(Run { events: pairs.len(), matched: 0, differences })
}

/// Tells whether an event is one of a part, by what selects the part's events.
fn is_selected(part: &PartRef, event: &Json, dialect: Dialect) -> bool {
    part.part.select.of(dialect).iter().all(|(name, constant)| {
        let theirs = constant.values();
        read(event, &path(name, dialect)).iter().any(|(_, value)| theirs.contains(&Value::from_json(value)))
    })
}
