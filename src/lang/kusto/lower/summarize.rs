//! `summarize`: keys first, then aggregates; anything that is more than a plain aggregate call is computed after grouping.

use super::super::ast;
use super::binder::{Binder, Rows};
use super::projection::{Projected, Projection, Style};
use crate::ir::{Aggregate, Expr, ExprKind, Named, Op, Plan};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `summarize … by …`
    pub(super) fn summarize(&mut self, input: &Arc<Plan>, exprs: &'a [ast::Expr], by: &'a [ast::Expr], span: Span) -> Arc<Plan> {
        let rows = Rows::of(input);
        let mut list = Projection::default();
        self.project_all(by, rows, &mut list, Style::Default);
        self.check_keys(&list, by, span);
        let keys = list.all(span);
        list.skip_present();
        let group_keys = list.columns().iter().filter_map(|c| c.origin.clone()).collect();
        let outer = std::mem::replace(&mut self.group_keys, group_keys);
        let ((), aggregates) = self.collecting(|this| this.project_all(exprs, rows, &mut list, Style::Default));
        self.group_keys = outer;
        self.check_grouped(exprs, &list, keys.len());
        let star = aggregates.iter().any(|a| a.star);
        let schema = list.schema(star && input.schema.open);
        let outputs = list.columns().get(keys.len()..).unwrap_or_default();
        let (aggregates, post) = finish(aggregates, outputs, &keys, span);
        self.plan(Op::Aggregate { input: Arc::clone(input), keys, aggregates, post }, schema, span)
    }

    /// A column that is neither grouped nor aggregated has no one value in a group.
    fn check_grouped(&mut self, exprs: &[ast::Expr], list: &Projection, keys: usize) {
        let plain = |c: &&Projected| c.expr.as_ref().is_some_and(|e| loose_column(e).is_some());
        let Some(column) = list.columns().iter().skip(keys).find(plain) else { return };
        let span = column.expr.as_ref().and_then(loose_column).unwrap_or_else(|| exprs.first().map(|e| e.span).unwrap_or_default());
        let message = format!("`{}` is neither a key nor inside an aggregate", span.text(self.text));
        self.error("not-aggregated", span, message);
    }
}

/// Returns the place of a column that is no aggregate's placeholder.
fn loose_column(expr: &Expr) -> Option<Span> {
    match &expr.kind {
        ExprKind::Column(name) => (!name.starts_with('$')).then_some(expr.span),
        _ => expr.children().into_iter().find_map(loose_column),
    }
}

/// Names the aggregates after their columns, or, where columns are more than plain calls, makes the columns that follow grouping.
pub(super) fn finish(mut aggregates: Vec<Aggregate>, outputs: &[Projected], keys: &[Named], span: Span) -> (Vec<Aggregate>, Vec<Named>) {
    let filled: Vec<&Arc<str>> = aggregates.iter().flat_map(|a| &a.names).collect();
    let plain = filled.len() == outputs.len()
        && outputs
            .iter()
            .zip(&filled)
            .all(|(output, name)| matches!(&output.expr, Some(Expr { kind: ExprKind::Column(c), .. }) if c == *name));
    if plain {
        let mut names = outputs.iter().map(|o| Arc::clone(&o.name));
        for aggregate in &mut aggregates {
            aggregate.names = names.by_ref().take(aggregate.names.len()).collect();
        }
        return (aggregates, Vec::new());
    }
    let key = |k: &Named| Named { name: Arc::clone(&k.name), expr: Expr::column(&k.name, k.expr.ty, k.expr.span) };
    let output =
        |o: &Projected| Named { name: Arc::clone(&o.name), expr: o.expr.clone().unwrap_or_else(|| Expr::column(&o.name, o.ty, span)) };
    let post = keys.iter().map(key).chain(outputs.iter().map(output)).collect();
    (aggregates, post)
}
