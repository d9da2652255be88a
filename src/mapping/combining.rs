//! Operators over several inputs and detection operators, mapped input by input.

use super::format::Field;
use super::load::PartRef;
use super::operators::{rebuilt, unmapped};
use super::path::Path;
use super::plan::{Mapper, Node};
use super::read::refused;
use super::scope::{Cell, Scope};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{
    Dialect, Expr, ExprKind, FirstSeen, JoinKey, JoinKind, Op, Plan, Sample, Schema, Sequence, SortKey, Step, Threshold, Type, WindowSide,
};
use crate::lang::kusto;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Mapper<'_> {
    /// Operators that hand their input's names on.
    pub(super) fn passing(&mut self, plan: &Plan, positive: bool) -> Result<Node, Loss> {
        let Some(input) = plan.op.piped() else { return Err(refused("operator-not-mapped", plan.span, "the operator has no input")) };
        let (input, scope) = self.node(input, positive)?;
        let schema = input.schema.clone();
        let op = match &plan.op {
            Op::Sort { keys, .. } => {
                let mut kept = Vec::new();
                for key in keys {
                    match self.scalar(&key.expr, &scope) {
                        Ok(expr) => kept.push(SortKey { expr, ..key.clone() }),
                        Err(problem) => {
                            let message = format!("{}; results are not sorted by it", problem.message);
                            self.lose(Loss::query(problem.code, Fidelity::Metadata, problem.span, message));
                        }
                    }
                }
                if kept.is_empty() {
                    return Ok((input, scope));
                }
                Op::Sort { input, keys: kept }
            }
            Op::Limit { count, .. } => Op::Limit { input, count: count.clone() },
            Op::Serialize { columns, .. } if columns.is_empty() => Op::Serialize { input, columns: Vec::new() },
            Op::Count { .. } => Op::Count { input },
            // Dropping and reordering columns by name is about display; the names are the original's.
            Op::Select { rename, .. } if rename.is_empty() => {
                self.lose(Loss::query("output-columns", Fidelity::Metadata, plan.span, "the order and choice of columns is about display"));
                return Ok((input, scope));
            }
            _ => return Err(unmapped(plan)),
        };
        Ok((rebuilt(plan, op, schema), scope))
    }

    /// Joins and unions.
    pub(super) fn combining(&mut self, plan: &Plan, positive: bool) -> Result<Node, Loss> {
        match &plan.op {
            Op::Join { left, right, kind, keys, lookup } => {
                // Rows of the side that an anti-join takes away make the detection narrower.
                let (left_positive, right_positive) = match kind {
                    JoinKind::LeftAnti => (positive, !positive),
                    JoinKind::RightAnti => (!positive, positive),
                    _ => (positive, positive),
                };
                let (left_plan, left_scope) = self.node(left, left_positive)?;
                let (right_plan, right_scope) = self.node(right, right_positive)?;
                let mut mapped = Vec::new();
                for key in keys {
                    let refuse = |p: super::transform::Problem| refused(p.code, p.span, format!("{}; it is a join key", p.message));
                    let left = self.scalar(&key.left, &left_scope).map_err(refuse)?;
                    let right = self.scalar(&key.right, &right_scope).map_err(refuse)?;
                    mapped.push(JoinKey { left, right });
                }
                let scope = joined(plan, (left, &left_scope), (right, &right_scope));
                let op = Op::Join { left: left_plan, right: right_plan, kind: *kind, keys: mapped, lookup: *lookup };
                Ok((rebuilt(plan, op, Schema::unknown()), scope))
            }
            Op::Union { inputs, columns, source_column, fuzzy } => {
                let nodes = inputs.iter().map(|input| self.node(input, positive)).collect::<Result<Vec<Node>, Loss>>()?;
                let scope = united(&nodes);
                let inputs = nodes.into_iter().map(|(plan, _)| plan).collect();
                let op = Op::Union { inputs, columns: *columns, source_column: source_column.clone(), fuzzy: *fuzzy };
                Ok((rebuilt(plan, op, Schema::unknown()), scope))
            }
            _ => Err(unmapped(plan)),
        }
    }

    /// Detection operators.
    pub(super) fn detection(&mut self, plan: &Plan, positive: bool) -> Result<Node, Loss> {
        let (op, scope) = match &plan.op {
            Op::FirstSeen(first_seen) => self.first_seen(first_seen, positive)?,
            Op::Threshold(threshold) => {
                let (input, scope) = self.node(&threshold.input, positive)?;
                let (keys, mut after) = self.group_keys(&threshold.keys, &scope)?;
                let mut cardinality = Vec::new();
                for (named, number) in &threshold.cardinality {
                    let (mapped, cells) = self.keys(std::slice::from_ref(named), &scope)?;
                    after.cells.extend(cells.cells);
                    cardinality.extend(mapped.into_iter().map(|m| (m, *number)));
                }
                (Op::Threshold(Box::new(Threshold { input, keys, cardinality, ..(**threshold).clone() })), after)
            }
            Op::Sequence(sequence) => {
                let (steps, scope) = self.steps(&sequence.steps, positive)?;
                let until = match &sequence.until {
                    Some(step) => self.steps(std::slice::from_ref(step), !positive)?.0.pop(),
                    None => None,
                };
                let time = self.time_name(&sequence.time, &scope);
                (Op::Sequence(Box::new(Sequence { steps, until, time, ..(**sequence).clone() })), scope)
            }
            Op::Sample(sample) => {
                let (steps, scope) = self.steps(&sample.steps, positive)?;
                let time = self.time_name(&sample.time, &scope);
                (Op::Sample(Box::new(Sample { steps, time, window: sample.window })), scope)
            }
            _ => return Err(unmapped(plan)),
        };
        Ok((rebuilt(plan, op, Schema::unknown()), scope))
    }

    /// A wider history hides more new values: its losses pull the other way.
    fn first_seen(&mut self, first_seen: &FirstSeen, positive: bool) -> Result<(Op, Scope), Loss> {
        let (recent, scope) = self.node(&first_seen.recent.input, positive)?;
        let (history, history_scope) = self.node(&first_seen.history.input, !positive)?;
        let keys = self.keys(&first_seen.keys, &scope)?.0;
        let history_keys = self.keys(&first_seen.history_keys, &history_scope)?.0;
        let time = self.time_name(&first_seen.time, &scope);
        let mapped = FirstSeen {
            keys,
            history_keys,
            history: WindowSide { input: history, ..first_seen.history.clone() },
            recent: WindowSide { input: recent, ..first_seen.recent.clone() },
            time,
            ..first_seen.clone()
        };
        Ok((Op::FirstSeen(Box::new(mapped)), scope))
    }

    fn steps(&mut self, steps: &[Step], positive: bool) -> Result<(Vec<Step>, Scope), Loss> {
        let mut mapped = Vec::new();
        let mut scopes = Vec::new();
        let mut within: Vec<Vec<Option<Expr>>> = Vec::new();
        for step in steps {
            let (input, scope) = self.node(&step.input, positive != step.missing)?;
            within.push(step.by.iter().map(|key| self.holder_of(key, &scope)).collect());
            mapped.push(Step { input, by: Vec::new(), ..step.clone() });
            scopes.push(scope);
        }
        let ties = steps.iter().map(|step| step.by.len()).max().unwrap_or(0);
        for key in 0..ties {
            let keys: Vec<(&Expr, &Scope)> =
                steps.iter().zip(&scopes).filter_map(|(step, scope)| Some((step.by.get(key)?, scope))).collect();
            for (step, by) in mapped.iter_mut().zip(self.tie(&keys)?) {
                step.by.extend(by);
            }
        }
        self.still_differ(&mapped)?;
        add_holders(&mut mapped, &within);
        Ok((mapped, scopes.into_iter().next().unwrap_or_default()))
    }

    /// Maps one key of all steps: as each holds it or, where one holds it not, by the columns that name the thing in all of them.
    fn tie(&mut self, keys: &[(&Expr, &Scope)]) -> Result<Vec<Vec<Expr>>, Loss> {
        let mut own = Vec::new();
        for (key, scope) in keys {
            match self.scalar(key, scope) {
                Ok(mapped) => own.push(vec![mapped]),
                Err(problem) => {
                    let named = self.tie_by_names(keys);
                    let message = format!("{}; it ties the steps together", problem.message);
                    return named.ok_or_else(|| refused(problem.code, problem.span, message));
                }
            }
        }
        for (key, scope) in keys {
            self.name_keyless(key, scope);
        }
        Ok(own)
    }

    /// Ties steps by the columns that name the thing of a key in each of them.
    fn tie_by_names(&mut self, keys: &[(&Expr, &Scope)]) -> Option<Vec<Vec<Expr>>> {
        let columns = |(key, scope): &(&Expr, &Scope)| {
            let (at, field) = self.field_of_key(key, scope)?;
            let column = |(path, ty): &(Path, Type)| Expr::column(path.text(self.to), *ty, key.span);
            let named: Vec<Expr> = field.named_by.iter().map(column).collect();
            (!named.is_empty()).then_some((named, at.source.title.clone()))
        };
        let named: Option<Vec<(Vec<Expr>, String)>> = keys.iter().map(columns).collect();
        let (named, titles): (Vec<_>, Vec<_>) = named?.into_iter().unzip();
        for ((key, _), title) in keys.iter().zip(titles) {
            let ExprKind::Column(name) = &key.kind else { continue };
            let message = format!("`{name}` is no column of every step; {title} are tied by what else names it");
            self.lose(Loss::query("key-by-other-columns", Fidelity::Different, key.span, message));
        }
        Some(named)
    }

    /// Refuses steps that look for the same events once their conditions are lost: one event would stand for all of them.
    fn still_differ(&self, steps: &[Step]) -> Result<(), Loss> {
        if !self.writes_kusto() {
            return Ok(());
        }
        let is_wider = |step: &Step, loss: &Loss| {
            let at = step.input.span;
            loss.fidelity == Fidelity::Wider && at.start <= loss.span.start && loss.span.end <= at.end
        };
        let weakened = steps.iter().filter(|step| self.losses().iter().any(|loss| is_wider(step, loss)));
        let texts: Vec<_> =
            weakened.filter_map(|step| Some((kusto::on_one_line(&kusto::raise(&step.input).ok()?), step.input.span))).collect();
        let alike = texts.iter().enumerate().find(|(at, (text, _))| texts.iter().take(*at).any(|(earlier, _)| earlier == text));
        alike.map_or(Ok(()), |(_, (_, span))| Err(refused("steps-alike", *span, "what is left of two steps looks for the same events")))
    }

    /// Names the parts whose events have no value of a key: they are in no group and tied to nothing.
    pub(super) fn name_keyless(&mut self, key: &Expr, scope: &Scope) {
        let ExprKind::Column(name) = &key.kind else { return };
        let Some(Cell::Field(parts)) = scope.cell(name).filter(|_| self.from == Dialect::Elastic) else { return };
        let has = |at: &PartRef| super::predicate::Direction { at, from: self.from, to: self.to }.name(name).is_some();
        let without: BTreeSet<&str> =
            parts.iter().filter(|at| !has(at) && !at.implied(self.from).contains_key(&**name)).map(|at| at.source.title.as_str()).collect();
        if without.is_empty() {
            return;
        }
        let missing = without.into_iter().collect::<Vec<_>>().join(", ");
        let message = format!("`{name}` is a key that {missing} do not have in {}", self.target_name());
        self.lose(Loss::query("key-not-in-every-source", Fidelity::Narrower, key.span, message));
    }

    /// The Sentinel column within which alone a key names one thing.
    fn holder_of(&self, key: &Expr, scope: &Scope) -> Option<Expr> {
        let (at, field) = self.field_of_key(key, scope)?;
        Some(super::kusto::Access::of(&field.within.as_ref()?.text(self.to), &at, key.span).value())
    }

    /// The entry of a key and the part that has it, where Sentinel is written.
    fn field_of_key(&self, key: &Expr, scope: &Scope) -> Option<(PartRef, Field)> {
        let ExprKind::Column(name) = &key.kind else { return None };
        let Some(Cell::Field(parts)) = scope.cell(name).filter(|_| self.writes_kusto()) else { return None };
        let path = Path::name(name);
        parts.iter().find_map(|at| {
            let is_key = |own: &Path| own.text(self.from) == path.text(self.from);
            let is_held = |field: &&Field| field.sentinel.is_some() || !field.named_by.is_empty();
            let mut fields = at.fields().filter(is_held);
            let field = fields.find(|field| field.path(self.from, &at.source).is_some_and(is_key))?;
            Some((at.clone(), field.clone()))
        })
    }
}

