//! Exceptions in Kibana's export: the items of lists that a rule names, as filters that no event of an alert satisfies
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/rule-exceptions>; kibana,
//! `kbn-securitysolution-list-utils/src/build_exception_filter`).
//!
//! Value lists are not in an export: an item that asks for one becomes a filter that is not read, and the rule is not run without it.

use super::super::fields::one_line;
use crate::diagnostic::Diagnostic;
use crate::source::{Node, Spanned};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The exception lists of a file.
#[derive(Debug, Default)]
pub(in super::super) struct Exceptions {
    /// Filters by list.
    lists: BTreeMap<String, Vec<Spanned<Json>>>,
}

impl Exceptions {
    /// Takes a line that is a list, or an item of one; tells whether it is.
    pub(in super::super) fn take(&mut self, line: &Node) -> bool {
        let Some(list) = line.get("list_id").and_then(Node::as_str) else { return false };
        let filters = self.lists.entry(list.to_owned()).or_default();
        if let Some(entries) = line.get("entries") {
            let expires = line.get("expire_time").is_some_and(|time| !time.is_null());
            let systems = line.get("os_types").map_or(Json::Null, Node::to_json);
            filters.push(Spanned::new(item(&entries.to_json(), &systems, expires), line.span));
        }
        true
    }

    /// Returns the filters of the lists that a rule names, and what is said of lists that are not in the file.
    pub(super) fn of_rule(&self, named: Option<&Node>) -> (Vec<Spanned<Json>>, Vec<Diagnostic>) {
        let (mut filters, mut missing) = (Vec::new(), Vec::new());
        for list in named.map_or(&[] as &[Node], Node::items) {
            let Some(name) = list.get("list_id").and_then(Node::as_str) else { continue };
            if let Some(items) = self.lists.get(name) {
                filters.extend(items.iter().cloned());
            } else {
                let message = format!("the exceptions of the list `{}` are not in the file: what they silence is seen", one_line(name));
                missing.push(Diagnostic::info("exceptions-not-read", list.span, message).pedantic());
            }
        }
        (filters, missing)
    }
}

/// An item holds where all of its entries do, on one of its operating systems where it names some (`transformOsType`). One that ends some
/// day is kept by a name that nobody reads.
fn item(entries: &Json, systems: &Json, expires: bool) -> Json {
    let mut all: Vec<Json> = entries.as_array().into_iter().flatten().map(|one| entry(one, "")).collect();
    let on = |field: &'static str| systems.as_array().into_iter().flatten().map(move |system| json!({"match_phrase": {field: system}}));
    let any: Vec<Json> = on("host.os.type").chain(on("host.os.name.caseless")).collect();
    if !any.is_empty() {
        all.push(json!({"bool": {"should": any, "minimum_should_match": 1}}));
    }
    let query = if expires { json!({"expire_time": all}) } else { json!({"bool": {"filter": all}}) };
    json!({"meta": {"negate": true}, "query": query})
}

/// An entry; `parent` is the nested field that it stands in, with a dot at the end.
fn entry(entry: &Json, parent: &str) -> Json {
    let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default();
    let field = &format!("{parent}{}", text("field"));
    let value = entry.get("value").cloned().unwrap_or_default();
    let clause = match text("type") {
        "match" => json!({"match_phrase": {field: value}}),
        "match_any" => {
            let any: Vec<Json> = value.as_array().into_iter().flatten().map(|one| json!({"match_phrase": {field: one}})).collect();
            json!({"bool": {"should": any, "minimum_should_match": 1}})
        }
        "nested" if parent.is_empty() => {
            let inner = entry.get("entries").and_then(Json::as_array).into_iter().flatten();
            let all: Vec<Json> = inner.map(|one| self::entry(one, &format!("{field}."))).collect();
            json!({"nested": {"path": field, "query": {"bool": {"filter": all}}}})
        }
        "exists" => json!({"exists": {"field": field}}),
        "wildcard" => json!({"wildcard": {field: {"value": value}}}),
        other => json!({format!("exception of type {other}"): field}),
    };
    if text("operator") == "excluded" { json!({"bool": {"must_not": [clause]}}) } else { clause }
}
