//! `+ - * / %` and unary minus, exact for every type (`numerical-operators`, `datetime-timespan-arithmetic`).
//!
//! Null operands give null. Integers widen to long and wrap; division by zero is null on integers and infinite on reals
//! (k2s/0279-0281); `%` is never negative (k2s/0277).

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::Compiled;
use crate::ir::{Arithmetic, Expr, Type, Value, convert};
use rust_decimal::Decimal;

impl Compiler<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: Arithmetic,
        left: &Expr,
        right: &Expr,
        expr: &Expr,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        let (left, right) = (self.expr(left, scope)?, self.expr(right, scope)?);
        super::compare::both_dynamic(&left, &right, expr.span)?;
        let ty = if expr.ty == Type::Unknown { result_type(op, left.ty, right.ty) } else { expr.ty };
        let constant = left.known().is_some() && right.known().is_some();
        let compiled = Compiled::computed(ty, move |frame| compute(op, &left.get(frame), &right.get(frame), ty));
        Ok(compiled.folded(self.context, constant))
    }

    pub(super) fn negate(&mut self, operand: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let operand = self.expr(operand, scope)?;
        let (constant, ty) = (operand.known().is_some(), operand.ty);
        let ty = if ty == Type::Int { Type::Long } else { ty };
        let compiled = Compiled::computed(ty, move |frame| negated(&operand.get(frame)));
        Ok(compiled.folded(self.context, constant))
    }
}

fn negated(value: &Value) -> Value {
    match value {
        Value::Int(n) => Value::Long(-i64::from(*n)),
        Value::Long(n) => Value::Long(n.wrapping_neg()),
        Value::Real(n) => Value::Real(-n),
        Value::Decimal(n) => Value::Decimal(-*n),
        Value::TimeSpan(n) => Value::TimeSpan(n.wrapping_neg()),
        _ => Value::Null,
    }
}

/// The type of a result where the reader did not know it.
fn result_type(op: Arithmetic, left: Type, right: Type) -> Type {
    use Type::{DateTime, Decimal, Dynamic, Long, Real, TimeSpan, Unknown};
    match (left, right) {
        (Unknown, _) | (_, Unknown) => Unknown,
        (DateTime, DateTime) => TimeSpan,
        (DateTime, _) | (_, DateTime) => DateTime,
        (TimeSpan, TimeSpan) if op == Arithmetic::Divide => Real,
        (TimeSpan, _) | (_, TimeSpan) => TimeSpan,
        (Dynamic, _) | (_, Dynamic) => Dynamic,
        (Real, _) | (_, Real) => Real,
        (Decimal, _) | (_, Decimal) => Decimal,
        _ => Long,
    }
}

/// Computes `left op right`; `ty` is the type of the result, if known.
pub(in super::super) fn compute(op: Arithmetic, left: &Value, right: &Value, ty: Type) -> Value {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Int(_) | Value::Long(_), Value::Int(_) | Value::Long(_)) => {
            let (Some(a), Some(b)) = (convert::to_long(left), convert::to_long(right)) else { return Value::Null };
            super::settle(integers(op, a, b), ty)
        }
        (Value::DateTime(a), Value::DateTime(b)) if op == Arithmetic::Subtract => Value::TimeSpan(a.wrapping_sub(*b)),
        (Value::DateTime(a), Value::TimeSpan(b)) if op == Arithmetic::Modulo => spans(op, *a, *b),
        (Value::DateTime(a), Value::TimeSpan(b)) => moment(op, *a, *b),
        (Value::TimeSpan(a), Value::DateTime(b)) if op == Arithmetic::Add => moment(op, *b, *a),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => spans(op, *a, *b),
        (Value::TimeSpan(a), _) => scaled(op, *a, right),
        (_, Value::TimeSpan(b)) if op == Arithmetic::Multiply => scaled(op, *b, left),
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) if ty == Type::Decimal || ty == Type::Unknown => {
            let (Some(a), Some(b)) = (convert::to_decimal(left), convert::to_decimal(right)) else { return Value::Null };
            decimals(op, a, b).map_or(Value::Null, Value::Decimal)
        }
        _ if is_number(left) && is_number(right) => {
            let (Some(a), Some(b)) = (convert::to_real(left), convert::to_real(right)) else { return Value::Null };
            Value::Real(reals(op, a, b))
        }
        _ => Value::Null,
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_))
}

