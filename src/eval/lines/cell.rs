//! Values from their raw JSON text, as `json::from_json` makes them, without the tree in between where there is a shorter way.

use super::document;
use crate::eval::json::from_json;
use crate::eval::need::Need;
use crate::ir::datetime::parse_datetime;
use crate::ir::{Type, Value};
use rustc_hash::FxHasher;
use std::hash::Hasher as _;
use std::sync::Arc;

/// Makes values. Texts that were made before are shared: most columns of logs repeat few values.
#[derive(Debug)]
pub(in super::super) struct Cells {
    texts: Vec<Option<Arc<str>>>,
}

/// Texts that are remembered.
const REMEMBERED: usize = 4096;
/// Longer texts are rarely the same.
const LONGEST: usize = 64;

impl Cells {
    /// Remembers nothing yet.
    pub(in super::super) fn new() -> Self {
        Self { texts: vec![None; REMEMBERED] }
    }

    /// Returns the value of a raw text in a column of type `ty` of which `need` is read; `None` where the text is not JSON.
    pub(in super::super) fn value(&mut self, raw: &[u8], ty: Type, need: &Need) -> Option<Value> {
        Some(match (ty, raw) {
            (Type::String, b"null") => Value::String(self.text("")),
            (_, b"null") => Value::Null,
            (Type::String, [b'"', ..]) => match plain(raw) {
                Some(text) => Value::String(self.text(text)),
                None => return general(raw, ty),
            },
            (Type::DateTime, [b'"', ..]) => match plain(raw) {
                Some(text) => parse_datetime(text).map_or(Value::Null, Value::DateTime),
                None => return general(raw, ty),
            },
            (Type::Bool, b"true") => Value::Bool(true),
            (Type::Bool, b"false") => Value::Bool(false),
            (Type::Dynamic, [b'{' | b'[', ..]) => return document::read(raw, need, self),
            _ => return general(raw, ty),
        })
    }

    /// Returns a text that is shared with those made before.
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return Arc::from(text);
        }
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        let place = hasher.finish() as usize % REMEMBERED;
        match self.texts.get_mut(place) {
            Some(Some(known)) if **known == *text => Arc::clone(known),
            Some(place) => Arc::clone(place.insert(Arc::from(text))),
            None => Arc::from(text),
        }
    }
}

/// The text of a JSON string that has no escapes.
fn plain(raw: &[u8]) -> Option<&str> {
    let text = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    std::str::from_utf8(text).ok().filter(|_| memchr::memchr(b'\\', text).is_none())
}

fn general(raw: &[u8], ty: Type) -> Option<Value> {
    serde_json::from_slice(raw).ok().map(|json| from_json(&json, ty))
}
