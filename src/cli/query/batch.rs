//! One question of `query --batch` (design §7).

use crate::cli::batch::{self, Answer, Question, refusal, rejection, success};
use crate::cli::languages::{self, Syntax};
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::event::batch::matching_events;
use crate::ir::datetime;
use crate::schema::{Catalog, FieldType};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// Answers one question.
pub(super) fn answer(question: &Question) -> Answer {
    ask(question).unwrap_or_else(|refused| refused)
}

fn ask(question: &Question) -> Result<Answer, Answer> {
    let syntax = languages::asked(batch::text(question, "language")?)?;
    let query = batch::text(question, "query")?;
    let now = now(question)?;
    if let Some(error) = first_error(&(syntax.parse)(query)) {
        return Err(staged("parse", query, error));
    }
    on_events(syntax, query, question, now)
}

/// Runs a query of an event language.
fn on_events(syntax: &Syntax, query: &str, question: &Question, now: i64) -> Result<Answer, Answer> {
    let Some(Json::Array(events)) = question.get("events") else {
        return Err(refusal("missing-field", "`events` is no list"));
    };
    let catalog = catalog(question)?;
    match matching_events(syntax.language, query, events, &catalog, now) {
        Ok(matches) => Ok(success([("matches", json!(matches))])),
        Err(diagnostics) => Err(match first_error(&diagnostics) {
            Some(error) => staged("bind", query, error),
            None => refusal("not-run", "the query cannot be run"),
        }),
    }
}

/// The field types: the built-in ones and those of `"schema"`.
fn catalog(question: &Question) -> Result<Cow<'static, Catalog>, Answer> {
    let fields = match question.get("schema") {
        None | Some(Json::Null) => return Ok(Cow::Borrowed(Catalog::builtin())),
        Some(Json::Object(fields)) => fields,
        Some(_) => return Err(refusal("bad-field", "`schema` is not an object")),
    };
    let mut catalog = Catalog::default();
    for (name, ty) in fields {
        let Some(field) = ty.as_str().and_then(FieldType::from_name) else {
            return Err(refusal("bad-field", &format!("`schema` gives field `{name}` the unknown type {ty}")));
        };
        catalog.add_field(name, field);
    }
    Ok(Cow::Owned(catalog))
}

/// The time of `"now"` in ticks, else that of the clock.
fn now(question: &Question) -> Result<i64, Answer> {
    match question.get("now") {
        None | Some(Json::Null) => Ok(crate::cli::clock::now()),
        Some(Json::String(text)) => {
            datetime::parse_datetime(text).ok_or_else(|| refusal("bad-field", &format!("`now` is no point in time: `{text}`")))
        }
        Some(_) => Err(refusal("bad-field", "`now` is not a string")),
    }
}

fn first_error(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    diagnostics.iter().filter(|d| d.severity == Severity::Error).min_by_key(|d| d.primary.span.start)
}

fn staged(stage: &str, query: &str, error: &Diagnostic) -> Answer {
    let mut answer = Answer::from_iter([("ok".to_owned(), Json::Bool(false)), ("stage".to_owned(), Json::from(stage))]);
    answer.extend(rejection(query, error));
    answer
}
