//! One line of JSON: its wanted members as raw text, found without making the others. `skim` is the fast way, this the thorough one.

use super::skim::skim;
use crate::eval::table_io::shown_text;
use crate::ir::Type;
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// What a member of a document is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Key {
    /// The value of this slot.
    Slot(usize),
    /// A column that nobody reads.
    Unread,
    /// No column that is known.
    Unknown,
}

/// The members that documents may have. Documents of one source mostly have the same members in the same order.
#[derive(Debug)]
pub(in super::super) struct Keys {
    known: FxHashMap<Arc<str>, Key>,
    /// The members of the documents before, by position.
    guesses: Vec<(Arc<str>, Key)>,
}

impl Keys {
    /// Knows the names of columns; those that are read have a slot.
    pub(in super::super) fn new(known: FxHashMap<Arc<str>, Key>) -> Self {
        Self { known, guesses: Vec::new() }
    }

    /// Returns what the next member is, and what stands behind its name, if it is the one that stood here in the document before.
    pub(super) fn guess<'l>(&self, position: usize, bytes: &'l [u8]) -> Option<(Key, &'l [u8])> {
        let (name, key) = self.guesses.get(position)?;
        let behind = bytes.strip_prefix(b"\"")?.strip_prefix(name.as_bytes())?.strip_prefix(b"\"")?;
        Some((*key, behind))
    }

    /// Returns what a member is.
    pub(super) fn find(&mut self, position: usize, name: &str) -> Key {
        if let Some((guess, key)) = self.guesses.get(position)
            && **guess == *name
        {
            return *key;
        }
        let Some((name, key)) = self.known.get_key_value(name) else { return Key::Unknown };
        let guess = (Arc::clone(name), *key);
        let count = self.guesses.len();
        match self.guesses.get_mut(position) {
            Some(old) => *old = guess,
            None if position == count => self.guesses.push(guess),
            None => {}
        }
        *key
    }
}

/// Reads a line into `cells`, the raw text of each slot's value. Returns the name of a member that is no known column, if there is one.
pub(in super::super) fn read_record<'l>(line: &'l [u8], keys: &mut Keys, cells: &mut [Option<&'l [u8]>]) -> Result<Option<String>, String> {
    cells.fill(None);
    if let Some(skimmed) = skim(line, keys, cells) {
        return Ok(skimmed.unknown);
    }
    cells.fill(None);
    let mut reader = serde_json::Deserializer::from_slice(line);
    let unknown = Record { keys, cells }.deserialize(&mut reader).and_then(|unknown| reader.end().map(|()| unknown));
    unknown.map_err(|error| fault(&error))
}

/// Says what is wrong with a line of which a value does not read.
pub(in super::super) fn fault_of(line: &[u8]) -> String {
    match serde_json::from_slice::<serde_json::Value>(line) {
        Ok(_) => "a value is not valid JSON".to_owned(),
        Err(error) => fault(&error),
    }
}

/// Calls `add` with the name of each member of a line and the type that its value shows.
pub(super) fn shown_types(line: &[u8], mut add: impl FnMut(&str, Type)) -> Result<(), String> {
    if line.is_empty() {
        return Ok(());
    }
    let members: FxHashMap<String, &RawValue> = serde_json::from_slice(line).map_err(|error| fault(&error))?;
    members.iter().for_each(|(name, raw)| add(name, shown_raw(raw.get().as_bytes())));
    Ok(())
}

/// The type that a raw value shows.
pub(in super::super) fn shown_raw(raw: &[u8]) -> Type {
    match raw {
        [b'n', ..] => Type::Unknown,
        [b't' | b'f', ..] => Type::Bool,
        [b'{' | b'[', ..] => Type::Dynamic,
        [b'"', text @ .., b'"'] => shown_text(std::str::from_utf8(text).unwrap_or_default()),
        b"-0" => Type::Real,
        number => match std::str::from_utf8(number).map(str::parse::<i64>) {
            Ok(Ok(_)) => Type::Long,
            _ => Type::Real,
        },
    }
}

/// What is wrong with a line, without the line number that serde gives.
pub(super) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    format!("column {}: not a JSON object: {what}", error.column())
}

struct Record<'k, 'c, 'l> {
    keys: &'k mut Keys,
    cells: &'c mut [Option<&'l [u8]>],
}

impl<'l> DeserializeSeed<'l> for Record<'_, '_, 'l> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for Record<'_, '_, 'l> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut unknown = None;
        let mut position = 0;
        while let Some((key, name)) = map.next_key_seed(Name { keys: self.keys, position })? {
            position += 1;
            match key {
                Key::Slot(slot) => {
                    let raw = map.next_value::<&'l RawValue>()?;
                    if let Some(cell) = self.cells.get_mut(slot) {
                        *cell = Some(raw.get().as_bytes());
                    }
                }
                Key::Unread | Key::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            unknown = unknown.or(name);
        }
        Ok(unknown)
    }
}

/// A member's name: what it is to the reader, and itself where it is unknown.
struct Name<'k> {
    keys: &'k mut Keys,
    position: usize,
}

impl<'l> DeserializeSeed<'l> for Name<'_> {
    type Value = (Key, Option<String>);

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = (Key, Option<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let key = self.keys.find(self.position, name);
        Ok((key, (key == Key::Unknown).then(|| name.to_owned())))
    }
}
