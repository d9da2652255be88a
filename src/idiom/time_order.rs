//! Which of two events comes first and how far apart they lie, out of conditions on their times.
//!
//! A condition counts where it is linear in the two times: `b > a`, `b - a < 10m`, `b between (a .. a + 1h)`, `datetime_diff`.

use crate::ir::{Arithmetic, Comparison, Expr, ExprKind, TICKS_PER_SECOND, Value};

/// Which side comes first, and the most ticks from the first to the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeOrder {
    /// The side that comes first.
    pub(super) first: Option<usize>,
    /// Ticks at most that each side lies behind the other.
    behind: [Option<i64>; 2],
}

/// `sides[0] * time of the left + sides[1] * time of the right + ticks`.
#[derive(Clone, Copy, Debug, Default)]
struct Linear {
    left: i64,
    right: i64,
    ticks: i64,
}

impl Linear {
    fn minus(self, other: Self) -> Option<Self> {
        Some(Self { left: self.left - other.left, right: self.right - other.right, ticks: self.ticks.checked_sub(other.ticks)? })
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self { left: self.left + other.left, right: self.right + other.right, ticks: self.ticks.checked_add(other.ticks)? })
    }
}

impl TimeOrder {
    /// Ticks at most between the two events, whichever comes first unless that is said.
    pub(super) fn within(&self) -> Option<i64> {
        match (self.first, self.behind) {
            (Some(0), [_, second]) => second,
            (Some(_), [first, _]) => first,
            (None, [Some(a), Some(b)]) => Some(a.max(b)),
            (None, [a, b]) => a.or(b),
        }
    }

    /// Tells whether the span bounds one side alone: the other may come any time before.
    pub(super) fn is_one_sided(&self) -> bool {
        self.first.is_none() && matches!(self.behind, [Some(_), None] | [None, Some(_)])
    }

    /// Takes a condition in; false where it is not one on the distance of the two times.
    pub(super) fn read(&mut self, predicate: &Expr, side_of: &dyn Fn(&Expr) -> Option<usize>) -> bool {
        self.taken(predicate, side_of).is_some()
    }

    fn taken(&mut self, predicate: &Expr, side_of: &dyn Fn(&Expr) -> Option<usize>) -> Option<()> {
        match &predicate.kind {
            ExprKind::Compare { op, left, right, .. } => {
                let difference = match counted(left, right, side_of) {
                    Some(counted) => counted,
                    None => linear(left, side_of)?.minus(linear(right, side_of)?)?,
                };
                match op {
                    Comparison::Lt | Comparison::Le => self.below_zero(difference),
                    Comparison::Gt | Comparison::Ge => self.below_zero(Linear::default().minus(difference)?),
                    Comparison::Eq | Comparison::Ne => None,
                }
            }
            ExprKind::Between { negated: false, value, low, high } => {
                let (value, low, high) = (linear(value, side_of)?, linear(low, side_of)?, linear(high, side_of)?);
                self.below_zero(low.minus(value)?)?;
                self.below_zero(value.minus(high)?)
            }
            _ => None,
        }
    }

    /// `later - earlier + ticks <= 0`, whichever side is which.
    fn below_zero(&mut self, at: Linear) -> Option<()> {
        let (this, other) = match (at.left, at.right) {
            (1, -1) => (0, 1),
            (-1, 1) => (1, 0),
            _ => return None,
        };
        // time of this - time of other <= most
        let most = at.ticks.checked_neg()?;
        if most > 0 {
            let behind = self.behind.get_mut(this)?;
            *behind = Some(behind.map_or(most, |known| known.min(most)));
            return Some(());
        }
        // At least so far before the other: that it comes first is what a sequence says.
        if most < 0 || self.first == Some(other) {
            return None;
        }
        self.first = Some(this);
        Some(())
    }
}

fn linear(expr: &Expr, side_of: &dyn Fn(&Expr) -> Option<usize>) -> Option<Linear> {
    match &expr.kind {
        ExprKind::Literal(Value::TimeSpan(ticks)) => Some(Linear { ticks: *ticks, ..Linear::default() }),
        ExprKind::Literal(Value::Long(0)) => Some(Linear::default()),
        ExprKind::Arithmetic { op: Arithmetic::Subtract, left, right } => linear(left, side_of)?.minus(linear(right, side_of)?),
        ExprKind::Arithmetic { op: Arithmetic::Add, left, right } => linear(left, side_of)?.plus(linear(right, side_of)?),
        ExprKind::Negate(inner) => Linear::default().minus(linear(inner, side_of)?),
        ExprKind::Convert(inner) => linear(inner, side_of),
        ExprKind::Call { function, args } => match (&**function, args.as_slice()) {
            // The sign of a length of time is that of its number.
            ("tolong" | "totimespan", [inner]) => linear(inner, side_of),
            _ => None,
        },
        _ => match side_of(expr)? {
            0 => Some(Linear { left: 1, ..Linear::default() }),
            _ => Some(Linear { right: 1, ..Linear::default() }),
        },
    }
}

/// `datetime_diff('minute', a, b)` compared with a number.
fn counted(left: &Expr, right: &Expr, side_of: &dyn Fn(&Expr) -> Option<usize>) -> Option<Linear> {
    let (ExprKind::Call { function, args }, ExprKind::Literal(Value::Long(number))) = (&left.kind, &right.kind) else { return None };
    let ("datetime_diff", [unit, later, earlier]) = (&**function, args.as_slice()) else { return None };
    let ExprKind::Literal(Value::String(unit)) = &unit.kind else { return None };
    let seconds = match &*unit.to_ascii_lowercase() {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    let ticks = number.checked_mul(seconds)?.checked_mul(TICKS_PER_SECOND)?;
    linear(later, side_of)?.minus(linear(earlier, side_of)?)?.minus(Linear { ticks, ..Linear::default() })
}

#[cfg(test)]
mod tests {
    use super::TimeOrder;
    use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, TICKS_PER_SECOND, Type, Value};
    use crate::source::Span;

    fn time(name: &str) -> Expr {
        Expr::column(name, Type::DateTime, Span::default())
    }

    fn check(op: Comparison, left: Expr, right: Expr, expected: (Option<usize>, Option<i64>, bool)) {
        let side = |expr: &Expr| expr.column_name().map(|name| usize::from(&**name == "right"));
        let kind = ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) };
        let mut order = TimeOrder::default();
        assert!(order.read(&Expr::new(kind, Type::Bool, Span::default()), &side));
        assert_eq!((order.first, order.within(), order.is_one_sided()), expected);
    }

    #[test]
    fn a_comparison_of_times_says_which_event_comes_first() {
        check(Comparison::Lt, time("left"), time("right"), (Some(0), None, false));
        check(Comparison::Ge, time("left"), time("right"), (Some(1), None, false));
    }

    #[test]
    fn a_difference_below_a_length_bounds_one_side_alone() {
        let minute = 60 * TICKS_PER_SECOND;
        let kind = ExprKind::Arithmetic { op: Arithmetic::Subtract, left: Box::new(time("right")), right: Box::new(time("left")) };
        let length = Expr::literal(Value::TimeSpan(minute), Type::TimeSpan, Span::default());
        check(Comparison::Lt, Expr::new(kind, Type::TimeSpan, Span::default()), length, (None, Some(minute), true));
    }
}
