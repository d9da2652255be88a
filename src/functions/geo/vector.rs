//! Unit vectors: points of the sphere as the engine's geometry library (S2, s2geometry.io) computes with them.
//!
//! Longitudes and latitudes are read and written elsewhere.

use std::ops::{Add, Mul, Sub};

/// A vector in space; a point of the sphere is one of length 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Vector {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
}

impl Vector {
    pub(super) const ZERO: Self = Self { x: 0.0, y: 0.0, z: 0.0 };

    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    pub(super) fn cross(self, other: Self) -> Self {
        Self { x: self.y * other.z - self.z * other.y, y: self.z * other.x - self.x * other.z, z: self.x * other.y - self.y * other.x }
    }

    pub(super) fn norm(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// Returns the point of the sphere in that direction.
    pub(super) fn unit(self) -> Self {
        let norm = self.norm();
        if norm == 0.0 { self } else { self * (1.0 / norm) }
    }

    /// Returns the normal of the great circle through two points, exact also where they are near each other.
    pub(super) fn normal(self, other: Self) -> Self {
        (other + self).cross(other - self)
    }

    /// Returns the angle between two points, in radians.
    pub(super) fn angle(self, other: Self) -> f64 {
        self.cross(other).norm().atan2(self.dot(other))
    }

    /// Returns the point at an angle from here towards another point.
    pub(super) fn towards(self, other: Self, angle: f64) -> Self {
        let direction = self.normal(other).cross(self).unit();
        (self * angle.cos() + direction * angle.sin()).unit()
    }

    /// Returns the point at a fraction of the way to another point.
    pub(super) fn interpolate(self, other: Self, fraction: f64) -> Self {
        if fraction <= 0.0 {
            self
        } else if fraction >= 1.0 {
            other
        } else {
            self.towards(other, fraction * self.angle(other))
        }
    }

    /// Returns S2's perpendicular of a point (`S2::Ortho`).
    pub(super) fn ortho(self) -> Self {
        let (x, y, z) = (self.x.abs(), self.y.abs(), self.z.abs());
        let mut axis = Self { x: 0.012, y: 0.0053, z: 0.004_57 };
        if x > y && x > z {
            axis.z = 1.0;
        } else if x <= y && y > z {
            axis.x = 1.0;
        } else {
            axis.y = 1.0;
        }
        self.cross(axis).unit()
    }

    /// Returns what tells points apart exactly.
    pub(super) fn bits(self) -> [u64; 3] {
        [self.x, self.y, self.z].map(|n| (n + 0.0).to_bits())
    }
}

impl From<[f64; 3]> for Vector {
    fn from([x, y, z]: [f64; 3]) -> Self {
        Self { x, y, z }
    }
}

impl Add for Vector {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }
}

impl Sub for Vector {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }
}

impl Mul<f64> for Vector {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Self { x: self.x * by, y: self.y * by, z: self.z * by }
    }
}

/// Returns where two arcs cross inside both; touching is not crossing.
pub(super) fn crossing(a: Vector, b: Vector, c: Vector, d: Vector) -> Option<Vector> {
    if a == c || a == d || b == c || b == d {
        return None;
    }
    let (ab, cd) = (a.normal(b), c.normal(d));
    let sides = [ab.dot(c), -ab.dot(d), -cd.dot(a), cd.dot(b)];
    let is_crossing = sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0);
    if !is_crossing {
        return None;
    }
    let point = ab.unit().cross(cd.unit()).unit();
    let middle = a + b + c + d;
    Some(if point.dot(middle) < 0.0 { point * -1.0 } else { point })
}

/// Tells whether a point lies on an arc, as exactly as reals can say, and is neither of its ends.
pub(super) fn is_on(point: Vector, a: Vector, b: Vector) -> bool {
    const NEAR: f64 = 2e-15;
    let normal = a.normal(b);
    let length = normal.norm();
    length > 0.0 && point != a && point != b && (normal.dot(point) / length).abs() < NEAR && is_beside(point, a, b, normal)
}

/// Tells whether the point of the great circle that is nearest to a point lies between the ends of the arc.
fn is_beside(point: Vector, a: Vector, b: Vector, normal: Vector) -> bool {
    normal.cross(a).dot(point) > 0.0 && b.cross(normal).dot(point) > 0.0
}

/// Returns the point of an arc that is nearest to a point.
pub(super) fn project(point: Vector, a: Vector, b: Vector) -> Vector {
    let normal = a.normal(b).unit();
    if is_beside(point, a, b, normal) {
        return (point - normal * point.dot(normal)).unit();
    }
    if (point - a).norm() <= (point - b).norm() { a } else { b }
}

/// Returns the signed area of a spherical triangle; positive where it turns left.
pub(super) fn triangle(a: Vector, b: Vector, c: Vector) -> f64 {
    let volume = a.dot((b - a).cross(c - a));
    2.0 * volume.atan2(1.0 + a.dot(b) + b.dot(c) + c.dot(a))
}

/// Returns the centroid of a triangle times its area (`S2::TrueCentroid`).
pub(super) fn triangle_centroid(a: Vector, b: Vector, c: Vector) -> Vector {
    let ratio = |angle: f64| if angle == 0.0 { 1.0 } else { angle / angle.sin() };
    let (at_a, at_b, at_c) = (ratio(b.angle(c)), ratio(c.angle(a)), ratio(a.angle(b)));
    let along = |axis: fn(Vector) -> f64| Vector::from([axis(a), axis(b) - axis(a), axis(c) - axis(a)]);
    let rows = [along(|v| v.x), along(|v| v.y), along(|v| v.z)];
    let ratios = Vector::from([at_a, at_b - at_a, at_c - at_a]);
    let [first, second, third] = rows;
    Vector::from([second.cross(third).dot(ratios), third.cross(first).dot(ratios), first.cross(second).dot(ratios)]) * 0.5
}

/// Returns the centroid of an arc times its length (`S2::TrueCentroid` of an edge).
pub(super) fn arc_centroid(a: Vector, b: Vector) -> Vector {
    let (difference, sum) = (a - b, a + b);
    let cosine = sum.norm();
    if cosine == 0.0 { Vector::ZERO } else { sum * (difference.norm() / cosine) }
}
