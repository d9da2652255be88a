//! Keys that the target holds in another shape: as part of a whole, in two halves, or inside a text.
//!
//! A key only tells groups apart; what conditions behind it could say of its value is lost to them.

use super::format::{End, Field};
use super::kusto::{Access, call};
use super::load::PartRef;
use super::names::text_of;
use super::plan::Mapper;
use super::scope::{Cell, Scope};
use super::transform::Problem;
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Expr, ExprKind, Named, Type};
use std::sync::Arc;

impl Mapper<'_> {
    /// Maps a key, in whatever shape the target has it.
    pub(super) fn named_key(&mut self, key: &Named, scope: &Scope) -> Result<(Named, Cell), Problem> {
        self.named(key, scope).or_else(|problem| {
            if let Some((expr, cell)) = self.whole_of(key, scope) {
                let whole = text_of(&expr, self.to).unwrap_or_default();
                let message = format!("groups are made by `{whole}`, of which `{}` is a part: some fall apart", key.name);
                self.lose(Loss::query("finer-groups", Fidelity::Different, key.expr.span, message));
                return Ok((Named { name: key.name.clone(), expr }, cell));
            }
            let named = self.of_halves(key, scope).or_else(|| self.inside_text(key, scope)).ok_or_else(|| problem.clone())?;
            Ok((named, Cell::Lost(problem)))
        })
    }

    /// Puts a key together that Kusto's tables hold in two columns, around its last separator. Both sides tell the same values apart.
    fn of_halves(&self, key: &Named, scope: &Scope) -> Option<Named> {
        let half = |at: &PartRef, wanted: End| {
            let is_half = |field: &Field| field.part_of.as_ref().is_some_and(|(_, end)| *end == wanted) && field.is_whole(self.from);
            let field = self.entries_of_key(key, at).find(|field| is_half(field) && !field.is_whole(self.to))?;
            let (separator, _) = field.part_of.clone()?;
            Some((Access::of(&field.path(self.to, &at.source)?.text(self.to), at, key.expr.span).value(), separator))
        };
        let halves = |at: &PartRef| Some((half(at, End::Head)?, half(at, End::Tail)?.0));
        let ((head, separator), tail) = self.parts_of_key(key, scope)?.iter().find_map(halves)?;
        let separator = Expr::literal(separator.as_str(), Type::String, key.expr.span);
        let name = Arc::from(key.name.replace('.', "_"));
        Some(Named { name, expr: call("strcat", vec![head, separator, tail], Type::String) })
    }

    /// Finds the text that a key stands in: JSON where the original prints it otherwise or has one field for all elements, a command
    /// line of which the original has the words. By and large it tells the same values apart.
    fn inside_text(&mut self, key: &Named, scope: &Scope) -> Option<Named> {
        let parts = self.parts_of_key(key, scope)?;
        let (column, is_line) = parts.iter().find_map(|at| {
            let target = |field: &Field| field.path(self.to, &at.source).cloned();
            let is_inside = |field: &&Field| field.printed_map || field.words || target(field).is_some_and(|path| path.is_open());
            let field = self.entries_of_key(key, at).find(is_inside)?;
            Some((Access::of(target(field)?.column(), at, key.expr.span).value(), field.words))
        })?;
        let ExprKind::Column(name) = column.kind else { return None };
        let what = if is_line { "has it among others" } else { "is JSON there" };
        let message = format!("groups are made by the text of `{name}`, which {what}");
        self.lose(Loss::query("key-inside-text", Fidelity::Different, key.expr.span, message));
        Some(Named { name: name.clone(), expr: Expr::column(&name, Type::String, key.expr.span) })
    }

    /// The parts of which a key is a field, where Kusto is written.
    fn parts_of_key(&self, key: &Named, scope: &Scope) -> Option<Arc<[PartRef]>> {
        let ExprKind::Column(name) = &key.expr.kind else { return None };
        match scope.cell(name) {
            Some(Cell::Field(parts)) if self.writes_kusto() => Some(parts),
            _ => None,
        }
    }

    /// The entries of a key in a part.
    fn entries_of_key<'p>(&self, key: &Named, at: &'p PartRef) -> impl Iterator<Item = &'p Field> {
        let (text, from) = (text_of(&key.expr, self.from).unwrap_or_default(), self.from);
        at.fields().filter(move |field| field.path(from, &at.source).is_some_and(|own| own.text(from) == text))
    }
}
