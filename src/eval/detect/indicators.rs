//! Threat match: events that share values with indicator rows. Each event comes out at most once.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::field_values;
use super::super::node::{Flow, Node, Sink, operator};
use crate::ir::{Plan, Type, Value, convert};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// An alternative: pairs of event field and indicator field that must all be equal.
type Alternative = Vec<(Arc<str>, Arc<str>)>;

impl Compiler<'_> {
    pub(in super::super) fn indicators(
        &mut self,
        input: &Arc<Plan>,
        indicators: &Arc<Plan>,
        mapping: &[Alternative],
        _plan: &Plan,
    ) -> Result<Built, Refusal> {
        let (input, indicators) = (self.plan(input)?, self.plan(indicators)?);
        let (columns, mapping) = (input.columns.to_vec(), mapping.to_vec());
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let known = known(&indicators, &mapping, context)?;
            input.run(context, &mut |row| {
                let shares = mapping.iter().zip(&known).any(|(alternative, known)| {
                    let fields = alternative.iter().map(|(field, _)| &**field);
                    combinations(&input, row, fields).iter().any(|values| known.contains(values))
                });
                if shares { out(row) } else { Ok(Flow::More) }
            })
        };
        Ok((columns, operator(run)))
    }
}

/// The value combinations that the indicators have, for each alternative.
fn known(indicators: &Node, mapping: &[Alternative], context: &Context) -> Result<Vec<FxHashSet<Vec<String>>>, Refusal> {
    let mut known = vec![FxHashSet::default(); mapping.len()];
    indicators.run(context, &mut |row| {
        for (alternative, known) in mapping.iter().zip(&mut known) {
            context.hold(alternative.len(), indicators.span)?;
            known.extend(combinations(indicators, row, alternative.iter().map(|(_, field)| &**field)));
        }
        Ok(Flow::More)
    })?;
    Ok(known)
}

/// Every combination of the fields' values as texts; none where a field is missing.
fn combinations<'f>(node: &Node, row: &[Value], fields: impl Iterator<Item = &'f str>) -> Vec<Vec<String>> {
    let mut combinations = vec![Vec::new()];
    for field in fields {
        let values = field_values(&node.columns, row, field);
        let texts: Vec<String> =
            values.iter().map(|value| convert::to_text(value, Type::Dynamic)).filter(|text| !text.is_empty()).collect();
        let extend = |so_far: &Vec<String>| {
            texts.iter().map(|text| so_far.iter().cloned().chain([text.clone()]).collect()).collect::<Vec<Vec<String>>>()
        };
        combinations = combinations.iter().flat_map(extend).collect();
    }
    combinations
}
