//! Times in constants: `1.5h`, `1.02:03:04.5`, `2020-01-31T12:00:00.5Z`.

use crate::ir::TICKS_PER_SECOND;

const UNITS: &[(&str, f64)] = &[
    ("tick", 1.0),
    ("nano", 0.01),
    ("micro", 10.0),
    ("milli", 10_000.0),
    ("ms", 10_000.0),
    ("s", 1e7),
    ("m", 6e8),
    ("h", 3.6e10),
    ("d", 8.64e11),
];

/// Reads a number with a unit as ticks.
pub(super) fn unit_span(text: &str) -> Option<i64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E')?;
    let (digits, unit) = text.split_at_checked(split)?;
    let (_, size) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
    match digits.parse::<i64>() {
        Ok(whole) if *size >= 1.0 => whole.checked_mul(*size as i64),
        _ => digits.parse::<f64>().ok().map(|n| (n * size).round() as i64),
    }
}

/// Reads the inside of `timespan(…)`: `null`, `1d`, `d.hh:mm:ss.fffffff`, or a number of days.
pub(super) fn time_span(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, body) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let ticks = unit_span(body).or_else(|| clock_span(body)).or_else(|| body.parse::<i64>().ok()?.checked_mul(864_000_000_000))?;
    Some(if negative { -ticks } else { ticks })
}

fn clock_span(text: &str) -> Option<i64> {
    let (head, clock) = match text.split_once(':')?.0.split_once('.') {
        Some((days, _)) => (days.parse::<i64>().ok()?, text.split_once('.')?.1),
        None => (0, text),
    };
    let ticks = clock_ticks(clock)?;
    head.checked_mul(864_000_000_000)?.checked_add(ticks)
}

/// Reads `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fffffff`.
fn clock_ticks(text: &str) -> Option<i64> {
    let mut fields = text.split(':');
    let (hours, minutes) = (fields.next()?.parse::<i64>().ok()?, fields.next()?.parse::<i64>().ok()?);
    let seconds = fields.next().unwrap_or("0");
    if fields.next().is_some() || hours > 24 || minutes > 59 {
        return None;
    }
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let whole = whole.parse::<i64>().ok().filter(|s| *s < 60)?;
    let fraction: i64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<7}").get(..7)?.parse().ok()? };
    Some(((hours * 60 + minutes) * 60 + whole) * TICKS_PER_SECOND + fraction)
}

/// Reads the inside of `datetime(…)` in ISO form; `None` for `null` and for what it cannot read.
pub(super) fn date_time(text: &str) -> Option<i64> {
    let text = text.trim();
    let split = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, time) = text.split_at_checked(split)?;
    let mut fields = date.splitn(3, ['-', '/', '.']).map(str::parse::<i16>);
    let (year, month, day) = (fields.next()?.ok()?, fields.next().unwrap_or(Ok(1)).ok()?, fields.next().unwrap_or(Ok(1)).ok()?);
    // `12-31-2020` is month, day, year.
    let (year, month, day) = if day > 31 { (day, year, month) } else { (year, month, day) };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let days = (date - jiff::civil::date(1, 1, 1)).get_days();
    let (clock, offset) = zone(time.trim_start_matches(['T', 't', ' ']))?;
    let ticks = if clock.is_empty() { 0 } else { clock_ticks(clock)? };
    Some(i64::from(days) * 864_000_000_000 + ticks - offset)
}

/// Splits a time zone off a clock time and gives its offset in ticks.
fn zone(time: &str) -> Option<(&str, i64)> {
    let time = time.trim_end();
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (clock, offset) = time.split_at_checked(at)?;
    let ticks = clock_ticks(offset.get(1..)?)?;
    Some((clock.trim_end(), if offset.starts_with('-') { -ticks } else { ticks }))
}
