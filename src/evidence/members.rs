//! Members of events as JSON: taken out, added, compared.

use crate::ir::text::equals_folded;
use serde_json::Value as Json;

/// Takes out what is null or an empty text, at any depth.
pub(super) fn drop_empty(event: &mut Json) {
    if let Json::Object(members) = event {
        members.retain(|_, value| !value.is_null() && *value != Json::String(String::new()));
        members.values_mut().for_each(drop_empty);
    }
}

/// Adds the members that an event does not have.
pub(super) fn merge(event: &mut Json, more: &Json) {
    if let (Json::Object(into), Json::Object(more)) = (event, more) {
        for (name, value) in more {
            match into.get_mut(name) {
                Some(inner @ Json::Object(_)) => merge(inner, value),
                Some(_) => {}
                None => {
                    into.insert(name.clone(), value.clone());
                }
            }
        }
    }
}

/// Tells whether two values are one, numbers and truth values written alike included.
pub(super) fn same(a: &Json, b: &Json, ignores_case: bool) -> bool {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    a == b || (a.is_string() == b.is_string() && text(a) == text(b)) || (ignores_case && equals_folded(&text(a), &text(b)))
}
