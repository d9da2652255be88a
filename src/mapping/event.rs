//! Events from one dialect's shape to another's: a Sentinel row, an Elastic document, a flat Sigma event.
//!
//! Fields without an entry do not appear on the other side; what a source implies there (data set, category) does.

use super::derive::derived;
use super::format::{Confidence, Constant, End, Field, SigmaNames, Source, is_kusto};
use super::load::{PartRef, Sources};
use super::path::{Captures, Path, Step, read, write};
use super::split::part;
use crate::ir::{Case, Dialect, Type, Value, regexes};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Maps an event of a part from one dialect to another.
pub fn map_event(event: &Json, from: Dialect, to: Dialect, at: &PartRef) -> Json {
    mapped(event, from, to, at, |field| field.is_said_by(from))
}

/// Maps an event and gives it each of its fields under all the names that Sigma rules have for it.
pub fn map_event_to_all_names(event: &Json, from: Dialect, to: Dialect, at: &PartRef) -> Json {
    mapped(event, from, to, at, |field| field.is_said_by(from) || (field.alias && to == Dialect::Sigma))
}

fn mapped(event: &Json, from: Dialect, to: Dialect, at: &PartRef, is_used: impl Fn(&Field) -> bool) -> Json {
    let mut out = Json::Object(Map::new());
    for field in at.fields().filter(|field| is_used(field)) {
        let (Some(source), Some(target)) = (field.path(from, &at.source), field.path(to, &at.source)) else { continue };
        if source.is_everything() || target.is_everything() {
            keep_names(event, &mut out, (source, from), (target, to), at);
            continue;
        }
        if field.extract.is_some() && is_kusto(to) {
            continue;
        }
        let mut found = values(event, source, from, at);
        if let Some(other) = field.otherwise.as_ref().filter(|_| is_kusto(from) && to == Dialect::Elastic)
            && found.iter().all(|(_, value)| value.is_null() || value.as_str() == Some(""))
        {
            found = read(event, other);
        }
        let mut several: Vec<Json> = Vec::new();
        for (numbers, value) in found {
            let Some(value) = convert(&value, field, from, to) else { continue };
            if numbers.len() > target.holes() {
                several.push(value);
            } else {
                // One value of an array of objects is its first element's.
                put(&mut out, &target.fill(&numbers).first(), value, to);
            }
        }
        match several.len() {
            0 => {}
            1 => several.into_iter().for_each(|one| put(&mut out, target, one, to)),
            _ => put(&mut out, target, Json::Array(several), to),
        }
    }
    for (path, text) in joined(event, from, to, at) {
        put(&mut out, &path, text, to);
    }
    for (name, constant) in at.implied(to).iter().filter(|(_, constant)| !matches!(constant, Constant::OneOf(_))) {
        let path = if to == Dialect::Sigma { Path::name(name) } else { Path::parse(name) };
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

/// Returns what an event has at a path, out of the text of a column too.
pub(super) fn values(event: &Json, path: &Path, dialect: Dialect, at: &PartRef) -> Vec<(Captures, Json)> {
    let is_own = |field: &&Field| field.path(dialect, &at.source) == Some(path);
    match at.extracts().find(is_own).and_then(|field| field.extract.as_deref()) {
        Some(expression) if is_kusto(dialect) => extracted(event, path, expression).into_iter().collect(),
        _ => read(event, path),
    }
}

fn extracted(event: &Json, path: &Path, expression: &str) -> Option<(Captures, Json)> {
    let regex = regexes::compiled(expression, Case::Sensitive).ok()?;
    let text = event.get(path.column())?.as_str()?;
    let value = regex.captures(text)?.get(1)?.as_str();
    (!value.is_empty()).then(|| (Captures::new(), Json::from(value)))
}

/// Carries the fields over that keep their name (`EventData.**`, `**`), as far as no entry names them.
fn keep_names(event: &Json, out: &mut Json, (source, from): (&Path, Dialect), (target, to): (&Path, Dialect), at: &PartRef) {
    let fields = || at.fields();
    let named: Vec<String> = fields().filter_map(|field| field.path(from, &at.source)).map(|path| path.text(from)).collect();
    let constant = at.implied(from);
    let below = source.without_rest();
    for (_, value) in if below.steps.is_empty() { vec![(Vec::new(), event.clone())] } else { read(event, &below) } {
        for (key, value) in value.as_object().into_iter().flatten() {
            let own = source.fill(&[vec![Step::Key(key.as_str().into())]]).text(from);
            if !named.contains(&own) && !constant.contains_key(&own) {
                put(out, &target.fill(&[vec![Step::Key(key.as_str().into())]]), value.clone(), to);
            }
        }
    }
}

/// Finds the part that an event belongs to, by its table column, its data set and the parts' selections.
pub fn part_of_event(event: &Json, dialect: Dialect, sources: &Sources) -> Option<PartRef> {
    let mut parts = sources.parts().filter(|at| at.part.is_read_by(dialect));
    parts.find(|at| {
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
            let found = self::values(event, &Path::parse(name), dialect, at);
            found.iter().any(|(_, value)| values.contains(&Value::from_json(value)))
        };
        let mut except = at.except(dialect);
        !wanted.is_empty() && wanted.iter().all(holds) && !except.any(holds)
    })
}

impl Field {
    /// Tells whether a dialect's rules and events are mapped by this entry.
    pub(super) fn is_said_by(&self, from: Dialect) -> bool {
        from == Dialect::Sigma || !(self.alias || self.confidence == Confidence::Assumed)
    }

    /// Returns the field's path in a dialect.
    pub fn path(&self, dialect: Dialect, source: &Source) -> Option<&Path> {
        let sentinel = || self.sentinel.as_ref().map(|(path, _)| path);
        // What is no column has no name in events.
        let column = || sentinel().filter(|_| self.computed.is_none() && self.rows.is_none());
        match dialect {
            Dialect::Sentinel | Dialect::Kql => sentinel(),
            Dialect::Elastic => self.elastic.as_ref().map(|(path, _)| path),
            Dialect::Sigma => match source.sigma_fields {
                SigmaNames::Own => self.sigma.as_ref(),
                SigmaNames::Sentinel => self.sigma.as_ref().or_else(column),
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

/// Converts one value; `None` where the other side does not hold it.
fn convert(value: &Json, field: &Field, from: Dialect, to: Dialect) -> Option<Json> {
    if value.is_null() {
        return None;
    }
    let spelled = match value {
        Json::String(text) if !field.spellings.is_empty() && is_kusto(from) != is_kusto(to) => {
            Json::String(super::spelling::spell(text, &field.spellings, from))
        }
        other => other.clone(),
    };
    let value = &match &spelled {
        Json::String(text) if field.dword && from == Dialect::Sigma => super::rendered::decimal(text).map_or(spelled.clone(), Json::from),
        _ => spelled,
    };
    if let Some((separator, end)) = &field.part_of {
        return match (field.is_whole(from), field.is_whole(to)) {
            (true, false) => part(value.as_str()?, separator, *end).map(Json::from),
            (false, true) => None,
            _ => kept(value, field, to),
        };
    }
    match (field.is_second(from), field.is_second(to)) {
        (false, true) => to_second(value, field, to),
        (true, false) => from_second(value, field, to),
        _ => kept(value, field, to),
    }
}

/// Joins the halves of a text that only the target holds whole.
fn joined(event: &Json, from: Dialect, to: Dialect, at: &PartRef) -> Vec<(Path, Json)> {
    let fields = || at.fields().filter(|field| field.is_whole(to) && !field.is_whole(from));
    let halves = |wanted: End| fields().filter(move |field| field.part_of.as_ref().is_some_and(|(_, end)| *end == wanted));
    let mut out = Vec::new();
    for head in halves(End::Head) {
        let text = |field: &Field| {
            let (_, value) = read(event, field.path(from, &at.source)?).into_iter().next()?;
            let spelled = super::spelling::spell(value.as_str()?, &field.spellings, from);
            Some(if is_kusto(from) == is_kusto(to) { value.as_str()?.to_owned() } else { spelled })
        };
        let whole = head.path(to, &at.source);
        let tail = halves(End::Tail).find(|tail| tail.path(to, &at.source) == whole);
        if let (Some(whole), Some(first), Some(last), Some((separator, _))) = (whole, text(head), tail.and_then(text), &head.part_of) {
            out.push((whole.clone(), Json::from(format!("{first}{separator}{last}"))));
        }
    }
    out
}

/// The same value, in the shape of the target's type.
fn kept(value: &Json, field: &Field, to: Dialect) -> Option<Json> {
    if to == Dialect::Elastic {
        return typed(value, field.elastic.as_ref()?.1.kusto());
    }
    // Sentinel's columns hold one value: of several, the first.
    let one = value.as_array().filter(|_| field.elastic.is_some()).map_or(Some(value), |items| items.first())?;
    match field.sentinel.as_ref().map(|(_, kind)| *kind) {
        Some(kind) => typed(one, kind),
        None => Some(one.clone()),
    }
}

fn to_second(value: &Json, field: &Field, to: Dialect) -> Option<Json> {
    if !field.values.is_empty() {
        return enumerated(value, field);
    }
    if field.array {
        let items: Json = serde_json::from_str(value.as_str()?).ok()?;
        return items.is_array().then_some(items);
    }
    if field.printed_map {
        return None;
    }
    if field.words {
        let trimmed = |word: &str| Json::from(word.trim_matches(['"', '\'']));
        return Some(value.as_str()?.split_whitespace().map(trimmed).collect());
    }
    if let Some(factor) = field.factor {
        return value.as_i64()?.checked_mul(factor).map(Json::from);
    }
    let converted = kept(value, field, to);
    if field.lower { Some(converted?.as_str()?.to_lowercase().into()) } else { converted }
}

/// Elastic's value of an enumerated one; `*` stands for every value that no other pair names.
fn enumerated(value: &Json, field: &Field) -> Option<Json> {
    let exact = field.values.iter().find(|(mine, _)| mine.json() == *value);
    let other = || field.values.iter().find(|(mine, _)| *mine == Constant::Text("*".to_owned()));
    exact.or_else(other).map(|(_, theirs)| theirs.json())
}

fn from_second(value: &Json, field: &Field, to: Dialect) -> Option<Json> {
    if !field.values.is_empty() {
        let pair = field.values.iter().find(|(_, theirs)| theirs.json() == *value);
        return pair.filter(|(mine, _)| *mine != Constant::Text("*".to_owned())).map(|(mine, _)| mine.json());
    }
    if field.array {
        let items = if value.is_array() { value.clone() } else { Json::Array(vec![value.clone()]) };
        return Some(items.to_string().into());
    }
    if field.words || field.printed_map {
        return None;
    }
    if let Some(factor) = field.factor {
        return value.as_i64()?.checked_div(factor).map(Json::from);
    }
    kept(value, field, to)
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
