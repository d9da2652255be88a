//! Functions on S2 cells. A covering is all cells of one level that have a point in common with the shape.

use super::measure::RADIUS;
use super::s2_cell::Cell;
use super::shape::{Line, Point, Polygon, coordinates, edges, geometry, line_vectors, loop_edges, point_json, polygons};
use super::vector::{Vector, crossing, is_on, project};
use crate::functions::Args;
use crate::functions::args::text_or_empty;
use crate::ir::Value;

/// Cells of a covering at most (`geo-polygon-to-s2cells-function`).
const MOST_CELLS: usize = 65_536;

/// The level of an argument, 0 to 30, 11 where it is not given.
fn level(args: &Args<'_>, position: usize) -> Option<u8> {
    let level = if args.values.len() > position { args.long(position)? } else { 11 };
    u8::try_from(level).ok().filter(|level| *level <= 30)
}

pub(super) fn geo_point_to_s2cell(args: &Args<'_>) -> Value {
    let cell = Point::of_args(args, 0).zip(level(args, 2)).map(|(point, level)| Cell::of_point(point.vector(), level));
    text_or_empty(cell.map(Cell::token))
}

fn cell(args: &Args<'_>) -> Option<Cell> {
    Cell::of_token(&args.text(0))
}

pub(super) fn geo_s2cell_to_central_point(args: &Args<'_>) -> Value {
    cell(args).map_or(Value::Null, |cell| point_json(cell.centre()))
}

pub(super) fn geo_s2cell_to_polygon(args: &Args<'_>) -> Value {
    let Some(cell) = cell(args) else { return Value::Null };
    let corners = cell.corners();
    let ring = coordinates(corners.iter().chain(corners.first()).copied().map(Point::of_vector));
    geometry("Polygon", Value::array(vec![ring]))
}

pub(super) fn geo_s2cell_neighbors(args: &Args<'_>) -> Value {
    cell(args).map_or(Value::Null, |cell| tokens(cell.neighbors()))
}

fn tokens(cells: Vec<Cell>) -> Value {
    Value::array(cells.into_iter().map(|cell| Value::string(cell.token())).collect())
}

/// What is covered: lines or regions, and how far around.
struct Covered {
    edges: Vec<(Vector, Vector)>,
    regions: Vec<Polygon>,
    radius: f64,
}

impl Covered {
    /// Tells whether a cell has a point within the radius of the shape.
    fn meets(&self, cell: Cell) -> bool {
        let corners = cell.corners();
        let inside = |point: Vector| self.regions.iter().any(|region| region.contains(point));
        // A cell has its edges and corners: what only touches it meets it.
        let crosses = |(a, b): &(Vector, Vector)| {
            let touches = |(c, d): (Vector, Vector)| {
                crossing(*a, *b, c, d).is_some() || is_on(c, *a, *b) || is_on(*a, c, d) || is_on(*b, c, d) || [*a, *b].contains(&c)
            };
            cell.contains(*a) || cell.contains(*b) || loop_edges(&corners).any(touches)
        };
        corners.iter().any(|corner| inside(*corner)) || self.edges.iter().any(crosses) || self.is_near(&corners)
    }

    fn is_near(&self, corners: &[Vector]) -> bool {
        let near = |point: Vector, a: Vector, b: Vector| point.angle(project(point, a, b)) <= self.radius;
        self.radius > 0.0
            && self.edges.iter().any(|(a, b)| {
                corners.iter().any(|corner| near(*corner, *a, *b)) || loop_edges(corners).any(|(c, d)| near(*a, c, d) || near(*b, c, d))
            })
    }

    fn cover(&self, level: u8) -> Option<Vec<Cell>> {
        let mut found: Vec<Cell> = Cell::faces().filter(|cell| self.meets(*cell)).collect();
        for _ in 0..level {
            found = found.into_iter().flat_map(Cell::children).filter(|cell| self.meets(*cell)).collect();
            if found.len() > MOST_CELLS {
                return None;
            }
        }
        debug_assert!(found.iter().all(|cell| cell.level() == level));
        Some(found)
    }
}

fn covering(args: &Args<'_>, edges: Vec<(Vector, Vector)>, regions: Vec<Polygon>) -> Value {
    let metres = if args.values.len() > 2 { args.real(2) } else { Some(0.0) };
    let Some((level, metres)) = level(args, 1).zip(metres.filter(|metres| *metres >= 0.0)) else { return Value::Null };
    let covered = Covered { edges, regions, radius: metres / RADIUS };
    covered.cover(level).map_or(Value::Null, tokens)
}

pub(super) fn geo_polygon_to_s2cells(args: &Args<'_>) -> Value {
    let Some(regions) = polygons(args.value(0)) else { return Value::Null };
    let edges = regions.iter().flat_map(Polygon::edges).collect();
    covering(args, edges, regions)
}

pub(super) fn geo_line_to_s2cells(args: &Args<'_>) -> Value {
    let Some(lines) = line_vectors(args.value(0)) else { return Value::Null };
    let edges = lines.iter().flat_map(|line: &Line| edges(line)).collect();
    covering(args, edges, Vec::new())
}
