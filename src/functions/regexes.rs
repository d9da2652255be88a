//! Functions that take a regular expression (Rust `regex` syntax, `kusto/query/regex`); it is compiled once a plan.

use super::args::text_or_empty;
use super::row::{Row, prepared};
use super::text::SearchRange;
use super::{Args, Prepared};
use crate::ir::convert::{convert, to_long};
use crate::ir::{Case, Type, Value, regexes};
use regex::Regex;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    prepared(
        &["indexof_regex"],
        "(string: any, match: const any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        indexof_regex,
        "kusto/query/indexof-regex-function",
    ),
    prepared(
        &["extract"],
        "(regex: const string, captureGroup: long, source: string) -> string | (regex: const string, captureGroup: long, source: string, typeLiteral: literal typeof) -> typeof",
        extract,
        "kusto/query/extract-function",
    ),
    prepared(
        &["extract_all", "extractall"],
        "(regex: const string, source: string) -> dynamic | (regex: const string, captureGroups: array, source: string) -> dynamic",
        extract_all,
        "kusto/query/extract-all-function",
    ),
    prepared(
        &["replace"],
        "(regex: const string, rewrite: const string, source: string) -> string",
        replace,
        "Kusto.Language 12.4.1, Functions",
    ),
    prepared(
        &["replace_regex"],
        "(source: string, lookup_regex: const string, rewrite_pattern: const string) -> string",
        replace_regex,
        "kusto/query/replace-regex-function",
    ),
    prepared(&["trim_start"], "(regex: const string, source: string) -> string", trim_start, "kusto/query/trim-start-function"),
    prepared(&["trim_end"], "(regex: const string, source: string) -> string", trim_end, "kusto/query/trim-end-function"),
    prepared(&["trim"], "(regex: const string, source: string) -> string", trim, "kusto/query/trim-function"),
];

/// A regular expression that is compiled once where its pattern is constant.
pub(super) struct Regexes {
    position: usize,
    wrap: fn(&str) -> String,
    compiled: Option<Regex>,
}

impl Regexes {
    /// Compiles the pattern at `position` after `wrap`; refuses a constant that does not compile.
    pub(super) fn prepare(constants: &[Option<Value>], position: usize, wrap: fn(&str) -> String) -> Result<Self, String> {
        let constant = constants.get(position).and_then(Option::as_ref).and_then(Value::as_str);
        let compiled = constant.map(|pattern| compile(&wrap(pattern))).transpose()?;
        Ok(Self { position, wrap, compiled })
    }

    /// Runs `f` with the expression; `None` where a pattern that is not constant does not compile.
    pub(super) fn with<T>(&self, args: &Args<'_>, f: impl FnOnce(&Regex) -> T) -> Option<T> {
        match &self.compiled {
            Some(regex) => Some(f(regex)),
            None => compile(&(self.wrap)(&args.text(self.position))).ok().map(|regex| f(&regex)),
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    regexes::compiled(pattern, Case::Sensitive)
        .map_err(|error| format!("invalid regular expression: {}", error.to_string().lines().last().unwrap_or_default()))
}

fn as_is(pattern: &str) -> String {
    pattern.to_owned()
}

/// No match gives "" for a string and null for other types (emu/extract-function-00, k2s/0371).
fn extract(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 0, as_is)?;
    Ok(Box::new(move |args| {
        let text = args.text(2);
        let group = args.long(1).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let found = regex.with(args, |regex| regex.captures(&text).and_then(|c| c.get(group)).map(|m| m.as_str().to_owned()));
        let found = found.flatten();
        match args.result {
            Type::String | Type::Unknown => text_or_empty(found),
            ty => found.map_or(Value::Null, |text| convert(&Value::string(text), Type::String, ty)),
        }
    }))
}

/// One group: an array of texts; several: an array of arrays; no match: null (k2s/0372, k2s/1280).
fn extract_all(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 0, as_is)?;
    Ok(Box::new(move |args| {
        let text = args.text(args.values.len().saturating_sub(1));
        let wanted = if args.values.len() > 2 { args.array(1) } else { None };
        let all = |regex: &Regex| -> Vec<Value> {
            let groups: Vec<Group> = match wanted {
                Some(items) => items.iter().map(Group::of).collect(),
                None => (1..regex.captures_len()).map(Group::Number).collect(),
            };
            regex.captures_iter(&text).map(|captures| one_match(&captures, &groups)).collect()
        };
        match regex.with(args, all) {
            Some(found) if !found.is_empty() => Value::array(found),
            _ => Value::Null,
        }
    }))
}

/// A capture group by number or name.
enum Group {
    Number(usize),
    Name(String),
}

impl Group {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(name) => Self::Name(name.to_string()),
            other => Self::Number(to_long(other).and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX)),
        }
    }
}

