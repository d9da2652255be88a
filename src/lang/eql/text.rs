//! EQL's texts: escapes of one pair of quotes, none in three, backticks for names.

use crate::source::quoted;

/// Reads a text as written; a name without quotes is itself.
pub(super) fn read(written: &str) -> String {
    if let Some(inner) = written.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) {
        return inner.to_owned();
    }
    let Some(inner) = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return written.to_owned() };
    let mut text = String::new();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        if c != '\\' {
            text.push(c);
            continue;
        }
        let Some(escape) = rest.chars().next() else { break };
        rest = rest.get(escape.len_utf8()..).unwrap_or("");
        match escape {
            'b' => text.push('\u{8}'),
            't' => text.push('\t'),
            'n' => text.push('\n'),
            'f' => text.push('\u{c}'),
            'r' => text.push('\r'),
            'u' => {
                let digits = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                if let Some((number, after)) = digits {
                    text.push(u32::from_str_radix(number, 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
                    rest = after;
                }
            }
            other => text.push(other),
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
    if raw && !text.contains("\"\"\"") && !text.ends_with('"') {
        out.extend(["\"\"\"", text, "\"\"\""]);
        return;
    }
    quoted::write(text, |c| c.is_control().then(|| format!("\\u{{{:04x}}}", u32::from(c))), out);
}
