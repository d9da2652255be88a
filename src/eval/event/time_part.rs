//! Parts of an event's times, in UTC.

use crate::eval::matching::time_of;
use crate::ir::Value;
use crate::ir::datetime::{Civil, TICKS_PER_DAY, days_before};
use crate::lang::sigma::modifier::TimePart;

/// Takes a part out of a time; `None` for a value that is none.
pub(super) fn of(part: TimePart, value: &Value) -> Option<i64> {
    let ticks = time_of(value)?;
    let civil = Civil::from_ticks(ticks);
    Some(match part {
        TimePart::Minute => civil.minute,
        TimePart::Hour => civil.hour,
        TimePart::Day => civil.day,
        TimePart::Week => iso_week(ticks),
        TimePart::Month => civil.month,
        TimePart::Year => civil.year,
    })
}

/// The week of ISO 8601: it belongs to the year of its Thursday. Day 0 of ticks was a Monday.
fn iso_week(ticks: i64) -> i64 {
    let day = ticks.div_euclid(TICKS_PER_DAY);
    let thursday = day - day.rem_euclid(7) + 3;
    let year = Civil::from_ticks(thursday * TICKS_PER_DAY).year;
    (thursday - days_before(year, 1, 1)) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        for (date, week) in [("2026-01-01", 1), ("2027-01-01", 53), ("2024-12-30", 1), ("2026-11-21", 47)] {
            assert_eq!(of(TimePart::Week, &Value::string(date)), Some(week), "{date}");
        }
    }
}
