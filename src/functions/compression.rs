//! Compressed text in Base64.

use super::Args;
use super::args::text_or_empty;
use super::row::{Row, scalar};
use crate::ir::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
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

fn zlib_compress_to_base64_string(args: &Args<'_>) -> Value {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(args.text(0).as_bytes()).and_then(|()| encoder.finish());
    text_or_empty(written.ok().map(|bytes| STANDARD.encode(bytes)))
}

fn gzip_compress_to_base64_string(args: &Args<'_>) -> Value {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(args.text(0).as_bytes()).and_then(|()| encoder.finish());
    text_or_empty(written.ok().map(|bytes| STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};

    #[test]
    fn what_is_compressed_comes_back() {
        for (compress, decompress) in [
            ("zlib_compress_to_base64_string", "zlib_decompress_from_base64_string"),
            ("gzip_compress_to_base64_string", "gzip_decompress_from_base64_string"),
        ] {
            check(decompress, &[call(compress, &["some text".into()])], "some text");
            check(decompress, &["AAAA".into()], "");
        }
    }
}
