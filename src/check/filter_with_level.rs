//! A level or status in a Sigma filter.
//!
//! A filter narrows other rules and makes no alert of its own: nobody reads its level
//! (<https://sigmahq.io/sigma-specification/specification/sigma-filters-specification.html>).
//!
//! ```sigma bad
//! title: Leave out the service accounts
//! id: 5d9a1c7e-0d7a-4a57-8a43-6c1f2b9e4a10
//! logsource:
//!   product: windows
//!   category: process_creation
//! filter:
//!   rules: any
//!   selection:
//!     User|startswith: 'svc_'
//!   condition: not selection
//! ```
//!
//! ```sigma good
//! level: high
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};

pub(super) static LINT: Lint = Lint::new("filter-with-level", include_str!("filter_with_level.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sigma) || context.rule.rule_type != RuleType::Filter {
        return;
    }
    let meta = &context.rule.meta;
    for (name, text) in [("level", &meta.severity), ("status", &meta.status)] {
        if let Some(text) = text {
            found.push(LINT.at(text.span, format!("a filter has no `{name}`")));
        }
    }
}
