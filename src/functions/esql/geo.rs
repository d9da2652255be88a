//! Points on the earth. A point is held as its well-known text, `POINT (longitude latitude)`.

use super::{row, strict};
use crate::functions::Args;
use crate::functions::row::Row;
use crate::ir::{Value, convert};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row!("to_geopoint", "(value: any) -> string", strict!(|args: &Args<'_>| point(args.value(0)).map_or(Value::Null, |(x, y)| Value::string(format!("POINT ({x} {y})"))))),
    row!("st_x", "(point: any) -> real", strict!(|args: &Args<'_>| point(args.value(0)).map_or(Value::Null, |(x, _)| Value::Real(x)))),
    row!("st_y", "(point: any) -> real", strict!(|args: &Args<'_>| point(args.value(0)).map_or(Value::Null, |(_, y)| Value::Real(y)))),
    row!("st_distance", "(a: any, b: any) -> real", strict!(distance)),
    super::refused(&["st_intersects", "st_within", "st_contains", "st_disjoint", "to_geoshape", "to_cartesianpoint", "to_cartesianshape"], "(value: any...) -> dynamic", "shapes are not computed"),
];

/// Longitude and latitude: `POINT (x y)`, `lat,lon`, or `{"lat": …, "lon": …}` as `geo_point` fields take them.
fn point(value: &Value) -> Option<(f64, f64)> {
    let pair = match value {
        Value::Object(_) => (convert::to_real(value.member("lon")?)?, convert::to_real(value.member("lat")?)?),
        Value::String(text) => {
            let upper = text.trim().to_ascii_uppercase();
            if let Some(inside) = upper.strip_prefix("POINT") {
                let mut numbers = inside.trim().strip_prefix('(')?.strip_suffix(')')?.split_whitespace();
                (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?)
            } else {
                let (lat, lon) = upper.split_once(',')?;
                (lon.trim().parse().ok()?, lat.trim().parse().ok()?)
            }
        }
        _ => return None,
    };
    Some(pair)
}

/// Metres along a great circle (haversine, mean earth radius 6371008.7714 m: `org.apache.lucene.util.SloppyMath`).
fn distance(args: &Args<'_>) -> Value {
    let (Some((ax, ay)), Some((bx, by))) = (point(args.value(0)), point(args.value(1))) else { return Value::Null };
    let (dx, dy) = ((bx - ax).to_radians(), (by - ay).to_radians());
    let h = (dy / 2.0).sin().powi(2) + ay.to_radians().cos() * by.to_radians().cos() * (dx / 2.0).sin().powi(2);
    Value::Real(2.0 * 6_371_008.771_4 * h.sqrt().min(1.0).asin())
}
