//! `LIKE`, `RLIKE` and `REPLACE`: patterns made ready once, in the syntaxes of Lucene and Java.

use super::row;
use crate::functions::lucene_regex::from_lucene;
use crate::functions::row::{Row, prepared};
use crate::functions::{Args, Prepared};
use crate::ir::{Case, Value, regexes};
use regex::{Captures, Regex};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    prepared(&[], "(text: any, pattern: any...) -> bool", like, "elasticsearch/reference/query-languages/esql/functions-operators/operators: LIKE").esql(&["esql.like", "like"]),
    prepared(&[], "(text: any, pattern: any...) -> bool", rlike, "elasticsearch/reference/query-languages/esql/functions-operators/operators: RLIKE").esql(&["esql.rlike", "rlike"]),
    prepared(&[], "(text: any, regex: any, replacement: any) -> string", replace, "elasticsearch/reference/query-languages/esql/functions-operators/string-functions/replace").esql(&["esql.replace", "replace"]),
    row!("regex_escape", "(text: any) -> string", |args| Value::string(regex::escape(&args.text(0)))),
];

/// The patterns behind the first argument; all are constants (the grammar takes no others).
fn constants(constants: &[Option<Value>]) -> Result<Vec<String>, String> {
    let text = |value: &Option<Value>| match value {
        Some(Value::String(text)) => Ok(text.to_string()),
        _ => Err("a pattern is a constant text".to_owned()),
    };
    constants.iter().skip(1).map(text).collect()
}

/// The whole text must match one of the patterns; null and several values give null.
fn whole(patterns: Vec<String>) -> Result<Prepared, String> {
    let any = patterns.into_iter().map(|pattern| format!("(?:{pattern})")).collect::<Vec<_>>().join("|");
    let regex = build(&format!("^(?:{any})$"))?;
    Ok(Box::new(move |args: &Args<'_>| match args.value(0) {
        Value::Null | Value::Array(_) => Value::Null,
        _ => Value::Bool(regex.is_match(&args.text(0))),
    }))
}

/// `.` matches line breaks, as in Lucene's automata.
fn build(pattern: &str) -> Result<Regex, String> {
    regexes::compiled(&format!("(?s){pattern}"), Case::Sensitive).map_err(|_| format!("`{pattern}` is no regular expression"))
}

fn like(given: &[Option<Value>]) -> Result<Prepared, String> {
    whole(constants(given)?.iter().map(|pattern| from_wildcard(pattern)).collect())
}

fn rlike(given: &[Option<Value>]) -> Result<Prepared, String> {
    whole(constants(given)?.iter().map(|pattern| regex_of(pattern)).collect::<Result<_, _>>()?)
}

fn regex_of(pattern: &str) -> Result<String, String> {
    from_lucene(pattern, Case::Sensitive).map_err(|fault| format!("`{pattern}` is no regular expression that runs: {fault}"))
}

/// `*` is any text, `?` one character, a backslash takes their meaning away.
fn from_wildcard(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '\\' => out.push_str(&regex::escape(&chars.next().unwrap_or('\\').to_string())),
            c => out.push_str(&regex::escape(&c.to_string())),
        }
    }
    out
}

/// What `\w`, `\d` and `\s` hold in Java: characters of ASCII alone (docs.oracle.com, `java.util.regex.Pattern`).
const ASCII: &[(char, &str)] = &[('w', "0-9A-Za-z_"), ('d', "0-9"), ('s', r" \t\n\x0B\x0C\r")];

/// Rewrites a pattern of Java's, where the flag `(?U)` opens the classes to all scripts, into Rust's syntax.
///
/// # Errors
/// What Rust's engine cannot run.
pub fn of_replace(pattern: &str) -> Result<String, String> {
    let flags = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')).filter(|(flags, _)| flags.contains('U'));
    let written = match flags {
        Some((flags, rest)) => {
            let others = flags.replace('U', "");
            let flags = if others.is_empty() { others } else { format!("(?{others})") };
            flags + &respelled(rest, &[])?
        }
        None => respelled(pattern, ASCII)?,
    };
    build_java(&written).map(|_| written)
}

