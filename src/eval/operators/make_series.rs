//! `make-series`: aggregates in equal bins along an axis, as arrays (`make-series-operator`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, settle};
use super::super::key::{Key, Keys};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::Calls;
use super::aggregate::States;
use crate::ir::{Arithmetic, Column, Expr, Op, Plan, Type, Value, convert};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bins of a series at most, the limit of arrays in the engine's series functions.
const BINS: i64 = 1 << 20;

/// A compiled `make-series`.
struct Series {
    input: Arc<Node>,
    keys: Vec<Compiled>,
    calls: Calls,
    defaults: Vec<Value>,
    axis: Compiled,
    from: Value,
    to: Value,
    step: Value,
    non_empty: bool,
    /// Positions of the computed columns (keys, series, axis) in the output.
    order: Vec<usize>,
    span: Span,
}

/// The groups of a series in order of appearance: the keys, and the accumulators by bin.
type Groups = Vec<(Keys, BTreeMap<i64, States>)>;

/// The bins of all groups: the first, the number, and the width.
struct Bins {
    start: f64,
    exact_start: Option<i64>,
    count: i64,
}

impl Compiler<'_> {
    pub(in super::super) fn make_series(&mut self, plan: &Plan) -> Result<Built, Refusal> {
        let Op::MakeSeries { input, aggregates, defaults, on, from, to, step, keys, non_empty } = &plan.op else {
            return Err(Refusal::new("invalid-plan", plan.span, "the operator is not `make-series`"));
        };
        let input = self.plan(input)?;
        let mut scope = Scope::new(&input.columns);
        let compiled = keys.iter().map(|key| self.expr(&key.expr, &mut scope)).collect::<Result<Vec<_>, _>>()?;
        let calls = self.calls(aggregates, &mut scope, keys)?;
        let axis = self.expr(&on.expr, &mut scope)?;
        let mut fixed = |expr: Option<&Expr>| expr.map_or(Ok(Value::Null), |expr| self.constant(expr));
        let (from, to, step) = (fixed(from.as_ref())?, fixed(to.as_ref())?, fixed(Some(step))?);
        let mut filled = Vec::new();
        for (position, column) in calls.columns().enumerate() {
            let default = fixed(defaults.get(position).and_then(Option::as_ref))?;
            let given = defaults.get(position).is_some_and(Option::is_some);
            let default = if given { default } else { Value::Long(0) };
            filled.push(convert::convert(&default, Type::Unknown, if column.ty.is_numeric() { column.ty } else { Type::Unknown }));
        }
        let mut computed: Vec<Column> =
            keys.iter().zip(&compiled).map(|(key, value)| Column { name: Arc::clone(&key.name), ty: value.ty }).collect();
        computed.extend(calls.columns().map(|column| Column { name: Arc::clone(&column.name), ty: Type::Dynamic }));
        computed.push(Column { name: Arc::clone(&on.name), ty: Type::Dynamic });
        let order = order_of(&computed, plan);
        let columns = order.iter().filter_map(|position| computed.get(*position).cloned()).collect();
        let series =
            Series { input, keys: compiled, calls, defaults: filled, axis, from, to, step, non_empty: *non_empty, order, span: plan.span };
        Ok((columns, operator(move |context, out| series.run(context, out))))
    }
}

/// The order in which the reader declares the columns, where it declares these.
fn order_of(computed: &[Column], plan: &Plan) -> Vec<usize> {
    let find = |column: &Column| computed.iter().position(|other| other.name == column.name);
    let declared: Option<Vec<usize>> = plan.schema.columns.iter().map(find).collect();
    declared.filter(|order| order.len() == computed.len()).unwrap_or_else(|| (0..computed.len()).collect())
}

/// A point of the axis as a number: ticks, or the number itself.
fn number(value: &Value) -> Option<f64> {
    convert::to_real(value).filter(|n| n.is_finite())
}

