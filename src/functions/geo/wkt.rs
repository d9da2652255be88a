//! Well-known text as GeoJSON.

use crate::functions::Args;
use crate::ir::Value;
use std::sync::Arc;

/// The kinds, with how deep their coordinates nest: a point is 0.
const KINDS: &[(&str, &str, usize)] = &[
    ("POINT", "Point", 0),
    ("LINESTRING", "LineString", 1),
    ("POLYGON", "Polygon", 2),
    ("MULTIPOINT", "MultiPoint", 1),
    ("MULTILINESTRING", "MultiLineString", 2),
    ("MULTIPOLYGON", "MultiPolygon", 3),
];

pub(super) fn geo_from_wkt(args: &Args<'_>) -> Value {
    let text = args.text(0);
    let mut reader = Reader { rest: text.trim() };
    reader.geometry(0).filter(|_| reader.rest.is_empty()).unwrap_or_default()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, c: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(c)?.trim_start();
        Some(())
    }

    fn geometry(&mut self, depth: usize) -> Option<Value> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic())?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let word = word.to_ascii_uppercase();
        let (kind, name, content) = if word == "GEOMETRYCOLLECTION" && depth < 16 {
            ("GeometryCollection", "geometries", self.list(|reader| reader.geometry(depth + 1))?)
        } else {
            let (_, kind, nesting) = KINDS.iter().find(|(known, ..)| *known == word)?;
            let content = if *nesting == 0 { self.point()? } else { self.coordinates(*nesting)? };
            (*kind, "coordinates", content)
        };
        Some(Value::object(vec![(Arc::from("type"), Value::string(kind)), (Arc::from(name), content)]))
    }

    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<Value>) -> Option<Value> {
        self.eat('(')?;
        let mut items = vec![item(self)?];
        while self.eat(',').is_some() {
            items.push(item(self)?);
        }
        self.eat(')')?;
        Some(Value::array(items))
    }

    fn point(&mut self) -> Option<Value> {
        self.eat('(')?;
        let position = self.position()?;
        self.eat(')')?;
        Some(position)
    }

    fn coordinates(&mut self, nesting: usize) -> Option<Value> {
        match nesting {
            1 => self.list(|reader| if reader.rest.starts_with('(') { reader.point() } else { reader.position() }),
            _ => self.list(|reader| reader.coordinates(nesting - 1)),
        }
    }

    fn position(&mut self) -> Option<Value> {
        Some(Value::array(vec![self.number()?, self.number()?]))
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        self.rest = after;
        number.parse().ok().map(Value::Real)
    }
}
