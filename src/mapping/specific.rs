//! Whether what is left of a predicate still singles events out.
//!
//! A detection that lost the conditions it was written for is another detection: calling it wider would not be honest. It counts
//! conditions; that each lost one is named is `predicate`'s.

use super::load::PartRef;
use super::read::refused;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Matcher, Type};
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

/// Refuses a mapped predicate that kept none, or less than half, of the conditions that single events out. Predicates keep the places
/// of what they stand for.
pub(super) fn enough_left(original: (&Expr, Place<'_>), mapped: (&Expr, Place<'_>), losses: &[Loss]) -> Result<(), Loss> {
    let wider = || losses.iter().filter(|loss| loss.fidelity == Fidelity::Wider);
    let became = |place: Span| mapped.0.conjuncts().iter().filter(move |part| holds(place, part.span));
    // What the target's own sources say of their events is no condition of the rule's.
    let is_wanted = |part: &&Expr| {
        let is_kind = became(part.span).next().is_some() && !became(part.span).any(|kept| mapped.1.is_specific(kept));
        original.1.is_specific(part) && !is_kind
    };
    let wanted: Vec<Span> = original.0.conjuncts().iter().filter(is_wanted).map(|part| part.span).collect();
    let is_kept = |place: &&Span| !wider().any(|loss| holds(**place, loss.span)) || became(**place).next().is_some();
    let first = wider().find(|loss| wanted.iter().any(|place| holds(*place, loss.span))).or_else(|| wider().next());
    first.map_or(Ok(()), |first| enough(wanted.len(), wanted.iter().filter(is_kept).count(), first))
}

/// The conditions of a pipeline, wherever in it they stand.
#[derive(Default)]
pub(super) struct Tally {
    wanted: usize,
    kept: usize,
}

impl Tally {
    /// Counts the conditions of a predicate and what is left of them. Predicates keep the places of what they stand for.
    pub(super) fn count(&mut self, original: &Expr, mapped: &Expr) {
        let asked = original.conjuncts().iter().filter(|part| says_more(part, &is_kind));
        for part in asked {
            self.wanted += 1;
            self.kept += usize::from(mapped.conjuncts().iter().any(|kept| holds(part.span, kept.span)));
        }
    }

    /// Refuses a pipeline that kept none of its conditions, or less than half.
    pub(super) fn enough(&self, losses: &[Loss]) -> Result<(), Loss> {
        let mut wider = losses.iter().filter(|loss| loss.fidelity == Fidelity::Wider && loss.in_query);
        wider.next().map_or(Ok(()), |first| enough(self.wanted, self.kept, first))
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
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
    /// Tells whether a condition asks for something in particular, not for what the source itself says of its events.
    fn is_specific(self, expr: &Expr) -> bool {
        says_more(expr, &|name| is_kind(name) || self.at.implied(self.dialect).contains_key(name))
    }
}

/// Tells whether a condition asks for something in particular: not for a field to be there, nor for something not to be, nor for
/// a time, nor for what fields of the given kind say.
fn says_more(expr: &Expr, is_kind: &dyn Fn(&str) -> bool) -> bool {
    match &expr.kind {
        ExprKind::And(operands) => operands.iter().any(|operand| says_more(operand, is_kind)),
        ExprKind::Or(operands) => operands.iter().all(|operand| says_more(operand, is_kind)),
        ExprKind::Not(_) | ExprKind::Literal(_) => false,
        ExprKind::Match { matcher: Matcher::Exists | Matcher::IsNull, .. } => false,
        ExprKind::Match { field: FieldRef::Field(name), .. } => !is_kind(name),
        ExprKind::Call { function, .. } => !matches!(&**function, "isnotnull" | "isnull" | "isnotempty" | "isempty"),
        ExprKind::Compare { left, right, .. } => left.ty != Type::DateTime && right.ty != Type::DateTime,
        _ => true,
    }
}

fn is_kind(name: &str) -> bool {
    ["data_stream.", "host.os."].iter().any(|group| name.starts_with(group)) || KINDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{Place, enough_left};
    use crate::diagnostic::{Fidelity, Loss};
    use crate::ir::{Dialect, Expr};
    use crate::lang::kuery;
    use crate::mapping::Sources;

    /// Takes the conditions on some fields out of a predicate and names each as lost.
    fn check(original: &str, lost: &[&str], expected: Option<&str>) {
        let original: Expr = kuery::lower(&kuery::parse(original).expect("a kuery"), &|_| crate::schema::FieldType::default());
        let names = |part: &Expr, field: &str| format!("{:?}", part.kind).contains(&format!("Field(\"{field}\")"));
        let is_lost = |part: &Expr| lost.iter().any(|field| names(part, field));
        let (gone, kept): (Vec<Expr>, Vec<Expr>) = original.conjuncts().iter().cloned().partition(is_lost);
        let named = |part: &Expr| Loss::query("field-not-in-target", Fidelity::Wider, part.span, "no counterpart");
        let losses: Vec<Loss> = gone.iter().map(named).collect();
        let at = Sources::builtin().parts().find(|at| at.part.id == "linux" && &*at.source.name == "defender-process").expect("the part");
        let place = Place { at: &at, dialect: Dialect::Elastic };
        let refused = enough_left((&original, place), (&Expr::all(kept, original.span), place), &losses).err().map(|loss| loss.code);
        assert_eq!(refused, expected, "{original:?} without {lost:?}");
    }

    #[test]
    fn a_detection_that_lost_what_it_was_written_for_is_refused() {
        check("a: 1 and b: 2", &["b"], None);
        check("a: 1 and b: 2 and c: 3", &["b", "c"], Some("most-conditions-lost"));
        check("a: 1 and b: *", &["a"], Some("no-condition-left"));
        check("a: 1 and not b: 2", &["a"], Some("no-condition-left"));
        check("a: 1 and event.category: process", &["a"], Some("no-condition-left"));
    }

    #[test]
    fn exclusions_and_presence_are_lost_by_name_only() {
        check("a: 1 and not b: 2 and not c: 3", &["b", "c"], None);
        check("not a: 1 and not b: 2", &["b"], None);
        check("a: 1 and event.type: start and event.action: exec", &["event.type", "event.action"], None);
    }
}
