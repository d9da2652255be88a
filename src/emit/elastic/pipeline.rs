//! A mapped pipeline as ES|QL says it: the richest form of an Elastic rule, where groups are counted and their results tested.
//!
//! The pipeline is built up step by step, each piece raised on trial. What only shows (a column, an order) is left out and named; a
//! condition that ES|QL cannot say is left out and named as what it changes; a group without keys, a join or a lost limit is refused.

use super::super::{Refused, form, refuse};
use super::query::{self, Query};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Aggregate, Comparison, Expr, ExprKind, Language, Named, Op, Plan, Schema, Type};
use crate::lang::esql;
use crate::mapping;
use crate::source::Span;
use std::sync::Arc;

/// What a rule of single events hands on so that Kibana knows each document again (elastic.co, "Create an ES|QL rule").
const DOCUMENT: [&str; 3] = ["_id", "_version", "_index"];

/// Writes ES|QL.
pub(super) fn in_esql(plan: &Arc<Plan>, losses: &mut Vec<Loss>) -> Result<Query, Refused> {
    let mut steps = vec![plan];
    while let Some(input) = steps.last().and_then(|step| step.op.piped()) {
        steps.push(input);
    }
    steps.reverse();
    let groups = steps.iter().any(|step| combines(&step.op));
    let mut builder =
        Builder { plan: source(steps.first().copied().unwrap_or(plan), groups)?, lost: Vec::new(), dropped: 0, losses: Vec::new() };
    for (at, step) in steps.iter().enumerate().skip(1) {
        let later = steps.get(at + 1..).unwrap_or_default();
        let grouped = later.iter().any(|step| combines(&step.op));
        builder.step(step, grouped, later)?;
    }
    if has_other_limits(&steps) {
        // A limit from above turns what makes groups larger round.
        for loss in builder.losses.iter_mut().chain(losses.iter_mut()) {
            *loss = loss.clone().either_way();
        }
    }
    let (query, kept) = esql::raise(&builder.plan, &query::types)?;
    losses.extend(builder.losses);
    losses.extend(kept);
    Ok(Query { language: Language::Esql, text: esql::print(&query) })
}

/// The source, with the columns by which Kibana knows a document where documents come out.
fn source(scan: &Arc<Plan>, groups: bool) -> Result<Arc<Plan>, Refused> {
    let scan = query::one_scan(scan).ok_or_else(|| form::obstacle(scan, "an ES|QL rule"))?;
    if groups {
        return Ok(scan);
    }
    let metadata = DOCUMENT
        .iter()
        .map(|name| Named { name: Arc::from(format!("metadata:{name}")), expr: Expr::column(name, Type::String, scan.span) });
    let (fields, filter) = match &scan.op {
        Op::Filter { input, predicate } => (input.clone(), Some(predicate.clone())),
        _ => (scan.clone(), None),
    };
    let op = Op::Special { name: Arc::from("fields"), inputs: vec![fields], args: metadata.collect() };
    let fields = Plan::new(op, Schema::unknown(), scan.span);
    Ok(match filter {
        Some(predicate) => Plan::new(Op::Filter { input: fields, predicate }, Schema::unknown(), scan.span),
        None => fields,
    })
}

/// Tells whether an operator makes rows of several rows.
fn combines(op: &Op) -> bool {
    matches!(op, Op::Aggregate { .. } | Op::Distinct { .. } | Op::Count { .. })
}

struct Builder {
    plan: Arc<Plan>,
    /// Columns that could not be kept.
    lost: Vec<Arc<str>>,
    /// Conditions on events that were left out.
    dropped: usize,
    losses: Vec<Loss>,
}

impl Builder {
    fn lose(&mut self, code: &'static str, fidelity: Fidelity, span: Span, message: impl Into<String>) {
        self.losses.push(Loss::query(code, fidelity, span, message));
    }

    /// Takes a step if ES|QL can say it; else returns why not.
    fn try_step(&mut self, op: Op, span: Span) -> Result<(), Loss> {
        if let Some(lost) = op.expressions().into_iter().flat_map(Expr::columns).find(|name| self.lost.contains(name)) {
            let message = format!("the column `{lost}` is not kept");
            return Err(Loss::query("column-not-kept", Fidelity::Refused, span, message));
        }
        let tried = Plan::new(op, Schema::unknown(), span);
        match esql::raise(&tried, &query::types) {
            Ok(_) => {
                self.plan = tried;
                Ok(())
            }
            Err(reasons) => {
                let unsaid = || Loss::query("operator-not-in-esql", Fidelity::Refused, span, "ES|QL cannot say this operator");
                Err(reasons.into_iter().next().unwrap_or_else(unsaid))
            }
        }
    }

