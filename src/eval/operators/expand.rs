//! `mv-expand`: a row for each element of an array or bag (`mv-expand-operator`, k2s/0731).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::{Compiled, Frame, settle};
use super::super::node::{Flow, Node, Row, Sink, operator};
use super::super::scope::Scope;
use super::{put, set};
use crate::ir::{Column, Expand, Plan, Type, Value, convert};
use std::sync::Arc;

/// What is taken apart, and where the elements go.
pub(in super::super) struct Expansion {
    sources: Vec<(Compiled, usize, Option<Type>)>,
    index: Option<usize>,
    bag_as_array: bool,
    limit: usize,
    /// Columns of the rows that come out.
    pub(in super::super) columns: Vec<Column>,
}

impl Compiler<'_> {
    pub(in super::super) fn expansion(
        &mut self,
        input: &Node,
        expands: &[Expand],
        index: Option<&Arc<str>>,
        limit: Option<u64>,
    ) -> Result<Expansion, Refusal> {
        let mut scope = Scope::new(&input.columns);
        let mut columns = input.columns.to_vec();
        let mut sources = Vec::new();
        for expand in expands {
            let value = self.expr(&expand.expr, &mut scope)?;
            let ty = expand.to.unwrap_or(if value.ty == Type::Unknown { Type::Unknown } else { Type::Dynamic });
            sources.push((value, put(&mut columns, &expand.name, ty), expand.to));
        }
        let index = index.map(|name| put(&mut columns, name, Type::Long));
        let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(Expansion { sources, index, bag_as_array: false, limit, columns })
    }

    pub(in super::super) fn expand(
        &mut self,
        input: &Arc<Plan>,
        expands: &[Expand],
        index: Option<&Arc<str>>,
        bag_as_array: bool,
        limit: Option<u64>,
    ) -> Result<Built, Refusal> {
        let input = self.plan(input)?;
        let expansion = Expansion { bag_as_array, ..self.expansion(&input, expands, index, limit)? };
        let columns = expansion.columns.clone();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            input.run(context, &mut |row| {
                for expanded in expansion.rows(row, context) {
                    if out(&expanded)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
                Ok(Flow::More)
            })
        };
        Ok((columns, operator(run)))
    }
}

impl Expansion {
    /// Returns the rows that one row becomes; shorter arrays are filled up with null.
    pub(in super::super) fn rows<'a>(&'a self, row: &'a [Value], context: &'a Context) -> impl Iterator<Item = Row> + 'a {
        let frame = Frame { row, context };
        let lists: Vec<Vec<Value>> = self.sources.iter().map(|(value, ..)| elements(&value.get(&frame), self.bag_as_array)).collect();
        let count = lists.iter().map(Vec::len).max().unwrap_or(0).min(self.limit);
        (0..count).map(move |position| {
            let mut expanded = row.to_vec();
            expanded.resize(self.columns.len(), Value::Null);
            for ((_, slot, to), list) in self.sources.iter().zip(&lists) {
                let element = list.get(position).cloned().unwrap_or_default();
                set(&mut expanded, *slot, to.map_or_else(|| element.clone(), |to| cast(&element, to)));
            }
            if let Some(index) = self.index {
                set(&mut expanded, index, Value::Long(position as i64));
            }
            expanded
        })
    }

    /// Tells whether a column holds elements.
    pub(in super::super) fn fills(&self, slot: usize) -> bool {
        self.sources.iter().any(|(_, target, _)| *target == slot) || self.index == Some(slot)
    }
}

/// Takes a value apart: an array into elements, a bag into bags of one member, null and scalars are one element.
pub(in super::super) fn elements(value: &Value, bag_as_array: bool) -> Vec<Value> {
    match value {
        Value::Array(items) => items.to_vec(),
        Value::Object(members) if bag_as_array => {
            members.iter().map(|(name, member)| Value::array(vec![Value::String(Arc::clone(name)), member.clone()])).collect()
        }
        Value::Object(members) => members.iter().map(|member| Value::object(vec![member.clone()])).collect(),
        other => vec![other.clone()],
    }
}

/// `to typeof(T)`: what is not of the type is null.
fn cast(element: &Value, to: Type) -> Value {
    settle(convert::convert(element, Type::Dynamic, to), to)
}
