//! Events made from a rule's and its translation's conditions, as their log source could hold them.
//!
//! Elastic's documents are made of the vendor's events by a pipeline, so every pair starts from the raw side (Sentinel's row, Sigma's
//! event) and the other side is what the map makes of it: fields that Elastic derives are then right by construction.

use super::members::{drop_empty, merge, same};
use crate::idiom::recognise;
use crate::ir::datetime::print_datetime;
use crate::ir::{Dialect, ExprKind, Named, Op, Plan, TICKS_PER_SECOND, TableSource, Value};
use crate::mapping::format::{Constant, End, Field};
use crate::mapping::path::{Path, read, write};
use crate::mapping::{PartRef, Sources, map_event, map_event_to_all_names, part};
use crate::solve::{family, samples};
use ipnet::IpNet;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many events are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Events at most that are made from one set of conditions.
    events: usize,
    /// Parts at most in which each of them is tried.
    parts: usize,
}

impl Effort {
    /// For what claims to be the same.
    pub(super) const FULL: Self = Self { events: 32, parts: 4 };
    /// For what differs by name already.
    pub(super) const BRIEF: Self = Self { events: 12, parts: 2 };
    /// For examples that worlds are made of.
    pub(super) const EXAMPLES: Self = Self { events: 6, parts: 2 };
}

/// An event in both shapes, with the part of the log source that it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub part: PartRef,
    pub original: Json,
    pub mapped: Json,
}

/// The filter of a detection of single events, of a threshold or of new terms.
pub(super) struct Half {
    pub filter: Arc<Plan>,
    pub dialect: Dialect,
    /// The fields whose values make the groups of a threshold and the terms that are new; events without one take no part.
    keys: Vec<Path>,
}

impl Half {
    /// Reads a detection; `None` for one that is anything else.
    pub(super) fn of(plan: &Arc<Plan>, dialect: Dialect) -> Option<Self> {
        let found = recognise(plan, dialect.time_column()).plan;
        let (filter, keys) = match &found.op {
            Op::Threshold(threshold) => (threshold.input.clone(), threshold.keys.as_slice()),
            Op::FirstSeen(first) => (first.recent.input.clone(), first.keys.as_slice()),
            _ if is_filter(&found) => (found, &[][..]),
            _ => return None,
        };
        let name = |key: &Named| if let ExprKind::Column(name) = &key.expr.kind { Some(path(name, dialect)) } else { None };
        Some(Self { filter, dialect, keys: keys.iter().filter_map(name).collect() })
    }

    /// Takes a detection as a whole, whatever it is.
    pub(super) fn whole(plan: &Arc<Plan>, dialect: Dialect) -> Self {
        Self { filter: plan.clone(), dialect, keys: Vec::new() }
    }

    /// Adds a value in every key that has none.
    fn keyed(&self, event: &Json) -> Json {
        let mut event = event.clone();
        for key in &self.keys {
            if read(&event, key).is_empty() {
                write(&mut event, key, Json::from("203.0.113.9"), false);
            }
        }
        event
    }

    fn has_keys(&self, event: &Json) -> bool {
        self.keys.iter().all(|key| read(event, key).iter().any(|(_, value)| !value.is_null()))
    }
}

fn is_filter(plan: &Plan) -> bool {
    match &plan.op {
        Op::Scan(_) => true,
        Op::Filter { input, .. } => is_filter(input),
        Op::Union { inputs, .. } => inputs.iter().all(|input| is_filter(input)),
        _ => false,
    }
}

/// Makes events from the conditions of both sides.
pub(super) fn pairs(original: &Half, translation: &Half, effort: Effort, now: i64, sources: &Sources) -> Vec<Pair> {
    let is_raw_original = original.dialect != Dialect::Elastic;
    let (raw, other) = if is_raw_original { (original, translation) } else { (translation, original) };
    let (raw_events, other_events) = (made(raw, effort.events, now), made(other, effort.events, now));
    let read = parts_read(&translation.filter, sources);
    let of_scan = |scan: &TableSource| {
        let parts = parts(scan, original.dialect, sources).into_iter();
        // Events of a secondary part are those of another one, except in the table of its own.
        let is_named = matches!(scan, TableSource::Table(_));
        parts.filter(|part| (is_named || !part.part.secondary) && !is_replaced(part, &read)).take(effort.parts).collect::<Vec<_>>()
    };
    let tried: Vec<PartRef> = scans(&original.filter).into_iter().flat_map(of_scan).collect();
    let mut out = Vec::new();
    for part in &tried {
        let is_rival = |other: &PartRef| other.source.name != part.source.name && other.activity() == part.activity();
        let has_rival = part.activity().is_some() && tried.iter().any(is_rival);
        let world = Shapes { raw: raw.dialect, other: other.dialect, part, has_rival, now };
        let from_raw = raw_events.iter().filter_map(|event| world.pair(event, &[]));
        let from_other = other_events.iter().filter_map(|event| world.pair_of_other(event));
        for (raw, other) in from_raw.chain(from_other) {
            let (own, mapped) = if is_raw_original { (raw, other) } else { (other, raw) };
            if original.has_keys(&own) && translation.has_keys(&mapped) {
                out.push(Pair { part: part.clone(), original: own, mapped });
            }
        }
    }
    out
}

