//! Kibana's export format: one rule a line, as JSON, with the exceptions that rules name. JSON is YAML, so the same positioned tree serves.

use super::elastic::{self, Exceptions};
use super::fields::Fields;
use super::{ReadContext, ReadFile};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Metadata};
use crate::source::{Node, Span, body_start, yaml};

/// Reads every line that holds a rule.
pub(super) fn read(text: &str, context: &ReadContext<'_>) -> ReadFile {
    let mut file = ReadFile { dialect: Some(Dialect::Elastic), ..ReadFile::default() };
    let mut documents = Vec::new();
    let mut pos = body_start(text);
    for line in text.get(pos..).unwrap_or("").split_inclusive('\n') {
        if !line.trim().is_empty() {
            match yaml::parse_part(text, Span::new(pos, pos + line.len())) {
                Ok(found) => documents.extend(found),
                Err(faults) => file.diagnostics.extend(faults.into_iter().map(Diagnostic::from)),
            }
        }
        pos += line.len();
    }
    // Exceptions come behind the rules that name them.
    let mut exceptions = Exceptions::default();
    documents.retain(|document| is_rule(document) || !exceptions.take(document));
    documents.iter().for_each(|document| read_document(document, &exceptions, context, &mut file));
    if file.rules.is_empty() && file.diagnostics.is_empty() {
        return ReadFile::skip("JSON lines without a rule");
    }
    file
}

fn read_document(document: &Node, exceptions: &Exceptions, context: &ReadContext<'_>, file: &mut ReadFile) {
    if is_rule(document) {
        let mut fields = Fields::new(document, "");
        let (mut rule, diagnostics) = elastic::rule(&mut fields, Metadata::default(), exceptions, context);
        let (problems, extra) = fields.finish();
        rule.extra = extra;
        file.add((rule, diagnostics));
        file.diagnostics.extend(problems);
    } else if document.get("exported_count").is_none() && document.get("exported_rules_count").is_none() {
        // Exports end with a count; connectors come before it.
        let message = "this line is not a rule and is passed over";
        file.diagnostics.push(Diagnostic::info("not-a-rule", document.span, message));
    }
}

/// Tells whether a rule file holds Kibana's lines.
pub fn is_lines(text: &str) -> bool {
    text.get(body_start(text)..).is_some_and(|body| body.trim_start().starts_with('{'))
}

/// Returns the lines that make up one rule of several: the one at `place`, and those of the exception lists that it names. A file of one
/// rule stays as it is.
pub fn lines_of(text: &str, place: Span) -> String {
    let mut lines = Vec::new();
    let mut pos = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(pos, pos + line.len());
        pos += line.len();
        lines.extend(yaml::parse_part(text, span).ok().and_then(|found| found.into_iter().next()).map(|node| (span, node)));
    }
    let is_own = |span: Span| span.start <= place.start && place.start < span.end;
    let Some((_, rule)) = lines.iter().find(|(span, node)| is_own(*span) && is_rule(node)) else { return text.to_owned() };
    if lines.iter().filter(|(_, node)| is_rule(node)).count() == 1 {
        return text.to_owned();
    }
    let named = rule.get("exceptions_list").map_or(&[] as &[Node], Node::items);
    let lists: Vec<&str> = named.iter().filter_map(|list| list.get("list_id").and_then(Node::as_str)).collect();
    let belongs = |node: &Node| node.get("list_id").and_then(Node::as_str).is_some_and(|list| lists.contains(&list));
    let kept = lines.iter().filter(|(span, node)| if is_rule(node) { is_own(*span) } else { belongs(node) });
    kept.map(|(span, _)| format!("{}\n", span.text(text).trim_end())).collect()
}

/// Tells whether a line is a rule.
pub fn is_rule(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    has("type") && (has("rule_id") || has("risk_score") || has("query"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Op;

    const RULE: &str = r#"{"type":"query","rule_id":"a","name":"n","risk_score":1,"query":"a:b","exceptions_list":[{"list_id":"l"}]}"#;
    const LIST: &str = r#"{"list_id":"l","type":"rule_default","name":"list"}"#;
    const COUNT: &str = r#"{"exported_count":1}"#;

    fn check(lines: &[&str], condition: &str, codes: &[&str]) {
        let file = read(&lines.join("\n"), &ReadContext::builtin());
        let found: Vec<&str> = file.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(found, codes, "{:?}", file.diagnostics);
        let plan = file.rules[0].detection.as_ref().map(|detection| detection.plan.clone());
        let shown = plan.map_or(String::new(), |plan| match &plan.op {
            Op::Filter { predicate, .. } => format!("{predicate:?}"),
            other => format!("{other:?}"),
        });
        assert!(shown.contains(condition), "{shown}");
    }

    #[test]
    fn the_items_of_a_list_narrow_the_rules_that_name_it() {
        let item = r#"{"list_id":"l","item_id":"i","entries":[{"field":"user.name","type":"match","operator":"included","value":"x"}]}"#;
        check(&[RULE, LIST, item, COUNT], "Not(", &[]);
        check(&[RULE, LIST, COUNT], "a", &[]);
        let of_other = item.replace("\"l\"", "\"m\"");
        check(&[RULE, &of_other, COUNT], "a", &["exceptions-not-read"]);
    }

    #[test]
    fn items_speak_of_nested_fields_and_operating_systems() {
        let nested = r#"{"list_id":"l","entries":[{"field":"file.Ext.code_signature","type":"nested","entries":[{"field":"trusted","type":"match","operator":"included","value":"true"},{"field":"subject_name","type":"match","operator":"included","value":"x"}]}]}"#;
        check(&[RULE, LIST, nested, COUNT], "Nested(", &[]);
        let on =
            r#"{"list_id":"l","os_types":["windows"],"entries":[{"field":"user.name","type":"match","operator":"included","value":"x"}]}"#;
        check(&[RULE, LIST, on, COUNT], "host.os.name.caseless", &[]);
    }

    #[test]
    fn a_rule_of_several_keeps_the_lists_that_it_names() {
        let other = RULE.replace("\"rule_id\":\"a\"", "\"rule_id\":\"b\"").replace("\"l\"", "\"m\"");
        let of_other = LIST.replace("\"l\"", "\"m\"");
        let text = [RULE, &other, LIST, &of_other, COUNT].join("\n");
        let file = read(&text, &ReadContext::builtin());
        assert_eq!(lines_of(&text, file.rules[0].span), format!("{RULE}\n{LIST}\n"));
        assert_eq!(lines_of(&text, file.rules[1].span), format!("{other}\n{of_other}\n"));
        assert_eq!(lines_of(RULE, Span::default()), RULE);
    }

    #[test]
    fn an_item_with_a_value_list_is_not_passed_over() {
        let item = r#"{"list_id":"l","entries":[{"field":"user.name","type":"list","operator":"included","list":{"id":"v","type":"ip"}}]}"#;
        check(&[RULE, LIST, item, COUNT], "", &["filter-not-read"]);
        let ends =
            r#"{"list_id":"l","expire_time":"2027-01-01T00:00:00Z","entries":[{"field":"a","type":"exists","operator":"included"}]}"#;
        check(&[RULE, LIST, ends, COUNT], "", &["filter-not-read"]);
    }
}
