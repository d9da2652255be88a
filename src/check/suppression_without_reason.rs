//! A suppression comment that does not say why.
//!
//! Who reads the rule next year must be able to tell a false finding from a shortcut. The reason stands behind the bracket.
//!
//! ```kusto bad
//! // isoglot: ignore[unused-let]
//! let Threshold = 5;
//! SigninLogs | take 10
//! ```
//!
//! ```kusto good
//! // isoglot: ignore[unused-let] kept as documentation of the earlier threshold
//! let Threshold = 5;
//! SigninLogs | take 10
//! ```

use super::Lint;

pub(super) static LINT: Lint = Lint::of_reader("suppression-without-reason", include_str!("suppression_without_reason.rs"));
