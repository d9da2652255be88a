//! The fast way through a line: finds where members begin and end without reading the values that nobody wants.
//!
//! Of values that are skipped only the brackets and the ends of texts are looked at. A line that is laid out in a way not foreseen here
//! is left to the JSON reader, which also says what is wrong with it.

use super::record::{Key, Keys};
use memchr::memchr2;

/// What a line showed.
pub(super) struct Skimmed {
    /// The name of a member that is no known column, if there is one.
    pub(super) unknown: Option<String>,
}

/// Puts the raw text of each slot's value into `cells`. `None`
/// where the JSON reader must look.
pub(super) fn skim<'l>(line: &'l [u8], keys: &mut Keys, cells: &mut [Option<&'l [u8]>]) -> Option<Skimmed> {
    let mut unknown = None;
    let mut rest = blank(line.strip_prefix(b"{")?);
    let mut position = 0;
    if let Some(behind) = rest.strip_prefix(b"}") {
        return behind.is_empty().then_some(Skimmed { unknown });
    }
    loop {
        let (key, behind) = if let Some((key, behind)) = keys.guess(position, rest) {
            (key, behind)
        } else {
            let (name, behind) = text(rest)?;
            let name = name.get(1..name.len() - 1).filter(|name| !name.contains(&b'\\')).and_then(|name| std::str::from_utf8(name).ok())?;
            let key = keys.find(position, name);
            if key == Key::Unknown {
                unknown.get_or_insert_with(|| name.to_owned());
            }
            (key, behind)
        };
        let (value, behind) = value(blank(blank(behind).strip_prefix(b":")?))?;
        if let Key::Slot(slot) = key {
            *cells.get_mut(slot)? = Some(value);
        }
        position += 1;
        rest = match blank(behind) {
            [b',', behind @ ..] => blank(behind),
            [b'}'] => return Some(Skimmed { unknown }),
            _ => return None,
        };
    }
}

/// Passes over blanks. Most documents have none.
fn blank(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b' ' | b'\t' | b'\r', ..] => bytes.trim_ascii_start(),
        _ => bytes,
    }
}

/// Splits a value off.
fn value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    match bytes.first()? {
        b'"' => text(bytes),
        b'{' | b'[' => container(bytes),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            let end = bytes.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r'))?;
            bytes.split_at_checked(end)
        }
        _ => None,
    }
}

/// Splits a text off, its quotes included.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 1;
    if bytes.first() != Some(&b'"') {
        return None;
    }
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return bytes.split_at_checked(at + 1);
        }
        at += 2;
    }
}

/// Splits an object or array off.
fn container(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match bytes.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return bytes.split_at_checked(at + 1);
                }
            }
            b'"' => at += text(bytes.get(at..)?)?.0.len() - 1,
            _ => {}
        }
        at += 1;
    }
}
