//! Groups: `STATS … BY`.

use super::{Raiser, is_itself, is_null, named};
use crate::diagnostic::Fidelity;
use crate::functions;
use crate::ir::{Aggregate, Expr, ExprKind, Named};
use crate::lang::esql::ast::{self, CommandKind, Stats};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// Kusto's aggregates with one argument and what says the same: name, name in ES|QL. `take_any` may be any value.
const SAME: &[(&str, &str)] = &[
    ("avg", "AVG"),
    ("count_distinct", "COUNT_DISTINCT"),
    ("dcount", "COUNT_DISTINCT"),
    ("make_set", "VALUES"),
    ("makeset", "VALUES"),
    ("max", "MAX"),
    ("min", "MIN"),
    ("sum", "SUM"),
];

/// Kusto's aggregates with a condition behind the argument.
const CONDITIONAL: &[(&str, &str)] = &[
    ("avgif", "AVG"),
    ("count_distinctif", "COUNT_DISTINCT"),
    ("dcountif", "COUNT_DISTINCT"),
    ("make_set_if", "VALUES"),
    ("maxif", "MAX"),
    ("minif", "MIN"),
    ("anyif", "MIN"),
    ("take_anyif", "MIN"),
];

impl Raiser<'_> {
    pub(super) fn stats(&mut self, keys: &[Named], aggregates: &[Aggregate], post: &[Named], span: Span) {
        let by: Vec<ast::Field> = keys.iter().map(|key| self.key(key)).collect();
        if !post.is_empty() && aggregates.iter().all(|call| call.function.starts_with("esql.")) {
            let aggregates = self.of_esql(keys, aggregates, post);
            self.on_source = false;
            self.say(CommandKind::Stats(Stats { inline: false, aggregates, by }), span);
            return;
        }
        let mut said = Vec::new();
        for aggregate in aggregates {
            said.extend(self.aggregate(aggregate));
        }
        self.on_source = false;
        let holds_list = |call: &&Aggregate| matches!(&*call.function, "make_set" | "makeset" | "make_list" | "makelist" | "make_set_if");
        self.lists = aggregates.iter().filter(holds_list).flat_map(|call| call.names.iter().cloned()).collect();
        self.never_null = aggregates.iter().filter(|call| counts(&call.function)).flat_map(|call| call.names.iter().cloned()).collect();
        self.say(CommandKind::Stats(Stats { inline: false, aggregates: said, by }), span);
        if !post.is_empty() {
            self.project(post, span);
        } else if !aggregates.is_empty() && !keys.is_empty() {
            // Kusto puts keys first, ES|QL last.
            let names = keys.iter().map(|key| &key.name).chain(aggregates.iter().flat_map(|call| &call.names));
            self.say(CommandKind::Keep(names.map(named).collect()), span);
        }
    }

    fn key(&mut self, key: &Named) -> ast::Field {
        let value = match &key.expr.kind {
            ExprKind::Column(name) => self.hidden.iter().find(|(hidden, _)| hidden == name).map(|(_, value)| value.clone()),
            _ => None,
        };
        let key = Named { name: Arc::clone(&key.name), expr: value.unwrap_or_else(|| key.expr.clone()) };
        let field = self.field(&key);
        if is_itself(&key) { ast::Field { name: None, ..field } } else { field }
    }

    /// The output of a `STATS` of ES|QL: each aggregate stands in its expression again, with the filter of all in it. Keys come last by
    /// themselves.
    fn of_esql(&mut self, keys: &[Named], aggregates: &[Aggregate], post: &[Named]) -> Vec<ast::Aggregate> {
        self.calls.clear();
        for call in aggregates {
            let said = self.aggregate(call);
            self.calls.extend(call.names.iter().cloned().zip(said));
        }
        let is_key = |column: &Named| is_itself(column) && keys.iter().any(|key| key.name == column.name);
        let mut said = Vec::new();
        for column in post.iter().filter(|column| !is_key(column)) {
            let mut filter = None;
            column.expr.walk(&mut |part| {
                if let ExprKind::Column(name) = &part.kind {
                    let call = self.calls.iter().find(|(hidden, _)| hidden == name);
                    filter = filter.take().or_else(|| call.and_then(|(_, call)| call.filter.clone()));
                }
            });
            said.push(ast::Aggregate { field: self.field(column), filter });
        }
        self.calls.clear();
        said
    }

    fn aggregate(&mut self, call: &Aggregate) -> Vec<ast::Aggregate> {
        let (function, span) = (&*call.function, call.span);
        let Some(name) = call.names.first() else { return Vec::new() };
        if call.star {
            self.refuse("aggregate-not-in-esql", span, format!("`{function}(…, *)` has no ES|QL form"));
            return Vec::new();
        }
        if let Some(row) = functions::aggregate(function).filter(|row| row.kusto.is_empty()) {
            let own = row.esql.get(1).copied().unwrap_or_default().to_ascii_uppercase();
            return self.own_aggregate(&own, call, name);
        }
        let one = |list: &[(&'static str, &'static str)]| list.iter().find(|(known, _)| *known == function).map(|(_, esql)| *esql);
        match (function, call.args.as_slice()) {
            ("count", _) => vec![self.named_call(name, "COUNT", &[], None, span)],
            ("countif", [condition]) => vec![self.named_call(name, "COUNT", &[], Some(condition), span)],
            ("sumif", [value, condition]) => {
                // A group without such rows adds up to nothing, not to null.
                let zero = Expr::literal(0_i64, value.ty, span);
                let arms = vec![(condition.clone(), value.clone())];
                let kind = ExprKind::Conditional { arms, otherwise: Box::new(zero) };
                vec![self.named_call(name, "SUM", &[Expr::new(kind, value.ty, span)], None, span)]
            }
            ("percentile", [value, percent]) => vec![self.named_call(name, "PERCENTILE", &[value.clone(), percent.clone()], None, span)],
            ("any" | "take_any", values) => {
                let pairs = values.iter().zip(&call.names);
                pairs.map(|(value, name)| self.named_call(name, "MIN", std::slice::from_ref(value), None, span)).collect()
            }
            ("make_list" | "makelist", [value, ..]) => {
                let message = "a list comes out with each value once, sorted";
                self.lose("list-becomes-set", Fidelity::Metadata, span, message);
                vec![self.named_call(name, "VALUES", std::slice::from_ref(value), None, span)]
            }
            ("arg_max" | "arg_min", [by, others @ ..]) => {
                let (extreme, picked) = if function == "arg_max" { ("MAX", "LAST") } else { ("MIN", "FIRST") };
                let mut said = vec![self.named_call(name, extreme, std::slice::from_ref(by), None, span)];
                for (other, name) in others.iter().zip(call.names.iter().skip(1)) {
                    said.push(self.named_call(name, picked, &[other.clone(), by.clone()], None, span));
                }
                said
            }
            (_, [value, ..]) if one(SAME).is_some() => {
                vec![self.named_call(name, one(SAME).unwrap_or_default(), std::slice::from_ref(value), None, span)]
            }
            (_, [value, condition, ..]) if one(CONDITIONAL).is_some() => {
                vec![self.named_call(name, one(CONDITIONAL).unwrap_or_default(), std::slice::from_ref(value), Some(condition), span)]
            }
            _ => {
                self.refuse("aggregate-not-in-esql", span, format!("`{function}` has no ES|QL form"));
                Vec::new()
            }
        }
    }

    /// An aggregate of ES|QL itself: a condition inside its first argument is its filter.
    fn own_aggregate(&mut self, function: &str, call: &Aggregate, name: &Arc<str>) -> Vec<ast::Aggregate> {
        let mut args = call.args.clone();
        let mut filter = None;
        if let Some(Expr { kind: ExprKind::Conditional { arms, otherwise }, .. }) = call.args.first()
            && let ([(condition, value)], true) = (arms.as_slice(), is_null(otherwise))
        {
            filter = Some(condition.clone());
            args.splice(..1, [value.clone()]);
        }
        if function == "COUNT" && matches!(args.first().map(|arg| &arg.kind), Some(ExprKind::Literal(_))) {
            args.clear();
        }
        vec![self.named_call(name, function, &args, filter.as_ref(), call.span)]
    }

    fn named_call(&mut self, name: &str, function: &str, args: &[Expr], filter: Option<&Expr>, span: Span) -> ast::Aggregate {
        let star = args.is_empty();
        let args = args.iter().map(|arg| self.value(arg)).collect();
        let kind = ast::ExprKind::Call { name: Spanned::new(function.to_owned(), span), args, star, options: Vec::new() };
        let field = ast::Field { name: Some(named(name)), value: ast::Expr { kind, span }, text: span };
        ast::Aggregate { field, filter: filter.map(|filter| self.condition(filter)) }
    }
}

fn counts(function: &str) -> bool {
    matches!(function, "count" | "countif" | "dcount" | "dcountif" | "count_distinct" | "esql.count" | "esql.count_distinct")
}
