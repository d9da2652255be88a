//! Calendar functions and the formatting of times.

use super::Args;
use super::Naming;
use super::row::{Row, scalar};
use crate::ir::datetime::{Civil, MAX_TICKS, TICKS_PER_DAY, UNIX_EPOCH_TICKS, days_before};
use crate::ir::{TICKS_PER_SECOND, Value};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    scalar(&["make_datetime"], "(year: number, month: number, day: number, hour?: number, minute?: number, second?: number) -> datetime | (value: any) -> datetime", make_datetime, "kusto/query/make-datetime-function").named(Naming::OnlyArgument),
    scalar(&["make_timespan"], "(days: number, hours: number, minutes: number, seconds: number) -> timespan | (hours: number, minutes: number, seconds?: number) -> timespan | (value: any) -> timespan", make_timespan, "kusto/query/make-timespan-function").named(Naming::OnlyArgument),
    scalar(&["dayofweek"], "(date: datetime) -> timespan", dayofweek, "kusto/query/day-of-week-function"),
    scalar(&["dayofmonth"], "(date: datetime) -> int", dayofmonth, "kusto/query/day-of-month-function"),
    scalar(&["dayofyear"], "(date: datetime) -> int", dayofyear, "kusto/query/day-of-year-function"),
    scalar(&["hourofday"], "(date: datetime) -> int", hourofday, "kusto/query/hour-of-day-function"),
    scalar(&["week_of_year", "weekofyear"], "(date: datetime) -> int", week_of_year, "kusto/query/week-of-year-function"),
    scalar(&["monthofyear"], "(date: datetime) -> int", monthofyear, "kusto/query/monthofyear-function"),
    scalar(&["startofday"], "(date: datetime, offset?: long) -> datetime", startofday, "kusto/query/startofday-function").named(Naming::FirstArgument),
    scalar(&["startofweek"], "(date: datetime, offset?: long) -> datetime", startofweek, "kusto/query/startofweek-function"),
    scalar(&["startofmonth"], "(date: datetime, offset?: long) -> datetime", startofmonth, "kusto/query/startofmonth-function"),
    scalar(&["startofyear"], "(date: datetime, offset?: long) -> datetime", startofyear, "kusto/query/startofyear-function"),
    scalar(&["endofday"], "(date: datetime, offset?: long) -> datetime", endofday, "kusto/query/endofday-function"),
    scalar(&["endofweek"], "(date: datetime, offset?: long) -> datetime", endofweek, "kusto/query/endofweek-function"),
    scalar(&["endofmonth"], "(date: datetime, offset?: long) -> datetime", endofmonth, "kusto/query/endofmonth-function"),
    scalar(&["endofyear"], "(date: datetime, offset?: long) -> datetime", endofyear, "kusto/query/endofyear-function"),
    scalar(&["getyear"], "(date: datetime) -> int", getyear, "kusto/query/getyear-function"),
    scalar(&["getmonth"], "(date: datetime) -> int", getmonth, "Kusto.Language 12.4.1, Functions"),
    scalar(&["now"], "(offset?: timespan) -> datetime", now, "kusto/query/now-function").esql(&["now"]),
    scalar(&["ago"], "(timespan: timespan) -> datetime", ago, "kusto/query/ago-function"),
    scalar(&["unixtime_seconds_todatetime"], "(number: number) -> datetime", unixtime_seconds_todatetime, "kusto/query/unixtime-seconds-todatetime-function"),
    scalar(&["unixtime_milliseconds_todatetime"], "(number: number) -> datetime", unixtime_milliseconds_todatetime, "kusto/query/unixtime-milliseconds-todatetime-function"),
    scalar(&["unixtime_microseconds_todatetime"], "(number: number) -> datetime", unixtime_microseconds_todatetime, "kusto/query/unixtime-microseconds-todatetime-function"),
    scalar(&["unixtime_nanoseconds_todatetime"], "(number: number) -> datetime", unixtime_nanoseconds_todatetime, "kusto/query/unixtime-nanoseconds-todatetime-function"),
];

/// The point in time at which the query runs, the same in the whole statement.
fn now(args: &Args<'_>) -> Value {
    let offset = if args.values.is_empty() { Some(0) } else { args.timespan(0) };
    at(offset.and_then(|offset| args.now.checked_add(offset)))
}

fn ago(args: &Args<'_>) -> Value {
    at(args.timespan(0).and_then(|span| args.now.checked_sub(span)))
}

/// Makes a datetime; null where the ticks are outside the calendar.
fn at(ticks: Option<i64>) -> Value {
    ticks.filter(|t| (0..=MAX_TICKS).contains(t)).map_or(Value::Null, Value::DateTime)
}

fn civil(args: &Args<'_>, position: usize) -> Option<Civil> {
    args.datetime(position).map(Civil::from_ticks)
}

fn part(args: &Args<'_>, take: fn(Civil) -> i64) -> Value {
    civil(args, 0).map_or(Value::Null, |c| Value::Int(take(c) as i32))
}

