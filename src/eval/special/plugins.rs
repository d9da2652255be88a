//! `evaluate`: plugins by name.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::node::{Row, emit_all, operator};
use super::Parts;
use crate::functions::{self, Eval};
use crate::ir::{Column, ExprKind, Named, Type, Value, convert};
use std::sync::Arc;

/// Compiles a plugin.
type Compile = for<'c, 'p> fn(&mut Compiler<'c>, &Parts<'p>) -> Result<Built, Refusal>;

static PLUGINS: &[(&str, Compile)] = &[
    ("active_users_count", |compiler, parts| compiler.active_users_count(parts)),
    ("activity_counts_metrics", |compiler, parts| compiler.activity_counts_metrics(parts)),
    ("activity_engagement", |compiler, parts| compiler.activity_engagement(parts)),
    ("activity_metrics", |compiler, parts| compiler.activity_metrics(parts)),
    ("bag_unpack", |compiler, parts| compiler.bag_unpack(parts)),
    ("dcount_intersect", |compiler, parts| compiler.dcount_intersect(parts)),
    ("geo_line_lookup", |compiler, parts| compiler.geo_lookup(parts, true)),
    ("geo_polygon_lookup", |compiler, parts| compiler.geo_lookup(parts, false)),
    ("identity", |compiler, parts| compiler.pass(parts)),
    ("narrow", |compiler, parts| compiler.narrow(parts)),
    ("pivot", |compiler, parts| compiler.pivot(parts)),
    ("ipv4_lookup", |compiler, parts| compiler.ip_lookup(parts, false)),
    ("ipv6_lookup", |compiler, parts| compiler.ip_lookup(parts, true)),
    ("rolling_percentile", |compiler, parts| compiler.rolling_percentile(parts)),
    ("rows_near", |compiler, parts| compiler.rows_near(parts)),
    ("schema_merge", |compiler, parts| compiler.schema_merge(parts)),
    ("session_count", |compiler, parts| compiler.session_count(parts)),
    ("sliding_window_counts", |compiler, parts| compiler.sliding_window_counts(parts)),
];

impl Compiler<'_> {
    pub(super) fn evaluate(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let Some((Named { expr, .. }, args)) = parts.args.split_first() else { return Err(parts.invalid("the plugin's name is missing")) };
        let ExprKind::Literal(Value::String(name)) = &expr.kind else { return Err(parts.invalid("the plugin's name is missing")) };
        if let Some((_, compile)) = PLUGINS.iter().find(|(known, _)| **known == **name) {
            return compile(self, &Parts { args, ..*parts });
        }
        let why = match functions::kusto_plugin(name).map(|function| function.eval) {
            Some(Eval::Refused(reason)) => format!(": {reason}"),
            _ => String::new(),
        };
        Err(Refusal::new("unsupported-function", parts.span(), format!("the plugin `{name}` is not run{why}")))
    }

    /// Runs the piped rows now: the plugin's columns depend on their values.
    pub(super) fn piped_rows(&mut self, parts: &Parts<'_>) -> Result<(Vec<Column>, Vec<Row>), Refusal> {
        let input = self.independent(parts.input()?)?;
        let rows = input.collect(self.context)?;
        Ok((input.columns.to_vec(), rows))
    }

    /// `narrow()`: a row for each cell (`narrow-plugin`).
    fn narrow(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let (columns, rows) = self.piped_rows(parts)?;
        let cell = |(number, row): (usize, &Row)| -> Vec<Row> {
            let cells = columns.iter().zip(row);
            cells.map(|(c, v)| vec![Value::Long(number as i64), Value::string(&c.name), Value::string(convert::to_text(v, c.ty))]).collect()
        };
        let narrow: Vec<Row> = rows.iter().enumerate().flat_map(cell).collect();
        let columns = vec![Column::new("Row", Type::Long), Column::new("Column", Type::String), Column::new("Value", Type::String)];
        Ok((columns, operator(move |_, out| emit_all(&narrow, out))))
    }

    /// `pivot(column, aggregate, keys…)`: a column for each value of `column` (`pivot-plugin`).
    fn pivot(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        super::pivot::pivot(self, parts)
    }
}

/// Returns the name where an argument is a plain column.
pub(super) fn column_of(arg: &Named) -> Option<&Arc<str>> {
    match &arg.expr.kind {
        ExprKind::Column(name) => Some(name),
        _ => None,
    }
}
