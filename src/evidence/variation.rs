//! One field of a made event changed, in both shapes.
//!
//! The raw side is changed and the other one made of it again, so that both stay what the map says they are.

use super::generated::{Pair, path};
use super::members::merge;
use crate::ir::datetime::print_datetime;
use crate::ir::{Dialect, Expr, ExprKind};
use crate::mapping::path::{Path, Step, read, write};
use crate::mapping::{field_name, map_event};
use serde_json::{Map, Value as Json};

/// A field as one of the two dialects names it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) field: Expr,
    pub(super) dialect: Dialect,
}

/// The dialects of original and translation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides {
    pub(super) from: Dialect,
    pub(super) to: Dialect,
}

impl Sides {
    /// Tells whether the original's shape is the one that the other is made of.
    pub(super) fn is_raw_original(self) -> bool {
        self.from != Dialect::Elastic
    }

    /// Gives a field another value, or none; `None` where the two sides do not share it.
    pub(super) fn with(self, pair: &Pair, place: &Place, value: Option<&Json>) -> Option<Pair> {
        let (raw, other) = if self.is_raw_original() { (self.from, self.to) } else { (self.to, self.from) };
        let parts = std::slice::from_ref(&pair.part);
        let theirs_named = field_name(&place.field, parts, place.dialect, other)?;
        let named = field_name(&place.field, parts, place.dialect, raw)?;
        // Another value there would make it another part's event.
        let except = &pair.part.part.except;
        let selects = [pair.part.implied(raw), pair.part.implied(other), &except.sentinel, &except.elastic, &except.sigma];
        if selects.into_iter().any(|side| side.contains_key(&named) || side.contains_key(&theirs_named)) {
            return None;
        }
        let name = path(&named, raw);
        let (mine, theirs) = if self.is_raw_original() { (&pair.original, &pair.mapped) } else { (&pair.mapped, &pair.original) };
        let mut changed = mine.clone();
        set(&mut changed, &name, value.cloned());
        let mut made = map_event(&changed, raw, other, &pair.part);
        if value.is_some() == read(&made, &path(&theirs_named, other)).is_empty() {
            return None;
        }
        // What the other side says besides stays.
        merge(&mut made, &beyond(theirs, &map_event(mine, raw, other, &pair.part)));
        let (original, mapped) = if self.is_raw_original() { (changed, made) } else { (made, changed) };
        Some(Pair { part: pair.part.clone(), original, mapped })
    }

    /// Returns a field's value.
    pub(super) fn value(self, pair: &Pair, place: &Place) -> Option<Json> {
        let name = field_name(&place.field, std::slice::from_ref(&pair.part), place.dialect, place.dialect)?;
        let event = if place.dialect == self.from { &pair.original } else { &pair.mapped };
        read(event, &path(&name, place.dialect)).into_iter().map(|(_, value)| value).next()
    }

    /// Moves an event to an instant.
    pub(super) fn at(self, pair: &Pair, ticks: i64) -> Pair {
        let mut pair = pair.clone();
        let time = Json::from(print_datetime(ticks));
        for (event, dialect) in [(&mut pair.original, self.from), (&mut pair.mapped, self.to)] {
            set(event, &path(dialect.time_column(), dialect), Some(time.clone()));
            if matches!(dialect, Dialect::Sentinel | Dialect::Kql) {
                // Advanced hunting's own name of the time.
                set(event, &path("Timestamp", dialect), Some(time.clone()));
            }
        }
        pair
    }
}

/// The fields in an expression, times apart: a column, or a path into one.
pub(super) fn places(expr: &Expr, dialect: Dialect, out: &mut Vec<Place>) {
    match &expr.kind {
        ExprKind::Column(name) if **name == *dialect.time_column() => {}
        ExprKind::Column(_) | ExprKind::Member { .. } => {
            if !out.iter().any(|known| known.field.kind == expr.kind) {
                out.push(Place { field: expr.clone(), dialect });
            }
        }
        _ => expr.children().into_iter().for_each(|child| places(child, dialect, out)),
    }
}

/// Puts a value in the place of what is there, or takes it out.
fn set(event: &mut Json, place: &Path, value: Option<Json>) {
    take(event, &place.steps);
    if let Some(value) = value {
        write(event, place, value, false);
    }
}

fn take(event: &mut Json, steps: &[Step]) {
    let (Json::Object(members), Some((Step::Key(key), rest))) = (event, steps.split_first()) else { return };
    if rest.is_empty() {
        members.remove(&**key);
    } else if let Some(inner) = members.get_mut(&**key) {
        take(inner, rest);
    }
}

/// The members that one object has beyond another.
fn beyond(event: &Json, known: &Json) -> Json {
    let (Json::Object(members), Json::Object(known)) = (event, known) else { return Json::Object(Map::new()) };
    let more = members.iter().filter_map(|(name, value)| match known.get(name) {
        None => Some((name.clone(), value.clone())),
        Some(own) if own.is_object() && value.is_object() => Some((name.clone(), beyond(value, own))),
        Some(_) => None,
    });
    Json::Object(more.collect())
}
