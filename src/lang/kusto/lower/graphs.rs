//! Graphs: `make-graph` and the operators over graphs. A graph is a plan whose own columns are none; its nodes and edges have theirs.
//!
//! <https://learn.microsoft.com/kusto/query/graph-operators>. Partitions of a graph and outputs without `project` are not understood.

use super::super::ast::{self, ExprKind as Syntax, Operator, OperatorKind as Kind};
use super::binder::{Binder, Rows, column_expr};
use super::graph_pattern::{self, Element};
use super::ordering::named;
use super::projection::{Projection, Style, unparenthesised};
use super::scope::Bound;
use super::unions::unified;
use crate::ir::{Column, Expr, ExprKind, Named, Op, Plan, Schema, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// The columns of a graph's nodes and edges.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    nodes: Schema,
    edges: Schema,
}

/// The names that a pattern binds.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    graph: Graph,
    nodes: Vec<String>,
    /// With whether there may be several hops.
    edges: Vec<(String, bool)>,
}

impl<'a> Binder<'a> {
    /// Lowers a graph operator; `None` where it is none, or not understood.
    pub(super) fn graph_operator(&mut self, input: &Arc<Plan>, operator: &'a Operator) -> Option<Arc<Plan>> {
        let span = operator.span;
        match &operator.kind {
            Kind::MakeGraph { source, target, nodes, node_id, partitioned: None, .. } => {
                Some(self.make_graph(input, (source, target), nodes, node_id.as_ref(), span))
            }
            Kind::GraphMatch { shortest_paths, patterns, predicate, project: Some(project) } => {
                let graph = graph_of(input)?;
                let elements: Option<Vec<Vec<Element>>> = patterns.iter().map(|p| graph_pattern::elements(&p.raw)).collect();
                let name = if *shortest_paths { "graph-shortest-paths" } else { "graph-match" };
                let mut args = vec![];
                for option in ["cycles", "output"] {
                    if let Some(param) = operator.params.iter().find(|p| p.name == option) {
                        args.push(named(option, Expr::literal(self.word(&param.value).as_str(), Type::String, param.span)));
                    }
                }
                Some(self.graph_match((input, graph), name, &elements?, predicate.as_ref(), project, args, span))
            }
            Kind::Graph { keyword, args } if keyword == "graph-to-table" => self.graph_to_table(input, args, operator),
            Kind::Graph { keyword, .. } if keyword == "graph-mark-components" => {
                graph_of(input)?;
                let option = |name: &str| operator.params.iter().find(|p| p.name == name).map(|p| self.word(&p.value));
                let column = option("with_component_id").unwrap_or_else(|| "ComponentId".to_owned());
                let kind = option("kind").unwrap_or_else(|| "weak".to_owned());
                let args =
                    [("as", column), ("kind", kind)].map(|(name, text)| named(name, Expr::literal(text.as_str(), Type::String, span)));
                Some(self.special(keyword, vec![Arc::clone(input)], args.to_vec(), Schema::default(), span))
            }
            _ => None,
        }
    }

    fn make_graph(
        &mut self,
        edges: &Arc<Plan>,
        (source, target): (&'a ast::Name, &'a ast::Name),
        nodes: &'a [(ast::Expr, ast::Name)],
        node_id: Option<&ast::Name>,
        span: Span,
    ) -> Arc<Plan> {
        let mut inputs = vec![Arc::clone(edges)];
        let mut args = Vec::new();
        for (role, name) in [("source", source), ("target", target)] {
            if let Some(column) = self.column_named(name, Rows::of(edges)) {
                args.push(named(role, column_expr(&column, name.span)));
            }
        }
        for (table, key) in nodes {
            let table = self.table(table);
            if let Some(column) = self.column_named(key, Rows::of(&table)) {
                args.push(named("key", column_expr(&column, key.span)));
            }
            inputs.push(table);
        }
        args.extend(node_id.map(|name| named("node_id", Expr::literal(name.text.as_str(), Type::String, name.span))));
        self.special("make-graph", inputs, args, Schema::default(), span)
    }

    #[expect(clippy::too_many_arguments, reason = "the clauses of one operator")]
    fn graph_match(
        &mut self,
        (input, graph): (&Arc<Plan>, Graph),
        name: &str,
        patterns: &[Vec<Element>],
        predicate: Option<&'a ast::Expr>,
        project: &'a [ast::Expr],
        mut args: Vec<Named>,
        span: Span,
    ) -> Arc<Plan> {
        let mut bound = Pattern { graph, nodes: Vec::new(), edges: Vec::new() };
        for (position, element) in patterns.iter().enumerate().flat_map(|(at, p)| p.iter().map(move |e| (at, e))) {
            args.push(match element {
                Element::Node(name) => {
                    bound.nodes.push(name.clone());
                    named(format!("node:{name}"), Expr::literal(i64::try_from(position).unwrap_or(0), Type::Long, span))
                }
                Element::Edge { name, direction, hops } => {
                    bound.edges.push((name.clone(), hops.is_some()));
                    let number = |n: u64| Value::Long(i64::try_from(n).unwrap_or(i64::MAX));
                    let (least, most) = hops.unwrap_or((1, Some(1)));
                    let parts =
                        vec![Value::string(direction), number(least), most.map_or(Value::Null, number), Value::from(hops.is_some())];
                    named(format!("edge:{name}"), Expr::literal(Value::array(parts), Type::Dynamic, span))
                }
            });
        }
        // A path as a whole is an array of its edges.
        let paths = bound.edges.iter().filter(|(name, _)| !name.is_empty()).map(|(name, _)| Column::new(name, Type::Dynamic));
        let row = Schema::closed(paths.collect());
        let rows = Rows { left: Some(&row), ..Rows::none() };
        let outer = self.pattern_names.replace(bound);
        if let Some(predicate) = predicate {
            let value = self.condition(predicate, rows);
            args.push(named("where", value));
        }
        let mut list = Projection::default();
        self.project_all(project, rows, &mut list, Style::Default);
        self.pattern_names = outer;
        args.extend(list.all(span).into_iter().map(|column| named(format!("out:{}", column.name), column.expr)));
        self.special(name, vec![Arc::clone(input)], args, list.schema(false), span)
    }

