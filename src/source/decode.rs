//! Bytes to text: UTF-8 only, and a plain word on everything else.
//!
//! A byte order mark stays in the text, so that every offset is an offset of the file; readers begin at [`body_start`].

use super::{Fault, Span};

/// Files larger than this are not rules.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

const BOM: &str = "\u{feff}";

/// Converts the bytes of a rule file to text, or says where and why they are not text.
pub fn decode(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has {} bytes, more than the {MAX_FILE_BYTES} that a rule file may have", bytes.len());
        return Err(Fault::new("file-too-large", Span::at(0), message));
    }
    decode_data(bytes)
}

/// Converts the bytes of a data file, which may be of any size, to text, or says where and why they are not text.
pub fn decode_data(bytes: &[u8]) -> Result<String, Fault> {
    if let Some(name) = utf16(bytes) {
        let help = "save the file as UTF-8";
        return Err(Fault::new("not-utf8", Span::at(0), format!("the file is encoded as {name} (byte 0)")).with_help(help));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error))?;
    if let Some(at) = text.find('\0') {
        return Err(Fault::new("nul-byte", Span::new(at, at + 1), format!("the file has a NUL character (byte {at})")));
    }
    Ok(text.to_owned())
}

/// Returns the offset of the first byte after a byte order mark.
pub fn body_start(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// Names the kind of UTF-16: by its byte order mark, or by the NUL in every second byte of ASCII text.
fn utf16(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, ..] => Some("UTF-16 (little endian)"),
        [0xFE, 0xFF, ..] => Some("UTF-16 (big endian)"),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some("UTF-16 (little endian, no byte order mark)"),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some("UTF-16 (big endian, no byte order mark)"),
        _ => None,
    }
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Fault {
    let at = error.valid_up_to();
    let span = Span::new(at, at + error.error_len().unwrap_or(1));
    let byte = bytes.get(at).copied().unwrap_or_default();
    if error.error_len().is_none() {
        return Fault::new("not-utf8", span, format!("the file ends inside a UTF-8 character (byte {at})"));
    }
    let message = format!("byte {at} (0x{byte:02X}) is not UTF-8; the file looks like Latin-1 or Windows-1252");
    Fault::new("not-utf8", span, message).with_help("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, (&str, u32)>) {
        let got = decode(bytes).map_err(|f| (f.code, f.span.start));
        assert_eq!(got.as_deref().map_err(|e| *e), expected);
    }

    #[test]
    fn text_is_kept_as_it_is() {
        check(b"a: \xC3\xA9\r\n", Ok("a: é\r\n"));
        check(b"\xEF\xBB\xBFa: 1", Ok("\u{feff}a: 1"));
        check(b"", Ok(""));
    }

    #[test]
    fn everything_else_is_named_with_its_offset() {
        check(b"\xFF\xFEa\0", Err(("not-utf8", 0)));
        check(b"a\0b\0", Err(("not-utf8", 0)));
        check(b"caf\xE9 ", Err(("not-utf8", 3)));
        check(b"caf\xC3", Err(("not-utf8", 3)));
        check(b"abcd\0", Err(("nul-byte", 4)));
    }
}
