//! Distances, directions, lengths, areas and centroids.
//!
//! The engine's earth is a sphere of 6,371,010 m (emu/geo-distance-2points-function-00).

use super::overlay::{joined_lines, pieces, union};
use super::shape::{Line, Point, Polygon, area, edges, line_vectors, loop_edges, point_json, polygons};
use super::vector::{Vector, arc_centroid, project, triangle_centroid};
use crate::functions::args::{bool_or_null, real_or_null};
use crate::functions::{Args, Prepared};
use crate::ir::Value;

pub(super) const RADIUS: f64 = 6_371_010.0;

fn has_spheroid(constants: &[Option<Value>], position: usize) -> Result<(), String> {
    match constants.get(position) {
        None | Some(Some(Value::Bool(false) | Value::Null)) => Ok(()),
        Some(_) => Err("distances on the spheroid are not computed".to_owned()),
    }
}

/// `use_spheroid` is refused: the ellipsoid's formula is not documented.
pub(super) fn geo_distance_2points(constants: &[Option<Value>]) -> Result<Prepared, String> {
    has_spheroid(constants, 4)?;
    Ok(Box::new(|args: &Args<'_>| real_or_null(two_points(args).map(|(a, b)| distance(a, b)))))
}

/// The distance in metres, by the haversine.
fn distance(from: Point, to: Point) -> f64 {
    let (a, b) = (from.latitude.to_radians(), to.latitude.to_radians());
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let sine = half(b - a) + a.cos() * b.cos() * half((to.longitude - from.longitude).to_radians());
    2.0 * RADIUS * sine.sqrt().min(1.0).asin()
}

fn two_points(args: &Args<'_>) -> Option<(Point, Point)> {
    Point::of_args(args, 0).zip(Point::of_args(args, 2))
}

/// Clockwise from north, in radians; equal points and antipodes have none (`geo-azimuth-function`).
pub(super) fn geo_azimuth(args: &Args<'_>) -> Value {
    let north = Vector { x: 0.0, y: 0.0, z: 1.0 };
    real_or_null(two_points(args).and_then(|(a, b)| turn(north, a.vector(), b.vector())))
}

/// Clockwise from the first line to the second (`geo-angle-function`).
pub(super) fn geo_angle(args: &Args<'_>) -> Value {
    let parts = two_points(args).zip(Point::of_args(args, 4));
    real_or_null(parts.and_then(|((a, b), c)| turn(a.vector(), b.vector(), c.vector())))
}

/// The clockwise angle at `b` from `a` to `c`, in 0..2π; none where two are the same or opposite.
fn turn(a: Vector, b: Vector, c: Vector) -> Option<f64> {
    let (back, on) = (b.normal(a), b.normal(c));
    if c == b || a == b || on.norm() < 1e-15 || back.norm() < 1e-15 {
        return None;
    }
    let angle = b.dot(on.cross(back)).atan2(on.dot(back));
    Some(angle.rem_euclid(2.0 * std::f64::consts::PI))
}

pub(super) fn geo_point_in_circle(args: &Args<'_>) -> Value {
    let parts = two_points(args).zip(args.real(4).filter(|radius| *radius >= 0.0));
    bool_or_null(parts.map(|((point, centre), radius)| distance(point, centre) <= radius))
}

pub(super) fn geo_point_in_polygon(args: &Args<'_>) -> Value {
    let parts = Point::of_args(args, 0).zip(polygons(args.value(2)));
    bool_or_null(parts.map(|(point, regions)| regions.iter().any(|region| region.contains(point.vector()))))
}

/// Returns lines with each piece once: those of a multi-line count as their union.
pub(super) fn united_lines(lines: Vec<Line>) -> Vec<Line> {
    if lines.len() == 1 {
        return lines;
    }
    let all: Vec<(Vector, Vector)> = lines.iter().flat_map(|line| edges(line)).collect();
    joined_lines(all.iter().flat_map(|(a, b)| pieces(*a, *b, &all)))
}

fn length(lines: &[Line]) -> f64 {
    lines.iter().flat_map(|line| edges(line)).map(|(a, b)| a.angle(b)).sum()
}

pub(super) fn geo_line_length(args: &Args<'_>) -> Value {
    real_or_null(line_vectors(args.value(0)).map(|lines| length(&united_lines(lines)) * RADIUS))
}

pub(super) fn geo_line_centroid(args: &Args<'_>) -> Value {
    let Some(lines) = line_vectors(args.value(0)).map(united_lines) else { return Value::Null };
    let sum = lines.iter().flat_map(|line| edges(line)).fold(Vector::ZERO, |sum, (a, b)| sum + arc_centroid(a, b));
    point_json(sum.unit())
}

fn region(args: &Args<'_>) -> Option<Polygon> {
    polygons(args.value(0)).map(union)
}

pub(super) fn geo_polygon_area(args: &Args<'_>) -> Value {
    real_or_null(region(args).map(|region| region.loops.iter().map(|ring| area(ring)).sum::<f64>() * RADIUS * RADIUS))
}

pub(super) fn geo_polygon_perimeter(args: &Args<'_>) -> Value {
    real_or_null(region(args).map(|region| region.edges().map(|(a, b)| a.angle(b)).sum::<f64>() * RADIUS))
}

pub(super) fn geo_polygon_centroid(args: &Args<'_>) -> Value {
    let Some(region) = region(args) else { return Value::Null };
    let of_loop = |ring: &Vec<Vector>| {
        let first = ring.first().copied().unwrap_or(Vector::ZERO);
        loop_edges(ring).fold(Vector::ZERO, |sum, (a, b)| if a == first || b == first { sum } else { sum + triangle_centroid(first, a, b) })
    };
    point_json(region.loops.iter().map(of_loop).fold(Vector::ZERO, |sum, part| sum + part).unit())
}

/// The point of some edges that is nearest to a point.
fn nearest(point: Vector, all: impl Iterator<Item = (Vector, Vector)>) -> Option<Vector> {
    let found = all.map(|(a, b)| project(point, a, b));
    found.min_by(|a, b| (*a - point).norm().total_cmp(&(*b - point).norm()))
}

fn nearest_on_line(args: &Args<'_>) -> Option<(Vector, Vector)> {
    let (point, lines) = Point::of_args(args, 0).zip(line_vectors(args.value(2)))?;
    let point = point.vector();
    Some((point, nearest(point, lines.iter().flat_map(|line| edges(line)))?))
}

/// A point inside is nearest to itself.
fn nearest_on_polygon(args: &Args<'_>) -> Option<(Vector, Vector)> {
    let (point, regions) = Point::of_args(args, 0).zip(polygons(args.value(2)))?;
    let point = point.vector();
    if regions.iter().any(|region| region.contains(point)) {
        return Some((point, point));
    }
    Some((point, nearest(point, regions.iter().flat_map(Polygon::edges))?))
}

fn metres(pair: Option<(Vector, Vector)>) -> Value {
    real_or_null(pair.map(|(a, b)| a.angle(b) * RADIUS))
}

pub(super) fn geo_distance_point_to_line(args: &Args<'_>) -> Value {
    metres(nearest_on_line(args))
}

pub(super) fn geo_distance_point_to_polygon(args: &Args<'_>) -> Value {
    metres(nearest_on_polygon(args))
}

pub(super) fn geo_closest_point_on_line(args: &Args<'_>) -> Value {
    nearest_on_line(args).map_or(Value::Null, |(_, nearest)| point_json(nearest))
}

pub(super) fn geo_closest_point_on_polygon(args: &Args<'_>) -> Value {
    nearest_on_polygon(args).map_or(Value::Null, |(_, nearest)| point_json(nearest))
}

/// The only line of an argument.
fn one_line(args: &Args<'_>) -> Option<Line> {
    let mut lines = line_vectors(args.value(0))?;
    if lines.len() == 1 { lines.pop() } else { None }
}

pub(super) fn geo_line_interpolate_point(args: &Args<'_>) -> Value {
    let Some((line, fraction)) = one_line(args).zip(args.real(1).filter(|n| (0.0..=1.0).contains(n))) else { return Value::Null };
    let mut left = fraction * edges(&line).map(|(a, b)| a.angle(b)).sum::<f64>();
    for (a, b) in edges(&line) {
        let edge = a.angle(b);
        if left < edge {
            return point_json(a.towards(b, left));
        }
        left -= edge;
    }
    line.last().map_or(Value::Null, |end| point_json(*end))
}

/// The share of the line up to its point that is nearest (`geo-line-locate-point-function`).
pub(super) fn geo_line_locate_point(constants: &[Option<Value>]) -> Result<Prepared, String> {
    has_spheroid(constants, 3)?;
    Ok(Box::new(|args: &Args<'_>| {
        let Some((line, point)) = one_line(args).zip(Point::of_args(args, 1)) else { return Value::Null };
        let point = point.vector();
        let (mut before, mut best) = (0.0, (f64::INFINITY, 0.0));
        for (a, b) in edges(&line) {
            let nearest = project(point, a, b);
            let distance = (nearest - point).norm();
            if distance < best.0 {
                best = (distance, before + a.angle(nearest));
            }
            before += a.angle(b);
        }
        Value::Real((best.1 / before).min(1.0))
    }))
}
