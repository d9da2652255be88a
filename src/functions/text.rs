//! Text functions: joining, cutting, searching, replacing.
//!
//! What works with regular expressions is in `regexes`.

use super::Naming;
use super::row::{Row, prepared, scalar};
use super::{Args, Prepared};
use crate::ir::convert::{to_long, to_text};
use crate::ir::{Case, StringTest, Type, Value};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["strcat"], "(arg: any[1..64]) -> string", strcat, "kusto/query/strcat-function"),
    scalar(
        &["strcat_array", "array_strcat"],
        "(array: array, delimiter: any) -> string",
        strcat_array,
        "kusto/query/strcat-array-function",
    ),
    scalar(&["strcat_delim"], "(delimiter: any, arg: any[2..64]) -> string", strcat_delim, "kusto/query/strcat-delim-function"),
    scalar(&["strcmp"], "(s1: any, s2: any) -> long", strcmp, "kusto/query/strcmp-function"),
    scalar(&["strrep"], "(value: any, multiplier: long, delimiter?: any) -> string", strrep, "kusto/query/strrep-function"),
    scalar(&["strlen"], "(string: text) -> long", strlen, "kusto/query/strlen-function").named(Naming::Prefixed("strlen")),
    scalar(&["string_size"], "(string: text) -> long", string_size, "kusto/query/string-size-function")
        .named(Naming::Prefixed("string_size")),
    scalar(&["toupper"], "(value: any) -> string", toupper, "kusto/query/toupper-function"),
    scalar(&["tolower"], "(value: any) -> string", tolower, "kusto/query/tolower-function"),
    scalar(
        &["unicode_codepoints_from_string", "to_utf8"],
        "(value: any) -> dynamic",
        unicode_codepoints_from_string,
        "kusto/query/unicode-codepoints-from-string-function",
    ),
    scalar(&["substring"], "(string: any, start: integer, length?: integer) -> string", substring, "kusto/query/substring-function"),
    scalar(&["regex_quote"], "(string: any) -> string", regex_quote, "kusto/query/regex-quote-function"),
    scalar(
        &["indexof"],
        "(string: any, match: any, start?: integer, length?: integer, occurrence?: const integer) -> long",
        indexof,
        "kusto/query/indexof-function",
    ),
    scalar(&["has_any_index"], "(source: text, values: array) -> long", has_any_index, "kusto/query/has-any-index-function"),
    scalar(&["reverse"], "(value: any) -> string", reverse, "kusto/query/reverse-function"),
    scalar(&["split"], "(source: any, delimiter: string, requestedIndex?: integer) -> dynamic", split, "kusto/query/split-function")
        .named(Naming::FirstArgument),
    scalar(
        &["replace_string"],
        "(text: string, lookup: string, rewrite: string) -> string",
        replace_string,
        "kusto/query/replace-string-function",
    ),
    scalar(
        &["replace_strings"],
        "(text: string, lookups: array, rewrites: array) -> string",
        replace_strings,
        "kusto/query/replace-strings-function",
    ),
    prepared(&["countof"], "(source: string, search: string, kind?: literal string) -> long", countof, "kusto/query/countof-function"),
    scalar(
        &["translate"],
        "(searchList: string, replacementList: string, source: string) -> string",
        translate,
        "kusto/query/translate-function",
    ),
    scalar(
        &["unicode_codepoints_to_string", "make_string"],
        "(value: integer-or-array...) -> string",
        unicode_codepoints_to_string,
        "kusto/query/unicode-codepoints-to-string-function",
    ),
    scalar(&["isascii"], "(value: any) -> bool", isascii, "kusto/query/isascii"),
    scalar(&["isutf8"], "(value: any) -> bool", isutf8, "kusto/query/isutf8-function"),
];

/// The number of code points (emu/strlen-function-02, k2s/0806).
fn strlen(args: &Args<'_>) -> Value {
    Value::Long(args.text(0).chars().count() as i64)
}

fn string_size(args: &Args<'_>) -> Value {
    Value::Long(args.text(0).len() as i64)
}

/// Case mappings keep the number of characters: `ß` has no upper case.
fn simple(c: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    if mapped.len() == 1 { mapped.next().unwrap_or(c) } else { c }
}

fn toupper(args: &Args<'_>) -> Value {
    Value::string(args.text(0).chars().map(|c| simple(c, c.to_uppercase())).collect::<String>())
}

fn tolower(args: &Args<'_>) -> Value {
    Value::string(args.text(0).chars().map(|c| simple(c, c.to_lowercase())).collect::<String>())
}

fn reverse(args: &Args<'_>) -> Value {
    Value::string(args.text(0).chars().rev().collect::<String>())
}

fn strcat(args: &Args<'_>) -> Value {
    Value::string((0..args.values.len()).map(|at| args.text(at)).collect::<String>())
}

fn strcat_delim(args: &Args<'_>) -> Value {
    let parts: Vec<_> = (1..args.values.len()).map(|at| args.text(at)).collect();
    Value::string(parts.join(&args.text(0)))
}

