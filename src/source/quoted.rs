//! Texts in double quotes with the escapes that JSON, YAML, Kusto, EQL and ES|QL share.

/// Writes a text in double quotes; `escape` says how a character is written that stands for itself in some of the languages and not in others.
pub fn write(text: &str, escape: impl Fn(char) -> Option<String>, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => match escape(c) {
                Some(escaped) => out.push_str(&escaped),
                None => out.push(c),
            },
        }
    }
    out.push('"');
}
