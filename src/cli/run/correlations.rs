//! Correlations of a one-pass run: the matches of the rules that they name are kept, and each correlation runs over them at the end.

use super::super::Failure;
use super::super::translate::RuleFile;
use super::{alerting, output};
use crate::eval::alert::run_rule;
use crate::eval::event::with_sigma_names;
use crate::eval::world::World;
use crate::eval::{Refusal, Settings};
use crate::ir::{Correlation, Op, Plan, Rule, Schema, TableSource};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The first part of the names that matches are kept under.
const MATCHES: &str = "matches";

/// A correlation over kept matches.
struct Ready<'f> {
    file: &'f RuleFile,
    /// The original, for messages.
    written: &'f Rule,
    /// Reads matches where the original reads its rules.
    rule: Rule,
}

/// All correlations with the matches that they look at.
pub(super) struct Correlations<'f> {
    ready: Vec<Ready<'f>>,
    /// Positions of the rules whose matches are kept.
    needed: BTreeSet<usize>,
    world: World,
}

impl<'f> Correlations<'f> {
    /// Finds the correlations of the files. `tried` are the rules whose matches come.
    pub(super) fn new(files: &'f [RuleFile], tried: &[&Rule]) -> Self {
        let mut all = Self { ready: Vec::new(), needed: BTreeSet::new(), world: World::default() };
        for (file, written) in files.iter().flat_map(|file| alerting(file).map(move |rule| (file, rule))) {
            let Some(detection) = &written.detection else { continue };
            if let Op::Correlate(_) = &detection.plan.op
                && let Some(plan) = over_matches(&detection.plan, tried, &mut all.needed)
            {
                let mut rule = written.clone();
                rule.detection.iter_mut().for_each(|detection| detection.plan = Arc::clone(&plan));
                all.ready.push(Ready { file, written, rule });
            }
        }
        all
    }

    /// Keeps a match if some correlation looks at it.
    pub(super) fn add(&mut self, rule: usize, event: &[u8]) {
        if self.needed.contains(&rule)
            && let Ok(document) = serde_json::from_slice::<Json>(event)
        {
            self.world.add(&format!("{MATCHES}/{rule}"), with_sigma_names(document));
        }
    }

    /// Runs the correlations and hands over a line for each alert, or why one cannot run; returns the number of alerts.
    pub(super) fn run(
        &self,
        settings: &Settings,
        mut tell: impl FnMut(&RuleFile, &Rule, Result<String, Refusal>) -> Result<(), Failure>,
    ) -> Result<u64, Failure> {
        let mut alerts = 0;
        for ready in &self.ready {
            match run_rule(&ready.rule, &self.world, settings) {
                Ok(outcome) => {
                    for alert in &outcome.alerts {
                        alerts += 1;
                        tell(ready.file, ready.written, Ok(output::line(&ready.file.path, ready.written, alert, &outcome)))?;
                    }
                }
                Err(refusal) => tell(ready.file, ready.written, Err(refusal))?,
            }
        }
        Ok(alerts)
    }
}

/// Puts the kept matches of a rule in the place of its plan.
fn over_matches(plan: &Arc<Plan>, tried: &[&Rule], needed: &mut BTreeSet<usize>) -> Option<Arc<Plan>> {
    if let Op::Correlate(correlation) = &plan.op {
        let rules = correlation.rules.iter().map(|(name, rule)| Some((Arc::clone(name), over_matches(rule, tried, needed)?)));
        let rules = rules.collect::<Option<_>>()?;
        let correlation = Correlation { rules, ..(**correlation).clone() };
        return Some(Plan::new(Op::Correlate(Box::new(correlation)), plan.schema.clone(), plan.span));
    }
    let is_it = |rule: &&Rule| rule.detection.as_ref().is_some_and(|detection| Arc::ptr_eq(&detection.plan, plan));
    let position = tried.iter().position(is_it)?;
    needed.insert(position);
    let source = TableSource::LogSource { category: Some(MATCHES.into()), product: None, service: Some(position.to_string().into()) };
    Some(Plan::new(Op::Scan(source), Schema::unknown(), plan.span))
}
