//! What is wrong in a log source file, beyond its not reading.
//!
//! Every problem has a place in the file's text. It does not look at the world (whether the cited page exists).

use super::format::{Example, Field, Source};
use crate::diagnostic::Diagnostic;
use crate::ir::{Case, regexes};
use crate::schema::suggest;
use crate::source::Span;

/// Returns every problem of a source that was read from `text`.
pub(super) fn check(source: &Source, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut say = |needle: &str, message: String, help: Option<String>| {
        let span = place(text, needle);
        let problem = Diagnostic::error("invalid-log-source", span, message);
        found.push(if let Some(help) = help { problem.with_help(help) } else { problem });
    };
    if source.parts.is_empty() {
        say("", "the log source has no part".to_owned(), Some("a part names a Sentinel table or a Sigma log source".to_owned()));
    }
    let cited = std::iter::once(&source.cite)
        .chain(source.fields.iter().filter_map(|f| f.cite.as_ref()))
        .chain(source.derived.iter().filter_map(|d| d.cite.as_ref()))
        .chain(source.parts.iter().map(|p| &p.cite))
        .chain(source.rows.values().map(|rows| &rows.cite))
        .chain(source.elastic.iter().filter_map(|e| e.dataset.as_ref()?.cite.as_ref()))
        .chain(source.examples.iter().flat_map(|e| &e.cites));
    for key in cited.filter(|key| !source.cites.contains_key(*key)) {
        let help = suggest(key, source.cites.keys().map(String::as_str)).map(|name| format!("did you mean `{name}`?"));
        say(key, format!("`{key}` is cited but has no address in `[cites]`"), help);
    }
    let parts = source.fields.iter().flat_map(|f| &f.parts).chain(source.examples.iter().map(|e| &e.part));
    for id in parts.filter(|id| !source.parts.iter().any(|p| p.id == **id)) {
        let help = suggest(id, source.parts.iter().map(|p| p.id.as_str())).map(|name| format!("did you mean `{name}`?"));
        say(id, format!("`{id}` is no part of this log source"), help);
    }
    for name in source.fields.iter().filter_map(|field| field.rows.as_ref()).filter(|name| !source.rows.contains_key(*name)) {
        let help = suggest(name, source.rows.keys().map(String::as_str)).map(|known| format!("did you mean `{known}`?"));
        say(name, format!("`{name}` are no rows of this log source"), help);
    }
    for field in &source.fields {
        if let Some(message) = field_problem(field) {
            say(&field_needle(field), message.to_owned(), None);
        }
    }
    for derived in &source.derived {
        let present = derived.present.iter().map(|condition| ("*", condition));
        for (value, condition) in derived.values.iter().map(|(value, condition)| (value.as_str(), condition)).chain(present) {
            if derived.condition(condition, Span::default()).is_none() {
                say(condition, format!("the condition of `{}: {value}` is no kuery", derived.elastic), None);
            }
        }
    }
    for (example, language) in source.examples.iter().flat_map(broken_events) {
        say(&example.part, format!("the {language} event of the example is not a JSON object"), None);
    }
    found
}

/// Finds where a quoted text stands in the file: serde keeps no places of values that it could read.
fn place(text: &str, needle: &str) -> Span {
    if needle.is_empty() {
        return Span::at(0);
    }
    let quoted = format!("\"{needle}\"");
    text.find(&quoted).map_or(Span::at(0), |at| Span::new(at + 1, at + 1 + needle.len()))
}

fn field_needle(field: &Field) -> String {
    let sentinel = field.sentinel.as_ref().map(|(path, _)| path.text(crate::ir::Dialect::Sentinel));
    let elastic = field.elastic.as_ref().map(|(path, _)| path.text(crate::ir::Dialect::Elastic));
    sentinel.or(elastic).unwrap_or_default()
}

fn field_problem(field: &Field) -> Option<&'static str> {
    let sides = usize::from(field.sentinel.is_some()) + usize::from(field.elastic.is_some()) + usize::from(field.sigma.is_some());
    let transforms = [!field.values.is_empty(), field.part_of.is_some(), field.factor.is_some(), field.lower, field.array, field.words];
    if sides == 0 {
        Some("the field names no dialect")
    } else if transforms.iter().filter(|used| **used).count() > 1 {
        Some("the field has more than one of `values`, `part_of`, `factor`, `lower`, `array` and `words`")
    } else if transforms.iter().any(|used| *used) && sides < 2 {
        Some("the field transforms values but has one side only")
    } else if field.whole.is_some() && field.part_of.is_none() {
        Some("the field names the holder of the `whole` but no `part_of` it")
    } else if field.extract.as_deref().is_some_and(|expression| !takes_a_group(expression)) {
        Some("the value is no group of a regular expression")
    } else if !field.named_by.is_empty() && (field.elastic.is_none() || field.within.is_none()) {
        Some("columns name a thing of Elastic's, and `within` another column")
    } else if field.factor.is_some_and(|n| n < 1) {
        Some("the factor is not a positive number")
    } else {
        None
    }
}

fn takes_a_group(expression: &str) -> bool {
    regexes::compiled(expression, Case::Sensitive).is_ok_and(|regex| regex.captures_len() == 2)
}

fn broken_events(example: &Example) -> Vec<(&Example, &'static str)> {
    let events = [("Sentinel", &example.sentinel), ("Elastic", &example.elastic), ("Sigma", &example.sigma)];
    let broken = |text: &Option<String>| {
        text.as_ref().is_some_and(|t| !serde_json::from_str::<serde_json::Value>(t).is_ok_and(|json| json.is_object()))
    };
    events.into_iter().filter(|(_, text)| broken(text)).map(|(name, _)| (example, name)).collect()
}
