//! Kusto's tests of addresses as networks that a field lies in.

use super::logic::{and, matches, not, or};
use super::matches::{Truth, name};
use super::operand::{Operand, operand};
use crate::ir::{Expr, Matcher, Value};
use crate::source::Span;
use std::sync::Arc;

/// The private networks (RFC 1918), which `ipv4_is_private` asks for (ipv4-is-private-function.md).
const PRIVATE: &[&str] = &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/// Every IPv4 address: for what is none the functions on them are null.
const EVERY: &str = "0.0.0.0/0";
/// Every IPv6 address. The functions on them take IPv4 addresses for those of `::ffff:0:0/96` (ipv6-is-in-range-function.md).
const EVERY_V6: &str = "::/0";
/// IPv4 addresses as IPv6 has them.
const OLDER: &str = "::ffff:0:0/96";

/// Returns when a test of addresses holds, and when it is false.
pub(super) fn of_call(function: &str, args: &[Expr], span: Span) -> Option<Truth> {
    let (first, rest) = args.split_first()?;
    let Operand::Field(field) = operand(first) else { return None };
    let v6 = function.starts_with("ipv6");
    let networks: Vec<String> = match (function, rest) {
        ("ipv4_is_private", []) => PRIVATE.iter().map(|network| (*network).to_owned()).collect(),
        ("ipv4_is_in_range" | "ipv4_is_match" | "ipv4_is_in_any_range", networks) if !networks.is_empty() => constants(networks, whole)?,
        ("ipv6_is_in_range" | "ipv6_is_in_any_range", networks) if !networks.is_empty() => constants(networks, whole_v6)?,
        _ => return None,
    };
    let lies_in = |network: &str| matches(&name(&field), Matcher::Cidr(Arc::from(network)), span);
    let yes = or(networks.iter().map(|network| lies_in(network)).collect(), span);
    let any = if v6 { or(vec![lies_in(EVERY), lies_in(EVERY_V6)], span) } else { lies_in(EVERY) };
    let no = and(vec![not(yes.clone()), any], span);
    Some(Truth { yes, no: Some(no) })
}

/// The networks of constant arguments; a single address is a network of one.
fn constants(args: &[Expr], whole: fn(&str) -> Option<String>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for arg in args {
        match operand(arg) {
            Operand::Constant(Value::String(text)) => found.push(whole(&text)?),
            Operand::Constant(Value::Array(items)) => {
                for item in items.iter() {
                    found.push(whole(item.as_str()?)?);
                }
            }
            _ => return None,
        }
    }
    Some(found)
}

fn whole(text: &str) -> Option<String> {
    let written = if text.contains('/') { text.to_owned() } else { format!("{text}/32") };
    written.parse::<ipnet::Ipv4Net>().is_ok().then_some(written)
}

fn whole_v6(text: &str) -> Option<String> {
    let written = if text.contains('/') { text.to_owned() } else { format!("{text}/128") };
    let (network, older) = (written.parse::<ipnet::Ipv6Net>().ok()?, OLDER.parse::<ipnet::Ipv6Net>().ok()?);
    (!network.contains(&older) && !older.contains(&network)).then_some(written)
}
