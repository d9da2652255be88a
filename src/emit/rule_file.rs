//! A rule of Kibana's export as a file in the layout of elastic/detection-rules: `[metadata]`, `[rule]` with its keys in order and the
//! query last, `[[rule.threat]]`, then the other tables.
//!
//! What Kibana's store adds to a rule (ids, authors of changes, revisions) is no part of a rule file and stays away; everything else is
//! kept.

use crate::rulefile::kibana;
use crate::source::{Node, Span, toml_write, yaml};
use serde_json::{Map, Value as Json, json};

/// What a rule file is made of a rule of Kibana's, and what had no place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// The file.
    pub text: String,
    /// The exception lists whose items stand beside the rule: a rule file only names them.
    pub lists: Vec<String>,
}

/// What the store of Kibana says of a rule (kibana, `rule_schema.gen.ts`, `ResponseFields`).
const OF_THE_STORE: &[&str] = &[
    "id",
    "created_at",
    "created_by",
    "execution_summary",
    "immutable",
    "output_index",
    "revision",
    "rule_source",
    "updated_at",
    "updated_by",
];
/// The table of the rule itself.
const RULE: &str = "rule";
/// Texts that detection-rules writes over several lines, and the query.
const LONG_TEXTS: &[&str] = &["note", "setup"];
const QUERIES: &[&str] = &["query", "threat_query"];

/// Writes the first rule of Kibana's lines as a rule file; `None` where there is none.
pub fn rule_file(lines: &str) -> Option<RuleFile> {
    let nodes: Vec<Node> = lines.lines().filter(|line| !line.trim().is_empty()).filter_map(object).collect();
    let node = nodes.iter().find(|node| kibana::is_rule(node))?;
    let Json::Object(mut rule) = node.to_json() else { return None };
    let item_of = |node: &Node| node.get("entries").and(node.get("list_id")).and_then(Node::as_str).map(str::to_owned);
    let mut lists: Vec<String> = nodes.iter().filter_map(item_of).collect();
    lists.sort();
    lists.dedup();
    let metadata = metadata(&rule);
    rule.retain(|key, value| !OF_THE_STORE.contains(&key.as_str()) && !value.is_null());
    nest_new_terms(&mut rule);
    let mut text = String::from("[metadata]\n");
    metadata.iter().for_each(|(key, value)| pair("metadata", key, value, &mut text));
    table(RULE, &rule, &mut text);
    Some(RuleFile { text, lists })
}

fn object(line: &str) -> Option<Node> {
    yaml::parse_part(line, Span::new(0, line.len())).ok()?.into_iter().next()
}

/// What Kibana's line says of the file's dates and integrations.
fn metadata(rule: &Map<String, Json>) -> Map<String, Json> {
    let date = |key: &str| {
        let day = rule.get(key).and_then(Json::as_str).and_then(|time| time.get(..10)).map(|day| day.replace('-', "/"));
        json!(day.unwrap_or_else(|| super::NO_DATE.to_owned()))
    };
    let packages = rule.get("related_integrations").and_then(Json::as_array).into_iter().flatten();
    let mut packages: Vec<&str> = packages.filter_map(|one| one.get("package").and_then(Json::as_str)).collect();
    packages.sort_unstable();
    packages.dedup();
    let mut metadata = Map::new();
    metadata.insert("creation_date".to_owned(), date("created_at"));
    if !packages.is_empty() {
        metadata.insert("integration".to_owned(), json!(packages));
    }
    metadata.insert("maturity".to_owned(), json!("production"));
    metadata.insert("updated_date".to_owned(), date("updated_at"));
    metadata
}

/// Kibana's flat `new_terms_fields` as the table of detection-rules.
fn nest_new_terms(rule: &mut Map<String, Json>) {
    let (Some(fields), Some(start)) = (rule.get("new_terms_fields").cloned(), rule.get("history_window_start").cloned()) else { return };
    rule.retain(|key, _| !matches!(key.as_str(), "new_terms_fields" | "history_window_start"));
    let window = json!([{"field": "history_window_start", "value": start}]);
    rule.insert("new_terms".to_owned(), json!({"field": "new_terms_fields", "value": fields, "history_window_start": window}));
}

/// Writes a table: its plain keys in order, queries last, then the tables in it, `threat` first and a threat's tactic last.
fn table(path: &str, table: &Map<String, Json>, out: &mut String) {
    let mut keys: Vec<(&String, &Json)> = table.iter().collect();
    keys.sort_by_key(|(key, _)| (QUERIES.contains(&key.as_str()), *key != "threat", *key == "tactic", *key));
    let (tables, plain): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(_, value)| is_table(value));
    if !path.is_empty() && (!plain.is_empty() || tables.is_empty()) {
        out.push_str(&format!("\n[{path}]\n"));
    }
    entries(path, &plain, &tables, out);
}

