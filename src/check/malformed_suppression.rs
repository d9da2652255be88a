//! A suppression comment that names no check.
//!
//! The form is `isoglot: ignore[code, code] reason` behind `//` (Kusto) or `#` (YAML, TOML); `ignore-file` holds for the whole file.
//!
//! ```kusto bad
//! // isoglot: ignore everything, please
//! SigninLogs | take 10
//! ```
//!
//! ```kusto good
//! // isoglot: ignore[unused-let] kept as documentation of the earlier threshold
//! let Threshold = 5;
//! SigninLogs | take 10
//! ```

use super::Lint;

pub(super) static LINT: Lint = Lint::of_reader("malformed-suppression", include_str!("malformed_suppression.rs"));
