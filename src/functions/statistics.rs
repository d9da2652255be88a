//! Distributions and special functions.

use super::Naming;
use super::row::{Row, refused};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    refused(&["beta_cdf"], "(x: number, alpha: number, beta: number) -> real", "not implemented", "kusto/query/beta-cdf-function"),
    refused(
        &["beta_inv"],
        "(probability: number, alpha: number, beta: number) -> real",
        "not implemented",
        "kusto/query/beta-inv-function",
    ),
    refused(&["beta_pdf"], "(x: number, alpha: number, beta: number) -> real", "not implemented", "kusto/query/beta-pdf-function"),
    refused(&["gamma"], "(number: number) -> real", "not implemented", "kusto/query/gamma-function").named(Naming::FirstArgument),
    refused(&["loggamma"], "(number: number) -> real", "not implemented", "kusto/query/loggamma-function").named(Naming::FirstArgument),
    refused(&["erf"], "(number: number) -> real", "not implemented", "kusto/query/erf-function").named(Naming::FirstArgument),
    refused(&["erfc"], "(number: number) -> real", "not implemented", "kusto/query/erfc-function").named(Naming::FirstArgument),
    refused(
        &["welch_test"],
        "(mean1: number, variance1: number, count1: number, mean2: number, variance2: number, count2: number) -> real",
        "not implemented",
        "kusto/query/welch-test-function",
    ),
];
