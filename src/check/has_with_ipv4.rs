//! `has` with an IPv4 address.
//!
//! `has_ipv4` knows what an address is and ignores leading zeros; `has` compares terms (Microsoft's own analyzer says so as KS514).
//!
//! ```kusto bad
//! Syslog | where SyslogMessage has "203.0.113.7"
//! ```
//!
//! ```kusto good
//! Syslog | where has_ipv4(SyslogMessage, "203.0.113.7")
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::kusto::walk::Node;
use std::net::Ipv4Addr;

pub(super) static LINT: Lint = Lint::new("has-with-ipv4", include_str!("has_with_ipv4.rs"), check).info().pedantic();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.walk_kusto(&mut |node| {
        let Node::Expr(Expr { kind: ExprKind::Binary { op: BinaryOp::Has | BinaryOp::HasCs, right, .. }, span }) = node else { return };
        if right.as_text().is_some_and(|text| text.parse::<Ipv4Addr>().is_ok()) {
            found.push(
                LINT.at(context.place(*span), "an address is looked for as text").with_help("`has_ipv4(column, address)` knows addresses"),
            );
        }
    });
}
