//! Sigma YAML: rules, correlations, filters, several documents in a file (sigma-specification 2.1).

mod conditions;
mod correlation;
mod link;

use super::fields::Fields;
use super::{ReadFile, detect, detection};
use crate::diagnostic::Diagnostic;
use crate::ir::{AlertShape, AttackRef, Dialect, Form, Language, Metadata, Query, Rule, RuleType, TableSource};
use crate::lang::sigma;
use crate::schema::Catalog;
use crate::source::{Node, OffsetMap, Span, Spanned};
use std::sync::Arc;

pub use link::link;

/// Reads the rules of a file's documents.
pub(super) fn read(text: &str, documents: Vec<Node>, catalog: &Catalog) -> ReadFile {
    let mut file = ReadFile { dialect: Some(Dialect::Sigma), ..ReadFile::default() };
    let whole: Arc<str> = Arc::from(text);
    let legacy = documents.iter().find_map(action);
    for document in documents.iter().filter(|d| !d.is_null()) {
        if detect::is_sigma(document) {
            let (mut rule, found) = rule(&whole, document, catalog);
            if legacy.is_some() {
                // What the other documents say of it is not in it.
                rule.detection = None;
            }
            file.add((rule, found));
        } else {
            file.diagnostics.push(Diagnostic::info("not-a-rule", document.span, "this document is not a Sigma rule and is passed over"));
        }
    }
    if let Some(span) = legacy {
        let message = "documents are not put together by `action`: that ended with Sigma 2";
        file.diagnostics.push(Diagnostic::error("legacy-action", span, message).with_help("write each rule in full"));
    }
    file.documents = documents;
    file
}

/// Finds `action: global` and its like, which made one rule of several documents before Sigma 2
/// (<https://github.com/SigmaHQ/sigma-specification/blob/main/other/version-1.0-2.0.md>).
fn action(document: &Node) -> Option<Span> {
    let entry = document.entry("action")?;
    let is_known = matches!(entry.value.as_str(), Some("global" | "repeat" | "reset"));
    is_known.then(|| entry.key.span.to(entry.value.span))
}

fn rule(text: &Arc<str>, document: &Node, catalog: &Catalog) -> (Rule, Vec<Diagnostic>) {
    let list = |name: &str| catalog.placeholder(name).map(<[String]>::to_vec);
    let mut fields = Fields::new(document, "");
    let meta = metadata(&mut fields);
    let source = fields.table(&["logsource"], log_source);
    let mut rule = Rule {
        dialect: Dialect::Sigma,
        rule_type: RuleType::Detection,
        span: document.span,
        meta,
        source,
        schedule: None,
        queries: vec![Query { language: Language::Sigma, text: text.clone(), map: OffsetMap::identity(0, text.len()) }],
        form: Form::Plain,
        filters: Vec::new(),
        detection: None,
        alert: AlertShape::default(),
        correlated_only: false,
        extra: Vec::new(),
    };
    let mut found = Vec::new();
    if fields.has(&["correlation"]) {
        rule.rule_type = RuleType::Correlation;
        rule.form = correlation::read(&mut fields).map_or(Form::Plain, Form::Correlation);
    } else if fields.has(&["filter"]) {
        rule.rule_type = RuleType::Filter;
        match fields.node(&["filter"]).map(sigma::parse_filter) {
            Some(Ok(mut filter)) => {
                sigma::expand(&mut filter.detection, &list);
                rule.form = Form::Filter(filter.rules);
                rule.detection = Some(detection::of_sigma(&filter.detection, rule.source.as_ref()));
            }
            Some(Err(problems)) => found = problems,
            None => {}
        }
    } else if let Some(node) = fields.node(&["detection"]) {
        match sigma::parse(node) {
            Ok(mut read) => {
                sigma::expand(&mut read, &list);
                rule.detection = Some(detection::of_sigma(&read, rule.source.as_ref()));
            }
            Err(problems) => found = problems,
        }
    } else {
        let at = Span::at(document.span.start as usize);
        found.push(Diagnostic::error("missing-detection", at, "the rule has no detection"));
    }
    let (mut diagnostics, extra) = fields.finish();
    rule.extra = extra;
    diagnostics.extend(found);
    (rule, diagnostics)
}

fn metadata(fields: &mut Fields<'_>) -> Metadata {
    let tags = fields.texts(&["tags"]);
    let related = fields.tables(&["related"], |inner| {
        let (id, relation) = (inner.text(&["id"]), inner.text(&["type"]));
        if id.is_none() {
            inner.problems.push(Diagnostic::error("missing-field", inner.span(), "a related rule is named by its `id`"));
        }
        Some((relation.map(|r| r.value).unwrap_or_default(), id?))
    });
    Metadata {
        id: fields.text(&["id"]),
        name: fields.text(&["title"]),
        description: fields.text(&["description"]),
        severity: fields.text(&["level"]),
        status: fields.text(&["status"]),
        authors: fields.text(&["author"]).into_iter().collect(),
        license: fields.text(&["license"]),
        created: fields.text(&["date"]),
        modified: fields.text(&["modified"]),
        references: fields.texts(&["references"]),
        false_positives: fields.texts(&["falsepositives"]),
        attack: tags.iter().filter_map(attack).collect(),
        fields: fields.texts(&["fields"]),
        related: related.into_iter().flatten().collect(),
        tags,
        ..Metadata::default()
    }
}

/// Reads an `attack.` tag: a technique (`attack.t1078.004`) or a tactic (`attack.initial-access`).
fn attack(tag: &Spanned<String>) -> Option<AttackRef> {
    let name = tag.value.strip_prefix("attack.")?;
    let number = name.strip_prefix(['t', 'T']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // Groups, software, data sources, mitigations and assets (`attack.g0016`, `attack.ds0009`) are neither
    // (<https://sigmahq.io/sigma-specification/specification/sigma-appendix-tags.html>).
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let others = ["g", "s", "ds", "m", "a"];
    let is_other = name.len() == letters.len() + 4 && others.iter().any(|other| letters.eq_ignore_ascii_case(other));
    let id = if number.is_some() { name.to_ascii_uppercase() } else { name.to_owned() };
    (!is_other).then(|| AttackRef { id: Spanned::new(id, tag.span), is_tactic: number.is_none(), tactic: None })
}

fn log_source(fields: &mut Fields<'_>) -> Spanned<TableSource> {
    let mut word = |key: &str| fields.text(&[key]).map(|w| Arc::from(w.value));
    let source = TableSource::LogSource { category: word("category"), product: word("product"), service: word("service") };
    Spanned::new(source, fields.span())
}

/// Returns the names that other rules may call a Sigma rule by: its id and its `name`.
pub fn names(rule: &Rule) -> impl Iterator<Item = &str> {
    let id = rule.meta.id.as_ref().map(|id| id.value.as_str());
    let name = rule.extra.iter().find(|e| e.path == "name").and_then(|e| e.value.as_str());
    id.into_iter().chain(name)
}
