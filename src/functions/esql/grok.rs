//! `DISSECT` and `GROK`: one value for each key of a pattern. They are no functions in ES|QL; the commands are lowered to them.

use super::patterns;
use super::regexes::from_java;
use crate::functions::row::{Row, prepared};
use crate::functions::{Args, Prepared};
use crate::ir::Value;
use crate::ir::convert::{parse_long, parse_real};
use regex::Regex;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    prepared(&[], "(text: any, key: any, separator: any, pattern: any) -> string", dissect, "elasticsearch/reference/query-languages/esql/commands/dissect").esql(&["esql.dissect"]),
    prepared(&[], "(text: any, key: any, pattern: any...) -> dynamic", grok, "elasticsearch/reference/query-languages/esql/commands/grok").esql(&["esql.grok"]),
];

fn constant(constants: &[Option<Value>], at: usize) -> Result<String, String> {
    match constants.get(at) {
        Some(Some(Value::String(text))) => Ok(text.to_string()),
        _ => Err("the pattern is no constant text".to_owned()),
    }
}

/// A key of a dissect pattern with the delimiter behind it.
#[derive(Debug)]
struct Part {
    name: String,
    appends: bool,
    order: usize,
    padded: bool,
    delimiter: String,
}

/// A dissect pattern: the text before its first key, and its keys.
#[derive(Debug)]
pub struct Dissection {
    start: String,
    parts: Vec<Part>,
}

impl Dissection {
    /// Reads a pattern (`elasticsearch/reference/enrich-processor/dissect-processor`).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let (start, mut rest) = pattern.split_once("%{").ok_or("the pattern has no key")?;
        let mut parts: Vec<Part> = Vec::new();
        loop {
            let (key, after) = rest.split_once('}').ok_or("a key is not closed")?;
            let (delimiter, next) = after.split_once("%{").map_or((after, None), |(delimiter, next)| (delimiter, Some(next)));
            let (key, padded) = key.strip_suffix("->").map_or((key, false), |key| (key, true));
            let (key, appends) = key.strip_prefix('+').map_or((key, false), |key| (key, true));
            if key.starts_with(['*', '&']) {
                return Err("reference keys are not taken by ES|QL".to_owned());
            }
            let (key, order) = key.split_once('/').filter(|_| appends).map_or((key, 0), |(key, order)| (key, order.parse().unwrap_or(0)));
            let name = if key.starts_with('?') { "" } else { key };
            parts.push(Part { name: name.to_owned(), appends, order, padded, delimiter: delimiter.to_owned() });
            match next {
                Some(_) if delimiter.is_empty() => return Err("two keys stand without a delimiter between them".to_owned()),
                Some(next) => rest = next,
                None => return Ok(Self { start: start.to_owned(), parts }),
            }
        }
    }

    /// Returns the names of the keys, each once.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for part in self.parts.iter().filter(|part| !part.name.is_empty()) {
            if !keys.contains(&part.name.as_str()) {
                keys.push(&part.name);
            }
        }
        keys
    }

    /// Returns a regular expression and the number of its group that holds a key's text; none where several parts make the text.
    pub fn extraction(&self, key: &str) -> Option<(String, usize)> {
        let (at, part) = self.parts.iter().enumerate().find(|(_, part)| part.name == key)?;
        if part.appends || self.parts.iter().filter(|part| part.name == key).count() > 1 {
            return None;
        }
        let mut regex = format!("(?s)^{}", regex::escape(&self.start));
        for part in &self.parts {
            let delimiter = regex::escape(&part.delimiter);
            match (part.delimiter.is_empty(), part.padded) {
                (true, _) => regex.push_str("(.*)"),
                (false, false) => regex.push_str(&format!("(.*?){delimiter}")),
                (false, true) => regex.push_str(&format!("(.*?)(?:{delimiter})+")),
            }
        }
        Some((regex, at + 1))
    }

    /// Returns the text of a key; none where the text does not match.
    fn value(&self, text: &str, key: &str, separator: &str) -> Option<String> {
        let mut rest = text.strip_prefix(self.start.as_str())?;
        let mut found: Vec<(usize, &str)> = Vec::new();
        for part in &self.parts {
            let (value, after) = if part.delimiter.is_empty() { (rest, "") } else { rest.split_once(part.delimiter.as_str())? };
            rest = after;
            while part.padded && !part.delimiter.is_empty() {
                let Some(after) = rest.strip_prefix(part.delimiter.as_str()) else { break };
                rest = after;
            }
            if part.name == key {
                found.push((if part.appends { part.order } else { 0 }, value));
            }
        }
        found.sort_by_key(|(order, _)| *order);
        Some(found.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(separator))
    }
}

fn dissect(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let (key, separator) = (constant(constants, 1)?, constant(constants, 2)?);
    let dissection = Dissection::new(&constant(constants, 3)?)?;
    Ok(Box::new(move |args: &Args<'_>| match args.value(0) {
        Value::Null | Value::Array(_) => Value::Null,
        _ => dissection.value(&args.text(0), &key, &separator).map_or(Value::Null, Value::string),
    }))
}

/// A grok pattern as a regular expression with its captures.
#[derive(Debug)]
pub struct Grok {
    regex: Regex,
    captures: Vec<Capture>,
}

/// A capture of a grok pattern: field and type.
#[derive(Debug)]
struct Capture {
    field: String,
    ty: String,
}

/// Names that a pattern may expand; more are a pattern in a circle.
const MOST_NAMES: usize = 2000;

