//! Durations: the texts that Kusto reads and the text that it writes.

use super::TICKS_PER_SECOND;
use super::datetime::{TICKS_PER_DAY, fraction_ticks};

/// Unit suffixes of timespan literals (`scalar-data-types/timespan`) with their ticks.
const UNITS: &[(&str, f64)] = &[
    ("d", 864e9),
    ("day", 864e9),
    ("days", 864e9),
    ("h", 36e9),
    ("hr", 36e9),
    ("hrs", 36e9),
    ("hour", 36e9),
    ("hours", 36e9),
    ("m", 6e8),
    ("min", 6e8),
    ("minute", 6e8),
    ("minutes", 6e8),
    ("s", 1e7),
    ("sec", 1e7),
    ("second", 1e7),
    ("seconds", 1e7),
    ("ms", 1e4),
    ("milli", 1e4),
    ("millis", 1e4),
    ("millisec", 1e4),
    ("millisecond", 1e4),
    ("milliseconds", 1e4),
    ("micro", 10.0),
    ("micros", 10.0),
    ("microsec", 10.0),
    ("microsecond", 10.0),
    ("microseconds", 10.0),
    ("nano", 0.01),
    ("nanos", 0.01),
    ("nanosec", 0.01),
    ("nanosecond", 0.01),
    ("nanoseconds", 0.01),
    ("tick", 1.0),
    ("ticks", 1.0),
];

/// Writes a duration as people write it in rules: `1d`, `1h 30m`, `90s`.
pub fn in_units(ticks: i64) -> String {
    const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let second = TICKS_PER_SECOND.unsigned_abs();
    let mut rest = ticks.unsigned_abs();
    if rest == 0 || !rest.is_multiple_of(second) {
        return print_timespan(ticks);
    }
    rest /= second;
    let mut parts = Vec::new();
    for (unit, seconds) in UNITS {
        if rest >= seconds {
            parts.push(format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    format!("{}{}", if ticks < 0 { "-" } else { "" }, parts.join(" "))
}

/// Writes a duration as Kusto's `tostring` does: `[-][d.]hh:mm:ss[.fffffff]`.
pub fn print_timespan(ticks: i64) -> String {
    let magnitude = ticks.unsigned_abs();
    let seconds = magnitude / TICKS_PER_SECOND.unsigned_abs();
    let fraction = magnitude % TICKS_PER_SECOND.unsigned_abs();
    let sign = if ticks < 0 { "-" } else { "" };
    let days = match seconds / 86_400 {
        0 => String::new(),
        days => format!("{days}."),
    };
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:07}") };
    format!("{sign}{days}{:02}:{:02}:{:02}{fraction}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

/// Reads a duration: `1.02:03:04.5`, `02:03`, `1d`, `1.5h`, and a whole number of days. `None` where the text is none.
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, body) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let ticks = if body.contains(':') { clock(body)? } else { quantity(body)? };
    Some(sign * ticks)
}

/// `1.5h`, `2`.
fn quantity(text: &str) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim().to_ascii_lowercase();
    // A number alone is a number of whole days (k2s/1307).
    if unit.is_empty() && number.contains('.') {
        return None;
    }
    let factor = if unit.is_empty() { 864e9 } else { UNITS.iter().find(|(name, _)| *name == unit)?.1 };
    if let (Ok(whole), true) = (number.parse::<i64>(), factor >= 1.0) {
        return whole.checked_mul(factor as i64);
    }
    let ticks = number.parse::<f64>().ok()? * factor;
    (ticks.abs() < 9.2e18).then_some(ticks.round() as i64)
}

/// `[d.]hh:mm[:ss[.f]]`.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (head, minutes) = (parts.next()?, parts.next()?);
    let seconds = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) = head.split_once('.').unwrap_or(("0", head));
    let (seconds, fraction) = match seconds {
        None => ("0", 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (seconds, 0),
            Some((whole, fraction)) => (whole, fraction.bytes().all(|b| b.is_ascii_digit()).then(|| fraction_ticks(fraction))??),
        },
    };
    let (hours, minutes, seconds) = (digits(hours)?, digits(minutes)?, digits(seconds)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let rest = (hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND + fraction;
    digits(days)?.checked_mul(TICKS_PER_DAY)?.checked_add(rest)
}

fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse_timespan(text).map(print_timespan).as_deref(), expected, "{text}");
    }

    #[test]
    fn clock_texts_and_quantities_are_read() {
        check("1.02:03:04.5", Some("1.02:03:04.5000000"));
        check("02:03", Some("02:03:00"));
        check("-2h", Some("-02:00:00"));
        check("1.5d", Some("1.12:00:00"));
        check("2", Some("2.00:00:00"));
        check("1.5", None);
        check("10ticks", Some("00:00:00.0000010"));
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in ["", "abc", "1x", "25:00:00", "1:2:3:4", "-"] {
            check(text, None);
        }
    }
}
