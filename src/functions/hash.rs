//! Hashes of values.

use super::Args;
use super::row::{Row, refused, scalar};
use crate::ir::convert::to_text;
use crate::ir::{Type, Value};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["hash"], "(source: not-dynamic, mod?: integer) -> long", hash, "kusto/query/hash-function"),
    scalar(&["hash_sha256"], "(source: not-dynamic) -> string", hash_sha256, "kusto/query/hash-sha256-function"),
    scalar(&["hash_md5"], "(source: not-dynamic) -> string", hash_md5, "kusto/query/hash-md5-function"),
    scalar(&["hash_sha1"], "(source: not-dynamic) -> string", hash_sha1, "kusto/query/hash-sha1-function"),
    scalar(&["hash_xxhash64"], "(source: not-dynamic, mod?: integer) -> long", hash_xxhash64, "kusto/query/hash-xxhash64-function"),
    refused(
        &["hash_combine"],
        "(source: any[2..32767]) -> long",
        "how it combines hashes is not documented",
        "kusto/query/hash-combine-function",
    ),
    refused(
        &["hash_many"],
        "(source: not-dynamic...) -> long",
        "how it combines hashes is not documented",
        "kusto/query/hash-many-function",
    ),
];

/// The digest of a value's text; of "" it is "" (dkt/tostring).
fn digest(args: &Args<'_>, make: fn(&[u8]) -> String) -> Value {
    let text = args.text(0);
    Value::string(if text.is_empty() { String::new() } else { make(text.as_bytes()) })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

pub(super) fn hash_sha256(args: &Args<'_>) -> Value {
    digest(args, |bytes| hexadecimal(&Sha256::digest(bytes)))
}

pub(super) fn hash_sha1(args: &Args<'_>) -> Value {
    digest(args, |bytes| hexadecimal(&Sha1::digest(bytes)))
}

pub(super) fn hash_md5(args: &Args<'_>) -> Value {
    digest(args, |bytes| hexadecimal(&Md5::digest(bytes)))
}

/// The engine's `hash` is xxHash64 (emu/hash-combine-function-00).
fn hash(args: &Args<'_>) -> Value {
    hash_xxhash64(args)
}

/// Text is hashed as UTF-8, numbers and times as their eight bytes, low byte first (emu/hash-xxhash64-function-02).
pub(super) fn xxhash64_of(value: &Value, ty: Type) -> Option<u64> {
    Some(match value {
        Value::Null => return None,
        Value::Int(n) => xxhash64(&i64::from(*n).to_le_bytes()),
        Value::Long(n) | Value::DateTime(n) | Value::TimeSpan(n) => xxhash64(&n.to_le_bytes()),
        Value::Real(n) => xxhash64(&n.to_le_bytes()),
        Value::Guid(guid) => xxhash64(&guid.to_bytes_le()),
        Value::String(text) => xxhash64(text.as_bytes()),
        other => xxhash64(to_text(other, ty).as_bytes()),
    })
}

fn hash_xxhash64(args: &Args<'_>) -> Value {
    let Some(hash) = xxhash64_of(args.value(0), args.ty(0)) else { return Value::Null };
    match args.long(1) {
        Some(modulus) if modulus > 0 => Value::Long((hash % modulus.unsigned_abs()) as i64),
        Some(_) => Value::Null,
        None => Value::Long(hash as i64),
    }
}

const PRIMES: [u64; 5] =
    [0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5];

/// xxHash64 with seed 0 (github.com/Cyan4973/xxHash, `doc/xxhash_spec.md`).
fn xxhash64(bytes: &[u8]) -> u64 {
    let [p1, p2, p3, p4, p5] = PRIMES;
    let round = |lane: u64, input: u64| lane.wrapping_add(input.wrapping_mul(p2)).rotate_left(31).wrapping_mul(p1);
    let (stripes, mut rest) = bytes.as_chunks::<32>();
    let mut hash = p5;
    if !stripes.is_empty() {
        let mut lanes = [p1.wrapping_add(p2), p2, 0, 0_u64.wrapping_sub(p1)];
        for stripe in stripes {
            for (lane, input) in lanes.iter_mut().zip(stripe.as_chunks::<8>().0) {
                *lane = round(*lane, u64::from_le_bytes(*input));
            }
        }
        hash = lanes.iter().zip([1, 7, 12, 18]).fold(0_u64, |sum, (lane, by)| sum.wrapping_add(lane.rotate_left(by)));
        for lane in lanes {
            hash = (hash ^ round(0, lane)).wrapping_mul(p1).wrapping_add(p4);
        }
    }
    hash = hash.wrapping_add(bytes.len() as u64);
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        hash = (hash ^ round(0, u64::from_le_bytes(*word))).rotate_left(27).wrapping_mul(p1).wrapping_add(p4);
        rest = after;
    }
    if let Some((word, after)) = rest.split_first_chunk::<4>() {
        hash = (hash ^ u64::from(u32::from_le_bytes(*word)).wrapping_mul(p1)).rotate_left(23).wrapping_mul(p2).wrapping_add(p3);
        rest = after;
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte).wrapping_mul(p5)).rotate_left(11).wrapping_mul(p1);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(p2);
    hash = (hash ^ (hash >> 29)).wrapping_mul(p3);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};
    use crate::ir::Value;

    #[test]
    fn digests_are_lower_case_and_none_for_no_text() {
        check("hash_md5", &["abc".into()], "900150983cd24fb0d6963f7d28e17f72");
        check("hash_sha1", &["abc".into()], "a9993e364706816aba3e25717850c26c9cd0d89d");
        check("hash_sha256", &["".into()], "");
    }

    #[test]
    fn xxhash_agrees_with_its_reference() {
        // Test values of the reference implementation: "" and "abc".
        check("hash_xxhash64", &["".into()], 0xEF46_DB37_51D8_E999_u64 as i64);
        check("hash_xxhash64", &["abc".into()], 0x44BC_2CF5_AD77_0999_u64 as i64);
        let long = "a".repeat(100);
        assert!(matches!(call("hash", &[long.as_str().into(), 10_i64.into()]), Value::Long(0..10)));
    }
}
