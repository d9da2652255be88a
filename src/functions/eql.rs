//! The functions of EQL as Elasticsearch runs them: null in, null out; positions count from zero.
//!
//! A name that ends with `~` is the form that does not tell upper from lower case. Texts come out as dynamic, because a text that
//! is missing is null here and never "". The page is <https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref>.

use super::Args;
use super::args::long_or_null;
use super::row::{Row, eql};
use crate::ir::convert::to_text;
use crate::ir::text::fold_char;
use crate::ir::{Case, StringTest, Value, text};
use ipnet::IpNet;
use std::net::IpAddr;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    eql(&["between"], "(source: any, left: any, right: any, greedy?: any) -> dynamic", |args| between(args, Case::Sensitive)),
    eql(&["between~"], "(source: any, left: any, right: any, greedy?: any) -> dynamic", |args| between(args, Case::Insensitive)),
    eql(&["cidrMatch"], "(address: any, network: any...) -> bool", cidr_match),
    eql(&["concat"], "(value: any...) -> dynamic", concat),
    eql(&["endsWith"], "(source: any, part: any) -> bool", |args| test(args, StringTest::EndsWith, Case::Sensitive)),
    eql(&["endsWith~"], "(source: any, part: any) -> bool", |args| test(args, StringTest::EndsWith, Case::Insensitive)),
    eql(&["indexOf"], "(source: any, part: any, start?: any) -> long", |args| index_of(args, Case::Sensitive)),
    eql(&["indexOf~"], "(source: any, part: any, start?: any) -> long", |args| index_of(args, Case::Insensitive)),
    eql(&["length"], "(value: any) -> long", length),
    eql(&["modulo"], "(left: any, right: any) -> dynamic", modulo),
    eql(&["number"], "(text: any, base?: any) -> dynamic", number),
    eql(&["startsWith"], "(source: any, part: any) -> bool", |args| test(args, StringTest::StartsWith, Case::Sensitive)),
    eql(&["startsWith~"], "(source: any, part: any) -> bool", |args| test(args, StringTest::StartsWith, Case::Insensitive)),
    eql(&["string"], "(value: any) -> dynamic", |args| text_of(args.value(0)).map_or(Value::Null, Value::string)),
    eql(&["stringContains"], "(source: any, part: any) -> bool", |args| test(args, StringTest::Contains, Case::Sensitive)),
    eql(&["stringContains~"], "(source: any, part: any) -> bool", |args| test(args, StringTest::Contains, Case::Insensitive)),
    eql(&["substring"], "(source: any, start: any, end?: any) -> dynamic", substring),
];

/// A value as text; null has none.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(value.to_string()),
        Value::String(text) => Some(text.to_string()),
        other => Some(to_text(other, other.shown_type())),
    }
}

/// Two texts, if both are there.
fn texts(args: &Args<'_>) -> Option<(String, String)> {
    text_of(args.value(0)).zip(text_of(args.value(1)))
}

fn test(args: &Args<'_>, test: StringTest, case: Case) -> Value {
    texts(args).map_or(Value::Null, |(source, part)| Value::Bool(text::test(test, case, &source, &part)))
}

/// Finds characters in characters, from a position on.
fn find(source: &[char], part: &[char], from: usize, case: Case) -> Option<usize> {
    if part.is_empty() {
        return (from <= source.len()).then_some(from);
    }
    let same = |(a, b): (&char, &char)| match case {
        Case::Sensitive => a == b,
        Case::Insensitive => fold_char(*a) == fold_char(*b),
    };
    let found = source.get(from..)?.windows(part.len()).position(|window| window.iter().zip(part).all(same));
    found.map(|at| at + from)
}

/// The text between two others: up to the next right one, or greedily up to the last. A text that is not there leaves "" (eql/240).
fn between(args: &Args<'_>, case: Case) -> Value {
    let Some(((source, left), right)) = texts(args).zip(text_of(args.value(2))) else { return Value::Null };
    let chars = |text: &str| text.chars().collect::<Vec<char>>();
    let (source, left, right) = (chars(&source), chars(&left), chars(&right));
    let greedy = matches!(args.value(3), Value::Bool(true));
    let Some(start) = find(&source, &left, 0, case).map(|at| at + left.len()) else { return Value::string("") };
    let mut end = find(&source, &right, start, case);
    while let Some(next) = end.filter(|_| greedy && !right.is_empty()).and_then(|at| find(&source, &right, at + 1, case)) {
        end = Some(next);
    }
    let inner = end.and_then(|end| source.get(start..end)).unwrap_or_default();
    Value::string(inner.iter().collect::<String>())
}

fn cidr_match(args: &Args<'_>) -> Value {
    let Some(address) = text_of(args.value(0)) else { return Value::Null };
    let Ok(address) = address.parse::<IpAddr>() else { return Value::Bool(false) };
    let networks = args.values.iter().skip(1).filter_map(text_of).filter_map(|network| network.parse::<IpNet>().ok());
    Value::Bool(networks.into_iter().any(|network| network.contains(&address)))
}

fn concat(args: &Args<'_>) -> Value {
    args.values.iter().map(text_of).collect::<Option<String>>().map_or(Value::Null, Value::string)
}

