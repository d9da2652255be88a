//! Punycode (RFC 3492) of words and domains.

use super::Args;
use super::args::text_or_empty;
use super::row::{Row, scalar};
use crate::ir::Value;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["punycode_to_string"], "(string: string) -> string", punycode_to_string, "kusto/query/punycode-to-string-function"),
    scalar(&["punycode_from_string"], "(string: string) -> string", punycode_from_string, "kusto/query/punycode-from-string-function"),
    scalar(
        &["punycode_domain_from_string"],
        "(string: string) -> string",
        punycode_domain_from_string,
        "kusto/query/punycode-domain-from-string-function",
    ),
    scalar(
        &["punycode_domain_to_string"],
        "(string: string) -> string",
        punycode_domain_to_string,
        "kusto/query/punycode-domain-to-string-function",
    ),
];

const BASE: u32 = 36;

fn punycode_from_string(args: &Args<'_>) -> Value {
    text_or_empty(encode(&args.text(0)))
}

fn punycode_to_string(args: &Args<'_>) -> Value {
    text_or_empty(decode(&args.text(0)))
}

/// Labels that begin with `xn--` are decoded: the engine does so under both names (emu/punycode-domain-from-string-function-00).
fn punycode_domain_from_string(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let label = |label: &str| match label.strip_prefix("xn--") {
        Some(encoded) => decode(encoded),
        None => Some(label.to_owned()),
    };
    text_or_empty(text.split('.').map(label).collect::<Option<Vec<_>>>().map(|labels| labels.join(".")))
}

fn punycode_domain_to_string(args: &Args<'_>) -> Value {
    punycode_domain_from_string(args)
}

fn threshold(at: u32, bias: u32) -> u32 {
    at.saturating_sub(bias).clamp(1, 26)
}

fn adapted(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut steps = 0;
    while delta > 455 {
        delta /= 35;
        steps += BASE;
    }
    steps + 36 * delta / (delta + 38)
}

fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72, basic);
    let total = text.chars().count() as u32;
    while handled < total {
        let smallest = text.chars().map(u32::from).filter(|c| *c >= next).min()?;
        delta = delta.checked_add((smallest - next).checked_mul(handled + 1)?)?;
        next = smallest;
        for c in text.chars().map(u32::from) {
            if c < next {
                delta = delta.checked_add(1)?;
            }
            if c == next {
                write_number(delta, bias, &mut out)?;
                bias = adapted(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next += 1;
    }
    Some(out)
}

fn write_number(number: u32, bias: u32, out: &mut String) -> Option<()> {
    let mut rest = number;
    let mut at = BASE;
    loop {
        let limit = threshold(at, bias);
        if rest < limit {
            out.push(symbol(rest)?);
            return Some(());
        }
        out.push(symbol(limit + (rest - limit) % (BASE - limit))?);
        rest = (rest - limit) / (BASE - limit);
        at += BASE;
    }
}

/// `a` to `z` are 0 to 25, `0` to `9` are 26 to 35.
fn symbol(n: u32) -> Option<char> {
    if n < 26 { char::from_u32(u32::from('a') + n) } else { char::from_digit(n - 26, 10) }
}

fn number_of(c: char) -> Option<u32> {
    match c {
        'a'..='z' => Some(u32::from(c) - u32::from('a')),
        'A'..='Z' => Some(u32::from(c) - u32::from('A')),
        '0'..='9' => Some(u32::from(c) - u32::from('0') + 26),
        _ => None,
    }
}

fn decode(text: &str) -> Option<String> {
    let (basic, encoded) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut next, mut position, mut bias) = (128_u32, 0_u32, 72);
    let mut digits = encoded.chars().map(number_of);
    let mut first = digits.next();
    while let Some(digit) = first {
        let before = position;
        let (mut weight, mut at) = (1_u32, BASE);
        let mut digit = digit?;
        loop {
            position = position.checked_add(digit.checked_mul(weight)?)?;
            let limit = threshold(at, bias);
            if digit < limit {
                break;
            }
            weight = weight.checked_mul(BASE - limit)?;
            at += BASE;
            digit = digits.next()??;
        }
        let count = out.len() as u32 + 1;
        bias = adapted(position - before, count, before == 0);
        next = next.checked_add(position / count)?;
        position %= count;
        out.insert(position as usize, char::from_u32(next)?);
        position += 1;
        first = digits.next();
    }
    Some(out.into_iter().collect())
}