    /// `graph-to-table nodes`, `edges`: of several outputs the first one.
    fn graph_to_table(&mut self, input: &Arc<Plan>, outputs: &'a [ast::Expr], operator: &'a Operator) -> Option<Arc<Plan>> {
        let graph = graph_of(input)?;
        let first = outputs.first()?;
        let output = match &first.kind {
            Syntax::Named { value, .. } => &value.kind,
            kind => kind,
        };
        let Syntax::Name(output) = output else { return None };
        // Ids are hashes that only the engine knows.
        if !operator.params.is_empty() || !matches!(output.text.as_str(), "nodes" | "edges") {
            return None;
        }
        self.several_results("graph-to-table", outputs.len(), operator.span);
        let schema = if output.text == "nodes" { graph.nodes } else { graph.edges };
        let args = vec![named("of", Expr::literal(output.text.as_str(), Type::String, output.span))];
        Some(self.special("graph-to-table", vec![Arc::clone(input)], args, schema, operator.span))
    }

    /// Resolves `a.name` of a pattern's node or edge; over several hops it is the array of all of them.
    pub(super) fn pattern_property(&mut self, owner: &str, name: &ast::Name, span: Span) -> Option<Bound> {
        let pattern = self.pattern_names.clone()?;
        let edge = pattern.edges.iter().find(|(edge, _)| edge == owner);
        let schema = match edge {
            Some(_) => &pattern.graph.edges,
            None if pattern.nodes.iter().any(|node| node == owner) => &pattern.graph.nodes,
            None => return None,
        };
        let Some(column) = self.column_named(name, Rows { left: Some(schema), ..Rows::none() }) else { return Some(Bound::Nothing) };
        if edge.is_some_and(|(_, several)| *several) {
            let args = vec![Expr::column(owner, Type::Dynamic, span), column_expr(&column, name.span)];
            return Some(Bound::Scalar(Expr::new(ExprKind::Call { function: Arc::from("map"), args }, Type::Dynamic, span)));
        }
        Some(Bound::Scalar(Expr::column(format!("{owner}.{}", column.name), column.ty, span)))
    }

    /// Lowers `all(e, …)`, `any(e, …)`, `map(e, …)`: the expression sees each edge of a path, or each node inside of it.
    pub(super) fn pattern_call(&mut self, call: &'a ast::Call, span: Span) -> Option<Bound> {
        let pattern = self.pattern_names.clone()?;
        let ty = match call.name.text.as_str() {
            "all" | "any" => Type::Bool,
            "map" => Type::Dynamic,
            _ => return None,
        };
        let [path, value] = call.args.as_slice() else { return None };
        let (path, schema) = match unparenthesised(path) {
            Syntax::Name(name) => (name.text.clone(), &pattern.graph.edges),
            Syntax::Call(inner) if inner.name.text == "inner_nodes" => match inner.args.as_slice() {
                [ast::Expr { kind: Syntax::Name(name), .. }] => (inner_nodes(&name.text), &pattern.graph.nodes),
                _ => return None,
            },
            _ => return None,
        };
        let outer = self.pattern_names.take();
        let value = self.scalar(value, Rows { left: Some(schema), ..Rows::none() });
        self.pattern_names = outer;
        let args = vec![Expr::column(path, Type::Dynamic, span), value];
        Some(Bound::Scalar(Expr::new(ExprKind::Call { function: Arc::from(call.name.text.as_str()), args }, ty, span)))
    }
}

/// The name of the column that holds the nodes inside of a path.
fn inner_nodes(path: &str) -> String {
    format!("$nodes.{path}")
}

/// Returns the columns of the graph that a plan is.
fn graph_of(plan: &Plan) -> Option<Graph> {
    let Op::Special { name, inputs, args } = &plan.op else { return None };
    let text = |name: &str| {
        args.iter().find(|a| &*a.name == name).and_then(|a| match &a.expr.kind {
            ExprKind::Literal(Value::String(text)) => Some(Arc::clone(text)),
            _ => None,
        })
    };
    let (first, tables) = inputs.split_first()?;
    match &**name {
        "make-graph" => {
            let mut nodes = unified(&tables.iter().map(|t| &t.schema).collect::<Vec<_>>(), false);
            if let Some(id) = text("node_id") {
                let ty = args.iter().find(|a| &*a.name == "source").map_or(Type::Unknown, |a| a.expr.ty);
                nodes.columns.push(Column::new(id, ty));
            }
            Some(Graph { nodes, edges: first.schema.clone() })
        }
        "graph-mark-components" => {
            let mut graph = graph_of(first)?;
            graph.nodes.columns.push(Column::new(text("as")?, Type::Long));
            Some(graph)
        }
        _ => None,
    }
}
