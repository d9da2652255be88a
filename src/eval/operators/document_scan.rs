//! The scan of JSON Lines as event documents, each with the number of its line.

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::documents::Documents;
use super::super::expr::field_values;
use super::super::lines::{Cells, Lines, fault_of, lines, read_document};
use super::super::node::{Flow, Operator, Sink};
use super::super::{Refusal, Window};
use crate::ir::{Plan, Value, convert};
use crate::source::Span;
use std::sync::Arc;

/// A scan of documents.
struct DocumentScan {
    documents: Documents,
    span: Span,
}

impl Compiler<'_> {
    pub(super) fn document_scan(documents: Documents, plan: &Plan) -> Built {
        (documents.columns().to_vec(), Box::new(DocumentScan { documents, span: plan.span }))
    }
}

impl DocumentScan {
    /// An event's time is that of the rule's field, else `@timestamp` (`spec/kuery-semantics.md` §4).
    fn is_within(&self, window: &Window, row: &[Value]) -> bool {
        let time = |name: &str| field_values(self.documents.columns(), row, name).first().and_then(convert::to_datetime);
        window.holds(time(&window.column).or_else(|| time("@timestamp")))
    }
}

impl Operator for DocumentScan {
    fn run(&self, context: &Context, out: &mut Sink<'_>) -> Result<(), Refusal> {
        let piece = context.piece();
        let mut cells = Cells::new();
        for text in lines(&piece) {
            let number = context.next_line();
            if text.is_empty() {
                continue;
            }
            context.tick(self.span)?;
            let document = read_document(text, &self.documents.need, &mut cells);
            let document = document.ok_or_else(|| Refusal::new("broken-data", self.span, fault_of(text)))?;
            let row = [document, Value::Long(i64::try_from(number).unwrap_or(i64::MAX))];
            if self.documents.window.as_ref().is_some_and(|window| !self.is_within(window, &row)) {
                continue;
            }
            if out(&row)? == Flow::Enough {
                break;
            }
        }
        Ok(())
    }

    fn lines(&self) -> Option<&Arc<Lines>> {
        Some(&self.documents.lines)
    }
}
