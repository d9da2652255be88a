//! Points, lines and polygons: read from GeoJSON and written to it.
//!
//! The rules of validity are those of the pages (`geo-polygon-area-function`, "Polygon definition and constraints"); what
//! breaks them gives null.

use super::vector::{Vector, crossing, triangle};
use crate::functions::Args;
use crate::ir::Value;
use crate::ir::convert::to_real;
use std::sync::Arc;

/// A point in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

impl Point {
    /// Checks the ranges of both coordinates.
    fn new(longitude: f64, latitude: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)).then_some(Self { longitude, latitude })
    }

    /// Reads a longitude and the latitude after it.
    pub(super) fn of_args(args: &Args<'_>, position: usize) -> Option<Self> {
        Self::new(args.real(position)?, args.real(position + 1)?)
    }

    fn of_json(value: &Value) -> Option<Self> {
        let Value::Array(items) = value else { return None };
        let number = |at: usize| items.get(at).filter(|item| !matches!(item, Value::String(_))).and_then(to_real);
        Self::new(number(0)?, number(1)?)
    }

    pub(super) fn vector(self) -> Vector {
        let (longitude, latitude) = (self.longitude.to_radians(), self.latitude.to_radians());
        Vector { x: longitude.cos() * latitude.cos(), y: longitude.sin() * latitude.cos(), z: latitude.sin() }
    }

    pub(super) fn of_vector(v: Vector) -> Self {
        Self { longitude: v.y.atan2(v.x).to_degrees(), latitude: v.z.atan2((v.x * v.x + v.y * v.y).sqrt()).to_degrees() }
    }

    fn coordinates(self) -> Value {
        Value::array(vec![Value::Real(self.longitude), Value::Real(self.latitude)])
    }
}

/// A line: two points at least, none the antipode of the next.
pub(super) type Line = Vec<Vector>;

/// The edges of a line, or of a loop whose last edge leads back.
pub(super) fn edges(line: &[Vector]) -> impl Iterator<Item = (Vector, Vector)> {
    line.iter().copied().zip(line.iter().copied().skip(1))
}

/// A ring without its repeated last point.
pub(super) type Loop = Vec<Vector>;

/// The edges of a loop.
pub(super) fn loop_edges(ring: &[Vector]) -> impl Iterator<Item = (Vector, Vector)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)).take(ring.len())
}

/// A region with its inside to the left of all loops: shells turn left, holes turn right.
#[derive(Clone, Debug, Default)]
pub(super) struct Polygon {
    pub(super) loops: Vec<Loop>,
}

impl Polygon {
    pub(super) fn vertices(&self) -> usize {
        self.loops.iter().map(Vec::len).sum()
    }

    pub(super) fn edges(&self) -> impl Iterator<Item = (Vector, Vector)> {
        self.loops.iter().flat_map(|ring| loop_edges(ring))
    }

    /// Tells whether a point is inside: within a shell and in no hole of it.
    pub(super) fn contains(&self, point: Vector) -> bool {
        let inside: i32 = self.loops.iter().map(|ring| winding(ring, point)).sum();
        inside > 0
    }
}

/// How often a loop goes round a point: 1 where a loop that turns left has it inside, -1 for one that turns right.
fn winding(ring: &[Vector], point: Vector) -> i32 {
    let turn = |(a, b): (Vector, Vector)| {
        let (a, b) = (point.cross(a), point.cross(b));
        point.dot(a.cross(b)).atan2(a.dot(b))
    };
    let turns: f64 = loop_edges(ring).map(turn).sum();
    let is_left = area(ring) > 0.0;
    i32::from(is_left && turns > std::f64::consts::PI) - i32::from(!is_left && turns < -std::f64::consts::PI)
}

/// The signed area of the smaller side of a loop, positive where that is to its left.
pub(super) fn area(ring: &[Vector]) -> f64 {
    let Some((first, rest)) = ring.split_first() else { return 0.0 };
    let sum: f64 = edges(rest).map(|(a, b)| triangle(*first, a, b)).sum();
    if sum > 2.0 * std::f64::consts::PI { sum - 4.0 * std::f64::consts::PI } else { sum }
}

