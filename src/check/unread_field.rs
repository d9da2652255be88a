//! A field inside a Sigma log source or correlation that the specification does not have.
//!
//! Whole rules may have fields of a team's own; these two are read by programs, which pass over what they do not know: a correlation with
//! `timspan` has no time span
//! (<https://sigmahq.io/sigma-specification/specification/sigma-correlation-rules-specification.html>).
//!
//! ```sigma bad
//! logsource:
//!   product: windows
//!   category: process_creation
//!   servise: sysmon
//! ```
//!
//! ```sigma good
//! logsource:
//!   product: windows
//!   category: process_creation
//!   definition: command lines are recorded
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::Dialect;
use crate::schema::suggest;

pub(super) static LINT: Lint = Lint::new("unread-field", include_str!("unread_field.rs"), check);

/// The mappings whose fields are a closed set, by their path.
const CLOSED: [(&str, &[&str]); 3] = [
    ("logsource.", &["category", "product", "service", "definition"]),
    ("correlation.condition.", &["gt", "gte", "lt", "lte", "eq", "neq", "field", "percentile"]),
    ("correlation.", &["type", "rules", "group-by", "timespan", "timeframe", "condition", "aliases", "generate"]),
];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for extra in context.rule.extra.iter().filter(|_| context.is(Dialect::Sigma)) {
        let inside = CLOSED.iter().find_map(|(path, known)| Some((extra.path.strip_prefix(path)?, *path, *known)));
        let Some((name, path, known)) = inside else { continue };
        if known.contains(&name.split('.').next().unwrap_or(name)) {
            continue;
        }
        let finding = LINT.at(extra.span, format!("`{name}` is no field of `{}`", path.trim_end_matches('.')));
        found.push(match suggest(name, known.iter().copied()) {
            Some(near) => finding.with_label(format!("did you mean `{near}`?")),
            None => finding.with_help(format!("known are {}", known.join(", "))),
        });
    }
}
