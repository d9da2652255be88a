//! Ids of S2 cells: the cube's faces, each a square along a Hilbert curve (s2geometry.io/devguide/s2cell_hierarchy).

use super::vector::Vector;

const MAX_LEVEL: u8 = 30;
const MAX_SIZE: i64 = 1 << MAX_LEVEL;

/// What turns the curve in a quarter: the order of the quarters in each of its four orientations, and how each changes it.
const QUARTERS: [[(i64, i64); 4]; 4] = [
    [(0, 0), (0, 1), (1, 1), (1, 0)],
    [(0, 0), (1, 0), (1, 1), (0, 1)],
    [(1, 1), (1, 0), (0, 0), (0, 1)],
    [(1, 1), (0, 1), (0, 0), (1, 0)],
];
const TURNS: [usize; 4] = [1, 0, 0, 3];

/// A cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell {
    id: u64,
    level: u8,
}

/// A face of the cube and a square on it, in the units of the smallest cells.
#[derive(Clone, Copy, Debug)]
struct Square {
    face: u8,
    i: i64,
    j: i64,
}

impl Cell {
    /// Returns the cell of a level, 0 to 30, that holds a point.
    pub(super) fn of_point(point: Vector, level: u8) -> Self {
        let (face, u, v) = face_uv(point);
        Self::of_square(Square { face, i: index(u), j: index(v) }, level)
    }

    pub(super) fn of_token(token: &str) -> Option<Self> {
        if token.is_empty() || token.len() > 16 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let id = u64::from_str_radix(token, 16).ok()? << (4 * (16 - token.len()));
        let is_valid = id != 0 && (id >> 61) < 6 && id.trailing_zeros().is_multiple_of(2) && id.trailing_zeros() <= 60;
        is_valid.then(|| Self { id, level: MAX_LEVEL - (id.trailing_zeros() / 2) as u8 })
    }

    pub(super) fn token(self) -> String {
        format!("{:016x}", self.id).trim_end_matches('0').to_owned()
    }

    pub(super) fn level(self) -> u8 {
        self.level
    }

    /// Returns the six cells of level 0.
    pub(super) fn faces() -> impl Iterator<Item = Self> {
        (0..6).map(|face| Self { id: (face << 61) | (1 << 60), level: 0 })
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let step = self.lowest() >> 2;
        (0..4).map(move |child| Self { id: self.id - 3 * step + 2 * step * child, level: self.level + 1 })
    }

    fn lowest(self) -> u64 {
        1 << (2 * (MAX_LEVEL - self.level))
    }

    fn of_square(square: Square, level: u8) -> Self {
        let mut id = u64::from(square.face);
        let mut orientation = usize::from(square.face & 1);
        for bit in (0..MAX_LEVEL).rev() {
            let quarter = (square.i >> bit & 1, square.j >> bit & 1);
            let order = QUARTERS.get(orientation).copied().unwrap_or_default();
            let position = order.iter().position(|known| *known == quarter).unwrap_or_default();
            id = id << 2 | position as u64;
            orientation ^= TURNS.get(position).copied().unwrap_or_default();
        }
        let lowest = 1_u64 << (2 * (MAX_LEVEL - level));
        let id = id << 1 | 1;
        Self { id: (id & lowest.wrapping_neg()) | lowest, level }
    }

    /// The corner of the cell with the smallest coordinates.
    fn square(self) -> Square {
        let face = (self.id >> 61) as u8;
        let mut orientation = usize::from(face & 1);
        let (mut i, mut j) = (0, 0);
        for level in 1..=self.level {
            let position = (self.id >> (61 - 2 * u32::from(level)) & 3) as usize;
            let (a, b) = QUARTERS.get(orientation).and_then(|order| order.get(position)).copied().unwrap_or_default();
            (i, j) = (i << 1 | a, j << 1 | b);
            orientation ^= TURNS.get(position).copied().unwrap_or_default();
        }
        let up = MAX_LEVEL - self.level;
        Square { face, i: i << up, j: j << up }
    }

    fn size(self) -> i64 {
        1 << (MAX_LEVEL - self.level)
    }

