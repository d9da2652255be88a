//! URL, Base64, compression and Punycode.

use super::Args;
use super::args::text_or_empty;
use super::row::{Row, scalar};
use crate::ir::Value;
use crate::ir::convert::{to_guid, to_long};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use std::fmt::Write as _;
use uuid::Uuid;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["url_encode"], "(url: string) -> string", url_encode, "kusto/query/url-encode-function"),
    scalar(&["url_encode_component"], "(url: string) -> string", url_encode_component, "kusto/query/url-encode-component-function"),
    scalar(&["url_decode"], "(encoded_url: string) -> string", url_decode, "kusto/query/url-decode-function"),
    scalar(
        &["base64_encode_tostring", "base64_encodestring"],
        "(string: string) -> string",
        base64_encode_tostring,
        "kusto/query/base64-encode-tostring-function",
    ),
    scalar(
        &["base64_decode_toarray"],
        "(base64_string: string) -> dynamic",
        base64_decode_toarray,
        "kusto/query/base64-decode-toarray-function",
    ),
    scalar(
        &["base64_encode_fromarray"],
        "(base64_string_decoded_as_array: array) -> string",
        base64_encode_fromarray,
        "kusto/query/base64-encode-fromarray-function",
    ),
    scalar(
        &["base64_decode_tostring", "base64_decodestring"],
        "(base64_string: string) -> string",
        base64_decode_tostring,
        "kusto/query/base64-decode-tostring-function",
    ),
    scalar(&["base64_decode_toguid"], "(base64_string: string) -> guid", base64_decode_toguid, "kusto/query/base64-decode-toguid-function"),
    scalar(&["base64_encode_fromguid"], "(guid: guid) -> string", base64_encode_fromguid, "kusto/query/base64-encode-fromguid-function"),
];

/// Letters, digits and `-_.!~*'()/`-like marks that a URL may hold as they are.
fn encoded(text: &str, keep: &str, space: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let c = char::from(byte);
        if byte.is_ascii_alphanumeric() || keep.contains(c) {
            out.push(c);
        } else if byte == b' ' {
            out.push_str(space);
        } else if upper {
            let _ = write!(out, "%{byte:02X}");
        } else {
            let _ = write!(out, "%{byte:02x}");
        }
    }
    out
}

/// Blanks become `+`, digits of escapes are lower case (emu/url-encode-function-00).
pub(super) fn url_encode(args: &Args<'_>) -> Value {
    Value::string(encoded(&args.text(0), "-_.!*()", "+", false))
}

/// Blanks become `%20`, digits of escapes are lower case (`url-encode-component-function`).
fn url_encode_component(args: &Args<'_>) -> Value {
    Value::string(encoded(&args.text(0), "-_.~", "%20", false))
}

/// Blanks become `%20`, digits of escapes are upper case (RFC 3986), as Elasticsearch writes them.
pub(super) fn percent_encode(args: &Args<'_>) -> Value {
    Value::string(encoded(&args.text(0), "-_.~", "%20", true))
}

pub(super) fn url_decode(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.first_chunk::<2>().and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        rest = after;
        match (first, escape) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
    }
    Value::string(String::from_utf8_lossy(&out))
}

fn decode(args: &Args<'_>) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(args.text(0).trim()).ok()
}

pub(super) fn base64_encode_tostring(args: &Args<'_>) -> Value {
    Value::string(STANDARD.encode(args.text(0).as_bytes()))
}

/// Null where the text is no Base64; bytes that are no UTF-8 make "" (`base64-decode-tostring-function`).
pub(super) fn base64_decode_tostring(args: &Args<'_>) -> Value {
    text_or_empty(decode(args).and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// Text without its padding is not decoded (`base64-encode-fromarray-function`).
fn base64_decode_toarray(args: &Args<'_>) -> Value {
    STANDARD
        .decode(args.text(0).trim())
        .map_or(Value::Null, |bytes| Value::array(bytes.into_iter().map(|byte| Value::Long(i64::from(byte))).collect()))
}

fn base64_encode_fromarray(args: &Args<'_>) -> Value {
    let bytes: Option<Vec<u8>> = args.array(0).and_then(|items| items.iter().map(|item| u8::try_from(to_long(item)?).ok()).collect());
    text_or_empty(bytes.map(|bytes| STANDARD.encode(bytes)))
}

/// The bytes are in the order of .NET: the first three fields low byte first (emu/base64-decode-toguid-function-00).
fn base64_decode_toguid(args: &Args<'_>) -> Value {
    let bytes = decode(args).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    bytes.map_or(Value::Null, |bytes| Value::Guid(Uuid::from_bytes_le(bytes)))
}

fn base64_encode_fromguid(args: &Args<'_>) -> Value {
    text_or_empty(to_guid(args.value(0)).map(|guid| STANDARD.encode(guid.to_bytes_le())))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{array, check};
    use crate::ir::Value;

    #[test]
    fn urls_are_escaped_and_back() {
        check("url_encode", &["a b&ü".into()], "a+b%26%c3%bc");
        check("url_encode_component", &["a b:".into()], "a%20b%3a");
        check("url_decode", &["a+b%26%C3%BC%zz".into()], "a b&ü%zz");
    }

    #[test]
    fn base64_goes_both_ways() {
        check("base64_encode_tostring", &["hello".into()], "aGVsbG8=");
        check("base64_decode_tostring", &["aGVsbG8".into()], "hello");
        check("base64_decode_tostring", &["!!".into()], "");
        check("base64_decode_toarray", &["AQI=".into()], array([1_i64, 2]));
        check("base64_decode_toguid", &["AQI=".into()], Value::Null);
    }

    #[test]
    fn punycode_knows_unicode() {
        check("punycode_from_string", &["bücher".into()], "bcher-kva");
        check("punycode_to_string", &["bcher-kva".into()], "bücher");
        check("punycode_domain_to_string", &["xn--bcher-kva.example".into()], "bücher.example");
    }
}
