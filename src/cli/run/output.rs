//! An alert as one line of JSON.

use crate::eval::alert::{Alert, Outcome};
use crate::eval::json::to_json;
use crate::eval::{DOCUMENT, ORDINAL};
use crate::ir::Rule;
use crate::ir::datetime::print_datetime;
use crate::report::json::json_line;
use serde_json::{Map, Value as Json, json};

/// Renders an alert: what an analyst sees of it, and the rows or events behind it.
pub(super) fn line(path: &str, rule: &Rule, alert: &Alert, outcome: &Outcome) -> String {
    let entities: Json = alert
        .entities
        .iter()
        .map(|entity| {
            let fields: Map<String, Json> = entity.fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            json!({ "type": entity.kind, "identifiers": fields })
        })
        .collect();
    let details: Map<String, Json> = alert.details.iter().map(|(key, values)| (key.clone(), json!(values))).collect();
    let (rows, events): (Vec<Json>, Vec<Json>) =
        alert.rows.iter().filter_map(|row| row_of(outcome, *row)).partition(|row| row.get(DOCUMENT).is_none());
    let events: Vec<Json> = events.into_iter().filter_map(|mut row| row.get_mut(DOCUMENT).map(Json::take)).collect();
    let mut object = Map::from_iter([
        ("rule".to_owned(), json!(rule.meta.name.as_ref().map(|name| &name.value))),
        ("id".to_owned(), json!(rule.meta.id.as_ref().map(|id| &id.value))),
        ("file".to_owned(), json!(path)),
        ("time".to_owned(), json!(print_datetime(alert.time))),
        ("title".to_owned(), json!(alert.title)),
        ("description".to_owned(), json!(alert.description)),
        ("severity".to_owned(), json!(alert.severity)),
        ("entities".to_owned(), entities),
        ("custom_details".to_owned(), Json::Object(details)),
    ]);
    if let Some(risk_score) = alert.risk_score {
        object.insert("risk_score".to_owned(), json!(risk_score));
    }
    if !events.is_empty() {
        object.insert("events".to_owned(), Json::Array(events));
    }
    if !rows.is_empty() {
        object.insert("rows".to_owned(), Json::Array(rows));
    }
    json_line(&Json::Object(object))
}

/// A row by column name; an event keeps its document only.
fn row_of(outcome: &Outcome, row: usize) -> Option<Json> {
    let values = outcome.rows.rows.get(row)?;
    let cells = || outcome.rows.columns.iter().zip(values);
    let document = cells().find(|(column, value)| &*column.name == DOCUMENT && !value.is_null());
    let shown: Map<String, Json> = match document {
        Some((column, value)) => Map::from_iter([(DOCUMENT.to_owned(), to_json(value, column.ty))]),
        None => cells()
            .filter(|(column, _)| &*column.name != ORDINAL && &*column.name != DOCUMENT)
            .map(|(column, value)| (column.name.to_string(), to_json(value, column.ty)))
            .collect(),
    };
    Some(Json::Object(shown))
}