/// Joins an array's elements; null elements print as `null` (loco/DynamicTests.ArrayIif3).
fn strcat_array(args: &Args<'_>) -> Value {
    let Some(items) = args.array(0) else { return Value::string("") };
    let text = |item: &Value| if item.is_null() { "null".to_owned() } else { to_text(item, Type::Dynamic) };
    Value::string(items.iter().map(text).collect::<Vec<_>>().join(&args.text(1)))
}

fn strcmp(args: &Args<'_>) -> Value {
    Value::Long(args.text(0).as_bytes().cmp(args.text(1).as_bytes()) as i64)
}

/// Repeats a text, at most 1024 times (`strrep-function`).
fn strrep(args: &Args<'_>) -> Value {
    let count = args.long(1).unwrap_or(0).clamp(0, 1024) as usize;
    Value::string(vec![args.text(0); count].join(&args.text(2)))
}

/// Counts from 0, from the end if negative; a start before the text gives "" (k2s/0357, k2s/0818).
fn substring(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let length = text.chars().count() as i64;
    let Some(start) = args.long(1) else { return Value::string("") };
    let start = if start < 0 { start.saturating_add(length) } else { start };
    let take = if args.values.len() > 2 { args.long(2).unwrap_or(0) } else { length };
    if start < 0 || take < 0 {
        return Value::string("");
    }
    Value::string(text.chars().skip(start as usize).take(take as usize).collect::<String>())
}

fn regex_quote(args: &Args<'_>) -> Value {
    Value::string(regex::escape(&args.text(0)))
}

/// With an index it gives a one-element array, null where there is no such part (k2s/0361, emu/split-function-00).
fn split(args: &Args<'_>) -> Value {
    let (text, delimiter) = (args.text(0), args.text(1));
    let parts = if delimiter.is_empty() { vec![&*text] } else { text.split(&*delimiter).collect() };
    if args.values.len() < 3 {
        return Value::array(parts.into_iter().map(Value::string).collect());
    }
    let Some(index) = args.long(2).and_then(|n| usize::try_from(n).ok()) else { return Value::Null };
    parts.get(index).map_or(Value::Null, |part| Value::array(vec![Value::string(part)]))
}

/// Replaces characters by those at the same place of the second list; the last one stands in where that is shorter.
fn translate(args: &Args<'_>) -> Value {
    let from: Vec<char> = args.text(0).chars().collect();
    let to: Vec<char> = args.text(1).chars().collect();
    let replace = |c: char| match from.iter().position(|f| *f == c) {
        None => Some(c),
        Some(at) => to.get(at).or(to.last()).copied(),
    };
    Value::string(args.text(2).chars().filter_map(replace).collect::<String>())
}

/// The match must begin within the range of `start` and `length`; the documentation wants it to end there too
/// (emu/indexof-function-00). An empty lookup is null (k2s/0742).
fn indexof(args: &Args<'_>) -> Value {
    let (text, lookup) = (args.text(0), args.text(1));
    if lookup.is_empty() {
        return Value::Null;
    }
    let Some(range) = SearchRange::of(args, text.chars().count() as i64) else { return Value::Null };
    let starts = text.char_indices().enumerate().filter(|(_, (at, _))| text.get(*at..).is_some_and(|rest| rest.starts_with(&*lookup)));
    Value::Long(range.pick(starts.map(|(at, _)| at as i64)))
}

/// The optional `start`, `length` and `occurrence` of `indexof` and its kin.
pub(super) struct SearchRange {
    start: i64,
    end: i64,
    occurrence: i64,
}

impl SearchRange {
    /// Reads arguments 2 to 4; `None` where one is out of its domain, which makes the result null.
    pub(super) fn of(args: &Args<'_>, length: i64) -> Option<Self> {
        let given = |position: usize, default: i64| if args.values.len() > position { args.long(position) } else { Some(default) };
        let (start, count, occurrence) = (given(2, 0)?, given(3, -1)?, given(4, 1)?);
        if count < -1 || occurrence < 0 {
            return None;
        }
        let start = if start < 0 { (start + length).max(0) } else { start };
        let end = if count == -1 { i64::MAX } else { start.saturating_add(count) };
        Some(Self { start, end, occurrence: occurrence.max(1) })
    }

    /// Returns the wanted occurrence among positions in ascending order, -1 where there are not so many.
    pub(super) fn pick(&self, positions: impl Iterator<Item = i64>) -> i64 {
        let mut inside = positions.filter(|at| (self.start..self.end).contains(at));
        inside.nth((self.occurrence - 1) as usize).unwrap_or(-1)
    }
}

fn has_any_index(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let Some(items) = args.array(1) else { return Value::Null };
    let found = items.iter().position(|item| {
        let needle = to_text(item, Type::Dynamic);
        crate::ir::text::test(StringTest::Has, Case::Insensitive, &text, &needle)
    });
    Value::Long(found.map_or(-1, |at| at as i64))
}

fn replace_string(args: &Args<'_>) -> Value {
    let (text, lookup) = (args.text(0), args.text(1));
    if lookup.is_empty() { Value::string(text) } else { Value::string(text.replace(&*lookup, &args.text(2))) }
}

