//! Plans as JSON, for `isoglot parse --ir`: every operator with its inputs inside, and each shared part once.
//!
//! A part with several parents is written in full where it is met first, with an `id`; from then on `{"ref": id}` stands for it.
//! Without that, `let a = T; let b = union a, a; let c = union b, b; …` would double the text with every line.
//! An operator nests three levels deep in JSON: of 500 real rules one is deeper than 128, where serde_json and jq 1.6 stop reading.

use super::{ExprKind, Op, Plan, Schema};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// What is written of a plan.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
enum Written<'a> {
    /// A part that stands in full further up in the same document.
    Reference {
        /// Its `id`.
        r#ref: &'a str,
    },
    /// An operator.
    Whole {
        /// How references name it; only parts with several parents have one.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        /// The `let` name that the author gave to this part, if any.
        name: &'a Option<Arc<str>>,
        /// What it does.
        op: &'a Op,
        /// The columns that come out, in order.
        schema: &'a Schema,
        /// Where the operator stands in the query text.
        span: Span,
    },
}

impl JsonSchema for Plan {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Plan")
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _root = Root::enter(self);
        let (id, met) = meet(self);
        match id.as_deref() {
            Some(id) if met => Written::Reference { r#ref: id },
            id => Written::Whole { id, name: &self.name, op: &self.op, schema: &self.schema, span: self.span },
        }
        .serialize(serializer)
    }
}

/// The shared parts of the plan that is being written.
#[derive(Default)]
struct Shared {
    ids: FxHashMap<*const Plan, Arc<str>>,
    written: FxHashSet<*const Plan>,
}

thread_local! {
    /// Set while a plan is written: serde hands no context down to the parts.
    static SHARED: RefCell<Option<Shared>> = const { RefCell::new(None) };
}

/// The outermost plan of a document; what is shared in it is forgotten when it has been written, also where writing failed.
struct Root;

impl Root {
    fn enter(plan: &Plan) -> Option<Self> {
        SHARED.with_borrow_mut(|shared| {
            shared.is_none().then(|| {
                *shared = Some(Shared { ids: ids(plan), written: FxHashSet::default() });
                Self
            })
        })
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        SHARED.set(None);
    }
}

/// Returns the id of a shared part, and whether it was written before.
fn meet(plan: &Plan) -> (Option<Arc<str>>, bool) {
    let address = std::ptr::from_ref(plan);
    SHARED.with_borrow_mut(|shared| match shared {
        Some(shared) => (shared.ids.get(&address).cloned(), !shared.written.insert(address)),
        None => (None, false),
    })
}

/// Names every part that has several parents: by its `let`, numbered where two have the same.
fn ids(root: &Plan) -> FxHashMap<*const Plan, Arc<str>> {
    let mut parents = FxHashMap::default();
    let mut order = Vec::new();
    count_parents(root, &mut parents, &mut order);
    let mut taken: FxHashMap<&str, usize> = FxHashMap::default();
    let shared = order.into_iter().filter(|part| parents.get(&std::ptr::from_ref(*part)).is_some_and(|count| *count > 1));
    shared
        .map(|part| {
            let name = part.name.as_deref().unwrap_or("");
            let number = taken.entry(name).and_modify(|n| *n += 1).or_insert(1);
            let id = if *number == 1 && !name.is_empty() { name.to_owned() } else { format!("{name}#{number}") };
            (std::ptr::from_ref(part), Arc::from(id))
        })
        .collect()
}

/// Counts the parents of every part; `order` is that of the first meeting.
fn count_parents<'a>(plan: &'a Plan, parents: &mut FxHashMap<*const Plan, usize>, order: &mut Vec<&'a Plan>) {
    for part in parts(plan) {
        let count = parents.entry(std::ptr::from_ref(part)).or_insert(0);
        *count += 1;
        if *count == 1 {
            order.push(part);
            count_parents(part, parents, order);
        }
    }
}

/// Returns the plans directly inside a plan, those of its expressions included.
fn parts(plan: &Plan) -> Vec<&Plan> {
    let mut parts: Vec<&Plan> = plan.op.inputs().into_iter().map(AsRef::as_ref).collect();
    for expr in plan.op.expressions() {
        expr.walk(&mut |inner| {
            if let ExprKind::InPlan { plan, .. } | ExprKind::Scalar(plan) = &inner.kind {
                parts.push(plan);
            }
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{TableSource, UnionColumns};

    fn plan(op: Op, name: Option<&str>) -> Arc<Plan> {
        Arc::new(Plan { op, schema: Schema::default(), span: Span::at(0), name: name.map(Arc::from) })
    }

    fn twice(part: &Arc<Plan>, name: Option<&str>) -> Arc<Plan> {
        let inputs = vec![part.clone(), part.clone()];
        plan(Op::Union { inputs, columns: UnionColumns::Outer, source_column: None, fuzzy: false }, name)
    }

    fn check(plan: &Arc<Plan>, expected: &[&str]) {
        let text = serde_json::to_string(plan).unwrap();
        for part in expected {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_shared_part_is_written_once() {
        let scan = plan(Op::Scan(TableSource::Table(Arc::from("T"))), Some("a"));
        check(&twice(&scan, None), &[r#"[{"id":"a","name":"a","op":{"scan":{"table":"T"}}"#, r#",{"ref":"a"}]"#]);
        let unnamed = twice(&plan(Op::Each, None), None);
        check(&twice(&unnamed, None), &[r##"{"id":"#1","name":null"##, r##"{"ref":"#1"}"##, r##"{"ref":"#2"}"##]);
    }

    #[test]
    fn sharing_on_sharing_does_not_grow() {
        let doubled = (0..64).fold(plan(Op::Each, None), |part, _| twice(&part, Some("x")));
        check(&doubled, &[r#"{"ref":"x#63"}"#]);
        assert!(serde_json::to_string(&doubled).unwrap().len() < 20_000);
    }
}
