//! An ES|QL rule whose rows are events without the fields that tell them apart.
//!
//! Kibana knows by `_id`, `_version` and `_index` which events have an alert already. Where a rule that does not aggregate leaves one of
//! them out, overlapping runs make the same alert again
//! (<https://www.elastic.co/docs/solutions/security/detect-and-alert/esql>, "ES|QL rule query types").
//!
//! ```elastic bad
//! type = "esql"
//! language = "esql"
//! query = 'FROM logs-x-* | WHERE process.name == "nc"'
//! ```
//!
//! ```elastic bad
//! type = "esql"
//! language = "esql"
//! query = 'FROM logs-x-* METADATA _id, _version, _index | WHERE process.name == "nc" | KEEP host.name'
//! ```
//!
//! ```elastic good
//! type = "esql"
//! language = "esql"
//! query = 'FROM logs-x-* METADATA _id, _version, _index | WHERE process.name == "nc" | KEEP _id, _version, _index, host.name'
//! ```
//!
//! ```elastic good
//! type = "esql"
//! language = "esql"
//! query = 'FROM logs-x-* | STATS c = COUNT(*) BY host.name | WHERE c > 10'
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Op, RuleType};

pub(super) static LINT: Lint = Lint::new("missing-document-id", include_str!("missing_document_id.rs"), check);

const NEEDED: [&str; 3] = ["_id", "_version", "_index"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(detection) = context.rule.detection.as_ref().filter(|_| context.rule.rule_type == RuleType::Esql) else { return };
    let plan = &detection.plan;
    let (mut aggregates, mut source) = (false, None);
    context.operators(&mut |node| match &node.op {
        Op::Aggregate { .. } | Op::Opaque { .. } => aggregates = true,
        Op::Special { name, args, .. } if &**name == "fields" => source = Some((node.span, args)),
        _ => {}
    });
    let Some((span, args)) = source.filter(|_| !aggregates) else { return };
    let asked = |name: &str| args.iter().any(|arg| arg.name.strip_prefix("metadata:") == Some(name));
    let lacking = |has: &dyn Fn(&str) -> bool| NEEDED.iter().copied().filter(|name| !has(name)).collect::<Vec<_>>().join("`, `");
    let unasked = lacking(&asked);
    if !unasked.is_empty() {
        let finding = LINT.at(context.place(span), format!("the rule's events come without `{unasked}`"));
        found.push(finding.with_help("add `METADATA _id, _version, _index`, so that an event makes one alert only"));
        return;
    }
    let dropped = lacking(&|name| plan.schema.column(name).is_some());
    if !dropped.is_empty() {
        let finding = LINT.at(context.place(plan.span), format!("the rule drops `{dropped}` of its events"));
        found.push(finding.with_help("keep `_id`, `_version` and `_index`, so that an event makes one alert only"));
    }
}
