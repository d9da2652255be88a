//! Three-valued `and`, `or`, `not`, and conditionals, where null counts as not true.

use super::super::Refusal;
use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::{Compiled, Frame, from_truth, settle};
use crate::ir::{Expr, Type, Value};

impl Compiler<'_> {
    /// `and` (`all`) or `or`: the first operand that decides ends the evaluation; else null if any was null.
    pub(super) fn junction(&mut self, operands: &[Expr], all: bool, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let operands = operands.iter().map(|operand| self.expr(operand, scope)).collect::<Result<Vec<_>, _>>()?;
        let constant = operands.iter().all(|operand| operand.known().is_some());
        let compiled = Compiled::computed(Type::Bool, move |frame| {
            let mut result = Some(all);
            for operand in &operands {
                match operand.truth(frame) {
                    Some(truth) if truth != all => return Value::Bool(truth),
                    Some(_) => {}
                    None => result = None,
                }
            }
            from_truth(result)
        });
        Ok(compiled.folded(self.context, constant))
    }

    pub(super) fn not(&mut self, operand: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let operand = self.expr(operand, scope)?;
        let constant = operand.known().is_some();
        let compiled = Compiled::computed(Type::Bool, move |frame| from_truth(operand.truth(frame).map(|truth| !truth)));
        Ok(compiled.folded(self.context, constant))
    }

    /// `case`, `iff`: the first true condition decides (k2s/0261, k2s/0506).
    pub(super) fn conditional(
        &mut self,
        arms: &[(Expr, Expr)],
        otherwise: &Expr,
        ty: Type,
        scope: &mut Scope<'_>,
    ) -> Result<Compiled, Refusal> {
        let mut compiled = Vec::new();
        for (condition, value) in arms {
            compiled.push((self.expr(condition, scope)?, self.expr(value, scope)?));
        }
        let otherwise = self.expr(otherwise, scope)?;
        let ty = if ty == Type::Unknown { common_type(compiled.iter().map(|(_, v)| v.ty).chain([otherwise.ty])) } else { ty };
        let constant = otherwise.known().is_some() && compiled.iter().all(|(c, v)| c.known().is_some() && v.known().is_some());
        let choose = move |frame: &Frame<'_>| {
            let arm = compiled.iter().find(|(condition, _)| condition.holds(frame)).map(|(_, value)| value);
            settle(arm.unwrap_or(&otherwise).value(frame), ty)
        };
        Ok(Compiled::computed(ty, choose).folded(self.context, constant))
    }
}

/// The type that all have, if they have one.
fn common_type(mut types: impl Iterator<Item = Type>) -> Type {
    let first = types.next().unwrap_or_default();
    if types.all(|ty| ty == first) { first } else { Type::Unknown }
}
