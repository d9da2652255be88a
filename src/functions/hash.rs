//! Hashes of values.

use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["hash"], "(source: not-dynamic, mod?: integer) -> long", "not implemented", "kusto/query/hash-function"),
    refused(&["hash_sha256"], "(source: not-dynamic) -> string", "not implemented", "kusto/query/hash-sha256-function"),
    refused(&["hash_md5"], "(source: not-dynamic) -> string", "not implemented", "kusto/query/hash-md5-function"),
    refused(&["hash_sha1"], "(source: not-dynamic) -> string", "not implemented", "kusto/query/hash-sha1-function"),
    refused(&["hash_xxhash64"], "(source: not-dynamic, mod?: integer) -> long", "not implemented", "kusto/query/hash-xxhash64-function"),
    refused(&["hash_combine"], "(source: any[2..32767]) -> long", "not implemented", "kusto/query/hash-combine-function"),
    refused(&["hash_many"], "(source: not-dynamic...) -> long", "not implemented", "kusto/query/hash-many-function"),
];