/// The coordinates of a geometry of the single or the multiple kind, one entry a part.
fn parts<'v>(value: &'v Value, single: &str, multiple: &str) -> Option<Vec<&'v Value>> {
    let coordinates = value.member("coordinates")?;
    match (value.member("type")?.as_str()?, coordinates) {
        (kind, _) if kind == single => Some(vec![coordinates]),
        (kind, Value::Array(items)) if kind == multiple && !items.is_empty() => Some(items.iter().collect()),
        _ => None,
    }
}

fn points(value: &Value) -> Option<Vec<Point>> {
    let Value::Array(items) = value else { return None };
    items.iter().map(Point::of_json).collect()
}

/// Reads the lines of a `LineString` or `MultiLineString`.
pub(super) fn lines(value: &Value) -> Option<Vec<Vec<Point>>> {
    let is_valid = |line: &Vec<Point>| line.len() > 1 && line.iter().zip(line.iter().skip(1)).all(|(a, b)| a.vector() != b.vector() * -1.0);
    parts(value, "LineString", "MultiLineString")?.into_iter().map(|line| points(line).filter(is_valid)).collect()
}

/// Reads lines as vectors; points that follow themselves are left out.
pub(super) fn line_vectors(value: &Value) -> Option<Vec<Line>> {
    let vectors = |line: Vec<Point>| {
        let mut line: Line = line.into_iter().map(Point::vector).collect();
        line.dedup();
        (line.len() > 1).then_some(line)
    };
    lines(value)?.into_iter().map(vectors).collect()
}

/// Reads the rings of each polygon, every one checked, closed and with its inside to the left.
pub(super) fn rings(value: &Value) -> Option<Vec<Vec<Vec<Point>>>> {
    let ring = |(position, value): (usize, &Value)| -> Option<Vec<Point>> {
        let mut ring = points(value)?;
        let vectors = open_ring(&ring)?;
        if (area(&vectors) > 0.0) != (position == 0) {
            ring.pop();
            ring.reverse();
            ring.extend(ring.first().copied());
        }
        Some(ring)
    };
    let polygon = |value: &Value| -> Option<Vec<Vec<Point>>> {
        let Value::Array(items) = value else { return None };
        let rings: Vec<Vec<Point>> = items.iter().enumerate().map(ring).collect::<Option<_>>()?;
        let loops: Vec<Loop> = rings.iter().filter_map(|ring| open_ring(ring)).collect();
        let apart = loops.iter().enumerate().all(|(at, a)| loops.iter().skip(at + 1).all(|b| !cross_each_other(a, b)));
        (apart && !rings.is_empty()).then_some(rings)
    };
    parts(value, "Polygon", "MultiPolygon")?.into_iter().map(polygon).collect()
}

/// Takes the repeated point off a ring; none where it is not closed, has equal points, crosses itself or has no area.
fn open_ring(ring: &[Point]) -> Option<Loop> {
    let (last, open) = ring.split_last()?;
    let vectors: Loop = open.iter().map(|point| point.vector()).collect();
    let mut apart: Vec<[u64; 3]> = vectors.iter().map(|v| v.bits()).collect();
    apart.sort_unstable();
    apart.dedup();
    let is_valid = vectors.len() > 2 && apart.len() == vectors.len() && open.first()?.vector() == last.vector();
    (is_valid && !crosses_itself(&vectors)).then_some(vectors)
}

/// Tells whether two edges of a loop cross. Edges are met in the order of their height, so that few pairs are looked at.
fn crosses_itself(ring: &[Vector]) -> bool {
    any_crossing(loop_edges(ring).map(|edge| (edge, 0)).collect(), |_, _| true)
}

fn cross_each_other(a: &[Vector], b: &[Vector]) -> bool {
    any_crossing(loop_edges(a).map(|edge| (edge, 0)).chain(loop_edges(b).map(|edge| (edge, 1))).collect(), |a, b| a != b)
}

/// An edge and the number of its loop.
type Marked = ((Vector, Vector), u8);

