//! Functions that take a named part of a time, and the formatting of times.

use super::args::long_or_null;
use super::row::{Row, prepared};
use super::{Args, Naming, Prepared};
use crate::ir::datetime::{Civil, MAX_TICKS, TICKS_PER_DAY, days_before, days_in_month};
use crate::ir::{TICKS_PER_SECOND, Value};
use std::fmt::Write as _;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    prepared(
        &["format_datetime"],
        "(date: datetime, format: literal string) -> string",
        format_datetime,
        "kusto/query/format-datetime-function",
    )
    .named(Naming::FirstArgument),
    prepared(
        &["format_timespan"],
        "(timespan: timespan, format: literal string) -> string",
        format_timespan,
        "kusto/query/format-timespan-function",
    )
    .named(Naming::FirstArgument),
    prepared(
        &["datetime_add"],
        "(part: literal string, value: integer, datetime: datetime) -> datetime",
        datetime_add,
        "kusto/query/datetime-add-function",
    ),
    prepared(
        &["datetime_diff"],
        "(part: literal string, datetime1: datetime, datetime2: datetime) -> long",
        datetime_diff,
        "kusto/query/datetime-diff-function",
    ),
    prepared(
        &["datetime_part", "datepart"],
        "(part: literal string, date: datetime) -> long",
        datetime_part,
        "kusto/query/datetime-part-function",
    ),
];

/// A named part, with its length in ticks where that is fixed and in months where it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Months(i64),
    Ticks(i64),
    Nanosecond,
    DayOfYear,
    WeekOfYear,
}

/// The parts by name.
const PARTS: &[(&str, Part)] = &[
    ("year", Part::Months(12)),
    ("quarter", Part::Months(3)),
    ("month", Part::Months(1)),
    ("week", Part::Ticks(7 * TICKS_PER_DAY)),
    ("day", Part::Ticks(TICKS_PER_DAY)),
    ("hour", Part::Ticks(3600 * TICKS_PER_SECOND)),
    ("minute", Part::Ticks(60 * TICKS_PER_SECOND)),
    ("second", Part::Ticks(TICKS_PER_SECOND)),
    ("millisecond", Part::Ticks(10_000)),
    ("microsecond", Part::Ticks(10)),
    ("nanosecond", Part::Nanosecond),
];

/// The parts that only `datetime_part` has.
const MORE_PARTS: &[(&str, Part)] = &[("week_of_year", Part::WeekOfYear), ("weekofyear", Part::WeekOfYear), ("dayofyear", Part::DayOfYear)];

fn part_named(constants: &[Option<Value>], is_wanted: impl Fn(Part) -> bool) -> Result<Part, String> {
    let Some(name) = constants.first().and_then(Option::as_ref).and_then(Value::as_str) else {
        return Err("the part must be a string literal".to_owned());
    };
    let lower = name.to_ascii_lowercase();
    let known = PARTS.iter().chain(MORE_PARTS).find(|(known, part)| *known == lower && is_wanted(*part));
    known.map(|(_, part)| *part).ok_or_else(|| format!("there is no part `{name}` of a datetime here"))
}

fn is_duration(part: Part) -> bool {
    !matches!(part, Part::DayOfYear | Part::WeekOfYear)
}

fn datetime_add(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let part = part_named(constants, is_duration)?;
    Ok(Box::new(move |args| {
        let sum = args.long(1).zip(args.datetime(2)).and_then(|(count, ticks)| add(part, count, ticks));
        sum.filter(|t| (0..=MAX_TICKS).contains(t)).map_or(Value::Null, Value::DateTime)
    }))
}

/// Adds; a day that the month does not have becomes its last one (k2s/0081).
fn add(part: Part, count: i64, ticks: i64) -> Option<i64> {
    match part {
        Part::Months(length) => {
            let c = Civil::from_ticks(ticks);
            let months = (c.year * 12 + c.month - 1).checked_add(count.checked_mul(length)?)?;
            let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
            Civil { year, month, day: c.day.min(days_in_month(year, month)), ..c }.ticks()
        }
        Part::Ticks(length) => ticks.checked_add(count.checked_mul(length)?),
        Part::Nanosecond => ticks.checked_add(count / 100),
        Part::DayOfYear | Part::WeekOfYear => None,
    }
}

/// Counts the boundaries between two times (emu/datetime-diff-function-00).
fn datetime_diff(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let part = part_named(constants, is_duration)?;
    Ok(Box::new(move |args| long_or_null(args.datetime(1).zip(args.datetime(2)).map(|(a, b)| boundary(part, a) - boundary(part, b)))))
}

/// How many boundaries of a part lie before a time; weeks begin on Sunday.
fn boundary(part: Part, ticks: i64) -> i64 {
    match part {
        Part::Months(length) => {
            let c = Civil::from_ticks(ticks);
            (c.year * 12 + c.month - 1).div_euclid(length)
        }
        Part::Ticks(length) if length == 7 * TICKS_PER_DAY => (ticks + TICKS_PER_DAY).div_euclid(length),
        Part::Ticks(length) => ticks.div_euclid(length),
        Part::Nanosecond => ticks.wrapping_mul(100),
        Part::DayOfYear | Part::WeekOfYear => 0,
    }
}

fn datetime_part(constants: &[Option<Value>]) -> Result<Prepared, String> {
    let part = part_named(constants, |part| part != Part::Ticks(7 * TICKS_PER_DAY))?;
    Ok(Box::new(move |args| args.datetime(1).map_or(Value::Null, |ticks| Value::Long(value_of(part, ticks)))))
}

