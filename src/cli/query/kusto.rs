//! From a Kusto text to rows: parse, bind, run.

use crate::diagnostic::{Diagnostic, Severity};
use crate::eval::lines::LATE;
use crate::eval::{self, Provider, Settings, Table, Usage};
use crate::ir::{Op, Schema, TableSource};
use crate::lang::kusto::ast::{Expr, ExprKind, StatementKind};
use crate::lang::kusto::{self, Environment};
use crate::schema::Catalog;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows, and what is worth saying about the query.
#[derive(Debug)]
pub(super) struct Answered {
    /// The rows.
    pub table: Table,
    /// Warnings.
    pub remarks: Vec<Diagnostic>,
    /// What the run took.
    pub usage: Usage,
}

/// Why there are no rows.
#[derive(Debug)]
pub(super) struct Refused {
    /// `parse`, `bind` or `run`.
    pub stage: &'static str,
    /// What is wrong, at least one error.
    pub diagnostics: Vec<Diagnostic>,
}

impl Refused {
    /// Tells whether the query may have failed because later lines of its data show more than the first ones.
    pub(super) fn is_late(&self) -> bool {
        self.diagnostics.iter().any(|found| found.code == LATE || found.code == "unknown-column")
    }
}

/// Returns the names of the tables that a query reads.
pub(super) fn tables_read(text: &str, catalog: &Catalog) -> BTreeSet<String> {
    let query = kusto::parse(text).query;
    let lowered = kusto::lower(&query, text, &Environment::new(catalog));
    let mut names = BTreeSet::new();
    if let Some(plan) = &lowered.plan {
        plan.walk(&mut |node| {
            if let Op::Scan(TableSource::Table(name)) = &node.op {
                names.insert(name.to_string());
            }
        });
    }
    // A name alone is taken for a column while no table is known by it.
    if let Some(StatementKind::Expression(Expr { kind: ExprKind::Name(name), .. })) = query.statements.last().map(|last| &last.kind)
        && lowered.diagnostics.iter().any(|found| found.code == "unknown-column")
    {
        names.insert(name.text.clone());
    }
    names
}

/// Runs a query over tables. Unlike in a rule, a table that nobody knows is an error: there is nowhere its rows could come from.
pub(super) fn run(
    text: &str,
    catalog: &Catalog,
    tables: BTreeMap<Arc<str>, Schema>,
    provider: &dyn Provider,
    settings: &Settings,
) -> Result<Answered, Refused> {
    let parsed = kusto::parse(text);
    if has_error(&parsed.diagnostics) {
        return Err(Refused { stage: "parse", diagnostics: parsed.diagnostics });
    }
    let environment = Environment { tables, open: false, ..Environment::new(catalog) };
    let lowered = kusto::lower(&parsed.query, text, &environment);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(lowered.diagnostics);
    let Some(plan) = lowered.plan.filter(|_| !has_error(&diagnostics)) else {
        if !has_error(&diagnostics) {
            let whole = crate::source::Span::new(0, text.len());
            diagnostics.push(Diagnostic::error("no-query", whole, "the text holds no query, only definitions"));
        }
        return Err(Refused { stage: "bind", diagnostics });
    };
    match eval::run_measured(&plan, provider, settings) {
        Ok((table, usage)) => Ok(Answered { table, remarks: diagnostics, usage }),
        Err(refusal) => {
            diagnostics.push(Diagnostic::error(refusal.code, refusal.span, refusal.message));
            Err(Refused { stage: "run", diagnostics })
        }
    }
}

/// Tells whether something is an error.
pub(super) fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}
