//! YAML text to nodes; the only importer of `granit_parser`.
//!
//! Duplicate keys are faults, depth is limited, and an alias copies its anchor under a budget, so that no file expands without bound.

use super::{Comment, Entry, Fault, Kind, Node, OffsetMap, Scalar, Span, Style, align, body_start};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, options};
use rustc_hash::FxHashMap;

/// Deepest nesting of flow and of block collections, each.
const MAX_DEPTH: usize = 64;

/// Nodes that all aliases of a file may copy together.
const ALIAS_BUDGET: usize = 10_000;

/// Parses all documents of a YAML file; positions count bytes of `text`, a byte order mark included.
pub fn parse(text: &str) -> Result<Vec<Node>, Vec<Fault>> {
    parse_part(text, Span::new(body_start(text), text.len()))
}

/// Parses a part of a text, such as a line of JSON; positions count bytes of the whole text.
pub fn parse_part(text: &str, part: Span) -> Result<Vec<Node>, Vec<Fault>> {
    let base = part.start as usize;
    let options = options! { flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH, emit_anchor_events: true };
    let mut builder = Builder { text, base, ..Builder::default() };
    for next in Parser::new_from_str_with_options(part.text(text), options) {
        let (event, span) = next.map_err(|error| vec![syntax_fault(text, base, &error)])?;
        let span = builder.span(&span);
        builder.event(&event, span).map_err(|fault| vec![fault])?;
    }
    if builder.faults.is_empty() { Ok(builder.documents) } else { Err(builder.faults) }
}

fn syntax_fault(text: &str, base: usize, error: &ScanError) -> Fault {
    let at = base + error.marker().byte_offset().unwrap_or_default();
    let width = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let span = Span::new(at, at + width).clamp(text);
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            Fault::new("nested-too-deep", span, format!("the YAML is nested deeper than {MAX_DEPTH} levels"))
        }
        ErrorKind::UnknownAnchor => Fault::new("unknown-anchor", span, "the alias has no anchor before it"),
        kind => {
            let fault = Fault::new("yaml-syntax", span, format!("the file is not valid YAML: {}", lowercase(&kind.to_string())));
            match kind {
                ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => fault.with_help("indent with spaces"),
                ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
                    fault.with_help("a line must be `key: value`, or stand further in than the key whose text it belongs to")
                }
                _ => fault,
            }
        }
    }
}

fn lowercase(message: &str) -> String {
    message.replace('\n', " ").trim_end_matches('.').to_owned()
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    base: usize,
    documents: Vec<Node>,
    comments: Vec<Comment>,
    frames: Vec<Frame>,
    root: Option<Node>,
    anchors: FxHashMap<usize, Node>,
    copied: usize,
    faults: Vec<Fault>,
}

/// A collection that is still open.
struct Frame {
    node: Node,
    anchor_id: usize,
    flow: bool,
    key: Option<Node>,
}

