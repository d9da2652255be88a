//! Fields of which a target's table has the value in other rows than the event's own: audit records, one row each, of a system call.
//!
//! A condition on such a field asks for rows that meet it and are tied to the event's. It is no value to group by or to compare with.

use super::format::{Constant, Field};
use super::kusto::{Access, negated, to_kusto};
use super::load::PartRef;
use super::logic::{and, matches, or};
use super::predicate::Direction;
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Expr, ExprKind, Matcher, Named, Op, Plan, Schema, TableSource, Type};
use crate::schema::Catalog;
use crate::source::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of a table that say more of an event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// Their table.
    pub table: Arc<str>,
    /// The columns that tie them to an event: its own, theirs.
    pub by: (Arc<str>, Arc<str>),
    /// What tells them from other rows of the table.
    #[serde(default)]
    pub select: BTreeMap<String, Constant>,
    /// Key of the cited page.
    pub cite: String,
}

impl Access<'_> {
    /// A predicate on the field, in the rows that hold it.
    pub(super) fn asked(&self, matcher: &Matcher, positive: bool) -> Result<Expr, Problem> {
        match (self.rows(), matcher) {
            (None, _) => self.predicate(matcher, positive),
            (Some(_), Matcher::IsNull) => Ok(negated(self.in_rows(self.predicate(&Matcher::Exists, true)?)?)),
            (Some(_), _) => self.in_rows(self.predicate(matcher, true)?),
        }
    }

    /// Asks for a row that meets a predicate on the field, where other rows than the event's hold it.
    pub(super) fn in_rows(&self, predicate: Expr) -> Result<Expr, Problem> {
        self.rows().map_or(Ok(predicate.clone()), |rows| rows.with(predicate, self.part_ref()))
    }
}

impl Rows {
    fn with(&self, predicate: Expr, at: &PartRef) -> Result<Expr, Problem> {
        let span = predicate.span;
        let schema = Catalog::builtin().table(&self.table).map_or_else(Schema::unknown, |table| Schema::closed(table.columns.clone()));
        let column = |name: &Arc<str>| {
            let known = schema.columns.iter().find(|column| column.name == *name);
            Expr::column(name, known.map_or(Type::String, |column| column.ty), span)
        };
        let scan = Plan::new(Op::Scan(TableSource::Table(self.table.clone())), schema.clone(), span);
        let selected = to_kusto(&self.selection(span), at, true)?;
        let filtered = Plan::new(Op::Filter { input: scan, predicate: and(vec![selected, predicate], span) }, schema.clone(), span);
        let key = Named { name: self.by.1.clone(), expr: column(&self.by.1) };
        let plan = Plan::new(Op::Project { input: filtered, columns: vec![key] }, Schema::unknown(), span);
        let value = Box::new(column(&self.by.0));
        Ok(Expr::new(ExprKind::InPlan { test: None, all: false, case: Case::Sensitive, negated: false, value, plan }, Type::Bool, span))
    }

    fn selection(&self, span: Span) -> Expr {
        let equals = |name: &str, value| matches(name, Matcher::Equals { value, case: Case::Sensitive }, span);
        let either = |(name, constant): (&String, &Constant)| or(constant.values().into_iter().map(|v| equals(name, v)).collect(), span);
        and(self.select.iter().map(either).collect(), span)
    }
}

impl Direction<'_> {
    /// Names that a condition is looked for in other rows.
    pub(super) fn in_other_rows(&self, name: &str, field: &Field, mapped: Expr) -> Problem {
        let rows = field.rows.as_ref().and_then(|rows| self.at.source.rows.get(rows));
        let Some(rows) = rows else { return self.unmapped(name, mapped.span) };
        let message =
            format!("`{name}` is looked for in the rows of `{}` with the same `{}` that the rule's look-back holds", rows.table, rows.by.1);
        let mut problem = Problem::new("value-in-other-rows", mapped.span, message);
        problem.instead = Some(Box::new((mapped, Fidelity::Different)));
        problem
    }
}
