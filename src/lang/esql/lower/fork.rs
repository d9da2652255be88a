//! `FORK`: branches over the same rows, put together again (`commands/fork`).

use super::super::ast::{Command, CommandKind};
use super::columns::put;
use super::{DEFAULT_LIMIT, Lowering};
use crate::ir::{self, Named, Op, Plan, Schema, Type, UnionColumns};
use crate::source::Span;
use std::sync::Arc;

/// Branches at most ("Limitations").
const MOST_BRANCHES: usize = 8;
/// The column that says which branch a row is of.
const BRANCH: &str = "_fork";

impl Lowering<'_> {
    pub(super) fn fork(&mut self, input: &Arc<Plan>, branches: &[Vec<Command>], span: Span) -> Arc<Plan> {
        if std::mem::replace(&mut self.forked, true) {
            self.error("several-forks", span, "a query has one `FORK` at most".to_owned());
        }
        if branches.len() > MOST_BRANCHES {
            self.error("too-many-branches", span, format!("`FORK` has {} branches, {MOST_BRANCHES} are allowed", branches.len()));
        }
        let inputs: Vec<Arc<Plan>> =
            branches.iter().enumerate().map(|(at, branch)| self.branch(Arc::clone(input), branch, at + 1, span)).collect();
        together(inputs, span)
    }

    /// A branch without a `LIMIT` gets the one that a query gets.
    fn branch(&mut self, input: Arc<Plan>, commands: &[Command], number: usize, span: Span) -> Arc<Plan> {
        self.scope = input.schema.clone();
        let mut plan = input;
        for command in commands {
            plan = self.command(Some(plan), command);
            self.scope = plan.schema.clone();
        }
        if !commands.iter().any(|command| matches!(command.kind, CommandKind::Limit(_))) {
            let (schema, count) = (plan.schema.clone(), ir::Expr::literal(DEFAULT_LIMIT, Type::Long, span));
            plan = Plan::new(Op::Limit { input: plan, count }, schema, span);
        }
        let name: Arc<str> = BRANCH.into();
        let mut schema = plan.schema.clone();
        put(&mut schema, &name, Type::String);
        let expr = ir::Expr::literal(format!("fork{number}").as_str(), Type::String, span);
        Plan::new(Op::Extend { input: plan, columns: vec![Named { name, expr }] }, schema, span)
    }
}

/// Puts the rows of several plans beside each other; a column that only some of them have is null elsewhere.
pub(super) fn together(inputs: Vec<Arc<Plan>>, span: Span) -> Arc<Plan> {
    if let [only] = inputs.as_slice() {
        return Arc::clone(only);
    }
    let mut schema = Schema { open: inputs.iter().any(|input| input.schema.open), ..Schema::closed(Vec::new()) };
    for column in inputs.iter().flat_map(|input| &input.schema.columns) {
        if schema.column(&column.name).is_none() {
            schema.columns.push(column.clone());
        }
    }
    Plan::new(Op::Union { inputs, columns: UnionColumns::Outer, source_column: None, fuzzy: false }, schema, span)
}
