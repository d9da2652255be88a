//! A `let` that nothing uses.
//!
//! What it is bound to never runs. Either it is left over and can go, or the query forgot to use it: then a part of the detection
//! that the author believes to be there is not.
//!
//! ```kusto bad
//! let failures = SigninLogs | where ResultType != "0";
//! let successes = SigninLogs | where ResultType == "0";
//! successes | take 10
//! ```
//!
//! ```kusto good
//! let successes = SigninLogs | where ResultType == "0";
//! successes | take 10
//! ```

use super::{Context, Lint};
use crate::diagnostic::Diagnostic;
use crate::lang::kusto::ast::{ExprKind, Name, Statement, StatementKind};
use crate::lang::kusto::walk::Node;
use std::collections::{HashMap, HashSet};

pub(super) static LINT: Lint = Lint::new("unused-let", include_str!("unused_let.rs"), check);

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let Some(query) = context.kusto() else { return };
    check_scope(&query.statements, context, found);
    query.walk(&mut |node| {
        for body in bodies(node) {
            check_scope(body, context, found);
        }
    });
}

/// Reports the `let`s of one scope that no other statement of it names.
fn check_scope(statements: &[Statement], context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let uses: Vec<HashSet<&str>> = statements.iter().map(uses).collect();
    let mut statements_that_name: HashMap<&str, usize> = HashMap::new();
    for name in uses.iter().flatten() {
        *statements_that_name.entry(name).or_default() += 1;
    }
    for (statement, own) in statements.iter().zip(&uses) {
        let Some(name) = bound(statement) else { continue };
        let all = statements_that_name.get(name.text.as_str()).copied().unwrap_or(0);
        let used = all > usize::from(own.contains(name.text.as_str()));
        if !used {
            let finding = LINT
                .at(context.place(name.span), format!("`{}` is never used", name.text))
                .with_label("nothing after it names it")
                .with_help("remove the statement, or use it");
            found.push(finding);
        }
    }
}

fn bound(statement: &Statement) -> Option<&Name> {
    match &statement.kind {
        StatementKind::Let { name, .. } | StatementKind::LetFunction { name, .. } => Some(name),
        _ => None,
    }
}

/// Returns the names in a statement that may stand for a `let`. A column of the same name counts too: better silent than wrong.
fn uses(statement: &Statement) -> HashSet<&str> {
    let mut names = HashSet::new();
    Node::Statement(statement).walk(&mut |node| {
        if let Node::Expr(expr) = node {
            match &expr.kind {
                ExprKind::Name(name) => names.insert(name.text.as_str()),
                ExprKind::Call(call) => names.insert(call.name.text.as_str()),
                _ => false,
            };
        }
    });
    names
}

/// Returns the statement lists that open a scope at a node.
fn bodies(node: Node<'_>) -> Vec<&[Statement]> {
    match node {
        Node::Statement(Statement { kind: StatementKind::LetFunction { function, .. }, .. }) => vec![&function.body],
        Node::Statement(Statement { kind: StatementKind::DeclarePattern { cases, .. }, .. }) => {
            cases.iter().map(|case| case.body.as_slice()).collect()
        }
        Node::Expr(expr) => match &expr.kind {
            ExprKind::Block(body) => vec![body],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
