//! The time of day, which everything behind the command line is told and never asks for.

use crate::ir::TICKS_PER_SECOND;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds from year 1 to 1970.
const UNIX_EPOCH_SECONDS: i64 = 62_135_596_800;

/// Returns the current time in ticks since year 1.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ticks = i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX / 2);
    UNIX_EPOCH_SECONDS * TICKS_PER_SECOND + ticks
}
