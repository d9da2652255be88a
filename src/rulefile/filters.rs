//! Elastic's `filters`: Elasticsearch query DSL, as far as rules use it, to predicates.

use super::ReadContext;
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type, Value};
use crate::lang::lucene;
use crate::lang::lucene_regex::matching;
use crate::schema::FieldKind;
use crate::source::Span;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// Filters stand outside the query text and have no place in it.
const NOWHERE: Span = Span { start: 0, end: 0 };

type Object = Map<String, Json>;

/// Reads a filter; `None` for one that is switched off. The error is the clause that is not understood.
pub(super) fn read(filter: &Json, context: &ReadContext<'_>) -> Result<Option<Expr>, String> {
    let meta = |key: &str| filter.get("meta").and_then(|m| m.get(key)).and_then(Json::as_bool).unwrap_or(false);
    if meta("disabled") {
        return Ok(None);
    }
    // Older filters have the clause beside `meta`, newer ones under `query` (kibana, kbn-es-query/src/filters).
    let predicate = if let Some(query) = filter.get("query") {
        clause(query, context)?
    } else {
        let own = filter.as_object().into_iter().flatten().filter(|(key, _)| !matches!(key.as_str(), "meta" | "$state"));
        clause(&Json::Object(own.map(|(k, v)| (k.clone(), v.clone())).collect()), context)?
    };
    Ok(Some(if meta("negate") { Expr::negation(predicate, NOWHERE) } else { predicate }))
}

