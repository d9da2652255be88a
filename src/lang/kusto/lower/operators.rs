//! Unary and binary operators, `in`, `has_any`, `between`.
//!
//! Implicit conversions become nodes here: a constant is converted to the type of what it is compared with.

use super::super::ast::{self, BinaryOp, InOp};
use super::binder::{Binder, Rows};
use super::scope::Bound;
use super::statements::{convert, negate};
use super::types;
use crate::diagnostic::Diagnostic;
use crate::ir::{Arithmetic, Case, Comparison, Expr, ExprKind, StringTest, Type};
use crate::source::Span;

/// What a binary operator lowers to.
enum Meaning {
    Arithmetic(Arithmetic),
    Compare(Comparison),
    /// `=~`, `!~`
    Folded(Comparison),
    Test {
        test: StringTest,
        case: Case,
        negated: bool,
    },
    /// `like` and the `:` of `search`, which are lowered elsewhere or not at all.
    Other,
}

fn meaning(op: BinaryOp) -> Meaning {
    use BinaryOp as B;
    use Case::{Insensitive, Sensitive};
    let test = |test, case, negated| Meaning::Test { test, case, negated };
    match op {
        B::Add => Meaning::Arithmetic(Arithmetic::Add),
        B::Subtract => Meaning::Arithmetic(Arithmetic::Subtract),
        B::Multiply => Meaning::Arithmetic(Arithmetic::Multiply),
        B::Divide => Meaning::Arithmetic(Arithmetic::Divide),
        B::Modulo => Meaning::Arithmetic(Arithmetic::Modulo),
        B::Equal => Meaning::Compare(Comparison::Eq),
        B::NotEqual => Meaning::Compare(Comparison::Ne),
        B::Less => Meaning::Compare(Comparison::Lt),
        B::LessEqual => Meaning::Compare(Comparison::Le),
        B::Greater => Meaning::Compare(Comparison::Gt),
        B::GreaterEqual => Meaning::Compare(Comparison::Ge),
        B::EqualTilde => Meaning::Folded(Comparison::Eq),
        B::NotEqualTilde => Meaning::Folded(Comparison::Ne),
        B::Has => test(StringTest::Has, Insensitive, false),
        B::NotHas => test(StringTest::Has, Insensitive, true),
        B::HasCs => test(StringTest::Has, Sensitive, false),
        B::NotHasCs => test(StringTest::Has, Sensitive, true),
        B::HasPrefix => test(StringTest::HasPrefix, Insensitive, false),
        B::NotHasPrefix => test(StringTest::HasPrefix, Insensitive, true),
        B::HasPrefixCs => test(StringTest::HasPrefix, Sensitive, false),
        B::NotHasPrefixCs => test(StringTest::HasPrefix, Sensitive, true),
        B::HasSuffix => test(StringTest::HasSuffix, Insensitive, false),
        B::NotHasSuffix => test(StringTest::HasSuffix, Insensitive, true),
        B::HasSuffixCs => test(StringTest::HasSuffix, Sensitive, false),
        B::NotHasSuffixCs => test(StringTest::HasSuffix, Sensitive, true),
        B::Contains => test(StringTest::Contains, Insensitive, false),
        B::NotContains => test(StringTest::Contains, Insensitive, true),
        B::ContainsCs => test(StringTest::Contains, Sensitive, false),
        B::NotContainsCs => test(StringTest::Contains, Sensitive, true),
        B::StartsWith => test(StringTest::StartsWith, Insensitive, false),
        B::NotStartsWith => test(StringTest::StartsWith, Insensitive, true),
        B::StartsWithCs => test(StringTest::StartsWith, Sensitive, false),
        B::NotStartsWithCs => test(StringTest::StartsWith, Sensitive, true),
        B::EndsWith => test(StringTest::EndsWith, Insensitive, false),
        B::NotEndsWith => test(StringTest::EndsWith, Insensitive, true),
        B::EndsWithCs => test(StringTest::EndsWith, Sensitive, false),
        B::NotEndsWithCs => test(StringTest::EndsWith, Sensitive, true),
        B::MatchesRegex => test(StringTest::Regex, Sensitive, false),
        B::Like | B::NotLike | B::LikeCs | B::NotLikeCs | B::Search => Meaning::Other,
    }
}

