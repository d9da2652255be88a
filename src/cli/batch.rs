//! `--batch`: JSON Lines in, one JSON line out for each, in order (design §7).
//!
//! A line that cannot be answered is answered with `"ok": false` and never ends the run. What is waiting is answered on all cores;
//! a program that asks one question at a time gets each answer before it asks the next.

use super::Failure;
use crate::diagnostic::Diagnostic;
use crate::report::Position;
use crate::report::json::json_line;
use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::io::{self, BufRead as _, Write as _};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Lines answered together at most.
const ROUND: usize = 512;

/// A question: the fields of its line.
pub(super) type Question = Map<String, Json>;

/// The fields of an answer besides `id`.
pub(super) type Answer = Map<String, Json>;

/// Answers every line of standard input with `answer`.
pub(super) fn run(answer: impl Fn(&Question) -> Answer + Sync) -> Result<(), Failure> {
    let (sender, receiver) = sync_channel(2 * ROUND);
    // The thread ends with the process where the input stays open after the output was closed.
    thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            let last = line.is_err();
            if sender.send(line).is_err() || last {
                break;
            }
        }
    });
    let mut out = io::BufWriter::new(io::stdout().lock());
    while let Some(lines) = waiting(&receiver)? {
        let answers: Vec<String> = lines.par_iter().filter_map(|line| respond(line, &answer)).collect();
        for line in answers {
            out.write_all(line.as_bytes())?;
        }
        out.flush()?;
    }
    Ok(())
}

/// Returns the lines that have come in, at least one; `None` at the end of the input.
fn waiting(receiver: &Receiver<io::Result<Vec<u8>>>) -> Result<Option<Vec<Vec<u8>>>, Failure> {
    let Ok(first) = receiver.recv() else { return Ok(None) };
    let more = receiver.try_iter().take(ROUND - 1);
    let lines: Result<Vec<_>, _> = std::iter::once(first).chain(more).collect();
    lines.map(Some).map_err(|error| Failure::new(format!("cannot read standard input: {error}")))
}

/// Answers one line; blank lines have no answer.
fn respond(line: &[u8], answer: impl Fn(&Question) -> Answer) -> Option<String> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return None;
    }
    let (id, rest) = match serde_json::from_slice::<Json>(line) {
        Ok(Json::Object(question)) => (question.get("id").cloned().unwrap_or_default(), answer(&question)),
        Ok(_) => (Json::Null, refusal("bad-line", "the line is not a JSON object")),
        Err(error) => (Json::Null, refusal("bad-line", &format!("the line is not JSON: {error}"))),
    };
    let mut all = Map::from_iter([("id".to_owned(), id)]);
    all.extend(rest);
    Some(json_line(&Json::Object(all)))
}

/// Returns a field that must be a string.
pub(super) fn text<'q>(question: &'q Question, field: &str) -> Result<&'q str, Answer> {
    match question.get(field) {
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(refusal("bad-field", &format!("`{field}` is not a string"))),
        None => Err(refusal("missing-field", &format!("`{field}` is missing"))),
    }
}

/// Builds an answer of a question that went well.
pub(super) fn success(fields: impl IntoIterator<Item = (&'static str, Json)>) -> Answer {
    let ok = std::iter::once(("ok", Json::Bool(true)));
    ok.chain(fields).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Builds an answer that says only why there is none.
pub(super) fn refusal(code: &str, message: &str) -> Answer {
    object(json!({ "ok": false, "code": code, "message": message }))
}

/// Builds an answer from the diagnostic that stands in the way; spans count bytes of `text`.
pub(super) fn rejection(text: &str, diagnostic: &Diagnostic) -> Answer {
    let place = Position::of(text, diagnostic.primary.span.start);
    object(json!({
        "ok": false,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "offset": place.offset,
        "line": place.line,
        "column": place.column,
    }))
}

fn object(value: Json) -> Answer {
    match value {
        Json::Object(fields) => fields,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Question, respond, success, text};
    use serde_json::json;

    fn echo(question: &Question) -> Answer {
        match text(question, "query") {
            Ok(query) => success([("length", json!(query.len()))]),
            Err(answer) => answer,
        }
    }

    fn check(line: &str, expected: &str) {
        assert_eq!(respond(line.as_bytes(), echo).map(|answer| answer.trim_end().to_owned()).unwrap_or_default(), expected);
    }

    #[test]
    fn an_answer_begins_with_the_id_of_its_question() {
        check(r#"{"query": "abc", "id": 7}"#, r#"{"id":7,"ok":true,"length":3}"#);
        check(r#"{"id": {"deep": [1]}, "query": ""}"#, r#"{"id":{"deep":[1]},"ok":true,"length":0}"#);
    }

    #[test]
    fn bad_lines_are_answered_too() {
        check("", "");
        check("[1]", r#"{"id":null,"ok":false,"code":"bad-line","message":"the line is not a JSON object"}"#);
        check(r#"{"id": 1}"#, r#"{"id":1,"ok":false,"code":"missing-field","message":"`query` is missing"}"#);
        check(r#"{"id": 1, "query": 2}"#, r#"{"id":1,"ok":false,"code":"bad-field","message":"`query` is not a string"}"#);
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_answered_too() {
        let answer = respond(b"{\"id\": \"\xff\"}", echo).unwrap();
        assert!(answer.starts_with(r#"{"id":null,"ok":false,"code":"bad-line""#), "{answer}");
    }
}
