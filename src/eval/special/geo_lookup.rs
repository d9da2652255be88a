//! The plugins `geo_polygon_lookup` and `geo_line_lookup`: rows joined with a table of shapes (`geo-polygon-lookup-plugin`).
//!
//! The shape's own column is left out unless `return_lookup_key` (emu/geo-line-lookup-plugin-00). `lookup_area_radius` changes
//! how fast the vendor's engine is, not what it answers, and is passed over.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::node::{Flow, Sink, operator};
use super::super::operators::{empty_row, free_name};
use super::super::scope::Scope;
use super::Parts;
use super::plugins::column_of;
use crate::functions::{self, Args, Eval};
use crate::ir::{Column, Type, Value, convert};

/// Tells whether a place and a shape match.
struct Match {
    function: fn(&Args<'_>) -> Value,
    radius: Option<f64>,
    now: i64,
}

impl Match {
    fn holds(&self, longitude: &Value, latitude: &Value, shape: &Value) -> bool {
        let values = [longitude.clone(), latitude.clone(), shape.clone()];
        let types = [Type::Real, Type::Real, Type::Dynamic];
        let found = (self.function)(&Args { values: &values, types: &types, result: Type::Unknown, now: self.now });
        match (found, self.radius) {
            (Value::Bool(inside), None) => inside,
            (Value::Real(metres), Some(radius)) => metres <= radius,
            _ => false,
        }
    }
}

impl Compiler<'_> {
    pub(super) fn geo_lookup(&mut self, parts: &Parts<'_>, are_lines: bool) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let table = parts.inputs.get(1).ok_or_else(|| parts.invalid("the table of shapes is missing"))?;
        let shapes = self.plan(table)?;
        let [key, longitude, latitude, ..] = parts.args else { return Err(parts.invalid("a column is missing")) };
        let key = column_of(key).and_then(|name| shapes.position(name)).ok_or_else(|| parts.invalid("the shape's column is missing"))?;
        let mut scope = Scope::new(&input.columns);
        let (longitude, latitude) = (self.expr(&longitude.expr, &mut scope)?, self.expr(&latitude.expr, &mut scope)?);
        let radius = convert::to_real(&self.option(parts, 3, "radius")?);
        let unmatched = convert::to_bool(&self.option(parts, 4, "return_unmatched")?) == Some(true);
        let keeps_key = convert::to_bool(&self.option(parts, 6, "return_lookup_key")?) == Some(true);
        let name = match (are_lines, radius) {
            (true, _) => "geo_distance_point_to_line",
            (false, Some(_)) => "geo_distance_point_to_polygon",
            (false, None) => "geo_point_in_polygon",
        };
        let Some(Eval::Scalar(function)) = functions::kusto(name).map(|function| function.eval) else {
            return Err(parts.invalid("the shapes cannot be compared"));
        };
        let matching = Match { function, radius, now: self.context.now };
        let kept = move |slot: usize| keeps_key || slot != key;
        let mut columns = input.columns.to_vec();
        for (_, column) in shapes.columns.iter().enumerate().filter(|(slot, _)| kept(*slot)) {
            columns.push(Column { name: free_name(&columns, &column.name), ty: column.ty });
        }
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let rows = shapes.collect(context)?;
            let joined = |row: &[Value], fields: &[Value]| -> Vec<Value> {
                let fields = fields.iter().enumerate().filter(|(slot, _)| kept(*slot)).map(|(_, value)| value);
                row.iter().chain(fields).cloned().collect()
            };
            input.run(context, &mut |row| {
                let frame = Frame { row, context };
                let (x, y) = (longitude.value(&frame), latitude.value(&frame));
                let mut found = false;
                for fields in rows.iter().filter(|fields| fields.get(key).is_some_and(|shape| matching.holds(&x, &y, shape))) {
                    found = true;
                    if out(&joined(row, fields))? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                if found || !unmatched { Ok(Flow::More) } else { out(&joined(row, &empty_row(&shapes.columns))) }
            })?;
            context.release(rows.len(), shapes.columns.len());
            Ok(())
        };
        Ok((columns, operator(run)))
    }
}