/// A pattern whose classes hold characters of all scripts: Grok's.
///
/// # Errors
/// What Rust's engine cannot run: look-around, back-references, atomic groups.
pub(super) fn from_java(pattern: &str) -> Result<Regex, String> {
    build_java(&respelled(pattern, &[])?)
}

/// Java's regular expressions as far as Rust has them: `\Q…\E`, `\h`, `\/` and the like are rewritten.
fn respelled(pattern: &str, classes: &[(char, &str)]) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('Q') => {
                    let rest: String = chars.by_ref().collect();
                    let (quoted, after) = rest.split_once("\\E").unwrap_or((&rest, ""));
                    out.push_str(&regex::escape(quoted));
                    return respelled(after, classes).map(|after| out + &after);
                }
                Some('h') => out.push_str(r"[ \t]"),
                Some('R') => out.push_str(r"(?:\r\n|[\n\r])"),
                Some('Z') => out.push_str(r"\z"),
                Some(escaped) if escaped.is_ascii_alphanumeric() => {
                    match classes.iter().find(|(name, _)| escaped.eq_ignore_ascii_case(name)) {
                        Some((name, held)) if escaped == *name && in_class => out.push_str(held),
                        Some((name, held)) => out.push_str(&format!("[{}{held}]", if escaped == *name { "" } else { "^" })),
                        None => out.extend(['\\', escaped]),
                    }
                }
                Some(escaped) => out.push_str(&regex::escape(&escaped.to_string())),
                None => return Err("the pattern ends in a backslash".to_owned()),
            },
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if chars.next_if_eq(&']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            // A quantifier behind a quantifier makes it possessive: the same match, where nothing behind it could take its text.
            '+' if out.ends_with(['+', '*', '?', '}']) && !in_class && !out.ends_with("\\+") => {}
            // Java reads a brace that begins no repetition as itself only where it is escaped; Rust does too.
            c => out.push(c),
        }
    }
    Ok(out)
}

fn build_java(pattern: &str) -> Result<Regex, String> {
    regexes::compiled(pattern, Case::Sensitive).map_err(|_| format!("`{pattern}` cannot be run as a regular expression"))
}

fn replace(given: &[Option<Value>]) -> Result<Prepared, String> {
    let ready = match given.get(1) {
        Some(Some(Value::String(pattern))) => Some(build_java(&of_replace(pattern)?)?),
        _ => None,
    };
    Ok(Box::new(move |args: &Args<'_>| {
        if !super::is_single(args) {
            return Value::Null;
        }
        let (text, replacement) = (args.text(0), args.text(2));
        let replaced = |regex: &Regex| Value::string(regex.replace_all(&text, |found: &Captures<'_>| expanded(&replacement, found)));
        match &ready {
            Some(regex) => replaced(regex),
            None => of_replace(&args.text(1)).and_then(|regex| build_java(&regex)).map_or(Value::Null, |regex| replaced(&regex)),
        }
    }))
}

/// `$1` is a group, a backslash takes the meaning from what follows (`Matcher.appendReplacement` of Java).
fn expanded(replacement: &str, found: &Captures<'_>) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' => match chars.peek().and_then(|digit| digit.to_digit(10)) {
                Some(group) => {
                    chars.next();
                    out.push_str(found.get(group as usize).map_or("", |group| group.as_str()));
                }
                None => out.push('$'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_escapes_and_possessive_quantifiers_run() {
        assert!(from_java(r"\$\{(\w++`){2,}\w++\}").unwrap().is_match("${a`b`c}"));
        assert!(from_java(r"\Qa.b\Ec").unwrap().is_match("a.bc"));
        assert!(from_java(r"(?!x)").is_err());
        assert_eq!(of_replace(r"[\w.]\D\s").unwrap(), r"[0-9A-Za-z_.][^0-9][ \t\n\x0B\x0C\r]");
        assert_eq!(of_replace(r"(?U)\w\d").unwrap(), r"\w\d");
    }
}
