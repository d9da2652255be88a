//! Windows events as JSON has them: the members of `EventData` under the names that Sigma rules use.
//!
//! Three shapes are known: that of `evtx_dump` and of XML turned into JSON (`Event.System`, `Event.EventData`), the one of Winlogbeat
//! (`winlog.event_data`, <https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog>), and the flat one, which needs nothing.

use super::walk;
use crate::eval::json::to_json;
use crate::ir::{Type, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

/// What stands before the event's own fields.
const DATA: [&str; 6] = ["Event.EventData.", "EventData.", "winlog.event_data.", "winlog.user_data.", "event_data.", "Event_EventData_"];
/// What stands before `<element>.<field>`: the element is the provider's own.
const USER_DATA: [&str; 2] = ["Event.UserData.", "UserData."];
/// What stands before the fields of the event's head.
const HEAD: [&str; 3] = ["Event.System.", "System.", "winlog."];

/// Fields of the head whose Sigma name is another one
/// (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-taxonomy.html>).
static NAMES: &[(&str, &str)] = &[
    ("EventID", "EventID"),
    ("EventID.#text", "EventID"),
    ("EventID.Value", "EventID"),
    ("event_id", "EventID"),
    ("Channel", "Channel"),
    ("channel", "Channel"),
    ("Computer", "Computer"),
    ("computer_name", "Computer"),
    ("Level", "Level"),
    ("Task", "Task"),
    ("Provider", "Provider_Name"),
    ("Provider.Name", "Provider_Name"),
    ("Provider.@Name", "Provider_Name"),
    ("Provider.#attributes.Name", "Provider_Name"),
    ("Provider_attributes.Name", "Provider_Name"),
    ("provider_name", "Provider_Name"),
    ("TimeCreated.SystemTime", "UtcTime"),
    ("TimeCreated.@SystemTime", "UtcTime"),
    ("TimeCreated.#attributes.SystemTime", "UtcTime"),
    ("TimeCreated_attributes.SystemTime", "UtcTime"),
];

/// Returns the field that Sigma rules know a path of a Windows event as.
pub(in super::super) fn field(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('.') {
        return None;
    }
    if let Some(name) = DATA.iter().find_map(|prefix| path.strip_prefix(prefix)) {
        return Some(Cow::Borrowed(name));
    }
    if let Some(inner) = USER_DATA.iter().find_map(|prefix| path.strip_prefix(prefix)) {
        return inner.split_once('.').map(|(_, name)| Cow::Borrowed(name));
    }
    let head = HEAD.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    NAMES.iter().find(|(known, _)| *known == head).map(|(_, name)| Cow::Borrowed(*name))
}

/// Adds the fields of a Windows event to a document under the names that Sigma rules know them by; names that are taken stay.
pub fn with_sigma_names(mut document: Json) -> Json {
    let mut added = serde_json::Map::new();
    let value = Value::from_json(&document);
    walk(&value, &mut String::new(), &mut |path, value| {
        if let Some(name) = field(path) {
            added.insert(name.into_owned(), to_json(value, Type::Unknown));
        }
    });
    if let Json::Object(members) = &mut document {
        for (name, value) in added {
            members.entry(name).or_insert(value);
        }
    }
    document
}

/// Returns name and value of `{"@Name": "Image", "#text": "…"}`, as XML's `<Data Name="Image">` becomes JSON.
pub(super) fn named<'v>(path: &str, members: &'v [(std::sync::Arc<str>, Value)]) -> Option<(&'v str, &'v Value)> {
    if !path.ends_with("EventData.Data") {
        return None;
    }
    let member = |names: &[&str]| members.iter().find(|(name, _)| names.contains(&&**name)).map(|(_, value)| value);
    let name = member(&["@Name", "Name", "-Name"]).and_then(Value::as_str).or_else(|| match member(&["#attributes"])? {
        Value::Object(inner) => inner.iter().find(|(name, _)| &**name == "Name").and_then(|(_, value)| value.as_str()),
        _ => None,
    })?;
    Some((name, member(&["#text", "text", "Value", "content"]).unwrap_or(&Value::Null)))
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;
    use serde_json::json;

    fn check(path: &str, expected: Option<&str>) {
        assert_eq!(field(path).as_deref(), expected, "{path}");
    }

    #[test]
    fn event_data_have_their_own_names() {
        check("Event.EventData.CommandLine", Some("CommandLine"));
        check("winlog.event_data.Image", Some("Image"));
        check("Event.UserData.EventXML.Param1", Some("Param1"));
        check("CommandLine", None);
        check("process.command_line", None);
    }

    #[test]
    fn the_head_has_sigma_s_names() {
        check("Event.System.EventID.#text", Some("EventID"));
        check("Event.System.Provider.#attributes.Name", Some("Provider_Name"));
        check("winlog.computer_name", Some("Computer"));
        check("Event.System.Security.#attributes.UserID", None);
    }

    #[test]
    fn named_data_are_fields() {
        let event = json!({"Event": {"EventData": {"Data": [{"@Name": "Image", "#text": "C:\\a.exe"}, {"@Name": "User"}]}}});
        let event = Event::from_json(&event);
        assert_eq!(event.values("Event.EventData.Image"), [Value::string("C:\\a.exe")]);
        assert_eq!(event.values("Event.EventData.User"), [Value::Null]);
    }
}
