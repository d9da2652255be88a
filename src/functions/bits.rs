//! Bitwise functions on long integers.

use super::Args;
use super::Naming;
use super::args::long_or_null;
use super::row::{Row, scalar};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["binary_and"], "(value1: integer, value2: integer) -> long", binary_and, "kusto/query/binary-and-function")
        .named(Naming::FirstArgument),
    scalar(&["binary_or"], "(value1: integer, value2: integer) -> long", binary_or, "kusto/query/binary-or-function")
        .named(Naming::FirstArgument),
    scalar(&["binary_xor"], "(value1: integer, value2: integer) -> long", binary_xor, "kusto/query/binary-xor-function")
        .named(Naming::FirstArgument),
    scalar(&["binary_not"], "(value: integer) -> long", binary_not, "kusto/query/binary-not-function").named(Naming::FirstArgument),
    scalar(
        &["binary_shift_right"],
        "(value: integer, shift: integer) -> long",
        binary_shift_right,
        "kusto/query/binary-shift-right-function",
    )
    .named(Naming::FirstArgument),
    scalar(&["binary_shift_left"], "(value: integer, shift: integer) -> long", binary_shift_left, "kusto/query/binary-shift-left-function")
        .named(Naming::FirstArgument),
    scalar(&["bitset_count_ones"], "(value: integer) -> long", bitset_count_ones, "kusto/query/bitset-count-ones-function")
        .named(Naming::FirstArgument),
];

fn two(args: &Args<'_>, f: fn(i64, i64) -> i64) -> Value {
    long_or_null(args.long(0).zip(args.long(1)).map(|(a, b)| f(a, b)))
}

fn binary_and(args: &Args<'_>) -> Value {
    two(args, |a, b| a & b)
}

fn binary_or(args: &Args<'_>) -> Value {
    two(args, |a, b| a | b)
}

fn binary_xor(args: &Args<'_>) -> Value {
    two(args, |a, b| a ^ b)
}

fn binary_not(args: &Args<'_>) -> Value {
    long_or_null(args.long(0).map(|n| !n))
}

/// Shifts by the amount modulo 64; null for a negative amount (`binary-shift-left-function`).
fn shifted(args: &Args<'_>, f: fn(i64, u32) -> i64) -> Value {
    long_or_null(args.long(0).zip(args.long(1)).and_then(|(n, by)| (by >= 0).then(|| f(n, (by % 64) as u32))))
}

fn binary_shift_left(args: &Args<'_>) -> Value {
    shifted(args, i64::wrapping_shl)
}

fn binary_shift_right(args: &Args<'_>) -> Value {
    shifted(args, i64::wrapping_shr)
}

fn bitset_count_ones(args: &Args<'_>) -> Value {
    long_or_null(args.long(0).map(|n| i64::from(n.count_ones())))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::check;
    use crate::ir::Value;

    #[test]
    fn bits_are_those_of_a_long() {
        check("binary_xor", &[6_i64.into(), 3_i64.into()], 5_i64);
        check("binary_shift_left", &[1_i64.into(), 65_i64.into()], 2_i64);
        check("binary_shift_right", &[1_i64.into(), (-1_i64).into()], Value::Null);
        check("bitset_count_ones", &[42_i64.into()], 3_i64);
    }
}
