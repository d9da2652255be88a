//! A query of an Elastic rule that no event can satisfy.
//!
//! Two of its conditions contradict each other, or one of them cannot hold at all. That there is no such event is proven; where it cannot be
//! decided the check is silent.
//!
//! ```elastic bad
//! query = 'event.type: start and process.name: (a or b) and not process.name: (a or b)'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.pid > 100 and process.pid < 10'
//! ```
//!
//! ```elastic good
//! query = 'event.type: start and process.name: (a or b) and not process.name: b'
//! ```

use super::conditions;
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, Language, Op, Type};
use crate::solve;
use crate::source::Span;

pub(super) static LINT: Lint = Lint::new("condition-never-met", include_str!("condition_never_met.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (query, plan) in conditions::queries(context) {
        // The rows of ES|QL are not events.
        if query.language == Language::Esql {
            continue;
        }
        let mut seen: Vec<Span> = Vec::new();
        plan.walk(&mut |node| {
            let Op::Filter { input, predicate } = &node.op else { return };
            if seen.contains(&predicate.span) || predicate.span.is_empty() {
                return;
            }
            seen.push(predicate.span);
            let nothing = Expr::literal(false, Type::Bool, predicate.span);
            if solve::relate(predicate, &nothing, solve::family(input), 0).only_old.is_nothing() {
                found.push(LINT.at(query.map.span(predicate.span), "no event can satisfy this condition"));
            }
        });
    }
}