impl<'a> Binder<'a> {
    /// Lowers `-x` and `+x`; a constant is negated on the spot.
    pub(super) fn unary(&mut self, minus: bool, operand: &'a ast::Expr, rows: Rows<'_>, span: Span) -> Expr {
        let value = self.scalar(operand, rows);
        let fits = value.ty.is_numeric() || matches!(value.ty, Type::TimeSpan | Type::DateTime | Type::Dynamic | Type::Unknown);
        if !fits {
            self.error("type-mismatch", span, format!("`{}` is not defined for {}", if minus { "-" } else { "+" }, value.ty));
        }
        if !minus {
            return Expr { span, ..value };
        }
        if let ExprKind::Literal(constant) = &value.kind
            && let Some(negative) = negate(constant)
        {
            return Expr::new(ExprKind::Literal(negative), value.ty, span);
        }
        let ty = types::promoted(value.ty);
        Expr::new(ExprKind::Negate(Box::new(value)), ty, span)
    }

    /// Lowers a binary operator.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        (left, right): (&'a ast::Expr, &'a ast::Expr),
        rows: Rows<'_>,
        span: Span,
    ) -> Expr {
        if let (ast::ExprKind::Wildcard(_), Some(row)) = (&left.kind, rows.left) {
            return self.any_column(op, op_span, right, row, span);
        }
        let left = self.scalar(left, rows);
        let right = self.scalar(right, rows);
        self.binary_of(op, op_span, left, right, span)
    }

    /// Lowers a binary operator over operands that are lowered.
    pub(super) fn binary_of(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        match meaning(op) {
            Meaning::Arithmetic(op) => {
                let ty = types::arithmetic(op, left.ty, right.ty);
                if ty.is_none() {
                    self.undefined(op_span, left.ty, right.ty);
                }
                let kind = ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) };
                Expr::new(kind, ty.unwrap_or_default(), span)
            }
            Meaning::Compare(op) => self.compare(op, op_span, left, right, span),
            Meaning::Folded(op) => {
                if !types::is_text(left.ty) || !types::is_text(right.ty) {
                    self.undefined(op_span, left.ty, right.ty);
                }
                let kind = ExprKind::Compare { op, case: Case::Insensitive, left: Box::new(left), right: Box::new(right) };
                Expr::new(kind, Type::Bool, span)
            }
            Meaning::Test { test, case, negated } => {
                // The needle of the term operators is no dynamic value on the engine [E dkt/dynamic_strings-040].
                let terms = matches!(test, StringTest::Has | StringTest::HasPrefix | StringTest::HasSuffix);
                if !types::is_text(left.ty) || !types::is_text(right.ty) || terms && right.ty == Type::Dynamic {
                    self.undefined(op_span, left.ty, right.ty);
                }
                let kind = ExprKind::Test { test, case, negated, left: Box::new(left), right: Box::new(right) };
                Expr::new(kind, Type::Bool, span)
            }
            Meaning::Other => {
                let text = op_span.text(self.text).to_owned();
                let message = format!("operator `{text}` is not documented and not run");
                let found = Diagnostic::warning("unsupported-operator", op_span, message);
                self.report(found.with_help("write `matches regex`, `contains` or `startswith`"));
                Expr { ty: Type::Bool, ..self.opaque("unsupported-operator", span) }
            }
        }
    }

    fn compare(&mut self, op: Comparison, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let equality = matches!(op, Comparison::Eq | Comparison::Ne);
        // Two dynamic values are not compared by the engine [E dkt/dynamic_strings-068].
        let both = left.ty == Type::Dynamic && right.ty == Type::Dynamic;
        if both || !equality && !types::is_ordered(left.ty, right.ty) {
            self.undefined(op_span, left.ty, right.ty);
        }
        let (left, right) = if equality { same_type(left, right) } else { (left, right) };
        let kind = ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) };
        Expr::new(kind, Type::Bool, span)
    }

    /// Reports an operator that does not take its operands.
    fn undefined(&mut self, span: Span, left: Type, right: Type) {
        let op = span.text(self.text);
        let mut found = Diagnostic::error("type-mismatch", span, format!("`{op}` is not defined for {left} and {right}"));
        if left == Type::DateTime && right == Type::TimeSpan {
            found = found.with_help("a time span back from now is written `ago(…)`");
        } else if left == Type::DateTime && right == Type::String {
            found = found.with_help("write a time as `datetime(…)`");
        } else if left == Type::Dynamic && right == Type::Dynamic {
            found = found.with_help("convert both sides first: `tostring(…)`, `tolong(…)`");
        } else if left == Type::String && right.is_numeric() {
            found = found.with_help("convert the text first: `tolong(…)`");
        }
        self.report(found);
    }

    /// Lowers `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`.
    pub(super) fn in_list(
        &mut self,
        op: InOp,
        op_span: Span,
        value: &'a ast::Expr,
        list: &'a [ast::Expr],
        rows: Rows<'_>,
        span: Span,
    ) -> Expr {
        let (test, all, case, negated) = match op {
            InOp::In => (None, false, Case::Sensitive, false),
            InOp::NotIn => (None, false, Case::Sensitive, true),
            InOp::InTilde => (None, false, Case::Insensitive, false),
            InOp::NotInTilde => (None, false, Case::Insensitive, true),
            InOp::HasAny => (Some(StringTest::Has), false, Case::Insensitive, false),
            InOp::HasAll => (Some(StringTest::Has), true, Case::Insensitive, false),
        };
        if let (ast::ExprKind::Wildcard(_), Some(row)) = (&value.kind, rows.left) {
            return self.any_column_in(op, op_span, list, row, span);
        }
        let value = self.scalar(value, rows);
        if (test.is_some() || case == Case::Insensitive) && !types::is_text(value.ty) {
            let word = op_span.text(self.text).to_owned();
            self.error("type-mismatch", op_span, format!("`{word}` is not defined for {}, it takes string", value.ty));
        }
        if let [only] = list
            && let Bound::Table(plan) = self.any(only, rows)
        {
            let kind = ExprKind::InPlan { test, all, case, negated, value: Box::new(value), plan };
            return Expr::new(kind, Type::Bool, span);
        }
        let ty = value.ty;
        let list = list.iter().map(|item| element(self.scalar(item, rows), ty, test.is_none())).collect();
        Expr::new(ExprKind::InList { test, all, case, negated, value: Box::new(value), list }, Type::Bool, span)
    }

    /// Lowers `x between (low .. high)`.
    pub(super) fn between(
        &mut self,
        negated: bool,
        (value, low, high): (&'a ast::Expr, &'a ast::Expr, &'a ast::Expr),
        rows: Rows<'_>,
        span: Span,
    ) -> Expr {
        let (value, low, high) = (self.scalar(value, rows), self.scalar(low, rows), self.scalar(high, rows));
        if !types::is_range(value.ty, low.ty, high.ty) {
            let message = format!("`between` is not defined for {}, {} and {}", value.ty, low.ty, high.ty);
            self.error("type-mismatch", span, message);
        }
        let kind = ExprKind::Between { negated, value: Box::new(value), low: Box::new(low), high: Box::new(high) };
        Expr::new(kind, Type::Bool, span)
    }
}

