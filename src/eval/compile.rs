//! Compiles plans: each operator once, shared parts once, and the rows they read fetched from the provider.

use super::context::Context;
use super::lines::Lines;
use super::need::Need;
use super::node::{Node, Operator};
use super::{Provider, Refusal};
use crate::ir::{Column, Op, Plan, Type};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Nesting at most of plans and expressions together. Real rules need less than 100.
const DEPTH: usize = 256;

/// Turns plans into nodes.
pub(super) struct Compiler<'a> {
    /// Supplies rows.
    pub(super) provider: &'a dyn Provider,
    /// The run.
    pub(super) context: &'a Context,
    /// What is read of the columns of each scan and each sequence; all where one is not listed.
    pub(super) read: FxHashMap<*const Plan, Need>,
    done: FxHashMap<*const Plan, Arc<Node>>,
    parents: FxHashMap<*const Plan, usize>,
    /// Plans made on the way: nodes are known by the address of their plan, which must not be used again.
    made: Vec<Arc<Plan>>,
    each: Vec<Vec<Column>>,
    uses_each: bool,
    depth: usize,
}

/// An operator and its output columns, before it becomes a node.
pub(super) type Built = (Vec<Column>, Box<dyn Operator>);

impl<'a> Compiler<'a> {
    /// Starts a compilation.
    pub(super) fn new(provider: &'a dyn Provider, context: &'a Context, read: FxHashMap<*const Plan, Need>) -> Self {
        let (done, parents) = (FxHashMap::default(), FxHashMap::default());
        Self { provider, context, read, done, parents, made: Vec::new(), each: Vec::new(), uses_each: false, depth: 0 }
    }

    /// Compiles a whole plan.
    pub(super) fn root(&mut self, plan: &Plan) -> Result<Arc<Node>, Refusal> {
        super::shared::count_parents(plan, &mut self.parents);
        self.node(plan)
    }

    /// Compiles a plan inside an expression (`toscalar`, `in (table)`), which is run at once and so sees no `Each`.
    pub(super) fn independent(&mut self, plan: &Arc<Plan>) -> Result<Arc<Node>, Refusal> {
        let outer = std::mem::replace(&mut self.uses_each, false);
        let node = self.plan(plan)?;
        if std::mem::replace(&mut self.uses_each, outer) {
            return Err(Refusal::new("correlated-subquery", plan.span, "a table inside an expression depends on the rows around it"));
        }
        Ok(node)
    }

    /// Compiles an input.
    pub(super) fn plan(&mut self, plan: &Arc<Plan>) -> Result<Arc<Node>, Refusal> {
        self.node(plan)
    }

    /// Compiles a plan that is not part of the one that was given.
    pub(super) fn made(&mut self, plan: Arc<Plan>) -> Result<Arc<Node>, Refusal> {
        let node = self.node(&plan);
        self.made.push(plan);
        node
    }

    /// Compiles a sub-plan whose `Each` has these columns.
    pub(super) fn body(&mut self, plan: &Arc<Plan>, columns: Vec<Column>) -> Result<Arc<Node>, Refusal> {
        let outer = self.uses_each;
        self.each.push(columns);
        let node = self.node(plan);
        self.each.pop();
        self.uses_each = outer;
        node
    }

    /// Returns the columns of the innermost `Each`.
    pub(super) fn each_columns(&mut self, span: Span) -> Result<Vec<Column>, Refusal> {
        self.uses_each = true;
        self.each.last().cloned().ok_or_else(|| Refusal::new("invalid-plan", span, "a sub-plan stands outside of its operator"))
    }

    fn node(&mut self, plan: &Plan) -> Result<Arc<Node>, Refusal> {
        let identity = std::ptr::from_ref(plan);
        if let Some(node) = self.done.get(&identity) {
            return Ok(Arc::clone(node));
        }
        self.enter(plan.span)?;
        let outer = std::mem::replace(&mut self.uses_each, false);
        let (columns, operator) = self.operator(plan)?;
        let columns = declared(plan, columns);
        let shared = !self.uses_each && self.parents.get(&identity).is_some_and(|parents| *parents > 1);
        let lines = operator.lines().cloned().or_else(|| self.passed_lines(plan));
        let node = Arc::new(Node::new(columns, plan.span, operator, shared).reading(lines));
        if !self.uses_each {
            self.done.insert(identity, Arc::clone(&node));
        }
        self.uses_each |= outer;
        self.leave();
        Ok(node)
    }

