//! One query on the events of a file: read in pieces as often as it takes, so that memory is for matches, not for events.

use super::batch::predicate;
use super::{Event, Predicate};
use crate::diagnostic::Diagnostic;
use crate::eval::lines::{Lines, lines};
use crate::eval::{Documents, ORDINAL, Provider, Refusal, Rows, Settings, run};
use crate::ir::{Column, Expr, Language, Named, Op, Plan, Schema, TableSource, Type, Value};
use crate::lang::eql::{self, ast::QueryKind};
use crate::schema::Catalog;
use crate::source::Span;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// How many events there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that the query matches; one of several sequences counts in each.
    pub matches: usize,
    /// All events.
    pub events: usize,
}

/// Gives `found` the line of each event that a query matches, those of sequences one after the other, as [`super::batch::matching_events`]
/// finds them.
///
/// # Errors
/// What is wrong with the query, and lines that are no JSON.
pub fn matching_lines(
    language: Language,
    query: &str,
    source: &Arc<Lines>,
    catalog: &Catalog,
    settings: &Settings,
    found: &mut dyn FnMut(&[u8]),
) -> Result<Counts, Vec<Diagnostic>> {
    let refused = |refusal: Refusal| vec![Diagnostic::error(refusal.code, refusal.span, refusal.message)];
    if language == Language::Eql {
        let parsed = eql::parse(query).map_err(|diagnostic| vec![diagnostic])?;
        let numbers = matching_numbers(&parsed, source, settings).map_err(refused)?;
        return show(&numbers, source, found).map_err(refused);
    }
    let predicate = Predicate::new(&predicate(language, query, catalog)?, settings.now).map_err(|diagnostic| vec![diagnostic])?;
    let mut matches = 0;
    let events = each_line(source, &mut |number, line| {
        let event: Json = serde_json::from_slice(line).map_err(|error| source.broken(number + 1, &error.to_string()))?;
        if predicate.matches(&Event::from_json(&event)) {
            matches += 1;
            found(line);
        }
        Ok(())
    });
    Ok(Counts { matches, events: events.map_err(refused)? })
}

/// What looks at a line: its number, from 0, and its text.
type Visit<'v> = dyn FnMut(u64, &[u8]) -> Result<(), Refusal> + 'v;

/// Calls `visit` with the number (from 0) and the text of each line that is not empty; returns how many there are.
fn each_line(source: &Lines, visit: &mut Visit<'_>) -> Result<usize, Refusal> {
    let (mut number, mut events) = (0, 0);
    for piece in source.pieces.open()? {
        for line in lines(&piece?) {
            if !line.is_empty() {
                events += 1;
                visit(number, line)?;
            }
            number += 1;
        }
    }
    Ok(events)
}

/// The events as the one source there is.
struct Only(Documents);

impl Provider for Only {
    fn scan(&self, _source: &TableSource, _schema: &Schema) -> Result<Option<Rows>, Refusal> {
        Ok(Some(Rows::Documents(self.0.clone())))
    }
}

/// Returns the numbers of the lines that an EQL query matches.
fn matching_numbers(query: &eql::Query, source: &Arc<Lines>, settings: &Settings) -> Result<Vec<u64>, Refusal> {
    let plan = eql::lower(query, &TableSource::Index(Vec::new()));
    let column = if matches!(query.kind, QueryKind::Event(_)) { ORDINAL } else { "ordinals" };
    let named = Named { name: Arc::from(column), expr: Expr::column(column, Type::Unknown, Span::default()) };
    let schema = Schema::closed(vec![Column::new(column, Type::Unknown)]);
    let plan = Plan::new(Op::Project { input: plan, columns: vec![named] }, schema, Span::default());
    let table = run(&plan, &Only(Documents::of(Arc::clone(source), &plan)), settings)?;
    let mut numbers = Vec::new();
    table.rows.iter().flatten().for_each(|value| add_numbers(value, &mut numbers));
    Ok(numbers)
}

fn add_numbers(value: &Value, numbers: &mut Vec<u64>) {
    match value {
        Value::Long(number) => numbers.extend(u64::try_from(*number)),
        Value::Array(items) => items.iter().for_each(|item| add_numbers(item, numbers)),
        _ => {}
    }
}

