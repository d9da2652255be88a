//! `fields` and `keep`: what ES|QL sees of event documents as columns.
//!
//! A field's values are held as Elasticsearch's doc values hold them: sorted, keywords each once
//! (<https://www.elastic.co/docs/reference/query-languages/esql/esql-multivalued-fields>, "Duplicate values").

use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::matching::time_of;
use super::super::node::{Flow, Row, Sink, emit_all, operator};
use super::super::operators::matches_pattern;
use super::super::{ABSENT, DOCUMENT, ORDINAL, Refusal, is_hidden};
use super::Parts;
use crate::ir::{Column, ExprKind, Type, Value, convert, order};
use crate::schema::{Catalog, FieldKind, FieldType};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a document says of itself, which is no field of its own.
const OF_DOCUMENT: &[&str] = &["_id", "_index", "_score", "_source", "_version"];

/// The fields of one document.
type Fields = BTreeMap<Arc<str>, Vec<Value>>;

/// Types of fields, looked up once each.
struct Kinds<'a> {
    said: FxHashMap<&'a str, FieldKind>,
    known: FxHashMap<Arc<str>, Option<FieldKind>>,
}

impl Kinds<'_> {
    fn of(&mut self, name: &str) -> Option<FieldKind> {
        if let Some(kind) = self.known.get(name) {
            return *kind;
        }
        let kind = self.said.get(name).copied().or_else(|| Catalog::builtin().field(name).map(|field| field.kind));
        self.known.insert(Arc::from(name), kind);
        kind
    }
}