fn value_of(part: Part, ticks: i64) -> i64 {
    let c = Civil::from_ticks(ticks);
    let within = |length: i64, whole: i64| ticks.rem_euclid(whole) / length;
    match part {
        Part::Months(12) => c.year,
        Part::Months(3) => (c.month - 1) / 3 + 1,
        Part::Months(_) => c.month,
        Part::Ticks(TICKS_PER_DAY) => c.day,
        Part::Ticks(length) if length == 3600 * TICKS_PER_SECOND => c.hour,
        Part::Ticks(length) if length == 60 * TICKS_PER_SECOND => c.minute,
        Part::Ticks(TICKS_PER_SECOND) => c.second,
        Part::Ticks(length) => within(length, TICKS_PER_SECOND),
        Part::Nanosecond => within(1, TICKS_PER_SECOND) * 100,
        Part::DayOfYear => days_before(c.year, c.month, c.day) - days_before(c.year, 1, 1) + 1,
        Part::WeekOfYear => super::datetime::iso_week(c),
    }
}

/// A piece of a format: a letter that repeats, or a delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Field(char, usize),
    Delimiter(char),
}

/// Splits a format; letters repeat up to their limit, then a new piece begins (`dddd` is `dd` twice, k2s/0538).
fn pieces(constants: &[Option<Value>], letters: &[(char, usize)]) -> Result<Vec<Piece>, String> {
    let Some(format) = constants.get(1).and_then(Option::as_ref).and_then(Value::as_str) else {
        return Err("the format must be a string literal".to_owned());
    };
    let mut out: Vec<Piece> = Vec::new();
    for c in format.chars() {
        let limit = letters.iter().find(|(letter, _)| *letter == c).map(|(_, limit)| *limit);
        match (limit, out.last_mut()) {
            (Some(limit), Some(Piece::Field(letter, count))) if *letter == c && *count < limit => *count += 1,
            (Some(_), _) => out.push(Piece::Field(c, 1)),
            (None, _) if " /-:,._[]".contains(c) => out.push(Piece::Delimiter(c)),
            (None, _) => return Err(format!("`{c}` is not a format element")),
        }
    }
    Ok(out)
}

fn format_datetime(constants: &[Option<Value>]) -> Result<Prepared, String> {
    const LETTERS: &[(char, usize)] = &[('d', 2), ('f', 7), ('F', 7), ('h', 2), ('H', 2), ('m', 2), ('M', 2), ('s', 2), ('y', 4), ('t', 2)];
    let pieces = pieces(constants, LETTERS)?;
    Ok(Box::new(move |args| {
        let Some(ticks) = args.datetime(0) else { return Value::string("") };
        let c = Civil::from_ticks(ticks);
        let field = |letter: char, count: usize, out: &mut String| match letter {
            'd' => padded(c.day, count, out),
            'M' => padded(c.month, count, out),
            'y' if count > 2 => padded(c.year, count, out),
            'y' => padded(c.year % 100, count, out),
            'h' => padded((c.hour + 11) % 12 + 1, count, out),
            't' => out.push_str(match (c.hour < 12, count) {
                (true, 1) => "A",
                (true, _) => "AM",
                (false, 1) => "P",
                (false, _) => "PM",
            }),
            other => clock_field(other, count, (c.hour, c.minute, c.second, c.fraction), out),
        };
        Value::string(written(&pieces, field))
    }))
}

fn format_timespan(constants: &[Option<Value>]) -> Result<Prepared, String> {
    const LETTERS: &[(char, usize)] = &[('d', 8), ('f', 7), ('F', 7), ('h', 2), ('H', 2), ('m', 2), ('s', 2)];
    let pieces = pieces(constants, LETTERS)?;
    Ok(Box::new(move |args: &Args<'_>| {
        let Some(ticks) = args.timespan(0) else { return Value::string("") };
        let sign = if ticks < 0 { "-" } else { "" };
        let ticks = i64::try_from(ticks.unsigned_abs()).unwrap_or(i64::MAX);
        let seconds = ticks / TICKS_PER_SECOND;
        let clock = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, ticks % TICKS_PER_SECOND);
        let field = |letter: char, count: usize, out: &mut String| match letter {
            'd' => padded(ticks / TICKS_PER_DAY, count, out),
            'h' => padded(clock.0, count, out),
            other => clock_field(other, count, clock, out),
        };
        Value::string(format!("{sign}{}", written(&pieces, field)))
    }))
}

fn written(pieces: &[Piece], field: impl Fn(char, usize, &mut String)) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Field(letter, count) => field(*letter, *count, &mut out),
            Piece::Delimiter(c) => out.push(*c),
        }
    }
    out
}

fn padded(n: i64, width: usize, out: &mut String) {
    let _ = write!(out, "{n:0width$}");
}

/// The letters that datetimes and timespans share.
fn clock_field(letter: char, count: usize, (hour, minute, second, fraction): (i64, i64, i64, i64), out: &mut String) {
    match letter {
        'H' => padded(hour, count, out),
        'm' => padded(minute, count, out),
        's' => padded(second, count, out),
        'f' | 'F' => {
            let digits = format!("{fraction:07}");
            let kept = digits.get(..count).unwrap_or(&digits);
            out.push_str(if letter == 'F' { kept.trim_end_matches('0') } else { kept });
        }
        _ => {}
    }
}
