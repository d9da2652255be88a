//! `graph-match` and `graph-shortest-paths`: every way in which a pattern lies in a graph (`graph-match-operator`).
//!
//! A match is found by walking from node to node. By default it takes no edge twice; `cycles=none` also meets no node twice. The shortest
//! paths are those of all matches between two nodes that have the fewest hops (`graph-shortest-paths-operator`).

use super::super::super::Refusal;
use super::super::super::compile::{Built, Compiler};
use super::super::super::context::Context;
use super::super::super::expr::{Compiled, Frame, settle};
use super::super::super::node::{Flow, Row, Sink, operator};
use super::super::super::scope::Scope;
use super::super::Parts;
use super::steps::{Direction, Step, Steps};
use super::{Graph, GraphNode};
use crate::ir::{Column, Type, Value};
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Hops at most of one path: every hop is a level of calls.
const MOST_HOPS: u64 = 100;

/// What may be met twice in a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cycles {
    All,
    UniqueEdges,
    None,
}

/// A compiled pattern.
struct Pattern {
    graph: GraphNode,
    steps: Steps,
    cycles: Cycles,
    predicate: Option<Compiled>,
    outputs: Vec<Compiled>,
    span: Span,
}

/// A match in the making: the node of each name, and the edges walked for each edge, with the nodes inside.
struct Found {
    nodes: Vec<Option<usize>>,
    walks: Vec<Vec<usize>>,
    inside: Vec<Vec<usize>>,
}

impl Compiler<'_> {
    /// Compiles a match; `shortest` keeps the shortest paths alone.
    pub(in super::super) fn graph_match(&mut self, parts: &Parts<'_>, shortest: bool) -> Result<Built, Refusal> {
        let graph = self.graph(parts.input()?)?;
        let steps = Steps::read(parts)?;
        let columns = columns_of(&graph, &steps);
        let cycles = match super::text(parts, "cycles").as_deref() {
            Some("all") => Cycles::All,
            Some("none") => Cycles::None,
            _ => Cycles::UniqueEdges,
        };
        let all_shortest = super::text(parts, "output").as_deref() == Some("all");
        let predicate = parts.arg("where").map(|arg| self.expr(&arg.expr, &mut Scope::new(&columns))).transpose()?;
        let mut outputs = Vec::new();
        let mut names = Vec::new();
        for arg in parts.args {
            let Some(name) = arg.name.strip_prefix("out:") else { continue };
            let value = self.expr(&arg.expr, &mut Scope::new(&columns))?;
            names.push(Column::new(name, value.ty));
            outputs.push(value);
        }
        let pattern = Pattern { graph, steps, cycles, predicate, outputs, span: parts.span() };
        let run = move |context: &Context, out: &mut Sink<'_>| {
            if shortest { pattern.shortest(context, all_shortest, out) } else { pattern.run(context, &mut |row, _| out(&row)) }
        };
        Ok((names, operator(run)))
    }
}

/// The columns that the clauses of a match see.
fn columns_of(graph: &GraphNode, steps: &Steps) -> Vec<Column> {
    let of = |name: &String, columns: &[Column]| -> Vec<Column> {
        columns.iter().map(|c| Column::new(format!("{name}.{}", c.name), c.ty)).collect()
    };
    let mut columns: Vec<Column> = steps.nodes.iter().flat_map(|name| of(name, &graph.node_columns)).collect();
    for (name, several) in &steps.edges {
        if !several {
            columns.extend(of(name, &graph.edge_columns));
        }
        columns.extend([name.clone(), format!("$nodes.{name}")].map(|name| Column::new(name, Type::Dynamic)));
    }
    columns
}

/// Receives the output row of a match with its first and last node and how many hops it has.
type Receive<'a> = dyn FnMut(Row, (Option<usize>, Option<usize>, usize)) -> Result<Flow, Refusal> + 'a;