/// Returns the parts of every log source that a plan reads.
pub(super) fn parts_read(plan: &Arc<Plan>, sources: &Sources) -> Vec<PartRef> {
    scans(plan).into_iter().flat_map(|scan| sources.parts_of(scan)).collect()
}

fn scans(plan: &Arc<Plan>) -> Vec<&TableSource> {
    let mut out = Vec::new();
    plan.walk(&mut |node| {
        if let Op::Scan(scan) = &node.op {
            out.push(scan);
        }
    });
    out
}

/// Tells whether a translation reads another source of the same activity instead of this part. What one of them reports the others
/// report too, as an event of their own: a proof states that as an assumption, and a run compares the source that is read.
fn is_replaced(part: &PartRef, read: &[PartRef]) -> bool {
    let is_read = read.iter().any(|own| own.is_same(part));
    !is_read && part.activity().is_some() && read.iter().any(|own| own.activity() == part.activity())
}

/// Events that the conditions of a filter suggest.
pub(super) fn made(half: &Half, most: usize, now: i64) -> Vec<Json> {
    let mut events = vec![Json::Object(Map::new())];
    half.filter.walk(&mut |node| {
        if let Op::Filter { input, predicate } = &node.op
            && is_filter(input)
        {
            events.extend(samples(predicate, family(input), now, most));
        }
    });
    events.iter().map(|event| half.keyed(event)).collect()
}

fn parts(scan: &TableSource, from: Dialect, sources: &Sources) -> Vec<PartRef> {
    let mut parts = sources.parts_of(scan);
    if let (TableSource::Index(patterns), Dialect::Elastic) = (scan, from) {
        // An index of several sources: those that are there under a pattern of their own come first.
        let own = |part: &PartRef| part.source.elastic.as_ref().is_some_and(|side| side.index.iter().any(|index| patterns.contains(index)));
        parts.sort_by_key(|part| !own(part));
    }
    parts
}

/// The two shapes of a part's events.
struct Shapes<'a> {
    raw: Dialect,
    other: Dialect,
    part: &'a PartRef,
    /// Whether another source reports the same activity: events with fields that only that one has are its.
    has_rival: bool,
    now: i64,
}

