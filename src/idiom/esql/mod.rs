//! ES|QL's commands in the words that other languages share, so that its rules can be recognised and mapped like any other.
//!
//! Tests of fields become matches, functions the ones that mean the same elsewhere; what has no such form stays ES|QL's own and is
//! refused by whoever maps it. Lists of columns are about display and set aside.

mod condition;
mod dates;
mod summary;
mod texts;
mod value;

use super::joined::extended;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expand, Expr, ExprKind, Named, Op, Plan, Schema, SortKey, Type};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An ES|QL plan in shared words.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The plan.
    pub plan: Arc<Plan>,
    /// What was set aside, with its place.
    pub set_aside: Vec<Loss>,
}

/// Rewrites a plan that was lowered from ES|QL.
pub fn shared(plan: &Arc<Plan>) -> Shared {
    let mut reader = Reader::default();
    let plan = reader.plan(plan);
    Shared { plan, set_aside: reader.set_aside }
}

/// What is known on the way up from the source.
#[derive(Default)]
struct Reader {
    /// Columns that the query computed: ES|QL's name, and one without dots.
    computed: BTreeMap<Arc<str>, Arc<str>>,
    /// Those of them that are keys of groups, which hold one value.
    keys: BTreeSet<Arc<str>>,
    /// Computed columns that are a field, as it is or in lower case.
    aliases: BTreeMap<Arc<str>, condition::Field>,
    /// Hidden columns of expanded group keys. Targets hold one value where Elasticsearch may hold several.
    hidden: BTreeMap<Arc<str>, Expr>,
    set_aside: Vec<Loss>,
}

impl Reader {
    fn plan(&mut self, plan: &Arc<Plan>) -> Arc<Plan> {
        let span = plan.span;
        match &plan.op {
            Op::Special { name, inputs, .. } if matches!(&**name, "fields" | "keep") => {
                let Some(input) = inputs.first() else { return plan.clone() };
                self.plan(input)
            }
            Op::Filter { input, predicate } => {
                let input = self.plan(input);
                let predicate = self.condition(predicate).yes;
                Plan::new(Op::Filter { input, predicate }, Schema::unknown(), span)
            }
            Op::Extend { input, columns } => {
                let input = self.plan(input);
                self.compute(&input, columns, span)
            }
            Op::Project { input, columns } => {
                let input = self.plan(input);
                let renamed: Vec<Named> = columns.iter().filter(|column| !is_itself(column)).cloned().collect();
                self.shown_only(span);
                if renamed.is_empty() { input } else { self.compute(&input, &renamed, span) }
            }
            Op::Select { input, rename, .. } => {
                let input = self.plan(input);
                let named = |(new, old): &(Arc<str>, Arc<str>)| Named { name: new.clone(), expr: Expr::column(old, Type::Unknown, span) };
                let renamed: Vec<Named> = rename.iter().map(named).collect();
                self.shown_only(span);
                if renamed.is_empty() { input } else { self.compute(&input, &renamed, span) }
            }
            Op::Sort { input, keys } => {
                let input = self.plan(input);
                let keys = keys.iter().map(|key| SortKey { expr: self.value(&key.expr), ..key.clone() }).collect();
                Plan::new(Op::Sort { input, keys }, Schema::unknown(), span)
            }
            Op::Limit { input, count } => {
                let input = self.plan(input);
                Plan::new(Op::Limit { input, count: count.clone() }, Schema::unknown(), span)
            }
            Op::Expand { input, columns, .. } => self.expand(plan, input, columns),
            Op::Aggregate { input, keys, aggregates, post } => {
                let input = self.plan(input);
                self.summary(&input, keys, aggregates, post, span)
            }
            _ => plan.clone(),
        }
    }

    /// A field of one value expands to itself.
    fn expand(&mut self, plan: &Arc<Plan>, input: &Arc<Plan>, columns: &[Expand]) -> Arc<Plan> {
        let mut rows = self.plan(input);
        for column in columns {
            let is_field = matches!(&column.expr.kind, ExprKind::Column(name) if !self.computed.contains_key(name));
            let expr = self.value(&column.expr);
            if column.name.starts_with('$') {
                self.hidden.insert(column.name.clone(), expr);
            } else if !is_field {
                let name = self.name(&column.name);
                let to = column.to.or(Some(Type::String));
                let op =
                    Op::Expand { input: rows, columns: vec![Expand { name, expr, to }], index: None, bag_as_array: false, limit: None };
                rows = Plan::new(op, Schema::unknown(), plan.span);
            }
        }
        rows
    }

    /// Adds columns; each gets a name that every target can write.
    fn compute(&mut self, input: &Arc<Plan>, columns: &[Named], span: Span) -> Arc<Plan> {
        let values: Vec<Expr> = columns.iter().map(|column| self.value(&column.expr)).collect();
        let fields: Vec<_> = columns.iter().map(|column| self.field(&column.expr)).collect();
        for (column, field) in columns.iter().zip(fields) {
            match field {
                Some(field) => self.aliases.insert(column.name.clone(), field),
                None => self.aliases.remove(&column.name),
            };
        }
        let named = columns.iter().zip(values).map(|(column, expr)| Named { name: self.name(&column.name), expr });
        extended(input, named.collect(), span)
    }

    /// Notes a computed column and returns its shared name.
    fn name(&mut self, own: &Arc<str>) -> Arc<str> {
        let plain: String = own.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain: Arc<str> =
            if plain.starts_with(|c: char| c.is_ascii_digit()) { Arc::from(format!("_{plain}")) } else { Arc::from(plain) };
        self.computed.insert(own.clone(), plain.clone());
        self.keys.remove(own);
        plain
    }

    fn shown_only(&mut self, span: Span) {
        let message = "the choice of columns is about display";
        self.set_aside.push(Loss::query("output-columns", Fidelity::Metadata, span, message));
    }
}

/// Tells whether a column keeps its name and value.
fn is_itself(column: &Named) -> bool {
    matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)
}

/// Returns the name of a row of ES|QL's own without its mark.
fn own_function(expr: &Expr) -> Option<(&str, &[Expr])> {
    let ExprKind::Call { function, args } = &expr.kind else { return None };
    Some((function.strip_prefix("esql.")?, args))
}
