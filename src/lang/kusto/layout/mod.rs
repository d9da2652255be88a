//! Lines and blanks of a query: one operator a line, long lists and conditions broken, comments where they were.
//!
//! It moves white space only (and a comment that stands between a pipe and its operator), so the tree stays the same.

mod spacing;
mod tokens;

use spacing::{flat, is_spaced, width};
use tokens::{Node, Token};

/// How a query is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatOptions {
    /// Columns that a line should keep to.
    pub width: usize,
    /// Blanks of one level.
    pub indent: usize,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { width: 120, indent: 4 }
    }
}

/// Lays a query out.
pub(super) fn layout(text: &str, options: &FormatOptions) -> String {
    let nodes = tokens::read(text);
    let mut writer = Writer { out: String::with_capacity(text.len() + text.len() / 8), options: *options, broken: false };
    writer.block(&nodes, 0);
    writer.out
}

struct Writer {
    out: String,
    options: FormatOptions,
    /// A comment ended the line: nothing else may stand on it.
    broken: bool,
}

impl Writer {
    fn newline(&mut self, level: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', level * self.options.indent));
        self.broken = false;
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn room(&self) -> usize {
        let column = self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1);
        self.options.width.saturating_sub(column)
    }

    fn is_line_start(&self) -> bool {
        self.out.rsplit('\n').next().is_some_and(|line| line.trim_start_matches(' ').is_empty())
    }

    /// Writes a comment: after what it followed, or on a line of its own.
    fn comment(&mut self, comment: Token<'_>, level: usize) {
        if comment.lines == 0 && !self.broken && !self.is_line_start() {
            self.put(" ");
        } else if self.broken || !self.is_line_start() {
            self.newline(level);
        }
        self.put(comment.text);
        self.broken = true;
    }

    /// Writes statements, each beginning on the line where the writer stands or on a new one.
    fn block(&mut self, nodes: &[Node<'_>], level: usize) {
        let statements: Vec<&[Node<'_>]> = nodes.split(|node| node.is(";")).collect();
        let last = statements.len().saturating_sub(1);
        for (index, statement) in statements.iter().enumerate() {
            if let Some(first) = statement.first().filter(|_| index > 0) {
                let first = first.first();
                let stays = first.lines == 0 && statement.first().is_some_and(Node::is_comment);
                if first.lines > 1 && !stays {
                    self.put("\n");
                }
                if !stays {
                    self.newline(level);
                }
            }
            self.statement(statement, level);
            if index < last {
                if self.broken {
                    self.newline(level);
                }
                self.put(";");
            }
        }
    }

    fn statement(&mut self, nodes: &[Node<'_>], level: usize) {
        for (index, piece) in nodes.split(|node| node.is("|")).enumerate() {
            let lead = piece.iter().take_while(|node| node.is_comment()).count();
            let (comments, piece) = piece.split_at_checked(lead).unwrap_or((&[], piece));
            for comment in comments {
                self.comment(comment.first(), level);
            }
            if index > 0 {
                self.newline(level);
                self.put(if piece.is_empty() { "|" } else { "| " });
            } else if self.broken && !piece.is_empty() {
                self.newline(level);
            }
            let tail = piece.iter().rev().take_while(|node| node.is_comment()).count();
            let (body, after) = piece.split_at_checked(piece.len() - tail).unwrap_or((piece, &[]));
            self.piece(body, level);
            for comment in after {
                self.comment(comment.first(), level);
            }
        }
    }

    fn piece(&mut self, nodes: &[Node<'_>], level: usize) {
        let commas = nodes.iter().any(|node| node.is(","));
        // Without a place to break, only what is inside brackets can take lines, and that begins and ends at the operator's level.
        let breakable = nodes.windows(2).any(|pair| matches!(pair, [previous, node] if breaks(previous, node, commas)));
        let breaking = nodes.iter().any(Node::is_comment) || (breakable && width(nodes) > self.room());
        self.run(nodes, level, level + 1, breaking);
    }

    /// Writes nodes; `level` is where brackets of blocks close, `inner` where broken lines go on.
    fn run(&mut self, nodes: &[Node<'_>], level: usize, inner: usize, breaking: bool) {
        let commas = nodes.iter().any(|node| node.is(","));
        let level = if breaking { inner } else { level };
        for (index, node) in nodes.iter().enumerate() {
            if let Node::Token(token) = node
                && node.is_comment()
            {
                self.comment(*token, inner);
                continue;
            }
            let rest = nodes.get(index..).unwrap_or_default();
            if breaking && node.is("by") && self.fits(rest, inner) {
                self.newline(inner);
                return self.put(&flat(rest));
            }
            let previous = index.checked_sub(1).and_then(|before| nodes.get(before));
            if self.broken || (breaking && previous.is_some_and(|previous| breaks(previous, node, commas))) {
                self.newline(inner);
            } else if is_spaced(nodes, index) {
                self.put(" ");
            }
            match node {
                Node::Token(token) => self.put(token.text),
                Node::Group { open, inside, close } => self.group(node, (open, inside, close), level),
            }
        }
    }

    /// Tells whether nodes can stand on one line at a level.
    fn fits(&self, nodes: &[Node<'_>], level: usize) -> bool {
        !needs_lines(nodes) && width(nodes) + level * self.options.indent <= self.options.width
    }

    fn group(&mut self, node: &Node<'_>, (open, inside, close): (&Token<'_>, &[Node<'_>], &Token<'_>), level: usize) {
        let nodes = std::slice::from_ref(node);
        if !needs_lines(nodes) && width(nodes) <= self.room() {
            return self.put(&flat(nodes));
        }
        self.put(open.text);
        let block = inside.iter().any(|node| node.is("|") || node.is(";"));
        let comments = inside.iter().any(Node::is_comment);
        if !block && !comments && (!inside.iter().any(|node| node.is(",")) || inside.len() < 2) && needs_lines(inside) {
            // Only something inside takes lines: `toscalar((T | count))`.
            self.run(inside, level, level + 1, false);
            return self.put(close.text);
        }
        if inside.first().is_none_or(|first| !(first.is_comment() && first.first().lines == 0)) {
            self.newline(level + 1);
        }
        if block {
            self.block(inside, level + 1);
        } else {
            self.run(inside, level + 1, level + 1, true);
        }
        self.newline(level);
        self.put(close.text);
    }
}

/// Tells whether a broken line breaks before `node`.
fn breaks(previous: &Node<'_>, node: &Node<'_>, commas: bool) -> bool {
    previous.is(",") || node.is("by") || (!commas && (node.is("and") || node.is("or")))
}

/// Tells whether pipes, statements or comments inside keep the nodes from standing on one line.
fn needs_lines(nodes: &[Node<'_>]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Token(_) => node.is_comment(),
        Node::Group { inside, .. } => inside.iter().any(|node| node.is("|") || node.is(";")) || needs_lines(inside),
    })
}