fn getyear(args: &Args<'_>) -> Value {
    part(args, |c| c.year)
}

fn getmonth(args: &Args<'_>) -> Value {
    part(args, |c| c.month)
}

fn monthofyear(args: &Args<'_>) -> Value {
    part(args, |c| c.month)
}

fn dayofmonth(args: &Args<'_>) -> Value {
    part(args, |c| c.day)
}

fn hourofday(args: &Args<'_>) -> Value {
    part(args, |c| c.hour)
}

fn dayofyear(args: &Args<'_>) -> Value {
    part(args, day_of_year)
}

fn week_of_year(args: &Args<'_>) -> Value {
    part(args, iso_week)
}

fn day_of_year(c: Civil) -> i64 {
    days_before(c.year, c.month, c.day) - days_before(c.year, 1, 1) + 1
}

/// The week of ISO 8601 (k2s/1014).
pub(super) fn iso_week(c: Civil) -> i64 {
    let days = days_before(c.year, c.month, c.day);
    let thursday = days - days.rem_euclid(7) + 3;
    let year = Civil::from_ticks(thursday.max(0) * TICKS_PER_DAY).year;
    (thursday - days_before(year, 1, 1)) / 7 + 1
}

/// Days since Sunday, as a timespan.
fn dayofweek(args: &Args<'_>) -> Value {
    args.datetime(0).map_or(Value::Null, |t| Value::TimeSpan((t.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7) * TICKS_PER_DAY))
}

