//! JSON paths: `$.a.b[0]['c d']`.

use crate::functions::args::text_or_empty;
use crate::functions::{Args, Prepared};
use crate::ir::convert::{convert, to_text};
use crate::ir::{Type, Value, json};

/// One step of a path.
#[derive(Debug)]
enum Step {
    Member(String),
    Element(usize),
}

/// The value at a path, as text or of the type asked for.
pub(super) fn extract_json(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let Some(path) = constants.first().and_then(Option::as_ref).and_then(Value::as_str) else {
        return Err("the path must be constant".to_owned());
    };
    // A path that is none leads nowhere; rules in use hold some.
    let steps = parse(path);
    Ok(Box::new(move |args: &Args<'_>| {
        let root = json::parse(&args.text(1));
        let found =
            root.as_ref().zip(steps.as_ref()).and_then(|(root, steps)| steps.iter().try_fold(root, |value, step| take(value, step)));
        match args.result {
            Type::String | Type::Unknown => text_or_empty(found.map(|value| to_text(value, Type::Dynamic))),
            ty => found.map_or(Value::Null, |value| convert(value, Type::Dynamic, ty)),
        }
    }))
}

fn take<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match (value, step) {
        (_, Step::Member(name)) => value.member(name),
        (Value::Array(items), Step::Element(at)) => items.get(*at),
        _ => None,
    }
}

fn parse(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (inside, after) = after.split_once(']')?;
            let inside = inside.trim();
            let quoted = ['\'', '"'].iter().find_map(|quote| inside.strip_prefix(*quote)?.strip_suffix(*quote));
            steps.push(match quoted {
                Some(name) => Step::Member(name.to_owned()),
                None => Step::Element(inside.parse().ok()?),
            });
            rest = after;
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            if name.is_empty() || name == "*" {
                return None;
            }
            steps.push(Step::Member(name.to_owned()));
            rest = after;
        }
    }
    Some(steps)
}
