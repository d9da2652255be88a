//! ES|QL's functions on dates, in shared words.

use super::value::{called, computed};
use crate::ir::{Arithmetic, Expr, ExprKind, TICKS_PER_SECOND, Type, Value};
use crate::source::Span;

/// The units of `DATE_DIFF` that are of one length.
const UNITS: &[(&str, i64)] = &[("second", 1), ("minute", 60), ("hour", 3_600), ("day", 86_400), ("week", 604_800)];

/// The pieces of a date that shared functions give as the number that `DATE_EXTRACT` gives: Java's `ChronoField`s
/// (<https://www.elastic.co/docs/reference/query-languages/esql/functions-operators/date-time-functions/date_extract>).
const PIECES: &[(&str, &str)] = &[
    ("hour_of_day", "hourofday"),
    ("day_of_month", "dayofmonth"),
    ("day_of_year", "dayofyear"),
    ("month_of_year", "monthofyear"),
    ("year", "getyear"),
];

/// Says a function on dates; `None` for others.
pub(super) fn reshaped(name: &str, args: &[Expr], span: Span) -> Option<Expr> {
    Some(match (name, args) {
        ("date_trunc", [length, time]) => {
            // Stretches that do not fill a day begin elsewhere than `bin` has them.
            let ExprKind::Literal(Value::TimeSpan(ticks)) = length.kind else { return None };
            let day = 86_400 * TICKS_PER_SECOND;
            if ticks < 1 || day % ticks != 0 {
                return None;
            }
            called("bin", vec![time.clone(), length.clone()], Type::DateTime, span)
        }
        ("date_diff", [unit, from, to]) => {
            let ExprKind::Literal(Value::String(unit)) = &unit.kind else { return None };
            let unit = unit.to_ascii_lowercase();
            let (_, seconds) = UNITS.iter().find(|(known, _)| unit.strip_suffix('s').unwrap_or(&unit) == *known)?;
            let length = Expr::literal(Value::TimeSpan(seconds * TICKS_PER_SECOND), Type::TimeSpan, span);
            let span_of = computed(Arithmetic::Subtract, to.clone(), from.clone(), Type::TimeSpan);
            called("tolong", vec![computed(Arithmetic::Divide, span_of, length, Type::Real)], Type::Long, span)
        }
        ("date_extract", [piece, time]) => {
            let ExprKind::Literal(Value::String(piece)) = &piece.kind else { return None };
            let piece = piece.to_ascii_lowercase();
            let (_, function) = PIECES.iter().find(|(known, _)| *known == piece)?;
            called(function, vec![time.clone()], Type::Long, span)
        }
        _ => return None,
    })
}
