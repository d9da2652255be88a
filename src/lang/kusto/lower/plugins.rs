//! `evaluate`: plugins, their arguments, and the columns that they put out.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows};
use super::joins::unique_names;
use super::ordering::named;
use super::projection::unparenthesised;
use super::scope::Bound;
use super::statements::declared_columns;
use crate::functions;
use crate::ir::{Column, Expr, ExprKind, Named, Plan, Schema, Type};
use crate::source::Span;
use std::sync::Arc;

/// An `evaluate` with a schema of its own: columns, and whether `*` stands among them.
type Declared = (Vec<ast::ColumnDeclaration>, bool);

impl<'a> Binder<'a> {
    /// `evaluate plugin(…) : (…)`
    pub(super) fn evaluate(
        &mut self,
        input: Option<&Arc<Plan>>,
        call: &'a ast::Expr,
        declared: Option<&'a Declared>,
        span: Span,
    ) -> Arc<Plan> {
        let Syntax::Call(call) = unparenthesised(call) else {
            self.error("function-expected", call.span, "`evaluate` takes a plugin call");
            return self.opaque_plan(input.cloned(), "function-expected", span);
        };
        let name = call.name.text.as_str();
        if functions::kusto_plugin(name).is_none() {
            self.unknown_plugin(&call.name);
        }
        let input_schema = input.map(|p| p.schema.clone()).unwrap_or_default();
        let mut inputs: Vec<Arc<Plan>> = input.into_iter().cloned().collect();
        let mut args = vec![named("plugin", Expr::literal(name, Type::String, call.name.span))];
        self.plugin_arguments(call, &input_schema, &mut inputs, &mut args);
        self.plugin_arity(call, input.is_some(), inputs.len() + args.len() - 1);
        self.check_plugin(name, &args);
        let own = plugin_schema(name, &input_schema, &inputs, &args);
        let schema = match declared {
            Some((columns, star)) => declared_schema(columns, *star, &own),
            None => own,
        };
        self.special("evaluate", inputs, args, schema, span)
    }

    fn plugin_arguments(&mut self, call: &'a ast::Call, row: &Schema, inputs: &mut Vec<Arc<Plan>>, args: &mut Vec<Named>) {
        for arg in &call.args {
            let (name, value) = match &arg.kind {
                Syntax::Named { names, value, .. } => (names.first().map(|n| n.text.clone()).unwrap_or_default(), &**value),
                _ => (String::new(), arg),
            };
            // Lookup tables come first; the columns of a table that is an argument are seen by the arguments after it.
            let table = inputs.get(1).map(|p| p.schema.clone());
            let rows = Rows { left: Some(row), right: table.as_ref(), input: None };
            let (bound, met) = self.collecting(|this| match unparenthesised(value) {
                Syntax::Name(name) if this.is_table_name(&name.text) && row.column(&name.text).is_none() => {
                    this.tabular(value, Rows::none())
                }
                _ => this.any(value, rows),
            });
            match bound {
                Bound::Table(plan) => inputs.push(plan),
                Bound::Scalar(expr) => {
                    let call = met.first().map(|a| ExprKind::Call { function: Arc::clone(&a.function), args: a.args.clone() });
                    let expr = match call {
                        Some(kind) => Expr::new(kind, expr.ty, expr.span),
                        None => expr,
                    };
                    args.push(named(name, expr));
                }
                Bound::Nothing => args.push(named(name, self.opaque("unresolved", arg.span))),
            }
        }
    }

    /// Checks the forms of the arguments of plugins that rules use.
    fn check_plugin(&mut self, name: &str, args: &[Named]) {
        let is_column = |expr: &Expr| matches!(expr.kind, ExprKind::Column(_) | ExprKind::Opaque { .. });
        if !matches!(name, "pivot" | "bag_unpack") {
            return;
        }
        let listed = args.iter().skip(if name == "pivot" { 3 } else { args.len() });
        for arg in args.get(1).into_iter().chain(listed).filter(|arg| !is_column(&arg.expr)) {
            self.column_expected(arg.expr.span);
        }
        let Some(second) = args.get(2).map(|arg| &arg.expr) else { return };
        if name == "pivot" && matches!(second.kind, ExprKind::Column(_)) {
            self.error("aggregate-expected", second.span, "`pivot` takes an aggregate here: `count()`, `sum(…)`");
        }
        if name == "bag_unpack" && args.get(2).is_some_and(|a| a.name.is_empty()) && !matches!(second.ty, Type::String | Type::Unknown) {
            self.error("type-mismatch", second.span, format!("`bag_unpack` takes string here, not {}", second.ty));
        }
    }

    /// Checks how many arguments a plugin gets.
    fn plugin_arity(&mut self, call: &ast::Call, piped: bool, _given: usize) {
        let Some(row) = functions::kusto_plugin(&call.name.text) else { return };
        let _ = piped;
        if row.signatures.is_empty() || row.signatures.iter().any(|s| call.args.len() >= s.required() && call.args.len() <= s.max()) {
            return;
        }
        let least = row.signatures.iter().map(functions::Signature::required).min().unwrap_or(0);
        let most = row.signatures.iter().map(functions::Signature::max).max().unwrap_or(0);
        let message = format!("plugin `{}` takes {least} to {most} arguments, {} are given", call.name.text, call.args.len());
        self.error("wrong-arity", call.name.span, message);
    }
}

