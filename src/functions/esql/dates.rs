//! Functions on dates: truncation, differences, parts, formats, buckets.

use super::operators::months;
use super::{row, strict};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::datetime::{Civil, TICKS_PER_DAY, UNIX_EPOCH_TICKS, days_before, parse_datetime};
use crate::ir::{TICKS_PER_SECOND, Value, convert};
use std::cmp::Ordering;
use std::fmt::Write as _;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("date_trunc", "(interval: any, date: any) -> datetime", strict!(|args: &Args<'_>| truncated(args.value(1), args.value(0)))),
    row!("date_diff", "(unit: any, start: any, end: any) -> long", strict!(diff)),
    row!("date_extract", "(part: any, date: any) -> long", strict!(extract)),
    row!("date_format", "(format: any, date?: any) -> string", strict!(format)),
    row!("date_parse", "(format: any, text?: any) -> datetime", strict!(parse)),
    row!("day_name", "(date: any) -> string", strict!(|args: &Args<'_>| ticks(args, 0).map_or(Value::Null, |at| Value::string(day_name(at))))),
    row!("month_name", "(date: any) -> string", strict!(|args: &Args<'_>| ticks(args, 0).map_or(Value::Null, |at| Value::string(month_name(at))))),
    row!("bucket", "(value: any, size: any, from?: any, to?: any) -> dynamic", strict!(bucket)),
];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

fn ticks(args: &Args<'_>, at: usize) -> Option<i64> {
    convert::to_datetime(args.value(at))
}

/// 0 is Monday.
fn weekday(ticks: i64) -> i64 {
    ticks.div_euclid(TICKS_PER_DAY).rem_euclid(7)
}

fn day_name(ticks: i64) -> &'static str {
    usize::try_from(weekday(ticks)).ok().and_then(|day| DAYS.get(day)).copied().unwrap_or_default()
}

fn month_name(ticks: i64) -> &'static str {
    usize::try_from(Civil::from_ticks(ticks).month - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default()
}

/// Rounds down: 7 days to Mondays, other lengths from 1970-01-01, months in the calendar (`DateTrunc.createRounding` of Elasticsearch).
fn truncated(date: &Value, interval: &Value) -> Value {
    let Some(ticks) = convert::to_datetime(date) else { return Value::Null };
    let start = match interval {
        Value::TimeSpan(span) if *span <= 0 => None,
        Value::TimeSpan(span) if *span == 7 * TICKS_PER_DAY => ticks.checked_sub(ticks.rem_euclid(7 * TICKS_PER_DAY)),
        Value::TimeSpan(span) => ticks.checked_sub((ticks - UNIX_EPOCH_TICKS).rem_euclid(*span)),
        other => months(other).filter(|months| *months > 0).map(|months| {
            let civil = Civil::from_ticks(ticks);
            let at = (civil.year * 12 + civil.month - 1).div_euclid(months) * months;
            days_before(at.div_euclid(12), at.rem_euclid(12) + 1, 1) * TICKS_PER_DAY
        }),
    };
    start.map_or(Value::Null, Value::DateTime)
}

/// Whole units between two dates, cut towards zero (`date-time-functions/date_diff`).
fn diff(args: &Args<'_>) -> Value {
    let (Some(start), Some(end)) = (ticks(args, 1), ticks(args, 2)) else { return Value::Null };
    let between = end - start;
    let months = || {
        let (a, b) = (Civil::from_ticks(start), Civil::from_ticks(end));
        let whole = (b.year * 12 + b.month) - (a.year * 12 + a.month);
        let rest = |c: Civil, ticks: i64| (c.day, ticks.rem_euclid(TICKS_PER_DAY));
        match (whole.signum(), rest(b, end).cmp(&rest(a, start))) {
            (1, Ordering::Less) => whole - 1,
            (-1, Ordering::Greater) => whole + 1,
            _ => whole,
        }
    };
    let units = match args.text(0).to_ascii_lowercase().as_str() {
        "year" | "years" | "yy" | "yyyy" => months() / 12,
        "quarter" | "quarters" | "qq" | "q" => months() / 3,
        "month" | "months" | "mm" | "m" => months(),
        "week" | "weeks" | "wk" | "ww" => between / (7 * TICKS_PER_DAY),
        "day" | "days" | "dd" | "d" | "dayofyear" | "dy" | "y" | "weekday" | "weekdays" | "dw" => between / TICKS_PER_DAY,
        "hour" | "hours" | "hh" => between / (3600 * TICKS_PER_SECOND),
        "minute" | "minutes" | "mi" | "n" => between / (60 * TICKS_PER_SECOND),
        "second" | "seconds" | "ss" | "s" => between / TICKS_PER_SECOND,
        "millisecond" | "milliseconds" | "ms" => between / (TICKS_PER_SECOND / 1000),
        "microsecond" | "microseconds" | "mcs" => between / 10,
        "nanosecond" | "nanoseconds" | "ns" => return between.checked_mul(100).map_or(Value::Null, Value::Long),
        _ => return Value::Null,
    };
    Value::Long(units)
}

/// A part of a date by its name in `java.time.temporal.ChronoField` (`date-time-functions/date_extract`).
fn extract(args: &Args<'_>) -> Value {
    let Some(at) = ticks(args, 1) else { return Value::Null };
    let civil = Civil::from_ticks(at);
    let in_day = at.rem_euclid(TICKS_PER_DAY);
    let day_of_year = days_before(civil.year, civil.month, civil.day) - days_before(civil.year, 1, 1) + 1;
    Value::Long(match args.text(0).to_ascii_lowercase().as_str() {
        "year" | "year_of_era" => civil.year,
        "month_of_year" => civil.month,
        "proleptic_month" => civil.year * 12 + civil.month - 1,
        "day_of_month" => civil.day,
        "day_of_week" => weekday(at) + 1,
        "day_of_year" => day_of_year,
        "aligned_week_of_month" => (civil.day - 1) / 7 + 1,
        "aligned_week_of_year" => (day_of_year - 1) / 7 + 1,
        "aligned_day_of_week_in_month" => (civil.day - 1) % 7 + 1,
        "aligned_day_of_week_in_year" => (day_of_year - 1) % 7 + 1,
        "ampm_of_day" => civil.hour / 12,
        "hour_of_day" => civil.hour,
        "hour_of_ampm" => civil.hour % 12,
        "clock_hour_of_day" => {
            if civil.hour == 0 {
                24
            } else {
                civil.hour
            }
        }
        "clock_hour_of_ampm" => {
            if civil.hour % 12 == 0 {
                12
            } else {
                civil.hour % 12
            }
        }
        "minute_of_hour" => civil.minute,
        "minute_of_day" => civil.hour * 60 + civil.minute,
        "second_of_minute" => civil.second,
        "second_of_day" => in_day / TICKS_PER_SECOND,
        "milli_of_second" => civil.fraction / 10_000,
        "milli_of_day" => in_day / 10_000,
        "micro_of_second" => civil.fraction / 10,
        "nano_of_second" => civil.fraction * 100,
        "epoch_day" => (at - UNIX_EPOCH_TICKS).div_euclid(TICKS_PER_DAY),
        _ => return Value::Null,
    })
}

/// Runs of a letter, and other text, of a `java.time` pattern.
fn runs(pattern: &str) -> Vec<(char, String)> {
    let mut runs: Vec<(char, String)> = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            let quoted: String = chars.by_ref().take_while(|c| *c != '\'').collect();
            runs.push(('\'', if quoted.is_empty() { "'".to_owned() } else { quoted }));
            continue;
        }
        let mut run = c.to_string();
        while c.is_ascii_alphabetic() && chars.next_if_eq(&c).is_some() {
            run.push(c);
        }
        runs.push((if c.is_ascii_alphabetic() { c } else { '\'' }, run));
    }
    runs
}

/// `DATE_FORMAT(date)` is ISO 8601, else a `java.time` pattern (`date-time-functions/date_format`).
fn format(args: &Args<'_>) -> Value {
    if args.values.len() < 2 {
        return ticks(args, 0).map_or(Value::Null, |at| Value::string(super::types::text(&Value::DateTime(at))));
    }
    let Some(at) = ticks(args, 1) else { return Value::Null };
    let civil = Civil::from_ticks(at);
    let mut out = String::new();
    for (letter, run) in runs(&args.text(0)) {
        let width = run.len();
        let mut number = |n: i64| {
            let _ = write!(out, "{n:0width$}");
        };
        match (letter, width) {
            ('y' | 'u' | 'Y', 2) => number(civil.year % 100),
            ('y' | 'u' | 'Y', _) => number(civil.year),
            ('M' | 'L', 1 | 2) => number(civil.month),
            ('M' | 'L', 3) => out.push_str(month_name(at).get(..3).unwrap_or_default()),
            ('M' | 'L', _) => out.push_str(month_name(at)),
            ('d', _) => number(civil.day),
            ('D', _) => number(days_before(civil.year, civil.month, civil.day) - days_before(civil.year, 1, 1) + 1),
            ('E', 1..=3) => out.push_str(day_name(at).get(..3).unwrap_or_default()),
            ('E', _) => out.push_str(day_name(at)),
            ('e', _) => number(weekday(at) + 1),
            ('H', _) => number(civil.hour),
            ('h', _) => number(if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 }),
            ('a', _) => out.push_str(if civil.hour < 12 { "AM" } else { "PM" }),
            ('m', _) => number(civil.minute),
            ('s', _) => number(civil.second),
            ('S', _) => out.push_str(format!("{:07}00", civil.fraction).get(..width.min(9)).unwrap_or_default()),
            ('X' | 'z' | 'V', _) => out.push('Z'),
            ('x' | 'Z', _) => out.push_str("+0000"),
            ('\'', _) => out.push_str(&run),
            _ => return Value::Null,
        }
    }
    Value::string(out)
}

/// `DATE_PARSE(text)` reads ISO 8601, else a `java.time` pattern (`date-time-functions/date_parse`).
fn parse(args: &Args<'_>) -> Value {
    if args.values.len() < 2 {
        return parse_datetime(&args.text(0)).map_or(Value::Null, Value::DateTime);
    }
    let (pattern, text) = (args.text(0), args.text(1));
    read(&pattern, &text).map_or(Value::Null, Value::DateTime)
}

fn read(pattern: &str, text: &str) -> Option<i64> {
    let mut civil = Civil::date(1970, 1, 1);
    let (mut rest, mut afternoon, mut offset) = (text, None, 0);
    for (letter, run) in runs(pattern) {
        if letter == '\'' {
            rest = rest.strip_prefix(run.as_str())?;
            continue;
        }
        if matches!(letter, 'M' | 'L') && run.len() > 2 {
            let name = |month: &&&str| {
                rest.to_ascii_lowercase()
                    .starts_with(&month.get(..if run.len() == 3 { 3 } else { month.len() }).unwrap_or_default().to_ascii_lowercase())
            };
            let found = MONTHS.iter().position(|month| name(&month))?;
            civil.month = i64::try_from(found).ok()? + 1;
            rest = rest.get(if run.len() == 3 { 3 } else { MONTHS.get(found)?.len() }..)?;
            continue;
        }
        if matches!(letter, 'a' | 'E' | 'X' | 'Z' | 'x' | 'z') {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | ':'))).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            match letter {
                'a' => afternoon = Some(word.eq_ignore_ascii_case("pm")),
                'E' => {}
                _ => {
                    offset = UNIX_EPOCH_TICKS - parse_datetime(&format!("1970-01-01T00:00:00{word}"))?;
                }
            }
            rest = after;
            continue;
        }
        let most = if run.len() == 1 { 19 } else { run.len() };
        let end = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, after) = rest.split_at_checked(end)?;
        let number: i64 = digits.parse().ok()?;
        rest = after;
        match letter {
            'y' | 'u' => civil.year = if run.len() == 2 { 2000 + number } else { number },
            'M' | 'L' => civil.month = number,
            'd' => civil.day = number,
            'H' => civil.hour = number,
            'h' => civil.hour = number % 12,
            'm' => civil.minute = number,
            's' => civil.second = number,
            'S' => civil.fraction = format!("{digits:0<7}").get(..7)?.parse().ok()?,
            _ => return None,
        }
    }
    if afternoon == Some(true) {
        civil.hour += 12;
    }
    if !rest.is_empty() {
        return None;
    }
    civil.ticks()?.checked_sub(offset)
}

