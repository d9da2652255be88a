//! Detection operators over rows: what SIEMs have and relational algebra has not.

use super::Refusal;
use super::compile::{Built, Compiler};
use crate::ir::{Correlation, FirstSeen, Plan, Sample, Sequence, Threshold};
use std::sync::Arc;

fn refused(name: &str, plan: &Plan) -> Refusal {
    Refusal::new("unsupported-operator", plan.span, format!("`{name}` is not run"))
}

impl Compiler<'_> {
    pub(super) fn first_seen(&mut self, _first_seen: &FirstSeen, plan: &Plan) -> Result<Built, Refusal> {
        Err(refused("new terms", plan))
    }
    pub(super) fn threshold(&mut self, _threshold: &Threshold, plan: &Plan) -> Result<Built, Refusal> {
        Err(refused("threshold", plan))
    }
    pub(super) fn sequence(&mut self, _sequence: &Sequence, plan: &Plan) -> Result<Built, Refusal> {
        Err(refused("sequence", plan))
    }
    pub(super) fn unordered(&mut self, _sample: &Sample, plan: &Plan) -> Result<Built, Refusal> {
        Err(refused("sample", plan))
    }
    pub(super) fn correlate(&mut self, _correlation: &Correlation, plan: &Plan) -> Result<Built, Refusal> {
        Err(refused("correlation", plan))
    }
    pub(super) fn indicators(
        &mut self,
        _input: &Arc<Plan>,
        _indicators: &Arc<Plan>,
        _mapping: &[Vec<(Arc<str>, Arc<str>)>],
        plan: &Plan,
    ) -> Result<Built, Refusal> {
        Err(refused("threat match", plan))
    }
}
