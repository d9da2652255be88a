//! Conversions between UTC and the local time of a zone, from the bundled IANA database.

use super::Args;
use super::row::{Row, scalar};
use crate::ir::TICKS_PER_SECOND;
use crate::ir::Value;
use crate::ir::datetime::{Civil, MAX_TICKS, UNIX_EPOCH_TICKS};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(
        &["datetime_local_to_utc"],
        "(from: datetime, timezone: string) -> datetime",
        datetime_local_to_utc,
        "kusto/query/datetime-local-to-utc-function",
    ),
    scalar(
        &["datetime_utc_to_local"],
        "(from: datetime, timezone: string) -> datetime",
        datetime_utc_to_local,
        "kusto/query/datetime-utc-to-local-function",
    ),
    scalar(&["datetime_list_timezones"], "() -> dynamic", datetime_list_timezones, "kusto/query/datetime-list-timezones"),
];

/// The names of all zones, in the order of the alphabet.
fn datetime_list_timezones(_: &Args<'_>) -> Value {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    names.sort_unstable();
    Value::array(names.into_iter().map(Value::string).collect())
}

/// The zone of a name; names differ in case only.
fn zone(args: &Args<'_>) -> Option<TimeZone> {
    TimeZone::get(args.text(1).trim()).ok()
}

fn moved(ticks: i64, seconds: i64) -> Value {
    let moved = ticks.checked_add(seconds * TICKS_PER_SECOND).filter(|t| (0..=MAX_TICKS).contains(t));
    moved.map_or(Value::Null, Value::DateTime)
}

fn datetime_utc_to_local(args: &Args<'_>) -> Value {
    let parts = args.datetime(0).zip(zone(args));
    let offset = parts.and_then(|(ticks, zone)| {
        let timestamp = Timestamp::from_second((ticks - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_SECOND)).ok()?;
        Some((ticks, zone.to_offset(timestamp).seconds()))
    });
    offset.map_or(Value::Null, |(ticks, seconds)| moved(ticks, i64::from(seconds)))
}

/// In a gap or an overlap the offset that held before it counts.
fn datetime_local_to_utc(args: &Args<'_>) -> Value {
    let parts = args.datetime(0).zip(zone(args));
    let offset = parts.and_then(|(ticks, zone)| {
        let c = Civil::from_ticks(ticks);
        let part = |n: i64| i8::try_from(n).ok();
        let local =
            DateTime::new(i16::try_from(c.year).ok()?, part(c.month)?, part(c.day)?, part(c.hour)?, part(c.minute)?, part(c.second)?, 0);
        let timestamp = zone.to_ambiguous_timestamp(local.ok()?).compatible().ok()?;
        Some((ticks, zone.to_offset(timestamp).seconds()))
    });
    offset.map_or(Value::Null, |(ticks, seconds)| moved(ticks, -i64::from(seconds)))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};
    use crate::ir::Value;
    use crate::ir::datetime::parse_datetime;

    fn at(text: &str) -> Value {
        Value::DateTime(parse_datetime(text).unwrap())
    }

    #[test]
    fn summer_time_is_known() {
        check("datetime_utc_to_local", &[at("2023-07-01 12:00"), "Europe/Berlin".into()], at("2023-07-01 14:00"));
        check("datetime_utc_to_local", &[at("2023-01-01 12:00"), "Europe/Berlin".into()], at("2023-01-01 13:00"));
        check("datetime_local_to_utc", &[at("2023-07-01 12:00"), "US/Pacific".into()], at("2023-07-01 19:00"));
        assert!(call("datetime_utc_to_local", &[at("2023-07-01"), "Nowhere/Land".into()]).is_null());
    }
}
