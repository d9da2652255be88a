//! A value that stands twice in one list.
//!
//! It changes nothing, so it is a slip: a second value was meant, or the list grew by copying. Values are compared as the operator
//! compares them: `in~` and `has_any` do not tell letters' case apart, `in` does.
//!
//! ```kusto bad
//! SigninLogs | where AppId in ("a1", "b2", "a1")
//! ```
//!
//! ```elastic bad
//! query = 'process.name: ("cmd.exe" or "powershell.exe" or "cmd.exe")'
//! ```
//!
//! ```elastic bad
//! type = "eql"
//! language = "eql"
//! query = 'process where process.name : ("cmd.exe", "nc.exe", "CMD.EXE")'
//! ```
//!
//! ```kusto good
//! SigninLogs | where AppId in ("a1", "b2", "A1")
//! ```

use super::{Context, Lint};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::lang::eql;
use crate::lang::kuery::ast::{Ast, AstKind, LiteralKind as Word, Values, ValuesKind};
use crate::lang::kusto::ast::{Expr, ExprKind, InOp, Json, Literal, LiteralKind};
use crate::lang::kusto::walk::Node;
use crate::source::Span;
use std::collections::HashMap;

pub(super) static LINT: Lint = Lint::new("duplicate-list-value", include_str!("duplicate_list_value.rs"), check);

/// A value of a list, as text that is equal where the operator takes two values for one.
type Entry = (String, Span);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut lists: Vec<Vec<Entry>> = Vec::new();
    kusto(context, &mut lists);
    if let Some(ast) = context.kuery() {
        kuery(ast, &mut lists);
    }
    if let Some(query) = context.eql() {
        eql_lists(query, &mut lists);
    }
    for list in lists {
        report(&list, context, found);
    }
}

fn report(list: &[Entry], context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Span> = HashMap::new();
    for (position, (value, span)) in list.iter().enumerate() {
        let Some(earlier) = first.get(value.as_str()) else {
            first.insert(value, *span);
            continue;
        };
        let shown = context.query_text(*span);
        let finding = LINT
            .at(context.place(*span), format!("{shown} stands twice in the list").replace('"', "`"))
            .with_related(context.place(*earlier), "first here");
        let before = position.checked_sub(1).and_then(|at| list.get(at)).map(|(_, before)| before.end);
        found.push(match before.and_then(|end| removal(context, Span { start: end, end: span.end })) {
            Some(fix) => finding.with_fix(fix),
            None => finding,
        });
    }
}

/// Removes a value with the separator before it; nothing where a comment stands between.
fn removal(context: &Context<'_>, span: Span) -> Option<Fix> {
    let text = context.query_text(span);
    let in_file = context.place(span);
    let whole = !text.contains("//") && !text.is_empty();
    whole.then(|| Fix { title: "remove the second".to_owned(), edits: vec![Edit { span: in_file, text: String::new() }], safe: true })
}

fn kusto(context: &Context<'_>, lists: &mut Vec<Vec<Entry>>) {
    let Some(query) = context.kusto() else { return };
    query.walk(&mut |node| {
        let Node::Expr(expr) = node else { return };
        match &expr.kind {
            ExprKind::In { op, list, .. } => {
                let folds = !matches!(op, InOp::In | InOp::NotIn);
                lists.push(list.iter().filter_map(|item| entry(item, folds)).collect());
            }
            // A list of texts is a list of alternatives; numbers may be weights or bounds.
            ExprKind::Literal(Literal { kind: LiteralKind::Dynamic(Json::Array(items, _)), .. }) => {
                lists.push(items.iter().filter_map(string_entry).collect());
            }
            _ => {}
        }
    });
}

fn entry(expr: &Expr, folds: bool) -> Option<Entry> {
    let ExprKind::Literal(literal) = &expr.kind else { return None };
    let text = match &literal.kind {
        LiteralKind::Dynamic(_) | LiteralKind::Null => return None,
        LiteralKind::String(text) if folds => format!("s{}", text.to_lowercase()),
        LiteralKind::String(text) => format!("s{text}"),
        other => format!("{other:?}"),
    };
    Some((text, expr.span))
}

fn string_entry(item: &Json) -> Option<Entry> {
    match item {
        Json::Scalar(literal, span) => match &literal.kind {
            LiteralKind::String(text) => Some((text.clone(), *span)),
            _ => None,
        },
        _ => None,
    }
}

fn kuery(ast: &Ast, lists: &mut Vec<Vec<Entry>>) {
    match &ast.kind {
        AstKind::And(parts) | AstKind::Or(parts) => parts.iter().for_each(|part| kuery(part, lists)),
        AstKind::Not(inner) | AstKind::Nested { query: inner, .. } => kuery(inner, lists),
        AstKind::Is { values, .. } => kuery_values(values, lists),
        AstKind::Everything | AstKind::FreeText(_) | AstKind::Range { .. } => {}
    }
}

fn kuery_values(values: &Values, lists: &mut Vec<Vec<Entry>>) {
    match &values.kind {
        ValuesKind::And(items) | ValuesKind::Or(items) => {
            let one = |item: &Values| match &item.kind {
                ValuesKind::One(literal) => Some((word(&literal.kind), literal.span)),
                _ => None,
            };
            lists.push(items.iter().filter_map(one).collect());
            items.iter().for_each(|item| kuery_values(item, lists));
        }
        ValuesKind::Not(inner) => kuery_values(inner, lists),
        ValuesKind::One(_) => {}
    }
}

/// Collects the lists of `in`, `:` and `like`; `:` and the forms with `~` do not tell letters' case apart.
fn eql_lists(query: &eql::Query, lists: &mut Vec<Vec<Entry>>) {
    query.walk(&mut |expr| {
        let eql::ast::ExprKind::Lookup { test, any_case, list, .. } = &expr.kind else { return };
        let folds = *any_case || *test == eql::ast::Lookup::Matches;
        let one = |item: &eql::ast::Expr| match &item.kind {
            eql::ast::ExprKind::Text { value, .. } if folds => Some((value.to_lowercase(), item.span)),
            eql::ast::ExprKind::Text { value, .. } => Some((value.clone(), item.span)),
            _ => None,
        };
        lists.push(list.iter().filter_map(one).collect());
    });
}

/// Writes a value so that equal values are equal texts: quotes make no difference to a value without wildcards.
fn word(kind: &Word) -> String {
    match kind {
        Word::Quoted(text) | Word::Text(text) => format!("s{text}"),
        other => format!("{other:?}"),
    }
}
