//! Functions on H3 cells (h3geo.org).

use super::shape::{Point, coordinates, geometry, polygons, rings};
use crate::functions::Args;
use crate::functions::args::text_or_empty;
use crate::ir::Value;
use h3o::{CellIndex, LatLng, Resolution};
use rustc_hash::FxHashSet;
use std::collections::VecDeque;

/// Cells of a polygon at most (`geo-polygon-to-h3cells-function`).
const MOST_CELLS: usize = 61_680;
/// Rings around a cell at most (`geo-h3cell-rings-function`).
const MOST_RINGS: i64 = 142;
/// Levels between a cell and its children at most (`geo-h3cell-children-function`).
const MOST_LEVELS: u8 = 5;

fn resolution(args: &Args<'_>, position: usize, default: Option<Resolution>) -> Option<Resolution> {
    if args.values.len() <= position {
        return default;
    }
    u8::try_from(args.long(position)?).ok().and_then(|n| Resolution::try_from(n).ok())
}

fn cell(args: &Args<'_>) -> Option<CellIndex> {
    args.text(0).parse().ok()
}

fn token(cell: CellIndex) -> Value {
    Value::string(cell.to_string())
}

fn tokens(cells: impl IntoIterator<Item = CellIndex>) -> Value {
    Value::array(cells.into_iter().map(token).collect())
}

fn of_point(point: Point, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(point.latitude, point.longitude).ok()?.to_cell(resolution))
}

fn point(place: LatLng) -> Point {
    Point { longitude: place.lng(), latitude: place.lat() }
}

pub(super) fn geo_point_to_h3cell(args: &Args<'_>) -> Value {
    let found =
        Point::of_args(args, 0).zip(resolution(args, 2, Some(Resolution::Six))).and_then(|(point, resolution)| of_point(point, resolution));
    text_or_empty(found.map(|cell| cell.to_string()))
}

pub(super) fn geo_h3cell_to_central_point(args: &Args<'_>) -> Value {
    let Some(cell) = cell(args) else { return Value::Null };
    let place = point(LatLng::from(cell));
    geometry("Point", Value::array(vec![Value::Real(place.longitude), Value::Real(place.latitude)]))
}

pub(super) fn geo_h3cell_to_polygon(args: &Args<'_>) -> Value {
    let Some(cell) = cell(args) else { return Value::Null };
    let boundary = cell.boundary();
    geometry("Polygon", Value::array(vec![coordinates(boundary.iter().chain(boundary.first()).copied().map(point))]))
}

pub(super) fn geo_h3cell_neighbors(args: &Args<'_>) -> Value {
    cell(args).map_or(Value::Null, |cell| tokens(cell.grid_disk::<Vec<_>>(1).into_iter().filter(|other| *other != cell)))
}

/// The cells at each distance, the cell itself first.
pub(super) fn geo_h3cell_rings(args: &Args<'_>) -> Value {
    let Some((cell, distance)) = cell(args).zip(args.long(1).filter(|n| (0..=MOST_RINGS).contains(n))) else { return Value::Null };
    let mut rings: Vec<Vec<CellIndex>> = vec![Vec::new(); distance as usize + 1];
    for (other, at) in cell.grid_disk_distances::<Vec<_>>(distance as u32) {
        rings.iter_mut().skip(at as usize).take(1).for_each(|ring| ring.push(other));
    }
    Value::array(rings.into_iter().map(tokens).collect())
}

pub(super) fn geo_h3cell_children(args: &Args<'_>) -> Value {
    let Some(cell) = cell(args) else { return Value::Null };
    let Some(level) = resolution(args, 1, cell.resolution().succ()) else { return Value::Null };
    let levels = u8::from(level).checked_sub(u8::from(cell.resolution()));
    match levels {
        Some(1..=MOST_LEVELS) => tokens(cell.children(level)),
        _ => Value::Null,
    }
}

pub(super) fn geo_h3cell_parent(args: &Args<'_>) -> Value {
    let parent = cell(args).and_then(|cell| {
        let level = resolution(args, 1, cell.resolution().pred())?;
        if level < cell.resolution() { cell.parent(level) } else { None }
    });
    text_or_empty(parent.map(|cell| cell.to_string()))
}

pub(super) fn geo_h3cell_level(args: &Args<'_>) -> Value {
    cell(args).map_or(Value::Null, |cell| Value::Int(u8::from(cell.resolution()).into()))
}

/// The cells with their centre inside, found from those along the boundary on. A radius is refused.
pub(super) fn geo_polygon_to_h3cells(constants: &[Option<Value>]) -> Result<crate::functions::Prepared, String> {
    match constants.get(2) {
        None | Some(Some(Value::Null | Value::Long(0) | Value::Int(0))) => Ok(Box::new(inside)),
        Some(Some(Value::Real(radius))) if *radius == 0.0 => Ok(Box::new(inside)),
        Some(_) => Err("a radius around the polygon is not computed".to_owned()),
    }
}

fn inside(args: &Args<'_>) -> Value {
    let parts = polygons(args.value(0)).zip(rings(args.value(0))).zip(resolution(args, 1, Some(Resolution::Six)));
    let Some(((regions, rings), resolution)) = parts else { return Value::Null };
    let is_inside = |cell: &CellIndex| {
        let centre = point(LatLng::from(*cell)).vector();
        regions.iter().any(|region| region.contains(centre))
    };
    let Some(mut open) = along(&rings, resolution) else { return Value::Null };
    let mut seen: FxHashSet<CellIndex> = open.iter().copied().collect();
    let mut found = Vec::new();
    while let Some(cell) = open.pop_front() {
        if !is_inside(&cell) {
            continue;
        }
        found.push(cell);
        if found.len() > MOST_CELLS {
            return Value::Null;
        }
        open.extend(cell.grid_disk::<Vec<_>>(1).into_iter().filter(|other| seen.insert(*other)));
    }
    tokens(found)
}

/// The cells along the boundary and those around them; none where they are too many.
fn along(rings: &[Vec<Vec<Point>>], resolution: Resolution) -> Option<VecDeque<CellIndex>> {
    let mut found = VecDeque::new();
    let mut seen = FxHashSet::default();
    for (a, b) in rings.iter().flatten().flat_map(|ring| ring.iter().zip(ring.iter().skip(1))) {
        let metres = a.vector().angle(b.vector()) * super::measure::RADIUS;
        let steps = (metres / (resolution.edge_length_m())).ceil().max(1.0);
        if steps > (8 * MOST_CELLS) as f64 {
            return None;
        }
        for step in 0..steps as usize {
            let place = super::shape::Point::of_vector(a.vector().interpolate(b.vector(), step as f64 / steps));
            let around = of_point(place, resolution).into_iter().flat_map(|cell| cell.grid_disk::<Vec<_>>(1));
            found.extend(around.filter(|cell| seen.insert(*cell)));
        }
    }
    Some(found)
}
