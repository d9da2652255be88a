//! Functions on text. Positions count from 1, in characters.

use super::{row, strict, values_of};
use crate::functions::row::Row;
use crate::functions::{Args, encoding, hash};
use crate::ir::{Type, Value, convert, json};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("length", "(text: any) -> long", strict!(|args: &Args<'_>| count(args.text(0).chars().count()))),
    row!("byte_length", "(text: any) -> long", strict!(|args: &Args<'_>| count(args.text(0).len()))),
    row!("bit_length", "(text: any) -> long", strict!(|args: &Args<'_>| count(args.text(0).len() * 8))),
    row!("concat", "(text: any...) -> string", strict!(|args: &Args<'_>| Value::string((0..args.values.len()).map(|at| args.text(at)).collect::<String>()))),
    row!("to_lower", "(text: any) -> string", |args| each(args, str::to_lowercase)),
    row!("to_upper", "(text: any) -> string", |args| each(args, str::to_uppercase)),
    row!("trim", "(text: any) -> string", strict!(|args: &Args<'_>| Value::string(args.text(0).trim()))),
    row!("ltrim", "(text: any) -> string", strict!(|args: &Args<'_>| Value::string(args.text(0).trim_start()))),
    row!("rtrim", "(text: any) -> string", strict!(|args: &Args<'_>| Value::string(args.text(0).trim_end()))),
    row!("reverse", "(text: any) -> string", strict!(|args: &Args<'_>| Value::string(args.text(0).chars().rev().collect::<String>()))),
    row!("substring", "(text: any, start: any, length?: any) -> string", strict!(substring)),
    row!("left", "(text: any, length: any) -> string", strict!(|args: &Args<'_>| Value::string(args.text(0).chars().take(positive(args, 1)).collect::<String>()))),
    row!("right", "(text: any, length: any) -> string", strict!(right)),
    row!("starts_with", "(text: any, prefix: any) -> bool", strict!(|args: &Args<'_>| Value::Bool(args.text(0).starts_with(&*args.text(1))))),
    row!("ends_with", "(text: any, suffix: any) -> bool", strict!(|args: &Args<'_>| Value::Bool(args.text(0).ends_with(&*args.text(1))))),
    row!("contains", "(text: any, part: any) -> bool", strict!(|args: &Args<'_>| Value::Bool(args.text(0).contains(&*args.text(1))))),
    row!("locate", "(text: any, part: any, start?: any) -> long", strict!(locate)),
    row!("repeat", "(text: any, times: any) -> string", strict!(|args: &Args<'_>| repeated(&args.text(0), args.long(1)))),
    row!("space", "(times: any) -> string", strict!(|args: &Args<'_>| repeated(" ", args.long(0)))),
    row!("split", "(text: any, delimiter: any) -> dynamic", strict!(split)),
    row!("url_encode", "(text: any) -> string", strict!(encoding::url_encode)),
    row!("url_encode_component", "(text: any) -> string", strict!(encoding::percent_encode)),
    row!("url_decode", "(text: any) -> string", strict!(encoding::url_decode)),
    row!("to_base64", "(text: any) -> string", strict!(encoding::base64_encode_tostring)),
    row!("from_base64", "(text: any) -> string", strict!(encoding::base64_decode_tostring)),
    row!("md5", "(text: any) -> string", strict!(hash::hash_md5)),
    row!("sha1", "(text: any) -> string", strict!(hash::hash_sha1)),
    row!("sha256", "(text: any) -> string", strict!(hash::hash_sha256)),
    row!("hash", "(algorithm: any, text: any) -> string", strict!(hashed)),
    row!("json_extract", "(document: any, path: any) -> dynamic", json_extract),
];

/// `TO_LOWER` and `TO_UPPER` take several values and change each (`functions-operators/string-functions/to_lower`).
fn each(args: &Args<'_>, change: fn(&str) -> String) -> Value {
    let changed = |value: &Value| Value::string(change(&convert::to_text(value, Type::Dynamic)));
    Value::of_field(values_of(args.value(0)).iter().map(changed).collect())
}

fn count(n: usize) -> Value {
    i64::try_from(n).map_or(Value::Null, Value::Long)
}

fn positive(args: &Args<'_>, at: usize) -> usize {
    args.long(at).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

/// A start of 0 counts as 1, a negative one from the end (`string-functions/substring`).
fn substring(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = match args.long(1).unwrap_or(1) {
        n if n > 0 => n - 1,
        0 => 0,
        n => (length + n).max(0),
    };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let taken = if args.values.len() > 2 { positive(args, 2) } else { usize::MAX };
    Value::string(text.chars().skip(start).take(taken).collect::<String>())
}

fn right(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let skipped = text.chars().count().saturating_sub(positive(args, 1));
    Value::string(text.chars().skip(skipped).collect::<String>())
}

/// The position of the first occurrence from `start` on, 0 where there is none (`string-functions/locate`).
fn locate(args: &Args<'_>) -> Value {
    let (text, part) = (args.text(0), args.text(1));
    let skipped = args.long(2).and_then(|start| usize::try_from(start - 1).ok()).unwrap_or(0);
    let from = text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
    let found = text.get(from..).and_then(|rest| rest.find(&*part)).and_then(|at| text.get(..from + at));
    found.map_or(Value::Long(0), |before| count(before.chars().count() + 1))
}

/// Elasticsearch refuses results beyond 1 MB (`Repeat.MAX_REPEATED_LENGTH`).
fn repeated(text: &str, times: Option<i64>) -> Value {
    const MOST: usize = 1 << 20;
    let times = times.and_then(|times| usize::try_from(times).ok());
    times.filter(|times| text.len().saturating_mul(*times) <= MOST).map_or(Value::Null, |times| Value::string(text.repeat(times)))
}

fn split(args: &Args<'_>) -> Value {
    let (text, delimiter) = (args.text(0), args.text(1));
    let pieces = match &*delimiter {
        "" => vec![Value::string(&*text)],
        delimiter => text.split(delimiter).map(Value::string).collect(),
    };
    Value::of_field(pieces)
}

fn hashed(args: &Args<'_>) -> Value {
    let text = Args { values: args.values.get(1..).unwrap_or_default(), types: args.types.get(1..).unwrap_or_default(), ..*args };
    match args.text(0).to_ascii_uppercase().as_str() {
        "MD5" => hash::hash_md5(&text),
        "SHA" | "SHA1" | "SHA-1" => hash::hash_sha1(&text),
        "SHA256" | "SHA-256" => hash::hash_sha256(&text),
        _ => Value::Null,
    }
}

/// A value of a JSON document by path: `a.b[0].c`, `$.a.b`, `['a.b']`; objects and arrays come as text (`string-functions/json_extract`).
fn json_extract(args: &Args<'_>) -> Value {
    let parsed = match args.value(0) {
        Value::String(text) => json::parse(text),
        document @ Value::Object(_) => Some(document.clone()),
        _ => None,
    };
    let (Some(document), path) = (parsed, args.text(1)) else { return Value::Null };
    let path = path.strip_prefix('$').unwrap_or(&path);
    match inside(&document, path.strip_prefix('.').unwrap_or(path)) {
        Some(found @ (Value::Array(_) | Value::Object(_))) => Value::string(json::print(found)),
        Some(found) => found.clone(),
        None => Value::Null,
    }
}

/// Follows a path; a name with dots may be one key.
fn inside<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        let found = match (value, index.parse::<usize>()) {
            (Value::Array(items), Ok(index)) => items.get(index),
            _ => value.member(index.trim_matches(['\'', '"'])),
        };
        return inside(found?, rest.strip_prefix('.').unwrap_or(rest));
    }
    let ends = path.char_indices().filter(|(_, c)| matches!(c, '.' | '[')).map(|(at, _)| at).chain([path.len()]);
    let mut ends: Vec<usize> = ends.collect();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let rest = path.get(end..)?;
        inside(value.member(path.get(..end)?)?, rest.strip_prefix('.').unwrap_or(rest))
    })
}
