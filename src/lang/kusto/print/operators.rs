//! Query operators as text.

use super::Printer;
use super::expressions::Level;
use crate::lang::kusto::ast::{Expr, ExprKind, Operator, OperatorKind, Order, Param, TopNested};

/// Parameters that do not stand after the keyword but where the operator's own clause has them.
const PLACED: &[&str] = &["bin", "with_node_id", "with_source_id", "with_target_id"];

impl Printer {
    /// Writes an operator without its pipe.
    pub(super) fn operator(&mut self, operator: &Operator) {
        let kind = &operator.kind;
        if let OperatorKind::TopNested(levels) = kind {
            return self.list(levels, ", ", Self::top_nested);
        }
        if let OperatorKind::Unknown(text) = kind {
            return self.put(text);
        }
        self.put(kind.keyword());
        for param in operator.params.iter().filter(|param| !PLACED.contains(&param.name.as_str())) {
            self.put(" ");
            self.param(param);
        }
        match kind {
            OperatorKind::DataTable { .. } | OperatorKind::ExternalData { .. } => {}
            _ => self.put(" "),
        }
        self.arguments(kind, &operator.params);
        if let Some(cut) = self.out.strip_suffix(' ') {
            self.out.truncate(cut.len());
        }
        if let Some(bin) = operator.params.iter().find(|param| param.name == "bin") {
            self.put(" ");
            self.param(bin);
        }
    }

    fn arguments(&mut self, kind: &OperatorKind, params: &[Param]) {
        match kind {
            OperatorKind::Where(expr) | OperatorKind::Take(expr) | OperatorKind::Sample(expr) | OperatorKind::Invoke(expr) => {
                self.named(expr);
            }
            OperatorKind::Extend(items)
            | OperatorKind::Project(items)
            | OperatorKind::ProjectAway(items)
            | OperatorKind::ProjectKeep(items)
            | OperatorKind::ProjectRename(items)
            | OperatorKind::ProjectByNames(items)
            | OperatorKind::Distinct(items)
            | OperatorKind::Serialize(items)
            | OperatorKind::Print(items) => self.named_list(items),
            OperatorKind::ProjectReorder(orders) => self.list(orders, ", ", Self::order),
            OperatorKind::Sort(orders) => {
                self.put("by ");
                self.list(orders, ", ", Self::order);
            }
            OperatorKind::Top { count, by } => {
                self.named(count);
                self.put(" by ");
                self.list(by, ", ", Self::order);
            }
            OperatorKind::TopHitters { count, of, by } => {
                self.named(count);
                self.put(" of ");
                self.named(of);
                self.clause(" by ", by.as_ref());
            }
            OperatorKind::SampleDistinct { count, of } => {
                self.named(count);
                self.put(" of ");
                self.named(of);
            }
            OperatorKind::Summarize { aggregates, by } => {
                self.named_list(aggregates);
                self.by(by.as_deref());
            }
            OperatorKind::Count(name) => {
                if let Some(name) = name {
                    self.put("as ");
                    self.name(name);
                }
            }
            OperatorKind::As(name) => self.name(name),
            OperatorKind::Join { right, on } | OperatorKind::Lookup { right, on } => self.join(right, on),
            OperatorKind::Union(tables) => self.list(tables, ", ", |p, table| p.expr_at(table, Level::Or)),
            OperatorKind::Range { name, from, to, step } => {
                self.declared(name);
                for (word, bound) in [(" from ", from), (" to ", to), (" step ", step)] {
                    self.clause(word, Some(bound));
                }
            }
            OperatorKind::Search { tables, predicate } => {
                self.in_tables(tables);
                self.scalar(predicate);
            }
            OperatorKind::Find { .. } => self.find(kind),
            OperatorKind::Parse { .. } | OperatorKind::ParseKv { .. } | OperatorKind::MvExpand { .. } | OperatorKind::MvApply { .. } => {
                self.column_operator(kind);
            }
            OperatorKind::MakeSeries { .. } => self.make_series(kind),
            _ => self.other_arguments(kind, params),
        }
    }

