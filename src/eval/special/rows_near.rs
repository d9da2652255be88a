//! The plugin `rows_near`: the rows around those that meet a condition (`rows-near-plugin`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::node::{Flow, Sink, operator};
use super::super::scope::Scope;
use super::Parts;
use crate::ir::{Value, convert};

impl Compiler<'_> {
    pub(super) fn rows_near(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let [condition, before, ..] = parts.args else { return Err(parts.invalid("the condition is missing")) };
        let condition = self.expr(&condition.expr, &mut Scope::new(&input.columns))?;
        let count = |value: Value| convert::to_long(&value).and_then(|n| usize::try_from(n).ok());
        let before = count(self.constant(&before.expr)?).ok_or_else(|| parts.invalid("the number of rows is not valid"))?;
        let after = count(self.option(parts, 2, "NumRowsAfter")?).unwrap_or(before);
        let columns = input.columns.to_vec();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = input.collect(context)?;
            let is_met = |row: &[Value]| matches!(condition.value(&Frame { row, context }), Value::Bool(true));
            // Rows before this one are put out already, or too far away.
            let mut next_out = 0;
            for (at, _) in rows.iter().enumerate().filter(|(_, row)| is_met(row)) {
                let first = at.saturating_sub(before).max(next_out);
                let end = at.saturating_add(after).saturating_add(1);
                for row in rows.iter().take(end).skip(first) {
                    if out(row)? == Flow::Enough {
                        return Ok(());
                    }
                }
                next_out = next_out.max(end);
            }
            context.release(rows.len(), input.columns.len());
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}