/// The lookups are replaced one after the other, but never inside what was replaced before (emu/replace-strings-function-00, -02).
fn replace_strings(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let (Some(lookups), Some(rewrites)) = (args.array(1), args.array(2)) else { return Value::string(text) };
    if lookups.len() != rewrites.len() {
        return Value::string("");
    }
    let pairs = lookups.iter().zip(rewrites).filter_map(|(a, b)| Some((a.as_str()?, b.as_str()?))).filter(|(a, _)| !a.is_empty());
    let mut pieces: Vec<Piece<'_>> = vec![Piece::Original(&text)];
    for (lookup, rewrite) in pairs {
        pieces = pieces.into_iter().flat_map(|piece| piece.replaced(lookup, rewrite)).collect();
    }
    Value::string(pieces.iter().map(|piece| piece.text()).collect::<String>())
}

/// A part of a text while its lookups are replaced.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Original(&'a str),
    Replaced(&'a str),
}

impl<'a> Piece<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Original(text) | Self::Replaced(text) => text,
        }
    }

    fn replaced(self, lookup: &str, rewrite: &'a str) -> Vec<Self> {
        let Self::Original(text) = self else { return vec![self] };
        let mut pieces: Vec<Self> = text.split(lookup).flat_map(|part| [Self::Original(part), Self::Replaced(rewrite)]).collect();
        pieces.pop();
        pieces
    }
}

/// Plain matches may overlap, regex matches do not (`countof-function`).
fn countof(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let is_regex = constants.get(2).and_then(Option::as_ref).is_some_and(|kind| kind.as_str() == Some("regex"));
    if is_regex {
        let regex = super::regexes::Regexes::prepare(constants, 1, str::to_owned)?;
        return Ok(Box::new(move |args| {
            regex.with(args, |regex| Value::Long(regex.find_iter(&args.text(0)).count() as i64)).unwrap_or(Value::Null)
        }));
    }
    Ok(Box::new(|args| {
        let (text, search) = (args.text(0), args.text(1));
        let count = if search.is_empty() {
            0
        } else {
            text.char_indices().filter(|(at, _)| text.get(*at..).is_some_and(|r| r.starts_with(&*search))).count()
        };
        Value::Long(count as i64)
    }))
}

fn isascii(args: &Args<'_>) -> Value {
    Value::Bool(args.text(0).is_ascii())
}

/// Text is always UTF-8 here.
fn isutf8(_: &Args<'_>) -> Value {
    Value::Bool(true)
}

fn unicode_codepoints_from_string(args: &Args<'_>) -> Value {
    Value::array(args.text(0).chars().map(|c| Value::Long(i64::from(u32::from(c)))).collect())
}

fn unicode_codepoints_to_string(args: &Args<'_>) -> Value {
    let mut out = String::new();
    let mut push = |value: &Value| {
        let c = to_long(value).and_then(|n| char::from_u32(u32::try_from(n).ok()?));
        out.extend(c);
    };
    for value in args.values {
        match value {
            Value::Array(items) => items.iter().for_each(&mut push),
            other => push(other),
        }
    }
    Value::string(out)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn substrings_count_code_points_and_from_the_end() {
        check("substring", &["héllo".into(), 1_i64.into(), 2_i64.into()], "él");
        check("substring", &["hello".into(), (-2_i64).into()], "lo");
        check("substring", &["hello".into(), (-9_i64).into(), 3_i64.into()], "");
    }

    #[test]
    fn a_split_with_an_index_is_an_array_of_one() {
        check("split", &["a,b".into(), ",".into()], array(["a", "b"]));
        check("split", &["a,b".into(), ",".into(), 1_i64.into()], array(["b"]));
        check("split", &["a,b".into(), ",".into(), 2_i64.into()], Value::Null);
    }

    #[test]
    fn indexof_looks_for_the_start_of_the_match() {
        check("indexof", &["one two one".into(), "one".into(), 1_i64.into()], 8_i64);
        check("indexof", &["one two one".into(), "two".into(), 1_i64.into(), 4_i64.into()], 4_i64);
        check("indexof", &["one two one".into(), "one".into(), 0_i64.into(), (-1_i64).into(), 2_i64.into()], 8_i64);
        check("indexof", &["one".into(), "".into()], Value::Null);
    }

    #[test]
    fn joining_prints_every_type() {
        check("strcat", &["a".into(), 1_i64.into(), 2.0.into(), Value::Null, true.into()], "a12.0True");
        check("strcat_array", &[Value::array(vec![1_i64.into(), "x".into(), Value::Null]), "-".into()], "1-x-null");
    }

    #[test]
    fn replacing_several_texts_takes_the_first_that_matches() {
        check("replace_strings", &["abcab".into(), array(["ab", "b"]), array(["b", "2"])], "bcb");
        check("replace_strings", &["this".into(), array(["is", "this"]), array(["at", "x"])], "that");
        check("translate", &["abc".into(), "xy".into(), "cabd".into()], "yxyd");
    }
}
