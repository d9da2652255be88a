//! A `timeframe` in a Sigma detection.
//!
//! It belonged to the aggregations after `|`, which correlations have replaced: by itself it says nothing.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     EventID: 4625
//!   timeframe: 5m
//!   condition: selection
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     EventID: 4625
//!   condition: selection
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("timeframe-in-detection", include_str!("timeframe_in_detection.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(timeframe) = context.sigma().and_then(|detection| detection.timeframe.as_ref()) {
        let finding = LINT.at(timeframe.span, "a detection looks at single events and has no time frame");
        found.push(finding.with_help("write a correlation with a `timespan`"));
    }
}
