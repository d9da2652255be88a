//! Paths to fields: `Column.member[0]` and `Column['a.b']` in Sentinel and Sigma, `a.b.0` in Elastic, with `*` for any element's number and `**` for
//! anything below.
//!
//! It knows neither types nor sources.

use crate::ir::Dialect;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::sync::Arc;

/// Elements at most that a written path may reach; larger numbers in a query are no array index of an event.
const MAX_INDEX: usize = 10_000;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A member.
    Key(Arc<str>),
    /// An element.
    Index(usize),
    /// Any element: in entries of `targets/sources/` only.
    Each,
    /// Whatever is below: at the end of entries only.
    Rest,
}

impl Step {
    /// Returns the step alone.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Key(key) => Cow::Borrowed(key),
            Self::Index(n) => Cow::Owned(n.to_string()),
            Self::Each => Cow::Borrowed("*"),
            Self::Rest => Cow::Borrowed("**"),
        }
    }

    /// Writes the step behind others as a dialect does.
    fn append(&self, out: &mut String, dialect: Dialect) {
        if matches!(self, Self::Index(_) | Self::Each) && dialect != Dialect::Elastic {
            out.push('[');
            out.push_str(&self.text());
            out.push(']');
            return;
        }
        if let Self::Key(key) = self
            && key.contains('.')
            && !out.is_empty()
            && dialect != Dialect::Elastic
        {
            out.push_str(&format!("['{key}']"));
            return;
        }
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(&self.text());
    }
}

/// A path to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    /// Its steps.
    pub steps: Vec<Step>,
}

impl Path {
    /// Reads a path in either notation.
    pub fn parse(text: &str) -> Self {
        let plain = |text: &str| -> Vec<Step> { text.split(['.', '[']).map(|piece| step(piece.trim_end_matches(']'))).collect() };
        let (mut steps, mut rest) = (Vec::new(), text);
        while let Some((before, (key, after))) = rest.split_once("['").and_then(|(before, rest)| Some((before, rest.split_once("']")?))) {
            if !before.is_empty() {
                steps.extend(plain(before));
            }
            steps.push(Step::Key(Arc::from(key)));
            rest = after.strip_prefix('.').unwrap_or(after);
            // `['a.b'][0]`
            rest = rest.strip_prefix('[').filter(|number| !number.starts_with('\'')).unwrap_or(rest);
        }
        if !rest.is_empty() || steps.is_empty() {
            steps.extend(plain(rest));
        }
        Self { steps }
    }

    /// Returns the path of a plain name, in which dots are no separators.
    pub fn name(name: &str) -> Self {
        Self { steps: vec![Step::Key(Arc::from(name))] }
    }

    /// Tells whether it stands for several places: elements of any number, or all that is below.
    pub fn is_open(&self) -> bool {
        self.holes() > 0
    }

    /// Counts the places of `*` and `**`.
    pub fn holes(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Each | Step::Rest)).count()
    }

    /// Writes the path as a dialect does.
    pub fn text(&self, dialect: Dialect) -> String {
        let mut out = String::new();
        self.steps.iter().for_each(|step| step.append(&mut out, dialect));
        out
    }

    /// Returns the name of the column that the path starts at.
    pub fn column(&self) -> &str {
        match self.steps.first() {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// Tells whether the path is a column and nothing below it.
    pub fn is_column(&self) -> bool {
        self.steps.len() == 1
    }

    /// Tells whether the path stands for every field of an event.
    pub fn is_everything(&self) -> bool {
        self.steps.as_slice() == [Step::Rest]
    }

    /// Returns the path without `**` at its end.
    #[must_use]
    pub fn without_rest(&self) -> Self {
        Self { steps: self.steps.iter().filter(|step| **step != Step::Rest).cloned().collect() }
    }

    /// Returns the path with the first element where it has any.
    #[must_use]
    pub fn first(&self) -> Self {
        let first = |step: &Step| if *step == Step::Each { Step::Index(0) } else { step.clone() };
        Self { steps: self.steps.iter().map(first).collect() }
    }

    /// Returns the steps that `other` has where this path has `*` or `**`, if it is otherwise the same.
    pub fn captures(&self, other: &Self) -> Option<Captures> {
        let mut found = Vec::new();
        let mut theirs = other.steps.iter();
        for mine in &self.steps {
            if *mine == Step::Rest {
                found.push(theirs.by_ref().cloned().collect());
                break;
            }
            match (mine, theirs.next()?) {
                (Step::Each, Step::Index(n)) => found.push(vec![Step::Index(*n)]),
                (a, b) if a == b => {}
                _ => return None,
            }
        }
        theirs.next().is_none().then_some(found)
    }

    /// Puts captured steps where the path has `*` or `**`.
    #[must_use]
    pub fn fill(&self, captures: &[Vec<Step>]) -> Self {
        let mut captured = captures.iter();
        let steps = self.steps.iter().flat_map(|step| match step {
            Step::Each | Step::Rest => captured.next().cloned().unwrap_or_else(|| vec![step.clone()]),
            other => vec![other.clone()],
        });
        Self { steps: steps.collect() }
    }
}

/// What stood where a path has `*` or `**`, in order.
pub type Captures = Vec<Vec<Step>>;

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::parse(&text))
    }
}

fn step(piece: &str) -> Step {
    match piece {
        "*" => Step::Each,
        "**" => Step::Rest,
        _ if !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit()) => match piece.parse() {
            Ok(n) if n <= MAX_INDEX => Step::Index(n),
            _ => Step::Key(Arc::from(piece)),
        },
        _ => Step::Key(Arc::from(piece)),
    }
}

