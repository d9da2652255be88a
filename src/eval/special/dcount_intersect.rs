//! The plugin `dcount_intersect`: how many values sketches have in common (`dcount-intersect-plugin`).

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::Frame;
use super::super::node::{Sink, operator};
use super::super::scope::Scope;
use super::Parts;
use crate::functions::sketched_hashes;
use crate::ir::{Column, Type, Value};
use rustc_hash::FxHashSet;

impl Compiler<'_> {
    /// A column for each sketch: the number of values in it and all sketches before it.
    pub(super) fn dcount_intersect(&mut self, parts: &Parts<'_>) -> Result<Built, Refusal> {
        let input = self.plan(parts.input()?)?;
        let mut scope = Scope::new(&input.columns);
        let sketches = parts.args.iter().map(|arg| self.expr(&arg.expr, &mut scope)).collect::<Result<Vec<_>, _>>()?;
        let columns = (0..sketches.len()).map(|position| Column::new(format!("s{position}"), Type::Long)).collect();
        let run = move |context: &Context, out: &mut Sink<'_>| {
            input.run(context, &mut |row| {
                let mut common: Option<FxHashSet<i64>> = None;
                let mut counts = Vec::with_capacity(sketches.len());
                for sketch in &sketches {
                    let hashes = sketched_hashes(&sketch.value(&Frame { row, context })).unwrap_or_default();
                    let both: FxHashSet<i64> =
                        hashes.into_iter().filter(|hash| common.as_ref().is_none_or(|common| common.contains(hash))).collect();
                    counts.push(Value::Long(both.len() as i64));
                    common = Some(both);
                }
                out(&counts)
            })
        };
        Ok((columns, operator(run)))
    }
}
