//! A connector whose data types the query does not read.
//!
//! Sentinel shows a rule as ready when its connectors are: a data type that the query never reads says nothing about that.
//!
//! ```sentinel bad
//! requiredDataConnectors:
//!   - connectorId: AzureActiveDirectory
//!     dataTypes:
//!       - AuditLogs
//! query: SigninLogs | where ResultType == "50126"
//! ```
//!
//! ```sentinel good
//! requiredDataConnectors:
//!   - connectorId: AzureActiveDirectory
//!     dataTypes:
//!       - SigninLogs
//! query: SigninLogs | where ResultType == "50126"
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{Dialect, Op, TableSource};

pub(super) static LINT: Lint = Lint::new("unread-data-type", include_str!("unread_data_type.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    if !context.is(Dialect::Sentinel) || context.rule.detection.is_none() {
        return;
    }
    let (mut tables, mut certain) = (Vec::new(), true);
    context.operators(&mut |node| match &node.op {
        Op::Scan(TableSource::Table(name)) => tables.push(name.clone()),
        // What a saved function reads, and what an operator that is not understood does, is not known.
        Op::Scan(TableSource::Function { .. }) | Op::Opaque { .. } => certain = false,
        _ => {}
    });
    if tables.is_empty() || !certain {
        return;
    }
    for data_type in context.rule.meta.connectors.iter().flat_map(|(_, types)| types) {
        // `OfficeActivity (SharePoint)` is a part of the table `OfficeActivity`.
        let table = data_type.value.split([' ', '(']).next().unwrap_or("");
        if context.catalog.table(table).is_some() && !tables.iter().any(|read| &**read == table) {
            found.push(LINT.at(data_type.span, format!("the query does not read `{table}`")).with_help("name what it reads"));
        }
    }
}
