//! Texts in double quotes with the escapes that Kusto, EQL and ES|QL share.

/// Writes a text in double quotes; `control` writes the control characters that have no escape of their own.
pub(super) fn write(text: &str, control: impl Fn(char) -> String, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&control(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}
