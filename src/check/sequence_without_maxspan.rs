//! An EQL sequence without `maxspan`.
//!
//! Its events may lie as far apart as the look-back allows, so that what has nothing to do with each other is joined, and open sequences are
//! kept for all of that time (<https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax>, "with maxspan").
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'sequence by host.id [process where true] [network where true]'
//! ```
//!
//! ```elastic good
//! type = "eql"
//! language = "eql"
//! query = 'sequence by host.id with maxspan=1m [process where true] [network where true]'
//! ```

use super::maxspan_beyond_look_back::{MaxSpan, of_rule};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("sequence-without-maxspan", include_str!("sequence_without_maxspan.rs"), check).pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(MaxSpan::Unsaid(place)) = of_rule(context) {
        let finding = LINT.at(place, "the sequence may take as long as the rule looks back");
        found.push(finding.with_help("say how long it may take: `with maxspan=5m`"));
    }
}
