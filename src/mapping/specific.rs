//! Whether what is left of a predicate still singles events out.
//!
//! A detection that lost the conditions it was written for is another detection: calling it wider would not be honest. It counts
//! conditions; that each lost one is named is `predicate`'s.

use super::load::PartRef;
use super::read::refused;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Matcher};
use crate::source::Span;

/// Fields that say what kind of record an event is (<https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference>)
/// and what made it.
const KINDS: &[&str] = &["event.kind", "event.category", "event.type", "event.module", "event.dataset", "agent.type"];

/// Where predicates are counted: a part in one dialect.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) at: &'a PartRef,
    pub(super) dialect: Dialect,
}

/// Refuses a mapped predicate that kept none, or less than half, of the conditions that single events out.
pub(super) fn enough_left(original: (&Expr, Place<'_>), mapped: (&Expr, Place<'_>), losses: &[Loss]) -> Result<(), Loss> {
    let wider = || losses.iter().filter(|loss| loss.fidelity == Fidelity::Wider);
    let specific = |loss: &&Loss| original.1.specific_at(original.0, loss.span);
    let Some(first) = wider().find(specific).or_else(|| wider().next()) else { return Ok(()) };
    enough(original.1.specific(original.0), mapped.1.specific(mapped.0), first)
}

/// Refuses what kept none, or less than half, of the conditions wanted; `lost` is one that was not kept.
pub fn enough(wanted: usize, kept: usize, lost: &Loss) -> Result<(), Loss> {
    if wanted > 0 && kept == 0 {
        let message = format!("no condition that singles events out could be kept: {}", lost.message);
        return Err(refused("no-condition-left", lost.span, message));
    }
    if wanted > 2 * kept {
        let message = format!("{} conditions of {wanted} cannot be kept: {}", wanted - kept, lost.message);
        return Err(refused("most-conditions-lost", lost.span, message));
    }
    Ok(())
}

impl Place<'_> {
    /// Counts the conditions of a conjunction that single events out.
    fn specific(self, expr: &Expr) -> usize {
        expr.conjuncts().iter().filter(|part| self.is_specific(part)).count()
    }

    /// Tells whether a condition that singles events out stands at a place.
    fn specific_at(self, expr: &Expr, place: Span) -> bool {
        let holds = |part: &Expr| part.span.start <= place.start && place.end <= part.span.end;
        expr.conjuncts().iter().any(|part| holds(part) && self.is_specific(part))
    }

    /// Tells whether a condition asks for something in particular: not for a field to be there, nor for something not to be, nor for
    /// what the source itself says of its events.
    fn is_specific(self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::And(operands) => operands.iter().any(|operand| self.is_specific(operand)),
            ExprKind::Or(operands) => operands.iter().all(|operand| self.is_specific(operand)),
            ExprKind::Not(_) | ExprKind::Literal(_) => false,
            ExprKind::Match { matcher: Matcher::Exists | Matcher::IsNull, .. } => false,
            ExprKind::Match { field: FieldRef::Field(name), .. } => !self.is_kind(name),
            _ => true,
        }
    }

    fn is_kind(self, name: &str) -> bool {
        let of_host = ["data_stream.", "host.os."].iter().any(|group| name.starts_with(group));
        of_host || KINDS.contains(&name) || self.at.implied(self.dialect).contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, enough_left};
    use crate::diagnostic::{Fidelity, Loss};
    use crate::ir::{Dialect, Expr};
    use crate::lang::kuery;
    use crate::mapping::Sources;
    use crate::source::Span;

    fn check(original: &str, mapped: &str, expected: Option<&str>) {
        let read = |text: &str| -> Expr { kuery::lower(&kuery::parse(text).expect("a kuery"), &|_| crate::schema::FieldType::default()) };
        let lost = [Loss::query("field-not-in-target", Fidelity::Wider, Span::default(), "`x` has no counterpart")];
        let at = Sources::builtin().parts().find(|at| at.part.id == "linux" && &*at.source.name == "defender-process").expect("the part");
        let place = Place { at: &at, dialect: Dialect::Elastic };
        let refused = enough_left((&read(original), place), (&read(mapped), place), &lost).err().map(|loss| loss.code);
        assert_eq!(refused, expected, "{original} -> {mapped}");
    }

    #[test]
    fn a_detection_that_lost_what_it_was_written_for_is_refused() {
        check("a: 1 and b: 2", "a: 1", None);
        check("a: 1 and b: 2 and c: 3", "a: 1", Some("most-conditions-lost"));
        check("a: 1 and b: *", "b: *", Some("no-condition-left"));
        check("a: 1 and not b: 2", "not b: 2", Some("no-condition-left"));
        check("a: 1 and event.category: process", "event.category: process", Some("no-condition-left"));
    }

    #[test]
    fn exclusions_and_presence_are_lost_by_name_only() {
        check("a: 1 and not b: 2 and not c: 3", "a: 1", None);
        check("not a: 1 and not b: 2", "not a: 1", None);
        check("a: 1 and event.type: start and event.action: exec", "a: 1", None);
    }
}
