//! Kibana's export format: one rule a line, as JSON. JSON is YAML, so the same positioned tree serves.

use super::fields::Fields;
use super::{ReadContext, ReadFile, elastic};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Metadata};
use crate::source::{Node, Span, body_start, yaml};

/// Reads every line that holds a rule.
pub(super) fn read(text: &str, context: &ReadContext<'_>) -> ReadFile {
    let mut file = ReadFile { dialect: Some(Dialect::Elastic), ..ReadFile::default() };
    let mut pos = body_start(text);
    for line in text.get(pos..).unwrap_or("").split_inclusive('\n') {
        if !line.trim().is_empty() {
            read_line(text, Span::new(pos, pos + line.len()), context, &mut file);
        }
        pos += line.len();
    }
    if file.rules.is_empty() && file.diagnostics.is_empty() {
        return ReadFile::skip("JSON lines without a rule");
    }
    file
}

fn read_line(text: &str, line: Span, context: &ReadContext<'_>, file: &mut ReadFile) {
    let documents = match yaml::parse_part(text, line) {
        Ok(documents) => documents,
        Err(faults) => return file.diagnostics.extend(faults.into_iter().map(Diagnostic::from)),
    };
    for document in &documents {
        if is_rule(document) {
            let mut fields = Fields::new(document, "");
            let (mut rule, diagnostics) = elastic::rule(&mut fields, Metadata::default(), context);
            let (problems, extra) = fields.finish();
            rule.extra = extra;
            file.add((rule, diagnostics));
            file.diagnostics.extend(problems);
        } else if document.get("exported_count").is_none() && document.get("exported_rules_count").is_none() {
            // Exports end with a count; exception lists and connectors come between.
            let message = "this line is not a rule and is passed over";
            file.diagnostics.push(Diagnostic::info("not-a-rule", document.span, message));
        }
    }
}

fn is_rule(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    has("type") && (has("rule_id") || has("risk_score") || has("query"))
}
