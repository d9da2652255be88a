//! Takes out what goes without saying: `x exists` beside a condition that asks for a value of `x` anyway, `x is missing or …` before
//! what a missing `x` satisfies, a condition said twice. EQL's three-valued logic leaves many of them behind (`a != null and not …`).
//!
//! A match is two-valued: a missing field satisfies nothing but `IsNull` (`eval::event::predicate`). Empty texts are missing in Kusto,
//! so that only matches count here that no empty text satisfies.

use super::gathered::MOST_COMPARED;
use super::logic::{and, constant, not, or};
use crate::ir::{Expr, ExprKind, FieldRef, Matcher, PatternPart, Value};

/// Returns the same predicate in fewer words.
pub(super) fn without_needless(expr: &Expr) -> Expr {
    simplified(expr, &[])
}

/// Simplifies what is only asked where the fields of `present` have values.
fn simplified(expr: &Expr, present: &[&str]) -> Expr {
    match &expr.kind {
        ExprKind::And(operands) | ExprKind::Or(operands) if operands.len() > MOST_COMPARED => expr.clone(),
        ExprKind::And(operands) => conjunction(&distinct(operands), present, expr),
        ExprKind::Or(operands) => disjunction(&distinct(operands), present, expr),
        ExprKind::Not(inner) => not(simplified(inner, present)),
        ExprKind::Match { field: FieldRef::Field(name), matcher } if present.contains(&&**name) => match matcher {
            Matcher::Exists => constant(true, expr.span),
            Matcher::IsNull => constant(false, expr.span),
            _ => expr.clone(),
        },
        _ => expr.clone(),
    }
}

/// What one operand asks for the others may rely on: that a value is there is said where none but later operands say it.
fn conjunction(operands: &[&Expr], present: &[&str], whole: &Expr) -> Expr {
    let rest = operands.iter().enumerate().map(|(at, operand)| {
        let others = operands.iter().enumerate().filter(|(other, _)| *other != at);
        let told = others.filter_map(|(other, expr)| {
            let is_later = other > at && there(operand).is_some();
            tested(expr).or_else(|| there(expr).filter(|_| !is_later))
        });
        simplified(operand, &told.chain(present.iter().copied()).collect::<Vec<_>>())
    });
    and(rest.collect(), whole.span)
}

/// Where one alternative is that a value is missing, the others may rely on it, and those that a missing value satisfies say it too.
fn disjunction(operands: &[&Expr], present: &[&str], whole: &Expr) -> Expr {
    let missing: Vec<&str> = operands.iter().filter_map(|operand| absent(operand)).collect();
    let relied: Vec<&str> = missing.iter().chain(present).copied().collect();
    let others: Vec<Expr> =
        operands.iter().filter(|operand| absent(operand).is_none()).map(|operand| simplified(operand, &relied)).collect();
    let is_said = |name: &str| others.iter().any(|other| is_met_by_missing(other, name));
    let absences = operands.iter().filter(|operand| absent(operand).is_some_and(|name| !is_said(name)));
    let absences: Vec<Expr> = absences.map(|operand| simplified(operand, present)).collect();
    or(absences.into_iter().chain(others).collect(), whole.span)
}

/// The operands, each once.
fn distinct(operands: &[Expr]) -> Vec<&Expr> {
    let mut kept: Vec<&Expr> = Vec::new();
    for operand in operands {
        if !kept.iter().any(|known| is_alike(known, operand)) {
            kept.push(operand);
        }
    }
    kept
}

/// Tells whether two predicates ask the same, wherever they stand.
fn is_alike(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (ExprKind::And(a), ExprKind::And(b)) | (ExprKind::Or(a), ExprKind::Or(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_alike(a, b))
        }
        (ExprKind::Not(a), ExprKind::Not(b)) => is_alike(a, b),
        (ExprKind::Match { field: FieldRef::Field(a), matcher }, ExprKind::Match { field: FieldRef::Field(b), matcher: wanted }) => {
            a == b && matcher == wanted
        }
        _ => false,
    }
}

