//! Unions and intersections of regions.
//!
//! Edges are cut where they cross; the pieces on the right side of the other region's boundary are joined to loops. Order and
//! first vertices of the loops are those of the engine's library (`S2Builder::Graph::CanonicalizeLoopOrder`,
//! emu/geo-union-polygons-array-function-00, emu/geo-intersection-2polygons-function-00).

use super::shape::{Loop, Polygon};
use super::vector::{Vector, crossing, is_on};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// Which pieces of a boundary stay.
#[derive(Clone, Copy, PartialEq)]
enum Keep {
    Inside,
    Outside,
}

/// A piece of an edge, with the number of the edge.
#[derive(Clone, Copy)]
struct Piece {
    from: Vector,
    to: Vector,
    edge: usize,
}

/// Returns the union of regions: the two with the fewest vertices first, until one is left (`S2Polygon::DestructiveUnion`).
pub(super) fn union(regions: Vec<Polygon>) -> Polygon {
    let mut queue: Vec<(usize, Polygon)> = regions.into_iter().map(|region| (region.vertices(), region)).collect();
    queue.sort_by_key(|(size, _)| *size);
    while queue.len() > 1 {
        let rest = queue.split_off(2);
        let [(size, first), (other_size, second)] = queue.as_slice() else { break };
        let size = size + other_size;
        let joined = overlay(first, second, Keep::Outside);
        queue = rest;
        let at = queue.partition_point(|(other, _)| *other <= size);
        queue.insert(at, (size, joined));
    }
    queue.pop().map(|(_, region)| region).unwrap_or_default()
}

/// Returns the intersection of two regions.
pub(super) fn intersection(a: &Polygon, b: &Polygon) -> Polygon {
    overlay(a, b, Keep::Inside)
}

fn overlay(a: &Polygon, b: &Polygon, keep: Keep) -> Polygon {
    let (of_a, of_b) = (cut(a.edges(), b.edges(), 0), cut(b.edges(), a.edges(), a.vertices()));
    let key = |piece: &Piece| (piece.from.bits(), piece.to.bits());
    let in_a: FxHashSet<_> = of_a.iter().map(key).collect();
    let in_b: FxHashSet<_> = of_b.iter().map(key).collect();
    let stays = |piece: &Piece, other: &Polygon| other.contains(piece.from.interpolate(piece.to, 0.5)) == (keep == Keep::Inside);
    let back = |(from, to)| (to, from);
    let first = of_a.iter().filter(|piece| match key(piece) {
        // An edge of both stays once; one that the regions pass in opposite directions is inside their union.
        key if in_b.contains(&key) => true,
        key if in_b.contains(&back(key)) => false,
        _ => stays(piece, b),
    });
    let second = of_b.iter().filter(|piece| {
        let key = key(piece);
        !in_a.contains(&key) && !in_a.contains(&back(key)) && stays(piece, a)
    });
    Polygon { loops: joined(&first.chain(second).copied().collect::<Vec<_>>()) }
}

/// Cuts edges where the others cross or touch them; numbers count on from `first`.
fn cut(edges: impl Iterator<Item = (Vector, Vector)>, others: impl Iterator<Item = (Vector, Vector)>, first: usize) -> Vec<Piece> {
    let others: Vec<(Vector, Vector)> = others.collect();
    edges
        .zip(first..)
        .flat_map(|((a, b), edge)| pieces(a, b, &others).into_iter().map(move |(from, to)| Piece { from, to, edge }))
        .collect()
}

/// Returns the pieces of an edge between the points where other edges cross or touch it.
pub(super) fn pieces(a: Vector, b: Vector, others: &[(Vector, Vector)]) -> Vec<(Vector, Vector)> {
    let mut cuts = vec![a, b];
    // Points of both arcs are in the smaller of two caps: what lies farther apart than their radii cannot meet.
    let reach = (a - b).norm();
    for (c, d) in others {
        if (a - *c).norm() > reach + (*c - *d).norm() {
            continue;
        }
        cuts.extend(crossing_in_order(a, b, *c, *d));
        cuts.extend([*c, *d].into_iter().filter(|point| is_on(*point, a, b)));
    }
    cuts.sort_by(|p, q| (*p - a).norm().total_cmp(&(*q - a).norm()));
    cuts.dedup_by(|p, q| (*p - *q).norm() < 1e-15);
    if let Some(last) = cuts.last_mut() {
        *last = b;
    }
    super::shape::edges(&cuts).filter(|(from, to)| from != to).collect()
}

