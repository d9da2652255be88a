//! YAML scalars that every reader reads back as the same text: YAML 1.1 and 1.2, line feeds only.
//!
//! It quotes; it does not lay out files.

/// Words that some reader takes for something else than text (YAML 1.1 types bool, null, merge, value).
const WORDS: [&str; 14] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity", "none", "undefined"];

/// Writes a text as one line in block context: plain where that is safe, else in single quotes, else in double quotes.
pub fn scalar(text: &str) -> String {
    if text.chars().any(|c| !is_printable(c) || c == '\n' || c == '\t') {
        double_quoted(text)
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Writes a text as a literal block (`|`) whose lines stand `indent` columns in, two more than their key. The text ends with one
/// line break for the reader, whether it had one or not; no line break follows what is returned.
pub fn block(text: &str, indent: usize) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_end_matches('\n');
    if text.trim().is_empty() || text.chars().any(|c| !is_printable(c)) {
        return double_quoted(text);
    }
    let first = text.lines().find(|line| !line.is_empty()).unwrap_or("");
    // Where the first line begins with a blank, a reader cannot see how far the block is indented.
    let mut out = if first.starts_with([' ', '\t']) { "|2".to_owned() } else { "|".to_owned() };
    for line in text.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
    out
}

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_well = first.is_alphabetic() || matches!(first, '/' | '_' | '$' | '(');
    let ends_well = !text.ends_with([' ', ':']);
    starts_well && ends_well && !text.contains(": ") && !text.contains(" #") && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Tells characters that YAML takes as they are; 1.1 readers break lines at the last three left out.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn double_quoted(text: &str) -> String {
    let mut out = String::new();
    // All characters left out by `is_printable` fit four digits.
    super::quoted::write(text, |c| (!is_printable(c)).then(|| format!("\\u{:04X}", u32::from(c))), &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::yaml;

    const TEXTS: [&str; 37] = [
        "plain",
        "two words",
        "a: b",
        "a #b",
        "a#b",
        "a:b",
        "ends:",
        " lead",
        "trail ",
        "",
        "~",
        "null",
        "Yes",
        "no",
        "1.10",
        "0x1f",
        "12:30:45",
        "2024-01-01",
        "- item",
        "? key",
        "*x",
        "&x",
        "!t",
        "%d",
        "@a",
        "`b",
        "[a]",
        "{a}",
        "it's",
        "say \"hi\"",
        "a\nb",
        "tab\there",
        "bell\u{7}",
        "\u{feff}bom",
        "nel\u{85}",
        "ls\u{2028}x",
        "é ✓ 😀",
    ];

    fn check(written: &str, expected: &str) {
        let text = format!("k: {written}\nz: 1\n");
        let own = yaml::parse(&text).unwrap_or_else(|faults| panic!("{text:?}: {faults:?}"));
        assert_eq!(own[0].get("k").and_then(|n| n.as_str()), Some(expected), "{text:?}");
        assert!(!own[0].get("k").is_some_and(crate::source::Node::is_null), "{text:?}");
        let other: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(other["k"].as_str(), Some(expected), "{text:?}");
    }

    #[test]
    fn scalars_read_back_as_they_were_in_two_readers() {
        for text in TEXTS {
            check(&scalar(text), text);
        }
    }

    #[test]
    fn blocks_read_back_with_one_line_break_at_their_end() {
        for text in ["a\n  b\n\n c", "\n\nT\n| take 1\n", "  in\nout", "\tx", "a\r\nb", "x # y: z\n'q'", "last \n", "é\n😀"] {
            check(&block(text, 2), &format!("{}\n", text.replace("\r\n", "\n").trim_end_matches('\n')));
        }
        check(&block("bell\u{7}\nx", 2), "bell\u{7}\nx");
        assert_eq!(block("T\n\n| take 1\n", 2), "|\n  T\n\n  | take 1");
    }
}
