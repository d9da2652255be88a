//! The `[hunt]` files of detection-rules: one hunt, several queries, nobody schedules them.

use super::super::fields::Fields;
use super::super::{ReadContext, detection};
use crate::diagnostic::Diagnostic;
use crate::ir::{AlertShape, AttackRef, Dialect, Form, Language, Metadata, Query, Rule, RuleType};
use crate::source::{Node, Span};

/// Reads a hunt; its `extra` is left to the caller, who finishes the fields.
pub(super) fn rule(fields: &mut Fields<'_>, context: &ReadContext<'_>) -> (Rule, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let queries = queries(fields, &mut diagnostics);
    let mut rule = Rule {
        dialect: Dialect::Elastic,
        rule_type: RuleType::Hunting,
        span: fields.span(),
        meta: metadata(fields),
        source: None,
        schedule: None,
        queries,
        form: Form::Plain,
        filters: Vec::new(),
        detection: None,
        alert: AlertShape::default(),
        correlated_only: false,
        extra: Vec::new(),
    };
    for (index, query) in rule.queries.iter().enumerate() {
        let (detection, problems) = detection::of_query(query, None, context);
        diagnostics.extend(problems);
        if index == 0 {
            rule.detection = detection;
        }
    }
    (rule, diagnostics)
}

fn metadata(fields: &mut Fields<'_>) -> Metadata {
    let attack = fields.texts(&["mitre"]).into_iter();
    Metadata {
        id: fields.text(&["uuid"]),
        name: fields.text(&["name"]),
        description: fields.text(&["description"]),
        authors: fields.texts(&["author"]),
        license: fields.text(&["license"]),
        references: fields.texts(&["references"]),
        connectors: fields.texts(&["integration"]).into_iter().map(|name| (name, Vec::new())).collect(),
        attack: attack.map(|id| AttackRef { is_tactic: id.value.starts_with("TA"), id, tactic: None }).collect(),
        ..Metadata::default()
    }
}

/// What hunts call their languages; other names are kept as they are.
const LANGUAGES: &[&str] = &["EQL", "ES|QL", "KQL", "kuery", "Lucene", "SQL"];

/// Reads the queries. osquery's SQL looks at hosts, not at events: it stays in the file's own words.
fn queries(fields: &mut Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Query> {
    let languages = fields.texts(&["language"]);
    let names: Vec<&str> = languages.iter().map(|l| l.value.as_str()).collect();
    if names.iter().any(|name| !LANGUAGES.contains(name)) {
        fields.keep("language");
    }
    let Some(node) = fields.node(&["query"]) else {
        let at = Span::at(fields.span().start as usize);
        diagnostics.push(Diagnostic::error("missing-query", at, "the hunt has no query"));
        return Vec::new();
    };
    let mut queries = Vec::new();
    for item in node.items() {
        let Some(scalar) = item.scalar() else { continue };
        if let Some(language) = language(&names, &scalar.value) {
            queries.push(Query { language, text: scalar.value.as_str().into(), map: scalar.map.clone() });
        } else {
            fields.keep("query");
            fields.keep("language");
            let message = "osquery SQL looks at hosts, not at events: it is kept as text";
            diagnostics.push(Diagnostic::info("language-not-read", item.span, message));
        }
    }
    if !node.items().iter().any(|n: &Node| n.scalar().is_some()) {
        diagnostics.push(Diagnostic::error("missing-query", node.span, "the hunt has no query"));
    }
    queries
}

/// Tells a query's language: the only one named, or the one of those named that the text begins like.
fn language(names: &[&str], text: &str) -> Option<Language> {
    let code =
        text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with("--")).unwrap_or("");
    let first = code.split_whitespace().next().unwrap_or("").to_ascii_lowercase();
    match (names, first.as_str()) {
        (["EQL"], _) => Some(Language::Eql),
        (["ES|QL"], _) | (_, "from") => Some(Language::Esql),
        (_, "select" | "with") => None,
        (["KQL" | "kuery"], _) => Some(Language::Kuery),
        (["SQL"], _) => None,
        (_, "sequence" | "any" | "sample") => Some(Language::Eql),
        _ => None,
    }
}