impl Compiler<'_> {
    /// Runs its input at once: only the documents tell which columns there are.
    pub(super) fn fields(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let (document, ordinal) = (input.position(DOCUMENT), input.position(ORDINAL));
        let said = parts.args.iter().filter_map(|arg| Some((arg.name.strip_prefix("field:")?, kind_of(&arg.expr.kind)?)));
        let mut kinds = Kinds { said: said.collect(), known: FxHashMap::default() };
        let metadata: Vec<&str> = parts.args.iter().filter_map(|arg| arg.name.strip_prefix("metadata:")).collect();
        let mut rows: Vec<(Fields, Vec<Value>)> = Vec::new();
        let width = input.columns.len();
        input.run(self.context, &mut |row| {
            let mut fields = Fields::new();
            match document.and_then(|slot| row.get(slot)) {
                Some(document) => flatten(document, &mut String::new(), &mut kinds, &mut fields),
                None => {
                    for (column, value) in input.columns.iter().zip(row).filter(|(column, _)| !is_hidden(&column.name)) {
                        flatten(value, &mut column.name.to_string(), &mut kinds, &mut fields);
                    }
                }
            }
            self.context.hold(fields.len() + width, parts.span())?;
            let of_row = |slot: Option<usize>| slot.and_then(|slot| row.get(slot));
            let about = metadata.iter().map(|name| about(name, of_row(document), of_row(ordinal))).collect();
            rows.push((fields, about));
            Ok(Flow::More)
        })?;
        let mut names: Vec<Arc<str>> = rows.iter().flat_map(|(fields, _)| fields.keys()).cloned().collect();
        names.sort();
        names.dedup();
        let mut columns: Vec<Column> =
            names.iter().map(|name| Column { name: Arc::clone(name), ty: static_type(kinds.of(name)) }).collect();
        columns.extend(metadata.iter().map(|name| Column::new(name, if *name == "_version" { Type::Long } else { Type::Unknown })));
        columns.push(Column::new(ABSENT, Type::Bool));
        let built = rows.into_iter().map(|(mut fields, about)| -> Row {
            let values = names.iter().map(|name| held(fields.remove(name).unwrap_or_default(), kinds.of(name)));
            values.chain(about).chain([Value::Null]).collect()
        });
        let built: Vec<Row> = built.collect();
        Ok((columns, operator(move |_: &Context, out: &mut Sink<'_>| emit_all(&built, out))))
    }

    /// Chooses and orders columns: where several items match, the full name counts before a part of it, that before `*`, and of equal
    /// ones the last (`commands/keep`).
    pub(super) fn keep(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let items: Vec<(&str, bool)> =
            parts.args.iter().map(|arg| (&*arg.name, matches!(arg.expr.kind, ExprKind::Literal(Value::Bool(true))))).collect();
        let mut kept: Vec<(usize, Option<usize>, Column)> = Vec::new();
        for (slot, column) in input.columns.iter().enumerate() {
            let best = items.iter().enumerate().map(|(at, (item, is_pattern))| (precedence(item, *is_pattern, &column.name), at)).max();
            match best {
                _ if column.name.starts_with(ABSENT) => kept.push((usize::MAX, Some(slot), column.clone())),
                Some((1.., at)) => kept.push((at, Some(slot), column.clone())),
                _ => {}
            }
        }
        // A field that no document has is a column all the same.
        let is_open = input.columns.iter().any(|column| column.name.starts_with(ABSENT));
        for (at, (item, is_pattern)) in items.iter().enumerate() {
            if is_open && !is_pattern && input.position(item).is_none() {
                kept.push((at, None, Column::new(item, Type::Unknown)));
            }
        }
        kept.sort_by_key(|(at, _, _)| *at);
        let columns = kept.iter().map(|(_, _, column)| column.clone()).collect();
        let slots: Vec<Option<usize>> = kept.into_iter().map(|(_, slot, _)| slot).collect();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let mut scratch = Row::new();
            input.run(context, &mut |row| {
                scratch.clear();
                scratch.extend(slots.iter().map(|slot| slot.and_then(|slot| row.get(slot)).cloned().unwrap_or_default()));
                out(&scratch)
            })
        };
        Ok((columns, operator(run)))
    }
}

fn precedence(item: &str, is_pattern: bool, name: &str) -> u8 {
    match (is_pattern, item) {
        (false, item) => u8::from(item == name) * 3,
        (true, "*") => 1,
        (true, pattern) => u8::from(matches_pattern(pattern, name)) * 2,
    }
}

fn kind_of(expr: &ExprKind) -> Option<FieldKind> {
    match expr {
        ExprKind::Literal(Value::String(name)) => FieldType::from_name(name).map(|field| field.kind),
        _ => None,
    }
}

fn static_type(kind: Option<FieldKind>) -> Type {
    match kind {
        Some(FieldKind::Long) => Type::Long,
        Some(FieldKind::Double) => Type::Real,
        Some(FieldKind::Date) => Type::DateTime,
        Some(FieldKind::Boolean) => Type::Bool,
        _ => Type::Unknown,
    }
}

/// What is known of a document besides its fields. One without an id of its own has its position.
fn about(name: &str, document: Option<&Value>, ordinal: Option<&Value>) -> Value {
    let own = document.and_then(|document| document.member(name)).cloned();
    match (name, own) {
        ("_source", _) => document.cloned().unwrap_or_default(),
        (_, Some(own)) => own,
        ("_id", None) => ordinal.and_then(convert::to_long).map_or(Value::Null, |at| Value::string(at.to_string())),
        ("_version", None) => Value::Long(1),
        ("_score", None) => Value::Real(1.0),
        _ => Value::Null,
    }
}

/// Collects the values of every field below `path`.
fn flatten(value: &Value, path: &mut String, kinds: &mut Kinds<'_>, fields: &mut Fields) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| flatten(item, path, kinds, fields)),
        Value::Object(members) if kinds.of(path) != Some(FieldKind::GeoPoint) => {
            let length = path.len();
            for (name, member) in members.iter().filter(|(name, _)| length > 0 || !OF_DOCUMENT.contains(&&**name)) {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                flatten(member, path, kinds, fields);
                path.truncate(length);
            }
        }
        leaf => fields.entry(Arc::from(path.as_str())).or_default().extend(converted(leaf, kinds.of(path))),
    }
}

/// A value as its field's type holds it; what the type does not take has no value.
fn converted(value: &Value, kind: Option<FieldKind>) -> Option<Value> {
    match kind {
        None => Some(value.clone()),
        Some(FieldKind::Long) => convert::to_long(value).map(Value::Long),
        Some(FieldKind::Double) => convert::to_real(value).map(Value::Real),
        Some(FieldKind::Boolean) => match value {
            Value::String(text) if text.is_empty() => Some(Value::Bool(false)),
            other => convert::to_bool(other).map(Value::Bool),
        },
        Some(FieldKind::Date) => time_of(value).map(Value::DateTime),
        Some(FieldKind::GeoPoint | FieldKind::Object | FieldKind::Nested) => Some(value.clone()),
        Some(_) => Some(Value::string(convert::to_text(value, Type::Dynamic))),
    }
}

/// Sorted, keywords each once; analysed text stays as the document has it.
fn held(mut values: Vec<Value>, kind: Option<FieldKind>) -> Value {
    if values.len() > 1 && !kind.is_some_and(FieldKind::is_analysed) {
        values.sort_by(order::sort_order);
        if values.iter().all(|value| matches!(value, Value::String(_))) {
            values.dedup();
        }
    }
    Value::of_field(values)
}
