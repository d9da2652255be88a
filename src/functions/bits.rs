//! Bitwise functions on long integers.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["binary_and"], "(value1: integer, value2: integer) -> long", "not implemented", "kusto/query/binary-and-function")
        .named(Naming::FirstArgument),
    refused(&["binary_or"], "(value1: integer, value2: integer) -> long", "not implemented", "kusto/query/binary-or-function")
        .named(Naming::FirstArgument),
    refused(&["binary_xor"], "(value1: integer, value2: integer) -> long", "not implemented", "kusto/query/binary-xor-function")
        .named(Naming::FirstArgument),
    refused(&["binary_not"], "(value: integer) -> long", "not implemented", "kusto/query/binary-not-function").named(Naming::FirstArgument),
    refused(
        &["binary_shift_right"],
        "(value: integer, shift: integer) -> long",
        "not implemented",
        "kusto/query/binary-shift-right-function",
    )
    .named(Naming::FirstArgument),
    refused(
        &["binary_shift_left"],
        "(value: integer, shift: integer) -> long",
        "not implemented",
        "kusto/query/binary-shift-left-function",
    )
    .named(Naming::FirstArgument),
    refused(&["bitset_count_ones"], "(value: integer) -> long", "not implemented", "kusto/query/bitset-count-ones-function")
        .named(Naming::FirstArgument),
];
