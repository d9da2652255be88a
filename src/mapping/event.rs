//! Events from one dialect's shape to another's: a Sentinel row, an Elastic document, a flat Sigma event.
//!
//! Fields without an entry do not appear on the other side; what a source implies there (data set, category) does.

use super::derive::derived;
use super::format::{Constant, ElasticType, End, Field, SigmaNames, Source};
use super::load::{PartRef, Sources};
use super::path::{Path, read, write};
use crate::ir::{Dialect, Type, Value};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Maps an event of a part from one dialect to another.
pub fn map_event(event: &Json, from: Dialect, to: Dialect, at: &PartRef) -> Json {
    let mut out = Json::Object(Map::new());
    for field in at.source.fields.iter().filter(|field| field.is_in(&at.part)) {
        let (Some(source), Some(target)) = (field.path(from, &at.source), field.path(to, &at.source)) else { continue };
        for (numbers, value) in read(event, &source) {
            if let Some(value) = convert(&value, field, from, to) {
                put(&mut out, &target.fill(&numbers), value, to);
            }
        }
    }
    for (name, constant) in implied(at, to).into_iter().filter(|(_, constant)| !matches!(constant, Constant::OneOf(_))) {
        let path = if to == Dialect::Sigma { Path::name(&name) } else { Path::parse(&name) };
        put(&mut out, &path, constant.json(), to);
    }
    if from != Dialect::Elastic && to == Dialect::Elastic {
        for (name, value) in derived(event, from, at) {
            put(&mut out, &Path::parse(&name), value, to);
        }
    }
    if matches!(to, Dialect::Sentinel | Dialect::Kql) {
        text_columns(&mut out, &at.part.json_text);
    }
    out
}

/// Finds the part that an event belongs to, by its table column, its data set and the parts' selections.
pub fn part_of_event(event: &Json, dialect: Dialect, sources: &Sources) -> Option<PartRef> {
    sources.parts().find(|at| {
        let wanted: BTreeMap<String, Constant> = match dialect {
            Dialect::Sentinel | Dialect::Kql => {
                let table = at.part.table.as_ref().map(|t| ("Type".to_owned(), Constant::Text(t.to_string())));
                table.into_iter().chain(at.part.select.sentinel.clone()).collect()
            }
            Dialect::Elastic => {
                let dataset = at.source.elastic.as_ref().and_then(|e| e.dataset.as_ref());
                let dataset = dataset.map(|d| (d.field.clone(), Constant::Text(d.value.clone())));
                dataset.into_iter().chain(at.part.select.elastic.clone()).collect()
            }
            Dialect::Sigma => at.part.select.sigma.clone(),
        };
        let holds = |(name, constant): (&String, &Constant)| {
            let values = constant.values();
            read(event, &Path::parse(name)).iter().any(|(_, value)| values.contains(&Value::from_json(value)))
        };
        !wanted.is_empty() && wanted.iter().all(holds)
    })
}

/// Returns what holds for every event of a part in a dialect.
pub fn implied(at: &PartRef, dialect: Dialect) -> BTreeMap<String, Constant> {
    let (select, facts) = (&at.part.select, &at.part.facts);
    let sides = match dialect {
        Dialect::Sentinel | Dialect::Kql => [&select.sentinel, &facts.sentinel],
        Dialect::Elastic => [&select.elastic, &facts.elastic],
        Dialect::Sigma => [&select.sigma, &facts.sigma],
    };
    let mut all: BTreeMap<String, Constant> = sides.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect();
    if dialect == Dialect::Sigma && at.source.sigma_fields == SigmaNames::Sentinel {
        all.extend(select.sentinel.iter().chain(&facts.sentinel).map(|(k, v)| (k.clone(), v.clone())));
    }
    if let (Dialect::Elastic, Some(elastic)) = (dialect, &at.source.elastic) {
        all.extend(elastic.constants.clone());
        if let Some(dataset) = &elastic.dataset {
            let names = std::iter::once(&dataset.field).chain(&dataset.also);
            all.extend(names.map(|name| (name.clone(), Constant::Text(dataset.value.clone()))));
        }
    }
    all
}

impl Field {
    /// Returns the field's path in a dialect.
    pub fn path(&self, dialect: Dialect, source: &Source) -> Option<Path> {
        let sentinel = || self.sentinel.as_ref().map(|(path, _)| path.clone());
        match dialect {
            Dialect::Sentinel | Dialect::Kql => sentinel(),
            Dialect::Elastic => self.elastic.as_ref().map(|(path, _)| path.clone()),
            Dialect::Sigma => match source.sigma_fields {
                SigmaNames::Own => self.sigma.clone(),
                SigmaNames::Sentinel => self.sigma.clone().or_else(sentinel),
            },
        }
    }
}