    fn step(&mut self, step: &Plan, grouped: bool, later: &[&Arc<Plan>]) -> Result<(), Refused> {
        let input = self.plan.clone();
        match &step.op {
            Op::Filter { predicate, .. } => self.filter(predicate, grouped)?,
            Op::Extend { columns, .. } | Op::Project { columns, .. } => self.columns(columns),
            Op::Aggregate { keys, aggregates, post, .. } => {
                let aggregates: Vec<Aggregate> = aggregates.iter().map(|call| without_unread(call, later)).collect();
                self.aggregate(keys, &aggregates, post, step.span)?;
            }
            Op::Distinct { columns, .. } if !columns.is_empty() => self.aggregate(columns, &[], &[], step.span)?,
            Op::Count { .. } => {
                let count = crate::idiom::count_column("Count");
                let op = Op::Aggregate { input, keys: Vec::new(), aggregates: vec![count], post: Vec::new() };
                self.try_step(op, step.span).map_err(|reason| vec![reason])?;
            }
            Op::Sort { keys, .. } => {
                if let Err(reason) = self.try_step(Op::Sort { input, keys: keys.clone() }, step.span) {
                    let message = format!("{}; results are not sorted by it", reason.message);
                    self.lose("row-order", Fidelity::Metadata, step.span, message);
                }
            }
            Op::Limit { count, .. } => {
                self.try_step(Op::Limit { input, count: count.clone() }, step.span).map_err(|reason| vec![reason])?;
            }
            Op::Serialize { columns, .. } if columns.is_empty() => {}
            _ => return Err(form::obstacle(&Plan::new(step.op.clone(), Schema::unknown(), step.span), "an ES|QL rule")),
        }
        Ok(())
    }

    /// The conditions that ES|QL can say; of the others what leaving them out changes.
    fn filter(&mut self, predicate: &Expr, grouped: bool) -> Result<(), Refused> {
        let input = self.plan.clone();
        if self.try_step(Op::Filter { input, predicate: predicate.clone() }, predicate.span).is_ok() {
            return Ok(());
        }
        for condition in predicate.conjuncts() {
            let input = self.plan.clone();
            match self.try_step(Op::Filter { input, predicate: condition.clone() }, condition.span) {
                Ok(()) => {}
                Err(reason) => {
                    if let Some(span) = form::sub_plan(condition) {
                        let message = "a value is tested against the rows of another query, which ES|QL cannot say";
                        return Err(refuse("sub-query-not-in-target", span, message));
                    }
                    if combined(&self.plan) {
                        // A limit on a group's result is the detection itself.
                        return Err(vec![reason]);
                    }
                    self.dropped += 1;
                    let fidelity = if grouped { Fidelity::Different } else { Fidelity::Wider };
                    let message = format!("{}; the condition is left out", reason.message);
                    self.lose(reason.code, fidelity, condition.span, message);
                }
            }
        }
        let kept = kept_conditions(&self.plan);
        match self.losses.last() {
            Some(last) if self.dropped > 0 => mapping::enough(self.dropped + kept, kept, last).map_err(|reason| vec![reason]),
            _ => Ok(()),
        }
    }

