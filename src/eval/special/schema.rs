//! `getschema`, and operators that let rows pass or end.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::node::{Row, Sink, emit_all, operator};
use super::Parts;
use crate::ir::{Column, Type, Value};

impl Compiler<'_> {
    pub(super) fn get_schema(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let columns = vec![
            Column::new("ColumnName", Type::String),
            Column::new("ColumnOrdinal", Type::Long),
            Column::new("DataType", Type::String),
            Column::new("ColumnType", Type::String),
        ];
        let row = |(ordinal, column): (usize, &Column)| {
            let ty = if column.ty == Type::Unknown { Type::Dynamic } else { column.ty };
            vec![Value::string(&column.name), Value::Long(ordinal as i64), Value::from(ty.net_name()), Value::from(ty.name())]
        };
        let rows: Vec<Row> = input.columns.iter().enumerate().map(row).collect();
        Ok((columns, operator(move |_, out| emit_all(&rows, out))))
    }

    /// Rows pass as they are.
    pub(super) fn pass(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        Ok((input.columns.to_vec(), operator(move |context, out| input.run(context, out))))
    }

    /// Rows are computed and thrown away.
    pub(super) fn consume(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let run = move |context: &Context, _: &mut Sink<'_>| input.run(context, &mut |_| Ok(super::super::node::Flow::More));
        Ok((Vec::new(), operator(run)))
    }
}
