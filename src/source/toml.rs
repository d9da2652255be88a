//! TOML text to nodes; the only importer of `toml`.
//!
//! Numbers, dates and truth values stay the text they are, as plain scalars.

use super::{Comment, Entry, Fault, Kind, Node, OffsetMap, Scalar, Span, Style, align, body_start};
use toml::de::{DeTable, DeValue};

/// Parses a TOML file; positions count bytes of `text`, a byte order mark included.
pub fn parse(text: &str) -> Result<Node, Vec<Fault>> {
    let base = body_start(text);
    let (table, errors) = DeTable::parse_recoverable(text.get(base..).unwrap_or(""));
    let reader = Reader { text, base };
    let mut root = reader.table(table.get_ref(), Span::new(base, text.len()));
    if let Some(error) = errors.iter().min_by_key(|e| e.span().map(|s| s.start)) {
        return Err(vec![reader.fault(&root, error)]);
    }
    root.comments = comments(text, &root);
    Ok(root)
}

struct Reader<'a> {
    text: &'a str,
    base: usize,
}

impl Reader<'_> {
    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end).clamp(self.text)
    }

    fn table(&self, table: &DeTable<'_>, span: Span) -> Node {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| {
                let span = self.span(&key.span());
                Entry { key: self.scalar(span, key.get_ref()), value: self.value(value.get_ref(), self.span(&value.span())) }
            })
            .collect();
        entries.sort_by_key(|e| e.key.span);
        let span = entries.iter().fold(span, |all, e| all.to(e.key.span).to(e.value.span));
        Node::new(Kind::Mapping(entries), span)
    }

    fn value(&self, value: &DeValue<'_>, span: Span) -> Node {
        match value {
            DeValue::Table(table) => self.table(table, span),
            DeValue::Array(items) => {
                let items: Vec<Node> = items.iter().map(|v| self.value(v.get_ref(), self.span(&v.span()))).collect();
                let span = items.iter().fold(span, |all, n| all.to(n.span));
                Node::new(Kind::Sequence(items), span)
            }
            DeValue::String(text) => self.scalar(span, text),
            _ => self.scalar(span, span.text(self.text)),
        }
    }

    fn scalar(&self, span: Span, value: &str) -> Node {
        let written = span.text(self.text);
        let style = match written {
            w if w.starts_with("\"\"\"") && w.len() >= 6 => Style::MultiLineBasic,
            w if w.starts_with("'''") && w.len() >= 6 => Style::MultiLineLiteral,
            w if w.starts_with('"') => Style::DoubleQuoted,
            w if w.starts_with('\'') => Style::SingleQuoted,
            _ => Style::Plain,
        };
        let whole = || OffsetMap::shift(span.start as usize, value.len(), span.end as usize);
        let map = align::toml(self.text, span, value, style).unwrap_or_else(whole);
        Node::new(Kind::Scalar(Scalar { value: value.to_owned(), style, map }), span)
    }

    fn fault(&self, root: &Node, error: &toml::de::Error) -> Fault {
        let span = error.span().map_or(Span::at(self.text.len()), |range| self.span(&range));
        let message = error.message().replace('\n', " ");
        if message.starts_with("duplicate key") {
            let name = span.text(self.text);
            let first = key_before(root, name.trim_matches(['"', '\'']), span).or_else(|| same_line_before(self.text, span));
            return Fault::duplicate_key(name, span, first.unwrap_or(span));
        }
        if message.contains("recurs") {
            return Fault::new("nested-too-deep", span, "the TOML is nested too deeply");
        }
        Fault::new("toml-syntax", span, format!("the file is not valid TOML: {message}"))
    }
}

/// Finds the nearest key of that name before `at`.
fn key_before(node: &Node, name: &str, at: Span) -> Option<Span> {
    let own = node.entries().iter().filter(|e| e.key.as_str() == Some(name) && e.key.span.start < at.start).map(|e| e.key.span);
    let inner = node.entries().iter().map(|e| &e.value).chain(node.items()).filter_map(|n| key_before(n, name, at));
    own.chain(inner).max()
}

/// Finds the nearest line before `at` that says the same: the first of two equal table headers.
fn same_line_before(text: &str, at: Span) -> Option<Span> {
    let before = text.get(..at.start as usize)?;
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    let line = text.get(line_start..)?.lines().next()?.trim();
    let found = text.get(..line_start)?.rfind(line)?;
    Some(Span::new(found, found + line.len()))
}

/// Finds the comments: what follows a `#` that stands in no key and no value.
fn comments(text: &str, root: &Node) -> Vec<Comment> {
    let mut taken = Vec::new();
    scalar_spans(root, &mut taken);
    taken.sort_unstable();
    let mut taken = taken.into_iter().peekable();
    let mut found = Vec::new();
    let mut pos = body_start(text);
    while let Some(hash) = text.get(pos..).and_then(|rest| rest.find('#')).map(|n| pos + n) {
        while taken.peek().is_some_and(|s| s.end as usize <= hash) {
            taken.next();
        }
        if let Some(inside) = taken.peek().filter(|s| s.start as usize <= hash) {
            pos = inside.end as usize;
            continue;
        }
        let line = text.get(hash..).and_then(|rest| rest.lines().next()).unwrap_or("");
        found.push(Comment { text: line.trim_start_matches('#').to_owned(), span: Span::new(hash, hash + line.len()) });
        pos = hash + line.len();
    }
    found
}

fn scalar_spans(node: &Node, out: &mut Vec<Span>) {
    match &node.kind {
        Kind::Scalar(_) => out.push(node.span),
        Kind::Sequence(items) => items.iter().for_each(|n| scalar_spans(n, out)),
        Kind::Mapping(entries) => {
            for entry in entries {
                out.push(entry.key.span);
                scalar_spans(&entry.value, out);
            }
        }
    }
}
