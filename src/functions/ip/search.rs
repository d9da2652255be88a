//! IPv4 addresses inside a text: they count where no letter or digit is next to them.

use super::v4::texts_from;
use crate::functions::Args;
use crate::ir::Value;
use std::net::Ipv4Addr;

/// The addresses that stand in a text.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '.').map(|word| word.trim_matches('.')).filter(|word| is_address(word))
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

fn has_any(args: &Args<'_>, is_valid: fn(&str) -> bool, fits: fn(&str, &str) -> bool) -> Value {
    let wanted: Vec<String> = texts_from(args, 1).into_iter().filter(|text| is_valid(text)).collect();
    let text = args.text(0);
    Value::Bool(!wanted.is_empty() && addresses(&text).any(|ip| wanted.iter().any(|wanted| fits(ip, wanted))))
}

fn has_address(args: &Args<'_>) -> Value {
    has_any(args, is_address, |ip, wanted| ip == wanted)
}

/// A prefix is a whole address or ends with a dot (emu/has-ipv4-prefix-function-01).
fn has_prefix(args: &Args<'_>) -> Value {
    has_any(
        args,
        |text| text.ends_with('.') || is_address(text),
        |ip, wanted| ip == wanted || (wanted.ends_with('.') && ip.starts_with(wanted)),
    )
}

pub(super) fn has_ipv4(args: &Args<'_>) -> Value {
    has_address(args)
}

pub(super) fn has_any_ipv4(args: &Args<'_>) -> Value {
    has_address(args)
}

pub(super) fn has_ipv4_prefix(args: &Args<'_>) -> Value {
    has_prefix(args)
}

pub(super) fn has_any_ipv4_prefix(args: &Args<'_>) -> Value {
    has_prefix(args)
}
