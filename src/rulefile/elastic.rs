//! Elastic rules as elastic/detection-rules writes them in TOML: rules of every type, building blocks, hunts.
//!
//! Kibana's own JSON has the same fields; `kibana` reads its lines with the same code.

mod attack;
mod exceptions;
mod form;
mod hunt;
mod plan;

use super::fields::{Fields, one_line};
use super::{ReadContext, ReadFile, duration};
use crate::diagnostic::Diagnostic;
use crate::ir::{AlertShape, Dialect, Language, Metadata, Query, Rule, RuleType, Schedule, SeverityMapping, Suppression, TableSource};
use crate::source::{Node, Span, Spanned};
pub(super) use exceptions::Exceptions;
use std::sync::Arc;

/// Rule types and what they are in the IR.
const TYPES: [(&str, RuleType); 8] = [
    ("query", RuleType::Query),
    ("saved_query", RuleType::Query),
    ("eql", RuleType::Eql),
    ("esql", RuleType::Esql),
    ("threshold", RuleType::Threshold),
    ("new_terms", RuleType::NewTerms),
    ("threat_match", RuleType::ThreatMatch),
    ("machine_learning", RuleType::MachineLearning),
];

/// Reads a TOML file.
pub(super) fn read(root: &Node, context: &ReadContext<'_>) -> ReadFile {
    let mut file = ReadFile { dialect: Some(Dialect::Elastic), ..ReadFile::default() };
    let mut fields = Fields::new(root, "");
    let meta = fields.table(&["metadata"], file_metadata).unwrap_or_default();
    let mut rule = fields.table(&["rule"], |inner| rule(inner, meta.clone(), &Exceptions::default(), context));
    if rule.is_none() {
        rule = fields.table(&["hunt"], |inner| hunt::rule(inner, context));
    }
    let (problems, extra) = fields.finish();
    let Some((mut rule, diagnostics)) = rule else {
        let missing = Diagnostic::error("missing-rule", Span::at(root.span.start as usize), "the file has no [rule] table");
        file.diagnostics = if problems.is_empty() { vec![missing] } else { problems };
        return file;
    };
    rule.extra = extra;
    rule.span = root.span;
    file.add((rule, diagnostics));
    file.diagnostics.extend(problems);
    file
}

/// Reads the `[metadata]` table, which speaks of the file rather than of the rule.
fn file_metadata(fields: &mut Fields<'_>) -> Metadata {
    Metadata {
        created: fields.text(&["creation_date"]),
        modified: fields.text(&["updated_date"]),
        status: fields.text(&["maturity"]),
        connectors: fields.texts(&["integration"]).into_iter().map(|name| (name, Vec::new())).collect(),
        ..Metadata::default()
    }
}

/// Reads a rule's own fields. Its `extra` is left to the caller, who finishes the fields.
pub(super) fn rule(fields: &mut Fields<'_>, meta: Metadata, exceptions: &Exceptions, context: &ReadContext<'_>) -> (Rule, Vec<Diagnostic>) {
    let find = |text: &str| TYPES.iter().find(|(name, _)| *name == text).map(|t| t.1);
    let rule_type = fields.converted(&["type"], "a rule type of Kibana", find).map_or(RuleType::Query, |t| t.value);
    let meta = metadata(fields, meta);
    let schedule = schedule(fields);
    let form = form::read(fields, rule_type);
    let mut queries: Vec<Query> = query(fields, rule_type).into_iter().collect();
    if rule_type == RuleType::ThreatMatch {
        queries.extend(text_query(fields, "threat_query", "threat_language"));
    }
    let mut rule = Rule {
        dialect: Dialect::Elastic,
        rule_type,
        span: fields.span(),
        meta,
        source: indices(fields),
        schedule: Some(schedule),
        queries,
        form,
        filters: form::filters(fields, "filters"),
        detection: None,
        alert: alert(fields),
        correlated_only: false,
        extra: Vec::new(),
    };
    let category = fields.text(&["event_category_override"]);
    fields.keep("event_category_override");
    let (silenced, missing) = exceptions.of_rule(fields.node(&["exceptions_list"]));
    if !missing.is_empty() {
        fields.keep("exceptions_list");
    }
    let mut diagnostics = plan::detect(&mut rule, category.as_ref().map(|field| field.value.as_str()), &silenced, context);
    diagnostics.extend(missing);
    (rule, diagnostics)
}