impl Pattern {
    fn run(&self, context: &Context, receive: &mut Receive<'_>) -> Result<(), Refusal> {
        let graph = self.graph.build(context)?;
        let walks = self.steps.edges.len();
        let mut found =
            Found { nodes: vec![None; self.steps.nodes.len()], walks: vec![Vec::new(); walks], inside: vec![Vec::new(); walks] };
        self.step(0, &graph, &mut found, context, receive).map(|_| ())
    }

    /// Of the matches between the same two nodes, one or all of those with the fewest hops.
    fn shortest(&self, context: &Context, all: bool, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut order: Vec<(usize, Vec<Row>)> = Vec::new();
        let mut places: FxHashMap<(Option<usize>, Option<usize>), usize> = FxHashMap::default();
        self.run(context, &mut |row, (first, last, hops)| {
            let place = *places.entry((first, last)).or_insert(order.len());
            match order.get_mut(place) {
                Some((least, rows)) if hops < *least => (*least, *rows) = (hops, vec![row]),
                Some((least, rows)) if hops == *least && all => rows.push(row),
                Some(_) => {}
                None => order.push((hops, vec![row])),
            }
            Ok(Flow::More)
        })?;
        for row in order.into_iter().flat_map(|(_, rows)| rows) {
            if out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn step(&self, at: usize, graph: &Graph, found: &mut Found, context: &Context, receive: &mut Receive<'_>) -> Result<Flow, Refusal> {
        context.tick(self.span)?;
        match self.steps.list.get(at) {
            None => self.complete(graph, found, context, receive),
            Some(Step::Start(node)) => {
                if found.nodes.get(*node).copied().flatten().is_some() {
                    return self.step(at + 1, graph, found, context, receive);
                }
                for candidate in 0..graph.nodes.len() {
                    if self.is_free(found, candidate) {
                        found.put(*node, Some(candidate));
                        let flow = self.step(at + 1, graph, found, context, receive)?;
                        found.put(*node, None);
                        if flow == Flow::Enough {
                            return Ok(flow);
                        }
                    }
                }
                Ok(Flow::More)
            }
            Some(Step::Walk { from, .. }) => match found.nodes.get(*from).copied().flatten() {
                Some(node) => self.walk(at, node, graph, found, context, receive),
                None => Ok(Flow::More),
            },
        }
    }

    /// Walks on from a node of a path, and ends the path there where that is allowed.
    fn walk(
        &self,
        at: usize,
        node: usize,
        graph: &Graph,
        found: &mut Found,
        context: &Context,
        receive: &mut Receive<'_>,
    ) -> Result<Flow, Refusal> {
        let Some(Step::Walk { edge, to, direction, least, most, .. }) = self.steps.list.get(at) else { return Ok(Flow::More) };
        let hops = found.walks.get(*edge).map_or(0, Vec::len) as u64;
        if hops >= *least {
            let bound = found.nodes.get(*to).copied().flatten();
            let flow = match bound {
                Some(known) if known != node => Flow::More,
                Some(_) => self.step(at + 1, graph, found, context, receive)?,
                None if hops > 0 && !self.is_free(found, node) => Flow::More,
                None => {
                    found.put(*to, Some(node));
                    let flow = self.step(at + 1, graph, found, context, receive)?;
                    found.put(*to, None);
                    flow
                }
            };
            if flow == Flow::Enough || hops == *most {
                return Ok(flow);
            }
        }
        if hops > 0 && !self.is_free(found, node) {
            return Ok(Flow::More);
        }
        for (walked, next) in graph.beside(node, *direction) {
            context.tick(self.span)?;
            if self.cycles != Cycles::All && found.walks.iter().any(|walk| walk.contains(&walked)) {
                continue;
            }
            if hops >= MOST_HOPS {
                let message = format!("a path of the graph has more than {MOST_HOPS} edges");
                return Err(Refusal::new("path-limit", self.span, message));
            }
            found.push(*edge, walked, (hops > 0).then_some(node));
            let flow = self.walk(at, next, graph, found, context, receive)?;
            found.pop(*edge, hops > 0);
            if flow == Flow::Enough {
                return Ok(flow);
            }
        }
        Ok(Flow::More)
    }

    /// Tells whether a match may meet this node now.
    fn is_free(&self, found: &Found, node: usize) -> bool {
        self.cycles != Cycles::None || !found.nodes.contains(&Some(node)) && !found.inside.iter().any(|inside| inside.contains(&node))
    }

    fn complete(&self, graph: &Graph, found: &Found, context: &Context, receive: &mut Receive<'_>) -> Result<Flow, Refusal> {
        let row = self.row(graph, found);
        let frame = Frame { row: &row, context };
        let is_true = self.predicate.as_ref().is_none_or(|predicate| *predicate.get(&frame) == Value::Bool(true));
        context.check()?;
        if !is_true {
            return Ok(Flow::More);
        }
        let out: Row = self.outputs.iter().map(|value| settle(value.value(&frame), value.ty)).collect();
        let ends = (found.nodes.first().copied().flatten(), found.nodes.last().copied().flatten());
        receive(out, (ends.0, ends.1, found.walks.iter().map(Vec::len).sum()))
    }

    /// The row that the clauses see, as [`columns_of`] lays it out.
    fn row(&self, graph: &Graph, found: &Found) -> Row {
        let mut row: Row = Vec::new();
        for node in &found.nodes {
            row.extend(node.and_then(|node| graph.nodes.get(node)).into_iter().flatten().cloned());
        }
        for (((_, several), walk), inside) in self.steps.edges.iter().zip(&found.walks).zip(&found.inside) {
            if !several {
                row.extend(walk.first().and_then(|edge| graph.edges.get(*edge)).into_iter().flat_map(|edge| &edge.row).cloned());
            }
            let edges = walk.iter().filter_map(|edge| graph.edges.get(*edge)).map(|edge| bag(&self.graph.edge_columns, &edge.row));
            row.push(Value::array(edges.collect()));
            let nodes = inside.iter().filter_map(|node| graph.nodes.get(*node)).map(|node| bag(&self.graph.node_columns, node));
            row.push(Value::array(nodes.collect()));
        }
        row
    }
}

impl Found {
    fn put(&mut self, node: usize, place: Option<usize>) {
        if let Some(slot) = self.nodes.get_mut(node) {
            *slot = place;
        }
    }

    fn push(&mut self, edge: usize, walked: usize, inside: Option<usize>) {
        if let (Some(walk), Some(nodes)) = (self.walks.get_mut(edge), self.inside.get_mut(edge)) {
            walk.push(walked);
            nodes.extend(inside);
        }
    }

    fn pop(&mut self, edge: usize, inside: bool) {
        if let (Some(walk), Some(nodes)) = (self.walks.get_mut(edge), self.inside.get_mut(edge)) {
            walk.pop();
            if inside {
                nodes.pop();
            }
        }
    }
}

impl Graph {
    /// The edges that may be walked from a node, with the nodes that they lead to.
    fn beside(&self, node: usize, direction: Direction) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let edges = |list: Option<&Vec<usize>>| list.map(Vec::as_slice).unwrap_or_default().to_vec();
        if direction != Direction::In {
            found.extend(edges(self.out.get(node)).into_iter().filter_map(|edge| Some((edge, self.edges.get(edge)?.to))));
        }
        if direction != Direction::Out {
            let back = edges(self.into.get(node)).into_iter().filter_map(|edge| Some((edge, self.edges.get(edge)?.from)));
            found.extend(back.filter(|(_, from)| direction == Direction::In || *from != node));
        }
        found
    }
}

fn bag(columns: &[Column], row: &[Value]) -> Value {
    Value::object(columns.iter().zip(row).map(|(column, value)| (Arc::clone(&column.name), value.clone())).collect())
}
