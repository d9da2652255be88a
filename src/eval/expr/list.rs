//! `in`, `has_any`, `has_all` over lists and tables. Constant lists become hashed sets or prepared needles once.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::key::Key;
use super::super::node::Flow;
use super::super::scope::Scope;
use super::test::{Needle, text_of};
use super::{Compiled, KeySet};
use crate::ir::{Case, Expr, Plan, StringTest, Type, Value, convert};
use crate::source::Span;
use std::sync::Arc;

/// Values that `in (table)` takes at most (`in-operator`).
const TABLE_LIMIT: usize = 1_000_000;

/// What is asked of value and list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// `None` for equality.
    pub(super) test: Option<StringTest>,
    /// Whether all elements must pass.
    pub(super) all: bool,
    /// Case rule.
    pub(super) case: Case,
    /// `!in`
    pub(super) negated: bool,
}

impl Compiler<'_> {
    pub(super) fn in_list(&mut self, question: Question, value: &Expr, list: &[Expr], scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let span = value.span;
        let value = self.expr(value, scope)?;
        let list = list.iter().map(|element| self.expr(element, scope)).collect::<Result<Vec<_>, _>>()?;
        if list.iter().all(|element| element.known().is_some()) {
            let mut elements = Vec::new();
            for element in list.iter().filter_map(Compiled::known) {
                flatten(element, &mut elements);
            }
            return self.in_constants(question, value, &elements, span);
        }
        Ok(Compiled::computed(Type::Bool, move |frame| {
            let mut elements = Vec::new();
            for element in &list {
                flatten(&element.get(frame), &mut elements);
            }
            let value_type = value.ty;
            Members::new(question, value_type, &elements, span)
                .map_or(Value::Null, |members| Value::Bool(members.has(&value.get(frame), value_type) != question.negated))
        }))
    }

    pub(super) fn in_plan(
        &mut self,
        question: Question,
        value: &Expr,
        plan: &Arc<Plan>,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        let span = value.span;
        let value = self.expr(value, scope)?;
        let node = self.independent(plan)?;
        let (mut distinct, mut elements) = (KeySet::default(), Vec::new());
        node.run(self.context, &mut |row| {
            let mut cells = Vec::new();
            flatten(row.first().unwrap_or(&Value::Null), &mut cells);
            elements.extend(cells.into_iter().filter(|cell| distinct.insert(Key(cell.clone()))));
            if distinct.len() > TABLE_LIMIT {
                let message = format!("the table of the list has more than {TABLE_LIMIT} values");
                return Err(Refusal::new("list-too-long", plan.span, message));
            }
            Ok(Flow::More)
        })?;
        self.in_constants(question, value, &elements, span)
    }

    fn in_constants(&mut self, question: Question, value: Compiled, elements: &[Value], span: Span) -> Result<Compiled, Refusal> {
        let ty = value.ty;
        let constant = value.known().is_some();
        let members = Members::new(question, ty, elements, span)?;
        let compiled = Compiled::computed(Type::Bool, move |frame| Value::Bool(members.has(&value.get(frame), ty) != question.negated));
        Ok(compiled.folded(self.context, constant))
    }
}

/// Takes arrays apart: `in (dynamic([1, 2]), 3)` is `in (1, 2, 3)`.
fn flatten(value: &Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(items) => into.extend(items.iter().cloned()),
        other => into.push(other.clone()),
    }
}

/// A list that is ready to be asked.
enum Members {
    Equal { keys: KeySet, texts: bool, case: Case },
    Tests { needles: Vec<Needle>, all: bool },
}

impl Members {
    fn new(question: Question, ty: Type, elements: &[Value], span: Span) -> Result<Self, Refusal> {
        if let Some(test) = question.test {
            let needles = elements.iter().map(|element| Needle::new(test, question.case, &text_of(element, Type::Dynamic), span));
            return Ok(Self::Tests { needles: needles.collect::<Result<_, _>>()?, all: question.all });
        }
        let mut keys = KeySet::default();
        for element in elements {
            keys.insert(key(&element_as(element, ty), question.case));
        }
        let texts = keys.iter().any(|key| matches!(key.0, Value::String(_)));
        Ok(Self::Equal { keys, texts, case: question.case })
    }

    fn has(&self, value: &Value, ty: Type) -> bool {
        match self {
            Self::Tests { needles, all } => {
                let text = text_of(value, ty);
                let mut passes = needles.iter().map(|needle| needle.is_in(&text));
                if *all { passes.all(|pass| pass) } else { passes.any(|pass| pass) }
            }
            Self::Equal { keys, texts, case } => {
                let found = !value.is_null() && keys.contains(&key(value, *case));
                let loose = *texts && !matches!(value, Value::String(_)) && matches!(ty, Type::Dynamic | Type::Unknown);
                found || (loose && keys.contains(&key(&Value::string(convert::to_text(value, Type::Dynamic)), *case)))
            }
        }
    }
}

fn key(value: &Value, case: Case) -> Key {
    if case == Case::Insensitive { Key::folded(value) } else { Key(value.clone()) }
}

/// Reads an element as the type of the value looked up (dkt/dynamic_strings-066).
fn element_as(element: &Value, ty: Type) -> Value {
    let is_text = matches!(element, Value::String(_));
    match ty {
        Type::Dynamic | Type::Unknown => element.clone(),
        Type::String if !is_text => Value::string(convert::to_text(element, Type::Dynamic)),
        Type::String => element.clone(),
        _ if is_text => convert::convert(element, Type::String, ty),
        _ => element.clone(),
    }
}
