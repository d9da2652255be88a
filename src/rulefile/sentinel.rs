//! Microsoft Sentinel YAML: analytics rules (Scheduled, NRT) and hunting queries.
//!
//! Layout: github.com/Azure/Azure-Sentinel, wiki "Query Style Guide". Files of older or other authors spell some keys otherwise; each
//! spelling that real files have is listed with the key.

mod alert;

use super::fields::{Fields, one_line};
use super::{ReadContext, ReadFile, detect, detection, duration};
use crate::diagnostic::Diagnostic;
use crate::ir::{AttackRef, Dialect, Form, Language, Metadata, Query, Rule, RuleType, Schedule, Trigger, TriggerOperator};
use crate::source::{Node, Span, Spanned};

const QUERY: [&str; 2] = ["query", "Query"];

/// `triggerOperator` as the files and as the REST API write it.
const OPERATORS: [(&str, TriggerOperator); 8] = [
    ("gt", TriggerOperator::GreaterThan),
    ("lt", TriggerOperator::LessThan),
    ("eq", TriggerOperator::Equal),
    ("ne", TriggerOperator::NotEqual),
    ("greaterthan", TriggerOperator::GreaterThan),
    ("lessthan", TriggerOperator::LessThan),
    ("equal", TriggerOperator::Equal),
    ("notequal", TriggerOperator::NotEqual),
];

/// Reads the rules of a file's documents.
pub(super) fn read(documents: &[Node], context: &ReadContext<'_>) -> ReadFile {
    let mut file = ReadFile { dialect: Some(Dialect::Sentinel), ..ReadFile::default() };
    for document in documents.iter().filter(|d| !d.is_null()) {
        if detect::is_sentinel(document) {
            file.add(rule(document, context));
        } else {
            file.diagnostics.push(Diagnostic::info("not-a-rule", document.span, "this document is not a Sentinel rule and is passed over"));
        }
    }
    file
}

fn rule(document: &Node, context: &ReadContext<'_>) -> (Rule, Vec<Diagnostic>) {
    let mut fields = Fields::new(document, "");
    let rule_type = rule_type(&mut fields);
    let query = query(&mut fields);
    let meta = metadata(&mut fields);
    let schedule = (rule_type != RuleType::Hunting).then(|| schedule(&mut fields));
    let alert = alert::shape(&mut fields);
    let (mut diagnostics, extra) = fields.finish();
    let (detection, found) = query.as_ref().map_or((None, Vec::new()), |query| detection::of_query(query, None, context));
    diagnostics.extend(found);
    let rule = Rule {
        dialect: Dialect::Sentinel,
        rule_type,
        span: document.span,
        meta,
        source: None,
        schedule,
        queries: query.into_iter().collect(),
        form: Form::Plain,
        filters: Vec::new(),
        detection,
        alert,
        correlated_only: false,
        extra,
    };
    (rule, diagnostics)
}

/// Reads `kind`; a rule without one is scheduled if it says when it runs, and a hunting query if not.
fn rule_type(fields: &mut Fields<'_>) -> RuleType {
    let scheduled = fields.has(&["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"]);
    let fallback = if scheduled { RuleType::Scheduled } else { RuleType::Hunting };
    let Some(kind) = fields.text(&["kind"]) else { return fallback };
    match kind.value.trim().to_ascii_lowercase().as_str() {
        "scheduled" => RuleType::Scheduled,
        "nrt" => RuleType::Nrt,
        "hunting" | "huntingquery" => RuleType::Hunting,
        _ => {
            fields.keep("kind");
            let message = format!("rules of kind `{}` are read like scheduled ones", one_line(&kind.value));
            fields.problems.push(Diagnostic::warning("unknown-rule-kind", kind.span, message).with_help("known kinds: Scheduled, NRT"));
            fallback
        }
    }
}

fn query(fields: &mut Fields<'_>) -> Option<Query> {
    let node = fields.node(&QUERY);
    let Some(scalar) = node.and_then(Node::scalar).filter(|s| !s.value.trim().is_empty()) else {
        let span = node.map_or(Span::at(fields.span().start as usize), |n| n.span);
        fields.problems.push(Diagnostic::error("missing-query", span, "the rule has no query"));
        return None;
    };
    Some(Query { language: Language::Kusto, text: scalar.value.as_str().into(), map: scalar.map.clone() })
}

fn metadata(fields: &mut Fields<'_>) -> Metadata {
    let mut meta = Metadata {
        id: fields.text(&["id", "Id"]),
        name: fields.text(&["name", "DisplayName", "displayName", "Name"]),
        description: fields.text(&["description", "Description"]),
        severity: fields.text(&["severity", "Severity"]),
        status: fields.text(&["status"]),
        version: fields.text(&["version"]),
        ..Metadata::default()
    };
    for (keys, is_tactic) in
        [(["tactics", "Tactics"], true), (["relevantTechniques", "techniques"], false), (["subTechniques", "relevantSubTechniques"], false)]
    {
        meta.attack.extend(fields.texts(&keys).into_iter().map(|id| AttackRef { id, is_tactic, tactic: None }));
    }
    meta.tags = tags(fields);
    meta.connectors = fields
        .tables(&["requiredDataConnectors"], |inner| {
            let connector = inner.text(&["connectorId"]);
            (connector, inner.texts(&["dataTypes", "datatypes"]))
        })
        .into_iter()
        .filter_map(|(connector, types)| Some((connector?, types)))
        .collect();
    meta.authors = author(fields).into_iter().collect();
    meta
}

/// Reads `tags` where they are texts; those of ASIM rules are mappings, which are kept as they are.
fn tags(fields: &mut Fields<'_>) -> Vec<Spanned<String>> {
    let Some(node) = fields.node(&["tags"]) else { return Vec::new() };
    if node.items().iter().any(Node::is_mapping) {
        fields.keep("tags");
        return Vec::new();
    }
    node.items().iter().filter(|n| !n.is_null()).filter_map(Node::spanned).collect()
}

fn author(fields: &mut Fields<'_>) -> Option<Spanned<String>> {
    let plain = fields.text(&["author"]);
    let inner = fields.table(&["metadata"], |metadata| metadata.table(&["author"], |author| author.text(&["name"])));
    plain.or(inner.flatten().flatten())
}

fn schedule(fields: &mut Fields<'_>) -> Schedule {
    let what = "a duration like 5m, 1h, 14d or PT1H";
    let frequency = fields.converted(&["queryFrequency"], what, duration::sentinel);
    let period = fields.converted(&["queryPeriod"], what, duration::sentinel);
    let find = |text: &str| OPERATORS.iter().find(|(name, _)| *name == text.to_ascii_lowercase()).map(|o| o.1);
    let operator = fields.converted(&["triggerOperator"], "one of gt, lt, eq, ne", find);
    let threshold = fields.integer(&["triggerThreshold"]);
    // A rule that gives only one of the two means the portal's default for the other: more than 0 results.
    let trigger = match (operator, threshold) {
        (None, None) => None,
        (operator, threshold) => Some(Trigger {
            operator: operator.as_ref().map_or(TriggerOperator::GreaterThan, |o| o.value),
            threshold: threshold.as_ref().map_or(0, |t| t.value),
            span: match (operator.map(|o| o.span), threshold.map(|t| t.span)) {
                (Some(a), Some(b)) => a.to(b),
                (a, b) => a.or(b).unwrap_or_default(),
            },
        }),
    };
    Schedule { frequency, period, trigger, ..Schedule::default() }
}
