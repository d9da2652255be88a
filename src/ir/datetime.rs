//! Points in time as ticks since 0001-01-01: the calendar, the texts that Kusto reads and the text that it writes.
//!
//! Time zones other than fixed offsets are not known here.

use super::TICKS_PER_SECOND;

/// Ticks in a day.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
/// The last tick of year 9999.
pub const MAX_TICKS: i64 = 3_155_378_975_999_999_999;
/// Ticks of 1970-01-01.
pub const UNIX_EPOCH_TICKS: i64 = 719_162 * TICKS_PER_DAY;

/// A point in time taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// 1 to 9999.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
    /// Ticks within the second.
    pub fraction: i64,
}

impl Civil {
    /// Takes ticks apart.
    pub fn from_ticks(ticks: i64) -> Self {
        let days = ticks.div_euclid(TICKS_PER_DAY);
        let rest = ticks.rem_euclid(TICKS_PER_DAY);
        let (year, month, day) = date_of(days);
        let seconds = rest / TICKS_PER_SECOND;
        Self { year, month, day, hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, fraction: rest % TICKS_PER_SECOND }
    }

    /// Builds midnight of a date.
    pub fn date(year: i64, month: i64, day: i64) -> Self {
        Self { year, month, day, hour: 0, minute: 0, second: 0, fraction: 0 }
    }

    /// Returns the ticks; `None` where a part is out of range.
    pub fn ticks(self) -> Option<i64> {
        let valid = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && self.day >= 1
            && self.day <= days_in_month(self.year, self.month)
            && (0..24).contains(&self.hour)
            && (0..60).contains(&self.minute)
            && (0..60).contains(&self.second);
        let seconds = self.hour * 3600 + self.minute * 60 + self.second;
        valid.then(|| days_before(self.year, self.month, self.day) * TICKS_PER_DAY + seconds * TICKS_PER_SECOND + self.fraction)
    }
}

/// Tells whether February has 29 days.
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the number of days of a month.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 0001-01-01 to a date (Hinnant's algorithm).
pub fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 306
}

fn date_of(days: i64) -> (i64, i64, i64) {
    let z = days + 306;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Writes a point in time as Kusto's `tostring` does: always seven decimals and `Z`.
pub fn print_datetime(ticks: i64) -> String {
    let c = Civil::from_ticks(ticks);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:07}Z", c.year, c.month, c.day, c.hour, c.minute, c.second, c.fraction)
}

/// Reads a point in time in any format that Kusto takes (`scalar-data-types/datetime`): ISO 8601, RFC 822, RFC 850,
/// and dates in US order. `None` where the text is none.
pub fn parse_datetime(text: &str) -> Option<i64> {
    if let Some(ticks) = parse_log_time(text.as_bytes()) {
        return Some(ticks);
    }
    let mut cursor = Cursor { rest: text.trim() };
    let date = cursor.date()?;
    let separated = cursor.eat('T') || cursor.eat('t') || cursor.blanks();
    let mut civil = date;
    if separated && cursor.rest.starts_with(|c: char| c.is_ascii_digit()) {
        cursor.time(&mut civil)?;
    }
    cursor.blanks();
    let offset = cursor.offset()?;
    if !cursor.rest.is_empty() {
        return None;
    }
    civil.ticks()?.checked_sub(offset).filter(|t| (0..=MAX_TICKS).contains(t))
}

