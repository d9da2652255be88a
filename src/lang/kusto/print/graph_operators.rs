//! Graph operators and open row schemas as text.

use super::Printer;
use super::expressions::Level;
use crate::lang::kusto::ast::{Expr, ExprKind, Name, OperatorKind, Param};

impl Printer {
    pub(super) fn schema(&mut self, columns: &[crate::lang::kusto::ast::ColumnDeclaration], star: bool) {
        // The star comes first, as the vendor's pages write it.
        if star {
            self.put(if columns.is_empty() { "*" } else { "*, " });
        }
        self.columns(columns, false);
    }

    pub(super) fn graph(&mut self, kind: &OperatorKind, params: &[Param]) {
        match kind {
            OperatorKind::MakeGraph { source, directed, target, nodes, node_id, partitioned } => {
                self.name(source);
                self.put(if *directed { " --> " } else { " -- " });
                self.name(target);
                if !nodes.is_empty() {
                    self.put(" with ");
                    self.list(nodes, ", ", |p, (table, key)| p.graph_node(table, key));
                }
                if let Some(id) = node_id {
                    self.put(" with_node_id=");
                    self.name(id);
                }
                if let Some((column, body)) = partitioned {
                    self.put(" partitioned-by ");
                    self.name(column);
                    self.body(body, false);
                }
            }
            OperatorKind::GraphMatch { patterns, predicate, project, .. } => {
                self.list(patterns, ", ", |p, pattern| p.put(&pattern.raw));
                self.clause(" where ", predicate.as_ref());
                if let Some(project) = project {
                    self.put(" project ");
                    self.named_list(project);
                }
            }
            OperatorKind::Graph { keyword, args } => self.graph_outputs(keyword, args, params),
            _ => {}
        }
    }

    pub(super) fn graph_node(&mut self, table: &Expr, key: &Name) {
        self.expr_at(table, Level::Or);
        self.put(" on ");
        self.name(key);
    }

    pub(super) fn graph_outputs(&mut self, keyword: &str, args: &[Expr], params: &[Param]) {
        if keyword != "graph-to-table" {
            return self.named_list(args);
        }
        self.list(args, ", ", |p, arg| {
            let (output, alias) = match &arg.kind {
                ExprKind::Named { names, value, .. } => (&**value, names.first()),
                _ => (arg, None),
            };
            p.expr(output);
            if let Some(alias) = alias {
                p.put(" as ");
                p.declared(alias);
            }
            let of_nodes = matches!(&output.kind, ExprKind::Name(name) if name.text == "nodes");
            for id in params.iter().filter(|param| (param.name == "with_node_id") == of_nodes) {
                p.put(" ");
                p.param(id);
            }
        });
    }
}
