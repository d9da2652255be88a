//! Sigma: a detection rule, with an event_count or value_count correlation behind it for thresholds.

mod groups;
mod names;
mod steps;

use super::form::{self, Mapped};
use super::{Refused, Target, Written, about, attack, identity, refuse, severity, slots, template, timing};
use crate::diagnostic::{Fidelity, Loss};
use crate::idiom::{Bounds, Shape};
use crate::ir::{Dialect, Expr, ExprKind, Language, Op, Plan, Rule, TableSource, Threshold};
use crate::lang::sigma;
use crate::mapping::Sources;
use crate::source::{Span, Spanned};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

const TEMPLATE: &str = include_str!("../../targets/sigma/rule.yml.j2");

/// Spaces of a level, as SigmaHQ's rules have them.
const INDENT: usize = 4;

/// Functions that change nothing but the type of a value.
const CASTS: [&str; 6] = ["tostring", "tolong", "toint", "todouble", "toreal", "tobool"];

/// The name of the rule whose events a threshold counts.
const EVENTS: &str = "events";

/// What the template asks for.
#[derive(Serialize)]
struct Envelope {
    origin: String,
    name: String,
    id: String,
    related: Option<String>,
    rule_name: Option<String>,
    description: String,
    references: Vec<String>,
    author: Option<String>,
    date: Option<String>,
    modified: Option<String>,
    license: Option<String>,
    tags: Vec<String>,
    logsource: Vec<(&'static str, String)>,
    detection: String,
    fields: Vec<String>,
    false_positives: Vec<String>,
    level: &'static str,
    correlation: Option<Correlation>,
}

/// A correlation with what it stands on.
#[derive(Serialize)]
struct Correlation {
    id: String,
    test: Test,
    /// The name of the rule that carries the metadata.
    first: String,
    /// Further rules.
    steps: Vec<steps::StepRule>,
    /// Correlations that it correlates.
    inner: Vec<Inner>,
}

/// A correlation that another one is about.
#[derive(Serialize)]
struct Inner {
    title: String,
    id: String,
    name: String,
    test: Test,
}

/// What a correlation says.
#[derive(Serialize)]
struct Test {
    kind: &'static str,
    rules: Vec<String>,
    group_by: Vec<String>,
    aliases: Vec<steps::Alias>,
    timespan: String,
    limits: Vec<(&'static str, String)>,
    field: Option<String>,
}

/// A log source with the detection on it.
#[derive(PartialEq)]
struct Document {
    logsource: Vec<(&'static str, String)>,
    detection: String,
}

/// Writes a Sigma rule file.
pub(super) fn write(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<Written, Refused> {
    let (documents, mut correlation, bounds) = documents_of(rule, sources, losses)?;
    losses.extend(slots::losses(rule, Target::Sigma));
    let untold = match &correlation {
        None if rule.schedule.is_some() || !bounds.is_empty() => {
            Some("Sigma has no schedule: how often the rule runs and how far it looks back is up to the backend")
        }
        Some(_) if timing::until(rule, bounds) > 0 => Some("Sigma has no schedule: the original leaves out the events before its run"),
        _ => None,
    };
    losses.extend(untold.map(|message| Loss::file("schedule-not-in-target", Fidelity::Schedule, Span::default(), message)));
    let form = if correlation.is_some() { "correlation" } else { "detection" };
    let query = documents.first().map(|document| document.detection.clone()).unwrap_or_default();
    let mut texts = Vec::new();
    for (number, document) in documents.into_iter().enumerate() {
        let envelope = envelope(rule, sources, losses, document, number, correlation.take());
        texts.push(template::render(TEMPLATE, envelope).map_err(|error| refuse("template-failed", Span::default(), error.to_string()))?);
    }
    Ok(Written { form, language: Language::Sigma, query, text: texts.join("---\n") })
}

/// Returns the rules of the events, the correlation over them, and the time bounds of the query: groups of which more is tested than one
/// lower limit in a form of their own.
fn documents_of(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<(Vec<Document>, Option<Correlation>, Bounds), Refused> {
    let mut own = Vec::new();
    let reasons = match plain(rule, sources, &mut own) {
        Ok(found) => {
            losses.extend(own);
            return Ok(found);
        }
        Err(reasons) => reasons,
    };
    let Some(tested) = groups::recognised(rule) else {
        losses.extend(own);
        return Err(reasons);
    };
    let (documents, correlation) = groups::written(&tested, rule, sources, losses)?;
    Ok((documents, Some(correlation), tested.bounds))
}

fn plain(rule: &Rule, sources: &Sources, losses: &mut Vec<Loss>) -> Result<(Vec<Document>, Option<Correlation>, Bounds), Refused> {
    let mapped = form::mapped(rule, Dialect::Sigma, sources, losses)?;
    let (input, mut correlation) = detection(&mapped, rule, losses)?;
    let mut documents = documents(&input, losses)?;
    if let Some(correlation) = &mut correlation {
        // One document holds the events; the correlation takes those of others along.
        steps::also(correlation, &mut documents, rule, input.span)?;
    }
    Ok((documents, correlation, mapped.bounds))
}

/// Returns a document for each log source that the events are in: a rule of Sigma reads one.
fn documents(input: &Arc<Plan>, losses: &mut Vec<Loss>) -> Result<Vec<Document>, Refused> {
    let filters = form::filters_over_scans(input).ok_or_else(|| form::obstacle(input, "a Sigma detection"))?;
    let mut documents: Vec<Document> = Vec::new();
    for (scan, predicate) in filters {
        let logsource = logsource(scan)?;
        let Some(predicate) = predicate else {
            return Err(refuse("no-condition", scan.span, "a Sigma detection needs a condition; the original takes every event"));
        };
        let document = Document { logsource, detection: raised(predicate, losses)? };
        // What two sources of the original's dialect tell apart may be one document here.
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    Ok(documents)
}

fn raised(predicate: &Expr, losses: &mut Vec<Loss>) -> Result<String, Refused> {
    let detection = if let Ok(raised) = sigma::raise(predicate, losses) {
        raised
    } else {
        let says = |condition: &Expr| sigma::raise(condition, &mut Vec::new()).map(|_| ());
        let (kept, dropped) = form::sayable(predicate, &says)?;
        losses.extend(dropped);
        sigma::raise(&kept, losses)?
    };
    Ok(sigma::print(&detection, INDENT).trim_end().to_owned())
}

/// Returns the events of the detection and, for a threshold, the correlation over them.
fn detection(mapped: &Mapped, rule: &Rule, losses: &mut Vec<Loss>) -> Result<(Arc<Plan>, Option<Correlation>), Refused> {
    match (&mapped.shape, &mapped.plan.op) {
        (Shape::Filter, _) => {
            if let Some(key) = mapped.grouping.first() {
                let message = "a match for each event: Sigma does not group results";
                losses.push(Loss::query("grouping-not-in-target", Fidelity::Metadata, key.expr.span, message));
            }
            Ok((mapped.plan.clone(), None))
        }
        (Shape::Threshold, Op::Threshold(threshold)) => {
            let window = mapped.window.unwrap_or_else(|| timing::of(rule, mapped.bounds, losses).lookback);
            losses.extend(form::missing_key_ignored(threshold, mapped.plan.span, "a Sigma correlation"));
            let correlation = correlation(threshold, window, rule, mapped.plan.span)?;
            let there = steps::keys_present(threshold.keys.iter().map(|key| &key.expr), mapped.plan.span);
            Ok((steps::with_condition(&threshold.input, there.filter(|_| threshold.skip_missing)), Some(correlation)))
        }
        (Shape::Pipeline, Op::Sequence(sequence)) => {
            let window = timing::of(rule, mapped.bounds, losses).lookback;
            let (first, correlation) = steps::of_sequence(sequence, window, rule, losses)?;
            Ok((first, Some(correlation)))
        }
        (Shape::Pipeline, Op::Sample(sample)) => {
            let window = timing::of(rule, mapped.bounds, losses).lookback;
            let (first, correlation) = steps::of_sample(sample, window, rule, losses)?;
            Ok((first, Some(correlation)))
        }
        (Shape::FirstSeen, _) => {
            Err(refuse("first-seen-not-in-target", mapped.plan.span, "Sigma has no word for the first appearance of a value"))
        }
        _ => Err(form::obstacle(&mapped.plan, "a Sigma rule")),
    }
}

fn correlation(threshold: &Threshold, window: i64, rule: &Rule, span: Span) -> Result<Correlation, Refused> {
    let (kind, least, counted) = match (threshold.count, threshold.cardinality.as_slice()) {
        (count, []) => ("event_count", count, None),
        (1, [(column, least)]) => ("value_count", *least, Some(field(&column.expr)?)),
        _ => return Err(refuse("threshold-too-wide", span, "a Sigma correlation counts events or the values of one field, not both")),
    };
    let test = Test {
        kind,
        rules: vec![EVENTS.to_owned()],
        group_by: group_by(threshold)?,
        aliases: Vec::new(),
        timespan: timing::words(window),
        limits: vec![("gte", least.to_string())],
        field: counted,
    };
    Ok(Correlation { id: correlation_id(rule), test, first: EVENTS.to_owned(), steps: Vec::new(), inner: Vec::new() })
}

fn group_by(threshold: &Threshold) -> Result<Vec<String>, Refused> {
    threshold.keys.iter().map(|key| field(&key.expr)).collect()
}

/// The title of a rule that is a part of the translation.
fn titled(rule: &Rule, otherwise: &str, part: &str) -> String {
    format!("{} ({part})", rule.meta.name.as_ref().map_or(otherwise, |name| &name.value))
}

fn correlation_id(rule: &Rule) -> String {
    Uuid::new_v5(&identity::derived(rule, Target::Sigma), b"correlation").to_string()
}

fn computed_key(expr: &Expr) -> Refused {
    refuse("computed-key", expr.span, "Sigma groups by fields, not by computed values")
}

fn field(expr: &Expr) -> Result<String, Refused> {
    match &expr.kind {
        ExprKind::Column(name) => Ok(name.to_string()),
        ExprKind::Convert(inner) => field(inner),
        // The types of values are no matter to Sigma.
        ExprKind::Call { function, args } if CASTS.contains(&&**function) && args.len() == 1 => {
            args.first().map_or_else(|| Err(computed_key(expr)), field)
        }
        _ => Err(computed_key(expr)),
    }
}

fn logsource(scan: &Plan) -> Result<Vec<(&'static str, String)>, Refused> {
    let Op::Scan(TableSource::LogSource { category, product, service }) = &scan.op else {
        return Err(refuse("source-not-in-target", scan.span, "no single Sigma log source is known for this source"));
    };
    let parts = [("category", category), ("product", product), ("service", service)];
    Ok(parts.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.to_string()))).collect())
}

fn envelope(
    rule: &Rule,
    sources: &Sources,
    losses: &mut Vec<Loss>,
    document: Document,
    number: usize,
    correlation: Option<Correlation>,
) -> Envelope {
    let meta = &rule.meta;
    let own = identity::derived(rule, Target::Sigma);
    let (mut name, mut id) = (about::name(rule, None, losses), own);
    if number > 0 {
        let words: Vec<&str> = document.logsource.iter().map(|(_, value)| value.as_str()).collect();
        name = format!("{name} ({})", words.join(" "));
        id = Uuid::new_v5(&own, format!("log source {}", number + 1).as_bytes());
    }
    let correlation = correlation.map(|correlation| correlation.named_apart(&own));
    let all = |texts: &[Spanned<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let date = |text: &Option<Spanned<String>>| text.as_ref().map(|date| date.value.replace('/', "-"));
    let mut false_positives = about::false_positives(rule);
    if false_positives.is_empty() {
        false_positives.push("Unknown".to_owned());
    }
    Envelope {
        origin: about::origin(rule),
        name,
        id: id.to_string(),
        related: meta.id.as_ref().map(|id| id.value.clone()).filter(|id| Uuid::try_parse(id).is_ok()),
        rule_name: correlation.as_ref().map(|correlation| correlation.first.clone()),
        description: about::description(rule, None, losses),
        references: all(&meta.references),
        author: about::authors(rule),
        date: date(&meta.created),
        modified: date(&meta.modified),
        license: meta.license.as_ref().map(|license| license.value.clone()),
        tags: tags(rule, losses),
        logsource: document.logsource,
        detection: document.detection,
        fields: fields(rule, sources),
        false_positives,
        level: severity::translate(meta, Target::Sigma, losses).word,
        correlation,
    }
}

/// ATT&CK references as Sigma's tags, in the vocabulary of v19 that SigmaHQ uses.
fn tags(rule: &Rule, losses: &mut Vec<Loss>) -> Vec<String> {
    let tactics = attack::tactics(&rule.meta, attack::Vocabulary::Split, losses);
    let tactics = tactics.iter().map(|tactic| format!("attack.{}", tactic.shortname));
    let techniques = attack::technique_ids(&rule.meta).into_iter().map(|id| format!("attack.{}", id.to_ascii_lowercase()));
    tactics.chain(techniques).collect()
}

/// The fields an analyst wants to see: those of entities and investigation fields.
fn fields(rule: &Rule, sources: &Sources) -> Vec<String> {
    let entities = rule.alert.entities.iter().flat_map(|entity| &entity.fields).map(|field| &field.column);
    form::shown_fields(rule, entities.chain(&rule.meta.fields), Dialect::Sigma, sources).0
}