fn clause(json: &Json, context: &ReadContext<'_>) -> Result<Expr, String> {
    let Some((name, body)) = json.as_object().filter(|o| o.len() == 1).and_then(|o| o.iter().next()) else {
        return Err(json.to_string());
    };
    let unknown = || name.clone();
    match name.as_str() {
        "exists" => body.get("field").and_then(Json::as_str).map(exists).ok_or_else(unknown),
        "bool" => boolean(body.as_object().ok_or_else(unknown)?, context),
        "match_phrase" | "match" | "term" => single(body, &["query", "value"]).map(|(f, v, _)| equals(f, v, context)).ok_or_else(unknown),
        "wildcard" => single(body, &["value", "wildcard"]).and_then(|(f, v, options)| wildcard(f, v, options)).ok_or_else(unknown),
        "terms" => {
            let (field, values) = body.as_object().and_then(|o| o.iter().next()).ok_or_else(unknown)?;
            let values = values.as_array().ok_or_else(unknown)?;
            Ok(Expr::any(values.iter().map(|v| equals(field, v, context)), NOWHERE))
        }
        "prefix" => single(body, &["value"]).and_then(|(f, v, options)| prefix(f, v, options)).ok_or_else(unknown),
        "regexp" => single(body, &["value"]).and_then(|(f, v, options)| regexp(f, v, options)).ok_or_else(unknown),
        "range" => range(body).ok_or_else(unknown),
        "nested" => nested(body, context),
        "match_all" => Ok(Expr::literal(true, Type::Bool, NOWHERE)),
        "match_none" => Ok(Expr::literal(false, Type::Bool, NOWHERE)),
        "query_string" => query_string(body, context).ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn exists(field: &str) -> Expr {
    Expr::field_matches(field, Matcher::Exists, NOWHERE)
}

/// One object of an array satisfies the whole query (elastic.co, "Nested query"); fields inside are named from the root.
fn nested(body: &Json, context: &ReadContext<'_>) -> Result<Expr, String> {
    let path = body.get("path").and_then(Json::as_str).ok_or("nested")?;
    let inner = clause(body.get("query").ok_or("nested")?, context)?;
    let matcher = Matcher::Nested(Box::new(relative(&inner, &format!("{path}.")).ok_or("nested")?));
    Ok(Expr::field_matches(path, matcher, NOWHERE))
}

/// Names fields as one of the nested objects does; `None` where one stands outside of them.
fn relative(expr: &Expr, path: &str) -> Option<Expr> {
    let mut is_inside = true;
    let mut inner = expr.map_children(&mut |child| {
        relative(child, path).unwrap_or_else(|| {
            is_inside = false;
            child.clone()
        })
    });
    if let ExprKind::Match { field: FieldRef::Field(name), .. } = &mut inner.kind {
        *name = name.strip_prefix(path)?.into();
    }
    is_inside.then_some(inner)
}

/// Takes `{field: value}` or `{field: {query: value, …}}` apart.
fn single<'a>(body: &'a Json, value_keys: &[&str]) -> Option<(&'a str, &'a Json, Option<&'a Object>)> {
    let (field, value) = body.as_object().filter(|o| o.len() == 1)?.iter().next()?;
    match value.as_object() {
        Some(options) => Some((field, value_keys.iter().find_map(|key| options.get(*key))?, Some(options))),
        None => Some((field, value, None)),
    }
}

fn equals(field: &str, value: &Json, context: &ReadContext<'_>) -> Expr {
    let analysed = context.catalog.field(field).is_some_and(|f| f.kind == FieldKind::Text);
    let matcher = match value.as_str() {
        Some(text) if analysed => Matcher::Text { text: text.into(), phrase: true },
        _ => Matcher::Equals { value: Value::from_json(value), case: Case::Sensitive },
    };
    Expr::field_matches(field, matcher, NOWHERE)
}

fn case(options: Option<&Object>) -> Case {
    let insensitive = options.and_then(|o| o.get("case_insensitive")).and_then(Json::as_bool).unwrap_or(false);
    if insensitive { Case::Insensitive } else { Case::Sensitive }
}

fn prefix(field: &str, value: &Json, options: Option<&Object>) -> Option<Expr> {
    let parts = vec![PatternPart::Text(value.as_str()?.into()), PatternPart::Many];
    Some(Expr::field_matches(field, Matcher::Wildcard { pattern: Pattern { parts }, case: case(options) }, NOWHERE))
}

/// Lucene's expressions cover the whole value, with all optional operators unless `flags` says less (elastic.co, "Regexp query").
fn regexp(field: &str, value: &Json, options: Option<&Object>) -> Option<Expr> {
    let flags = options.and_then(|options| options.get("flags")).and_then(Json::as_str).unwrap_or_default();
    let kind = matching(FieldRef::Field(field.into()), value.as_str()?, case(options));
    matches!(flags, "" | "ALL").then(|| Expr::new(kind, Type::Bool, NOWHERE))
}

/// Lucene's query string without options that change how it is read.
fn query_string(body: &Json, context: &ReadContext<'_>) -> Option<Expr> {
    let options = body.as_object()?;
    let plain = options.keys().all(|key| matches!(key.as_str(), "query" | "analyze_wildcard" | "time_zone"));
    let parsed = lucene::parse(options.get("query").filter(|_| plain)?.as_str()?).ok()?;
    Some(lucene::lower(&parsed, &|name| context.catalog.field(name).unwrap_or_default()))
}

fn wildcard(field: &str, value: &Json, options: Option<&Object>) -> Option<Expr> {
    let case = case(options);
    Some(Expr::field_matches(field, Matcher::Wildcard { pattern: pattern(value.as_str()?), case }, NOWHERE))
}

/// Takes a pattern apart: `*`, `?`, and a backslash before what stands for itself.
fn pattern(text: &str) -> Pattern {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let wild = match c {
            '*' => PatternPart::Many,
            '?' => PatternPart::One,
            _ => {
                literal.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
                continue;
            }
        };
        flush(&mut literal, &mut parts);
        parts.push(wild);
    }
    flush(&mut literal, &mut parts);
    Pattern { parts }
}

fn flush(literal: &mut String, parts: &mut Vec<PatternPart>) {
    if !literal.is_empty() {
        parts.push(PatternPart::Text(Arc::from(std::mem::take(literal))));
    }
}