/// `BUCKET(date, 1 hour)`, `BUCKET(number, 10)`, or a number of buckets between two ends (`grouping-functions/bucket`).
fn bucket(args: &Args<'_>) -> Value {
    let (value, size) = (args.value(0), args.value(1));
    if matches!(size, Value::TimeSpan(_) | Value::Object(_)) {
        return truncated(value, size);
    }
    let ends = (args.values.len() > 3).then(|| (args.value(2), args.value(3)));
    if let (Value::DateTime(_), Some((from, to))) = (value, ends) {
        let span = convert::to_datetime(from).zip(convert::to_datetime(to)).map(|(from, to)| to.saturating_sub(from));
        return span
            .zip(convert::to_long(size))
            .map(|(span, count)| human_interval(span, count))
            .map_or(Value::Null, |interval| truncated(value, &interval));
    }
    let Some(number) = convert::to_real(value) else { return Value::Null };
    let width = match ends {
        None => convert::to_real(size),
        Some((from, to)) => convert::to_real(from).zip(convert::to_real(to)).zip(convert::to_real(size)).map(|((from, to), count)| {
            // The power of ten that gives no more than so many buckets (`Bucket.pickRounding`).
            let precise = (to - from) / count;
            10_f64.powf(precise.log10().ceil())
        }),
    };
    match width.filter(|width| *width > 0.0) {
        Some(width) => Value::Real((number / width).floor() * width),
        None => Value::Null,
    }
}

