//! XML as a property bag (`parse-xml-function`): attributes are `@name`, text beside them is `#text`, a repeated child is an array.

use crate::functions::Args;
use crate::ir::{Object, Value};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::sync::Arc;

/// Elements nested deeper than this are not read.
const MAX_DEPTH: usize = 128;

/// Null where the text is no XML.
pub(super) fn parse_xml(args: &Args<'_>) -> Value {
    read(&args.text(0)).unwrap_or_default()
}

/// An element that is being read.
struct Element {
    name: String,
    members: Object,
    text: String,
}

impl Element {
    fn open(start: &BytesStart<'_>) -> Option<Self> {
        let name = String::from_utf8(start.name().as_ref().to_vec()).ok()?;
        let mut members = Object::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let key = std::str::from_utf8(attribute.key.as_ref()).ok()?.to_owned();
            let raw = std::str::from_utf8(&attribute.value).ok()?;
            members.push((Arc::from(format!("@{key}")), Value::string(quick_xml::escape::unescape(raw).ok()?)));
        }
        Some(Self { name, members, text: String::new() })
    }

    fn value(mut self) -> Value {
        let text = self.text.trim();
        match (self.members.is_empty(), text.is_empty()) {
            (true, true) => Value::Null,
            (true, false) => Value::string(text),
            (false, true) => Value::object(self.members),
            (false, false) => {
                let at = self.members.iter().take_while(|(name, _)| name.starts_with('@')).count();
                self.members.insert(at, (Arc::from("#text"), Value::string(text)));
                Value::object(self.members)
            }
        }
    }
}

fn read(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text.trim());
    let mut open = vec![Element { name: String::new(), members: Object::new(), text: String::new() }];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= MAX_DEPTH => open.push(Element::open(&start)?),
            Event::Start(_) => return None,
            Event::Empty(start) => add(open.last_mut()?, Element::open(&start)?),
            Event::End(_) => {
                let closed = open.pop()?;
                add(open.last_mut()?, closed);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(std::str::from_utf8(&text).ok()?),
            Event::CData(text) => open.last_mut()?.text.push_str(std::str::from_utf8(&text).ok()?),
            Event::GeneralRef(entity) => {
                let name = std::str::from_utf8(&entity).ok()?.to_owned();
                open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&format!("&{name};")).ok()?);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let root = open.pop().filter(|root| open.is_empty() && root.members.len() == 1 && root.text.trim().is_empty())?;
    Some(Value::object(root.members))
}

fn add(parent: &mut Element, child: Element) {
    let name: Arc<str> = Arc::from(child.name.as_str());
    let value = child.value();
    match parent.members.iter_mut().find(|(known, _)| *known == name) {
        None => parent.members.push((name, value)),
        Some((_, Value::Array(items))) => Arc::make_mut(items).push(value),
        Some((_, first)) => *first = Value::array(vec![std::mem::take(first), value]),
    }
}
