//! Query operators after a pipe.

use super::source::{operator, param};
use super::{Raiser, identifier, literal, name_expr, node};
use crate::ir::{Aggregate, Expand, JoinKey, JoinKind, Named, Op, ParseMode, ParsePart, Plan, SortKey, Type, Value};
use crate::lang::kusto::ast::{self, Direction, ExpandColumn, Operator, OperatorKind, Order, Param};
use crate::source::Span;
use std::sync::Arc;

/// The `kind=` of a join.
const JOIN_KINDS: [(JoinKind, &str); 9] = [
    (JoinKind::InnerUnique, "innerunique"),
    (JoinKind::Inner, "inner"),
    (JoinKind::LeftOuter, "leftouter"),
    (JoinKind::RightOuter, "rightouter"),
    (JoinKind::FullOuter, "fullouter"),
    (JoinKind::LeftSemi, "leftsemi"),
    (JoinKind::LeftAnti, "leftanti"),
    (JoinKind::RightSemi, "rightsemi"),
    (JoinKind::RightAnti, "rightanti"),
];

impl Raiser {
    /// Raises a plan to a source with the operators piped onto it.
    pub(super) fn pipeline(&mut self, plan: &Arc<Plan>) -> ast::Expr {
        let mut steps = vec![plan];
        while let Some(input) = steps.last().and_then(|step| step.op.piped()) {
            steps.push(input);
            if input.name.is_some() {
                break;
            }
        }
        let source = match steps.pop() {
            Some(bottom) if bottom.name.is_some() && !Arc::ptr_eq(bottom, plan) => self.tabular(bottom),
            Some(bottom) => self.source(bottom),
            None => name_expr(""),
        };
        let operators: Vec<Operator> = steps.iter().rev().flat_map(|step| self.operators(step)).collect();
        if operators.is_empty() {
            return source;
        }
        node(ast::ExprKind::Pipe { source: Box::new(source), operators })
    }

    /// Raises one plan node to the operators that say it.
    fn operators(&mut self, plan: &Plan) -> Vec<Operator> {
        let kind = match &plan.op {
            Op::Filter { predicate, .. } => OperatorKind::Where(self.scalar(predicate)),
            Op::Extend { columns, .. } => OperatorKind::Extend(self.columns(columns)),
            Op::Project { columns, .. } => OperatorKind::Project(self.columns(columns)),
            Op::Distinct { columns, .. } if columns.is_empty() => OperatorKind::Distinct(vec![node(ast::ExprKind::Wildcard("*".into()))]),
            Op::Distinct { columns, .. } => OperatorKind::Distinct(self.columns(columns)),
            Op::Serialize { columns, .. } => OperatorKind::Serialize(self.columns(columns)),
            Op::Count { .. } => OperatorKind::Count(None),
            Op::Limit { count, .. } => OperatorKind::Take(self.scalar(count)),
            Op::Sort { keys, .. } => OperatorKind::Sort(keys.iter().map(|key| self.sort_key(key)).collect()),
            Op::Select { away, keep, rename, first, .. } => return select(away, keep, rename, first),
            Op::Aggregate { keys, aggregates, post, .. } => return self.aggregate(keys, aggregates, post),
            Op::Join { right, kind, keys, lookup, .. } => return vec![self.join(right, *kind, keys, *lookup)],
            Op::Expand { columns, index, bag_as_array, limit, .. } => {
                return vec![self.expand(columns, index.as_deref(), *bag_as_array, *limit)];
            }
            Op::Parse { expr, mode, flags, parts, filter, .. } => return vec![self.parse(expr, *mode, flags, parts, *filter)],
            Op::Opaque { text, code, .. } => {
                let message = format!("`{}` is not understood ({code})", text.lines().next().unwrap_or_default());
                self.refuse("opaque-operator", plan.span, message);
                return Vec::new();
            }
            _ => {
                self.refuse("operator-not-raised", plan.span, "this operator has no Kusto form yet");
                return Vec::new();
            }
        };
        vec![operator(kind, Vec::new())]
    }

    fn columns(&mut self, columns: &[Named]) -> Vec<ast::Expr> {
        columns.iter().map(|column| self.named(column)).collect()
    }

    fn sort_key(&mut self, key: &SortKey) -> Order {
        let direction = Some(if key.descending { Direction::Desc } else { Direction::Asc });
        // The default is nulls first for asc and last for desc (sort-operator.md); only the other case is said.
        let nulls_first = (key.nulls_first == key.descending).then_some(key.nulls_first);
        Order { expr: self.scalar(&key.expr), direction, nulls_first }
    }

    fn aggregate(&mut self, keys: &[Named], aggregates: &[Aggregate], post: &[Named]) -> Vec<Operator> {
        let by = (!keys.is_empty()).then(|| self.columns(keys));
        let calls = aggregates.iter().map(|aggregate| self.aggregate_call(aggregate)).collect();
        let mut operators = vec![operator(OperatorKind::Summarize { aggregates: calls, by }, Vec::new())];
        if !post.is_empty() {
            operators.push(operator(OperatorKind::Project(self.columns(post)), Vec::new()));
        }
        operators
    }

