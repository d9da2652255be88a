//! A plan as pipelines: each `let` and each inner query by itself, before what uses it.

use super::conditions::Reader;
use super::lineage::Lineage;
use super::operators::sentence;
use super::wording::short;
use super::{Computed, Section, Stage};
use crate::ir::{Expr, ExprKind, Named, Op, Plan, Rule};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Takes a rule's plan apart; returns also the number of the stage that each operator is.
pub(super) fn sections(rule: &Rule) -> (Vec<Section>, HashMap<*const Plan, usize>) {
    let Some(detection) = &rule.detection else { return Default::default() };
    let text = rule.queries.first().map_or("", |query| &*query.text);
    let mut writer =
        Writer { rule, text, done: Vec::new(), titles: HashMap::new(), lineage: Lineage::default(), numbers: HashMap::new(), next: 1 };
    writer.section(&detection.plan, "the rule".to_owned());
    (writer.done, writer.numbers)
}

/// Returns the `let` names that stand for rows.
pub(super) fn names(rule: &Rule) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(detection) = &rule.detection {
        detection.plan.walk(&mut |node| names.extend(node.name.iter().map(ToString::to_string)));
    }
    names
}

struct Writer<'a> {
    rule: &'a Rule,
    text: &'a str,
    done: Vec<Section>,
    /// What plans that have a section are called.
    titles: HashMap<*const Plan, String>,
    lineage: Lineage,
    numbers: HashMap<*const Plan, usize>,
    next: usize,
}

impl Writer<'_> {
    /// Writes a pipeline, after everything that it reads.
    fn section(&mut self, plan: &Arc<Plan>, title: String) {
        let mut spine = vec![plan];
        let mut source = None;
        while let Some(input) = spine.last().and_then(|last| last.op.piped()) {
            // A named part is a section of its own.
            if input.name.is_some() {
                source = Some(self.named(input, "the input"));
                break;
            }
            spine.push(input);
        }
        spine.reverse();
        let inner: Vec<Vec<String>> = spine.iter().map(|plan| self.inner(plan)).collect();
        let mut stages = Vec::new();
        if let Some(name) = source {
            stages.push(self.stage(format!("takes the rows of {name}"), plan));
        }
        for (plan, names) in spine.into_iter().zip(inner) {
            let mut stage = self.stage(sentence(plan, self.text, &names), plan);
            self.numbers.insert(Arc::as_ptr(plan), stage.number);
            self.details(plan, &mut stage);
            stages.push(stage);
        }
        self.titles.insert(Arc::as_ptr(plan), title.clone());
        self.done.push(Section { title, stages });
    }

    fn stage(&mut self, does: String, plan: &Plan) -> Stage {
        let number = self.next;
        self.next += 1;
        let span = self.rule.queries.first().map_or(plan.span, |query| query.map.span(plan.span));
        Stage { number, does, conditions: Vec::new(), computes: Vec::new(), span }
    }

    /// Writes the sections of the plans that an operator reads besides the piped rows; returns what they are called.
    fn inner(&mut self, plan: &Arc<Plan>) -> Vec<String> {
        let first = usize::from(plan.op.piped().is_some());
        let mut names = Vec::new();
        for input in plan.op.inputs().into_iter().skip(first) {
            names.push(self.named(input, &role(&plan.op)));
        }
        for expr in plan.op.expressions() {
            let mut plans = Vec::new();
            expr.walk(&mut |part| {
                if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &part.kind {
                    plans.push(plan.clone());
                }
            });
            for plan in plans {
                self.named(&plan, "the sub-query");
            }
        }
        names
    }

    /// Writes a section unless there is one; returns what it is called in sentences.
    fn named(&mut self, plan: &Arc<Plan>, role: &str) -> String {
        if let Some(title) = self.titles.get(&Arc::as_ptr(plan)) {
            return title.clone();
        }
        if let (Op::Scan(source), None) = (&plan.op, &plan.name) {
            return super::sources::words(source);
        }
        let title = if let Some(name) = &plan.name {
            format!("`{name}`")
        } else {
            let known = self.titles.values().filter(|title| title.starts_with(role)).count();
            if known == 0 { role.to_owned() } else { format!("{role} ({})", known + 1) }
        };
        self.section(plan, title.clone());
        title
    }

    fn details(&mut self, plan: &Arc<Plan>, stage: &mut Stage) {
        match &plan.op {
            Op::Filter { input, predicate } => {
                let mut reader = Reader { text: self.text, rows: input, lineage: &mut self.lineage };
                stage.conditions = reader.all(predicate);
                if let [_] = stage.conditions.as_slice() {
                    "keeps rows where".clone_into(&mut stage.does);
                }
            }
            Op::Extend { input, columns } => stage.computes = self.computed(columns, input),
            Op::Project { input, columns } | Op::Distinct { input, columns } => stage.computes = self.computed(columns, input),
            Op::Aggregate { input, keys, .. } => stage.computes = self.computed(keys, input),
            _ => {}
        }
    }

    /// The columns that are more than a column handed on.
    fn computed(&mut self, columns: &[Named], input: &Arc<Plan>) -> Vec<Computed> {
        let is_new = |column: &&Named| !matches!(&column.expr.kind, ExprKind::Column(name) if *name == column.name);
        let mut out = Vec::new();
        for column in columns.iter().filter(is_new) {
            let from = self.lineage.of(&column.expr, input);
            let tests = if is_test(&column.expr) {
                Reader { text: self.text, rows: input, lineage: &mut self.lineage }.all(&column.expr)
            } else {
                Vec::new()
            };
            out.push(Computed { name: column.name.to_string(), how: self.how(&column.expr), from, tests });
        }
        out
    }

    fn how(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(value) => super::wording::constant(value),
            _ => short(expr.span.text(self.text)),
        }
    }
}

/// Tells whether a computed column is a condition that a later filter may ask for.
fn is_test(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Not(_)
            | ExprKind::Compare { .. }
            | ExprKind::Test { .. }
            | ExprKind::InList { .. }
            | ExprKind::InPlan { .. }
            | ExprKind::Between { .. }
    )
}

/// What an operator's further input is to it.
fn role(op: &Op) -> String {
    match op {
        Op::Join { .. } => "the right side of the join",
        Op::Union { .. } => "an input of the union",
        Op::FirstSeen(_) | Op::Threshold(_) => "the events",
        Op::Correlate(_) => "a correlated rule",
        Op::Sequence(_) | Op::Sample(_) => "a step",
        Op::Indicators { .. } => "the indicators",
        _ => "the inner query",
    }
    .to_owned()
}
