//! `STATS`: groups and what is counted in them.

use super::super::joined::extended;
use super::value::called;
use super::{Reader, is_itself};
use crate::ir::{Aggregate, Expr, ExprKind, Matcher, Named, Op, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// ES|QL's aggregates, the shared ones, and those under a condition.
const SAME: &[(&str, &str, Option<&str>)] = &[
    ("esql.count_distinct", "dcount", Some("dcountif")),
    ("esql.values", "make_set", Some("make_set_if")),
    ("esql.sum", "sum", Some("sumif")),
    ("esql.avg", "avg", Some("avgif")),
    ("esql.min", "min", Some("minif")),
    ("esql.max", "max", Some("maxif")),
    ("esql.percentile", "percentile", None),
    ("esql.std_dev", "stdev", Some("stdevif")),
    ("esql.variance", "variance", Some("varianceif")),
];

/// Those whose counterparts take an empty text for a value.
const COUNTING_EMPTY: &[&str] = &["esql.count_distinct", "esql.values"];

impl Reader {
    /// Rewrites a summary; its columns are then all that there is.
    pub(super) fn summary(&mut self, input: &Arc<Plan>, keys: &[Named], aggregates: &[Aggregate], post: &[Named], span: Span) -> Arc<Plan> {
        let own_names: Vec<Arc<str>> = keys.iter().map(|key| key.name.clone()).collect();
        let keys: Vec<Named> = keys.iter().map(|key| self.key(key)).collect();
        let calls: Vec<Aggregate> = aggregates.iter().map(|aggregate| self.aggregate(aggregate)).collect();
        self.computed.clear();
        self.hidden.clear();
        self.aliases.clear();
        self.keys = own_names.iter().cloned().collect();
        for (own, key) in own_names.into_iter().zip(&keys) {
            self.computed.insert(own, key.name.clone());
        }
        // A column that is one aggregate gives it its name; others are computed behind the summary.
        let mut shown: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        let mut behind: Vec<&Named> = Vec::new();
        for column in post.iter().filter(|column| !is_itself(column)) {
            match &column.expr.kind {
                ExprKind::Column(hidden) if !shown.iter().any(|(known, _)| known == hidden) => {
                    let name = self.name(&column.name);
                    shown.push((hidden.clone(), name));
                }
                _ => behind.push(column),
            }
        }
        let mut named = Vec::new();
        for (number, mut call) in calls.into_iter().enumerate() {
            for own in &mut call.names {
                let name = shown.iter().find(|(hidden, _)| hidden == own).map(|(_, name)| name.clone());
                let name = name.unwrap_or_else(|| Arc::from(format!("Value{}", number + 1)));
                self.computed.insert(own.clone(), name.clone());
                *own = name;
            }
            named.push(call);
        }
        let op = Op::Aggregate { input: input.clone(), keys, aggregates: named, post: Vec::new() };
        let plan = Plan::new(op, Schema::unknown(), span);
        if behind.is_empty() {
            return plan;
        }
        let values: Vec<Expr> = behind.iter().map(|column| self.value(&column.expr)).collect();
        let columns = behind.iter().zip(values).map(|(column, expr)| Named { name: self.name(&column.name), expr });
        extended(&plan, columns.collect(), span)
    }

    /// A key that is a field keeps the field's name.
    fn key(&mut self, key: &Named) -> Named {
        let expr = self.value(&key.expr);
        match &expr.kind {
            ExprKind::Column(name) if *name == key.name => Named { name: name.clone(), expr },
            _ => Named { name: self.name(&key.name), expr },
        }
    }

    fn aggregate(&mut self, own: &Aggregate) -> Aggregate {
        let span = own.span;
        let mut args = own.args.clone();
        // `WHERE` behind an aggregate, or a `CASE` in it: all but the rows of a condition are null.
        let conditional = match args.first().map(|first| &first.kind) {
            Some(ExprKind::Conditional { arms, otherwise }) if matches!(otherwise.kind, ExprKind::Literal(Value::Null)) => {
                match arms.as_slice() {
                    [(condition, value)] => Some((condition.clone(), value.clone())),
                    _ => None,
                }
            }
            _ => None,
        };
        let condition = conditional.map(|(condition, value)| {
            if let Some(first) = args.first_mut() {
                *first = value;
            }
            self.condition(&condition).yes
        });
        if &*own.function == "esql.count" {
            let there = args.first().and_then(|counted| self.presence(counted));
            let all: Vec<Expr> = condition.into_iter().chain(there).collect();
            let (function, args) = if all.is_empty() { ("count", Vec::new()) } else { ("countif", vec![Expr::all(all, span)]) };
            return Aggregate { function: Arc::from(function), args, ty: Type::Long, ..own.clone() };
        }
        // Nulls are no values; the empty texts that stand for them elsewhere are.
        let there = if COUNTING_EMPTY.contains(&&*own.function) { args.first().and_then(|counted| self.presence(counted)) } else { None };
        let all: Vec<Expr> = condition.into_iter().chain(there).collect();
        let condition = (!all.is_empty()).then(|| Expr::all(all, span));
        let mut args: Vec<Expr> = args.iter().map(|arg| self.value(arg)).collect();
        let known = SAME.iter().find(|(name, ..)| *name == &*own.function);
        let function = match (known, &condition) {
            (Some((_, plain, _)), None) => plain,
            (Some((_, _, Some(with_condition))), Some(_)) => with_condition,
            _ => return own.clone(),
        };
        if function.starts_with("dcount") {
            args.truncate(1);
        }
        args.extend(condition);
        let ty = match *function {
            "dcount" | "dcountif" => Type::Long,
            "make_set" | "make_set_if" => Type::Dynamic,
            _ => own.ty,
        };
        Aggregate { function: Arc::from(*function), args, ty, ..own.clone() }
    }

    /// `COUNT(field)` counts values; of a constant, rows.
    fn presence(&mut self, counted: &Expr) -> Option<Expr> {
        match &counted.kind {
            ExprKind::Literal(_) => None,
            ExprKind::Column(name) if !self.computed.contains_key(name) => Some(Expr::field_matches(name, Matcher::Exists, counted.span)),
            _ => {
                let text = called("tostring", vec![self.value(counted)], Type::String, counted.span);
                Some(called("isnotempty", vec![text], Type::Bool, counted.span))
            }
        }
    }
}