fn integers(op: Arithmetic, a: i64, b: i64) -> Value {
    match op {
        Arithmetic::Add => Value::Long(a.wrapping_add(b)),
        Arithmetic::Subtract => Value::Long(a.wrapping_sub(b)),
        Arithmetic::Multiply => Value::Long(a.wrapping_mul(b)),
        Arithmetic::Divide | Arithmetic::Modulo if b == 0 => Value::Null,
        Arithmetic::Divide => Value::Long(a.wrapping_div(b)),
        Arithmetic::Modulo => Value::Long(a.wrapping_rem_euclid(b)),
    }
}

fn reals(op: Arithmetic, a: f64, b: f64) -> f64 {
    match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Modulo => a.rem_euclid(b),
    }
}

fn decimals(op: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Modulo => {
            let rest = a.checked_rem(b)?;
            if rest.is_sign_negative() && !rest.is_zero() { rest.checked_add(b.abs()) } else { Some(rest) }
        }
    }
}

fn moment(op: Arithmetic, at: i64, span: i64) -> Value {
    let ticks = match op {
        Arithmetic::Add => at.checked_add(span),
        Arithmetic::Subtract => at.checked_sub(span),
        _ => None,
    };
    ticks.filter(|ticks| (0..=crate::ir::datetime::MAX_TICKS).contains(ticks)).map_or(Value::Null, Value::DateTime)
}

fn spans(op: Arithmetic, a: i64, b: i64) -> Value {
    match op {
        Arithmetic::Add => Value::TimeSpan(a.wrapping_add(b)),
        Arithmetic::Subtract => Value::TimeSpan(a.wrapping_sub(b)),
        Arithmetic::Divide => Value::Real(a as f64 / b as f64),
        Arithmetic::Modulo if b != 0 => Value::TimeSpan(a.wrapping_rem_euclid(b)),
        Arithmetic::Modulo | Arithmetic::Multiply => Value::Null,
    }
}

/// A timespan times or divided by a number.
fn scaled(op: Arithmetic, span: i64, by: &Value) -> Value {
    match (op, by) {
        (Arithmetic::Multiply, Value::Int(_) | Value::Long(_)) => {
            convert::to_long(by).map_or(Value::Null, |n| Value::TimeSpan(span.wrapping_mul(n)))
        }
        (Arithmetic::Multiply, _) if is_number(by) => convert::to_real(by).map_or(Value::Null, |n| ticks(span as f64 * n)),
        (Arithmetic::Divide, _) if is_number(by) => convert::to_real(by).map_or(Value::Null, |n| ticks(span as f64 / n)),
        _ => Value::Null,
    }
}

fn ticks(n: f64) -> Value {
    if n.is_finite() { Value::TimeSpan(n as i64) } else { Value::Null }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(op: Arithmetic, a: impl Into<Value>, b: impl Into<Value>, expected: impl Into<Value>) {
        let (a, b) = (a.into(), b.into());
        assert_eq!(compute(op, &a, &b, Type::Unknown), expected.into(), "{a:?} {op:?} {b:?}");
    }

    #[test]
    fn integers_truncate_wrap_and_divide_by_zero_to_null() {
        check(Arithmetic::Divide, 7_i64, 2_i64, 3_i64);
        check(Arithmetic::Divide, 7_i64, 0_i64, Value::Null);
        check(Arithmetic::Modulo, -7_i64, 4_i64, 1_i64);
        check(Arithmetic::Add, i64::MAX, 1_i64, i64::MIN);
        check(Arithmetic::Multiply, Value::Int(i32::MAX), Value::Int(2), 4_294_967_294_i64);
    }

    #[test]
    fn reals_divide_by_zero_to_infinity() {
        check(Arithmetic::Divide, 1.0, 0_i64, f64::INFINITY);
        assert!(matches!(compute(Arithmetic::Divide, &Value::from(0.0), &Value::from(0_i64), Type::Unknown), Value::Real(n) if n.is_nan()));
    }

    #[test]
    fn times_add_and_scale() {
        check(Arithmetic::Subtract, Value::DateTime(30), Value::DateTime(10), Value::TimeSpan(20));
        check(Arithmetic::Add, Value::DateTime(30), Value::TimeSpan(5), Value::DateTime(35));
        check(Arithmetic::Subtract, Value::DateTime(3), Value::TimeSpan(5), Value::Null);
        check(Arithmetic::Divide, Value::TimeSpan(30), Value::TimeSpan(20), 1.5);
        check(Arithmetic::Multiply, 1.5, Value::TimeSpan(20), Value::TimeSpan(30));
    }
}
