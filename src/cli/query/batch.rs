//! One question of `query --batch` (design §7).

use super::data::Data;
use super::{esql, kusto};
use crate::cli::batch::{self, Answer, Question, refusal, rejection, success};
use crate::cli::languages::{self, Syntax};
use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::event::batch::matches;
use crate::eval::{self, Settings, Table};
use crate::ir::{Column, Language, Type, Value, datetime};
use crate::schema::{Catalog, FieldType};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Answers one question; `forced` is the language of all questions, where the command line says it.
pub(super) fn answer(question: &Question, forced: Option<&'static Syntax>) -> Answer {
    ask(question, forced).unwrap_or_else(|refused| refused)
}

fn ask(question: &Question, forced: Option<&'static Syntax>) -> Result<Answer, Answer> {
    let syntax = match forced {
        Some(syntax) => syntax,
        None => languages::asked(batch::text(question, "language")?)?,
    };
    let query = batch::text(question, "query")?;
    let now = now(question)?;
    match syntax.language {
        Language::Kusto => {
            let data = Data::of_tables(tables(question)?);
            rows_of(query, kusto::run(query, Catalog::builtin(), data.schemas(), &data, &Settings::at(now)), |column, _| column.ty.name())
        }
        Language::Esql => {
            let mut data = Data::of_tables(tables(question)?);
            data.add_documents(events(question)?.to_vec());
            let catalog = catalog(question)?;
            rows_of(query, esql::run(query, &data, &catalog, &Settings::at(now)), esql::type_name)
        }
        _ => on_events(syntax, query, question, now),
    }
}

/// The rows of a query; `type_name` is what its language calls a column's type.
fn rows_of(
    query: &str,
    answered: Result<kusto::Answered, kusto::Refused>,
    type_name: fn(&Column, &[&Value]) -> &'static str,
) -> Result<Answer, Answer> {
    match answered {
        Ok(answer) => {
            let Table { columns, rows } = &answer.table;
            let row = |row: &Vec<Value>| row.iter().zip(columns).map(|(value, column)| eval::json::to_json(value, column.ty)).collect();
            let typed = |(at, column): (usize, &Column)| {
                let values: Vec<&Value> = rows.iter().filter_map(|row| row.get(at)).collect();
                json!([column.name, type_name(column, &values)])
            };
            let names: Json = columns.iter().enumerate().map(typed).collect();
            Ok(success([("columns", names), ("rows", rows.iter().map(row).collect::<Vec<Json>>().into())]))
        }
        Err(refused) => Err(match first_error(&refused.diagnostics) {
            Some(error) => staged(refused.stage, query, error),
            None => refusal("not-run", "the query cannot be run"),
        }),
    }
}

/// A table of a question as it is written.
#[derive(Deserialize)]
struct Given {
    columns: Vec<(String, String)>,
    rows: Vec<Vec<Json>>,
}

fn tables(question: &Question) -> Result<BTreeMap<Arc<str>, Arc<Table>>, Answer> {
    let Some(given) = question.get("tables").filter(|tables| !tables.is_null()) else { return Ok(BTreeMap::new()) };
    let malformed = |error: &dyn std::fmt::Display| refusal("bad-field", &format!("`tables` is not as the protocol has it: {error}"));
    let given: BTreeMap<String, Given> = serde_json::from_value(given.clone()).map_err(|error| malformed(&error))?;
    let read = |(name, given): (String, Given)| {
        let columns: Result<Vec<Column>, Answer> = given
            .columns
            .iter()
            .map(|(column, ty)| {
                Type::from_name(ty).map(|ty| Column::new(column, ty)).ok_or_else(|| malformed(&format!("no type is named `{ty}`")))
            })
            .collect();
        let columns = columns?;
        let row = |row: &Vec<Json>| {
            let cell = |(at, column): (usize, &Column)| eval::json::from_json(row.get(at).unwrap_or(&Json::Null), column.ty);
            columns.iter().enumerate().map(cell).collect()
        };
        let rows = given.rows.iter().map(row).collect();
        Ok((Arc::from(name.as_str()), Arc::new(Table { columns, rows })))
    };
    given.into_iter().map(read).collect()
}

/// Runs a query of an event language.
fn on_events(syntax: &Syntax, query: &str, question: &Question, now: i64) -> Result<Answer, Answer> {
    if let Some(error) = first_error(&(syntax.parse)(query)) {
        return Err(staged("parse", query, error));
    }
    let catalog = catalog(question)?;
    match matches(syntax.language, query, events(question)?, &catalog, now) {
        Ok(matches) => Ok(success([("matches", json!(matches))])),
        Err(diagnostics) => Err(match first_error(&diagnostics) {
            Some(error) => staged("bind", query, error),
            None => refusal("not-run", "the query cannot be run"),
        }),
    }
}

fn events(question: &Question) -> Result<&[Json], Answer> {
    match question.get("events") {
        Some(Json::Array(events)) => Ok(events),
        _ => Err(refusal("missing-field", "`events` is no list")),
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
