//! Fields that Kusto computes from its columns: a group out of a text, the first of two columns that is filled, a piece of a path, the
//! place of an address.
//!
//! Each is an entry of its own under a name that no column has (`SessionIssuerUserName.UserIdentityUserName`), so that conditions and
//! keys over it are mapped like those over a column: [`Access`] writes its expression, [`recognised`] finds the expression in a query.
//! The same source says both, so what is written is read back.

use super::format::{End, Field, Source, is_kusto};
use super::kusto::{Access, PLACE};
use super::load::PartRef;
use super::path::{Path, Step};
use crate::ir::{Dialect, Expr, ExprKind, Member, Type};
use crate::source::Span;
use std::sync::Arc;

/// How Kusto computes a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Computed {
    /// The first group of an expression, in the text of a column.
    Group(String),
    /// The place of the address in a column, or in the first group of an expression in its text, as Kusto knows it.
    Place(Option<String>),
    /// The first of two columns that is not empty.
    FirstOf(Path, Path),
    /// A piece of a text, by the separator and the side of it.
    Piece(Path, String, End),
}

impl Source {
    /// Adds the entries of what Kusto computes, each before the entry that it follows from.
    pub(super) fn add_computed(&mut self) {
        let entries = std::mem::take(&mut self.fields);
        for mut field in entries {
            field.computed =
                if field.geo { Some(Computed::Place(field.extract.clone())) } else { field.extract.clone().map(Computed::Group) };
            self.fields.extend(field.first_of());
            self.fields.extend(field.piece());
            self.fields.push(field);
        }
    }
}

impl Field {
    /// The field that Elastic fills from two columns.
    fn first_of(&self) -> Option<Self> {
        let ((own, ty), other) = (self.sentinel.clone()?, self.otherwise.clone()?);
        let path = below(&own, &other.text(Dialect::Sentinel));
        Some(Self {
            sentinel: Some((path, ty)),
            sigma: None,
            otherwise: None,
            computed: Some(Computed::FirstOf(own, other)),
            ..self.clone()
        })
    }

    /// The field that holds a piece of a column's text.
    fn piece(&self) -> Option<Self> {
        let ((whole, _), (separator, end)) = (self.sentinel.clone()?, self.part_of.clone()?);
        if !self.is_whole(Dialect::Sentinel) || self.is_whole(Dialect::Elastic) {
            return None;
        }
        let path = below(&whole, &format!("{separator}{end:?}"));
        let computed = Some(Computed::Piece(whole, separator, end));
        Some(Self { sentinel: Some((path, Type::String)), sigma: None, part_of: None, whole: None, computed, ..self.clone() })
    }

    /// Tells whether events hold the field as the entry says, or a text with the field in it.
    pub(super) fn is_of_events(&self) -> bool {
        self.rows.is_none() && matches!(self.computed, None | Some(Computed::Group(_)))
    }

    /// Tells whether queries from one dialect to another are mapped by this entry.
    pub(super) fn is_asked(&self, from: Dialect, to: Dialect) -> bool {
        match &self.computed {
            Some(Computed::Piece(..)) => is_kusto(from),
            Some(Computed::FirstOf(..) | Computed::Group(_) | Computed::Place(_)) => true,
            // The column alone is not the field.
            None => self.otherwise.is_none() || !is_kusto(to),
        }
    }
}

fn below(path: &Path, name: &str) -> Path {
    Path { steps: path.steps.iter().cloned().chain([Step::Key(Arc::from(name))]).collect() }
}

/// Puts computed fields where an expression spells how they are computed. `is_field` tells whether a name is a column of the parts.
pub(super) fn recognised(expr: &Expr, parts: &[PartRef], is_field: &dyn Fn(&str) -> bool) -> Expr {
    field_of(expr, parts, is_field).unwrap_or_else(|| expr.map_children(&mut |child| recognised(child, parts, is_field)))
}

/// Returns the computed field that an expression is.
pub(super) fn field_of(expr: &Expr, parts: &[PartRef], is_field: &dyn Fn(&str) -> bool) -> Option<Expr> {
    // Nothing else is computed, and most expressions are told apart by that.
    let may_be = match &expr.bare().kind {
        ExprKind::Call { function, .. } => ["extract", "coalesce", "tolong", "todatetime"].contains(&&**function),
        ExprKind::Member { base, .. } => matches!(&base.kind, ExprKind::Call { function, .. } if ["split", PLACE].contains(&&**function)),
        _ => false,
    };
    if !may_be || !expr.columns().iter().all(|column| is_field(column)) {
        return None;
    }
    parts.iter().find_map(|at| {
        at.entries().filter(|field| field.computed.is_some() && field.rows.is_none()).find_map(|field| read_as(field, at, expr))
    })
}

fn read_as(field: &Field, at: &PartRef, expr: &Expr) -> Option<Expr> {
    let (path, ty) = field.sentinel.as_ref()?;
    let access = Access::of(&path.text(Dialect::Sentinel), at, expr.span);
    if expr.is_alike(&access.value()) {
        return Some(reading(path, *ty, expr.span));
    }
    expr.is_alike(&access.member()).then(|| reading(path, expr.ty, expr.span))
}

/// A path as an expression.
fn reading(path: &Path, ty: Type, span: Span) -> Expr {
    let column = Expr::column(path.column(), ty, span);
    path.steps.iter().skip(1).fold(column, |base, step| {
        let member = match step {
            Step::Index(n) => Member::Index(Box::new(Expr::literal(i64::try_from(*n).unwrap_or(i64::MAX), Type::Long, span))),
            Step::Key(name) => Member::Name(name.clone()),
            Step::Each | Step::Rest => Member::Name(Arc::from("*")),
        };
        Expr::new(ExprKind::Member { base: Box::new(base), member }, ty, span)
    })
}
