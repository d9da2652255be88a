//! Lucene's tree to a query string on one line.

use super::ast::{Clause, Conjunction, Prefix, Query, Value};
use super::text::{write_pattern, write_phrase, write_word};

/// Prints a query; parsing the text gives the same tree again.
pub fn print(query: &Query) -> String {
    let mut out = String::new();
    for (at, one) in query.clauses.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        clause(one, &mut out);
    }
    out
}

fn clause(clause: &Clause, out: &mut String) {
    out.push_str(match clause.conjunction {
        Some(Conjunction::And) => "AND ",
        Some(Conjunction::Or) => "OR ",
        None => "",
    });
    out.push_str(match clause.prefix {
        Some(Prefix::Not) => "NOT ",
        Some(Prefix::Must) => "+",
        Some(Prefix::MustNot) => "-",
        None => "",
    });
    if let Some(field) = &clause.field {
        write_pattern(&field.value, out);
        out.push(':');
    }
    value(&clause.value, out);
    if let Some(distance) = &clause.fuzzy {
        out.push('~');
        out.push_str(distance.as_deref().unwrap_or(""));
    }
    if let Some(weight) = &clause.boost {
        out.push('^');
        out.push_str(weight);
    }
}

fn value(value: &Value, out: &mut String) {
    match value {
        Value::Term(pattern) => write_pattern(pattern, out),
        Value::Phrase(text) => write_phrase(text, out),
        Value::Regex(regex) => out.extend(["/", &regex.replace('/', "\\/"), "/"]),
        Value::Group(query) => out.extend(["(", &print(query), ")"]),
        Value::Range { from, to } => {
            out.push(if from.as_ref().is_none_or(|(_, inclusive)| *inclusive) { '[' } else { '{' });
            bound(from.as_ref(), out);
            out.push_str(" TO ");
            bound(to.as_ref(), out);
            out.push(if to.as_ref().is_none_or(|(_, inclusive)| *inclusive) { ']' } else { '}' });
        }
    }
}

fn bound(end: Option<&(String, bool)>, out: &mut String) {
    match end {
        None => out.push('*'),
        Some((text, _)) if text.is_empty() => out.push_str("\"\""),
        Some((text, _)) => write_word(text, out),
    }
}
