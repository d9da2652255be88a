//! Geohashes.

use super::shape::Point;
use crate::functions::Args;
use crate::functions::args::text_or_empty;
use crate::ir::Value;
use std::sync::Arc;

const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// A cell: its south-west corner and its size, in degrees.
#[derive(Clone, Copy, Debug)]
struct Cell {
    west: f64,
    south: f64,
    width: f64,
    height: f64,
}

impl Cell {
    fn parse(hash: &str) -> Option<Self> {
        let mut cell = Self { west: -180.0, south: -90.0, width: 360.0, height: 180.0 };
        let mut halves_width = true;
        for byte in hash.to_ascii_lowercase().bytes() {
            let digit = ALPHABET.iter().position(|known| *known == byte)?;
            for bit in (0..5).rev() {
                cell.halve(halves_width, digit >> bit & 1 == 1);
                halves_width = !halves_width;
            }
        }
        ((1..=18).contains(&hash.len())).then_some(cell)
    }

    fn halve(&mut self, width: bool, upper: bool) {
        let (edge, size) = if width { (&mut self.west, &mut self.width) } else { (&mut self.south, &mut self.height) };
        *size /= 2.0;
        if upper {
            *edge += *size;
        }
    }

    fn centre(self) -> Point {
        Point { longitude: self.west + self.width / 2.0, latitude: self.south + self.height / 2.0 }
    }
}

fn encode(point: Point, length: usize) -> String {
    let mut cell = Cell { west: -180.0, south: -90.0, width: 360.0, height: 180.0 };
    let mut hash = String::with_capacity(length);
    let mut halves_width = true;
    for _ in 0..length {
        let mut digit = 0;
        for _ in 0..5 {
            let upper = if halves_width { point.longitude >= cell.centre().longitude } else { point.latitude >= cell.centre().latitude };
            cell.halve(halves_width, upper);
            halves_width = !halves_width;
            digit = digit * 2 + usize::from(upper);
        }
        hash.extend(ALPHABET.get(digit).map(|byte| char::from(*byte)));
    }
    hash
}

/// 1 to 18 characters, 5 unless said (`geo-point-to-geohash-function`).
pub(super) fn geo_point_to_geohash(args: &Args<'_>) -> Value {
    let length = if args.values.len() > 2 { args.long(2) } else { Some(5) };
    let length = length.filter(|n| (1..=18).contains(n));
    text_or_empty(Point::of_args(args, 0).zip(length).map(|(point, length)| encode(point, length as usize)))
}

fn geometry(kind: &str, coordinates: Value) -> Value {
    Value::object(vec![(Arc::from("type"), Value::string(kind)), (Arc::from("coordinates"), coordinates)])
}

fn position(longitude: f64, latitude: f64) -> Value {
    Value::array(vec![Value::Real(longitude), Value::Real(latitude)])
}

pub(super) fn geo_geohash_to_central_point(args: &Args<'_>) -> Value {
    let Some(centre) = Cell::parse(&args.text(0)).map(Cell::centre) else { return Value::Null };
    geometry("Point", position(centre.longitude, centre.latitude))
}

pub(super) fn geo_geohash_to_polygon(args: &Args<'_>) -> Value {
    let Some(Cell { west, south, width, height }) = Cell::parse(&args.text(0)) else { return Value::Null };
    let (east, north) = (west + width, south + height);
    let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    geometry("Polygon", Value::array(vec![Value::array(ring.into_iter().map(|(x, y)| position(x, y)).collect())]))
}

/// Western, then south-western and on as the engine lists them (emu/geo-geohash-neighbors-function-00).
pub(super) fn geo_geohash_neighbors(args: &Args<'_>) -> Value {
    const AROUND: [(f64, f64); 8] = [(-1.0, 0.0), (-1.0, -1.0), (0.0, -1.0), (1.0, -1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 1.0)];
    let hash = args.text(0);
    let Some(cell) = Cell::parse(&hash) else { return Value::Null };
    let centre = cell.centre();
    let neighbor = |(x, y): (f64, f64)| {
        let longitude = (centre.longitude + x * cell.width + 180.0).rem_euclid(360.0) - 180.0;
        let latitude = centre.latitude + y * cell.height;
        (latitude.abs() <= 90.0).then(|| Value::string(encode(Point { longitude, latitude }, hash.len())))
    };
    Value::array(AROUND.into_iter().filter_map(neighbor).collect())
}