    /// Computed columns; renamed ones too, since what a rule of documents puts out is the document.
    fn columns(&mut self, columns: &[Named]) {
        let computed: Vec<Named> =
            columns.iter().filter(|column| !matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name)).cloned().collect();
        let span = computed.first().map_or_else(Span::default, |column| column.expr.span);
        if computed.is_empty() || self.try_step(Op::Extend { input: self.plan.clone(), columns: computed.clone() }, span).is_ok() {
            self.lost.retain(|name| computed.iter().all(|column| column.name != *name));
            return;
        }
        for column in computed {
            let (name, span) = (column.name.clone(), column.expr.span);
            match self.try_step(Op::Extend { input: self.plan.clone(), columns: vec![column] }, span) {
                Ok(()) => self.lost.retain(|lost| *lost != name),
                Err(reason) => {
                    self.lose(reason.code, Fidelity::Metadata, span, format!("{}; the column `{name}` is left out", reason.message));
                    self.lost.push(name);
                }
            }
        }
    }

    fn aggregate(&mut self, keys: &[Named], aggregates: &[Aggregate], post: &[Named], span: Span) -> Result<(), Refused> {
        let input = self.plan.clone();
        let op = |keys: &[Named], aggregates: &[Aggregate], post: &[Named]| Op::Aggregate {
            input: input.clone(),
            keys: keys.to_vec(),
            aggregates: aggregates.to_vec(),
            post: post.to_vec(),
        };
        if self.try_step(op(keys, aggregates, post), span).is_ok() {
            self.lost.clear();
            return Ok(());
        }
        let before = self.plan.clone();
        let mut kept_keys: Vec<Named> = Vec::new();
        for key in keys {
            match self.try_step(op(std::slice::from_ref(key), &[], &[]), key.expr.span) {
                Ok(()) => kept_keys.push(key.clone()),
                Err(reason) => {
                    let message = format!("{}; it is a key", reason.message);
                    return Err(refuse(reason.code, key.expr.span, message));
                }
            }
            self.plan = before.clone();
        }
        let mut kept: Vec<Aggregate> = Vec::new();
        let mut lost: Vec<Arc<str>> = Vec::new();
        for call in aggregates {
            if let Err(reason) = self.try_step(op(&kept_keys, std::slice::from_ref(call), &[]), call.span) {
                let name = call.names.first().map_or("", |name| &**name);
                self.lose(reason.code, Fidelity::Metadata, call.span, format!("{}; the column `{name}` is left out", reason.message));
                lost.extend(call.names.iter().cloned());
            } else {
                kept.push(call.clone());
            }
            self.plan = before.clone();
        }
        self.lost.clone_from(&lost);
        let mut outputs: Vec<Named> = Vec::new();
        for column in post {
            match self.try_step(op(&kept_keys, &kept, std::slice::from_ref(column)), span) {
                Ok(()) => outputs.push(column.clone()),
                Err(reason) => {
                    let message = format!("{}; the column `{}` is left out", reason.message, column.name);
                    self.lose(reason.code, Fidelity::Metadata, column.expr.span, message);
                    lost.push(column.name.clone());
                }
            }
            self.plan = before.clone();
        }
        self.lost.clear();
        self.try_step(op(&kept_keys, &kept, &outputs), span).map_err(|reason| vec![reason])?;
        self.lost = lost;
        Ok(())
    }
}

/// `arg_max(time, *)` names every column; those that nobody reads behind it need no aggregate.
fn without_unread(call: &Aggregate, later: &[&Arc<Plan>]) -> Aggregate {
    if !matches!(&*call.function, "arg_max" | "arg_min" | "take_any" | "any") || call.args.len() < 2 {
        return call.clone();
    }
    let read: Vec<&Arc<str>> = later.iter().flat_map(|step| step.op.expressions()).flat_map(Expr::columns).collect();
    let pairs = call.names.iter().zip(&call.args).enumerate();
    let kept: Vec<(Arc<str>, Expr)> =
        pairs.filter(|(at, (name, _))| *at == 0 || read.contains(name)).map(|(_, (name, arg))| (name.clone(), arg.clone())).collect();
    let (names, args) = kept.into_iter().unzip();
    Aggregate { names, args, ..call.clone() }
}

/// Tells whether rows were made of several rows already.
fn combined(plan: &Plan) -> bool {
    combines(&plan.op) || plan.op.piped().is_some_and(|input| combined(input))
}

/// Counts what is asked of the events besides where they are from.
fn kept_conditions(plan: &Plan) -> usize {
    let own = if let Op::Filter { predicate, .. } = &plan.op { form::conditions(predicate) } else { 0 };
    let input = if let Op::Special { inputs, .. } = &plan.op { inputs.first() } else { plan.op.piped() };
    own + input.map_or(0, |input| kept_conditions(input))
}

/// Tells whether the results of groups are tested for anything but enough of a count.
fn has_other_limits(steps: &[&Arc<Plan>]) -> bool {
    let Some(first) = steps.iter().position(|step| combines(&step.op)) else { return false };
    let above = steps.get(first + 1..).unwrap_or_default();
    above.iter().any(|step| match &step.op {
        Op::Filter { predicate, .. } => !predicate.conjuncts().iter().all(|condition| {
            matches!(&condition.kind, ExprKind::Compare { op: Comparison::Ge | Comparison::Gt, left, .. }
                    if matches!(left.kind, ExprKind::Column(_)))
        }),
        _ => false,
    })
}
