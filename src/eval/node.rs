//! Compiled operators and how rows flow between them: each operator pushes rows into the sink of the next.

use super::Refusal;
use super::context::Context;
use super::lines::Lines;
use super::operators::LineScan;
use crate::ir::{Column, Value};
use crate::source::Span;
use std::sync::{Arc, OnceLock};

/// A row that is held.
pub(super) type Row = Vec<Value>;

/// Whether the receiver of a row wants more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Go on.
    More,
    /// Stop: further rows would be thrown away.
    Enough,
}

/// Takes a row.
pub(super) type Sink<'a> = dyn FnMut(&[Value]) -> Result<Flow, Refusal> + 'a;

/// A compiled operator.
pub(super) trait Operator: Send + Sync {
    /// Pushes every output row into `out` until it has enough.
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal>;

    /// Returns the lines that it reads, if it is a scan of lines.
    fn lines(&self) -> Option<&Arc<Lines>> {
        None
    }

    /// Returns itself if it scans lines as a table.
    fn as_scan(&self) -> Option<&LineScan> {
        None
    }
}

/// A compiled operator with its output columns.
pub(super) struct Node {
    /// Name and type of the output columns.
    pub(super) columns: Arc<[Column]>,
    /// Where the operator stands.
    pub(super) span: Span,
    operator: Box<dyn Operator>,
    /// The rows of a node with several consumers, computed once.
    memo: Option<OnceLock<Arc<Vec<Row>>>>,
    /// The lines that it can be run on piece by piece.
    lines: Option<Arc<Lines>>,
}

impl Node {
    /// Wraps an operator; `shared` nodes remember their rows.
    pub(super) fn new(columns: Vec<Column>, span: Span, operator: Box<dyn Operator>, shared: bool) -> Self {
        Self { columns: columns.into(), span, operator, memo: shared.then(OnceLock::new), lines: None }
    }

    /// Says which lines it can be run on piece by piece.
    pub(super) fn reading(mut self, lines: Option<Arc<Lines>>) -> Self {
        self.lines = lines;
        self
    }

    /// Returns the lines that its consumer can be run on piece by piece, together with it.
    pub(super) fn passes_lines(&self) -> Option<&Arc<Lines>> {
        self.lines.as_ref().filter(|_| self.memo.is_none())
    }

    /// Returns the scan that it is, if a consumer may become part of that.
    pub(super) fn as_scan(&self) -> Option<&LineScan> {
        self.operator.as_scan().filter(|_| self.memo.is_none())
    }

    /// Pushes every output row into `out` until it has enough.
    pub(super) fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let Some(memo) = &self.memo else { return self.push(context, out) };
        let rows = if let Some(rows) = memo.get() {
            Arc::clone(rows)
        } else {
            let rows = Arc::new(self.gather(context)?);
            Arc::clone(memo.get_or_init(|| rows))
        };
        emit_all(&rows, out)
    }

    /// Returns all output rows.
    pub(super) fn collect(&self, context: &Context) -> Result<Vec<Row>, Refusal> {
        if self.memo.is_some() {
            let mut rows = Vec::new();
            self.run(context, &mut |row| {
                rows.push(row.to_vec());
                Ok(Flow::More)
            })?;
            return Ok(rows);
        }
        self.gather(context)
    }

    fn gather(&self, context: &Context) -> Result<Vec<Row>, Refusal> {
        let mut rows = Vec::new();
        self.push(context, &mut |row| {
            context.hold(row.len(), self.span)?;
            rows.push(row.to_vec());
            Ok(Flow::More)
        })?;
        Ok(rows)
    }

    fn push(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        match &self.lines {
            Some(lines) if !context.has_piece() => super::parallel::run(self, lines, context, out),
            _ => self.push_here(context, out),
        }
    }

    /// Pushes the output rows of what the context says: of the one piece that it holds, if it does.
    pub(super) fn push_here(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        self.operator.run(context, &mut |row| {
            context.tick(self.span)?;
            out(row)
        })
    }

    /// Returns the position of a column.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| &*c.name == name)
    }
}

/// An operator that is a function.
struct Function<F>(F);

impl<F> Operator for Function<F>
where
    F: Fn(&Context, &mut Sink<'_>) -> Result<(), Refusal> + Send + Sync,
{
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        (self.0)(context, out)
    }
}

/// Makes a function an operator.
pub(super) fn operator<F>(run: F) -> Box<dyn Operator>
where
    F: Fn(&Context, &mut Sink<'_>) -> Result<(), Refusal> + Send + Sync + 'static,
{
    Box::new(Function(run))
}

/// Pushes rows until the receiver has enough.
pub(super) fn emit_all(rows: &[Row], out: &mut Sink<'_>) -> Result<(), Refusal> {
    for row in rows {
        if out(row)? == Flow::Enough {
            break;
        }
    }
    Ok(())
}
