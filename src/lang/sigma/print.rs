//! Sigma's trees to YAML, in the layout of SigmaHQ's rules: four spaces, texts in single quotes, the condition last.

use super::ast::{Detection, Item, Search, SearchKind, Value, ValueKind};
use super::condition;

/// Prints what stands under `detection:`, indented by `indent` spaces; reading it gives the same tree again.
pub fn print(detection: &Detection, indent: usize) -> String {
    let mut out = String::new();
    for selection in &detection.selections {
        entry(&scalar(&selection.name.value, false), &selection.search, indent, &mut out);
    }
    if let Some(timeframe) = &detection.timeframe {
        write_line(indent, &format!("timeframe: {}", scalar(&timeframe.value, false)), &mut out);
    }
    match detection.conditions.as_slice() {
        [only] => write_line(indent, &format!("condition: {}", scalar(&condition::print(only), false)), &mut out),
        several => {
            write_line(indent, "condition:", &mut out);
            for one in several {
                write_line(indent + 4, &format!("- {}", scalar(&condition::print(one), false)), &mut out);
            }
        }
    }
    out
}

fn entry(key: &str, search: &Search, indent: usize, out: &mut String) {
    match &search.kind {
        SearchKind::Keyword(value) => write_line(indent, &format!("{key}: {}", self::value(value)), out),
        SearchKind::All(items) if items.is_empty() => write_line(indent, &format!("{key}: {{}}"), out),
        SearchKind::Any(list) if list.is_empty() => write_line(indent, &format!("{key}: []"), out),
        _ => {
            write_line(indent, &format!("{key}:"), out);
            body(search, indent + 4, out);
        }
    }
}

fn body(search: &Search, indent: usize, out: &mut String) {
    match &search.kind {
        SearchKind::Keyword(value) => write_line(indent, &self::value(value), out),
        SearchKind::All(items) => items.iter().for_each(|one| item(one, indent, out)),
        SearchKind::Any(list) => list.iter().for_each(|element| dashed(element, indent, out)),
    }
}

/// An element of a list: its first line begins with the dash.
fn dashed(element: &Search, indent: usize, out: &mut String) {
    let mut inner = String::new();
    match &element.kind {
        SearchKind::All(items) if items.is_empty() => write_line(indent + 2, "{}", &mut inner),
        SearchKind::Any(list) if list.is_empty() => write_line(indent + 2, "[]", &mut inner),
        _ => body(element, indent + 2, &mut inner),
    }
    let mut first = true;
    for text in inner.lines() {
        if first {
            write_line(indent, &format!("- {}", text.trim_start()), out);
        } else {
            write_line(0, text, out);
        }
        first = false;
    }
}

fn item(item: &Item, indent: usize, out: &mut String) {
    let mut key = item.field.clone().unwrap_or_default();
    for modifier in &item.modifiers {
        key.push('|');
        key.push_str(modifier.value.name());
    }
    let key = scalar(&key, false);
    match item.values.as_slice() {
        [only] if !item.is_list => write_line(indent, &format!("{key}: {}", value(only)), out),
        [] => write_line(indent, &format!("{key}: []"), out),
        values => {
            write_line(indent, &format!("{key}:"), out);
            for one in values {
                write_line(indent + 4, &format!("- {}", value(one)), out);
            }
        }
    }
}

fn write_line(indent: usize, text: &str, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(text);
    out.push('\n');
}

fn value(value: &Value) -> String {
    match &value.kind {
        ValueKind::Text(text) => scalar(text, true),
        ValueKind::Integer(n) => n.to_string(),
        ValueKind::Real(n) => format!("{n:?}"),
        ValueKind::Bool(b) => b.to_string(),
        ValueKind::Null => "null".to_owned(),
    }
}

/// Writes a text as a YAML scalar on one line: plain where nothing speaks against it, else in single quotes, else in double ones.
pub(super) fn scalar(text: &str, is_value: bool) -> String {
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')) {
        return serde_json::to_string(text)
            .unwrap_or_default()
            .replace('\u{7f}', "\\u007f")
            .replace('\u{85}', "\\u0085")
            .replace('\u{FEFF}', "\\uFEFF");
    }
    if !is_value && is_plain(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Names and conditions: words that YAML takes for nothing else.
fn is_plain(text: &str) -> bool {
    let starts_as_word = text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '(')
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(" of "));
    let inner = text.chars().all(|c| c.is_alphanumeric() || "_-. |*()/\\".contains(c)) && !text.ends_with(' ');
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    starts_as_word && inner && !reserved.iter().any(|word| text.eq_ignore_ascii_case(word))
}
