//! Buffers of lines and polygons, and simplified shapes: only where the result is null.
//!
//! Which vertices the engine's library chooses for them is not documented, so everything else is refused, never approximated.

use super::measure::RADIUS;
use super::shape::{Polygon, line_vectors, polygons};
use super::vector::Vector;
use crate::functions::{Args, Prepared};
use crate::ir::Value;
use crate::ir::convert::to_real;

/// Tells whether the result of a call is null; the shape's points and the call's further arguments are given.
type IsNull = fn(&[Vector], &[Option<f64>]) -> bool;

/// Null where the shape is not valid or `is_null` says so; else, or where the arguments are no constants, refused.
fn null_or_refused(
    constants: &[Option<Value>],
    read: fn(&Value) -> Option<Vec<Vector>>,
    is_null: IsNull,
    what: &str,
) -> Result<Prepared, String> {
    let values: Option<Vec<&Value>> = constants.iter().map(Option::as_ref).collect();
    let Some((shape, rest)) = values.as_deref().and_then(<[&Value]>::split_first) else { return Err(what.to_owned()) };
    let numbers: Vec<Option<f64>> = rest.iter().map(|value| to_real(value)).collect();
    match read(shape) {
        Some(points) if !is_null(&points, &numbers) => Err(what.to_owned()),
        _ => Ok(Box::new(|_: &Args<'_>| Value::Null)),
    }
}

fn line_points(value: &Value) -> Option<Vec<Vector>> {
    Some(line_vectors(value)?.into_iter().flatten().collect())
}

fn polygon_points(value: &Value) -> Option<Vec<Vector>> {
    let regions: Vec<Polygon> = polygons(value)?;
    Some(regions.into_iter().flat_map(|region| region.loops).flatten().collect())
}

fn array_points(value: &Value) -> Option<Vec<Vector>> {
    let Value::Array(items) = value else { return None };
    let parts: Vec<Vec<Vector>> = items.iter().map(polygon_points).collect::<Option<_>>()?;
    Some(parts.into_iter().flatten().collect())
}

/// The radius must be positive, and the tolerance, where it is given (`geo-line-buffer-function`).
fn no_buffer(_: &[Vector], numbers: &[Option<f64>]) -> bool {
    numbers.iter().any(|number| number.is_none_or(|metres| metres <= 0.0))
}

/// The tolerance must not be negative; a shape that is nowhere wider than the tolerance disappears (`geo-line-simplify-function`).
fn no_outline(points: &[Vector], numbers: &[Option<f64>]) -> bool {
    let Some(metres) = numbers.first().copied().unwrap_or(Some(10.0)).filter(|metres| *metres >= 0.0) else { return true };
    let is_within = |a: &Vector| points.iter().all(|b| a.angle(*b) * RADIUS <= metres);
    points.iter().all(is_within)
}

pub(super) fn geo_line_buffer(constants: &[Option<Value>]) -> Result<Prepared, String> {
    null_or_refused(constants, line_points, no_buffer, "buffers of lines are not computed")
}

pub(super) fn geo_polygon_buffer(constants: &[Option<Value>]) -> Result<Prepared, String> {
    null_or_refused(constants, polygon_points, no_buffer, "buffers of polygons are not computed")
}

pub(super) fn geo_line_simplify(constants: &[Option<Value>]) -> Result<Prepared, String> {
    null_or_refused(constants, line_points, no_outline, "simplified lines are not computed")
}

pub(super) fn geo_polygon_simplify(constants: &[Option<Value>]) -> Result<Prepared, String> {
    null_or_refused(constants, polygon_points, no_outline, "simplified polygons are not computed")
}

pub(super) fn geo_simplify_polygons_array(constants: &[Option<Value>]) -> Result<Prepared, String> {
    null_or_refused(constants, array_points, no_outline, "simplified polygons are not computed")
}
