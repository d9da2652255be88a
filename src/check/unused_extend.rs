//! An `extend` column that nothing uses.
//!
//! It is computed for every row and then thrown away by a later `project` or `summarize`. Either it is left over, or the operator
//! behind it forgot it: a grouping without the address it was extended for, a mapping without its account.
//!
//! A column that a later `project` carries along, only for another to drop it, is reported to pedants.
//!
//! ```kusto bad
//! SigninLogs
//! | extend City = tostring(LocationDetails.city), State = tostring(LocationDetails.state)
//! | summarize count() by UserPrincipalName, State
//! ```
//!
//! ```kusto good
//! SigninLogs
//! | extend State = tostring(LocationDetails.state)
//! | summarize count() by UserPrincipalName, State
//! ```

use super::liveness::{self, Extended};
use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::ir::{ExprKind, Named};
use crate::lang::kusto::ast;
use crate::lang::kusto::walk::Node;
use crate::source::Span;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(super) static LINT: Lint = Lint::new("unused-extend", include_str!("unused_extend.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let (Some(detection), Some(query)) = (&context.rule.detection, context.kusto()) else { return };
    let is_mention = |column: &Named| match &column.expr.kind {
        ExprKind::Column(name) => context.query_text(column.expr.span).trim() == &**name,
        _ => true,
    };
    let names = written_names(query);
    let place = |span: Span| context.place(names.get(&span).copied().unwrap_or(span));
    let unused = dead(liveness::extended(&detection.plan, &is_mention));
    let carried = dead(liveness::extended(&detection.plan, &|_| false));
    for (span, column) in &unused {
        let name = &column.column.name;
        // What feeds only this column goes with it: one finding says so.
        if unused.values().any(|other| other.column.name != *name && other.feeds_on.contains(name)) {
            continue;
        }
        let mut finding = LINT.at(place(*span), format!("`{name}` is never used")).with_label("computed, then dropped");
        for (feeder, feeding) in feeders(column, &unused) {
            finding = finding.with_related(place(feeder), format!("`{}` is only used for it", feeding.column.name));
        }
        found.push(finding.with_help("remove the column, or use it"));
    }
    for (span, column) in carried.iter().filter(|(span, _)| !unused.contains_key(span)) {
        let name = &column.column.name;
        found.push(LINT.at(place(*span), format!("`{name}` is carried along, but never used")).pedantic());
    }
}

/// The columns that are live nowhere, by the place of their value: the body of a function that is called twice stands in the plan twice.
fn dead(columns: Vec<Extended<'_>>) -> HashMap<Span, Extended<'_>> {
    let live: HashSet<Span> = columns.iter().filter(|column| column.live).map(|column| column.column.expr.span).collect();
    columns.into_iter().map(|column| (column.column.expr.span, column)).filter(|(span, _)| !live.contains(span)).collect()
}

/// The dead columns that a dead column is made of, directly or through others, by place.
fn feeders<'m, 'a>(column: &Extended<'a>, unused: &'m HashMap<Span, Extended<'a>>) -> Vec<(Span, &'m Extended<'a>)> {
    let mut wanted: Vec<Arc<str>> = column.feeds_on.iter().cloned().collect();
    let mut seen: HashSet<Arc<str>> = HashSet::from([Arc::clone(&column.column.name)]);
    let mut found = Vec::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(Arc::clone(&name)) {
            continue;
        }
        for (span, feeder) in unused.iter().filter(|(_, other)| other.column.name == name) {
            found.push((*span, feeder));
            wanted.extend(feeder.feeds_on.iter().cloned());
        }
    }
    found.sort_by_key(|(span, _)| *span);
    found
}

/// Leads from the place of a column's value to that of the name the author gave it.
fn written_names(query: &ast::Query) -> HashMap<Span, Span> {
    let mut names = HashMap::new();
    query.walk(&mut |node| {
        if let Node::Expr(ast::Expr { kind: ast::ExprKind::Named { names: given, value, .. }, .. }) = node
            && let Some(name) = given.first()
        {
            let mut inner = &**value;
            names.insert(inner.span, name.span);
            while let ast::ExprKind::Paren(next) = &inner.kind {
                inner = next;
                names.insert(inner.span, name.span);
            }
        }
    });
    names
}
