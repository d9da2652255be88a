//! An Elastic rule that does not say where its events are.
//!
//! Without `index` or `data_view_id` a rule searches Kibana's default indices, which are another thing in every space
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule>). With both, Kibana refuses it.
//!
//! ```elastic bad
//! index = []
//! ```
//!
//! ```elastic good
//! index = ["logs-endpoint.events.*"]
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, RuleType};

pub(super) static LINT: Lint = Lint::new("missing-index", include_str!("missing_index.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let rule = context.rule;
    let no_source = matches!(rule.rule_type, RuleType::Esql | RuleType::MachineLearning | RuleType::Hunting);
    if !context.is(Dialect::Elastic) || no_source {
        return;
    }
    match (&rule.source, context.extra("data_view_id")) {
        (None, None) => found.push(LINT.at(context.head(), "the rule says neither `index` nor `data_view_id`")),
        (Some(index), Some(view)) => {
            found.push(LINT.at(view.span, "the rule says both `index` and `data_view_id`").with_related(index.span, "index"));
        }
        _ => {}
    }
}
