//! An IPv6 address or network in a function for IPv4.
//!
//! `ipv4_is_in_range` and its relatives give null for what is no IPv4 address: the condition is never true
//! (<https://learn.microsoft.com/kusto/query/ipv4-is-in-range-function>).
//!
//! ```kusto bad
//! SigninLogs | where ipv4_is_in_any_range(IPAddress, "10.0.0.0/8", "2001:db8::/32")
//! ```
//!
//! ```kusto good
//! SigninLogs | where ipv4_is_in_range(IPAddress, "10.0.0.0/8") or ipv6_is_in_range(IPAddress, "2001:db8::/32")
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{Expr, ExprKind, Json, Literal, LiteralKind};
use crate::source::Span;
use std::net::Ipv6Addr;

pub(super) static LINT: Lint = Lint::new("ipv6-in-ipv4-function", include_str!("ipv6_in_ipv4_function.rs"), check).error();

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    context.kusto_calls(&mut |call, _| {
        let function = call.name.text.as_str();
        if !function.starts_with("ipv4_") && !function.starts_with("has_ipv4") && !function.starts_with("has_any_ipv4") {
            return;
        }
        for (text, span) in call.args.iter().flat_map(texts).filter(|(text, _)| is_ipv6(text)) {
            let finding = LINT.at(context.place(span), format!("`{function}` knows no IPv6: it never matches `{text}`"));
            found.push(finding.with_help("use the function's IPv6 twin (`ipv6_is_in_range`, …) for it"));
        }
    });
}

/// Returns the constant texts of an argument, those in a dynamic list included.
fn texts<'a>(arg: &'a Expr) -> Vec<(&'a str, Span)> {
    match &arg.unwrapped().kind {
        ExprKind::Literal(Literal { kind: LiteralKind::Dynamic(Json::Array(items, _)), .. }) => {
            let text = |item: &'a Json| match item {
                Json::Scalar(literal, span) => as_text(literal).map(|text| (text, *span)),
                _ => None,
            };
            items.iter().filter_map(text).collect()
        }
        _ => arg.as_text().map(|text| (text, arg.span)).into_iter().collect(),
    }
}

fn as_text(literal: &Literal) -> Option<&str> {
    match &literal.kind {
        LiteralKind::String(text) => Some(text),
        _ => None,
    }
}

fn is_ipv6(text: &str) -> bool {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    address.trim().parse::<Ipv6Addr>().is_ok()
}
