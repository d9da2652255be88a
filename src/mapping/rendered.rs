//! Registry numbers as Sysmon renders them (`DWORD (0x00000001)`), where the others hold decimal digits.
//!
//! It knows the rendering and nothing of fields.

use super::facts::plain;
use super::logic::{matches, or};
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Dialect, Expr, Matcher, PatternPart, Value};
use crate::source::Span;

/// Rewrites a matcher on such a value.
pub(super) fn converted(target: &str, matcher: &Matcher, from: Dialect, span: Span) -> Result<Expr, Problem> {
    let is = |text: String, case: Case| matches(target, Matcher::Equals { value: Value::string(text), case }, span);
    match matcher {
        Matcher::Equals { value, .. } if from == Dialect::Sigma => match decimal(&plain(value)) {
            None => Ok(matches(target, matcher.clone(), span)),
            Some(digits) => {
                let message = format!("`{target}` holds the digits of a number, which a text may have too");
                let mut near = Problem::new("number-as-text", span, message);
                near.instead = Some(Box::new((is(digits, Case::Insensitive), Fidelity::Wider)));
                Err(near)
            }
        },
        Matcher::Wildcard { pattern, .. } if from == Dialect::Sigma && pattern.parts.iter().any(spells_number) => {
            Err(Problem::new("value-held-otherwise", span, format!("`{target}` holds the digits of a number, not its rendering")))
        }
        Matcher::Equals { value, case } if from != Dialect::Sigma => match plain(value).parse::<u64>() {
            Ok(number) => Ok(or(vec![is(plain(value), *case), is(rendered(number), *case)], span)),
            Err(_) => Ok(matches(target, matcher.clone(), span)),
        },
        other => Ok(matches(target, other.clone(), span)),
    }
}

fn spells_number(part: &PatternPart) -> bool {
    let PatternPart::Text(text) = part else { return false };
    let lower = text.to_ascii_lowercase();
    ["dword", "qword", "0x"].iter().any(|word| lower.contains(word))
}

/// `DWORD (0x0000000a)` and `QWORD (0x00000000-0x0000000a)` in decimal; `None` for anything else.
pub(super) fn decimal(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let inner = lower.strip_prefix("dword (").or_else(|| lower.strip_prefix("qword ("))?.strip_suffix(')')?;
    let digits: String = inner.split('-').map(|half| half.trim_start_matches("0x")).collect();
    u64::from_str_radix(&digits, 16).ok().map(|number| number.to_string())
}

fn rendered(number: u64) -> String {
    match u32::try_from(number) {
        Ok(number) => format!("DWORD (0x{number:08x})"),
        Err(_) => format!("QWORD (0x{:08x}-0x{:08x})", number >> 32, number & 0xffff_ffff),
    }
}

#[cfg(test)]
mod tests {
    use super::{decimal, rendered};

    #[test]
    fn numbers_come_back_from_their_rendering() {
        for number in [0, 1, 0xffff_ffff, 0x1_0000_0000] {
            assert_eq!(decimal(&rendered(number)), Some(number.to_string()));
        }
        assert_eq!(decimal("Binary Data"), None);
        assert_eq!(decimal("DWORD (zz)"), None);
    }
}
