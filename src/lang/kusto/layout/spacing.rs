//! Where a blank stands between two tokens of a line.

use super::tokens::{Node, TokenKind};
use crate::lang::kusto::tokens;

/// Words after which a bracket is not the argument list of a call.
const KEYWORDS: &[&str] = &[
    "and",
    "or",
    "in",
    "in~",
    "has_any",
    "has_all",
    "between",
    "by",
    "on",
    "to",
    "of",
    "with",
    "where",
    "filter",
    "join",
    "lookup",
    "union",
    "extend",
    "project",
    "summarize",
    "distinct",
    "take",
    "limit",
    "top",
    "sort",
    "order",
    "as",
    "from",
    "step",
    "has",
    "contains",
    "startswith",
    "endswith",
    "has_cs",
    "contains_cs",
    "hasprefix",
    "hassuffix",
    "matches regex",
    "like",
    "print",
    "search",
    "find",
    "fork",
    "declare",
    "default",
    "let",
    "view",
    "mv-expand",
    "mv-apply",
    "parse",
    "evaluate",
    "invoke",
    "partition",
];

/// Writes nodes on one line.
pub(super) fn flat(nodes: &[Node<'_>]) -> String {
    let mut out = String::new();
    write(nodes, &mut out);
    out
}

fn write(nodes: &[Node<'_>], out: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        if is_spaced(nodes, index) {
            out.push(' ');
        }
        match node {
            Node::Token(token) => out.push_str(token.text),
            Node::Group { open, inside, close } => {
                let pad = if open.text == "{" && inside.len() > 1 { " " } else { "" };
                out.push_str(open.text);
                out.push_str(pad);
                write(inside, out);
                out.push_str(pad);
                out.push_str(close.text);
            }
        }
    }
}

/// Measures nodes on one line; brackets that take lines of their own count as far as they stand on this one.
pub(super) fn width(nodes: &[Node<'_>]) -> usize {
    nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let own = match node {
                Node::Token(token) => token.text.len(),
                Node::Group { inside, .. } if inside.iter().any(|node| node.is("|") || node.is(";")) => 2,
                Node::Group { inside, .. } => 2 + width(inside),
            };
            own + usize::from(is_spaced(nodes, index))
        })
        .sum()
}

/// Tells whether a blank stands before the node at `index`.
pub(super) fn is_spaced(nodes: &[Node<'_>], index: usize) -> bool {
    let (Some(before), Some(node)) = (index.checked_sub(1), nodes.get(index)) else { return false };
    let Some(previous) = nodes.get(before) else { return false };
    let (last, next) = (previous.last(), node.first());
    let as_written = next.spaced;
    if is_graph(nodes) {
        return as_written;
    }
    match (last.text, next.text) {
        (_, "," | ";") => false,
        ("," | ";", _) => true,
        (".", _) | (_, ".") => false,
        ("*" | ":" | "..", _) | (_, "*" | ":" | "..") => as_written,
        ("=", _) if previous.is("=") => !is_parameter(nodes, before),
        (_, "=") if node.is("=") => !is_parameter(nodes, index),
        ("-" | "+", _) if is_sign(nodes, before) => false,
        (_, "(" | "[") if matches!(node, Node::Group { .. }) => opens_apart(nodes, before, as_written),
        _ => true,
    }
}

/// Graph patterns keep their own spacing: `(a)-[e]->(b)`.
fn is_graph(nodes: &[Node<'_>]) -> bool {
    nodes.first().is_some_and(|first| {
        let word = first.first().text;
        word.starts_with("graph-") || word == "make-graph"
    })
}

/// Tells whether an `=` belongs to an operator's parameter, and so stands without blanks.
fn is_parameter(nodes: &[Node<'_>], equals: usize) -> bool {
    let at = |back: usize| equals.checked_sub(back).and_then(|index| nodes.get(index));
    let dotted = at(2).is_some_and(|node| node.is("."));
    dotted
        || at(1).is_some_and(|name| {
            let word = name.last().text;
            matches!(word, "default" | "others") || tokens::is_parameter(word)
        })
}

fn is_sign(nodes: &[Node<'_>], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| nodes.get(before)) {
        None => true,
        Some(Node::Group { .. }) => false,
        Some(Node::Token(token)) => token.kind == TokenKind::Mark || KEYWORDS.contains(&token.text) || token.text.starts_with('!'),
    }
}

/// Tells whether an opening bracket stands apart from what is before it.
fn opens_apart(nodes: &[Node<'_>], before: usize, as_written: bool) -> bool {
    match nodes.get(before) {
        Some(Node::Token(token)) if token.kind == TokenKind::Word => {
            KEYWORDS.contains(&token.text) || token.text.starts_with('!') || as_written
        }
        Some(Node::Group { .. }) => as_written,
        _ => true,
    }
}