/// Returns every value at a path with the steps met on the way; `**` gives the whole of what is below. Keys with dots in them (`"a.b": 1`) count as nested,
/// and JSON held as text is read where the path leads into it.
pub fn read(event: &Json, path: &Path) -> Vec<(Captures, Json)> {
    let mut found = Vec::new();
    descend(event, &path.steps, &mut Vec::new(), &mut found);
    if let (true, Json::Object(map)) = (found.is_empty() && path.is_open(), event) {
        // Flat events spell the element's number, and what is below, in the key: `TargetResources[0].id`.
        let flat = map.iter().filter(|(key, _)| key.starts_with(path.column()));
        found.extend(flat.filter_map(|(key, value)| Some((path.captures(&Path::parse(key))?, value.clone()))));
    }
    found
}

fn descend(at: &Json, steps: &[Step], numbers: &mut Captures, found: &mut Vec<(Captures, Json)>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push((numbers.clone(), at.clone()));
        return;
    };
    match (step, at) {
        (Step::Rest, Json::Object(_) | Json::Array(_)) => {
            let whole = numbers.iter().cloned().chain([Vec::new()]).collect();
            found.push((whole, at.clone()));
        }
        (_, Json::String(text)) if text.trim_start().starts_with(['{', '[']) => {
            if let Ok(inner @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str(text) {
                descend(&inner, steps, numbers, found);
            }
        }
        (Step::Each, Json::Array(items)) => {
            for (n, item) in items.iter().enumerate() {
                numbers.push(vec![Step::Index(n)]);
                descend(item, rest, numbers, found);
                numbers.pop();
            }
        }
        (Step::Each, Json::Object(map)) => {
            for (key, item) in map {
                if let Step::Index(n) = self::step(key) {
                    numbers.push(vec![Step::Index(n)]);
                    descend(item, rest, numbers, found);
                    numbers.pop();
                }
            }
        }
        (Step::Index(n), Json::Array(items)) => {
            if let Some(item) = items.get(*n) {
                descend(item, rest, numbers, found);
            }
        }
        (Step::Key(_) | Step::Index(_), Json::Object(map)) => descend_keys(map, steps, numbers, found),
        _ => {}
    }
}

/// Tries the longest run of steps that the object has as one dotted key first.
fn descend_keys(map: &Map<String, Json>, steps: &[Step], numbers: &mut Captures, found: &mut Vec<(Captures, Json)>) {
    // Runs of steps are spelt out only where some key goes on after the first.
    let goes_on = |key: &String, first: &str| key.strip_prefix(first).is_some_and(|rest| rest.starts_with(['.', '[']));
    if let [Step::Key(first), rest @ ..] = steps
        && (rest.is_empty() || !map.keys().any(|key| goes_on(key, first)))
    {
        if let Some(inner) = map.get(&**first) {
            descend(inner, rest, numbers, found);
        }
        return;
    }
    let (mut dotted, mut bracketed) = (String::new(), String::new());
    let written = steps.iter().map(|step| {
        step.append(&mut dotted, Dialect::Elastic);
        step.append(&mut bracketed, Dialect::Sentinel);
        (dotted.len(), bracketed.len())
    });
    let ends: Vec<(usize, usize)> = written.collect();
    let member = |text: &str, end: usize| map.get(text.get(..end)?);
    for (at, (end, other)) in ends.into_iter().enumerate().rev() {
        if let Some(inner) = member(&dotted, end).or_else(|| member(&bracketed, other)) {
            descend(inner, steps.get(at + 1..).unwrap_or_default(), numbers, found);
            return;
        }
    }
}

/// Writes a value at a path, making the objects on the way (and arrays where `arrays` says so). What is already there stays.
pub fn write(event: &mut Json, path: &Path, value: Json, arrays: bool) {
    write_below(event, &path.steps, value, arrays);
}

fn write_below(event: &mut Json, steps: &[Step], value: Json, arrays: bool) {
    let Some((step, rest)) = steps.split_first() else {
        if event.is_null() {
            *event = value;
        }
        return;
    };
    match step {
        Step::Index(n) if arrays => {
            if event.is_null() {
                *event = Json::Array(Vec::new());
            }
            if let Json::Array(items) = event {
                while items.len() <= *n {
                    items.push(Json::Null);
                }
                if let Some(item) = items.get_mut(*n) {
                    write_below(item, rest, value, arrays);
                }
            }
        }
        Step::Key(_) | Step::Index(_) | Step::Each | Step::Rest => {
            if event.is_null() {
                *event = Json::Object(Map::new());
            }
            if let Json::Object(map) = event {
                write_below(map.entry(step.text().into_owned()).or_insert(Json::Null), rest, value, arrays);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;
    use crate::ir::Dialect;

    fn check(text: &str, steps: usize, elastic: &str) {
        let path = Path::parse(text);
        assert_eq!((path.steps.len(), path.text(Dialect::Sentinel).as_str(), path.text(Dialect::Elastic).as_str()), (steps, text, elastic));
    }

    #[test]
    fn paths_are_written_as_they_are_read() {
        check("Column", 1, "Column");
        check("Column.member[0].last", 4, "Column.member.0.last");
        check("Column['a.b/c']", 2, "Column.a.b/c");
        check("Column['a.b'].d", 3, "Column.a.b.d");
        check("Column['a.b']['c.d'][0].e", 5, "Column.a.b.c.d.0.e");
        check(&format!("Column{}", "['a.b']".repeat(100_000)), 100_001, &format!("Column{}", ".a.b".repeat(100_000)));
    }
}
