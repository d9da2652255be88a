//! Points, lines and polygons on the sphere. The engine's earth has a radius of 6,371,010 m (emu/geo-distance-2points-function-00).

use crate::functions::Args;
use crate::functions::args::{bool_or_null, real_or_null};
use crate::ir::Value;
use crate::ir::convert::to_real;

const RADIUS: f64 = 6_371_010.0;

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
        Self::new(to_real(items.first()?)?, to_real(items.get(1)?)?)
    }

    fn vector(self) -> [f64; 3] {
        let (longitude, latitude) = (self.longitude.to_radians(), self.latitude.to_radians());
        [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
    }

    /// The distance in metres, by the haversine.
    fn distance(self, other: Self) -> f64 {
        let (a, b) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half = |difference: f64| (difference / 2.0).sin().powi(2);
        let sine = half(b - a) + a.cos() * b.cos() * half((other.longitude - self.longitude).to_radians());
        2.0 * RADIUS * sine.sqrt().min(1.0).asin()
    }
}

fn cross([ax, ay, az]: [f64; 3], [bx, by, bz]: [f64; 3]) -> [f64; 3] {
    [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `use_spheroid` is refused: the ellipsoid's formula is not documented.
pub(super) fn geo_distance_2points(constants: &[Option<Value>]) -> Result<crate::functions::Prepared, String> {
    match constants.get(4) {
        None | Some(Some(Value::Bool(false) | Value::Null)) => {}
        Some(_) => return Err("distances on the spheroid are not computed".to_owned()),
    }
    Ok(Box::new(|args: &Args<'_>| real_or_null(Point::of_args(args, 0).zip(Point::of_args(args, 2)).map(|(a, b)| a.distance(b)))))
}

pub(super) fn geo_point_in_circle(args: &Args<'_>) -> Value {
    let parts = Point::of_args(args, 0).zip(Point::of_args(args, 2)).zip(args.real(4).filter(|radius| *radius >= 0.0));
    bool_or_null(parts.map(|((point, centre), radius)| point.distance(centre) <= radius))
}

/// The points of one line.
fn points(value: &Value) -> Option<Vec<Point>> {
    let Value::Array(items) = value else { return None };
    items.iter().map(Point::of_json).collect()
}

/// The lines of a `LineString` or `MultiLineString`.
fn lines(value: &Value) -> Option<Vec<Vec<Point>>> {
    let coordinates = value.member("coordinates")?;
    match value.member("type")?.as_str()? {
        "LineString" => Some(vec![points(coordinates)?]),
        "MultiLineString" => match coordinates {
            Value::Array(items) => items.iter().map(points).collect(),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn geo_line_length(args: &Args<'_>) -> Value {
    let lines = lines(args.value(0)).filter(|lines| lines.iter().all(|line| line.len() > 1));
    let length = |line: &Vec<Point>| -> f64 { line.iter().zip(line.iter().skip(1)).map(|(a, b)| angle(*a, *b) * RADIUS).sum() };
    real_or_null(lines.map(|lines| lines.iter().map(length).sum()))
}

fn angle(a: Point, b: Point) -> f64 {
    let (a, b) = (a.vector(), b.vector());
    let normal = cross(a, b);
    dot(normal, normal).sqrt().atan2(dot(a, b))
}

/// The rings of each polygon of a `Polygon` or `MultiPolygon`; none where a ring is not closed or has no area.
fn polygons(value: &Value) -> Option<Vec<Vec<Vec<Point>>>> {
    let rings = |value: &Value| -> Option<Vec<Vec<Point>>> {
        let Value::Array(items) = value else { return None };
        items.iter().map(|ring| points(ring).filter(|ring| is_ring(ring))).collect()
    };
    let coordinates = value.member("coordinates")?;
    match value.member("type")?.as_str()? {
        "Polygon" => Some(vec![rings(coordinates)?]),
        "MultiPolygon" => match coordinates {
            Value::Array(items) => items.iter().map(rings).collect(),
            _ => None,
        },
        _ => None,
    }
}

fn is_ring(ring: &[Point]) -> bool {
    let (Some((first, rest)), Some(last)) = (ring.split_first(), ring.last()) else { return false };
    ring.len() >= 4 && first == last && rest.iter().zip(rest.iter().skip(1)).all(|(a, b)| a != b)
}

/// Inside the outer ring of a polygon and outside its holes; edges are great circles.
pub(super) fn geo_point_in_polygon(args: &Args<'_>) -> Value {
    let Some((point, polygons)) = Point::of_args(args, 0).zip(polygons(args.value(2))) else { return Value::Null };
    let inside = |rings: &Vec<Vec<Point>>| match rings.split_first() {
        None => false,
        Some((outer, holes)) => is_inside(point, outer) && !holes.iter().any(|hole| is_inside(point, hole)),
    };
    Value::Bool(polygons.iter().any(inside))
}

/// Counts the edges that cross the meridian north of the point.
fn is_inside(point: Point, ring: &[Point]) -> bool {
    let east_of = |other: Point| (other.longitude - point.longitude + 540.0).rem_euclid(360.0) - 180.0;
    let crosses = |(a, b): (&Point, &Point)| {
        let (west, east) = (east_of(*a), east_of(*b));
        if (west > 0.0) == (east > 0.0) || (west - east).abs() > 180.0 {
            return false;
        }
        // The latitude of the edge's great circle at the point's meridian.
        let normal = cross(a.vector(), b.vector());
        let longitude = point.longitude.to_radians();
        let [x, y, z] = normal;
        let latitude = (-(x * longitude.cos() + y * longitude.sin()) / z).atan().to_degrees();
        latitude > point.latitude
    };
    ring.iter().zip(ring.iter().skip(1)).filter(|edge| crosses(*edge)).count() % 2 == 1
}