/// Converts the constant side of an equality to the type of the other side.
fn same_type(left: Expr, right: Expr) -> (Expr, Expr) {
    if !is_converted(left.ty, right.ty) {
        return (left, right);
    }
    match (&left.kind, &right.kind) {
        (_, ExprKind::Literal(_)) => {
            let ty = left.ty;
            (left, convert(right, ty))
        }
        (ExprKind::Literal(_), _) => {
            let ty = right.ty;
            (convert(left, ty), right)
        }
        _ => (left, right),
    }
}

/// Numbers compare with numbers and dynamic values with all; other constants are converted.
fn is_converted(left: Type, right: Type) -> bool {
    let loose = |ty: Type| matches!(ty, Type::Dynamic | Type::Unknown);
    let numbers = left.is_numeric() && right.is_numeric();
    left != right && !numbers && !loose(left) && !loose(right)
}

fn element(item: Expr, ty: Type, equality: bool) -> Expr {
    let convertible = equality && matches!(item.kind, ExprKind::Literal(_)) && is_converted(ty, item.ty);
    if convertible { convert(item, ty) } else { item }
}

/// Makes an equality of two lowered values.
pub(super) fn equal(left: Expr, right: Expr, span: Span) -> Expr {
    let (left, right) = same_type(left, right);
    let kind = ExprKind::Compare { op: Comparison::Eq, case: Case::Sensitive, left: Box::new(left), right: Box::new(right) };
    Expr::new(kind, Type::Bool, span)
}