fn index_of(args: &Args<'_>, case: Case) -> Value {
    let start = args.long(2).unwrap_or(0).max(0);
    let found = texts(args).and_then(|(source, part)| {
        let (source, part): (Vec<char>, Vec<char>) = (source.chars().collect(), part.chars().collect());
        find(&source, &part, usize::try_from(start).ok()?, case)
    });
    long_or_null(found.map(|at| at as i64))
}

/// Characters of a text; elements of an array.
fn length(args: &Args<'_>) -> Value {
    match args.value(0) {
        Value::Array(items) => Value::Long(items.len() as i64),
        value => long_or_null(text_of(value).map(|text| text.chars().count() as i64)),
    }
}

/// The remainder has the sign of the dividend.
fn modulo(args: &Args<'_>) -> Value {
    match (args.value(0), args.value(1)) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
            long_or_null(args.long(0).zip(args.long(1)).and_then(|(left, right)| left.checked_rem(right)))
        }
        _ => args.real(0).zip(args.real(1)).map_or(Value::Null, |(left, right)| Value::Real(left % right)),
    }
}

/// Text to a number: base 10, also with a fraction, or base 16, also behind `0x`.
fn number(args: &Args<'_>) -> Value {
    let Some(text) = text_of(args.value(0)) else { return Value::Null };
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let base = match (args.long(1), hexadecimal) {
        (Some(base), _) => u32::try_from(base).unwrap_or(0),
        (None, Some(_)) => 16,
        (None, None) => 10,
    };
    if !(2..=36).contains(&base) {
        return Value::Null;
    }
    let digits = hexadecimal.filter(|_| base == 16).unwrap_or(&text);
    let real = || digits.parse().ok().filter(|n: &f64| base == 10 && n.is_finite()).map_or(Value::Null, Value::Real);
    i64::from_str_radix(digits, base).map_or_else(|_| real(), Value::Long)
}

/// Characters from a position up to another; negative positions count from the end.
fn substring(args: &Args<'_>) -> Value {
    let Some(source) = text_of(args.value(0)).map(|text| text.chars().collect::<Vec<char>>()) else { return Value::Null };
    let Some(start) = args.long(1) else { return Value::Null };
    let length = source.len() as i64;
    let position = |at: i64| usize::try_from(if at < 0 { at.saturating_add(length) } else { at.min(length) }).unwrap_or(0);
    let end = args.long(2).unwrap_or(length);
    let inner = source.get(position(start)..position(end)).unwrap_or_default();
    Value::string(inner.iter().collect::<String>())
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::check;
    use crate::ir::Value;

    const NULL: Value = Value::Null;

    #[test]
    fn nothing_comes_of_what_is_missing() {
        for name in ["eql:length", "eql:string", "eql:number", "eql:startsWith~", "eql:between", "eql:cidrMatch", "eql:substring"] {
            check(name, &[NULL, "a".into(), "b".into()], NULL);
        }
        check("eql:concat", &["a".into(), NULL], NULL);
        check("eql:startsWith", &["a".into(), NULL], NULL);
    }

    #[test]
    fn positions_count_from_zero_and_from_the_end() {
        check("eql:indexOf", &["subdomain.example.com".into(), ".".into()], 9_i64);
        check("eql:indexOf", &["subdomain.example.com".into(), ".".into(), 10_i64.into()], 17_i64);
        check("eql:indexOf", &["a".into(), "b".into()], NULL);
        check("eql:indexOf~", &["aBC".into(), "bc".into()], 1_i64);
        check("eql:substring", &["start regsvr32.exe".into(), 6_i64.into()], "regsvr32.exe");
        check("eql:substring", &["start regsvr32.exe".into(), 0_i64.into(), 5_i64.into()], "start");
        check("eql:substring", &["start regsvr32.exe".into(), (-4_i64).into()], ".exe");
        check("eql:substring", &["start regsvr32.exe".into(), (-4_i64).into(), (-1_i64).into()], ".ex");
        check("eql:substring", &["abc".into(), 2_i64.into(), 1_i64.into()], "");
    }

    #[test]
    fn between_stops_at_the_first_right_text_unless_greedy() {
        let path = || Value::from("/workspace/dev/TestLogs/something.json");
        check("eql:between", &["welcome to event query language".into(), " ".into(), " ".into()], "to");
        check("eql:between", &["welcome to event query language".into(), " ".into(), " ".into(), true.into()], "to event query");
        check("eql:between~", &[path(), "DEV".into(), ".JSON".into()], "/TestLogs/something");
        check("eql:between", &[path(), "DEV".into(), ".json".into()], "");
    }

    #[test]
    fn numbers_have_a_base() {
        check("eql:number", &["1337".into()], 1337_i64);
        check("eql:number", &["42.5".into()], 42.5);
        check("eql:number", &["0xdeadbeef".into(), 16_i64.into()], 3_735_928_559_i64);
        check("eql:number", &["beef".into(), 16_i64.into()], 48_879_i64);
        check("eql:number", &["x".into()], NULL);
        check("eql:modulo", &[(-7_i64).into(), 3_i64.into()], -1_i64);
        check("eql:modulo", &[7_i64.into(), 0_i64.into()], NULL);
    }
}
