//! Compressed text in Base64.

use super::Args;
use super::args::text_or_empty;
use super::row::{Row, scalar};
use crate::ir::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::io::{Read, Write};

/// Bytes that a text may have after decompression.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["zlib_decompress_from_base64_string"],
        "(string: string) -> string",
        zlib_decompress_from_base64_string,
        "kusto/query/zlib-base64-decompress-function",
    ),
    scalar(
        &["zlib_compress_to_base64_string"],
        "(string: string) -> string",
        zlib_compress_to_base64_string,
        "kusto/query/zlib-base64-compress-function",
    ),
    scalar(
        &["gzip_decompress_from_base64_string"],
        "(string: string) -> string",
        gzip_decompress_from_base64_string,
        "kusto/query/gzip-base64-decompress-function",
    ),
    scalar(
        &["gzip_compress_to_base64_string"],
        "(string: string) -> string",
        gzip_compress_to_base64_string,
        "kusto/query/gzip-base64-compress-function",
    ),
];

fn decoded(args: &Args<'_>) -> Option<Vec<u8>> {
    STANDARD.decode(args.text(0).trim()).ok()
}

/// The text behind a reader; none where it is broken, too long or no UTF-8.
fn text(reader: impl Read) -> Option<String> {
    let mut out = String::new();
    let read = reader.take(MAX_BYTES + 1).read_to_string(&mut out).ok()?;
    (read as u64 <= MAX_BYTES).then_some(out)
}

fn zlib_decompress_from_base64_string(args: &Args<'_>) -> Value {
    text_or_empty(decoded(args).and_then(|bytes| text(ZlibDecoder::new(bytes.as_slice()))))
}

fn gzip_decompress_from_base64_string(args: &Args<'_>) -> Value {
    text_or_empty(decoded(args).and_then(|bytes| text(GzDecoder::new(bytes.as_slice()))))
}

/// The bytes that a compressed text must save before the engine compresses it; shorter texts are stored as they are, which is
/// what `gzip-base64-compress` and `zlib-base64-compress-function` show.
const LEAST_SAVED: usize = 100;

/// Returns the text as one block of a deflate stream: stored where that is hardly longer.
fn deflated(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let compressed = encoder.write_all(text).and_then(|()| encoder.finish()).ok()?;
    let Some(length) = u16::try_from(text.len()).ok().filter(|_| compressed.len() + LEAST_SAVED > text.len()) else {
        return Some(compressed);
    };
    Some([&[1_u8][..], &length.to_le_bytes(), &(!length).to_le_bytes(), text].concat())
}

fn zlib_compress_to_base64_string(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let stream = deflated(text.as_bytes());
    text_or_empty(stream.map(|stream| STANDARD.encode([&[0x78, 0x01][..], &stream, &adler32(text.as_bytes()).to_be_bytes()].concat())))
}

fn gzip_compress_to_base64_string(args: &Args<'_>) -> Value {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let text = args.text(0);
    let mut crc = Crc::new();
    crc.update(text.as_bytes());
    let stream = deflated(text.as_bytes());
    text_or_empty(
        stream.map(|stream| STANDARD.encode([&HEADER[..], &stream, &crc.sum().to_le_bytes(), &crc.amount().to_le_bytes()].concat())),
    )
}

/// The checksum of zlib streams (RFC 1950).
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1, 0);
    for byte in bytes {
        low = (low + u32::from(*byte)) % MODULUS;
        high = (high + low) % MODULUS;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};

    #[test]
    fn short_texts_are_stored() {
        check("zlib_compress_to_base64_string", &["ab".into()], "eAEBAgD9/2FiASYAxA==");
    }

    #[test]
    fn what_is_compressed_comes_back() {
        for (compress, decompress) in [
            ("zlib_compress_to_base64_string", "zlib_decompress_from_base64_string"),
            ("gzip_compress_to_base64_string", "gzip_decompress_from_base64_string"),
        ] {
            for text in ["some text".to_owned(), "a".repeat(100_000), "abc ".repeat(50)] {
                check(decompress, &[call(compress, &[text.as_str().into()])], text.as_str());
            }
            check(decompress, &["AAAA".into()], "");
        }
    }
}