/// Reads the source again and gives `found` its lines in the order of `numbers`.
fn show(numbers: &[u64], source: &Lines, found: &mut dyn FnMut(&[u8])) -> Result<Counts, Refusal> {
    if numbers.is_sorted_by(|a, b| a < b) {
        let mut rest = numbers.iter().peekable();
        let events = each_line(source, &mut |number, line| {
            if rest.next_if_eq(&&number).is_some() {
                found(line);
            }
            Ok(())
        })?;
        return Ok(Counts { matches: numbers.len(), events });
    }
    let mut wanted: FxHashMap<u64, Vec<u8>> = numbers.iter().map(|number| (*number, Vec::new())).collect();
    let events = each_line(source, &mut |number, line| {
        if let Some(kept) = wanted.get_mut(&number) {
            kept.extend_from_slice(line);
        }
        Ok(())
    })?;
    numbers.iter().filter_map(|number| wanted.get(number)).for_each(|line| found(line));
    Ok(Counts { matches: numbers.len(), events })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::event::batch::matching_events;
    use crate::eval::lines::{Opened, Pieces};

    /// Pieces of some bytes, cut at line ends.
    #[derive(Debug)]
    struct Cut(String, usize);

    impl Pieces for Cut {
        fn name(&self) -> &'static str {
            "events"
        }

        fn open(&self) -> Result<Opened<'_>, Refusal> {
            let lines: Vec<&str> = self.0.split_inclusive('\n').collect();
            let pieces: Vec<Vec<u8>> = lines.chunks(self.1).map(|lines| lines.concat().into_bytes()).collect();
            Ok(Box::new(pieces.into_iter().map(Ok)))
        }
    }

    const EVENTS: &str = r#"{"@timestamp":"2026-01-01T00:00:00Z","event":{"category":"process"},"host.id":"h1","process":{"name":"a","args":["x","y"]}}

{"@timestamp":"2026-01-01T00:00:01Z","event":{"category":["network"]},"host":{"id":"h1"},"destination.port":443}
{"@timestamp":"2026-01-01T00:00:01Z","event.category":"process","host":[{"id":"h2"}],"process.name":"b"}
{"@timestamp":"2026-01-01T00:00:02Z","event":{"category":"network"},"host":{"id":"h1"},"destination":{"port":443}}
{"@timestamp":"2026-01-01T00:00:03Z","event":{"category":"process"},"host":{"id":"h1"},"process":{"name":"a"}}
"#;

    /// Compares what is found in pieces with what is found in all events at once.
    #[track_caller]
    fn check(language: Language, query: &str) {
        let events: Vec<Json> = EVENTS.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect();
        let wanted = matching_events(language, query, &events, Catalog::builtin(), 0).unwrap();
        let wanted: Vec<String> = wanted.iter().map(|at| events[*at].to_string()).collect();
        for (size, threads) in [(1, 1), (2, 2), (100, 1)] {
            let source = Arc::new(Lines::new(Arc::new(Cut(EVENTS.to_owned(), size)), Vec::new()).unwrap().unwrap());
            let settings = Settings { threads, ..Settings::at(0) };
            let mut found = Vec::new();
            let mut keep = |line: &[u8]| found.push(serde_json::from_slice::<Json>(line).unwrap().to_string());
            let counts = matching_lines(language, query, &source, Catalog::builtin(), &settings, &mut keep).unwrap();
            assert_eq!(counts, Counts { matches: wanted.len(), events: events.len() }, "{query}");
            assert_eq!(found, wanted, "{query} in pieces of {size} lines");
        }
        assert!(!wanted.is_empty(), "{query} finds nothing");
    }

    #[test]
    fn events_are_found_as_in_memory() {
        check(Language::Eql, "process where process.name : (\"a\", \"b\")");
        check(Language::Eql, "process where process.args == \"y\"");
        check(Language::Eql, "any where true | tail 2");
        check(Language::Kuery, "destination.port: 443 or process.name: b");
        check(Language::Lucene, "process.name:(a OR b)");
    }

    #[test]
    fn sequences_are_found_as_in_memory() {
        check(Language::Eql, "sequence by host.id [process where true] [network where destination.port == 443]");
        check(Language::Eql, "sequence by host.id with maxspan=1m [network where true] with runs=2 [process where true]");
        check(Language::Eql, "sequence [process where true] [process where true] | head 1");
        check(Language::Eql, "sample by host.id [process where true] [network where true]");
    }
}