/// Ties steps by the holders of their keys too, where each of them has one and nothing ties them by it yet.
fn add_holders(steps: &mut [Step], holders: &[Vec<Option<Expr>>]) {
    for key in 0..holders.first().map_or(0, Vec::len) {
        let of_key: Option<Vec<Expr>> = holders.iter().map(|of_step| of_step.get(key).cloned().flatten()).collect();
        let Some(of_key) = of_key else { continue };
        let same = |a: &Expr, b: &Expr| a.kind == b.kind;
        if steps.iter().zip(&of_key).all(|(step, holder)| step.by.iter().any(|known| same(known, holder))) {
            continue;
        }
        for (step, holder) in steps.iter_mut().zip(of_key) {
            step.by.push(holder);
        }
    }
}

/// Names behind a join: the left side's, then the right side's with `1` behind those that are taken.
fn joined(plan: &Plan, (left, left_scope): (&Plan, &Scope), (right, right_scope): (&Plan, &Scope)) -> Scope {
    let mut scope = Scope::default();
    for column in &left.schema.columns {
        if let Some(cell) = left_scope.cell(&column.name) {
            scope.cells.insert(column.name.clone(), cell);
        }
    }
    for column in &right.schema.columns {
        let taken = scope.cells.contains_key(&column.name);
        let name: Arc<str> = if taken { Arc::from(format!("{}1", column.name)) } else { column.name.clone() };
        let cell = match right_scope.cell(&column.name) {
            Some(Cell::Column(target, ty)) if taken => Cell::Column(Arc::from(format!("{target}1")), ty),
            // A field of both sides would need a second name that no event has.
            Some(Cell::Field(_)) if taken => Cell::Lost(super::transform::Problem::new(
                "field-of-both-sides",
                plan.span,
                format!("`{name}` is a field of the second side of a join"),
            )),
            Some(cell) => cell,
            None => continue,
        };
        scope.cells.insert(name, cell);
    }
    if left.schema.open && right.schema.open {
        scope.rest.clone_from(&left_scope.rest);
    }
    scope
}

/// Names behind a union: what all inputs agree on; fields of any input's parts.
fn united(nodes: &[Node]) -> Scope {
    let mut scope = Scope::default();
    let parts: Vec<_> = nodes.iter().filter_map(|(_, s)| s.rest.as_ref()).flat_map(|p| p.iter().cloned()).collect();
    if !parts.is_empty() {
        scope.rest = Some(Arc::from(parts));
    }
    for (_, node) in nodes {
        for (name, cell) in &node.cells {
            scope.cells.entry(name.clone()).or_insert_with(|| cell.clone());
        }
    }
    scope
}