/// The smallest interval of a human's choosing that gives at most so many buckets (`Bucket.LARGEST_HUMAN_DATE_ROUNDING` and the rest).
fn human_interval(span: i64, buckets: i64) -> Value {
    const SECOND: i64 = TICKS_PER_SECOND;
    const FIXED: [i64; 16] = [
        SECOND / 1000,
        SECOND / 200,
        SECOND / 100,
        SECOND / 10 / 2,
        SECOND / 10,
        SECOND,
        5 * SECOND,
        10 * SECOND,
        30 * SECOND,
        60 * SECOND,
        300 * SECOND,
        600 * SECOND,
        1800 * SECOND,
        3600 * SECOND,
        3 * 3600 * SECOND,
        12 * 3600 * SECOND,
    ];
    let fits = |ticks: i64| span.checked_div(ticks).is_some_and(|count| count < buckets);
    if let Some(ticks) = FIXED.into_iter().chain([TICKS_PER_DAY, 7 * TICKS_PER_DAY]).find(|ticks| fits(*ticks)) {
        return Value::TimeSpan(ticks);
    }
    let calendar = [(1, 30), (3, 91), (12, 365)];
    let found = calendar.into_iter().find(|(_, days)| fits(days * TICKS_PER_DAY)).map_or(12, |(months, _)| months);
    super::operators::of_months(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: Option<&str>) {
        assert_eq!(read(pattern, text).map(crate::ir::datetime::print_datetime).as_deref(), expected, "{text} as {pattern}");
    }

    #[test]
    fn patterns_of_java_read_dates() {
        check("yyyy-MM-dd", "2022-05-06", Some("2022-05-06T00:00:00.0000000Z"));
        check("dd/MMM/yyyy:HH:mm:ss Z", "06/May/2022:10:11:12 +0200", Some("2022-05-06T08:11:12.0000000Z"));
        check("yyyy-MM-dd", "2022-05", None);
        check("yyyy-MM-dd'T'HH:mm:ss.SSS", "2022-05-06T01:02:03.5", Some("2022-05-06T01:02:03.5000000Z"));
    }

    #[test]
    fn weeks_begin_on_monday_and_other_lengths_in_1970() {
        let truncate = |text: &str, span: i64| {
            let date = Value::DateTime(parse_datetime(text).unwrap());
            match truncated(&date, &Value::TimeSpan(span)) {
                Value::DateTime(ticks) => crate::ir::datetime::print_datetime(ticks),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(truncate("2026-11-21T06:54:11Z", 7 * TICKS_PER_DAY), "2026-11-16T00:00:00.0000000Z");
        assert_eq!(truncate("2026-11-21T06:54:11Z", 600 * TICKS_PER_SECOND), "2026-11-21T06:50:00.0000000Z");
        assert_eq!(truncate("1970-01-03T00:00:00Z", 2 * TICKS_PER_DAY), "1970-01-03T00:00:00.0000000Z");
    }
}