/// Reads `bool`. `should` counts only where it must: alone, or with a minimum of one (elastic.co, Boolean query).
fn boolean(body: &Object, context: &ReadContext<'_>) -> Result<Expr, String> {
    let clauses = |key: &str| -> Result<Vec<Expr>, String> {
        match body.get(key) {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => items.iter().map(|item| clause(item, context)).collect(),
            Some(one) => Ok(vec![clause(one, context)?]),
        }
    };
    if let Some(key) = body.keys().find(|k| !matches!(k.as_str(), "must" | "filter" | "should" | "must_not" | "minimum_should_match")) {
        return Err(format!("bool.{key}"));
    }
    let mut all = clauses("must")?;
    all.extend(clauses("filter")?);
    let should = clauses("should")?;
    match body.get("minimum_should_match").map(|n| n.as_i64().or_else(|| n.as_str()?.parse().ok())) {
        Some(Some(1)) if !should.is_empty() => all.push(Expr::any(should, NOWHERE)),
        None if all.is_empty() && !should.is_empty() => all.push(Expr::any(should, NOWHERE)),
        None | Some(Some(0)) => {}
        Some(_) => return Err("bool.minimum_should_match".to_owned()),
    }
    all.extend(clauses("must_not")?.into_iter().map(|e| Expr::negation(e, NOWHERE)));
    Ok(Expr::all(all, NOWHERE))
}

fn range(body: &Json) -> Option<Expr> {
    const BOUNDS: [(&str, Comparison); 4] =
        [("gt", Comparison::Gt), ("gte", Comparison::Ge), ("lt", Comparison::Lt), ("lte", Comparison::Le)];
    let (field, bounds) = body.as_object().filter(|o| o.len() == 1)?.iter().next()?;
    let bounds = bounds.as_object()?;
    let compare = |(key, value): (&String, &Json)| {
        let op = BOUNDS.iter().find(|(name, _)| name == key)?.1;
        Some(Expr::field_matches(field, Matcher::Compare { op, value: Value::from_json(value) }, NOWHERE))
    };
    Some(Expr::all(bounds.iter().map(compare).collect::<Option<Vec<_>>>()?, NOWHERE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(filter: &str, expected: Result<&str, &str>) {
        let json = serde_json::from_str(filter).unwrap();
        let read = read(&json, &ReadContext::builtin());
        match expected {
            Ok(part) => assert!(format!("{:?}", read.as_ref().unwrap()).contains(part), "{read:?}"),
            Err(clause) => assert_eq!(read, Err(clause.to_owned())),
        }
    }

    #[test]
    fn filters_become_predicates_or_name_what_is_unknown() {
        check(r#"{"meta":{"negate":true},"query":{"wildcard":{"file.path":{"value":"C:\\\\a*","case_insensitive":true}}}}"#, Ok("Not"));
        check(r#"{"exists":{"field":"a.b"},"meta":{}}"#, Ok("Exists"));
        check(r#"{"meta":{"disabled":true},"query":{"x":1}}"#, Ok("None"));
        check(r#"{"query":{"bool":{"should":[{"term":{"a":1}},{"terms":{"b":["x","y"]}}],"minimum_should_match":1}}}"#, Ok("Or"));
        check(r#"{"query":{"range":{"n":{"gte":3}}}}"#, Ok("Ge"));
        check(r#"{"query":{"prefix":{"a":{"value":"x","case_insensitive":true}}}}"#, Ok("Insensitive"));
        check(r#"{"query":{"regexp":{"a":"x.*"}}}"#, Ok("anchored: true"));
        check(r#"{"query":{"query_string":{"query":"a:x OR b:y"}}}"#, Ok("Or"));
        check(r#"{"query":{"query_string":{"query":"x","default_operator":"AND"}}}"#, Err("query_string"));
        check(r#"{"query":{"script":{"source":"x"}}}"#, Err("script"));
    }
}
