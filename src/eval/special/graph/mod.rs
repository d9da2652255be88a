//! Graphs: built of rows when a query over them runs (`make-graph-operator`), marked, and put out as tables.

mod matching;
mod steps;

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::key::Key;
use super::super::node::{Node, Row, Sink, emit_all, operator};
use super::super::operators::{empty_row, put};
use super::Parts;
use crate::ir::{Column, ExprKind, Named, Op, Plan, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Nodes and edges with their rows.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Row>,
    edges: Vec<Edge>,
    /// The edges that leave and that enter each node.
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    row: Row,
}

/// A compiled graph: its columns, and how it is built.
pub(super) struct GraphNode {
    node_columns: Vec<Column>,
    edge_columns: Vec<Column>,
    edges: Arc<Node>,
    ends: (usize, usize),
    /// Tables of nodes: their key, and where each of their columns stands.
    tables: Vec<(Arc<Node>, usize, Vec<usize>)>,
    id: Option<usize>,
    /// The columns that components are marked in.
    marks: Vec<usize>,
}

impl Compiler<'_> {
    /// Compiles a graph.
    pub(super) fn graph(&mut self, plan: &Plan) -> Result<GraphNode, Refusal> {
        let Op::Special { name, inputs, args } = &plan.op else {
            return Err(Refusal::new("invalid-plan", plan.span, "a graph is expected here"));
        };
        let parts = Parts { inputs, args, plan };
        match &**name {
            "make-graph" => self.make_graph(&parts),
            "graph-mark-components" => {
                let mut graph = self.graph(parts.input()?)?;
                if text(&parts, "kind").is_some_and(|kind| &*kind != "weak") {
                    return Err(Refusal::new("unsupported-operator", plan.span, "only weakly connected components are marked"));
                }
                let name = text(&parts, "as").ok_or_else(|| parts.invalid("the component's column is missing"))?;
                graph.marks.push(graph.node_columns.len());
                graph.node_columns.push(Column { name, ty: Type::Long });
                Ok(graph)
            }
            _ => Err(parts.invalid("a graph is expected here")),
        }
    }

    fn make_graph(&mut self, parts: &Parts<'_>) -> Result<GraphNode, Refusal> {
        let edges = self.plan(parts.input()?)?;
        let end = |role: &str| parts.arg(role).and_then(column).and_then(|name| edges.position(name));
        let ends = end("source").zip(end("target")).ok_or_else(|| parts.invalid("the ends of the edges are missing"))?;
        let mut node_columns: Vec<Column> = Vec::new();
        let mut tables = Vec::new();
        for (table, key) in parts.inputs.iter().skip(1).zip(parts.args.iter().filter(|arg| &*arg.name == "key")) {
            let table = self.plan(table)?;
            let key = column(key).and_then(|name| table.position(name)).ok_or_else(|| parts.invalid("the key of the nodes is missing"))?;
            let slots = table.columns.iter().map(|c| put(&mut node_columns, &c.name, c.ty)).collect();
            tables.push((table, key, slots));
        }
        let id = text(parts, "node_id").map(|name| {
            let ty = edges.columns.get(ends.0).map_or(Type::Unknown, |c| c.ty);
            put(&mut node_columns, &name, ty)
        });
        Ok(GraphNode { node_columns, edge_columns: edges.columns.to_vec(), edges, ends, tables, id, marks: Vec::new() })
    }

    /// `graph-to-table`: the rows of the nodes or of the edges.
    pub(super) fn graph_to_table(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let graph = self.graph(parts.input()?)?;
        let of_nodes = text(parts, "of").is_some_and(|of| &*of == "nodes");
        let columns = if of_nodes { graph.node_columns.clone() } else { graph.edge_columns.clone() };
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let built = graph.build(context)?;
            if of_nodes {
                return emit_all(&built.nodes, out);
            }
            let rows: Vec<Row> = built.edges.into_iter().map(|edge| edge.row).collect();
            emit_all(&rows, out)
        };
        Ok((columns, operator(run)))
    }
}

impl GraphNode {
    fn build(&self, context: &Context) -> Result<Graph, Refusal> {
        let mut graph = Graph::default();
        let mut places: FxHashMap<Key, usize> = FxHashMap::default();
        // A node that no table knows has its key alone.
        let keys: Vec<usize> =
            self.id.into_iter().chain(self.tables.first().and_then(|(_, key, slots)| slots.get(*key).copied())).collect();
        let mut place = |graph: &mut Graph, value: Option<&Value>| {
            let value = value.cloned().unwrap_or_default();
            *places.entry(Key(value.clone())).or_insert_with(|| graph.add_node(&value, &keys, &self.node_columns))
        };
        for (table, key, slots) in &self.tables {
            for row in table.collect(context)? {
                let node = place(&mut graph, row.get(*key));
                for (slot, value) in slots.iter().zip(row) {
                    graph.write(node, *slot, value);
                }
            }
        }
        for row in self.edges.collect(context)? {
            let from = place(&mut graph, row.get(self.ends.0));
            let to = place(&mut graph, row.get(self.ends.1));
            graph.add_edge(from, to, row);
        }
        for mark in &self.marks {
            graph.mark_components(*mark);
        }
        Ok(graph)
    }
}

impl Graph {
    fn add_node(&mut self, key: &Value, keys: &[usize], columns: &[Column]) -> usize {
        self.nodes.push(empty_row(columns));
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        let node = self.nodes.len() - 1;
        for slot in keys {
            self.write(node, *slot, key.clone());
        }
        node
    }

    fn write(&mut self, node: usize, slot: usize, value: Value) {
        if let Some(cell) = self.nodes.get_mut(node).and_then(|row| row.get_mut(slot)) {
            *cell = value;
        }
    }

    fn add_edge(&mut self, from: usize, to: usize, row: Row) {
        let edge = self.edges.len();
        self.edges.push(Edge { from, to, row });
        for (lists, node) in [(&mut self.out, from), (&mut self.into, to)] {
            if let Some(list) = lists.get_mut(node) {
                list.push(edge);
            }
        }
    }

    /// Numbers the weakly connected components in the order of their first nodes.
    fn mark_components(&mut self, slot: usize) {
        let mut component: Vec<Option<i64>> = vec![None; self.nodes.len()];
        let mut next = 0;
        for start in 0..self.nodes.len() {
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                let Some(mark) = component.get_mut(node).filter(|mark| mark.is_none()) else { continue };
                *mark = Some(next);
                let beside = [self.out.get(node), self.into.get(node)].into_iter().flatten().flatten();
                open.extend(beside.filter_map(|edge| self.edges.get(*edge)).flat_map(|edge| [edge.from, edge.to]));
            }
            next += i64::from(component.get(start).copied().flatten() == Some(next));
        }
        for (node, number) in component.into_iter().enumerate() {
            self.write(node, slot, number.map_or(Value::Null, Value::Long));
        }
    }
}

/// Returns the text of an argument.
fn text(parts: &Parts<'_>, name: &str) -> Option<Arc<str>> {
    match &parts.arg(name)?.expr.kind {
        ExprKind::Literal(Value::String(text)) => Some(Arc::clone(text)),
        _ => None,
    }
}

fn column(arg: &Named) -> Option<&str> {
    match &arg.expr.kind {
        ExprKind::Column(name) => Some(name),
        _ => None,
    }
}
