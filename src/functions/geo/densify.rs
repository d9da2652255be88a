//! Planar edges as chains of great circles (`S2EdgeTessellator`), and circles as polygons.

use super::measure::RADIUS;
use super::shape::{Point, coordinates, geometry, lines, multiple, rings};
use super::vector::Vector;
use crate::functions::Args;
use crate::ir::{Value, convert};

/// Points of a densified shape at most (`geo-line-densify-function`).
const MOST_POINTS: usize = 10_485_760;

/// Where on an edge the distance of the two ways is measured, and what part of the tolerance it may be (S2's constants).
const MEASURED_AT: f64 = 0.312_156_910_822_482_3;
const PART: f64 = 0.838_299_925_698_885_1;

/// A planar edge end and its point on the sphere.
#[derive(Clone, Copy)]
struct End {
    plane: (f64, f64),
    sphere: Vector,
}

impl End {
    fn new(point: Point) -> Self {
        let sphere = point.vector();
        let rounded = Point::of_vector(sphere);
        Self { plane: (rounded.longitude, rounded.latitude), sphere }
    }

    fn of_plane((longitude, latitude): (f64, f64)) -> Self {
        let folded = (longitude + 180.0).rem_euclid(360.0) - 180.0;
        let longitude = if (-180.0..=180.0).contains(&longitude) { longitude } else { folded };
        let sphere = Point { longitude, latitude }.vector();
        Self { plane: (longitude, latitude), sphere }
    }
}

struct Tessellator {
    tolerance: f64,
    keeps_crossing: bool,
    out: Vec<Vector>,
}

impl Tessellator {
    /// Tolerances are 0.1 to 10,000 m, 10 unless said.
    fn of_args(args: &Args<'_>) -> Option<Self> {
        let metres = if args.values.len() > 1 { args.real(1)? } else { 10.0 };
        let keeps_crossing = convert::to_bool(args.value(2)) == Some(true);
        let tolerance = PART * metres / RADIUS;
        (0.1..=10_000.0).contains(&metres).then_some(Self { tolerance, keeps_crossing, out: Vec::new() })
    }

    fn line(&mut self, points: &[Point]) -> Option<Value> {
        self.out.clear();
        self.out.extend(points.first().map(|point| point.vector()));
        for (a, b) in points.iter().zip(points.iter().skip(1)) {
            let (from, mut to) = (End::new(*a), End::new(*b));
            let over = to.plane.0 - from.plane.0;
            if !self.keeps_crossing && over.abs() > 180.0 {
                to.plane.0 -= over.signum() * 360.0;
            }
            self.edge(from, to);
        }
        (self.out.len() <= MOST_POINTS).then(|| coordinates(self.out.iter().copied().map(Point::of_vector)))
    }

    /// Halves the edge until each part is near its great circle.
    fn edge(&mut self, from: End, to: End) {
        let mut open = vec![(from, to)];
        while let Some((from, to)) = open.pop() {
            if self.out.len() > MOST_POINTS || open.len() > 64 || error(from, to) <= self.tolerance {
                self.out.push(to.sphere);
                continue;
            }
            let middle = End { plane: between(from.plane, to.plane, 0.5), ..End::of_plane(between(from.plane, to.plane, 0.5)) };
            open.extend([(middle, to), (from, middle)]);
        }
    }
}

/// How far the two ways from one end to the other are apart.
fn error(from: End, to: End) -> f64 {
    if from.sphere.dot(to.sphere) < -1e-14 {
        return f64::INFINITY;
    }
    let apart = |at: f64| from.sphere.interpolate(to.sphere, at).angle(End::of_plane(between(from.plane, to.plane, at)).sphere);
    apart(MEASURED_AT).max(apart(1.0 - MEASURED_AT))
}

fn between(a: (f64, f64), b: (f64, f64), at: f64) -> (f64, f64) {
    ((1.0 - at) * a.0 + at * b.0, (1.0 - at) * a.1 + at * b.1)
}

pub(super) fn geo_line_densify(args: &Args<'_>) -> Value {
    let Some((lines, mut tessellator)) = lines(args.value(0)).zip(Tessellator::of_args(args)) else { return Value::Null };
    let parts: Option<Vec<Value>> = lines.iter().map(|line| tessellator.line(line)).collect();
    parts.map_or(Value::Null, |parts| multiple("LineString", parts))
}

pub(super) fn geo_polygon_densify(args: &Args<'_>) -> Value {
    let Some((polygons, mut tessellator)) = rings(args.value(0)).zip(Tessellator::of_args(args)) else { return Value::Null };
    let mut polygon =
        |rings: Vec<Vec<Point>>| rings.iter().map(|ring| tessellator.line(ring)).collect::<Option<Vec<Value>>>().map(Value::array);
    let parts: Option<Vec<Value>> = polygons.into_iter().map(&mut polygon).collect();
    parts.map_or(Value::Null, |parts| multiple("Polygon", parts))
}

/// A regular polygon whose edges stay within the tolerance, 10 m unless said, from the circle (emu/geo-point-buffer-function-01).
pub(super) fn geo_point_buffer(args: &Args<'_>) -> Value {
    let tolerance = if args.values.len() > 3 { args.real(3) } else { Some(10.0) };
    let Some(((centre, radius), tolerance)) = Point::of_args(args, 0).zip(args.real(2)).zip(tolerance) else { return Value::Null };
    // The longest radius is half of the earth's circumference.
    if !(radius > 0.0 && tolerance > 0.0 && radius <= std::f64::consts::PI * RADIUS) || tolerance < radius * 1e-6 {
        return Value::Null;
    }
    let steps = (std::f64::consts::PI / (1.0 - tolerance.min(radius * 0.999_999) / radius).acos()).ceil().max(3.0);
    let (centre, angle) = (centre.vector(), radius / RADIUS);
    let ahead = centre.ortho();
    let left = centre.cross(ahead).unit();
    let vertex = |step: usize| {
        let turn = 2.0 * std::f64::consts::PI * (step % steps as usize) as f64 / steps;
        let direction = ahead * turn.cos() + left * turn.sin();
        Point::of_vector((centre * angle.cos() + direction * angle.sin()).unit())
    };
    geometry("Polygon", Value::array(vec![coordinates((0..=steps as usize).map(vertex))]))
}
