//! Kusto's comparisons: what null, dynamic and mixed types do in `== != < <= > >= =~ !~` and `between`.
//!
//! `==` with one null is false and `!=` true, with two both are null; orderings with a null are null (`null-values`,
//! dkt/null_semantics). A literal is read as the other side's type, a dynamic against text as its text (dkt/dynamic_strings).

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::{Compiled, from_truth};
use crate::ir::text::equals_folded;
use crate::ir::{Case, Comparison, Expr, Type, Value, convert, order};
use crate::source::Span;
use std::cmp::Ordering;

impl Compiler<'_> {
    pub(super) fn comparison(
        &mut self,
        op: Comparison,
        case: Case,
        left: &Expr,
        right: &Expr,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        let span = left.span.to(right.span);
        let (left, right) = (self.expr(left, scope)?, self.expr(right, scope)?);
        both_dynamic(&left, &right, span)?;
        let (left, right) = self.aligned(left, right);
        let constant = left.known().is_some() && right.known().is_some();
        let types = (left.ty, right.ty);
        let compiled = Compiled::computed(Type::Bool, move |frame| {
            from_truth(compare(op, case, (&left.get(frame), types.0), (&right.get(frame), types.1)))
        });
        Ok(compiled.folded(self.context, constant))
    }

    pub(super) fn between(&mut self, negated: bool, [value, low, high]: [&Expr; 3], scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let (value, low, high) = (self.expr(value, scope)?, self.expr(low, scope)?, self.expr(high, scope)?);
        let constant = [&value, &low, &high].iter().all(|operand| operand.known().is_some());
        let compiled = Compiled::computed(Type::Bool, move |frame| {
            let inside = is_between(&value.get(frame), &low.get(frame), &high.get(frame));
            from_truth(inside.map(|inside| inside != negated))
        });
        Ok(compiled.folded(self.context, constant))
    }

    /// Reads a literal as the type of what it is compared with.
    pub(super) fn aligned(&self, left: Compiled, right: Compiled) -> (Compiled, Compiled) {
        match (left.known().is_some(), right.known().is_some()) {
            (false, true) if converts(right.ty, left.ty) => {
                let ty = left.ty;
                (left, right.converted(self.context, ty))
            }
            (true, false) if converts(left.ty, right.ty) => {
                let ty = right.ty;
                (left.converted(self.context, ty), right)
            }
            _ => (left, right),
        }
    }
}

/// Refuses to compute with two dynamic values: the engine wants one of them cast (k2s/0140, dkt/dynamic_strings-068).
pub(super) fn both_dynamic(left: &Compiled, right: &Compiled, span: Span) -> Result<(), Refusal> {
    if left.ty == Type::Dynamic && right.ty == Type::Dynamic {
        return Err(Refusal::new("type-mismatch", span, "two dynamic values do not compute: one of them must be cast"));
    }
    Ok(())
}

/// Tells whether a literal of type `from` is converted to `to`: text to anything but dynamic, anything to text.
fn converts(from: Type, to: Type) -> bool {
    from != to
        && ((from == Type::String && !matches!(to, Type::Dynamic | Type::Unknown))
            || (to == Type::String && !matches!(from, Type::Dynamic | Type::Unknown)))
}

/// Compares two typed values.
pub(super) fn compare(op: Comparison, case: Case, left: (&Value, Type), right: (&Value, Type)) -> Option<bool> {
    match op {
        Comparison::Eq => equal(case, left, right),
        Comparison::Ne => equal(case, left, right).map(|equal| !equal),
        _ => ordered(op, left.0, right.0),
    }
}

