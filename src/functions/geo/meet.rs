//! Where lines and polygons meet: tests, intersections and unions.

use super::overlay::{intersection, joined_lines, pieces, union};
use super::shape::{Line, Polygon, collection, edges, line_vectors, lines_json, polygon_json, polygons};
use super::vector::{Vector, crossing, is_on};
use crate::functions::Args;
use crate::functions::args::bool_or_null;
use crate::ir::Value;

type Edge = (Vector, Vector);

fn line_edges(lines: &[Line]) -> Vec<Edge> {
    lines.iter().flat_map(|line| edges(line)).collect()
}

fn polygon_edges(regions: &[Polygon]) -> Vec<Edge> {
    regions.iter().flat_map(Polygon::edges).collect()
}

/// Tells whether two edges have a point in common.
fn touch(&(a, b): &Edge, &(c, d): &Edge) -> bool {
    let is_end = |point: Vector, a: Vector, b: Vector| point == a || point == b || is_on(point, a, b);
    crossing(a, b, c, d).is_some() || is_end(a, c, d) || is_end(b, c, d) || is_end(c, a, b) || is_end(d, a, b)
}

fn any_touch(a: &[Edge], b: &[Edge]) -> bool {
    a.iter().any(|edge| b.iter().any(|other| touch(edge, other)))
}

fn any_inside(edges: &[Edge], regions: &[Polygon]) -> bool {
    edges.iter().any(|(point, _)| regions.iter().any(|region| region.contains(*point)))
}

pub(super) fn geo_intersects_2lines(args: &Args<'_>) -> Value {
    let parts = line_vectors(args.value(0)).zip(line_vectors(args.value(1)));
    bool_or_null(parts.map(|(a, b)| any_touch(&line_edges(&a), &line_edges(&b))))
}

pub(super) fn geo_intersects_line_with_polygon(args: &Args<'_>) -> Value {
    let parts = line_vectors(args.value(0)).zip(polygons(args.value(1)));
    bool_or_null(parts.map(|(lines, regions)| {
        let edges = line_edges(&lines);
        any_inside(&edges, &regions) || any_touch(&edges, &polygon_edges(&regions))
    }))
}

pub(super) fn geo_intersects_2polygons(args: &Args<'_>) -> Value {
    let parts = polygons(args.value(0)).zip(polygons(args.value(1)));
    bool_or_null(parts.map(|(a, b)| {
        let (edges_a, edges_b) = (polygon_edges(&a), polygon_edges(&b));
        any_inside(&edges_a, &b) || any_inside(&edges_b, &a) || any_touch(&edges_a, &edges_b)
    }))
}

pub(super) fn geo_intersection_2lines(args: &Args<'_>) -> Value {
    let parts = line_vectors(args.value(0)).zip(line_vectors(args.value(1)));
    parts.map_or(Value::Null, |(a, b)| common(&line_edges(&a), &line_edges(&b)))
}

/// What edges have in common: shared pieces are lines, other places where they meet are points.
fn common(a: &[Edge], b: &[Edge]) -> Value {
    let cut = |edges: &[Edge], others: &[Edge]| -> Vec<Edge> { edges.iter().flat_map(|(c, d)| pieces(*c, *d, others)).collect() };
    let (of_a, of_b) = (cut(a, b), cut(b, a));
    let is_shared = |(from, to): &&Edge| of_b.iter().any(|(c, d)| (c == from && d == to) || (c == to && d == from));
    let lines = joined_lines(of_a.iter().filter(is_shared).copied());
    let ends = |edges: &[Edge]| -> Vec<Vector> { edges.iter().flat_map(|(from, to)| [*from, *to]).collect() };
    let (at_a, at_b) = (ends(&of_a), ends(&of_b));
    let mut points: Vec<Vector> = Vec::new();
    for point in at_a {
        if at_b.contains(&point) && !points.contains(&point) && !lines.iter().flatten().any(|on_line| *on_line == point) {
            points.push(point);
        }
    }
    collection(&points, &lines)
}

/// The pieces of the lines that are inside or on the boundary, and the points where a line only touches it.
pub(super) fn geo_intersection_line_with_polygon(args: &Args<'_>) -> Value {
    let Some((lines, regions)) = line_vectors(args.value(0)).zip(polygons(args.value(1))) else { return Value::Null };
    let region = union(regions);
    let boundary: Vec<Edge> = region.edges().collect();
    let all: Vec<Edge> = line_edges(&lines).into_iter().flat_map(|(a, b)| pieces(a, b, &boundary)).collect();
    let is_inside = |(a, b): &&Edge| {
        let middle = a.interpolate(*b, 0.5);
        region.contains(middle) || boundary.iter().any(|(c, d)| is_on(middle, *c, *d))
    };
    let inside = joined_lines(all.iter().filter(is_inside).copied());
    let on_line = |point: &Vector| inside.iter().flatten().any(|other| other == point);
    let touches = |point: &Vector| boundary.iter().any(|(c, d)| point == c || is_on(*point, *c, *d));
    let mut points: Vec<Vector> = Vec::new();
    for point in all.iter().flat_map(|(a, b)| [*a, *b]).filter(|point| touches(point) && !on_line(point)) {
        if !points.contains(&point) {
            points.push(point);
        }
    }
    collection(&points, &inside)
}

/// Polygons that only touch have points or lines in common (`geo-intersection-2polygons-function`).
pub(super) fn geo_intersection_2polygons(args: &Args<'_>) -> Value {
    let Some((a, b)) = polygons(args.value(0)).zip(polygons(args.value(1))) else { return Value::Null };
    let (a, b) = (union(a), union(b));
    let both = intersection(&a, &b);
    if both.loops.is_empty() {
        return common(&a.edges().collect::<Vec<_>>(), &b.edges().collect::<Vec<_>>());
    }
    polygon_json(&both)
}

/// Reads every element of an array argument; none where one is not valid.
fn each<T>(args: &Args<'_>, read: fn(&Value) -> Option<Vec<T>>) -> Option<Vec<T>> {
    let parts: Vec<Vec<T>> = args.array(0)?.iter().map(read).collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.into_iter().flatten().collect())
}

pub(super) fn geo_union_polygons_array(args: &Args<'_>) -> Value {
    each(args, polygons).map_or(Value::Null, |regions| polygon_json(&union(regions)))
}

pub(super) fn geo_union_lines_array(args: &Args<'_>) -> Value {
    let Some(lines) = each(args, line_vectors) else { return Value::Null };
    let all = line_edges(&lines);
    lines_json(&joined_lines(all.iter().flat_map(|(a, b)| pieces(*a, *b, &all))))
}