impl Series {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let Some(width) = number(&self.step).filter(|width| *width > 0.0) else {
            return Err(Refusal::new("invalid-argument", self.span, "the step of `make-series` is not above 0"));
        };
        let rows = self.input.collect(context)?;
        let Some(bins) = self.bins(&rows, width, context)? else { return Ok(()) };
        let mut groups: Groups = Vec::new();
        let mut positions: FxHashMap<Keys, usize> = FxHashMap::default();
        if self.keys.is_empty() && self.non_empty {
            positions.insert(Vec::new(), 0);
            groups.push((Vec::new(), BTreeMap::new()));
        }
        for row in &rows {
            let frame = Frame { row, context };
            let Some(bin) = bins.of(&self.axis.get(&frame), width, &self.step) else { continue };
            let keys: Keys = self.keys.iter().map(|key| Key(key.value(&frame))).collect();
            let position = *positions.entry(keys.clone()).or_insert(groups.len());
            if position == groups.len() {
                groups.push((keys, BTreeMap::new()));
            }
            if let Some((_, states)) = groups.get_mut(position) {
                self.calls.add(states.entry(bin).or_insert_with(|| self.calls.start()), &frame);
            }
        }
        context.release(rows.len(), self.input.columns.len());
        for (keys, states) in groups {
            if out(&self.row(keys, states, &bins))? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    /// The bins reach from `from`, else the bin of the smallest point, to before `to`, else the bin of the largest.
    fn bins(&self, rows: &[Row], width: f64, context: &Context) -> Result<Option<Bins>, Refusal> {
        let points = || rows.iter().filter_map(|row| number(&self.axis.get(&Frame { row, context })));
        let start = number(&self.from).or_else(|| points().reduce(f64::min).map(|least| (least / width).floor() * width));
        let Some(start) = start else { return Ok(None) };
        let count = match number(&self.to) {
            Some(end) => ((end - start) / width).ceil(),
            None => points().reduce(f64::max).map_or(0.0, |most| ((most - start) / width).floor() + 1.0),
        };
        if count > BINS as f64 {
            return Err(Refusal::new("series-too-long", self.span, format!("a series would have more than {BINS} bins")));
        }
        let exact_start = convert::to_long(&self.from).filter(|_| !matches!(self.from, Value::Real(_)));
        Ok(Some(Bins { start, exact_start: exact_start.or((start.fract() == 0.0).then_some(start as i64)), count: count.max(0.0) as i64 }))
    }

    fn row(&self, keys: Keys, mut states: BTreeMap<i64, States>, bins: &Bins) -> Row {
        let mut computed: Row = keys.into_iter().map(|key| key.0).collect();
        let mut series: Vec<Vec<Value>> = self.defaults.iter().map(|_| Vec::new()).collect();
        for bin in 0..bins.count {
            let mut values = Row::new();
            match states.remove(&bin) {
                Some(states) => self.calls.finish(states, &mut values),
                None => values.clone_from(&self.defaults),
            }
            for (series, value) in series.iter_mut().zip(values) {
                series.push(value);
            }
        }
        computed.extend(series.into_iter().map(Value::array));
        computed.push(Value::array((0..bins.count).map(|bin| self.point(bins, bin)).collect()));
        self.order.iter().map(|position| computed.get(*position).cloned().unwrap_or_default()).collect()
    }

    fn point(&self, bins: &Bins, bin: i64) -> Value {
        let exact = convert::to_long(&self.step).zip(bins.exact_start).map(|(step, start)| start.saturating_add(step.saturating_mul(bin)));
        match (self.axis.ty, exact) {
            (Type::DateTime, Some(ticks)) => Value::DateTime(ticks),
            (Type::TimeSpan, Some(ticks)) => Value::TimeSpan(ticks),
            (Type::Int | Type::Long, Some(n)) if !matches!(self.step, Value::Real(_)) => settle(Value::Long(n), Type::Long),
            _ => Value::Real(bins.start + number(&self.step).unwrap_or_default() * bin as f64),
        }
    }
}

impl Bins {
    fn of(&self, point: &Value, width: f64, step: &Value) -> Option<i64> {
        let bin = match (point, step, self.exact_start) {
            (Value::Real(_) | Value::Decimal(_), _, _) | (_, Value::Real(_), _) | (_, _, None) => {
                ((number(point)? - self.start) / width).floor() as i64
            }
            (_, _, Some(start)) => {
                let point = Value::Long(convert::to_long(point)?.checked_sub(start)?);
                let step = convert::to_long(step)?;
                let Value::Long(rest) = super::super::expr::compute(Arithmetic::Modulo, &point, &Value::Long(step), Type::Long) else {
                    return None;
                };
                (convert::to_long(&point)? - rest).checked_div(step)?
            }
        };
        (0..self.count).contains(&bin).then_some(bin)
    }
}