    /// The lines that an operator reads through, each row by itself: it can be run on a piece of them.
    fn passed_lines(&self, plan: &Plan) -> Option<Arc<Lines>> {
        let by_row = matches!(
            plan.op,
            Op::Filter { .. }
                | Op::Extend { .. }
                | Op::Project { .. }
                | Op::Select { .. }
                | Op::Parse { .. }
                | Op::ParseKeyValue { .. }
                | Op::Expand { .. }
        );
        if !by_row || !plan.op.expressions().into_iter().all(super::expr::sees_one_row) {
            return None;
        }
        let input = self.done.get(&Arc::as_ptr(plan.op.piped()?))?;
        input.passes_lines().cloned()
    }

    /// Goes one level deeper, if that is not too deep.
    pub(super) fn enter(&mut self, span: Span) -> Result<(), Refusal> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Refusal::new("nested-too-deep", span, format!("the query nests deeper than {DEPTH} levels")));
        }
        Ok(())
    }

    /// Comes back from a level.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Returns how deep the compilation stands.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Comes back to a depth after a refusal.
    pub(super) fn back_to(&mut self, depth: usize) {
        self.depth = depth;
    }

    fn operator(&mut self, plan: &Plan) -> Result<Built, Refusal> {
        match &plan.op {
            Op::Scan(source) => self.scan(source, plan),
            Op::Literal(rows) => Ok(super::operators::literal(rows, plan)),
            Op::Print(columns) => self.print(columns),
            Op::Range { from, to, step } => self.range([from, to, step], plan),
            Op::Filter { input, predicate } => self.filter(input, predicate),
            Op::Extend { input, columns } => self.extend(input, columns, false),
            Op::Project { input, columns } => self.project(input, columns),
            Op::Select { input, away, keep, rename, first } => self.select(input, away, keep, rename, first),
            Op::Aggregate { input, keys, aggregates, post } => self.aggregate(input, keys, aggregates, post),
            Op::Distinct { input, columns } => self.distinct(input, columns),
            Op::Join { left, right, kind, keys, lookup } => self.join([left, right], *kind, keys, *lookup),
            Op::Union { inputs, columns, source_column, fuzzy } => self.union(inputs, *columns, source_column.as_ref(), *fuzzy, plan),
            Op::Expand { input, columns, index, bag_as_array, limit } => self.expand(input, columns, index.as_ref(), *bag_as_array, *limit),
            Op::Apply { input, columns, index, limit, body } => self.apply(input, columns, index.as_ref(), *limit, body, &plan.schema),
            Op::Each => self.each(plan),
            Op::Sort { input, keys } => self.sort(input, keys),
            Op::Limit { input, count } => self.limit(input, count),
            Op::Serialize { input, columns } => self.extend(input, columns, true),
            Op::Count { input } => self.count(input, plan),
            Op::Parse { input, expr, mode, flags, parts, filter } => {
                self.parse(input, expr, &super::operators::Pattern { mode: *mode, flags, parts, filter: *filter })
            }
            Op::ParseKeyValue { input, expr, columns, options } => self.parse_key_value(input, expr, columns, options),
            Op::MakeSeries { .. } => self.make_series(plan),
            Op::Partition { input, by, body } => self.partition(input, by, body),
            Op::Special { name, inputs, args } => self.special(name, inputs, args, plan),
            Op::FirstSeen(first_seen) => self.first_seen(first_seen, plan),
            Op::Threshold(threshold) => self.threshold(threshold, plan),
            Op::Sequence(sequence) => self.sequence(sequence, plan),
            Op::Sample(sample) => self.unordered(sample, plan),
            Op::Correlate(correlation) => self.correlate(correlation, plan),
            Op::Indicators { input, indicators, mapping } => self.indicators(input, indicators, mapping, plan),
            Op::Opaque { text, code, .. } => {
                Err(Refusal::new(code, plan.span, format!("`{}` is not understood", super::expr::excerpt(text))))
            }
        }
    }
}

/// Puts what the reader said of names and types over what the rows show, where both speak of the same columns.
fn declared(plan: &Plan, mut columns: Vec<Column>) -> Vec<Column> {
    let is_plugin = matches!(&plan.op, Op::Special { name, .. } if &**name == "evaluate");
    if is_plugin || plan.schema.open || plan.schema.columns.len() != columns.len() {
        return columns;
    }
    for (column, said) in columns.iter_mut().zip(&plan.schema.columns) {
        column.name = Arc::clone(&said.name);
        if said.ty != Type::Unknown {
            column.ty = said.ty;
        }
    }
    columns
}
