//! The operators of a plan, mapped column by column.
//!
//! An operator that no target's source changes is rebuilt over mapped inputs; one that is not understood is refused with its span.

use super::computed::recognised;
use super::facts::Facts;
use super::logic::truth_of;
use super::matches::{reads_any, to_matches};
use super::names::text_of;
use super::plan::{Mapper, Node};
use super::predicate::{Direction, nothing_left, walk};
use super::read::{described, refused};
use super::scope::{Cell, Scope, lost};
use super::transform::Problem;
use crate::diagnostic::{Fidelity, Loss};
use crate::functions::kusto_aggregate;
use crate::ir::{Aggregate, Column, Expand, Expr, ExprKind, Named, Op, Plan, Schema};
use std::sync::Arc;

impl Mapper<'_> {
    /// Maps one operator.
    pub(super) fn operator(&mut self, plan: &Arc<Plan>, positive: bool) -> Result<Node, Loss> {
        if let Some(scans) = Self::scans(plan) {
            return self.read(&scans, None, plan.span, positive);
        }
        match &plan.op {
            Op::Filter { input, predicate } => self.filter(plan, input, predicate, positive),
            Op::Extend { input, columns } => self.extend(plan, input, columns, positive),
            Op::Project { input, columns } => self.project(plan, input, columns, positive),
            Op::Distinct { input, columns } => self.distinct(plan, input, columns, positive),
            Op::Aggregate { .. } => self.aggregate(plan, positive),
            Op::Sort { .. } | Op::Limit { .. } | Op::Serialize { .. } | Op::Count { .. } | Op::Select { .. } => {
                self.passing(plan, positive)
            }
            Op::Expand { input, columns, index, bag_as_array, limit } if self.writes_kusto() => {
                let (input, mut scope) = self.node(input, positive)?;
                let mut mapped = Vec::new();
                for column in columns {
                    let refuse = |p: Problem| refused(p.code, p.span, format!("{}; each of its values is a row", p.message));
                    let expr = self.scalar(&column.expr, &scope).map_err(refuse)?;
                    let ty = column.to.unwrap_or(expr.ty);
                    scope.cells.insert(column.name.clone(), Cell::Column(column.name.clone(), ty));
                    mapped.push(Expand { name: column.name.clone(), expr, to: column.to });
                }
                let schema = input.schema.clone();
                let (index, bag_as_array, limit) = (index.clone(), *bag_as_array, *limit);
                Ok((rebuilt(plan, Op::Expand { input, columns: mapped, index, bag_as_array, limit }, schema), scope))
            }
            Op::Join { .. } | Op::Union { .. } => self.combining(plan, positive),
            Op::FirstSeen(_) | Op::Threshold(_) | Op::Sequence(_) | Op::Sample(_) => self.detection(plan, positive),
            Op::Literal(_) | Op::Print(_) | Op::Range { .. } => Ok((plan.clone(), Scope { cells: own_columns(plan), rest: None })),
            Op::Scan(scan) => match scan {
                crate::ir::TableSource::Watchlist(_) | crate::ir::TableSource::External { .. } if self.writes_kusto() => {
                    Ok((plan.clone(), Scope { cells: own_columns(plan), rest: None }))
                }
                _ => Err(refused(
                    "source-not-in-target",
                    plan.span,
                    format!("{} has no counterpart of {}", self.target_name(), described(scan)),
                )),
            },
            _ => {
                // What stands below may be the deeper reason.
                for input in plan.op.inputs() {
                    self.node(input, positive)?;
                }
                Err(unmapped(plan))
            }
        }
    }

    fn filter(&mut self, plan: &Plan, input: &Arc<Plan>, predicate: &Expr, positive: bool) -> Result<Node, Loss> {
        // A chain of filters over a source is one predicate: together they decide which parts are read.
        let mut all = predicate.conjuncts().to_vec();
        let mut below = input;
        while let Op::Filter { input, predicate } = &below.op {
            all.splice(0..0, predicate.conjuncts().iter().cloned());
            below = input;
        }
        let whole = super::logic::and(all, predicate.span);
        if let Some(scans) = Self::scans(below) {
            return self.read(&scans, Some(&whole), predicate.span, positive);
        }
        let (input, scope) = self.node(input, positive)?;
        let predicate = self.predicate_over(predicate, &scope, positive)?;
        if truth_of(&predicate) == Some(true) {
            return Ok((input, scope));
        }
        let schema = input.schema.clone();
        Ok((rebuilt(plan, Op::Filter { input, predicate }, schema), scope))
    }

    /// Maps a predicate behind other operators: what it says of fields alone as a match, the rest as it is computed.
    fn predicate_over(&mut self, predicate: &Expr, scope: &Scope, positive: bool) -> Result<Expr, Loss> {
        let (from, to) = (self.from, self.to);
        let parts = scope.parts().filter(|parts| parts.len() == 1);
        let is_computed = |name: &str| scope.is_computed(super::path::Path::parse(name).column());
        let split = predicate.conjuncts().iter().cloned().map(|part| match &parts {
            Some(parts) if self.reads_kusto() && !self.writes_kusto() && !reads_any(&part, &is_computed) => {
                let matched = to_matches(&recognised(&part, parts, &|_| true));
                parts.first().map_or_else(|| matched.clone(), |at| Facts::of(at, from).apply(&matched))
            }
            _ => part,
        });
        let whole = super::logic::and(split.collect(), predicate.span);
        let mut losses = Vec::new();
        let mut leaf = |expr: &Expr, _: bool| match (&expr.kind, parts.as_ref().and_then(|p| p.first())) {
            (ExprKind::Match { .. }, Some(at)) if !matches!(to, crate::ir::Dialect::Sentinel | crate::ir::Dialect::Kql) => {
                Direction { at, from, to }.matched(expr)
            }
            _ => self.scalar(expr, scope),
        };
        let mapped = match walk(&whole, positive, &mut leaf, &mut losses) {
            Ok(mapped) => mapped,
            Err(problems) => {
                losses.extend(nothing_left(&problems, positive)?);
                super::logic::constant(true, predicate.span)
            }
        };
        for loss in losses {
            self.lose(loss);
        }
        if positive {
            self.tally.count(&whole, &mapped);
        }
        Ok(mapped)
    }

    fn extend(&mut self, plan: &Plan, input: &Arc<Plan>, columns: &[Named], positive: bool) -> Result<Node, Loss> {
        let (input, scope) = self.node(input, positive)?;
        let mut after = scope.clone();
        let mut kept = Vec::new();
        for column in columns {
            match self.scalar(&column.expr, &scope) {
                Ok(expr) => {
                    after.cells.insert(column.name.clone(), Cell::Column(column.name.clone(), expr.ty));
                    kept.push(Named { name: column.name.clone(), expr });
                }
                Err(problem) => self.lose_output(column, &problem, &mut after),
            }
        }
        if kept.is_empty() {
            return Ok((input, after));
        }
        let mut schema = input.schema.clone();
        for column in &kept {
            schema.columns.retain(|old| old.name != column.name);
            schema.columns.push(Column::new(&column.name, column.expr.ty));
        }
        Ok((rebuilt(plan, Op::Extend { input, columns: kept }, schema), after))
    }

    fn project(&mut self, plan: &Plan, input: &Arc<Plan>, columns: &[Named], positive: bool) -> Result<Node, Loss> {
        let (input, scope) = self.node(input, positive)?;
        let mut after = Scope::default();
        let mut kept = Vec::new();
        for column in columns {
            match self.named(column, &scope) {
                Ok((mapped, cell)) => {
                    after.cells.insert(column.name.clone(), cell);
                    kept.push(mapped);
                }
                Err(problem) => self.lose_output(column, &problem, &mut after),
            }
        }
        let schema = Schema::closed(kept.iter().map(|c| Column::new(&c.name, c.expr.ty)).collect());
        Ok((rebuilt(plan, Op::Project { input, columns: kept }, schema), after))
    }

    fn distinct(&mut self, plan: &Plan, input: &Arc<Plan>, columns: &[Named], positive: bool) -> Result<Node, Loss> {
        let (input, scope) = self.node(input, positive)?;
        let (columns, after) = self.group_keys(columns, &scope)?;
        let schema = Schema::closed(columns.iter().map(|c| Column::new(&c.name, c.expr.ty)).collect());
        Ok((rebuilt(plan, Op::Distinct { input, columns }, schema), after))
    }

    fn aggregate(&mut self, plan: &Plan, positive: bool) -> Result<Node, Loss> {
        let Op::Aggregate { input, keys, aggregates, post } = &plan.op else {
            return Err(refused("operator-not-mapped", plan.span, "the operator is no aggregation"));
        };
        let (input, scope) = self.node(input, positive)?;
        let (keys, mut after) = self.group_keys(keys, &scope)?;
        let mut kept = Vec::new();
        for aggregate in aggregates {
            let mut mapped = self.kept_arguments(aggregate, &scope, &mut after);
            let aggregate = &mapped.clone();
            match self.arguments(aggregate, &scope) {
                Ok(args) => mapped.args = args,
                Err(problem) => {
                    // A limit on what is counted is more than a condition.
                    let missing = Problem { fatal: true, ..problem.clone() };
                    for name in &aggregate.names {
                        after.cells.insert(name.clone(), lost(missing.clone(), aggregate.span));
                    }
                    self.lose(Loss::query(
                        problem.code,
                        Fidelity::Metadata,
                        aggregate.span,
                        format!("{}; the column is left out", problem.message),
                    ));
                    continue;
                }
            }
            for name in &aggregate.names {
                after.cells.insert(name.clone(), Cell::Column(name.clone(), aggregate.ty));
            }
            kept.push(mapped);
        }
        let mut outputs = Vec::new();
        for column in post {
            match self.named(column, &after) {
                Ok((mapped, cell)) => {
                    after.cells.insert(column.name.clone(), cell);
                    outputs.push(mapped);
                }
                Err(problem) => self.lose_output(column, &problem, &mut after),
            }
        }
        let columns = keys.iter().map(|key| Column::new(&key.name, key.expr.ty));
        let schema = Schema::closed(columns.chain(kept.iter().flat_map(|a| a.names.iter().map(|n| Column::new(n, a.ty)))).collect());
        Ok((rebuilt(plan, Op::Aggregate { input, keys, aggregates: kept, post: outputs }, schema), after))
    }

    /// Maps what an aggregate counts.
    fn arguments(&mut self, aggregate: &Aggregate, scope: &Scope) -> Result<Vec<Expr>, Problem> {
        if self.writes_kusto() && kusto_aggregate(&aggregate.function).is_none() {
            let name = aggregate.function.rsplit('.').next().unwrap_or_default();
            let message = format!("`{name}` has no counterpart that means the same");
            return Err(Problem::new("function-not-in-target", aggregate.span, message));
        }
        aggregate.args.iter().map(|arg| self.scalar(arg, scope)).collect()
    }

    /// `arg_max(time, a, b)` fills a column for each argument: one that cannot be kept takes no other with it.
    fn kept_arguments(&mut self, aggregate: &Aggregate, scope: &Scope, after: &mut Scope) -> Aggregate {
        if aggregate.args.len() < 2 || aggregate.args.len() != aggregate.names.len() {
            return aggregate.clone();
        }
        let mut kept = Aggregate { names: Vec::new(), args: Vec::new(), ..aggregate.clone() };
        for (at, (name, arg)) in aggregate.names.iter().zip(&aggregate.args).enumerate() {
            match self.scalar(arg, scope) {
                Err(problem) if at > 0 => {
                    after.cells.insert(name.clone(), lost(problem.clone(), aggregate.span));
                }
                _ => {
                    kept.names.push(name.clone());
                    kept.args.push(arg.clone());
                }
            }
        }
        kept
    }

    /// Maps the keys of groups: one of several that cannot be kept makes the groups larger, which is named.
    pub(super) fn group_keys(&mut self, keys: &[Named], scope: &Scope) -> Result<(Vec<Named>, Scope), Loss> {
        let (there, gone): (Vec<Named>, Vec<Named>) = keys.iter().cloned().partition(|key| self.named_key(key, scope).is_ok());
        if there.is_empty() || gone.is_empty() {
            return self.keys(keys, scope);
        }
        let (mapped, mut after) = self.keys(&there, scope)?;
        for key in gone {
            let Err(problem) = self.named_key(&key, scope) else { continue };
            if problem.fatal {
                return Err(refused(problem.code, problem.span, problem.message));
            }
            let message = format!("{}; groups are made without it", problem.message);
            self.lose(Loss::query("group-key-left-out", Fidelity::Different, key.expr.span, message));
            after.cells.insert(key.name.clone(), lost(problem, key.expr.span));
        }
        Ok((mapped, after))
    }

    /// Maps keys: without one of them the groups would be others.
    pub(super) fn keys(&mut self, keys: &[Named], scope: &Scope) -> Result<(Vec<Named>, Scope), Loss> {
        let mut after = Scope::default();
        let mut mapped = Vec::new();
        for key in keys {
            let (named, cell) = self
                .named_key(key, scope)
                .map_err(|problem| refused(problem.code, problem.span, format!("{}; it is a key", problem.message)))?;
            // A key in another shape is there, under no name of its own.
            if !matches!(cell, Cell::Lost(_)) {
                self.name_keyless(&key.expr, scope);
            }
            after.cells.insert(key.name.clone(), cell);
            // Two fields of the original may be one column of the target.
            let read = |named: &Named| text_of(&named.expr, self.to);
            let is_same = |known: &Named| known.expr.kind == named.expr.kind || read(known).is_some_and(|text| read(&named) == Some(text));
            if !mapped.iter().any(|known: &Named| known.name == named.name && is_same(known)) {
                mapped.push(named);
            }
        }
        Ok((mapped, after))
    }

    /// Maps an output column. A field that keeps its own name gets the target's.
    pub(super) fn named(&mut self, column: &Named, scope: &Scope) -> Result<(Named, Cell), Problem> {
        let expr = self.scalar(&column.expr, scope)?;
        let is_field = matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)
            && matches!(scope.cell(&column.name), Some(Cell::Field(_)));
        if let (true, Some(cell)) = (is_field, scope.cell(&column.name)) {
            let name = match &expr.kind {
                ExprKind::Column(name) => name.clone(),
                _ => self.output_name(&column.name, &cell),
            };
            // Behind a projection the field is there under its target name only where it is read plainly.
            let cell = if matches!(expr.kind, ExprKind::Column(_)) { cell } else { Cell::Column(name.clone(), expr.ty) };
            return Ok((Named { name, expr }, cell));
        }
        let cell = Cell::Column(column.name.clone(), expr.ty);
        Ok((Named { name: column.name.clone(), expr }, cell))
    }

    /// A name for a field that is no plain column on the other side: `LocationDetails_city`, as Kusto names such columns.
    fn output_name(&self, name: &str, cell: &Cell) -> Arc<str> {
        let Cell::Field(parts) = cell else { return Arc::from(name) };
        let target = super::load::Sources::field_name(parts, self.from, self.to, name);
        let flat = target.map(|t| if self.writes_kusto() { t.replace(['.', '['], "_").replace(']', "") } else { t });
        flat.map_or_else(|| Arc::from(name), Arc::from)
    }

    fn lose_output(&mut self, column: &Named, problem: &Problem, after: &mut Scope) {
        after.cells.insert(column.name.clone(), lost(problem.clone(), column.expr.span));
        let message = format!("{}; the column `{}` is left out", problem.message, column.name);
        self.lose(Loss::query(problem.code, Fidelity::Metadata, problem.span, message));
    }
}