/// A calendar unit that `startof…` and `endof…` know.
#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The first tick of the unit that holds `ticks`, moved by `offset` units.
fn start_of(ticks: i64, unit: Unit, offset: i64) -> Option<i64> {
    let days = ticks.div_euclid(TICKS_PER_DAY);
    let c = Civil::from_ticks(ticks);
    let start = match unit {
        Unit::Day => days.checked_add(offset)?,
        Unit::Week => (days - (days + 1).rem_euclid(7)).checked_add(offset.checked_mul(7)?)?,
        Unit::Month => {
            let months = (c.year * 12 + c.month - 1).checked_add(offset)?;
            in_calendar(months.div_euclid(12))?;
            days_before(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
        }
        Unit::Year => {
            let year = c.year.checked_add(offset)?;
            in_calendar(year)?;
            days_before(year, 1, 1)
        }
    };
    start.checked_mul(TICKS_PER_DAY)
}

fn in_calendar(year: i64) -> Option<()> {
    (-1..=10_001).contains(&year).then_some(())
}

fn start(args: &Args<'_>, unit: Unit) -> Value {
    let offset = args.long(1).unwrap_or(0);
    at(args.datetime(0).and_then(|t| start_of(t, unit, offset)))
}

fn end(args: &Args<'_>, unit: Unit) -> Value {
    let offset = args.long(1).unwrap_or(0);
    at(args.datetime(0).and_then(|t| start_of(t, unit, offset.checked_add(1)?)?.checked_sub(1)))
}

fn startofday(args: &Args<'_>) -> Value {
    start(args, Unit::Day)
}

fn startofweek(args: &Args<'_>) -> Value {
    start(args, Unit::Week)
}

fn startofmonth(args: &Args<'_>) -> Value {
    start(args, Unit::Month)
}

fn startofyear(args: &Args<'_>) -> Value {
    start(args, Unit::Year)
}

fn endofday(args: &Args<'_>) -> Value {
    end(args, Unit::Day)
}

fn endofweek(args: &Args<'_>) -> Value {
    end(args, Unit::Week)
}

fn endofmonth(args: &Args<'_>) -> Value {
    end(args, Unit::Month)
}

fn endofyear(args: &Args<'_>) -> Value {
    end(args, Unit::Year)
}

fn make_datetime(args: &Args<'_>) -> Value {
    if args.values.len() == 1 {
        return crate::ir::convert::convert(args.value(0), args.ty(0), crate::ir::Type::DateTime);
    }
    at(civil_of(args))
}

fn civil_of(args: &Args<'_>) -> Option<i64> {
    let given = |position: usize| if args.values.len() > position { args.long(position) } else { Some(0) };
    let second = if args.values.len() > 5 { args.real(5)? } else { 0.0 };
    let fraction = ((second - second.floor()) * TICKS_PER_SECOND as f64).round() as i64;
    let whole = Civil {
        year: given(0)?,
        month: given(1)?,
        day: given(2)?,
        hour: given(3)?,
        minute: given(4)?,
        second: second.floor() as i64,
        fraction: 0,
    };
    whole.ticks()?.checked_add(fraction)
}

/// `(days, hours, minutes, seconds)`, `(hours, minutes[, seconds])`, or a value to convert.
fn make_timespan(args: &Args<'_>) -> Value {
    let units: &[f64] = match args.values.len() {
        1 => return crate::ir::convert::convert(args.value(0), args.ty(0), crate::ir::Type::TimeSpan),
        4 => &[864e9, 36e9, 6e8, 1e7],
        _ => &[36e9, 6e8, 1e7],
    };
    let mut total = 0.0;
    for (position, unit) in units.iter().enumerate().take(args.values.len()) {
        let Some(n) = args.real(position) else { return Value::Null };
        total += n * unit;
    }
    Value::TimeSpan(total.round() as i64)
}

fn from_unix(args: &Args<'_>, ticks_per_unit: f64) -> Value {
    let exact = |n: i64| {
        let per_unit = ticks_per_unit as i64;
        if per_unit >= 1 { n.checked_mul(per_unit) } else { Some(n.div_euclid((1.0 / ticks_per_unit).round() as i64)) }
    };
    let offset = match args.value(0) {
        Value::Real(n) => Some((n * ticks_per_unit).round() as i64),
        _ => args.long(0).and_then(exact),
    };
    at(offset.and_then(|offset| UNIX_EPOCH_TICKS.checked_add(offset)))
}

fn unixtime_seconds_todatetime(args: &Args<'_>) -> Value {
    from_unix(args, 1e7)
}

fn unixtime_milliseconds_todatetime(args: &Args<'_>) -> Value {
    from_unix(args, 1e4)
}

fn unixtime_microseconds_todatetime(args: &Args<'_>) -> Value {
    from_unix(args, 10.0)
}

fn unixtime_nanoseconds_todatetime(args: &Args<'_>) -> Value {
    from_unix(args, 0.01)
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{call, check};
    use crate::ir::Value;
    use crate::ir::datetime::{parse_datetime, print_datetime};
    use crate::ir::timespan::parse_timespan;

    fn at(text: &str) -> Value {
        Value::DateTime(parse_datetime(text).unwrap())
    }

    fn check_at(name: &str, arguments: &[Value], expected: &str) {
        let Value::DateTime(ticks) = call(name, arguments) else { panic!("{name} is null") };
        assert_eq!(print_datetime(ticks).get(..expected.len()), Some(expected), "{name}({arguments:?})");
    }

    #[test]
    fn units_start_and_end() {
        check_at("startofweek", &[at("2021-07-08 10:00")], "2021-07-04T00:00:00");
        check_at("endofmonth", &[at("2024-02-10")], "2024-02-29T23:59:59.9999999Z");
        check_at("endofyear", &[at("9999-01-01")], "9999-12-31T23:59:59.9999999Z");
        check_at("startofmonth", &[at("2021-07-08"), (-7_i64).into()], "2020-12-01");
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        check("week_of_year", &[at("2021-01-03")], Value::Int(53));
        check("week_of_year", &[at("2021-01-04")], Value::Int(1));
        check("week_of_year", &[at("2024-12-30")], Value::Int(1));
    }

    #[test]
    fn months_end_before_days_run_out() {
        check_at("datetime_add", &["month".into(), 1_i64.into(), at("2023-01-31")], "2023-02-28");
        check_at("datetime_add", &["quarter".into(), (-1_i64).into(), at("2023-05-31")], "2023-02-28");
    }

    #[test]
    fn differences_count_boundaries() {
        check("datetime_diff", &["year".into(), at("2021-01-01"), at("2020-12-31")], 1_i64);
        check("datetime_diff", &["hour".into(), at("2021-01-01 00:59"), at("2021-01-01 01:00")], -1_i64);
        check("datetime_diff", &["nanosecond".into(), at("2021-01-01 00:00:00.0000003"), at("2021-01-01")], 300_i64);
    }

    #[test]
    fn formats_follow_their_letters() {
        let t = at("2021-07-08 15:04:05.0670000");
        check("format_datetime", &[t.clone(), "yyyy-MM-dd HH:mm:ss.fff".into()], "2021-07-08 15:04:05.067");
        check("format_datetime", &[t.clone(), "d/M/yy h tt".into()], "8/7/21 3 PM");
        check("format_datetime", &[t, "FFFF".into()], "067");
        let span = Value::TimeSpan(parse_timespan("-1.02:03:04.5").unwrap());
        check("format_timespan", &[span, "dd.hh:mm:ss [f]".into()], "-01.02:03:04 [5]");
    }

    #[test]
    fn unix_times_are_exact() {
        check_at("unixtime_seconds_todatetime", &[1_600_000_000_i64.into()], "2020-09-13T12:26:40.0000000Z");
        check_at("unixtime_milliseconds_todatetime", &[1_600_000_000_123_i64.into()], "2020-09-13T12:26:40.1230000Z");
        check("unixtime_seconds_todatetime", &[i64::MAX.into()], Value::Null);
    }

    #[test]
    fn parts_that_do_not_exist_make_null() {
        check("make_datetime", &[2021_i64.into(), 13_i64.into(), 1_i64.into()], Value::Null);
        check("make_timespan", &[1_i64.into(), 30_i64.into()], Value::TimeSpan(54_000_000_000));
    }
}
