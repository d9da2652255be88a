//! `render`: the rows stay what they are; what is said about the chart is checked.
//!
//! The engine leaves all of it to the client, so nothing here is an error.

use super::super::ast::{ExprKind as Syntax, Name, Param};
use super::binder::{Binder, Rows};
use super::names::find_column;
use crate::diagnostic::Diagnostic;
use crate::ir::Plan;
use crate::schema::suggest;
use crate::source::Span;
use std::sync::Arc;

/// The charts (Kusto.Language 12.4.1, `KustoFacts.ChartTypes`).
const CHARTS: &[&str] = &[
    "table",
    "list",
    "barchart",
    "piechart",
    "ladderchart",
    "timechart",
    "linechart",
    "anomalychart",
    "pivotchart",
    "areachart",
    "stackedareachart",
    "scatterchart",
    "timepivot",
    "columnchart",
    "timeline",
    "3Dchart",
    "card",
    "treemap",
    "plotly",
    "graph",
    "sankey",
];

/// Properties that take one of a few words.
const WORDS: &[(&str, &[&str])] = &[
    ("kind", &["default", "unstacked", "stacked", "stacked100", "map"]),
    ("legend", &["visible", "hidden"]),
    ("xaxis", &["linear", "log"]),
    ("yaxis", &["linear", "log"]),
    ("ysplit", &["none", "axes", "panels"]),
];

/// Properties that name columns.
const COLUMNS: &[&str] = &["xcolumn", "ycolumns", "series", "anomalycolumns"];

impl Binder<'_> {
    /// `render`
    pub(super) fn render(&mut self, input: &Arc<Plan>, chart: Option<&Name>, with: &[Param]) -> Arc<Plan> {
        if let Some(chart) = chart {
            self.one_of("chart", &chart.text, CHARTS, chart.span);
        }
        for param in with {
            if let Some((_, words)) = WORDS.iter().find(|(name, _)| *name == param.name) {
                self.one_of(&param.name, param.value.span.text(self.text), words, param.value.span);
            } else if COLUMNS.contains(&param.name.as_str()) {
                let listed = match &param.value.kind {
                    Syntax::Call(call) => call.args.as_slice(),
                    _ => std::slice::from_ref(&param.value),
                };
                for value in listed {
                    if let Syntax::Name(name) = &value.kind {
                        self.chart_column(input, name);
                    }
                }
            }
        }
        Arc::clone(input)
    }

    fn one_of(&mut self, what: &str, word: &str, words: &[&'static str], span: Span) {
        if !words.contains(&word) {
            let found = Diagnostic::warning("unknown-chart", span, format!("`{word}` is not a {what} of `render`"));
            let near = suggest(word, words.iter().copied());
            self.report(match near {
                Some(near) => found.with_help(format!("did you mean `{near}`?")),
                None => found.with_help(format!("one of {}", words.join(", "))),
            });
        }
    }

    fn chart_column(&mut self, input: &Plan, name: &Name) {
        let rows = Rows::of(input);
        if !rows.is_open() && find_column(rows, &name.text).is_none() {
            let message = format!("the chart names column `{}`, which the rows do not have", name.text);
            let found = Diagnostic::warning("unknown-column", name.span, message);
            let near = suggest(&name.text, input.schema.columns.iter().map(|c| &*c.name));
            self.report(match near {
                Some(near) => found.with_help(format!("did you mean `{near}`?")),
                None => found,
            });
        }
    }
}
