//! Date math: `now-1d/d`, `2026-05-01||+1M/d`
//! (<https://www.elastic.co/docs/reference/elasticsearch/rest-apis/common-options#date-math>).

use crate::ir::TICKS_PER_SECOND;
use crate::ir::datetime::{Civil, days_in_month, parse_datetime};

const TICKS_PER_MILLI: i64 = TICKS_PER_SECOND / 1000;

/// Resolves date math, rounding up to the last millisecond of a unit if asked; `None` for any other text.
pub(super) fn resolve(text: &str, now: i64, round_up: bool) -> Option<i64> {
    let (mut at, mut rest) = if let Some(rest) = text.strip_prefix("now") {
        (now, rest)
    } else {
        let (date, rest) = text.split_once("||")?;
        (parse_datetime(date)?, rest)
    };
    while let Some(sign) = rest.chars().next() {
        let after = rest.get(sign.len_utf8()..)?;
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (count, after) = after.split_at_checked(digits)?;
        let unit = after.chars().next()?;
        let count: i64 = if count.is_empty() { 1 } else { count.parse().ok()? };
        at = match sign {
            '+' => shift(at, unit, count)?,
            '-' => shift(at, unit, count.checked_neg()?)?,
            '/' if digits == 0 && round_up => shift(floor(at, unit)?, unit, 1)?.checked_sub(TICKS_PER_MILLI)?,
            '/' if digits == 0 => floor(at, unit)?,
            _ => return None,
        };
        rest = after.get(unit.len_utf8()..)?;
    }
    Some(at)
}

/// Ticks of a unit that has always the same length.
fn ticks(unit: char) -> Option<i64> {
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' | 'H' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    Some(seconds * TICKS_PER_SECOND)
}

fn shift(at: i64, unit: char, count: i64) -> Option<i64> {
    let months = match unit {
        'M' => count,
        'y' => count.checked_mul(12)?,
        _ => return at.checked_add(ticks(unit)?.checked_mul(count)?),
    };
    let mut parts = Civil::from_ticks(at);
    let month = parts.year.checked_mul(12)?.checked_add(parts.month - 1)?.checked_add(months)?;
    (parts.year, parts.month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    parts.day = parts.day.min(days_in_month(parts.year, parts.month));
    parts.ticks()
}

fn floor(at: i64, unit: char) -> Option<i64> {
    let parts = Civil::from_ticks(at);
    match unit {
        'y' => Civil::date(parts.year, 1, 1).ticks(),
        'M' => Civil::date(parts.year, parts.month, 1).ticks(),
        // 0001-01-01 was a Monday, and Elasticsearch's weeks begin on Mondays.
        _ => ticks(unit).map(|length| at - at.rem_euclid(length)),
    }
}
