//! URL, Base64, compression and Punycode.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["url_encode"], "(url: string) -> string", "not implemented", "kusto/query/url-encode-function"),
    refused(&["url_encode_component"], "(url: string) -> string", "not implemented", "kusto/query/url-encode-component-function"),
    refused(&["url_decode"], "(encoded_url: string) -> string", "not implemented", "kusto/query/url-decode-function"),
    refused(
        &["base64_encode_tostring", "base64_encodestring"],
        "(string: string) -> string",
        "not implemented",
        "kusto/query/base64-encode-tostring-function",
    ),
    refused(
        &["base64_decode_toarray"],
        "(base64_string: string) -> dynamic",
        "not implemented",
        "kusto/query/base64-decode-toarray-function",
    ),
    refused(
        &["base64_encode_fromarray"],
        "(base64_string_decoded_as_array: array) -> string",
        "not implemented",
        "kusto/query/base64-encode-fromarray-function",
    ),
    refused(
        &["base64_decode_tostring", "base64_decodestring"],
        "(base64_string: string) -> string",
        "not implemented",
        "kusto/query/base64-decode-tostring-function",
    ),
    refused(&["base64_decode_toguid"], "(base64_string: string) -> guid", "not implemented", "kusto/query/base64-decode-toguid-function"),
    refused(&["base64_encode_fromguid"], "(guid: guid) -> string", "not implemented", "kusto/query/base64-encode-fromguid-function"),
    refused(&["zlib_decompress_from_base64_string"], "(string: string) -> string", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["zlib_compress_to_base64_string"], "(string: string) -> string", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["gzip_decompress_from_base64_string"], "(string: string) -> string", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["gzip_compress_to_base64_string"], "(string: string) -> string", "not implemented", "Kusto.Language 12.4.1, Functions"),
    refused(&["punycode_to_string"], "(string: string) -> string", "not implemented", "kusto/query/punycode-to-string-function"),
    refused(&["punycode_from_string"], "(string: string) -> string", "not implemented", "kusto/query/punycode-from-string-function"),
    refused(
        &["punycode_domain_from_string"],
        "(string: string) -> string",
        "not implemented",
        "kusto/query/punycode-domain-from-string-function",
    ),
    refused(
        &["punycode_domain_to_string"],
        "(string: string) -> string",
        "not implemented",
        "kusto/query/punycode-domain-to-string-function",
    ),
];
