//! ES|QL's texts: escapes of one pair of quotes, none in three, backticks for names.

use crate::source::quoted;

/// Reads a text as written (`QUOTED_STRING` of the lexer: `\t`, `\n`, `\r`, `\"` and `\\`).
pub(super) fn read(written: &str) -> String {
    if let Some(inner) = written.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) {
        return inner.to_owned();
    }
    let Some(inner) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return written.to_owned() };
    let mut text = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some(escape)) => {
                chars.next();
                text.push(match escape {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                });
            }
            (c, _) => text.push(c),
        }
    }
    text
}

/// Reads a name in backticks; two stand for one.
pub(super) fn read_backticks(written: &str) -> String {
    written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap_or(written).replace("``", "`")
}

/// Writes a text in quotes; in three where it was read so and can be again.
pub(super) fn write(text: &str, raw: bool, out: &mut String) {
    if raw && !text.contains("\"\"\"") && !text.contains(['\r', '\n']) && !text.ends_with('"') {
        out.extend(["\"\"\"", text, "\"\"\""]);
        return;
    }
    quoted::write(text, |_| None, out);
}

/// Writes a dotted name, with backticks around the parts that need them.
pub(super) fn write_name(text: &str, is_pattern: bool, out: &mut String) {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || (is_pattern && c == '*');
    let is_plain = |part: &str| {
        let rest = part.strip_prefix('@').unwrap_or(part);
        let starts = !rest.is_empty() && (rest.len() < part.len() || !rest.starts_with(|c: char| c.is_ascii_digit()));
        starts && rest.chars().all(word) && part != "_" && !super::print::is_keyword(part)
    };
    // A name that is the text of an expression (`AVG(a.b)`) is one name, not a path.
    if !is_pattern && text.contains(['(', ' ', '"']) {
        quote(text, out);
        return;
    }
    for (at, part) in text.split('.').enumerate() {
        if at > 0 {
            out.push('.');
        }
        if is_plain(part) { out.push_str(part) } else { quote(part, out) }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('`');
    out.push_str(&text.replace('`', "``"));
    out.push('`');
}
