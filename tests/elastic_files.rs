//! Elastic's rule files over the shared corpus: nothing is dropped in silence, and a file that nobody changes stays as it is.

use super::corpus::texts;
use isoglot::emit::rule_file::rule_file;
use isoglot::emit::{Target, emit, kibana};
use isoglot::ir::Rule;
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, ReadFile, read, replace_query};
use isoglot::source::edit;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

/// Every TOML file of the corpus.
fn files() -> Vec<(String, String)> {
    let is_rule = |(path, _): &(String, String)| Path::new(path).extension().is_some_and(|ending| ending == "toml");
    texts("elastic").into_iter().filter(is_rule).collect()
}

fn reading(text: &str) -> ReadFile {
    read("rule.toml", text, &ReadContext::builtin())
}

/// A rule and what was said about it, without places.
fn content(file: &ReadFile) -> Json {
    fn without_places(json: &mut Json) {
        match json {
            Json::Object(members) => {
                members.retain(|name, _| !matches!(name.as_str(), "span" | "map" | "start" | "end"));
                members.values_mut().for_each(without_places);
            }
            Json::Array(items) => items.iter_mut().for_each(without_places),
            _ => {}
        }
    }
    let rules: Vec<Json> = file.rules.iter().map(|rule: &Rule| serde_json::to_value(rule).unwrap()).collect();
    let said: Vec<Json> = file.diagnostics.iter().map(|found| Json::from(found.message.clone())).collect();
    let mut json = Json::Array(vec![rules.into(), said.into()]);
    without_places(&mut json);
    json
}

#[test]
fn a_file_that_nobody_changes_stays_as_it_is() {
    let sources = Sources::builtin();
    for (path, text) in files() {
        let file = reading(&text);
        for rule in &file.rules {
            let written = emit(rule, &text, Target::Elastic, sources).text;
            assert_eq!(written.as_deref(), Some(text.as_str()), "{path}");
        }
    }
}

#[test]
fn a_changed_query_leaves_the_rest_of_the_file_as_it_was() {
    for (path, text) in files().into_iter().step_by(7) {
        let file = reading(&text);
        let Some((rule, query)) = file.rules.first().and_then(|rule| Some((rule, rule.queries.first()?))) else { continue };
        let Some(change) = replace_query(&text, rule, 0, "any where true") else { panic!("{path}") };
        let (changed, _) = edit::apply(&text, [(change.span, change.text.as_str())]);
        let place = query.map.span(isoglot::source::Span::new(0, query.text.len()));
        let (before, after) = (text.get(..change.span.start as usize).unwrap(), text.get(change.span.end as usize..).unwrap());
        assert!(changed.starts_with(before) && changed.ends_with(after), "{path}");
        assert!(change.span.start <= place.start && place.end <= change.span.end, "{path}");
        assert_eq!(reading(&changed).rules[0].queries[0].text.trim(), "any where true", "{path}");
        let (back, _) = edit::apply(
            &changed,
            replace_query(&changed, &reading(&changed).rules[0], 0, &query.text).iter().map(|e| (e.span, e.text.as_str())),
        );
        assert_eq!(content(&reading(&back)), content(&file), "{path}");
    }
}

#[test]
fn every_rule_has_an_import_line_that_reads_as_the_same_rule() {
    for (path, text) in files() {
        let file = reading(&text);
        let Some(line) = kibana::import_line(&text) else {
            assert!(text.contains("[hunt]"), "{path}");
            continue;
        };
        let back = read("rule.ndjson", &line, &ReadContext::builtin());
        let (before, after) = (&file.rules[0], &back.rules[0]);
        assert_eq!(
            before.queries.iter().map(|q| q.text.trim()).collect::<Vec<_>>(),
            after.queries.iter().map(|q| q.text.trim()).collect::<Vec<_>>()
        );
        assert_eq!((before.rule_type, before.meta.attack.len()), (after.rule_type, after.meta.attack.len()), "{path}");
        assert_eq!(before.detection.is_some(), after.detection.is_some(), "{path}");
    }
}

#[test]
fn every_rule_comes_back_from_kibana_as_the_same_rule() {
    let members = |line: &str| serde_json::from_str::<BTreeMap<String, Json>>(line).unwrap();
    for (path, text) in files() {
        let Some(line) = kibana::import_line(&text) else { continue };
        let file = rule_file(&line).unwrap();
        let again = kibana::import_line(&file.text).unwrap();
        assert_eq!(members(&again), members(&line), "{path}");
        // Keys in order, the query last, and every reader reads it.
        let document: toml_edit::DocumentMut = file.text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let plain = document["rule"].as_table().unwrap().iter().filter(|(_, item)| item.is_value());
        let keys: Vec<&str> = plain.map(|(key, _)| key).filter(|key| !matches!(*key, "query" | "threat_query")).collect();
        assert!(keys.is_sorted(), "{path}: {keys:?}");
    }
}