    pub(super) fn centre(self) -> Vector {
        let Square { face, i, j } = self.square();
        let middle = |n: i64| quadratic((2 * n + self.size()) as f64 / (2 * MAX_SIZE) as f64);
        on_face(face, middle(i), middle(j)).unit()
    }

    /// The four corners, turning left from the lowest.
    pub(super) fn corners(self) -> [Vector; 4] {
        let Square { face, i, j } = self.square();
        let edge = |n: i64| quadratic(n as f64 / MAX_SIZE as f64);
        let (low_u, high_u, low_v, high_v) = (edge(i), edge(i + self.size()), edge(j), edge(j + self.size()));
        [(low_u, low_v), (high_u, low_v), (high_u, high_v), (low_u, high_v)].map(|(u, v)| on_face(face, u, v).unit())
    }

    pub(super) fn contains(self, point: Vector) -> bool {
        Self::of_point(point, self.level) == self
    }

    /// The cells around, in the order of `S2CellId::AppendAllNeighbors`; at a corner of the cube there are seven.
    pub(super) fn neighbors(self) -> Vec<Self> {
        let Square { face, i, j } = self.square();
        let size = self.size();
        let around = [(-1, -1), (1, -1), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, 1), (1, 1)].map(|(x, y)| (i + x * size, j + y * size));
        let mut found = Vec::new();
        for (i, j) in around {
            let is_same_face = (0..MAX_SIZE).contains(&i) && (0..MAX_SIZE).contains(&j);
            let square = if is_same_face { Square { face, i, j } } else { wrapped(face, i, j) };
            let cell = Self::of_square(square, self.level);
            if !found.contains(&cell) {
                found.push(cell);
            }
        }
        found
    }
}

/// A square beyond the edge of a face is on the next one (`S2CellId::FromFaceIJWrap`).
fn wrapped(face: u8, i: i64, j: i64) -> Square {
    let uv = |n: i64| {
        let linear = (2 * (n.clamp(-1, MAX_SIZE) - MAX_SIZE / 2) + 1) as f64 / MAX_SIZE as f64;
        linear.clamp(-1.0 - f64::EPSILON, 1.0 + f64::EPSILON)
    };
    let (face, u, v) = face_uv(on_face(face, uv(i), uv(j)));
    let linear = |n: f64| ((0.5 * (n + 1.0) * MAX_SIZE as f64).floor() as i64).clamp(0, MAX_SIZE - 1);
    Square { face, i: linear(u), j: linear(v) }
}

fn index(uv: f64) -> i64 {
    let st = if uv >= 0.0 { 0.5 * (1.0 + 3.0 * uv).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * uv).sqrt() };
    ((st * MAX_SIZE as f64).floor() as i64).clamp(0, MAX_SIZE - 1)
}

/// S2's quadratic projection of 0..1 onto -1..1.
fn quadratic(st: f64) -> f64 {
    if st >= 0.5 { (4.0 * st * st - 1.0) / 3.0 } else { (1.0 - 4.0 * (1.0 - st) * (1.0 - st)) / 3.0 }
}

fn face_uv(p: Vector) -> (u8, f64, f64) {
    let (x, y, z) = (p.x.abs(), p.y.abs(), p.z.abs());
    if x > y && x > z {
        if p.x > 0.0 { (0, p.y / p.x, p.z / p.x) } else { (3, p.z / p.x, p.y / p.x) }
    } else if x <= y && y > z {
        if p.y > 0.0 { (1, -p.x / p.y, p.z / p.y) } else { (4, p.z / p.y, -p.x / p.y) }
    } else if p.z > 0.0 {
        (2, -p.x / p.z, -p.y / p.z)
    } else {
        (5, -p.y / p.z, -p.x / p.z)
    }
}

fn on_face(face: u8, u: f64, v: f64) -> Vector {
    let corner = match face {
        0 => [1.0, u, v],
        1 => [-u, 1.0, v],
        2 => [-u, -v, 1.0],
        3 => [-1.0, -v, -u],
        4 => [v, -1.0, -u],
        _ => [v, u, -1.0],
    };
    Vector::from(corner)
}
