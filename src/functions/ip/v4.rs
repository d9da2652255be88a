//! IPv4 addresses with an optional prefix length: `10.1.2.3/24`.

use crate::functions::Args;
use crate::functions::args::{bool_or_null, long_or_null, text_or_empty};
use crate::ir::convert::{to_long, to_text};
use crate::ir::{Type, Value};
use std::net::Ipv4Addr;

/// An address and how many of its bits count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Network {
    address: u32,
    prefix: u32,
}

impl Network {
    /// Reads an address; leading zeros and prefixes above 32 are refused (dkt/parse_url_ip).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            None => (text.trim(), 32),
            Some((address, prefix)) => (address, prefix.parse().ok()?),
        };
        let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
        (prefix <= 32).then_some(Self { address, prefix })
    }

    pub(super) fn prefix(self) -> u32 {
        self.prefix
    }

    pub(super) fn masked(self) -> u32 {
        self.address & mask(self.prefix)
    }

    fn shortened(self, prefix: u32) -> Self {
        Self { prefix: self.prefix.min(prefix), ..self }
    }

    fn compare(self, other: Self) -> std::cmp::Ordering {
        let prefix = self.prefix.min(other.prefix);
        (self.address & mask(prefix)).cmp(&(other.address & mask(prefix)))
    }
}

fn mask(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
}

fn network(args: &Args<'_>, position: usize) -> Option<Network> {
    Network::parse(&args.text(position))
}

/// The prefix argument, which must be 0 to 32.
fn prefix(args: &Args<'_>, position: usize) -> Option<u32> {
    if args.values.len() <= position {
        return Some(32);
    }
    args.long(position).and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= 32)
}

pub(super) fn parse_ipv4(args: &Args<'_>) -> Value {
    long_or_null(network(args, 0).map(|n| i64::from(n.masked())))
}

pub(super) fn parse_ipv4_mask(args: &Args<'_>) -> Value {
    long_or_null(network(args, 0).zip(prefix(args, 1)).map(|(n, prefix)| i64::from(n.shortened(prefix).masked())))
}

fn compared(args: &Args<'_>) -> Option<std::cmp::Ordering> {
    let prefix = prefix(args, 2)?;
    Some(network(args, 0)?.shortened(prefix).compare(network(args, 1)?))
}

pub(super) fn ipv4_compare(args: &Args<'_>) -> Value {
    long_or_null(compared(args).map(|order| order as i64))
}

pub(super) fn ipv4_is_match(args: &Args<'_>) -> Value {
    bool_or_null(compared(args).map(std::cmp::Ordering::is_eq))
}

pub(super) fn ipv4_is_in_range(args: &Args<'_>) -> Value {
    bool_or_null(network(args, 0).zip(network(args, 1)).map(|(ip, range)| ip.compare(range).is_eq()))
}

/// Ranges as arguments or in arrays; those that are none are passed over.
pub(super) fn ipv4_is_in_any_range(args: &Args<'_>) -> Value {
    let Some(ip) = network(args, 0) else { return Value::Null };
    Value::Bool(texts_from(args, 1).iter().filter_map(|range| Network::parse(range)).any(|range| ip.compare(range).is_eq()))
}

/// The texts of all arguments from a position on, arrays taken apart.
pub(super) fn texts_from(args: &Args<'_>, first: usize) -> Vec<String> {
    let mut out = Vec::new();
    for value in args.values.iter().skip(first) {
        match value {
            Value::Array(items) => out.extend(items.iter().map(|item| to_text(item, Type::Dynamic))),
            other => out.push(to_text(other, Type::String)),
        }
    }
    out
}

/// 10/8, 172.16/12 and 192.168/16 (emu/ipv4-is-private-function-01).
pub(super) fn ipv4_is_private(args: &Args<'_>) -> Value {
    bool_or_null(network(args, 0).map(|n| Ipv4Addr::from(n.masked()).is_private()))
}

pub(super) fn ipv4_netmask_suffix(args: &Args<'_>) -> Value {
    long_or_null(network(args, 0).map(|n| i64::from(n.prefix())))
}

/// The address as text or as a number.
fn address(args: &Args<'_>) -> Option<Network> {
    match args.value(0) {
        Value::Int(_) | Value::Long(_) => {
            let address = to_long(args.value(0)).and_then(|n| u32::try_from(n).ok())?;
            Some(Network { address, prefix: 32 })
        }
        _ => network(args, 0),
    }
}

fn formatted(args: &Args<'_>) -> Option<Network> {
    Some(address(args)?.shortened(prefix(args, 1)?))
}

pub(super) fn format_ipv4(args: &Args<'_>) -> Value {
    text_or_empty(formatted(args).map(|n| Ipv4Addr::from(n.masked()).to_string()))
}

pub(super) fn format_ipv4_mask(args: &Args<'_>) -> Value {
    text_or_empty(formatted(args).map(|n| format!("{}/{}", Ipv4Addr::from(n.masked()), n.prefix)))
}

/// The fewest blocks that cover the range and nothing else.
pub(super) fn ipv4_range_to_cidr_list(args: &Args<'_>) -> Value {
    let Some((start, end)) = network(args, 0).zip(network(args, 1)) else { return Value::Null };
    let (mut next, end) = (u64::from(start.masked()), u64::from(end.masked()));
    let mut blocks = Vec::new();
    while next <= end {
        let aligned = if next == 0 { 32 } else { next.trailing_zeros().min(32) };
        let fitting = (end - next + 1).ilog2();
        let size = aligned.min(fitting);
        blocks.push(Value::string(format!("{}/{}", Ipv4Addr::from(next as u32), 32 - size)));
        next += 1 << size;
    }
    Value::array(blocks)
}
