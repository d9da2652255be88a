//! The envelope of an Elastic rule file: what the template asks for.

use super::super::timing::{self, Timing};
use super::super::{NO_DATE, Target, about, attack, form, identity, severity};
use super::Body;
use super::query::Query;
use crate::diagnostic::Loss;
use crate::ir::{Dialect, Language, Rule};
use crate::mapping::{self, Sources};
use serde::Serialize;

/// What the template asks for.
#[derive(Serialize)]
pub(super) struct Envelope {
    origin: String,
    created: String,
    updated: String,
    integrations: Vec<String>,
    authors: Vec<String>,
    description: String,
    false_positives: Vec<String>,
    from: String,
    to: Option<String>,
    index: Vec<String>,
    interval: String,
    language: &'static str,
    license: Option<String>,
    name: String,
    references: Vec<String>,
    risk_score: i64,
    id: String,
    severity: &'static str,
    tags: Vec<String>,
    pub(super) r#type: &'static str,
    query: String,
    threats: Vec<attack::Threat>,
    suppress_by: Vec<String>,
    fields: Vec<String>,
    new_terms: Option<NewTerms>,
    threshold: Option<Limits>,
}

/// The fields whose values are new, and how far back they are looked for.
#[derive(Clone, Serialize)]
pub(super) struct NewTerms {
    pub(super) fields: Vec<String>,
    pub(super) history: String,
}

/// A threshold.
#[derive(Clone, Serialize)]
pub(super) struct Limits {
    pub(super) fields: Vec<String>,
    pub(super) value: u64,
    pub(super) cardinality: Vec<Cardinality>,
}

/// How many distinct values a field must have.
#[derive(Clone, Serialize)]
pub(super) struct Cardinality {
    pub(super) field: String,
    pub(super) value: u64,
}

/// What the envelope takes from the translation.
pub(super) struct Parts<'a> {
    pub(super) body: &'a Body,
    pub(super) timing: Timing,
    pub(super) index: Vec<String>,
    pub(super) query: &'a Query,
    pub(super) suppress_by: Vec<String>,
}

/// Fills the envelope of a rule file.
pub(super) fn envelope(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>, parts: Parts<'_>) -> Envelope {
    let meta = &rule.meta;
    let severity = severity::translate(meta, Target::Elastic, losses);
    let all = |texts: &[crate::source::Spanned<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let date = |text: &Option<crate::source::Spanned<String>>| text.as_ref().map(|date| date.value.replace('-', "/"));
    let created = date(&meta.created).unwrap_or_else(|| NO_DATE.to_owned());
    Envelope {
        origin: about::origin(rule),
        updated: date(&meta.modified).unwrap_or_else(|| created.clone()),
        created,
        integrations: mapping::integrations(&form::plan(rule).map(|plan| form::parts(plan, sources)).unwrap_or_default()),
        authors: all(&meta.authors),
        description: about::description(rule, None, losses),
        false_positives: about::false_positives(rule),
        from: format!("now-{}", timing::words(parts.body.lookback)),
        to: (parts.timing.until > 0).then(|| format!("now-{}", timing::words(parts.timing.until))),
        index: parts.index,
        interval: timing::words(parts.timing.interval),
        language: language(parts.query),
        license: meta.license.as_ref().map(|license| license.value.clone()),
        name: about::name(rule, None, losses),
        references: all(&meta.references),
        risk_score: severity.risk_score,
        id: identity::derived(rule, Target::Elastic).to_string(),
        severity: severity.word,
        tags: about::tags(rule),
        r#type: if parts.query.language == Language::Kuery { parts.body.form } else { language(parts.query) },
        query: parts.query.text.clone(),
        threats: attack::threats(meta, losses),
        suppress_by: parts.suppress_by,
        fields: investigation_fields(rule, sources),
        new_terms: parts.body.new_terms.clone(),
        threshold: parts.body.threshold.clone(),
    }
}

/// What Kibana calls a query's language; rules of EQL and ES|QL are types of their own.
fn language(query: &Query) -> &'static str {
    match query.language {
        Language::Eql => "eql",
        Language::Esql => "esql",
        _ => "kuery",
    }
}

/// The fields an analyst wants to see: those of entities, custom details and Sigma's `fields`.
fn investigation_fields(rule: &Rule, sources: &Sources) -> Vec<String> {
    let entities = rule.alert.entities.iter().flat_map(|entity| &entity.fields).map(|field| &field.column);
    let details = rule.alert.custom_details.iter().map(|(_, column)| column);
    form::shown_fields(rule, entities.chain(details).chain(&rule.meta.fields), Dialect::Elastic, sources).0
}
