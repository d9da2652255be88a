//! Graph patterns: `(a)-[e*1..3]->(b)` as nodes and edges in turn.
//!
//! The parser has checked the form and keeps the text; here it is taken apart.

/// A node or an edge of a pattern; one without a name binds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// `(a)`
    Node(String),
    /// `-[e*1..3]->`
    Edge {
        /// Its name.
        name: String,
        /// `out`, `in` or `any`, as seen from the node before it.
        direction: &'static str,
        /// The fewest and the most hops, where there may be several; without a most there is no bound.
        hops: Option<(u64, Option<u64>)>,
    },
}

/// Takes a pattern apart; `None` where its text has another form.
pub(super) fn elements(text: &str) -> Option<Vec<Element>> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    loop {
        let (name, after) = rest.strip_prefix('(')?.split_once(')')?;
        found.push(Element::Node(bare(name)));
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(found);
        }
        let (edge, after) = edge(rest)?;
        found.push(edge);
        rest = after.trim_start();
    }
}

fn edge(text: &str) -> Option<(Element, &str)> {
    let nameless = |direction| Element::Edge { name: String::new(), direction, hops: None };
    for (arrow, direction) in [("<--", "in"), ("-->", "out"), ("--", "any")] {
        if let Some(rest) = text.strip_prefix(arrow) {
            return Some((nameless(direction), rest));
        }
    }
    let (backward, inside) = match text.strip_prefix("<-[") {
        Some(inside) => (true, inside),
        None => (false, text.strip_prefix("-[")?),
    };
    // A quoted name may hold brackets: the label ends at the bracket before the arrow.
    let end = inside.find("]-")?;
    let (label, rest) = inside.split_at(end);
    let rest = rest.strip_prefix("]-")?;
    let (direction, rest) = match (backward, rest.strip_prefix('>')) {
        (true, None) => ("in", rest),
        (false, Some(rest)) => ("out", rest),
        (false, None) => ("any", rest),
        (true, Some(_)) => return None,
    };
    let (name, hops) = match label.split_once('*') {
        None => (label, None),
        Some((name, range)) => (name, Some(hops(range)?)),
    };
    Some((Element::Edge { name: bare(name), direction, hops }, rest))
}

/// Reads `1..3`, `2`, `1..` and nothing.
fn hops(range: &str) -> Option<(u64, Option<u64>)> {
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits => digits.parse().ok().map(Some),
    };
    match range.split_once("..") {
        Some((least, most)) => Some((number(least)?.unwrap_or(1), number(most)?)),
        None => match number(range)? {
            Some(exactly) => Some((exactly, Some(exactly))),
            None => Some((1, None)),
        },
    }
}

/// Takes brackets and quotes off a name.
fn bare(name: &str) -> String {
    let name = name.trim();
    let quoted = name.strip_prefix("['").and_then(|n| n.strip_suffix("']"));
    quoted.or_else(|| name.strip_prefix("[\"").and_then(|n| n.strip_suffix("\"]"))).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Element, elements};

    fn node(name: &str) -> Element {
        Element::Node(name.to_owned())
    }

    fn edge(name: &str, direction: &'static str, hops: Option<(u64, Option<u64>)>) -> Element {
        Element::Edge { name: name.to_owned(), direction, hops }
    }

    #[test]
    fn patterns_are_nodes_and_edges_in_turn() {
        let check = |text: &str, expected: Vec<Element>| assert_eq!(elements(text), Some(expected), "{text}");
        check("(a)", vec![node("a")]);
        check("(a)-[e]->(b)", vec![node("a"), edge("e", "out", None), node("b")]);
        check("(a) <-[ e * 1 .. 3 ]- ()", vec![node("a"), edge("e", "in", Some((1, Some(3)))), node("")]);
        check(
            "(a)--(b)-->(c)<--(d)",
            vec![node("a"), edge("", "any", None), node("b"), edge("", "out", None), node("c"), edge("", "in", None), node("d")],
        );
        check("(a)-[e*2]-(b)", vec![node("a"), edge("e", "any", Some((2, Some(2)))), node("b")]);
        check("(a)-[*]->(['b c'])", vec![node("a"), edge("", "out", Some((1, None))), node("b c")]);
    }
}