fn equal(case: Case, (left, left_type): (&Value, Type), (right, right_type): (&Value, Type)) -> Option<bool> {
    match (left, right) {
        (Value::String(a), Value::String(b)) => Some(same_text(case, a, b)),
        (Value::String(a), other) if left_type == Type::String && is_loose(right_type) => {
            Some(same_text(case, a, &convert::to_text(other, Type::Dynamic)))
        }
        (other, Value::String(b)) if right_type == Type::String && is_loose(left_type) => {
            Some(same_text(case, &convert::to_text(other, Type::Dynamic), b))
        }
        (Value::Null, Value::Null) => None,
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::String(text), Value::Guid(guid)) | (Value::Guid(guid), Value::String(text)) => {
            Some(text.eq_ignore_ascii_case(&guid.to_string()))
        }
        _ => Some(order::equals(left, right)),
    }
}

fn is_loose(ty: Type) -> bool {
    matches!(ty, Type::Dynamic | Type::Unknown)
}

fn same_text(case: Case, a: &str, b: &str) -> bool {
    match case {
        Case::Sensitive => a == b,
        Case::Insensitive => equals_folded(a, b),
    }
}

fn ordered(op: Comparison, left: &Value, right: &Value) -> Option<bool> {
    if left.is_null() || right.is_null() {
        return None;
    }
    let Some(order) = order::compare(left, right) else { return Some(false) };
    Some(match op {
        Comparison::Lt => order == Ordering::Less,
        Comparison::Le => order != Ordering::Greater,
        Comparison::Gt => order == Ordering::Greater,
        Comparison::Ge => order != Ordering::Less,
        Comparison::Eq => order == Ordering::Equal,
        Comparison::Ne => order != Ordering::Equal,
    })
}

/// Both ends belong to it; a timespan as upper end of a datetime is counted from the lower end (`between-operator`).
fn is_between(value: &Value, low: &Value, high: &Value) -> Option<bool> {
    let end = match (low, high) {
        (Value::DateTime(low), Value::TimeSpan(span)) if matches!(value, Value::DateTime(_)) => &Value::DateTime(low.saturating_add(*span)),
        _ => high,
    };
    let (above, below) = (ordered(Comparison::Ge, value, low)?, ordered(Comparison::Le, value, end)?);
    Some(above && below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(op: Comparison, left: impl Into<Value>, right: impl Into<Value>, expected: Option<bool>) {
        let (left, right) = (left.into(), right.into());
        let result = compare(op, Case::Sensitive, (&left, Type::Unknown), (&right, Type::Unknown));
        assert_eq!(result, expected, "{left:?} {op:?} {right:?}");
    }

    #[test]
    fn nulls_are_unequal_to_values_and_unknown_to_each_other() {
        check(Comparison::Eq, Value::Null, 5_i64, Some(false));
        check(Comparison::Ne, Value::Null, 5_i64, Some(true));
        check(Comparison::Eq, Value::Null, Value::Null, None);
        check(Comparison::Lt, Value::Null, 5_i64, None);
    }

    #[test]
    fn numbers_compare_across_types_and_nan_equals_nothing() {
        check(Comparison::Eq, 2.0, 2_i64, Some(true));
        check(Comparison::Eq, f64::NAN, f64::NAN, Some(false));
        check(Comparison::Ne, f64::NAN, f64::NAN, Some(true));
        check(Comparison::Lt, f64::NAN, 1.0, Some(false));
    }

    #[test]
    fn a_dynamic_is_compared_with_text_by_its_text() {
        let result = compare(Comparison::Eq, Case::Sensitive, (&Value::from(1_i64), Type::Dynamic), (&Value::from("1"), Type::String));
        assert_eq!(result, Some(true));
        let null = compare(Comparison::Eq, Case::Sensitive, (&Value::Null, Type::Dynamic), (&Value::from(""), Type::String));
        assert_eq!(null, Some(true));
    }

    #[test]
    fn a_span_as_upper_end_counts_from_the_lower() {
        let at = Value::DateTime;
        assert_eq!(is_between(&at(15), &at(10), &Value::TimeSpan(5)), Some(true));
        assert_eq!(is_between(&at(16), &at(10), &Value::TimeSpan(5)), Some(false));
        assert_eq!(is_between(&Value::Null, &at(10), &at(11)), None);
    }
}
