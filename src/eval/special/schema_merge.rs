//! The plugin `schema_merge`: one schema of several that `getschema` listed (`schema-merge-plugin`).
//!
//! A column stands where its last schema has it; with `PreserveOrder` one that moves is marked as out of order (emu/schema-merge-plugin-01).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::node::{Row, emit_all, operator};
use super::Parts;
use crate::ir::{Type, Value, convert};

/// What the engine writes in place of the type of a column that moves.
const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";

/// A column of the merged schema.
struct Merged {
    row: Row,
    ordinal: i64,
    moves: bool,
}

impl Compiler<'_> {
    pub(super) fn schema_merge(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let preserve = match parts.args.first() {
            Some(arg) => convert::to_bool(&self.constant(&arg.expr)?) == Some(true),
            None => true,
        };
        let (mut columns, rows) = self.piped_rows(parts)?;
        if let Some(ordinal) = columns.get_mut(1) {
            ordinal.ty = Type::Long;
        }
        let mut merged: Vec<Merged> = Vec::new();
        for row in rows {
            let ordinal = row.get(1).and_then(convert::to_long).unwrap_or_default();
            match merged.iter_mut().find(|known| known.row.first() == row.first()) {
                Some(known) if known.row.get(3) != row.get(3) => {
                    return Err(Refusal::new("column-conflict", parts.span(), "`schema_merge` finds a column with two types"));
                }
                Some(known) => {
                    known.moves |= known.ordinal != ordinal;
                    known.ordinal = known.ordinal.max(ordinal);
                }
                None => merged.push(Merged { row, ordinal, moves: false }),
            }
        }
        merged.sort_by_key(|column| column.ordinal);
        let listed = |(position, column): (usize, Merged)| -> Row {
            let name = column.row.first().cloned().unwrap_or_default();
            if preserve && column.moves {
                let data_type = Value::string(format!("ERROR(unknown CSL type:{OUT_OF_ORDER})"));
                return vec![name, Value::Long(-1), data_type, Value::from(OUT_OF_ORDER)];
            }
            let cell = |at: usize| column.row.get(at).cloned().unwrap_or_default();
            vec![name, Value::Long(position as i64), cell(2), cell(3)]
        };
        let rows: Vec<Row> = merged.into_iter().enumerate().map(listed).collect();
        Ok((columns, operator(move |_, out| emit_all(&rows, out))))
    }
}
