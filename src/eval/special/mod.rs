//! Rare operators by name, as `Op::Special` keeps them: an entry of the table for each.

mod bag_unpack;
mod clauses;
mod dcount_intersect;
mod fields;
mod geo_lookup;
mod graph;
mod ip_lookup;
mod look_up;
mod pivot;
mod plugins;
mod rows_near;
mod sampling;
mod scan;
mod schema;
mod schema_merge;
mod several;
mod timeline;
mod top_nested;

use super::Refusal;
use super::compile::{Built, Compiler};
use crate::ir::{Named, Plan};
use crate::source::Span;
use std::sync::Arc;

/// What a rare operator consists of.
pub(super) struct Parts<'p> {
    inputs: &'p [Arc<Plan>],
    args: &'p [Named],
    plan: &'p Plan,
}

/// Compiles a rare operator.
type Compile = for<'c, 'p> fn(&mut Compiler<'c>, &Parts<'p>) -> Result<Built, Refusal>;

static OPERATORS: &[(&str, Compile)] = &[
    ("sample", |compiler, parts| compiler.sample(parts)),
    ("sample-distinct", |compiler, parts| compiler.sample_distinct(parts)),
    ("top-hitters", |compiler, parts| compiler.top_hitters(parts)),
    ("top-nested", |compiler, parts| compiler.top_nested(parts)),
    ("scan", |compiler, parts| compiler.scan_steps(parts)),
    ("evaluate", |compiler, parts| compiler.evaluate(parts)),
    ("fork", |compiler, parts| compiler.fork(parts)),
    ("facet", |compiler, parts| compiler.facet(parts)),
    ("graph-match", |compiler, parts| compiler.graph_match(parts, false)),
    ("graph-shortest-paths", |compiler, parts| compiler.graph_match(parts, true)),
    ("graph-to-table", |compiler, parts| compiler.graph_to_table(parts)),
    ("getschema", |compiler, parts| compiler.get_schema(parts)),
    ("assert-schema", |compiler, parts| compiler.pass(parts)),
    ("render", |compiler, parts| compiler.pass(parts)),
    ("consume", |compiler, parts| compiler.consume(parts)),
    ("fields", |compiler, parts| compiler.fields(parts)),
    ("keep", |compiler, parts| compiler.keep(parts)),
    ("enrich", |compiler, parts| compiler.enrich(parts)),
    ("lookup-join", |compiler, parts| compiler.lookup_join(parts)),
    ("completion", |compiler, parts| compiler.completion(parts)),
];

impl Compiler<'_> {
    pub(super) fn special(&mut self, name: &str, inputs: &[Arc<Plan>], args: &[Named], plan: &Plan) -> Result<Built, Refusal> {
        match OPERATORS.iter().find(|(known, _)| *known == name) {
            Some((_, compile)) => compile(self, &Parts { inputs, args, plan }),
            None => Err(Refusal::new("unsupported-operator", plan.span, format!("`{name}` is not run"))),
        }
    }
}

impl Parts<'_> {
    /// Returns the piped rows.
    fn input(&self) -> Result<&Arc<Plan>, Refusal> {
        self.inputs.first().ok_or_else(|| self.invalid("rows are missing"))
    }

    /// Returns the argument of that name.
    fn arg(&self, name: &str) -> Option<&Named> {
        self.args.iter().find(|arg| &*arg.name == name)
    }

    fn span(&self) -> Span {
        self.plan.span
    }

    fn invalid(&self, what: &str) -> Refusal {
        Refusal::new("invalid-plan", self.plan.span, format!("the operator is incomplete: {what}"))
    }
}