fn entries(path: &str, plain: &[(&String, &Json)], tables: &[(&String, &Json)], out: &mut String) {
    for (key, value) in plain {
        if QUERIES.contains(&key.as_str()) && path == RULE {
            out.push('\n');
        }
        pair(path, key, value, out);
    }
    for (key, value) in tables {
        let path = format!("{path}.{}", toml_write::key(key));
        match value {
            Json::Object(inner) => table(&path, inner, out),
            _ => value.as_array().into_iter().flatten().filter_map(Json::as_object).for_each(|item| {
                let mut keys: Vec<(&String, &Json)> = item.iter().collect();
                keys.sort_by_key(|(key, _)| (*key == "tactic", *key));
                let (tables, plain): (Vec<_>, Vec<_>) = keys.into_iter().partition(|(_, value)| is_table(value));
                out.push_str(&format!("\n[[{path}]]\n"));
                entries(&path, &plain, &tables, out);
            }),
        }
    }
}

/// Objects are tables, and lists that hold nothing else.
fn is_table(value: &Json) -> bool {
    match value {
        Json::Object(_) => true,
        Json::Array(items) => !items.is_empty() && items.iter().all(Json::is_object),
        _ => false,
    }
}

/// Writes an entry; queries and long texts of the rule itself stand on lines of their own.
fn pair(path: &str, key: &str, value: &Json, out: &mut String) {
    let written = match value {
        Json::Array(items) => list(key, items),
        other if path != RULE => toml_write::value(other),
        Json::String(text) if QUERIES.contains(&key) => toml_write::literal_multiline(text),
        // Kibana's form has the description without the line breaks around it.
        Json::String(text) if key == "description" => toml_write::multiline(text),
        Json::String(text) if LONG_TEXTS.contains(&key) && text.contains('\n') => toml_write::exact_multiline(text),
        other => toml_write::value(other),
    };
    out.push_str(&format!("{} = {written}\n", toml_write::key(key)));
}

/// The line that a list may fill before each element gets one of its own.
const WIDTH: usize = 120;

/// One line for short lists, else a line for each element.
fn list(key: &str, items: &[Json]) -> String {
    let written: Vec<String> = items.iter().map(toml_write::value).collect();
    let line = format!("[{}]", written.join(", "));
    let is_short = key.len() + 3 + line.len() <= WIDTH && !matches!(key, "tags" | "references" | "false_positives");
    if is_short || items.is_empty() {
        return line;
    }
    format!("[\n{}]", written.iter().map(|item| format!("    {item},\n")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::rule_file;
    use crate::emit::kibana::import_line;

    fn check(line: &str, expected: &str) {
        assert_eq!(rule_file(line).map(|file| file.text).as_deref(), Some(expected));
    }

    #[test]
    fn a_rule_has_the_layout_of_detection_rules() {
        check(
            r#"{"id":"x","type":"query","rule_id":"1","name":"n","risk_score":21,"query":"a: \"b\\c\"","language":"kuery","created_at":"2026-01-02T03:04:05Z","immutable":false,"to":"now","references":["https://a.example"],"index":["logs-*"],"description":"One.\nTwo.","threat":[{"framework":"MITRE ATT&CK","tactic":{"id":"TA0001","name":"x"},"technique":[{"id":"T1078","name":"y","subtechnique":[]}]}],"note":null,"investigation_fields":{"field_names":["a"]}}"#,
            "[metadata]\ncreation_date = \"2026/01/02\"\nmaturity = \"production\"\nupdated_date = \"1970/01/01\"\n\n[rule]\ndescription = \
             \"\"\"\nOne.\nTwo.\n\"\"\"\nindex = [\"logs-*\"]\nlanguage = \"kuery\"\nname = \"n\"\nreferences = [\n    \"https://a.example\",\n]\n\
             risk_score = 21\nrule_id = \"1\"\nto = \"now\"\ntype = \"query\"\n\nquery = '''\na: \"b\\c\"\n'''\n\n[[rule.threat]]\nframework = \
             \"MITRE ATT&CK\"\n\n[[rule.threat.technique]]\nid = \"T1078\"\nname = \"y\"\nsubtechnique = []\n\n[rule.threat.tactic]\nid = \
             \"TA0001\"\nname = \"x\"\n\n[rule.investigation_fields]\nfield_names = [\"a\"]\n",
        );
    }

    #[test]
    fn what_is_written_is_imported_as_it_was() {
        let line = r#"{"type":"new_terms","rule_id":"1","name":"n","risk_score":21,"severity":"low","query":"a:b","new_terms_fields":["a","b"],"history_window_start":"now-7d","filters":[{"meta":{"negate":true},"query":{"bool":{"filter":[{"exists":{"field":"a b"}}],"must":[[1,{"c":2}]]}},"$state":{"store":"appState"}}],"interval":"5m","from":"now-6m","to":"now","enabled":false}"#;
        let file = rule_file(line).unwrap();
        let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        assert_eq!(read(&import_line(&file.text).unwrap()), read(line), "{}", file.text);
    }

    #[test]
    fn lists_whose_items_stand_beside_the_rule_are_told() {
        let rule = r#"{"type":"query","rule_id":"1","query":"a:b","exceptions_list":[{"list_id":"l"}]}"#;
        let lines = format!("{rule}\n{{\"list_id\":\"l\",\"type\":\"x\"}}\n{{\"list_id\":\"l\",\"entries\":[]}}\n");
        let file = rule_file(&lines).unwrap();
        assert_eq!(file.lists, ["l"]);
        assert!(file.text.ends_with("[[rule.exceptions_list]]\nlist_id = \"l\"\n"), "{}", file.text);
        assert_eq!(rule_file("{\"exported_count\":0}"), None);
    }
}
