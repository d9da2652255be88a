//! Durations as rule files write them, in ticks.

use crate::ir::TICKS_PER_SECOND;

const UNITS: [(&str, i64); 5] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800)];

/// Months and years of Sigma's `timespan`, by the specification's own measure of 30 and 365 days.
const LONG_UNITS: [(&str, i64); 2] = [("M", 30 * 86_400), ("y", 365 * 86_400)];

/// Reads `5m`, `1h`, `14d`.
pub(super) fn simple(text: &str) -> Option<i64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(unit_at)?;
    let seconds = UNITS.iter().chain(&LONG_UNITS).find(|(name, _)| *name == unit)?.1;
    number.parse::<i64>().ok()?.checked_mul(seconds)?.checked_mul(TICKS_PER_SECOND)
}

/// Reads what Sentinel takes: `5m`, `1H`, and ISO 8601 (`PT5M`, `P1DT2H`).
pub(super) fn sentinel(text: &str) -> Option<i64> {
    iso(text).or_else(|| simple(&text.to_ascii_lowercase()))
}

/// Reads Elastic's look-back, `now-9m` or `now-1d-2h`, as ticks before now. Rounding (`/d`) has no fixed length.
pub(super) fn look_back(text: &str) -> Option<i64> {
    let rest = text.strip_prefix("now")?;
    if rest.is_empty() {
        return Some(0);
    }
    // Kibana's date math knows `H` as another word for `h` (elastic.co, Date math).
    rest.strip_prefix('-')?.split('-').try_fold(0_i64, |sum, part| sum.checked_add(simple(&part.replace('H', "h"))?))
}

/// Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds.
fn iso(text: &str) -> Option<i64> {
    let text = text.to_ascii_uppercase();
    let rest = text.strip_prefix('P')?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let total = parts(days, &[('W', 604_800), ('D', 86_400)])?.checked_add(parts(time, &[('H', 3_600), ('M', 60), ('S', 1)])?)?;
    (rest.len() > 1).then_some(total)?.checked_mul(TICKS_PER_SECOND)
}

fn parts(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut seconds = 0_i64;
    for (unit, size) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(*size)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: impl Fn(&str) -> Option<i64>, cases: &[(&str, Option<i64>)]) {
        for (text, seconds) in cases {
            assert_eq!(read(text), seconds.map(|s| s * TICKS_PER_SECOND), "{text}");
        }
    }

    #[test]
    fn sentinel_takes_short_and_iso_durations() {
        check(
            sentinel,
            &[("1h", Some(3_600)), ("14d", Some(1_209_600)), ("PT5M", Some(300)), ("P1DT2H", Some(93_600)), ("1H", Some(3_600))],
        );
        check(sentinel, &[("", None), ("P", None), ("PT", None), ("h", None), ("1x", None), ("P1M", None), ("99999999999999999d", None)]);
    }

    #[test]
    fn elastic_look_back_is_date_math_without_rounding() {
        check(look_back, &[("now-9m", Some(540)), ("now", Some(0)), ("now-1d-2h", Some(93_600)), ("now-1H", Some(3_600))]);
        check(look_back, &[("now/d", None), ("9m", None), ("now+1h", None), ("now-", None)]);
    }
}
