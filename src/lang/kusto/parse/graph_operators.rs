//! Graph operators. Patterns are kept as text with the names they bind; nothing here interprets them.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, take};
use crate::lang::kusto::ast::{Expr, ExprKind, GraphElement, OperatorKind, Param};

impl<'t> Builder<'t> {
    /// Builds a graph operator.
    pub(super) fn graph_operator(
        &self,
        rule: Rule,
        word: &str,
        text: &str,
        parts: &mut Parts<'t>,
        params: &mut Vec<Param>,
    ) -> Built<OperatorKind> {
        match rule {
            Rule::make_graph_op => self.make_graph(parts),
            Rule::graph_match_op | Rule::graph_paths_op => self.graph_match(rule == Rule::graph_paths_op, parts),
            Rule::graph_to_table_op => self.graph_to_table(parts, params),
            Rule::graph_components_op => Ok(OperatorKind::Graph { keyword: word.to_owned(), args: Vec::new() }),
            Rule::graph_where_op => Ok(OperatorKind::Graph { keyword: word.to_owned(), args: vec![self.next_expr(parts)?] }),
            _ => {
                for _ in parts.by_ref() {}
                Ok(OperatorKind::Unknown(text.to_owned()))
            }
        }
    }

    fn make_graph(&self, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let source = self.next_name(parts, NamePosition::Use)?;
        let directed = self.next(parts).map(|arrow| self.joined(&arrow, ""))? == "-->";
        let target = self.next_name(parts, NamePosition::Use)?;
        let (mut nodes, mut node_id, mut partitioned) = (Vec::new(), None, None);
        for part in parts {
            let span = self.span(&part);
            let rule = part.as_rule();
            let mut inner = part.clone().into_inner().peekable();
            match rule {
                Rule::graph_node => {
                    let table = self.next_expr_or_entity(&mut inner)?;
                    let _ = take(&mut inner, Rule::on);
                    nodes.push((table, self.next_name(&mut inner, NamePosition::Use)?));
                }
                Rule::graph_partition => {
                    let column = self.next_name(&mut inner, NamePosition::Use)?;
                    partitioned = Some((column, Box::new(self.sub_pipe(&mut inner)?)));
                }
                _ => match self.param(part)?.value.kind {
                    ExprKind::Name(name) => node_id = Some(name),
                    _ => return Err(fault(span, "a name is expected for the node id")),
                },
            }
        }
        Ok(OperatorKind::MakeGraph { source, directed, target, nodes, node_id, partitioned })
    }

    fn next_expr_or_entity(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        self.next_expr(parts)
    }

    fn graph_match(&self, shortest_paths: bool, parts: &mut Parts<'t>) -> Built<OperatorKind> {
        let mut patterns = Vec::new();
        while let Some(part) = take(parts, Rule::graph_pattern) {
            patterns.push(self.graph_pattern(part)?);
        }
        let predicate = self.clause(parts, Rule::graph_where)?;
        let project = take(parts, Rule::graph_project).map(|part| self.items(&mut part.into_inner().peekable())).transpose()?;
        Ok(OperatorKind::GraphMatch { shortest_paths, patterns, predicate, project })
    }

    fn graph_pattern(&self, part: Part<'t>) -> Built<GraphElement> {
        let (raw, span) = (self.joined(&part, ""), self.span(&part));
        let names = part
            .into_inner()
            .filter(|part| matches!(part.as_rule(), Rule::word | Rule::quoted))
            .map(|name| self.name(name, NamePosition::Use))
            .collect::<Built<_>>()?;
        Ok(GraphElement { raw, names, span })
    }

    /// `nodes as N with_node_id=x, edges as E`: each output is a name, `Named` where it has an alias; ids are parameters.
    fn graph_to_table(&self, parts: &mut Parts<'t>, params: &mut Vec<Param>) -> Built<OperatorKind> {
        let mut args = Vec::new();
        for part in parts {
            let span = self.span(&part);
            let mut inner = part.into_inner().peekable();
            let output = self.next_name(&mut inner, NamePosition::Use)?;
            let alias = inner.next_if(|part| matches!(part.as_rule(), Rule::word | Rule::quoted));
            let mut arg = Expr { span: output.span, kind: ExprKind::Name(output) };
            if let Some(alias) = alias {
                let names = vec![self.name(alias, NamePosition::Declaration)?];
                arg = Expr { kind: ExprKind::Named { names, tuple: false, value: Box::new(arg) }, span };
            }
            args.push(arg);
            for id in inner {
                params.push(self.param(id)?);
            }
        }
        Ok(OperatorKind::Graph { keyword: "graph-to-table".to_owned(), args })
    }
}
