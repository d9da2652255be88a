//! What Elasticsearch's verifier refuses in the conditions of a query: functions that are not there or take other arguments, texts and
//! numbers where a condition stands, computed numbers beside texts
//! (<https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref>). PyPI's `eql` refuses the same.

use super::super::ast::{Event, Expr, ExprKind, Query, QueryKind};
use super::super::lower;
use crate::diagnostic::Diagnostic;
use crate::functions;
use crate::schema::suggest;

/// Functions that are matchers and have no row: each takes a value and patterns.
const PATTERNS: [&str; 3] = ["match", "matchLite", "wildcard"];
/// Functions that are operators of two values.
const OPERATORS: [&str; 4] = ["add", "divide", "multiply", "subtract"];

/// Checks all expressions of a query.
pub(super) fn wrong(query: &Query) -> Option<Diagnostic> {
    let mut found = None;
    let of_event = |event: &Event| condition(&event.condition);
    found = found.or_else(|| match &query.kind {
        QueryKind::Event(event) => of_event(event),
        QueryKind::Sequence(terms) | QueryKind::Sample(terms) | QueryKind::Join(terms) => {
            terms.terms.iter().chain(terms.until.as_deref()).find_map(|term| of_event(&term.event))
        }
    });
    query.walk(&mut |expr| {
        if found.is_none() {
            found = of_expression(expr);
        }
    });
    found
}

fn of_expression(expr: &Expr) -> Option<Diagnostic> {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().find_map(condition),
        ExprKind::Not(inner) => condition(inner),
        ExprKind::Compare { left, right, .. } => unlike(left, right).or_else(|| unlike(right, left)),
        ExprKind::Lookup { value, list, .. } => list.iter().find_map(|item| unlike(value, item)),
        ExprKind::Call { name, any_case, args } => {
            call(&name.value, *any_case, args.len()).map(|(code, message)| Diagnostic::error(code, name.span, message))
        }
        _ => None,
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Integer(_) | ExprKind::Real(_) | ExprKind::Arithmetic { .. } | ExprKind::Negate(_))
}

/// A text or a number is no condition.
fn condition(expr: &Expr) -> Option<Diagnostic> {
    let is_value = is_number(expr) || matches!(expr.kind, ExprKind::Text { .. });
    is_value.then(|| Diagnostic::error("condition-expected", expr.span, "a condition is expected, this is a text or a number"))
}

/// What is computed is a number, which no text equals.
fn unlike(computed: &Expr, other: &Expr) -> Option<Diagnostic> {
    let is_wrong = matches!(computed.kind, ExprKind::Arithmetic { .. }) && matches!(other.kind, ExprKind::Text { .. });
    is_wrong.then(|| Diagnostic::error("number-beside-text", computed.span, "a computed number is compared with a text"))
}

/// What is wrong with a call: no such function, or one that takes other arguments. Functions are found in any case of letters.
fn call(name: &str, any_case: bool, count: usize) -> Option<(&'static str, String)> {
    let known = lower::canonical(name);
    let takes = |fits: bool| (!fits).then(|| ("wrong-arity", format!("`{name}` does not take {count} arguments")));
    if PATTERNS.contains(&known) {
        return takes(count >= 2);
    }
    if OPERATORS.contains(&known) {
        return takes(count == 2);
    }
    let row = any_case.then(|| functions::eql(&format!("{known}~"))).flatten().or_else(|| functions::eql(known));
    let Some(row) = row else {
        let all = functions::all().iter().flat_map(|row| row.eql).copied().chain(PATTERNS).chain(OPERATORS);
        let near = suggest(name, all).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Some(("unknown-function", format!("there is no function `{name}`{near}")));
    };
    takes(row.signatures.iter().any(|signature| signature.assign(count).is_some()))
}

#[cfg(test)]
mod tests {
    use crate::lang::eql::parse;

    fn check(query: &str, code: Option<&str>) {
        assert_eq!(parse(query).err().map(|found| found.code), code, "{query}");
    }

    #[test]
    fn functions_are_those_of_the_reference_with_their_arguments() {
        check("any where CIDRMATCH(a, \"10.0.0.0/8\") and startswith~(a, \"b\")", None);
        check("any where lenght(a) > 1", Some("unknown-function"));
        check("any where length() > 1", Some("wrong-arity"));
        check("any where length(a, b) > 1", Some("wrong-arity"));
        check("any where substring(a) == \"x\"", Some("wrong-arity"));
        check("any where between(a, \"b\", \"c\", true) == \"x\"", None);
        check("any where between(a, \"b\") == \"x\"", Some("wrong-arity"));
        check("any where add(1, 2, 3) == a", Some("wrong-arity"));
        check("any where wildcard(a)", Some("wrong-arity"));
        check("sequence [a where true] by foo(x) [b where true] by y", Some("unknown-function"));
    }

    #[test]
    fn texts_and_numbers_are_no_conditions() {
        check("any where a and \"b\"", Some("condition-expected"));
        check("any where not 5", Some("condition-expected"));
        check("any where 1 + 2", Some("condition-expected"));
        check("any where a in (\"b\", not \"c\")", Some("condition-expected"));
        check("any where true and ?a", None);
    }

    #[test]
    fn a_computed_number_is_no_text() {
        check("any where a.b - c == \"x\"", Some("number-beside-text"));
        check("any where a / b : (1, \"x\")", Some("number-beside-text"));
        check("any where a.b - c == d", None);
    }
}
