//! An Elastic rule file as a line that Kibana imports (`POST /api/detection_engine/rules/_import`): JSON, one rule a line.
//!
//! The fields are those of detection-rules' `[rule]` table but for `new_terms`, which Kibana spells flat. What speaks of the file
//! (`[metadata]`) has no place there.

use crate::source::{Node, toml};
use serde_json::{Map, Value as Json};

/// Fields that an import must have and a file may leave out, with Kibana's defaults (kibana, `rule_schema.gen.ts`).
const DEFAULTS: &[(&str, &str)] = &[("interval", "\"5m\""), ("from", "\"now-6m\""), ("to", "\"now\""), ("enabled", "false")];

/// Writes a rule file of detection-rules as an import line, without the line break; `None` where it holds no rule.
pub fn import_line(file: &str) -> Option<String> {
    let root = toml::parse(file).ok()?;
    let Json::Object(mut rule) = root.get("rule").map(Node::to_json)? else { return None };
    if let Some(Json::Object(terms)) = rule.remove("new_terms") {
        flatten_new_terms(&mut rule, &terms);
    }
    if rule.get("type").and_then(Json::as_str) == Some("threshold")
        && let Some(Json::Object(threshold)) = rule.get_mut("threshold")
    {
        threshold.entry("cardinality").or_insert_with(|| Json::Array(Vec::new()));
    }
    for (field, default) in DEFAULTS {
        if !rule.contains_key(*field) {
            rule.insert((*field).to_owned(), serde_json::from_str(default).ok()?);
        }
    }
    // Text of several lines begins behind the line break of its quotes and ends with one.
    for field in ["description", "query", "threat_query"] {
        if let Some(Json::String(text)) = rule.get_mut(field) {
            *text = text.trim().to_owned();
        }
    }
    Some(Json::Object(rule).to_string())
}

/// `[rule.new_terms] field = "new_terms_fields", value = […]` with its window, as Kibana has them.
fn flatten_new_terms(rule: &mut Map<String, Json>, terms: &Map<String, Json>) {
    let window = terms.get("history_window_start").and_then(|windows| windows.get(0)?.get("value"));
    for (field, value) in [("new_terms_fields", terms.get("value")), ("history_window_start", window)] {
        if let Some(value) = value {
            rule.insert(field.to_owned(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::import_line;
    use crate::rulefile::{ReadContext, read};

    const RULE: &str = "[metadata]\nmaturity = \"production\"\n\n[rule]\nname = \"n\"\nrule_id = \"1\"\nrisk_score = 21\nseverity = \"low\"\n\
                        type = \"new_terms\"\nquery = '''\na: b\n'''\n\n[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"a\", \"b\"]\n\
                        [[rule.new_terms.history_window_start]]\nfield = \"history_window_start\"\nvalue = \"now-7d\"\n";

    #[test]
    fn a_file_becomes_a_line_that_reads_as_the_same_rule() {
        let line = import_line(RULE).unwrap();
        assert!(
            !line.contains('\n') && line.contains(r#""risk_score":21"#) && line.contains(r#""history_window_start":"now-7d""#),
            "{line}"
        );
        assert!(!line.contains("metadata") && !line.contains(r#""new_terms":"#), "{line}");
        let (before, after) = (read("a.toml", RULE, &ReadContext::builtin()), read("a.ndjson", &line, &ReadContext::builtin()));
        let terms = |file: &crate::rulefile::ReadFile| match &file.rules[0].form {
            crate::ir::Form::NewTerms(form) => (form.fields.iter().map(|f| f.value.clone()).collect::<Vec<_>>(), form.history.value),
            other => panic!("{other:?}"),
        };
        assert_eq!(terms(&before), terms(&after));
        assert_eq!(after.diagnostics.len(), 0, "{:?}", after.diagnostics);
    }

    #[test]
    fn a_file_without_a_rule_has_no_line() {
        assert_eq!(import_line("[hunt]\nname = \"h\"\n"), None);
    }
}