/// The short way for how logs write times: `2026-03-02T12:00:00Z`, with up to seven decimals or none.
fn parse_log_time(text: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', mo1, mo2, b'-', d1, d2, b'T', h1, h2, b':', mi1, mi2, b':', s1, s2, decimals @ .., b'Z'] = text else {
        return None;
    };
    let number = |digits: &[u8]| {
        let is_number = digits.iter().all(u8::is_ascii_digit);
        is_number.then(|| digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    };
    let fraction = match decimals {
        [] => 0,
        [b'.', digits @ ..] if (1..=7).contains(&digits.len()) => number(digits)? * 10_i64.pow(7 - digits.len() as u32),
        _ => return None,
    };
    let civil = Civil {
        year: number(&[*y1, *y2, *y3, *y4])?,
        month: number(&[*mo1, *mo2])?,
        day: number(&[*d1, *d2])?,
        hour: number(&[*h1, *h2])?,
        minute: number(&[*mi1, *mi2])?,
        second: number(&[*s1, *s2])?,
        fraction,
    };
    civil.ticks()
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn eat(&mut self, c: char) -> bool {
        let Some(rest) = self.rest.strip_prefix(c) else { return false };
        self.rest = rest;
        true
    }

    fn blanks(&mut self) -> bool {
        let trimmed = self.rest.trim_start();
        let moved = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        moved
    }

    fn run(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    /// Takes a separator; blanks may stand around it (`sliding-window-counts-plugin`: `2017 - 08 - 01`).
    fn separator(&mut self, c: char) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(c) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn number(&mut self, max_digits: usize) -> Option<i64> {
        let digits = self.run(|c| c.is_ascii_digit());
        if digits.len() > max_digits { None } else { digits.parse().ok() }
    }

    fn date(&mut self) -> Option<Civil> {
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let word = self.run(|c| c.is_ascii_alphabetic());
            self.eat(',');
            self.blanks();
            if let Some(month) = month_of(word) {
                return self.date_after_month(month);
            }
            is_weekday(word).then_some(())?;
            if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let month = month_of(self.run(|c| c.is_ascii_alphabetic()))?;
                self.blanks();
                return self.date_after_month(month);
            }
        }
        self.numeric_date()
    }

    /// `8, 2014` after `Nov`.
    fn date_after_month(&mut self, month: i64) -> Option<Civil> {
        let day = self.number(2)?;
        self.eat(',');
        self.blanks();
        let year = self.year()?;
        Some(Civil::date(year, month, day))
    }

    fn year(&mut self) -> Option<i64> {
        let before = self.rest.len();
        let year = self.number(4)?;
        match before - self.rest.len() {
            4 => Some(year),
            2 => Some(if year < 50 { 2000 + year } else { 1900 + year }),
            _ => None,
        }
    }

    fn numeric_date(&mut self) -> Option<Civil> {
        let digits = self.run(|c| c.is_ascii_digit());
        let first: i64 = digits.parse().ok()?;
        if digits.len() == 8 {
            return Some(Civil::date(first / 10_000, first / 100 % 100, first % 100));
        }
        let separator = self.rest.trim_start().chars().next().filter(|c| *c == '-').or_else(|| self.rest.chars().next());
        match separator {
            Some(c @ ('-' | '/' | '.')) => {
                self.separator(c);
            }
            Some(' ') => {
                self.blanks();
            }
            None if digits.len() == 4 => return Some(Civil::date(first, 1, 1)),
            _ => return None,
        }
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let month = month_of(self.run(|c| c.is_ascii_alphabetic()))?;
            let _ = self.eat('-') || self.blanks();
            return Some(Civil::date(self.year()?, month, first));
        }
        let separator = separator.filter(|c| *c != ' ')?;
        let second = self.number(2)?;
        if digits.len() == 4 {
            let day = if self.separator(separator) { self.number(2)? } else { 1 };
            return Some(Civil::date(first, second, day));
        }
        self.separator(separator).then_some(())?;
        Some(Civil::date(self.year()?, first, second))
    }

    fn time(&mut self, civil: &mut Civil) -> Option<()> {
        civil.hour = self.number(2)?;
        if self.eat(':') {
            civil.minute = self.number(2)?;
            if self.eat(':') {
                civil.second = self.number(2)?;
                if self.eat('.') || self.eat(',') {
                    civil.fraction = fraction_ticks(self.run(|c| c.is_ascii_digit()))?;
                }
            }
        }
        self.blanks();
        let upper = self.rest.get(..2).map(str::to_ascii_uppercase);
        if let Some(half @ ("AM" | "PM")) = upper.as_deref() {
            (1..=12).contains(&civil.hour).then_some(())?;
            civil.hour = civil.hour % 12 + if half == "PM" { 12 } else { 0 };
            self.rest = self.rest.get(2..)?;
        }
        Some(())
    }

    /// The offset from UTC in ticks.
    fn offset(&mut self) -> Option<i64> {
        let zone = self.run(|c| c.is_ascii_alphabetic());
        if !zone.is_empty() && !["Z", "GMT", "UTC", "UT"].iter().any(|known| zone.eq_ignore_ascii_case(known)) {
            return None;
        }
        let sign = match (self.eat('+'), self.rest.starts_with('-')) {
            (true, _) => 1,
            (false, true) => {
                self.eat('-');
                -1
            }
            _ => return Some(0),
        };
        let digits = self.run(|c| c.is_ascii_digit());
        let value: i64 = digits.parse().ok()?;
        let (hours, minutes) = match digits.len() {
            1 | 2 if self.eat(':') => (value, self.number(2)?),
            1 | 2 => (value, 0),
            4 => (value / 100, value % 100),
            _ => return None,
        };
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60) * TICKS_PER_SECOND)
    }
}