fn put(out: &mut Json, path: &Path, value: Json, to: Dialect) {
    match to {
        Dialect::Sigma => {
            if let Json::Object(map) = out {
                map.entry(path.text(to)).or_insert(value);
            }
        }
        Dialect::Sentinel | Dialect::Kql => write(out, path, value, true),
        Dialect::Elastic => write(out, path, value, false),
    }
}

/// Turns the columns that a table holds as JSON text into that text.
fn text_columns(row: &mut Json, columns: &[String]) {
    let Json::Object(map) = row else { return };
    for column in columns {
        if let Some(value @ (Json::Object(_) | Json::Array(_))) = map.get_mut(column) {
            *value = Json::String(value.to_string());
        }
    }
}

/// Converts one value; `None` where the other side does not hold it. Sigma's events hold what Sentinel's rows hold.
fn convert(value: &Json, field: &Field, from: Dialect, to: Dialect) -> Option<Json> {
    if value.is_null() {
        return None;
    }
    match (from == Dialect::Elastic, to == Dialect::Elastic) {
        (false, true) => to_elastic(value, field),
        (true, false) => from_elastic(value, field),
        _ => Some(value.clone()),
    }
}

fn to_elastic(value: &Json, field: &Field) -> Option<Json> {
    if !field.values.is_empty() {
        return enumerated(value, field);
    }
    if field.array {
        let items: Json = serde_json::from_str(value.as_str()?).ok()?;
        return items.is_array().then_some(items);
    }
    if let Some((separator, end)) = &field.part_of {
        let text = value.as_str()?;
        let part = match (text.split_once(separator.as_str()), end) {
            (Some((first, _)), End::First) => first,
            (Some((_, last)), End::Last) => last,
            (None, End::First) => text,
            (None, End::Last) => return None,
        };
        return Some(part.into());
    }
    if let Some(factor) = field.factor {
        return value.as_i64()?.checked_mul(factor).map(Json::from);
    }
    let (_, kind) = field.elastic.as_ref()?;
    let converted = typed(value, kind.kusto());
    if field.lower { Some(converted?.as_str()?.to_lowercase().into()) } else { converted }
}

/// Elastic's value of an enumerated one; `*` stands for every value that no other pair names.
fn enumerated(value: &Json, field: &Field) -> Option<Json> {
    let exact = field.values.iter().find(|(mine, _)| mine.json() == *value);
    let other = || field.values.iter().find(|(mine, _)| *mine == Constant::Text("*".to_owned()));
    exact.or_else(other).map(|(_, theirs)| theirs.json())
}

fn from_elastic(value: &Json, field: &Field) -> Option<Json> {
    if !field.values.is_empty() {
        let pair = field.values.iter().find(|(_, theirs)| theirs.json() == *value);
        return pair.filter(|(mine, _)| *mine != Constant::Text("*".to_owned())).map(|(mine, _)| mine.json());
    }
    if field.array {
        let items = if value.is_array() { value.clone() } else { Json::Array(vec![value.clone()]) };
        return Some(items.to_string().into());
    }
    if field.part_of.is_some() {
        return None;
    }
    if let Some(factor) = field.factor {
        return value.as_i64()?.checked_div(factor).map(Json::from);
    }
    // Sentinel's columns hold one value: of several, the first.
    let one = value.as_array().map_or(Some(value), |items| items.first())?;
    let kind = field.sentinel.as_ref().map(|(_, kind)| *kind);
    match (kind, &field.elastic) {
        (Some(kind), _) => typed(one, kind),
        (None, Some((_, ElasticType::Text))) => typed(one, Type::String),
        (None, _) => Some(one.clone()),
    }
}

/// Gives a value the JSON shape of a type.
fn typed(value: &Json, kind: Type) -> Option<Json> {
    match (kind, value) {
        (Type::String, Json::Number(n)) => Some(n.to_string().into()),
        (Type::String, Json::Bool(b)) => Some(b.to_string().into()),
        (Type::Long | Type::Int, Json::String(text)) => text.trim().parse::<i64>().ok().map(Json::from),
        (Type::Real, Json::String(text)) => text.trim().parse::<f64>().ok().map(Json::from),
        (Type::Bool, Json::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            _ => None,
        },
        _ => Some(value.clone()),
    }
}