impl Grok {
    /// Reads a pattern.
    ///
    /// # Errors
    /// An unknown name, and what cannot be run as a regular expression.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let mut captures = Vec::new();
        let mut names = 0;
        let expanded = expand(pattern, &mut captures, &mut names)?;
        Ok(Self { regex: from_java(&expanded)?, captures })
    }

    /// Returns the fields, each once.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for capture in &self.captures {
            if !keys.contains(&capture.field.as_str()) {
                keys.push(&capture.field);
            }
        }
        keys
    }

    /// Tells whether a field is a number.
    pub fn is_number(&self, key: &str) -> bool {
        self.captures.iter().any(|capture| capture.field == key && !capture.ty.is_empty())
    }

    /// Returns the pattern as a regular expression and the number of the group that holds a field's text; none where several do or
    /// the field is no text.
    pub fn extraction(&self, key: &str) -> Option<(String, usize)> {
        let mut captures = self.captures.iter().enumerate().filter(|(_, capture)| capture.field == key);
        let (at, capture) = captures.next()?;
        if captures.next().is_some() || !capture.ty.is_empty() {
            return None;
        }
        let group = format!("g{at}");
        let number = self.regex.capture_names().position(|name| name == Some(group.as_str()))?;
        Some((self.regex.as_str().to_owned(), number))
    }

    /// Returns the values of a field where the pattern matches: several where it names the field several times.
    fn value(&self, text: &str, key: &str) -> Option<Value> {
        let found = self.regex.captures(text)?;
        let captures = self.captures.iter().enumerate().filter(|(_, capture)| capture.field == key);
        let values = captures.filter_map(|(at, capture)| typed(found.name(&format!("g{at}"))?.as_str(), &capture.ty));
        Some(Value::of_field(values.collect()))
    }
}

fn typed(text: &str, ty: &str) -> Option<Value> {
    match ty {
        "int" | "long" => parse_long(text).map(Value::Long),
        "float" | "double" => parse_real(text).map(Value::Real),
        "boolean" => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
        _ => Some(Value::string(text)),
    }
}

/// Replaces `%{NAME:field:type}` and `(?<field>` by numbered groups.
fn expand(pattern: &str, captures: &mut Vec<Capture>, names: &mut usize) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("%{")
            && let Some((inside, after)) = after.split_once('}')
        {
            *names += 1;
            let mut parts = inside.splitn(3, ':');
            let name = parts.next().unwrap_or_default();
            let regex =
                patterns::named(name).filter(|_| *names < MOST_NAMES).ok_or_else(|| format!("there is no grok pattern `{name}`"))?;
            match parts.next() {
                Some(field) => {
                    open(field, parts.next().unwrap_or_default(), captures, &mut out);
                }
                None => out.push_str("(?:"),
            }
            out.push_str(&expand(regex, captures, names)?);
            out.push(')');
            rest = after;
        } else if let Some((field, after)) =
            rest.strip_prefix("(?<").filter(|after| !after.starts_with(['=', '!'])).and_then(|after| after.split_once('>'))
        {
            open(field, "", captures, &mut out);
            rest = after;
        } else {
            let length = if c == '\\' { 1 + rest.chars().nth(1).map_or(0, char::len_utf8) } else { c.len_utf8() };
            let (taken, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            out.push_str(taken);
            rest = after;
        }
    }
    Ok(out)
}

fn open(field: &str, ty: &str, captures: &mut Vec<Capture>, out: &mut String) {
    out.push_str(&format!("(?P<g{}>", captures.len()));
    captures.push(Capture { field: field.to_owned(), ty: ty.to_owned() });
}

/// The first pattern that matches gives the values (`commands/grok`).
fn grok(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let key = constant(constants, 1)?;
    let patterns = (2..constants.len()).map(|at| Grok::new(&constant(constants, at)?)).collect::<Result<Vec<_>, _>>()?;
    Ok(Box::new(move |args: &Args<'_>| match args.value(0) {
        Value::Null | Value::Array(_) => Value::Null,
        _ => patterns.iter().find_map(|pattern| pattern.value(&args.text(0), &key)).unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, key: &str, expected: Option<&str>) {
        assert_eq!(Dissection::new(pattern).unwrap().value(text, key, "-").as_deref(), expected, "{pattern} on {text}");
    }

    #[test]
    fn keys_take_the_text_up_to_their_delimiter() {
        check("%{a} %{b}", "x y z", "b", Some("y z"));
        check("{%{?k}=%{a}, %{}}", "{n=1, m=2}", "a", Some("1"));
        check("%{a->} %{b}", "x    y", "b", Some("y"));
        check("%{+a/2} %{+a/1}", "x y", "a", Some("y-x"));
        check("%{}id=%{a},", "z id=7, more", "a", Some("7"));
        check("%{a}=%{b}", "none", "b", None);
    }

    #[test]
    fn every_named_pattern_builds() {
        for name in ["URI", "TIMESTAMP_ISO8601", "HTTPDATE", "EMAILADDRESS", "SYSLOGPROG", "QS", "MAC", "PATH", "LOGLEVEL"] {
            Grok::new(&format!("%{{{name}}}")).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_field_named_twice_has_several_values() {
        let grok = Grok::new("%{WORD:w} %{INT:n:int} (?<w>.+)").unwrap();
        assert_eq!(grok.value("a 5 b", "w"), Some(Value::array(vec!["a".into(), "b".into()])));
        assert_eq!(grok.value("a 5 b", "n"), Some(Value::Long(5)));
        assert_eq!(grok.value("5", "n"), None);
        assert!(Grok::new("%{NOPE:x}").is_err());
    }
}
