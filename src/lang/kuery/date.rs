//! Points in time as `date` fields read them: `strict_date_optional_time||epoch_millis`.
//!
//! Date math (`now-1d/d`) is left as text; it means something only when the query runs.

use crate::ir::datetime::{UNIX_EPOCH_TICKS, days_in_month, parse_datetime};
use crate::ir::{TICKS_PER_SECOND, Value};

const TICKS_PER_MILLI: i64 = TICKS_PER_SECOND / 1000;

/// The first and the last moment that a date text stands for: `2026-05` is a whole month
/// (<https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-range-query#missing-date-components>).
pub(super) struct Moment {
    pub(super) first: Value,
    pub(super) last: Value,
}

/// Reads a date; a text that is none, date math too, stands for itself.
pub(super) fn read(text: &str) -> Moment {
    match interval(text) {
        Some((first, last)) => Moment { first: Value::DateTime(first), last: Value::DateTime(last) },
        None => Moment { first: Value::string(text), last: Value::string(text) },
    }
}

fn interval(text: &str) -> Option<(i64, i64)> {
    if text.len() > 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        let at = UNIX_EPOCH_TICKS.checked_add(text.parse::<i64>().ok()?.checked_mul(TICKS_PER_MILLI)?)?;
        return Some((at, at));
    }
    let (first, last) = completed(text)?;
    Some((parse_datetime(&first)?, parse_datetime(&last)?))
}

/// Fills in what the text leaves open, once with the least and once with the greatest values.
fn completed(text: &str) -> Option<(String, String)> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let fields: Vec<&str> = date.split('-').collect();
    let (low, high) = match fields.as_slice() {
        [year] if year.len() == 4 => (format!("{year}-01-01"), format!("{year}-12-31")),
        [year, month] => {
            let days = days_in_month(year.parse().ok()?, month.parse().ok().filter(|m| (1..=12).contains(m))?);
            (format!("{year}-{month}-01"), format!("{year}-{month}-{days}"))
        }
        [_, _, _] => (date.to_owned(), date.to_owned()),
        _ => return None,
    };
    let Some(time) = time else { return Some((format!("{low}T00:00:00Z"), format!("{high}T23:59:59.999Z"))) };
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(zone_at)?;
    let zone = if zone.is_empty() { "Z" } else { zone };
    let parts: Vec<&str> = clock.split(':').collect();
    let (from, to) = match parts.as_slice() {
        [hour] if hour.len() == 2 => (format!("{hour}:00:00"), format!("{hour}:59:59.999")),
        [_, _] => (format!("{clock}:00"), format!("{clock}:59.999")),
        [_, _, second] if second.contains('.') => (clock.to_owned(), clock.to_owned()),
        [_, _, _] => (clock.to_owned(), format!("{clock}.999")),
        _ => return None,
    };
    Some((format!("{low}T{from}{zone}"), format!("{high}T{to}{zone}")))
}
