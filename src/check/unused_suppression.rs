//! A suppression comment that silences nothing.
//!
//! The finding it was written for is gone, or stands on another line. A comment that stays behind would hide the next real one.
//!
//! ```kusto bad
//! // isoglot: ignore[unused-let] nothing is unused here
//! SigninLogs | take 10
//! ```
//!
//! ```kusto good
//! // isoglot: ignore[unused-let] kept as documentation of the earlier threshold
//! let Threshold = 5;
//! SigninLogs | take 10
//! ```

use super::Lint;

pub(super) static LINT: Lint = Lint::of_reader("unused-suppression", include_str!("unused_suppression.rs"));