/// Refuses an operator, by its name.
pub(super) fn unmapped(plan: &Plan) -> Loss {
    let name = match &plan.op {
        Op::Expand { .. } => "mv-expand",
        Op::Apply { .. } => "mv-apply",
        Op::Parse { .. } => "parse",
        Op::ParseKeyValue { .. } => "parse-kv",
        Op::MakeSeries { .. } => "make-series",
        Op::Partition { .. } => "partition",
        Op::Serialize { .. } => "serialize",
        Op::Select { .. } => "project-rename",
        Op::Special { name, .. } => name,
        Op::Correlate(_) => "correlation",
        Op::Indicators { .. } => "threat match",
        Op::Opaque { code, .. } => return refused(code, plan.span, "the operator is not understood"),
        _ => "operator",
    };
    refused("operator-not-mapped", plan.span, format!("`{name}` has no counterpart in other dialects"))
}

/// Builds the mapped operator in the place of the original.
pub(super) fn rebuilt(plan: &Plan, op: Op, schema: Schema) -> Arc<Plan> {
    Arc::new(Plan { op, schema, span: plan.span, name: plan.name.clone() })
}

fn own_columns(plan: &Plan) -> std::collections::HashMap<Arc<str>, Cell> {
    plan.schema.columns.iter().map(|c| (c.name.clone(), Cell::Column(c.name.clone(), c.ty))).collect()
}
