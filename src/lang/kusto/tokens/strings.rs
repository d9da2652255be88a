//! How long a string literal is, and whether it is whole.

/// What the text at some place measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    /// Bytes.
    pub length: usize,
    /// False for a string that is never closed or has a backslash that escapes nothing.
    pub whole: bool,
}

/// Measures the string at the start of a text; `None` if none begins there.
pub(super) fn measure(text: &[u8]) -> Option<Measured> {
    let hidden = usize::from(matches!(text.first(), Some(b'h' | b'H')));
    let body = text.get(hidden..)?;
    let (inner, prefix) = match body {
        [b'`', b'`', b'`', rest @ ..] => (fenced(rest, b"```"), 3),
        [b'~', b'~', b'~', rest @ ..] => (fenced(rest, b"~~~"), 3),
        [b'@', quote @ (b'"' | b'\''), rest @ ..] => (verbatim(rest, *quote), 2),
        [quote @ (b'"' | b'\''), rest @ ..] => (escaped(rest, *quote), 1),
        _ => return None,
    };
    Some(Measured { length: hidden + prefix + inner.length, whole: inner.whole })
}

fn fenced(text: &[u8], fence: &[u8]) -> Measured {
    match text.windows(fence.len()).position(|window| window == fence) {
        Some(at) => Measured { length: at + fence.len(), whole: true },
        None => Measured { length: text.len(), whole: false },
    }
}

/// A string without escapes ends at a quote that is not doubled, or, broken, before the end of the line.
fn verbatim(text: &[u8], quote: u8) -> Measured {
    let mut at = 0;
    loop {
        match text.get(at) {
            Some(byte) if *byte == quote && text.get(at + 1) == Some(&quote) => at += 2,
            Some(byte) if *byte == quote => return Measured { length: at + 1, whole: true },
            None | Some(b'\n' | b'\r') => return Measured { length: at, whole: false },
            Some(_) => at += 1,
        }
    }
}

fn escaped(text: &[u8], quote: u8) -> Measured {
    let (mut at, mut whole) = (0, true);
    loop {
        match text.get(at) {
            Some(byte) if *byte == quote => return Measured { length: at + 1, whole },
            None | Some(b'\n' | b'\r') => return Measured { length: at, whole: false },
            Some(b'\\') => {
                let next = text.get(at + 1);
                whole &= next.is_some_and(|byte| is_escape(*byte));
                at += if matches!(next, None | Some(b'\n' | b'\r')) { 1 } else { 2 };
            }
            Some(_) => at += 1,
        }
    }
}

fn is_escape(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b'a' | b'b' | b'f' | b'n' | b'r' | b't'..=b'v' | b'x' | b'U' | b'0'..=b'7')
}
