//! Writes down what changed, with the source text of both versions.

use super::logic::Comparer;
use super::{Area, Change, Direction, Kind, Side};
use crate::ir::{Expr, ExprKind};
use crate::source::Span;
use std::ops::Range;

impl Comparer<'_> {
    /// Records something that only one version has.
    pub(super) fn record_one(&mut self, kind: Kind, what: String, span: Span, effect: Direction) {
        self.record_kind(kind, what, span, Some(effect));
    }

    pub(super) fn record_kind(&mut self, kind: Kind, what: String, span: Span, effect: Option<Direction>) {
        let (old, new) = if kind == Kind::Removed { (Some(self.old.side(span)), None) } else { (None, Some(self.new.side(span))) };
        self.push(Change { area: Area::Logic, kind, what, within: self.within.clone(), old, new, effect });
    }

    /// Records an element of a list, which may stand in a longer literal.
    pub(super) fn record_value(&mut self, kind: Kind, what: &str, element: &Expr, effect: Direction) {
        let ExprKind::Literal(value) = &element.kind else { return self.record_one(kind, what.to_owned(), element.span, effect) };
        let text = value.as_str().map_or_else(|| crate::ir::convert::to_text(value, element.ty), |text| format!("\"{text}\""));
        let place = if kind == Kind::Removed { &self.old } else { &self.new };
        let side = Some(Side { text, ..place.side(element.span) });
        let (old, new) = if kind == Kind::Removed { (side, None) } else { (None, side) };
        self.push(Change { area: Area::Logic, kind, what: what.to_owned(), within: self.within.clone(), old, new, effect: known(effect) });
    }

    /// Records an expression that changed; where only a part of it did, behind a name that reads the same, that part is shown.
    pub(super) fn record_changed(&mut self, what: String, old: &Expr, new: &Expr, effect: Direction) {
        let (mut a, mut b) = (old, new);
        while self.old.side(a.span).text == self.new.side(b.span).text {
            let (olds, news) = (a.children(), b.children());
            let next = olds.into_iter().zip(news).find(|(x, y)| self.canon.expr(x) != self.canon.expr(y));
            match next {
                Some((x, y)) => (a, b) = (x, y),
                None => break,
            }
        }
        let shown = if std::ptr::eq(a, old) { what } else { format!("{what} `{}`", self.new.side(new.span).text) };
        self.record(&shown, a.span, b.span, known(effect));
    }

    /// Records two versions of something.
    pub(super) fn record(&mut self, what: &str, old: Span, new: Span, effect: Option<Direction>) {
        let (old, new) = (Some(self.old.side(old)), Some(self.new.side(new)));
        self.push(Change { area: Area::Logic, kind: Kind::Changed, what: what.to_owned(), within: self.within.clone(), old, new, effect });
    }

    /// Records a text of the rule file that the query does not hold.
    pub(super) fn record_text(&mut self, kind: Kind, what: &str, text: &str, effect: Direction) {
        let side = Some(Side { text: text.to_owned(), span: Span::default() });
        let (old, new) = if kind == Kind::Removed { (side, None) } else { (None, side) };
        self.push(Change { area: Area::Logic, kind, what: what.to_owned(), within: self.within.clone(), old, new, effect: Some(effect) });
    }

    /// Records two versions of a text.
    pub(super) fn record_texts(&mut self, what: &str, old: &str, new: &str) {
        let side = |text: &str| Some(Side { text: text.to_owned(), span: Span::default() });
        let (old, new) = (side(old), side(new));
        self.push(Change {
            area: Area::Logic,
            kind: Kind::Changed,
            what: what.to_owned(),
            within: self.within.clone(),
            old,
            new,
            effect: None,
        });
    }

    /// Carries what is said of changes on to the alert: `one` is what becomes of a change that lets through fewer rows.
    pub(super) fn bend(&mut self, which: Range<usize>, one: Direction) {
        for change in self.changes.iter_mut().take(which.end).skip(which.start) {
            change.effect = match one {
                Direction::Narrower | Direction::Same => change.effect,
                Direction::Broader => change.effect.map(Direction::flip),
                Direction::Unknown => None,
            };
        }
    }

    fn push(&mut self, mut change: Change) {
        change.effect = change.effect.and_then(known);
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Returns the text of an expression in one of the versions.
    pub(super) fn text_of(&self, expr: &Expr, of_old: bool) -> String {
        if of_old { self.old.side(expr.span).text } else { self.new.side(expr.span).text }
    }
}

fn known(effect: Direction) -> Option<Direction> {
    (effect != Direction::Unknown).then_some(effect)
}