fn any_crossing(mut all: Vec<Marked>, counts: impl Fn(u8, u8) -> bool) -> bool {
    // An arc bulges from its chord; the margin covers it for arcs of any length below 180 degrees.
    let low = |((a, b), _): &Marked| a.z.min(b.z) - bulge(*a, *b);
    let high = |((a, b), _): &Marked| a.z.max(b.z) + bulge(*a, *b);
    all.sort_by(|a, b| low(a).total_cmp(&low(b)));
    let mut open: Vec<Marked> = Vec::new();
    for edge in all {
        open.retain(|other| high(other) >= low(&edge));
        let ((a, b), mark) = edge;
        if open.iter().any(|((c, d), other)| counts(mark, *other) && crossing(a, b, *c, *d).is_some()) {
            return true;
        }
        open.push(edge);
    }
    false
}

fn bulge(a: Vector, b: Vector) -> f64 {
    1.0 - (a + b).norm() / 2.0
}

/// Reads the polygons of a value as regions, not yet united.
pub(super) fn polygons(value: &Value) -> Option<Vec<Polygon>> {
    let region = |rings: Vec<Vec<Point>>| Polygon {
        loops: rings
            .iter()
            .filter_map(|ring| ring.split_last())
            .map(|(_, ring)| ring.iter().map(|point| point.vector()).collect())
            .collect(),
    };
    Some(rings(value)?.into_iter().map(region).collect())
}

/// Makes a geometry.
pub(super) fn geometry(kind: &str, coordinates: Value) -> Value {
    Value::object(vec![(Arc::from("type"), Value::string(kind)), (Arc::from("coordinates"), coordinates)])
}

pub(super) fn point_json(point: Vector) -> Value {
    geometry("Point", Point::of_vector(point).coordinates())
}

pub(super) fn coordinates(points: impl IntoIterator<Item = Point>) -> Value {
    Value::array(points.into_iter().map(Point::coordinates).collect())
}

fn line_coordinates(line: &[Vector]) -> Value {
    coordinates(line.iter().copied().map(Point::of_vector))
}

/// Writes one part or several.
pub(super) fn multiple(kind: &str, parts: Vec<Value>) -> Value {
    match <[Value; 1]>::try_from(parts) {
        Ok([part]) => geometry(kind, part),
        Err(parts) => geometry(&format!("Multi{kind}"), Value::array(parts)),
    }
}

/// Writes what an intersection left: points and lines; nothing is an empty collection (emu/geo-intersection-2polygons-function-03).
pub(super) fn collection(points: &[Vector], lines: &[Line]) -> Value {
    let mut parts = Vec::new();
    if !points.is_empty() {
        parts.push(multiple("Point", points.iter().map(|point| Point::of_vector(*point).coordinates()).collect()));
    }
    if !lines.is_empty() {
        parts.push(lines_json(lines));
    }
    match <[Value; 1]>::try_from(parts) {
        Ok([part]) => part,
        Err(parts) => {
            Value::object(vec![(Arc::from("type"), Value::string("GeometryCollection")), (Arc::from("geometries"), Value::array(parts))])
        }
    }
}

pub(super) fn lines_json(lines: &[Line]) -> Value {
    multiple("LineString", lines.iter().map(|line| line_coordinates(line)).collect())
}

/// Writes a region: each shell with the holes in it.
pub(super) fn polygon_json(polygon: &Polygon) -> Value {
    let closed = |ring: &Loop| coordinates(ring.iter().chain(ring.first()).copied().map(Point::of_vector));
    let (shells, holes): (Vec<&Loop>, Vec<&Loop>) = polygon.loops.iter().partition(|ring| area(ring) > 0.0);
    if shells.is_empty() {
        return collection(&[], &[]);
    }
    let with_holes = |shell: &&Loop| {
        let inside = |hole: &&Loop| hole.first().is_some_and(|point| winding(shell, *point) > 0 || shell.contains(point));
        Value::array(std::iter::once(closed(shell)).chain(holes.iter().copied().filter(inside).map(closed)).collect())
    };
    multiple("Polygon", shells.iter().map(with_holes).collect())
}
