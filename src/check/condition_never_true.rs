//! A condition of a Sigma or Elastic rule that no event satisfies.
//!
//! The exclusions leave nothing of what the selections find, or one field is asked to be two things: the rule never fires. That no event
//! satisfies the condition is proven, arrays with several values included.
//!
//! ```sigma bad
//! detection:
//!   selection:
//!     CommandLine|contains: 'mimikatz.exe'
//!   filter_main_tool:
//!     CommandLine|contains: 'mimikatz'
//!   condition: selection and not filter_main_tool
//! ```
//!
//! ```elastic bad
//! query = 'event.type: start and process.name: (a or b) and not process.name: (a or b)'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.name : "a*" and not process.name : ("a*", "b*")'
//! ```
//!
//! ```sigma good
//! detection:
//!   selection:
//!     CommandLine|contains: 'mimikatz'
//!   filter_main_tool:
//!     CommandLine|contains: 'mimikatz.exe'
//!   condition: selection and not filter_main_tool
//! ```
//!
//! ```elastic good
//! query = 'event.type: start and process.name: (a or b) and not process.name: b and my.range: ("0.0.0.0/0" or "::/0")'
//! ```

use super::{Context, Lint, elastic_logic, sigma_logic};
use crate::diagnostic::Diagnostic;

pub(super) static LINT: Lint = Lint::new("condition-never-true", include_str!("condition_never_true.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for span in elastic_logic::unsatisfiable(context) {
        found.push(LINT.at(span, "no event satisfies this condition"));
    }
    for (span, predicate) in context.sigma_conditions() {
        if sigma_logic::may_be_constant(predicate, false) && sigma_logic::is_always(predicate, false) {
            found.push(LINT.at(*span, "no event satisfies the condition").with_help("what it demands and what it excludes leave nothing"));
        }
    }
}
