//! Addresses and full-text search on values: `CIDR_MATCH`, `MATCH`, `:`, Lucene's `word~` and `"some words"~2`.

use super::{compare, row, strict, values_of};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::tokens::{near, tokens};
use crate::ir::{Type, Value, convert};
use ipnet::IpNet;
use std::net::IpAddr;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("cidr_match", "(ip: any, block: any...) -> bool", cidr_match),
    row!("ip_prefix", "(ip: any, v4: any, v6: any) -> string", strict!(ip_prefix)),
    row!("match", "(field: any, query: any, fuzziness?: any) -> bool", |args| Value::Bool(values_of(args.value(0)).iter().any(|value| is_found(value, args)))),
    row!("search.fuzzy", "(field: any, word: any, edits: any, analysed: any) -> bool", |args| Value::Bool(values_of(args.value(0)).iter().any(|value| is_similar(value, args)))),
    row!("search.near", "(field: any, phrase: any, slop: any) -> bool", |args| Value::Bool(values_of(args.value(0)).iter().any(|value| is_near(value, args)))),
];

fn address(value: &Value) -> Option<IpAddr> {
    value.as_str()?.parse().ok()
}

/// A block may be written without its length: one address.
fn block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Null where the address has no or several values (`ip-functions/cidr_match`).
fn cidr_match(args: &Args<'_>) -> Value {
    let Some(address) = address(args.value(0)) else { return Value::Null };
    let mut blocks = args.values.iter().skip(1).flat_map(values_of).filter_map(Value::as_str).filter_map(block);
    Value::Bool(blocks.any(|block| block.contains(&address)))
}

fn ip_prefix(args: &Args<'_>) -> Value {
    let Some(address) = address(args.value(0)) else { return Value::Null };
    let length = args.long(if address.is_ipv4() { 1 } else { 2 }).and_then(|n| u8::try_from(n).ok());
    let net = length.and_then(|length| IpNet::new(address, length).ok());
    net.map_or(Value::Null, |net| Value::string(net.network().to_string()))
}

/// A keyword is found whole, a number, date or address by its value (`search-functions/match`). `fuzziness` allows so many edits.
fn is_found(value: &Value, args: &Args<'_>) -> bool {
    let query = args.value(1);
    if let (Some(address), Some(block)) = (address(value), query.as_str().and_then(block)) {
        return block.contains(&address);
    }
    if compare::is_same(value, query) {
        return true;
    }
    let (text, wanted) = (convert::to_text(value, Type::Dynamic), convert::to_text(query, Type::Dynamic));
    if args.value(2).is_null() {
        return false;
    }
    let most = most_edits(args.value(2), &wanted);
    edits(&text, &wanted, most) <= most
}

/// How many edits a fuzziness allows: `AUTO` by the length of the word, two at most
/// (<https://www.elastic.co/docs/reference/elasticsearch/rest-apis/common-options#fuzziness>).
fn most_edits(fuzziness: &Value, word: &str) -> usize {
    match fuzziness {
        Value::String(auto) if auto.eq_ignore_ascii_case("auto") => match word.chars().count() {
            0..=2 => 0,
            3..=5 => 1,
            _ => 2,
        },
        other => convert::to_long(other).and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(2),
    }
}

/// A word of analysed text, or the whole of another value, is a few edits away.
fn is_similar(value: &Value, args: &Args<'_>) -> bool {
    let (text, word) = (convert::to_text(value, Type::Dynamic), convert::to_text(args.value(1), Type::Dynamic));
    let most = most_edits(args.value(2), &word);
    if matches!(args.value(3), Value::Bool(true)) {
        let wanted = tokens(&word);
        return wanted.iter().any(|word| tokens(&text).iter().any(|token| edits(token, word, most) <= most));
    }
    edits(&text, &word, most) <= most
}

fn is_near(value: &Value, args: &Args<'_>) -> bool {
    let slop = args.long(2).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    near(&convert::to_text(value, Type::Dynamic), &tokens(&convert::to_text(args.value(1), Type::Dynamic)), slop)
}

/// Edits between two texts, a swap of neighbours being one; more than `most` is not counted out.
fn edits(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::edits;

    #[test]
    fn a_swap_is_one_edit() {
        assert_eq!(edits("svchost.exe", "svhcost.exe", 2), 1);
        assert_eq!(edits("abc", "abd", 2), 1);
        assert_eq!(edits("abc", "abcdef", 2), 3);
    }
}
