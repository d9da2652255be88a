//! IPv6 addresses with an optional prefix length; an IPv4 address is the one mapped into `::ffff:0:0/96`.

use super::v4::{self, texts_from};
use crate::functions::Args;
use crate::functions::args::{bool_or_null, long_or_null, text_or_empty};
use crate::ir::Value;
use std::cmp::Ordering;
use std::net::{Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug)]
struct Network {
    address: u128,
    prefix: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        // `::` before an IPv4 address is that address too (`parse-ipv6-mask-function`, `ipv6-compare-function`).
        let trimmed = text.trim();
        if let Some(network) = v4::Network::parse(trimmed.strip_prefix("::").unwrap_or(trimmed)) {
            let address = u128::from(Ipv4Addr::from(network.masked()).to_ipv6_mapped());
            return Some(Self { address, prefix: network.prefix() + 96 });
        }
        let (address, prefix) = match trimmed.split_once('/') {
            None => (trimmed, 128),
            Some((address, prefix)) => (address, prefix.parse().ok()?),
        };
        let address = u128::from(address.parse::<Ipv6Addr>().ok()?);
        (prefix <= 128).then_some(Self { address, prefix })
    }

    fn shortened(self, prefix: u32) -> Self {
        Self { prefix: self.prefix.min(prefix), ..self }
    }

    fn masked(self) -> u128 {
        self.address & mask(self.prefix)
    }

    fn compare(self, other: Self) -> Ordering {
        let prefix = self.prefix.min(other.prefix);
        (self.address & mask(prefix)).cmp(&(other.address & mask(prefix)))
    }

    /// All eight groups with all their digits.
    fn text(self) -> String {
        let groups = Ipv6Addr::from(self.masked()).segments();
        groups.map(|group| format!("{group:04x}")).join(":")
    }
}

fn mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix).unwrap_or(0)
}

fn network(args: &Args<'_>, position: usize) -> Option<Network> {
    Network::parse(&args.text(position))
}

fn prefix(args: &Args<'_>, position: usize) -> Option<u32> {
    if args.values.len() <= position {
        return Some(128);
    }
    args.long(position).and_then(|n| u32::try_from(n).ok()).filter(|n| *n <= 128)
}

pub(super) fn parse_ipv6(args: &Args<'_>) -> Value {
    text_or_empty(network(args, 0).map(Network::text))
}

pub(super) fn parse_ipv6_mask(args: &Args<'_>) -> Value {
    text_or_empty(network(args, 0).zip(prefix(args, 1)).map(|(n, prefix)| n.shortened(prefix).text()))
}

fn compared(args: &Args<'_>) -> Option<Ordering> {
    let prefix = prefix(args, 2)?;
    Some(network(args, 0)?.shortened(prefix).compare(network(args, 1)?))
}

pub(super) fn ipv6_compare(args: &Args<'_>) -> Value {
    long_or_null(compared(args).map(|order| order as i64))
}

pub(super) fn ipv6_is_match(args: &Args<'_>) -> Value {
    bool_or_null(compared(args).map(Ordering::is_eq))
}

pub(super) fn ipv6_is_in_range(args: &Args<'_>) -> Value {
    bool_or_null(network(args, 0).zip(network(args, 1)).map(|(ip, range)| ip.compare(range).is_eq()))
}

pub(super) fn ipv6_is_in_any_range(args: &Args<'_>) -> Value {
    let Some(ip) = network(args, 0) else { return Value::Null };
    Value::Bool(texts_from(args, 1).iter().filter_map(|range| Network::parse(range)).any(|range| ip.compare(range).is_eq()))
}
