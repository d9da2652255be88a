//! What a graph pattern asks for: a list of steps from node to node over edges, read once from the plan.

use super::super::super::Refusal;
use super::super::Parts;
use crate::ir::{ExprKind, Value};

/// Which way an edge is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Out,
    In,
    Any,
}

/// A step of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A pattern begins at this node.
    Start(usize),
    /// From one node to another over some hops.
    Walk { edge: usize, from: usize, to: usize, direction: Direction, least: u64, most: u64 },
}

/// The steps, and the names of the nodes and edges that they fill; one without a name is "".
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) list: Vec<Step>,
    pub(super) nodes: Vec<String>,
    /// With whether several hops are allowed.
    pub(super) edges: Vec<(String, bool)>,
}

impl Steps {
    /// Reads the `node:` and `edge:` arguments.
    pub(super) fn read(parts: &Parts<'_>) -> Result<Self, Refusal> {
        let mut read = Self::default();
        let mut pattern = None;
        let mut last = 0;
        let mut walk: Option<(usize, Direction, u64, u64)> = None;
        for arg in parts.args {
            let ExprKind::Literal(value) = &arg.expr.kind else { continue };
            if let Some(name) = arg.name.strip_prefix("edge:") {
                let (direction, least, most, several) = hops(value).ok_or_else(|| parts.invalid("an edge's hops are missing"))?;
                walk = Some((read.edges.len(), direction, least, most));
                read.edges.push((name.to_owned(), several));
            } else if let Some(name) = arg.name.strip_prefix("node:") {
                let node = read.node(name);
                let is_first = pattern.replace(value.clone()).as_ref() != Some(value);
                match walk.take() {
                    Some((edge, direction, least, most)) if !is_first => {
                        read.list.push(Step::Walk { edge, from: last, to: node, direction, least, most });
                    }
                    _ => read.list.push(Step::Start(node)),
                }
                last = node;
            }
        }
        Ok(read)
    }

    /// Returns the node of that name; each one without a name is another.
    fn node(&mut self, name: &str) -> usize {
        if let Some(known) = self.nodes.iter().position(|node| node == name && !name.is_empty()) {
            return known;
        }
        self.nodes.push(name.to_owned());
        self.nodes.len() - 1
    }
}

fn hops(value: &Value) -> Option<(Direction, u64, u64, bool)> {
    let Value::Array(parts) = value else { return None };
    let [Value::String(direction), Value::Long(least), most, Value::Bool(several)] = parts.as_slice() else { return None };
    let direction = match &**direction {
        "out" => Direction::Out,
        "in" => Direction::In,
        _ => Direction::Any,
    };
    let most = match most {
        Value::Long(most) => u64::try_from(*most).ok()?,
        _ => u64::MAX,
    };
    Some((direction, u64::try_from(*least).ok()?, most, *several))
}