/// Reads the digits after a decimal point as ticks; digits beyond the seventh are cut off.
pub(super) fn fraction_ticks(digits: &str) -> Option<i64> {
    let kept: String = digits.chars().chain(std::iter::repeat('0')).take(7).collect();
    if digits.is_empty() { None } else { kept.parse().ok() }
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The full name or its first three letters.
fn is_name(word: &str, full: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word == full || full.get(..3) == Some(word.as_str())
}

fn month_of(word: &str) -> Option<i64> {
    MONTHS.iter().zip(1..).find(|(name, _)| is_name(word, name)).map(|(_, number)| number)
}

fn is_weekday(word: &str) -> bool {
    WEEKDAYS.iter().any(|name| is_name(word, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse_datetime(text).map(print_datetime).as_deref(), expected, "{text}");
    }

    #[test]
    fn every_documented_format_is_read() {
        check("2019-07-05T08:20:03.123456Z", Some("2019-07-05T08:20:03.1234560Z"));
        check("2019-07-05T08:20", Some("2019-07-05T08:20:00.0000000Z"));
        check("2019-07-05 15:55:55", Some("2019-07-05T15:55:55.0000000Z"));
        check("2019-07-05", Some("2019-07-05T00:00:00.0000000Z"));
        check("20190705", Some("2019-07-05T00:00:00.0000000Z"));
        check("Fri, 5 Jul 19 15:05:02 GMT", Some("2019-07-05T15:05:02.0000000Z"));
        check("5 Jul 2019 15:05", Some("2019-07-05T15:05:00.0000000Z"));
        check("Friday, 05-Jul-19 15:05:02 UTC", Some("2019-07-05T15:05:02.0000000Z"));
        check("07-05-2019 13:45:56", Some("2019-07-05T13:45:56.0000000Z"));
        check("7/5/2019 1:45:56 PM", Some("2019-07-05T13:45:56.0000000Z"));
        check("2019 - 07 - 05", Some("2019-07-05T00:00:00.0000000Z"));
    }

    #[test]
    fn offsets_are_resolved_to_utc() {
        check("2019-07-05T08:20:00+02:00", Some("2019-07-05T06:20:00.0000000Z"));
        check("2019-07-05T08:20:00-0230", Some("2019-07-05T10:50:00.0000000Z"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "x", "13-01-2022", "2022-02-30", "2022-01-01 25:00", "2022-01-01x", "1"] {
            check(text, None);
        }
    }

    #[test]
    fn the_calendar_goes_both_ways() {
        for ticks in [0, MAX_TICKS, UNIX_EPOCH_TICKS, 637_134_336_000_000_000, 630_823_680_000_000_000 - 1] {
            assert_eq!(Civil::from_ticks(ticks).ticks(), Some(ticks));
        }
        assert_eq!(print_datetime(637_134_336_000_000_000), "2020-01-01T00:00:00.0000000Z");
    }
}
