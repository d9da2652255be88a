//! One query on a list of events: what `isoglot query --batch` asks for kuery, Lucene and Sigma (design §7).

use super::{Event, Predicate};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, Language};
use crate::lang::{eql, kuery, lucene, sigma};
use crate::schema::{Catalog, FieldType};
use crate::source::{Span, yaml};
use serde::Serialize;
use serde_json::Value as Json;

/// What a query found: indexes of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Matches {
    /// Single events.
    Events(Vec<usize>),
    /// Sequences and samples: the events of each, in order.
    Sequences(Vec<Vec<usize>>),
}

/// Returns what a query finds in a list of events. Field types come from `catalog`; an unknown field is a keyword.
/// For Sigma, `query` is the rule's YAML, and its detection alone is tested. `now` (ticks) is what date math starts from.
///
/// # Errors
/// What is wrong with the query, spans in its text, and languages that do not match events.
pub fn matches(language: Language, query: &str, events: &[Json], catalog: &Catalog, now: i64) -> Result<Matches, Vec<Diagnostic>> {
    let one = |diagnostic: Diagnostic| vec![diagnostic];
    if language == Language::Eql {
        let query = eql::parse(query).map_err(one)?;
        let results = super::eql::results(&query, events, now).map_err(one)?;
        return Ok(match query.kind {
            eql::ast::QueryKind::Event(_) => Matches::Events(results.into_iter().flatten().collect()),
            _ => Matches::Sequences(results),
        });
    }
    let predicate = Predicate::new(&predicate(language, query, catalog)?, now).map_err(one)?;
    let matching = events.iter().enumerate().filter(|(_, event)| predicate.matches(&Event::from_json(event)));
    Ok(Matches::Events(matching.map(|(index, _)| index).collect()))
}

/// Returns the indexes of all events that [`matches`] finds, those of sequences one after the other.
///
/// # Errors
/// As [`matches`].
pub fn matching_events(
    language: Language,
    query: &str,
    events: &[Json],
    catalog: &Catalog,
    now: i64,
) -> Result<Vec<usize>, Vec<Diagnostic>> {
    Ok(match matches(language, query, events, catalog, now)? {
        Matches::Events(events) => events,
        Matches::Sequences(sequences) => sequences.concat(),
    })
}

/// Reads a query of an event language as a predicate on one event.
///
/// # Errors
/// What is wrong with the query, spans in its text, and languages that do not match single events.
pub fn predicate(language: Language, query: &str, catalog: &Catalog) -> Result<Expr, Vec<Diagnostic>> {
    let types = |name: &str| catalog.field(name).unwrap_or_default();
    let types: &dyn Fn(&str) -> FieldType = &types;
    match language {
        Language::Sigma => sigma_predicate(query, catalog),
        Language::Lucene => Ok(lucene::lower(&lucene::parse(query).map_err(|diagnostic| vec![diagnostic])?, types)),
        Language::Kuery => Ok(kuery::lower(&kuery::parse(query).map_err(|diagnostic| vec![diagnostic])?, types)),
        _ => Err(vec![Diagnostic::error("no-event-language", Span::at(0), "the language does not match single events")]),
    }
}

/// Reads the detection of a Sigma rule; of several documents the first that has one.
fn sigma_predicate(rule: &str, catalog: &Catalog) -> Result<Expr, Vec<Diagnostic>> {
    let documents = yaml::parse(rule).map_err(|faults| faults.into_iter().map(Diagnostic::from).collect::<Vec<_>>())?;
    let Some(detection) = documents.iter().find_map(|document| document.get("detection")) else {
        return Err(vec![Diagnostic::error("missing-detection", Span::at(0), "the rule has no detection")]);
    };
    let mut detection = sigma::parse(detection)?;
    sigma::expand(&mut detection, &|name| catalog.placeholder(name).map(<[String]>::to_vec));
    Ok(sigma::lower(&detection))
}
