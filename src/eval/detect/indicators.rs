//! Threat match: events that share values with indicator rows. Each event comes out at most once.

use super::super::Refusal;
use super::super::compile::{Built, Compiler};
use super::super::context::Context;
use super::super::expr::field_values;
use super::super::node::{Flow, Node, Sink, operator};
use crate::ir::{IndicatorPair, Plan, Type, Value, convert};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the indicators have in the fields that an event must share, and beside each of it what they have in those that it must not.
type Known = FxHashMap<Vec<String>, Vec<Vec<Vec<String>>>>;

impl Compiler<'_> {
    pub(in super::super) fn indicators(
        &mut self,
        input: &Arc<Plan>,
        indicators: &Arc<Plan>,
        mapping: &[Vec<IndicatorPair>],
        _plan: &Plan,
    ) -> Result<Built, Refusal> {
        let (input, indicators) = (self.plan(input)?, self.plan(indicators)?);
        let (columns, mapping) = (input.columns.to_vec(), mapping.to_vec());
        let run = move |context: &Context, out: &mut Sink<'_>| {
            let known = known(&indicators, &mapping, context)?;
            input.run(context, &mut |row| {
                let shares = mapping.iter().zip(&known).any(|(alternative, known)| {
                    let own = others(&input, row, alternative, |pair| &pair.field);
                    let combinations = combinations(&input, row, alternative, |pair| &pair.field);
                    combinations.iter().filter_map(|values| known.get(values)).flatten().any(|theirs| differ(&own, theirs))
                });
                if shares { out(row) } else { Ok(Flow::More) }
            })
        };
        Ok((columns, operator(run)))
    }
}

/// Tells whether no field has a value in common. A field that one of the two lacks differs, one that both lack does not
/// (<https://github.com/elastic/kibana/pull/227084>).
fn differ(own: &[Vec<String>], theirs: &[Vec<String>]) -> bool {
    own.iter().zip(theirs).all(|(own, theirs)| {
        let both_lack = own.is_empty() && theirs.is_empty();
        !both_lack && !own.iter().any(|value| theirs.contains(value))
    })
}

/// The value combinations that the indicators have, for each alternative.
fn known(indicators: &Node, mapping: &[Vec<IndicatorPair>], context: &Context) -> Result<Vec<Known>, Refusal> {
    let mut known = vec![Known::default(); mapping.len()];
    indicators.run(context, &mut |row| {
        for (alternative, known) in mapping.iter().zip(&mut known) {
            context.hold(alternative.len(), indicators.span)?;
            let theirs = others(indicators, row, alternative, |pair| &pair.indicator);
            for values in combinations(indicators, row, alternative, |pair| &pair.indicator) {
                let beside = known.entry(values).or_default();
                if !beside.contains(&theirs) {
                    beside.push(theirs.clone());
                }
            }
        }
        Ok(Flow::More)
    })?;
    Ok(known)
}

/// Every combination of the values, as texts, of the fields that must be shared; none where one is missing.
fn combinations(node: &Node, row: &[Value], pairs: &[IndicatorPair], side: fn(&IndicatorPair) -> &str) -> Vec<Vec<String>> {
    let mut combinations = vec![Vec::new()];
    for pair in pairs.iter().filter(|pair| !pair.negate) {
        let texts = texts(node, row, side(pair));
        let extend = |so_far: &Vec<String>| {
            texts.iter().map(|text| so_far.iter().cloned().chain([text.clone()]).collect()).collect::<Vec<Vec<String>>>()
        };
        combinations = combinations.iter().flat_map(extend).collect();
    }
    combinations
}

/// The values, as texts, of each field that must not be shared.
fn others(node: &Node, row: &[Value], pairs: &[IndicatorPair], side: fn(&IndicatorPair) -> &str) -> Vec<Vec<String>> {
    pairs.iter().filter(|pair| pair.negate).map(|pair| texts(node, row, side(pair))).collect()
}

fn texts(node: &Node, row: &[Value], field: &str) -> Vec<String> {
    let values = field_values(&node.columns, row, field);
    values.iter().map(|value| convert::to_text(value, Type::Dynamic)).filter(|text| !text.is_empty()).collect()
}