/// `: (a: string, *)`: `*` stands for the plugin's own columns that are not declared.
fn declared_schema(columns: &[ast::ColumnDeclaration], star: bool, own: &Schema) -> Schema {
    let declared = declared_columns(columns);
    let mut all: Vec<Column> = Vec::new();
    if star {
        all.extend(own.columns.iter().filter(|c| !declared.iter().any(|d| d.name == c.name)).cloned());
    }
    all.extend(declared);
    Schema::closed(all)
}

/// Returns the columns that a plugin puts out.
fn plugin_schema(name: &str, input: &Schema, inputs: &[Arc<Plan>], args: &[Named]) -> Schema {
    let column = |position: usize| args.get(position).and_then(|a| super::names::as_column(&a.expr));
    let closed = |columns: &[(&str, Type)]| Schema::closed(columns.iter().map(|(n, t)| Column::new(n, *t)).collect());
    let with = |columns: &[(&str, Type)]| {
        let mut schema = closed(columns);
        schema.columns.extend(input.columns.iter().cloned());
        Schema { columns: schema.columns, open: input.open }
    };
    match name {
        "identity" | "identity_v3" | "rows_near" | "preview" => input.clone(),
        "narrow" => closed(&[("Row", Type::Long), ("Column", Type::String), ("Value", Type::String)]),
        "autocluster" | "basket" => with(&[("SegmentId", Type::Long), ("Count", Type::Long), ("Percent", Type::Real)]),
        "diffpatterns" => with(&[
            ("SegmentId", Type::Long),
            ("CountA", Type::Long),
            ("CountB", Type::Long),
            ("PercentA", Type::Real),
            ("PercentB", Type::Real),
            ("PercentDiffAB", Type::Real),
        ]),
        "bag_unpack" => {
            let gone = column(1).map(|c| c.name);
            Schema { columns: input.columns.iter().filter(|c| Some(&c.name) != gone.as_ref()).cloned().collect(), open: true }
        }
        "pivot" => {
            let named: Vec<Column> = args.iter().skip(3).filter_map(|a| super::names::as_column(&a.expr)).collect();
            let used: Vec<Arc<str>> = args.iter().skip(1).take(2).flat_map(|a| mentioned(&a.expr)).collect();
            let rest = input.columns.iter().filter(|c| !used.contains(&c.name)).cloned().collect();
            Schema { columns: if named.is_empty() { rest } else { named }, open: true }
        }
        "ipv4_lookup" | "ipv6_lookup" => {
            let table = inputs.get(1).map_or_else(Schema::unknown, |p| p.schema.clone());
            let mut columns = input.columns.clone();
            columns.extend(table.columns);
            Schema { columns: unique_names(columns), open: input.open || table.open }
        }
        "rolling_percentile" => rolling_schema(args, &column),
        "schema_merge" => {
            closed(&[("ColumnName", Type::String), ("ColumnOrdinal", Type::Long), ("DataType", Type::String), ("ColumnType", Type::String)])
        }
        _ => timeline_schema(args, &column).unwrap_or_else(Schema::unknown),
    }
}

/// Columns of the plugins over a timeline, where they are the columns of their arguments and counts.
fn timeline_schema(args: &[Named], column: &dyn Fn(usize) -> Option<Column>) -> Option<Schema> {
    let plugin = args.first().and_then(|a| match &a.expr.kind {
        ExprKind::Literal(crate::ir::Value::String(name)) => Some(Arc::clone(name)),
        _ => None,
    })?;
    let (dimensions, counts): (usize, &[(&str, Type)]) = match &*plugin {
        "active_users_count" => (9, &[("dcount", Type::Long)]),
        "activity_counts_metrics" => {
            (6, &[("count", Type::Long), ("dcount", Type::Long), ("new_dcount", Type::Long), ("aggregated_dcount", Type::Long)])
        }
        "session_count" => (7, &[("count_sessions", Type::Long)]),
        "sliding_window_counts" => (7, &[("Count", Type::Long), ("Dcount", Type::Long)]),
        "activity_metrics" => (
            6,
            &[("dcount_values", Type::Long), ("dcount_newvalues", Type::Long), ("retention_rate", Type::Real), ("churn_rate", Type::Real)],
        ),
        "activity_engagement" => {
            (7, &[("dcount_activities_inner", Type::Long), ("dcount_activities_outer", Type::Long), ("activity_ratio", Type::Real)])
        }
        _ => return None,
    };
    let mut columns = vec![column(2)?];
    columns.extend(args.iter().skip(dimensions).filter_map(|a| super::names::as_column(&a.expr)));
    columns.extend(counts.iter().map(|(n, t)| Column::new(n, *t)));
    Some(Schema::closed(unique_names(columns)))
}

/// `rolling_percentile(value, percentile, index, bin, window, dimension…)`
fn rolling_schema(args: &[Named], column: &dyn Fn(usize) -> Option<Column>) -> Schema {
    let constant = |position: usize| args.get(position).map(|a| super::aggregates::name_fragment(&a.expr)).unwrap_or_default();
    let (Some(value), Some(index)) = (column(1), column(3)) else { return Schema::unknown() };
    let mut columns = vec![index];
    columns.extend(args.iter().skip(6).filter_map(|a| super::names::as_column(&a.expr)));
    columns.push(Column::new(format!("rolling_{}_percentile_{}_{}", constant(5), value.name, constant(2)), value.ty));
    Schema::closed(columns)
}

fn mentioned(expr: &Expr) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    expr.walk(&mut |e| {
        if let ExprKind::Column(name) = &e.kind {
            names.push(Arc::clone(name));
        }
    });
    names
}
