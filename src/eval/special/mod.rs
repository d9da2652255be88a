//! Rare operators by name, as `Op::Special` keeps them.

use super::Refusal;
use super::compile::{Built, Compiler};
use crate::ir::{Named, Plan};
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn special(&mut self, name: &str, _inputs: &[Arc<Plan>], _args: &[Named], plan: &Plan) -> Result<Built, Refusal> {
        Err(Refusal::new("unsupported-operator", plan.span, format!("`{name}` is not run")))
    }
}
