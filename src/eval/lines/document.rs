//! Dynamic values straight from JSON text, without the members that nobody reads.

use super::Cells;
use crate::eval::need::Need;
use crate::ir::{Object, Value};
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::sync::Arc;

/// Up to how many members a name is looked for one by one.
const FEW: usize = 16;

/// Reads a value of which `need` is read.
pub(super) fn read(raw: &[u8], need: &Need, cells: &mut Cells) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let value = Document { need, cells }.deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| value)
}

struct Document<'n, 'c> {
    need: &'n Need,
    cells: &'c mut Cells,
}

impl<'l> DeserializeSeed<'l> for Document<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Document<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Long(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(i64::try_from(n).map_or(Value::Real(n as f64), Value::Long))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Value, E> {
        Ok(Value::Real(n))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(self.cells.text(text)))
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Document { need: &Need::All, cells: self.cells })? {
            array.push(item);
        }
        Ok(Value::array(array))
    }

    fn visit_map<A: MapAccess<'l>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object: Object = Vec::new();
        let mut places: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        while let Some(name) = members.next_key_seed(Name(self.cells))? {
            let Some(need) = self.need.part(&name) else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = members.next_value_seed(Document { need, cells: self.cells })?;
            // Of a name that stands twice the last value counts, as in every JSON object that is read whole.
            let place = if object.len() < FEW { object.iter().position(|(known, _)| *known == name) } else { places.get(&name).copied() };
            match place.and_then(|place| object.get_mut(place)) {
                Some((_, old)) => *old = value,
                None => object.push((name, value)),
            }
            if object.len() == FEW {
                places = object.iter().enumerate().map(|(place, (name, _))| (Arc::clone(name), place)).collect();
            } else if object.len() > FEW
                && let Some((name, _)) = object.last()
            {
                places.insert(Arc::clone(name), object.len() - 1);
            }
        }
        Ok(Value::object(object))
    }
}

/// A member's name.
struct Name<'c>(&'c mut Cells);

impl<'l> DeserializeSeed<'l> for Name<'_> {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Arc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Arc<str>, E> {
        Ok(self.0.text(name))
    }
}