    fn aggregate_call(&mut self, aggregate: &Aggregate) -> ast::Expr {
        let mut args: Vec<ast::Expr> = aggregate.args.iter().map(|arg| self.scalar(arg)).collect();
        if aggregate.star {
            args.push(node(ast::ExprKind::Wildcard("*".into())));
        }
        let value = Box::new(super::expression::call(&aggregate.function, args));
        // `arg_max(x, *)` keeps the columns' own names; saying only the first would rename it.
        if aggregate.star {
            return *value;
        }
        let names: Vec<_> = aggregate.names.iter().map(|name| identifier(name)).collect();
        node(ast::ExprKind::Named { tuple: names.len() > 1, names, value })
    }

    fn join(&mut self, right: &Arc<Plan>, kind: JoinKind, keys: &[JoinKey], lookup: bool) -> Operator {
        let right = self.operand(right);
        let on = keys.iter().map(|key| self.join_key(key)).collect();
        let name = JOIN_KINDS.iter().find(|(known, _)| *known == kind).map_or("inner", |(_, name)| name);
        let params = vec![param("kind", name_expr(name))];
        if lookup { operator(OperatorKind::Lookup { right, on }, params) } else { operator(OperatorKind::Join { right, on }, params) }
    }

    fn join_key(&mut self, key: &JoinKey) -> ast::Expr {
        let (left, right) = (self.scalar(&key.left), self.scalar(&key.right));
        if left == right && matches!(left.kind, ast::ExprKind::Name(_)) {
            return left;
        }
        let side = |base: &str, expr: ast::Expr| match expr.kind {
            ast::ExprKind::Name(name) => node(ast::ExprKind::Member {
                base: Box::new(name_expr(base)),
                selector: Box::new(node(ast::ExprKind::Name(name))),
                bracketed: false,
            }),
            _ => expr,
        };
        let (left, right) = (Box::new(side("$left", left)), Box::new(side("$right", right)));
        node(ast::ExprKind::Binary { op: ast::BinaryOp::Equal, op_span: Span::default(), left, right })
    }

    fn expand(&mut self, columns: &[Expand], index: Option<&str>, bag_as_array: bool, limit: Option<u64>) -> Operator {
        let mut params: Vec<Param> = Vec::new();
        if bag_as_array {
            params.push(param("kind", name_expr("array")));
        }
        if let Some(index) = index {
            params.push(param("with_itemindex", name_expr(index)));
        }
        let columns = columns
            .iter()
            .map(|column| ExpandColumn { expr: self.named(&Named { name: column.name.clone(), expr: column.expr.clone() }), to: column.to })
            .collect();
        let limit = limit.and_then(|n| i64::try_from(n).ok()).map(|n| node(literal(&Value::Long(n), Type::Long)));
        operator(OperatorKind::MvExpand { columns, limit }, params)
    }

    fn parse(&mut self, expr: &crate::ir::Expr, mode: ParseMode, flags: &str, parts: &[ParsePart], filter: bool) -> Operator {
        let mut params = Vec::new();
        match mode {
            ParseMode::Simple => {}
            ParseMode::Regex => params.push(param("kind", name_expr("regex"))),
            ParseMode::Relaxed => params.push(param("kind", name_expr("relaxed"))),
        }
        if !flags.is_empty() {
            params.push(param("flags", name_expr(flags)));
        }
        let parts = parts
            .iter()
            .map(|part| match part {
                ParsePart::Skip => ast::ParsePart::Star,
                ParsePart::Text(text) => {
                    let raw = literal::quote(text);
                    let kind = ast::LiteralKind::String(text.to_string());
                    ast::ParsePart::Text(ast::Literal { kind, raw }, Span::default())
                }
                ParsePart::Column(column) => {
                    let ty = (column.ty != Type::String).then_some(column.ty);
                    ast::ParsePart::Column(identifier(&column.name), ty)
                }
            })
            .collect();
        let expr = self.scalar(expr);
        operator(OperatorKind::Parse { filter, expr, parts }, params)
    }
}

/// `project-away`, `project-keep`, `project-rename`, `project-reorder` over an open schema.
fn select(away: &[Arc<str>], keep: &[Arc<str>], rename: &[(Arc<str>, Arc<str>)], first: &[Arc<str>]) -> Vec<Operator> {
    let pattern = |name: &Arc<str>| if name.contains('*') { node(ast::ExprKind::Wildcard(name.to_string())) } else { name_expr(name) };
    let mut operators = Vec::new();
    if !away.is_empty() {
        operators.push(OperatorKind::ProjectAway(away.iter().map(pattern).collect()));
    }
    if !keep.is_empty() {
        operators.push(OperatorKind::ProjectKeep(keep.iter().map(pattern).collect()));
    }
    if !rename.is_empty() {
        let pairs = rename.iter().map(|(new, old)| {
            let value = Box::new(name_expr(old));
            node(ast::ExprKind::Named { names: vec![identifier(new)], tuple: false, value })
        });
        operators.push(OperatorKind::ProjectRename(pairs.collect()));
    }
    if !first.is_empty() {
        let order = |name| Order { expr: pattern(name), direction: None, nulls_first: None };
        operators.push(OperatorKind::ProjectReorder(first.iter().map(order).collect()));
    }
    operators.into_iter().map(|kind| operator(kind, Vec::new())).collect()
}