impl Builder<'_> {
    fn span(&self, span: &granit_parser::Span) -> Span {
        let at = |mark: granit_parser::Marker| self.base + mark.byte_offset().unwrap_or_default();
        Span::new(at(span.start), at(span.end)).clamp(self.text)
    }

    fn event(&mut self, event: &Event<'_>, span: Span) -> Result<(), Fault> {
        let tag = event.tag().map(ToString::to_string);
        match event {
            Event::Scalar(value, style, anchor, _) => {
                // The parser gives `~` for a value that is not there; the tree keeps what is written.
                let value = if span.is_empty() { "" } else { value };
                let mut node = Node::new(Kind::Scalar(scalar(self.text, span, value, *style)), span);
                node.tag = tag;
                self.finish(node, *anchor);
            }
            Event::SequenceStart(style, anchor, _) => self.open(Kind::Sequence(Vec::new()), *style, *anchor, tag, span),
            Event::MappingStart(style, anchor, _) => self.open(Kind::Mapping(Vec::new()), *style, *anchor, tag, span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => self.alias(*id, span)?,
            Event::Anchor(id, name) => self.name_anchor(*id, name),
            Event::Comment(text, _) => self.comments.push(Comment { text: text.to_string(), span }),
            Event::DocumentEnd => self.end_document(),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, kind: Kind, style: StructureStyle, anchor_id: usize, tag: Option<String>, span: Span) {
        let mut node = Node::new(kind, span);
        node.tag = tag;
        self.frames.push(Frame { node, anchor_id, flow: style == StructureStyle::Flow, key: None });
    }

    fn close(&mut self, end: Span) {
        let Some(mut frame) = self.frames.pop() else { return };
        if frame.flow {
            frame.node.span = frame.node.span.to(end);
        } else if let Some(inner) = inner_span(&frame.node) {
            frame.node.span = inner;
        }
        self.faults.extend(duplicates(&frame.node));
        self.finish(frame.node, frame.anchor_id);
    }

    /// Puts a finished node into the open collection, or makes it the document's root.
    fn finish(&mut self, node: Node, anchor_id: usize) {
        if anchor_id != 0 {
            self.anchors.insert(anchor_id, node.clone());
        }
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(node);
            return;
        };
        match (&mut frame.node.kind, frame.key.take()) {
            (Kind::Sequence(items), _) => items.push(node),
            (Kind::Mapping(entries), Some(key)) => entries.push(Entry { key, value: node }),
            (_, _) => frame.key = Some(node),
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Fault> {
        let name = span.text(self.text);
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Fault::new("recursive-alias", span, format!("alias `{name}` stands inside its own anchor")));
        };
        self.copied += size(anchored);
        if self.copied > ALIAS_BUDGET {
            let message = format!("the aliases of the file copy more than {ALIAS_BUDGET} values");
            return Err(Fault::new("alias-bomb", span, message).with_help("write the values out, or anchor smaller ones"));
        }
        let mut copy = anchored.clone();
        copy.alias = Some(span);
        self.finish(copy, 0);
        Ok(())
    }

    /// Notes an anchor's name; the event comes right after the scalar or the start of the collection.
    fn name_anchor(&mut self, id: usize, name: &str) {
        if let Some(frame) = self.frames.last_mut()
            && frame.anchor_id == id
        {
            frame.node.anchor = Some(name.to_owned());
        } else if let Some(node) = self.last_finished() {
            node.anchor = Some(name.to_owned());
        }
    }

    fn last_finished(&mut self) -> Option<&mut Node> {
        let Some(frame) = self.frames.last_mut() else { return self.root.as_mut() };
        if frame.key.is_some() {
            return frame.key.as_mut();
        }
        match &mut frame.node.kind {
            Kind::Sequence(items) => items.last_mut(),
            Kind::Mapping(entries) => entries.last_mut().map(|e| &mut e.value),
            Kind::Scalar(_) => None,
        }
    }

    fn end_document(&mut self) {
        let empty =
            || Node::new(Kind::Scalar(Scalar { value: String::new(), style: Style::Plain, map: OffsetMap::identity(0, 0) }), Span::at(0));
        let mut root = self.root.take().unwrap_or_else(empty);
        root.comments = std::mem::take(&mut self.comments);
        self.anchors.clear();
        self.documents.push(root);
    }
}

fn scalar(text: &str, span: Span, value: &str, style: ScalarStyle) -> Scalar {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    };
    let whole = || OffsetMap::shift(span.start as usize, value.len(), span.end as usize);
    let map = align::yaml(text, span, value, style).unwrap_or_else(whole);
    Scalar { value: value.to_owned(), style, map }
}

/// Returns the span from a block collection's first child to its last.
fn inner_span(node: &Node) -> Option<Span> {
    match &node.kind {
        Kind::Mapping(entries) => entries.first().zip(entries.last()).map(|(a, b)| own_span(&a.key).to(own_span(&b.value))),
        Kind::Sequence(items) => items.first().zip(items.last()).map(|(a, b)| own_span(a).to(own_span(b))),
        Kind::Scalar(_) => None,
    }
}

/// Returns where a node stands itself: for a copy, where its alias stands.
fn own_span(node: &Node) -> Span {
    node.alias.unwrap_or(node.span)
}

fn duplicates(node: &Node) -> Vec<Fault> {
    let mut keys: Vec<(&str, Span)> = node.entries().iter().filter_map(|e| Some((e.key.as_str()?, own_span(&e.key)))).collect();
    keys.sort_unstable();
    let pairs = keys.iter().zip(keys.iter().skip(1));
    pairs.filter(|(a, b)| a.0 == b.0).map(|(first, second)| Fault::duplicate_key(first.0, second.1, first.1)).collect()
}

fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::Scalar(_) => 1,
        Kind::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Mapping(entries) => 1 + entries.iter().map(|e| size(&e.key) + size(&e.value)).sum::<usize>(),
    }
}
