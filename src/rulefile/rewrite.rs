//! Puts a changed query back into its rule file, in the style of the file, and touches nothing else.

use crate::diagnostic::Edit;
use crate::ir::{Dialect, Query, Rule};
use crate::source::{Kind, Node, Scalar, Span, Style, body_start, toml, toml_write, yaml, yaml_write};

/// Returns the edit that gives the rule's query at `index` a new text. Line breaks at the end stay as they are in the file.
/// `None` where the query is a tree (Sigma), is not in the text, or cannot be written in its place.
pub fn replace_query(text: &str, rule: &Rule, index: usize, new: &str) -> Option<Edit> {
    let query = rule.queries.get(index)?;
    let new = new.trim_end_matches('\n');
    let edit = match rule.dialect {
        Dialect::Kql => inner(query.text.as_ref(), &query.map, new.to_owned()),
        Dialect::Sentinel => in_yaml(text, &find(&yaml::parse(text).ok()?, query)?, new)?,
        Dialect::Elastic if super::kibana::is_lines(text) => in_json(text, query, new)?,
        Dialect::Elastic => in_toml(text, &find(&[toml::parse(text).ok()?], query)?, new),
        Dialect::Sigma => return None,
    };
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(Edit { text: edit.text.replace('\n', line_break), ..edit })
}

/// Finds the scalar that a query was read from.
fn find(nodes: &[Node], query: &Query) -> Option<Node> {
    nodes.iter().find_map(|node| match &node.kind {
        Kind::Scalar(scalar) => (scalar.map == query.map && *scalar.value == *query.text).then(|| node.clone()),
        Kind::Sequence(items) => find(items, query),
        Kind::Mapping(entries) => entries.iter().find_map(|e| find(std::slice::from_ref(&e.value), query)),
    })
}

/// Replaces a text that is written as it is, but for the line breaks at its end.
fn inner(old: &str, map: &crate::source::OffsetMap, new: String) -> Edit {
    let end = old.trim_end_matches(['\n', '\r']).len();
    Edit { span: map.span(Span::new(0, end)), text: new }
}

fn in_yaml(text: &str, node: &Node, new: &str) -> Option<Edit> {
    let scalar = node.scalar()?;
    match scalar.style {
        Style::Literal => in_block(text, scalar, new),
        Style::Folded => {
            let header = text.get(..node.span.start as usize)?.rfind('>')?;
            let end = scalar.map.span(Span::new(0, scalar.value.trim_end().len())).end as usize;
            Some(Edit { span: Span::new(header, end), text: yaml_write::block(new, indent_of_line(text, header) + 2) })
        }
        _ if new.contains('\n') => {
            let written = yaml_write::block(new, indent_of_line(text, node.span.start as usize) + 2);
            Some(Edit { span: node.span, text: written })
        }
        _ => Some(Edit { span: node.span, text: yaml_write::scalar(new) }),
    }
}

/// Replaces the lines of a literal block, with the indentation that it has.
fn in_block(text: &str, scalar: &Scalar, new: &str) -> Option<Edit> {
    let old = scalar.value.as_str();
    let first = old.find(|c| !matches!(c, ' ' | '\n' | '\r' | '\t'))?;
    let shown = scalar.map.to_source(first) - line_start(text, scalar.map.to_source(first));
    let own = first - old.get(..first)?.rfind('\n').map_or(0, |n| n + 1);
    let indent = " ".repeat(shown.checked_sub(own)?);
    // A block whose header does not say how far it is indented cannot begin with a blank.
    if new.starts_with([' ', '\t']) || new.trim().is_empty() {
        return None;
    }
    let lines = new.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{indent}{line}") });
    let start = above_blank_lines(text, line_start(text, scalar.map.to_source(first)));
    let end = scalar.map.span(Span::new(0, old.trim_end_matches(['\n', '\r']).len())).end as usize;
    Some(Edit { span: Span::new(start, end.max(start)), text: lines.collect::<Vec<_>>().join("\n") })
}

fn in_json(text: &str, query: &Query, new: &str) -> Option<Edit> {
    let at = query.map.to_source(0);
    let start = line_start(text, at);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |n| at + n);
    let node = find(&yaml::parse_part(text, Span::new(start, end)).ok()?, query)?;
    Some(Edit { span: node.span, text: serde_json::to_string(new).ok()? })
}

fn in_toml(text: &str, node: &Node, new: &str) -> Edit {
    let written = node.span.text(text);
    let old = node.as_str().unwrap_or("");
    let quotes = match node.scalar().map(|s| s.style) {
        Some(Style::MultiLineBasic) if !new.contains(['\\', '"']) => "\"\"\"",
        Some(Style::MultiLineBasic | Style::MultiLineLiteral) if !new.contains("'''") => "'''",
        Some(Style::SingleQuoted) if !new.contains(['\'', '\n']) => return Edit { span: node.span, text: format!("'{new}'") },
        Some(Style::SingleQuoted | Style::DoubleQuoted) if !new.contains('\n') => {
            return Edit { span: node.span, text: toml_write::string(new) };
        }
        _ => return Edit { span: node.span, text: toml_write::literal_multiline(new) },
    };
    let opens_with_break = written.get(3..).is_some_and(|rest| rest.starts_with(['\n', '\r']));
    let (open, close) = (if opens_with_break { "\n" } else { "" }, if old.ends_with('\n') { "\n" } else { "" });
    Edit { span: node.span, text: format!("{quotes}{open}{new}{close}{quotes}") }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(body_start(text), |n| n + 1)
}

/// Moves a line's start up over blank lines: those between a block's header and its first line are part of the old text.
fn above_blank_lines(text: &str, mut start: usize) -> usize {
    while start > 0 {
        let above = line_start(text, start - 1);
        if above >= start || !text.get(above..start).is_some_and(|line| line.trim().is_empty()) {
            break;
        }
        start = above;
    }
    start
}

fn indent_of_line(text: &str, at: usize) -> usize {
    let line = text.get(line_start(text, at)..).unwrap_or("");
    line.len() - line.trim_start_matches(' ').len()
}