/// The field of which a condition tests the value, which simplifying leaves as it is.
fn tested(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Match { field: FieldRef::Field(name), matcher } if asks_for_text(matcher) => Some(name),
        ExprKind::Or(operands) => {
            let first = tested(operands.first()?)?;
            operands.iter().all(|operand| tested(operand) == Some(first)).then_some(first)
        }
        _ => None,
    }
}

/// The field that a condition asks to have a value, whichever.
fn there(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Exists } => Some(name),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::IsNull } => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The field that a condition asks to have none.
fn absent(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::IsNull } => Some(name),
        ExprKind::Not(inner) => match &inner.kind {
            ExprKind::Match { field: FieldRef::Field(name), matcher: Matcher::Exists } => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether a condition holds where a field is missing.
fn is_met_by_missing(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::And(operands) => operands.iter().all(|operand| is_met_by_missing(operand, name)),
        ExprKind::Or(operands) => operands.iter().any(|operand| is_met_by_missing(operand, name)),
        ExprKind::Not(inner) => is_failed_by_missing(inner, name),
        _ => absent(expr) == Some(name),
    }
}

/// Tells whether a condition does not hold where a field is missing.
fn is_failed_by_missing(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::And(operands) => operands.iter().any(|operand| is_failed_by_missing(operand, name)),
        ExprKind::Or(operands) => operands.iter().all(|operand| is_failed_by_missing(operand, name)),
        ExprKind::Not(inner) => is_met_by_missing(inner, name),
        _ => tested(expr).or_else(|| there(expr)) == Some(name),
    }
}

/// Tells whether no empty text, and so nothing that Kusto calls missing, satisfies a match.
fn asks_for_text(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Equals { value: Value::String(text), .. } => !text.is_empty(),
        Matcher::Equals { .. } | Matcher::Compare { .. } | Matcher::Cidr(_) => true,
        Matcher::Wildcard { pattern, .. } => pattern.parts.iter().any(|part| *part != PatternPart::Many),
        Matcher::Text { text, .. } => !text.is_empty(),
        Matcher::Exists | Matcher::IsNull | Matcher::Regex { .. } | Matcher::Token(_) | Matcher::Field { .. } | Matcher::Nested(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::without_needless;
    use crate::ir::Expr;
    use crate::lang::kuery;
    use crate::schema::FieldType;

    fn predicate(query: &str) -> Expr {
        kuery::lower(&kuery::parse(query).unwrap(), &|_: &str| FieldType::default())
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        let shown = |expr: &Expr| kuery::print(&kuery::raise(expr, &|_: &str| FieldType::default(), &mut Vec::new()).unwrap());
        assert_eq!(shown(&without_needless(&predicate(query))), shown(&predicate(expected)), "{query}");
    }

    #[test]
    fn a_test_of_a_value_says_that_it_is_there() {
        check("a:* and a:x and b:y", "a:x and b:y");
        check("a:(x or y) and a:*", "a:(x or y)");
        check("a:x and (not a:* or b:y)", "a:x and b:y");
    }

    #[test]
    fn that_a_value_is_there_is_said_where_nothing_else_says_it() {
        check("a:* and a:* and not a:x", "a:* and not a:x");
        check("a:* and (a:* or b:x)", "a:*");
        check("a:\"\" and a:*", "a:\"\" and a:*");
    }

    #[test]
    fn what_a_missing_value_satisfies_says_that_it_may_be_missing() {
        check("not a:* or (a:* and not a:x)", "not a:x");
        check("not a:* or a:x", "not a:* or a:x");
        check("not a:* or not b:* or (not a:x and not b:y)", "not a:* or not b:* or (not a:x and not b:y)");
        check("not a:* or (not a:x and (not a:y or b:z))", "not a:x and (not a:y or b:z)");
    }

    #[test]
    fn a_condition_is_said_once() {
        check("a:x and b:y and a:x", "a:x and b:y");
        check("a:x or a:x", "a:x");
    }
}
