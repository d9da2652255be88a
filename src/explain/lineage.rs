//! The source columns behind a column: followed through `extend`, `project`, `summarize`, joins and unions.

use super::sources;
use crate::ir::{Expr, ExprKind, FieldRef, Member, Named, Op, Plan};
use std::collections::HashMap;
use std::sync::Arc;

/// Finds origins; each column of each plan is followed once.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    known: HashMap<(*const Plan, Arc<str>), Vec<String>>,
}

impl Lineage {
    /// Returns the source columns that an expression over the rows of `plan` looks at.
    pub(super) fn of(&mut self, expr: &Expr, plan: &Arc<Plan>) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(expr, plan, &mut found);
        found
    }

    fn collect(&mut self, expr: &Expr, plan: &Arc<Plan>, found: &mut Vec<String>) {
        let origins = match &expr.kind {
            ExprKind::Column(name) => self.column(name, plan),
            ExprKind::Member { base, member: Member::Name(name) } => {
                self.of(base, plan).into_iter().map(|origin| format!("{origin}.{name}")).collect()
            }
            ExprKind::Match { field: FieldRef::Field(name), .. } => self.column(name, plan),
            _ => {
                expr.children().into_iter().for_each(|child| self.collect(child, plan, found));
                return;
            }
        };
        for origin in origins {
            if !found.contains(&origin) {
                found.push(origin);
            }
        }
    }

    /// Returns the source columns behind a column of a plan's rows.
    pub(super) fn column(&mut self, name: &Arc<str>, plan: &Arc<Plan>) -> Vec<String> {
        let key = (Arc::as_ptr(plan), name.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let found = self.step(name, plan);
        self.known.insert(key, found.clone());
        found
    }

    fn step(&mut self, name: &Arc<str>, plan: &Arc<Plan>) -> Vec<String> {
        match &plan.op {
            Op::Scan(source) => vec![format!("{}.{name}", sources::name(source))],
            Op::Extend { input, columns } | Op::Serialize { input, columns } | Op::Project { input, columns } => {
                self.named(name, columns, input)
            }
            Op::Distinct { input, columns } => self.named(name, columns, input),
            Op::Aggregate { input, keys, aggregates, .. } => {
                if let Some(key) = keys.iter().find(|key| key.name == *name) {
                    return self.of(&key.expr, input);
                }
                match aggregates.iter().find(|call| call.names.contains(name)) {
                    Some(call) if call.args.is_empty() => Vec::new(),
                    Some(call) => {
                        let mut found: Vec<String> = Vec::new();
                        // `arg_max(x, *)` hands a column on under its own name.
                        let own = call.args.iter().find(|arg| matches!(&arg.kind, ExprKind::Column(column) if column == name));
                        own.map_or_else(|| call.args.iter().collect(), |own| vec![own])
                            .into_iter()
                            .for_each(|arg| self.collect(arg, input, &mut found));
                        found
                    }
                    None => self.column(name, input),
                }
            }
            Op::Expand { input, columns, .. } | Op::Apply { input, columns, .. } => {
                match columns.iter().find(|column| column.name == *name) {
                    Some(column) => self.of(&column.expr, input),
                    None => self.column(name, input),
                }
            }
            Op::Parse { input, expr, .. } | Op::ParseKeyValue { input, expr, .. } if input.schema.column(name).is_none() => {
                self.of(expr, input)
            }
            Op::Join { left, right, .. } if left.schema.column(name).is_some() || right.schema.columns.is_empty() => {
                self.column(name, left)
            }
            Op::Join { right, .. } => match name.strip_suffix('1') {
                Some(plain) if right.schema.column(name).is_none() => self.column(&Arc::from(plain), right),
                _ => self.column(name, right),
            },
            op => {
                let mut found: Vec<String> = Vec::new();
                for input in op.inputs() {
                    let origins = self.column(name, input);
                    found.extend(origins.into_iter().filter(|origin| !found.contains(origin)).collect::<Vec<_>>());
                }
                found
            }
        }
    }

    fn named(&mut self, name: &Arc<str>, columns: &[Named], input: &Arc<Plan>) -> Vec<String> {
        match columns.iter().rev().find(|column| column.name == *name) {
            Some(column) => self.of(&column.expr, input),
            None => self.column(name, input),
        }
    }
}