fn metadata(fields: &mut Fields<'_>, file: Metadata) -> Metadata {
    Metadata {
        id: fields.text(&["rule_id"]),
        name: fields.text(&["name"]),
        description: fields.text(&["description"]),
        severity: fields.text(&["severity"]),
        risk_score: fields.integer(&["risk_score"]),
        version: fields.text(&["version"]),
        authors: fields.texts(&["author"]),
        license: fields.text(&["license"]),
        created: file.created.clone().or_else(|| fields.text(&["created_at"])),
        modified: file.modified.clone().or_else(|| fields.text(&["updated_at"])),
        references: fields.texts(&["references"]),
        tags: fields.texts(&["tags"]),
        false_positives: fields.texts(&["false_positives"]),
        note: fields.text(&["note"]),
        attack: attack::read(fields),
        fields: fields.table(&["investigation_fields"], |inner| inner.texts(&["field_names"])).unwrap_or_default(),
        ..file
    }
}

fn schedule(fields: &mut Fields<'_>) -> Schedule {
    Schedule {
        frequency: fields.converted(&["interval"], "a duration like 5m", duration::simple),
        period: fields.converted(&["from"], "date math like now-9m", duration::look_back),
        until: fields.converted(&["to"], "date math like now-1m", duration::look_back),
        trigger: None,
        time_field: fields.text(&["timestamp_override"]),
        max_alerts: fields.integer(&["max_signals"]),
    }
}

fn indices(fields: &mut Fields<'_>) -> Option<Spanned<TableSource>> {
    let span = fields.node(&["index"])?.span;
    let patterns: Vec<Arc<str>> = fields.texts(&["index"]).into_iter().map(|p| Arc::from(p.value)).collect();
    (!patterns.is_empty()).then(|| Spanned::new(TableSource::Index(patterns), span))
}

fn query(fields: &mut Fields<'_>, rule_type: RuleType) -> Option<Query> {
    let query = text_query(fields, "query", "language");
    if query.is_none() && rule_type != RuleType::MachineLearning {
        let at = Span::at(fields.span().start as usize);
        fields.problems.push(Diagnostic::error("missing-query", at, "the rule has no query"));
    }
    query
}

/// Reads a query with its language; Kibana takes kuery where none is named.
fn text_query(fields: &mut Fields<'_>, query: &str, language: &str) -> Option<Query> {
    let named = fields.text(&[language]);
    let scalar = fields.node(&[query])?.scalar()?;
    let language = match named.as_ref().map(|l| l.value.as_str()) {
        None | Some("kuery") => Language::Kuery,
        Some("lucene") => Language::Lucene,
        Some("eql") => Language::Eql,
        Some("esql") => Language::Esql,
        Some(other) => {
            let span = named.as_ref().map(|l| l.span).unwrap_or_default();
            let message = format!("`{}` is no query language of Kibana", one_line(other));
            fields.problems.push(Diagnostic::error("invalid-value", span, message).with_help("known languages: kuery, lucene, eql, esql"));
            return None;
        }
    };
    Some(Query { language, text: scalar.value.as_str().into(), map: scalar.map.clone() })
}

fn alert(fields: &mut Fields<'_>) -> AlertShape {
    AlertShape {
        title: fields.text(&["rule_name_override"]),
        severity_mapping: fields.tables(&["severity_mapping"], severity_mapping).into_iter().flatten().collect(),
        risk_field: fields.tables(&["risk_score_mapping"], risk_field).into_iter().flatten().next(),
        suppression: suppression(fields),
        ..AlertShape::default()
    }
}

/// Kibana writes empty mappings where an analyst left the form empty.
fn severity_mapping(fields: &mut Fields<'_>) -> Option<SeverityMapping> {
    form::keep_unless(fields, "operator", "equals");
    let (field, value, severity) = (fields.text(&["field"])?, fields.text(&["value"])?, fields.text(&["severity"])?);
    Some(SeverityMapping { field, value, severity }).filter(|mapping| !mapping.field.value.is_empty())
}

fn risk_field(fields: &mut Fields<'_>) -> Option<Spanned<String>> {
    form::keep_unless(fields, "operator", "equals");
    form::keep_unless(fields, "value", "");
    fields.text(&["field"]).filter(|field| !field.value.is_empty())
}

fn suppression(fields: &mut Fields<'_>) -> Option<Suppression> {
    fields.table(&["alert_suppression"], |inner| {
        let duration = inner.table(&["duration"], |duration| {
            let value = duration.integer(&["value"])?;
            let unit = duration.text(&["unit"])?;
            duration::simple(&format!("{}{}", value.value, unit.value))
        });
        let apart = |text: &str| match text {
            "suppress" => Some(false),
            "doNotSuppress" => Some(true),
            _ => None,
        };
        let strategy = inner.converted(&["missing_fields_strategy"], "`suppress` or `doNotSuppress`", apart);
        Suppression {
            duration: duration.flatten(),
            fields: inner.texts(&["group_by"]),
            missing_apart: strategy.is_some_and(|apart| apart.value),
            span: inner.span(),
        }
    })
}
