//! A query in fewer characters, for targets that bound its length: tests of one text become one regular expression.
//!
//! It says the same; a short query reads better as it was.

use crate::ir::{Case, Expr, ExprKind, Op, Plan, StringTest, Type, Value};
use crate::solve::canonical::Canon;
use std::sync::Arc;

/// Fewer tests than these stay as they are.
const FEWEST: usize = 3;

/// Joins what the filters of a plan test.
pub(super) fn shorter(plan: &Arc<Plan>) -> Arc<Plan> {
    let mut plan = Plan::clone(plan);
    for input in plan.op.inputs_mut() {
        *input = shorter(input);
    }
    if let Op::Filter { predicate, .. } = &mut plan.op {
        *predicate = joined(predicate);
    }
    Arc::new(plan)
}

fn joined(expr: &Expr) -> Expr {
    let out = expr.map_children(&mut joined);
    match &out.kind {
        ExprKind::Or(operands) => Expr::any(alternatives(operands), out.span),
        _ => out,
    }
}

/// What a test looks at, and whether case counts.
type Subject = (String, Case);

/// Alternatives with the tests of each text together, where its first one stood.
fn alternatives(operands: &[Expr]) -> Vec<Expr> {
    let mut canon = Canon::default();
    let mut groups: Vec<(Option<Subject>, Vec<&Expr>)> = Vec::new();
    for operand in operands {
        let subject = subject(operand, &mut canon);
        match groups.iter_mut().find(|(known, _)| known.is_some() && *known == subject) {
            Some((_, tests)) => tests.push(operand),
            None => groups.push((subject, vec![operand])),
        }
    }
    let joined = |tests: Vec<&Expr>| together(&tests).map_or_else(|| tests.into_iter().cloned().collect(), |one| vec![one]);
    groups.into_iter().flat_map(|(_, tests)| joined(tests)).collect()
}

/// Returns the subject of a test that a regular expression can stand for.
fn subject(test: &Expr, canon: &mut Canon) -> Option<Subject> {
    pattern(test)?;
    if let ExprKind::Test { left, case, .. } = &test.kind { Some((canon.expr(left), *case)) } else { None }
}

/// A test as a regular expression (RE2's, as Kusto documents it: `$` is the end of the text).
fn pattern(test: &Expr) -> Option<String> {
    let ExprKind::Test { test, negated: false, right, .. } = &test.kind else { return None };
    let ExprKind::Literal(Value::String(needle)) = &right.kind else { return None };
    let needle = regex::escape(needle);
    match test {
        StringTest::Contains => Some(needle),
        StringTest::StartsWith => Some(format!("^{needle}")),
        StringTest::EndsWith => Some(format!("{needle}$")),
        _ => None,
    }
}

fn together(tests: &[&Expr]) -> Option<Expr> {
    let first = tests.first()?;
    let ExprKind::Test { case, left, right, .. } = &first.kind else { return None };
    if tests.len() < FEWEST {
        return None;
    }
    let flags = if *case == Case::Insensitive { "(?i)" } else { "" };
    let patterns: Option<Vec<String>> = tests.iter().map(|test| pattern(test)).collect();
    let regex = Expr::literal(format!("{flags}{}", patterns?.join("|")).as_str(), Type::String, right.span);
    let kind =
        ExprKind::Test { test: StringTest::Regex, case: Case::Sensitive, negated: false, left: left.clone(), right: Box::new(regex) };
    Some(Expr::new(kind, Type::Bool, first.span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::kusto::{self, Environment};
    use crate::schema::Catalog;

    #[track_caller]
    fn check(condition: &str, expected: &str) {
        let text = format!("T | where {condition}");
        let parsed = kusto::parse(&text);
        let plan = kusto::lower(&parsed.query, &text, &Environment::new(Catalog::builtin())).plan.unwrap();
        let printed = kusto::on_one_line(&kusto::raise(&shorter(&plan)).unwrap());
        assert_eq!(printed.trim_end(), format!("T | where {expected}"));
    }

    #[test]
    fn tests_of_one_text_become_one() {
        check(
            r#"A contains "b.c" or A startswith "d" or B == 1 or A endswith @"\e.exe""#,
            r#"A matches regex @"(?i)b\.c|^d|\\e\.exe$" or B == 1"#,
        );
        check(r#"A contains_cs "b" or A contains_cs "c" or A contains_cs "d""#, r#"A matches regex "b|c|d""#);
        check(
            r#"tostring(A.x) contains "b" or tostring(A.x) contains "c" or tostring(A.x) contains "d""#,
            r#"tostring(A.x) matches regex "(?i)b|c|d""#,
        );
        check(r#"not(A contains "b" or A contains "c" or A contains "d")"#, r#"not(A matches regex "(?i)b|c|d")"#);
    }

    #[test]
    fn others_stay() {
        check(r#"A contains "b" or A contains "c""#, r#"A contains "b" or A contains "c""#);
        check(
            r#"A contains "b" or B contains "c" or A contains_cs "d" or A has "e""#,
            r#"A contains "b" or B contains "c" or A contains_cs "d" or A has "e""#,
        );
    }
}