impl Shapes<'_> {
    /// Makes a pair from an event of the other side: what the map knows goes to the raw side and comes back as the pipeline has it;
    /// what it does not know stays.
    fn pair_of_other(&self, event: &Json) -> Option<(Json, Json)> {
        if self.is_strange(event) {
            return None;
        }
        let unmapped: Vec<(Path, Json)> = event
            .as_object()?
            .iter()
            .map(|(name, value)| (path(name, self.other), value.clone()))
            .filter(|(path, _)| !self.knows(path))
            .collect();
        if self.has_rival && !unmapped.is_empty() {
            return None;
        }
        self.pair(&map_event_to_all_names(event, self.other, self.raw, self.part), &unmapped)
    }

    /// Completes a raw event and makes the other side of it; `None` where the part cannot hold it.
    fn pair(&self, event: &Json, unmapped: &[(Path, Json)]) -> Option<(Json, Json)> {
        if self.is_strange(event) {
            return None;
        }
        let mut raw = event.clone();
        // An empty column is what Elastic's pipelines and Sigma's events have no field for.
        drop_empty(&mut raw);
        self.drop_foreign(&mut raw);
        if self.has_rival && !self.maps_all(&raw) {
            return None;
        }
        self.complete_wholes(&mut raw)?;
        complete(&mut raw, self.part.implied(self.raw), self.raw)?;
        let mut other = map_event(&raw, self.raw, self.other, self.part);
        let before = other.clone();
        complete(&mut other, self.part.implied(self.other), self.other)?;
        if other != before {
            // What the other side says of every event, said in the raw event's words.
            merge(&mut raw, &map_event(&other, self.other, self.raw, self.part));
            other = map_event(&raw, self.raw, self.other, self.part);
            complete(&mut other, self.part.implied(self.other), self.other)?;
        }
        let is_json = !self.has_text_for_json(&raw, self.raw) && !self.has_text_for_json(&other, self.other);
        if self.has_pieces_for_text(&raw) || !self.comes_back(&raw, &other) || !is_json {
            return None;
        }
        if self.is_of_another_part(&raw, self.raw) || self.is_of_another_part(&other, self.other) {
            return None;
        }
        for (path, value) in unmapped {
            if read(&other, path).is_empty() {
                write(&mut other, path, value.clone(), false);
            }
        }
        for (event, dialect) in [(&mut raw, self.raw), (&mut other, self.other)] {
            let at = Json::String(print_datetime(self.now - 60 * TICKS_PER_SECOND));
            event.as_object_mut()?.entry(dialect.time_column()).or_insert(at);
        }
        Some((raw, other))
    }

    /// Takes out the fields that other parts of the source have and this one has not.
    fn drop_foreign(&self, raw: &mut Json) {
        let Json::Object(members) = raw else { return };
        members.retain(|name, _| {
            let path = path(name, self.raw);
            let names = |field: &&Field| field.path(self.raw, &self.part.source).is_some_and(|own| own.captures(&path).is_some());
            let mut fields = self.part.source.fields.iter().filter(names).peekable();
            fields.peek().is_none() || fields.any(|field| field.is_in(&self.part.part))
        });
    }

    /// Completes what the other side holds as one text: a registry value has a key and a name, a path ends in a file's name. `None`
    /// for a path that does not.
    fn complete_wholes(&self, raw: &mut Json) -> Option<()> {
        let source = &self.part.source;
        let text = |event: &Json, path: &Path| read(event, path).into_iter().find_map(|(_, value)| value.as_str().map(str::to_owned));
        let own: Vec<&Field> = self.part.fields().collect();
        for half in own.iter().filter(|field| field.is_whole(self.other) && !field.is_whole(self.raw)) {
            let (Some((separator, end)), Some(path)) = (&half.part_of, half.path(self.raw, source)) else { continue };
            let whole = half.path(self.other, source);
            for sibling in own.iter().filter(|field| field.path(self.other, source) == whole) {
                let Some(beside) = sibling.path(self.raw, source).filter(|beside| *beside != path) else { continue };
                let missing = match (text(raw, path), text(raw, beside), &sibling.part_of) {
                    (Some(_), None, Some(_)) => (&beside, "zzq".to_owned()),
                    (Some(tail), None, None) if matches!(end, End::Tail | End::Suffix | End::Last) => {
                        (&beside, format!("zzq{separator}{tail}"))
                    }
                    (Some(head), None, None) => (&beside, format!("{head}{separator}zzq")),
                    (None, Some(whole), None) => match part(&whole, separator, *end) {
                        None if *end == End::Suffix => continue,
                        own => (&path, own?),
                    },
                    (Some(_), Some(whole), None) if !whole.contains(separator.as_str()) => return None,
                    _ => continue,
                };
                write(raw, missing.0, Json::from(missing.1), false);
            }
        }
        Some(())
    }

    /// Tells whether one of the two sides cannot hold such an event: columns and Sigma's fields hold one value if no array of objects,
    /// where a document has "", a column has nothing, and a field of addresses holds no network.
    fn is_strange(&self, event: &Json) -> bool {
        let is_kusto = matches!(self.raw, Dialect::Sentinel | Dialect::Kql);
        let Some(members) = event.as_object() else { return true };
        let is_network = |value: &Json| value.as_str().is_some_and(|text| text.contains('/') && text.parse::<IpNet>().is_ok());
        let is_empty = |value: &Json| !is_kusto && *value == Json::String(String::new());
        let is_list = |name: &str, value: &Json| value.is_array() && !self.has_elements(name);
        members.iter().any(|(name, value)| is_list(name, value) || is_empty(value) || is_network(value))
    }

    /// Tells whether the map knows members of a column's elements.
    fn has_elements(&self, column: &str) -> bool {
        let mut paths = self.part.fields().filter_map(|field| field.path(self.raw, &self.part.source));
        paths.any(|path| path.is_open() && path.column() == column)
    }

    /// Tells whether a column of text holds the pieces that are read out of it: nobody knows the text around them.
    fn has_pieces_for_text(&self, raw: &Json) -> bool {
        let texts = self.part.fields().filter(|field| field.extract.is_some()).filter_map(|field| field.path(self.raw, &self.part.source));
        texts.into_iter().any(|path| raw.get(path.column()).is_some_and(Json::is_object))
    }

    /// Tells whether a column of JSON holds another text.
    fn has_text_for_json(&self, event: &Json, dialect: Dialect) -> bool {
        let is_json = |value: &Json| value.as_str().is_none_or(|text| text.trim_start().starts_with(['{', '[']));
        let is_kusto = matches!(dialect, Dialect::Sentinel | Dialect::Kql);
        is_kusto && self.part.part.json_text.iter().any(|column| event.get(column).is_some_and(|value| !is_json(value)))
    }

    /// Tells whether an event has a value that only other parts of the table have.
    fn is_of_another_part(&self, event: &Json, dialect: Dialect) -> bool {
        self.part.except(dialect).any(|(name, constant)| {
            let theirs = constant.values();
            read(event, &path(name, dialect)).iter().any(|(_, value)| theirs.contains(&Value::from_json(value)))
        })
    }

    /// Tells whether every field of a raw event has a counterpart, or a value that the part implies.
    fn maps_all(&self, raw: &Json) -> bool {
        let (source, constants) = (&self.part.source, self.part.implied(self.raw));
        let fields = || self.part.fields().filter(|field| field.path(self.other, source).is_some());
        let is_mapped = |name: &String| {
            let path = path(name, self.raw);
            constants.contains_key(name)
                || fields().any(|field| field.path(self.raw, source).is_some_and(|own| own.captures(&path).is_some()))
        };
        raw.as_object().is_some_and(|members| members.keys().all(is_mapped))
    }

    /// Tells whether the map, or the source itself, says what a field of the other side holds.
    fn knows(&self, path: &Path) -> bool {
        let source = &self.part.source;
        let is_field = source.fields.iter().any(|field| field.path(self.other, source).is_some_and(|own| own.captures(path).is_some()));
        let name = path.text(self.other);
        is_field || source.derived.iter().any(|derived| derived.elastic == name) || self.part.implied(self.other).contains_key(&name)
    }

    /// Tells whether every mapped field has a value that the map brings over as it is: a text where a truth value belongs does not.
    fn comes_back(&self, raw: &Json, other: &Json) -> bool {
        let back = map_event(other, self.other, self.raw, self.part);
        self.part.fields().all(|field| {
            let Some(here) = field.path(self.raw, &self.part.source) else { return true };
            let returned = read(&back, here);
            let falls_apart = |value: &Json| match &field.part_of {
                Some((separator, End::Head | End::Tail)) if field.is_whole(self.raw) && !field.is_whole(self.other) => {
                    value.as_str().is_none_or(|text| text.contains(separator.as_str()))
                }
                _ => true,
            };
            read(raw, here).iter().all(|(at, value)| {
                if !falls_apart(value) {
                    return false;
                }
                let mut seen = returned.iter().filter(|(numbers, _)| numbers == at).map(|(_, seen)| seen).peekable();
                // A field whose values are enumerated holds these and no other.
                let may_stay = field.values.is_empty() || field.path(self.other, &self.part.source).is_none();
                if seen.peek().is_none() { may_stay } else { seen.any(|seen| same(seen, value, field.lower)) }
            })
        })
    }
}

/// Returns the path that a field's name is in a dialect.
pub(super) fn path(name: &str, dialect: Dialect) -> Path {
    if dialect == Dialect::Sigma { Path::name(name) } else { Path::parse(name) }
}

/// Adds what holds for every event of a part; `None` where the event says otherwise.
pub(super) fn complete(event: &mut Json, facts: &BTreeMap<String, Constant>, dialect: Dialect) -> Option<()> {
    for (name, constant) in facts {
        let path = path(name, dialect);
        let allowed = match constant {
            Constant::OneOf(list) => list.iter().map(Constant::json).collect(),
            one => vec![one.json()],
        };
        let said = read(event, &path);
        if said.iter().any(|(_, value)| !allowed.contains(value)) {
            return None;
        }
        if let (true, Some(value)) = (said.is_empty(), allowed.into_iter().next()) {
            write(event, &path, value, false);
        }
    }
    Some(())
}