    fn other_arguments(&mut self, kind: &OperatorKind, params: &[Param]) {
        match kind {
            OperatorKind::Scan { .. } => self.scan(kind),
            OperatorKind::Partition { by, scope, body } => {
                self.put("by ");
                self.scalar(by);
                self.clause(" in ", scope.as_ref());
                self.body(body, true);
            }
            OperatorKind::PartitionBy { by, id, body } => {
                self.scalar(by);
                self.clause(" id ", id.as_ref());
                self.body(body, false);
            }
            OperatorKind::Fork(branches) => self.list(branches, " ", |p, (name, body)| {
                if let Some(name) = name {
                    p.declared(name);
                    p.put(" = ");
                }
                p.put("(");
                p.expr(body);
                p.put(")");
            }),
            OperatorKind::Facet { by, with } => {
                self.put("by ");
                self.named_list(by);
                if let Some(with) = with {
                    self.put(" with");
                    self.body(with, false);
                }
            }
            OperatorKind::Evaluate { call, schema } => {
                self.expr(call);
                if let Some((columns, star)) = schema {
                    self.put(" : (");
                    self.schema(columns, *star);
                    self.put(")");
                }
            }
            OperatorKind::Reduce { by, with } => {
                self.put("by ");
                self.named(by);
                if !with.is_empty() {
                    self.put(" with ");
                    self.list(with, ", ", Self::param);
                }
            }
            OperatorKind::Render { chart, with } => {
                self.put(chart.as_ref().map_or("", |chart| chart.text.as_str()));
                self.with(with);
            }
            OperatorKind::AssertSchema(columns) => {
                self.put("(");
                self.columns(columns, false);
                self.put(")");
            }
            OperatorKind::DataTable { columns, values } => {
                self.put("(");
                self.columns(columns, false);
                self.put(") [");
                self.list(values, ", ", Self::expr);
                self.put("]");
            }
            OperatorKind::ExternalData { columns, urls, with } => {
                self.put("(");
                self.columns(columns, false);
                self.put(") [");
                self.list(urls, ", ", Self::expr);
                self.put("]");
                self.with(with);
            }
            OperatorKind::MacroExpand { group, alias, body } => {
                self.expr(group);
                self.put(" as ");
                self.declared(alias);
                self.put(" (");
                self.statements(body);
                self.put(")");
            }
            _ => self.graph(kind, params),
        }
    }

    /// Writes a list whose elements may have names.
    pub(super) fn named_list(&mut self, items: &[Expr]) {
        self.list(items, ", ", Self::named);
    }

    pub(super) fn by(&mut self, by: Option<&[Expr]>) {
        if let Some(by) = by {
            self.put(" by ");
            self.named_list(by);
        }
    }

    /// Writes a word and what follows it, if there is something.
    pub(super) fn clause(&mut self, word: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.put(word);
            self.named(expr);
        }
    }

    pub(super) fn param(&mut self, param: &Param) {
        self.put(&param.name);
        self.put("=");
        self.word_or_expr(&param.value);
    }

    /// Writes a value where any word is one, reserved or not: `kind=relaxed`.
    pub(super) fn word_or_expr(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Name(name) if !name.quoted => self.put(&name.text),
            _ => self.expr(value),
        }
    }

    pub(super) fn with(&mut self, with: &[Param]) {
        if !with.is_empty() {
            self.put(" with (");
            self.list(with, ", ", Self::param);
            self.put(")");
        }
    }

    pub(super) fn order(&mut self, order: &Order) {
        self.named(&order.expr);
        if let Some(direction) = order.direction {
            self.put(" ");
            self.put(direction.spelling());
        }
        if let Some(first) = order.nulls_first {
            self.put(if first { " nulls first" } else { " nulls last" });
        }
    }

    fn top_nested(&mut self, level: &TopNested) {
        self.put("top-nested");
        self.clause(" ", level.count.as_ref());
        self.clause(" of ", Some(&level.of));
        self.clause(" with others = ", level.others.as_ref());
        self.clause(" by ", Some(&level.by));
        if let Some(direction) = level.direction {
            self.put(" ");
            self.put(direction.spelling());
        }
    }

    fn join(&mut self, right: &Expr, on: &[Expr]) {
        self.expr_at(right, Level::Or);
        if !on.is_empty() {
            self.put(" on ");
            self.named_list(on);
        }
    }

    pub(super) fn in_tables(&mut self, tables: &[Expr]) {
        if !tables.is_empty() {
            self.put("in (");
            self.list(tables, ", ", Self::expr);
            self.put(") ");
        }
    }

    /// Writes an inner query; `braces` where it has a source of its own and the operator has that form.
    pub(super) fn body(&mut self, body: &Expr, braces: bool) {
        let own_source = match &body.kind {
            ExprKind::Pipe { source, .. } => !super::expressions::is_absent(source),
            _ => true,
        };
        let (open, close) = if braces && own_source { (" { ", " }") } else { (" (", ")") };
        self.put(open);
        self.expr(body);
        self.put(close);
    }

    fn find(&mut self, kind: &OperatorKind) {
        let OperatorKind::Find { tables, predicate, project, smart, away } = kind else { return };
        self.in_tables(tables);
        self.put("where ");
        self.scalar(predicate);
        if let Some(project) = project {
            self.put(" project ");
            self.list(project, ", ", Self::find_column);
        }
        self.put(if *smart { " project-smart" } else { "" });
        if let Some(away) = away {
            self.put(" __projectAway ");
            self.list(away, ", ", Self::find_column);
        }
    }

    fn find_column(&mut self, column: &Expr) {
        let ExprKind::Named { names, value, .. } = &column.kind else { return self.expr(column) };
        self.list(names, ", ", Self::declared);
        if let ExprKind::TypeOf { ty: Some(ty), .. } = &value.kind {
            self.put(":");
            self.put(ty.name());
        }
    }
}
