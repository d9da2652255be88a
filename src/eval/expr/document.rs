//! Fields of event documents by dotted name, flat (`"a.b": 1`), nested (`"a": {"b": 1}`) or both.

use super::Compiled;
use crate::ir::{Type, Value, convert};

/// Compiles the look-up of a field in the document that stands in `slot`.
pub(super) fn lookup(slot: usize, name: &str, ty: Type) -> Compiled {
    let name = name.to_owned();
    Compiled::computed(ty, move |frame| {
        let found = frame.row.get(slot).and_then(|document| field(document, &name)).cloned().unwrap_or_default();
        // A missing field stays null, also where text is expected: events tell missing from empty.
        if matches!(found, Value::Null | Value::Array(_) | Value::Object(_)) { found } else { convert::convert(&found, Type::Dynamic, ty) }
    })
}

/// Returns the value of a field; the longest flat name wins.
fn field<'v>(document: &'v Value, name: &str) -> Option<&'v Value> {
    if let Some(value) = document.member(name) {
        return Some(value);
    }
    name.rmatch_indices('.').find_map(|(dot, _)| {
        let inner = document.member(name.get(..dot)?)?;
        field(inner, name.get(dot + 1..)?)
    })
}