/// Computes a crossing the same way whichever of the edges is asked, so that both are cut at the same point.
fn crossing_in_order(a: Vector, b: Vector, c: Vector, d: Vector) -> Option<Vector> {
    let sorted = |p: Vector, q: Vector| if p.bits() <= q.bits() { (p, q) } else { (q, p) };
    let ((a, b), (c, d)) = (sorted(a, b), sorted(c, d));
    if a.bits() <= c.bits() { crossing(a, b, c, d) } else { crossing(c, d, a, b) }
}

/// Joins pieces to loops, at a vertex of several by the sharpest turn to the left.
fn joined(pieces: &[Piece]) -> Vec<Loop> {
    let mut leaving: FxHashMap<[u64; 3], Vec<usize>> = FxHashMap::default();
    for (at, piece) in pieces.iter().enumerate() {
        leaving.entry(piece.from.bits()).or_default().push(at);
    }
    let mut used = vec![false; pieces.len()];
    let mut loops: Vec<Vec<Piece>> = Vec::new();
    for start in 0..pieces.len() {
        let mut walk = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| !used.get(*at).copied().unwrap_or(true)) {
            let Some(piece) = pieces.get(at) else { break };
            used.iter_mut().skip(at).take(1).for_each(|used| *used = true);
            walk.push(*piece);
            let open = leaving.get(&piece.to.bits()).into_iter().flatten().copied().filter(|at| !used.get(*at).copied().unwrap_or(true));
            next = open.min_by(|p, q| left_first(piece, pieces.get(*p), pieces.get(*q)));
        }
        if walk.len() > 2 && walk.first().map(|piece| piece.from) == walk.last().map(|piece| piece.to) {
            rotate(&mut walk);
            loops.push(walk);
        }
    }
    loops.sort_by_key(|walk| walk.first().map(|piece| piece.edge));
    loops.into_iter().map(|walk| walk.into_iter().map(|piece| piece.from).collect()).collect()
}

fn left_first(before: &Piece, a: Option<&Piece>, b: Option<&Piece>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return Ordering::Equal };
    let turn = |next: &Piece| {
        let at = before.to;
        let (back, on) = (at.cross(before.from), at.cross(next.to));
        // The clockwise angle from the way back: the sharpest turn to the left has the smallest.
        at.dot(on.cross(back)).atan2(on.dot(back)).rem_euclid(2.0 * std::f64::consts::PI)
    };
    turn(a).total_cmp(&turn(b))
}

/// Brings the pieces of the edge with the highest number to the end.
fn rotate(walk: &mut [Piece]) {
    let (mut last, mut gap) = (0, false);
    let mut highest = walk.first().map_or(0, |piece| piece.edge);
    for (at, piece) in walk.iter().enumerate().skip(1) {
        match piece.edge.cmp(&highest) {
            Ordering::Less => gap = true,
            Ordering::Equal if gap => {}
            _ => (last, highest, gap) = (at, piece.edge, false),
        }
    }
    let by = (last + 1) % walk.len().max(1);
    walk.rotate_left(by);
}

/// Joins pieces of lines to lines as long as they can be, each piece once whichever way it is passed.
pub(super) fn joined_lines(pieces: impl Iterator<Item = (Vector, Vector)>) -> Vec<Vec<Vector>> {
    let mut seen: FxHashSet<[[u64; 3]; 2]> = FxHashSet::default();
    let mut key = |(a, b): &(Vector, Vector)| {
        let mut ends = [a.bits(), b.bits()];
        ends.sort_unstable();
        seen.insert(ends)
    };
    let pieces: Vec<(Vector, Vector)> = pieces.filter(|piece| key(piece)).collect();
    let mut leaving: FxHashMap<[u64; 3], Vec<usize>> = FxHashMap::default();
    let mut arriving: FxHashMap<[u64; 3], usize> = FxHashMap::default();
    for (at, (from, to)) in pieces.iter().enumerate() {
        leaving.entry(from.bits()).or_default().insert(0, at);
        *arriving.entry(to.bits()).or_default() += 1;
    }
    let mut lines = Vec::new();
    let is_start = |from: &Vector, leaving: &FxHashMap<[u64; 3], Vec<usize>>| {
        leaving.get(&from.bits()).map_or(0, Vec::len) > arriving.get(&from.bits()).copied().unwrap_or(0)
    };
    let starts: Vec<Vector> = pieces.iter().map(|(from, _)| *from).filter(|from| is_start(from, &leaving)).collect();
    // Walks begin where more leave than arrive, and then anywhere: what is left are rings.
    for start in starts.into_iter().chain(pieces.iter().map(|(from, _)| *from)) {
        let mut line = vec![start];
        while let Some(at) = line.last().and_then(|end| leaving.get_mut(&end.bits())).and_then(Vec::pop) {
            line.extend(pieces.get(at).map(|(_, to)| *to));
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}
