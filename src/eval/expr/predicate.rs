//! Event predicates (`Match`) inside plans: two-valued tests of any value of a field, over the row's event document and columns.

use super::super::compile::Compiler;
use super::super::event::{Fields, Predicate};
use super::super::matching::CompiledMatcher;
use super::super::scope::Scope;
use super::super::{DOCUMENT, Refusal};
use super::Compiled;
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expr, FieldRef, Matcher, Type, Value};

impl Compiler<'_> {
    pub(super) fn event_predicate(
        &mut self,
        field: &FieldRef,
        matcher: &Matcher,
        expr: &Expr,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        if let FieldRef::Value(value) = field {
            let value = self.expr(value, scope)?;
            let matcher = CompiledMatcher::new(matcher, self.context.now, expr.span).map_err(refusal)?;
            return Ok(Compiled::computed(Type::Bool, move |frame| {
                let value = value.get(frame);
                Value::Bool(matcher.matches_any(&value) || (value.is_null() && matcher.matches_missing()))
            }));
        }
        let predicate = Predicate::new(expr, self.context.now).map_err(refusal)?;
        let columns = scope.columns().to_vec();
        Ok(Compiled::computed(Type::Bool, move |frame| Value::Bool(predicate.matches(&RowFields { columns: &columns, row: frame.row }))))
    }
}

fn refusal(diagnostic: Diagnostic) -> Refusal {
    Refusal::new(diagnostic.code, diagnostic.primary.span, diagnostic.message)
}

/// A row as an event: its document's fields, and its columns as fields of their name.
struct RowFields<'r> {
    columns: &'r [Column],
    row: &'r [Value],
}

impl Fields for RowFields<'_> {
    fn any_value(&self, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
        self.columns.iter().zip(self.row).any(|(column, value)| {
            if &*column.name == DOCUMENT { inner(value, name, visit) } else { member(&column.name, value, name, visit) }
        })
    }

    fn any_field(&self, visit: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
        self.columns.iter().zip(self.row).any(|(column, value)| {
            let mut path = if &*column.name == DOCUMENT { String::new() } else { column.name.to_string() };
            every(value, &mut path, visit)
        })
    }
}

/// Returns the values of a field of a row, elements of arrays one by one; none where it is missing or null.
pub(in super::super) fn field_values(columns: &[Column], row: &[Value], name: &str) -> Vec<Value> {
    let mut values = Vec::new();
    RowFields { columns, row }.any_value(name, &mut |value| {
        if !value.is_null() {
            values.push(value.clone());
        }
        false
    });
    values
}

/// Visits the values that `name` has inside `value`.
fn inner(value: &Value, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| inner(item, name, visit)),
        Value::Object(members) => members.iter().any(|(key, value)| member(key, value, name, visit)),
        _ => false,
    }
}

fn member(key: &str, value: &Value, name: &str, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
    // Most members are told apart by their first letter.
    if key.as_bytes().first() != name.as_bytes().first() && !key.is_empty() {
        return false;
    }
    match name.strip_prefix(key) {
        Some("") => leaves(value, visit),
        Some(rest) => rest.strip_prefix('.').is_some_and(|rest| inner(value, rest, visit)),
        None => false,
    }
}

fn leaves(value: &Value, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| leaves(item, visit)),
        value => visit(value),
    }
}

/// Visits every field below `path`, objects beside their leaves.
fn every(value: &Value, path: &mut String, visit: &mut dyn FnMut(&str, &Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| every(item, path, visit)),
        Value::Object(members) => {
            if !path.is_empty() && visit(path, value) {
                return true;
            }
            let length = path.len();
            members.iter().any(|(key, value)| {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(key);
                let found = every(value, path, visit);
                path.truncate(length);
                found
            })
        }
        scalar => visit(path, scalar),
    }
}