/// Applies the fixes of `check --fix` to a file; returns the lines that differ: before, after.
fn lines_changed(text: &str) -> Vec<(String, String)> {
    let folder = std::env::temp_dir().join(format!("isoglot-fix-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("rule.toml"), text).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_isoglot"));
    let done = command.args(["check", "--fix", "--quiet", "rule.toml"]).current_dir(&folder).output().unwrap();
    let after = std::fs::read_to_string(folder.join("rule.toml")).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    assert_eq!(after.split('\n').count(), text.split('\n').count(), "{}", String::from_utf8_lossy(&done.stderr));
    let pairs = text.split('\n').zip(after.split('\n')).filter(|(before, after)| before != after);
    pairs.map(|(before, after)| (before.to_owned(), after.to_owned())).collect()
}

#[test]
fn a_fix_changes_one_line_and_nothing_else() {
    // Order, comments, styles of strings, numbers and lists, and line breaks of a file that nobody formats.
    let lines = [
        "# kept",
        "[rule] # and this",
        "type = 'query'",
        "name    = \"n\"",
        "tags = [ 'a',",
        "  'b', ] # trailing",
        "",
        "",
        "query = '''",
        "user.name: (a or b or a)  ",
        "  and host.name: \"x\"",
        "'''",
        "rule_id = \"0b8f1c1e-2f0e-4c0b-8d2a-6a5b3c9d7e13\"",
        "risk_score = 2_1",
        "severity = \"low\"",
        "index = [\"logs-*\"]",
        "",
        "[metadata]",
        "maturity = \"production\"",
    ];
    let changed = lines_changed(&lines.join("\r\n"));
    assert_eq!(changed, [("user.name: (a or b or a)  \r".to_owned(), "user.name: (a or b)  \r".to_owned())]);
}

/// What ATT&CK's own data repeats, and words that are always the same: read, compared, and not kept.
const REPEATED: &[&str] = &[
    "rule.threat[].framework",
    "rule.threat[].tactic.name",
    "rule.threat[].tactic.reference",
    "rule.threat[].technique[].name",
    "rule.threat[].technique[].reference",
    "rule.threat[].technique[].subtechnique[].name",
    "rule.threat[].technique[].subtechnique[].reference",
    "rule.new_terms.field",
    "rule.new_terms.history_window_start[].field",
    "rule.severity_mapping[].operator",
    "rule.risk_score_mapping[].operator",
    "rule.risk_score_mapping[].value",
    "rule.threat_mapping[].entries[].type",
];

#[test]
fn no_field_is_dropped_in_silence() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut dropped = Vec::new();
    for (path, text) in files() {
        let document: toml_edit::DocumentMut = text.parse().unwrap();
        let mut keys = Vec::new();
        collect(document.as_item(), &mut Vec::new(), &mut keys);
        for key in keys {
            let name = key.join(".").replace(".[]", "[]");
            if REPEATED.contains(&name.as_str()) || seen.contains_key(&name) {
                continue;
            }
            // A field may say what goes without saying: then another value shows that it is read.
            let leaves_a_trace = |value: Option<&str>| {
                let mut changed = document.clone();
                change(changed.as_item_mut(), &key, value);
                content(&reading(&text)) != content(&reading(&changed.to_string()))
            };
            if !leaves_a_trace(None) && !leaves_a_trace(Some("something else")) {
                dropped.push(format!("{name} ({path})"));
            }
            seen.insert(name, path.clone());
        }
    }
    eprintln!("{} keys tried", seen.len());
    assert!(dropped.is_empty(), "fields that leave no trace:\n{}", dropped.join("\n"));
}

/// The paths of all leaves; `[]` stands for the first element.
fn collect(item: &toml_edit::Item, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if let Some(table) = item.as_table_like() {
        for (key, value) in table.iter() {
            path.push(key.to_owned());
            collect(value, path, found);
            path.pop();
        }
    } else if let Some(first) = item.as_array_of_tables().and_then(|tables| tables.get(0)) {
        path.push("[]".to_owned());
        collect(&toml_edit::Item::Table(first.clone()), path, found);
        path.pop();
    } else {
        found.push(path.clone());
    }
}

/// Sets a leaf to a text, or takes it out.
fn change(item: &mut toml_edit::Item, path: &[String], value: Option<&str>) {
    let Some((key, rest)) = path.split_first() else { return };
    if key == "[]" {
        if let Some(table) = item.as_array_of_tables_mut().and_then(|tables| tables.get_mut(0)) {
            let mut inner = toml_edit::Item::Table(std::mem::take(table));
            change(&mut inner, rest, value);
            *table = inner.into_table().unwrap();
        }
    } else if let Some(table) = item.as_table_like_mut() {
        match (rest.is_empty(), value) {
            (true, Some(value)) => drop(table.insert(key, toml_edit::value(value))),
            (true, None) => drop(table.remove(key)),
            (false, _) => table.get_mut(key).into_iter().for_each(|inner| change(inner, rest, value)),
        }
    }
}
