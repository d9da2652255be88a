//! Threat indicators without the newest state of each.
//!
//! Every change of an indicator is a new row: a query that does not take the latest row of each id goes on matching indicators that were
//! withdrawn or have expired (<https://learn.microsoft.com/azure/sentinel/work-with-threat-indicators>; Azure-Sentinel's validation asks
//! for it).
//!
//! ```kusto bad
//! ThreatIntelligenceIndicator
//! | where Active == true and ExpirationDateTime > now()
//! | join kind=inner CommonSecurityLog on $left.NetworkIP == $right.DestinationIP
//! ```
//!
//! ```kusto good
//! ThreatIntelligenceIndicator
//! | summarize arg_max(TimeGenerated, *) by IndicatorId
//! | where Active == true and ExpirationDateTime > now()
//! | join kind=inner CommonSecurityLog on $left.NetworkIP == $right.DestinationIP
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Confidence, Diagnostic};
use crate::ir::{Op, TableSource};

pub(super) static LINT: Lint = Lint::new("stale-indicator", include_str!("stale_indicator.rs"), check).confidence(Confidence::Medium);

/// The tables of indicators, old and new.
const INDICATORS: [&str; 2] = ["ThreatIntelligenceIndicator", "ThreatIntelIndicators"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (mut scan, mut latest) = (None, false);
    context.operators(&mut |node| match &node.op {
        // `union *` reads them too, but does not mean them.
        Op::Scan(TableSource::Table(name)) if INDICATORS.contains(&&**name) && context.query_text(node.span).contains(&**name) => {
            scan = scan.or(Some((node.span, name)));
        }
        Op::Aggregate { aggregates, .. } => latest |= aggregates.iter().any(|aggregate| &*aggregate.function == "arg_max"),
        _ => {}
    });
    if let Some((span, name)) = scan.filter(|_| !latest) {
        let id = if &**name == "ThreatIntelligenceIndicator" { "IndicatorId" } else { "Id" };
        let finding = LINT.at(context.place(span), "old states of indicators are read along with the newest");
        found.push(finding.with_help(format!("add `| summarize arg_max(TimeGenerated, *) by {id}`")));
    }
}