fn one_match(captures: &regex::Captures<'_>, groups: &[Group]) -> Value {
    let text = |group: &Group| {
        let found = match group {
            Group::Number(number) => captures.get(*number),
            Group::Name(name) => captures.name(name),
        };
        Value::string(found.map_or("", |m| m.as_str()))
    };
    match groups {
        [] => Value::string(captures.get(0).map_or("", |m| m.as_str())),
        [group] => text(group),
        groups => Value::array(groups.iter().map(text).collect()),
    }
}

fn replace(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 0, as_is)?;
    Ok(Box::new(move |args| replaced(&regex, args, 1, 2)))
}

fn replace_regex(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 1, as_is)?;
    Ok(Box::new(move |args| replaced(&regex, args, 2, 0)))
}

fn replaced(regex: &Regexes, args: &Args<'_>, rewrite: usize, source: usize) -> Value {
    let (text, rewrite) = (args.text(source), args.text(rewrite));
    let replace = |regex: &Regex| {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for captures in regex.captures_iter(&text) {
            let Some(whole) = captures.get(0) else { continue };
            out.push_str(text.get(from..whole.start()).unwrap_or_default());
            expand(&rewrite, &captures, &mut out);
            from = whole.end();
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Value::string(out)
    };
    regex.with(args, replace).unwrap_or_else(|| Value::string(&*text))
}

/// Writes a rewrite pattern: `\0` is the match, `\1` to `\9` its groups, `\\` a backslash (`replace-regex-function`).
fn expand(rewrite: &str, captures: &regex::Captures<'_>, out: &mut String) {
    let mut chars = rewrite.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).unwrap_or(0) as usize;
                out.push_str(captures.get(group).map_or("", |m| m.as_str()));
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
}

fn at_start(pattern: &str) -> String {
    format!("^(?:{pattern})")
}

fn at_end(pattern: &str) -> String {
    format!("(?:{pattern})$")
}

/// Removes one match at the start (k2s/0363).
fn trim_start(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 0, at_start)?;
    Ok(Box::new(move |args| Value::string(cut_start(&regex, args, &args.text(1)))))
}

/// Removes one match at the end.
fn trim_end(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 0, at_end)?;
    Ok(Box::new(move |args| Value::string(cut_end(&regex, args, &args.text(1)))))
}

/// Removes one match at each end.
fn trim(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let start = Regexes::prepare(constants, 0, at_start)?;
    let end = Regexes::prepare(constants, 0, at_end)?;
    Ok(Box::new(move |args| {
        let text = args.text(1);
        Value::string(cut_end(&end, args, cut_start(&start, args, &text)))
    }))
}

fn cut_start<'t>(regex: &Regexes, args: &Args<'_>, text: &'t str) -> &'t str {
    let end = regex.with(args, |regex| regex.find(text).map(|m| m.end())).flatten();
    end.and_then(|end| text.get(end..)).unwrap_or(text)
}

fn cut_end<'t>(regex: &Regexes, args: &Args<'_>, text: &'t str) -> &'t str {
    let start = regex.with(args, |regex| regex.find(text).map(|m| m.start())).flatten();
    start.and_then(|start| text.get(..start)).unwrap_or(text)
}

fn indexof_regex(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let regex = Regexes::prepare(constants, 1, as_is)?;
    Ok(Box::new(move |args| {
        let text = args.text(0);
        if args.long(2).is_some_and(|start| start < 0) {
            return Value::Null;
        }
        let Some(range) = SearchRange::of(args, text.chars().count() as i64) else { return Value::Null };
        let position = |byte: usize| text.get(..byte).map_or(0, |before| before.chars().count() as i64);
        regex.with(args, |regex| Value::Long(range.pick(regex.find_iter(&text).map(|m| position(m.start()))))).unwrap_or(Value::Null)
    }))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn extract_without_a_match_is_empty() {
        check("extract", &[r"id=(\d+)".into(), 1_i64.into(), "id=42;".into()], "42");
        check("extract", &[r"id=(\d+)".into(), 1_i64.into(), "none".into()], "");
        check("extract", &[r"id=(\d+)".into(), 2_i64.into(), "id=1".into()], "");
    }

    #[test]
    fn extract_all_nests_only_several_groups() {
        check("extract_all", &[r"(\d)".into(), "a1b2".into()], array(["1", "2"]));
        check("extract_all", &[r"([a-z])(\d)".into(), "a1b2".into()], array([array(["a", "1"]), array(["b", "2"])]));
        check("extract_all", &[r"(\d)".into(), "none".into()], Value::Null);
    }

    #[test]
    fn trimming_takes_one_match_off_each_end() {
        check("trim", &["-".into(), "--a--".into()], "-a-");
        check("trim", &["-+".into(), "--a--".into()], "a");
        check("trim_end", &["-".into(), "a--".into()], "a-");
    }

    #[test]
    fn rewrites_name_groups_with_a_backslash() {
        check("replace_regex", &["a=1".into(), r"(\w)=(\w)".into(), r"\2-\1".into()], "1-a");
        check("replace", &[r"\d".into(), "#".into(), "a1b2".into()], "a#b#");
    }
}
