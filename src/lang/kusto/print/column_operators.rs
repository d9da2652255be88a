//! Operators over columns with clauses of their own, and `scan`, as text.

use super::Printer;
use crate::lang::kusto::ast::{ExpandColumn, OperatorKind, ParsePart, ScanStep};

impl Printer {
    pub(super) fn column_operator(&mut self, kind: &OperatorKind) {
        match kind {
            OperatorKind::Parse { expr, parts, .. } => {
                self.scalar(expr);
                self.put(" with ");
                self.list(parts, " ", Self::parse_part);
            }
            OperatorKind::ParseKv { expr, columns, with } => {
                self.scalar(expr);
                self.put(" as (");
                self.columns(columns, false);
                self.put(")");
                self.with(with);
            }
            OperatorKind::MvExpand { columns, limit } => {
                self.list(columns, ", ", Self::expand_column);
                self.clause(" limit ", limit.as_ref());
            }
            OperatorKind::MvApply { columns, limit, context, body } => {
                self.list(columns, ", ", Self::expand_column);
                self.clause(" limit ", limit.as_ref());
                self.clause(" id ", context.as_ref());
                self.put(" on");
                self.body(body, false);
            }
            _ => {}
        }
    }

    pub(super) fn parse_part(&mut self, part: &ParsePart) {
        match part {
            ParsePart::Star => self.put("*"),
            ParsePart::Text(literal, _) => self.put(&literal.raw),
            ParsePart::Column(name, ty) => {
                self.name(name);
                if let Some(ty) = ty {
                    self.put(":");
                    self.put(ty.name());
                }
            }
        }
    }

    pub(super) fn expand_column(&mut self, column: &ExpandColumn) {
        self.named(&column.expr);
        if let Some(ty) = column.to {
            self.put(" to typeof(");
            self.put(ty.name());
            self.put(")");
        }
    }

    pub(super) fn make_series(&mut self, kind: &OperatorKind) {
        let OperatorKind::MakeSeries { aggregates, on, from, to, step, range, by } = kind else { return };
        self.list(aggregates, ", ", |p, (aggregate, default)| {
            p.named(aggregate);
            p.clause(" default=", default.as_ref());
        });
        self.clause(" on ", Some(on));
        if let Some(range) = range {
            self.put(" in range(");
            self.named_list(range);
            self.put(")");
        }
        for (word, bound) in [(" from ", from), (" to ", to), (" step ", step)] {
            self.clause(word, bound.as_ref());
        }
        self.by(by.as_deref());
    }

    pub(super) fn scan(&mut self, kind: &OperatorKind) {
        let OperatorKind::Scan { order, partition, declare, steps } = kind else { return };
        if !order.is_empty() {
            self.put("order by ");
            self.list(order, ", ", Self::order);
            self.put(" ");
        }
        if !partition.is_empty() {
            self.put("partition by ");
            self.named_list(partition);
            self.put(" ");
        }
        if !declare.is_empty() {
            self.put("declare ");
            self.parameters(declare);
            self.put(" ");
        }
        self.put("with (");
        self.list(steps, " ", Self::scan_step);
        self.put(")");
    }

    pub(super) fn scan_step(&mut self, step: &ScanStep) {
        self.put("step ");
        self.declared(&step.name);
        self.put(if step.optional { " optional" } else { "" });
        if let Some(output) = &step.output {
            self.put(" output=");
            self.put(&output.text);
        }
        self.put(": ");
        self.scalar(&step.condition);
        if !step.assignments.is_empty() {
            self.put(" => ");
            self.named_list(&step.assignments);
        }
        self.put(";");
    }
}
