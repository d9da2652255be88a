//! Which names a plan node hands on, and what each is on the target's side; scalar expressions are mapped through it.

use super::format::is_kusto;
use super::kusto::{Access, cast, to_kusto};
use super::load::PartRef;
use super::logic::truth_of;
use super::operand::path_of;
use super::path::Path;
use super::plan::Mapper;
use super::predicate::{Direction, NO_FIELD};
use super::read::selection_of_part;
use super::transform::Problem;
use crate::ir::{Case, Comparison, Dialect, Expr, ExprKind, Matcher, Named, Type};
use crate::schema::Catalog;
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// Advanced hunting's own name of an event's time, which Sentinel's copies of its tables keep beside `TimeGenerated`.
const HUNTING_TIME: &str = "Timestamp";

/// What a name of the original is on the other side.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// A field of a source.
    Field(Arc<[PartRef]>),
    /// A column of that name and type.
    Column(Arc<str>, Type),
    /// Not there, for a reason.
    Lost(Problem),
}

/// The names that a plan node puts out.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Names that are no plain fields of `rest`.
    pub(super) cells: HashMap<Arc<str>, Cell>,
    /// The parts of which every other name is a field.
    pub(super) rest: Option<Arc<[PartRef]>>,
}

impl Scope {
    /// A scope in which every name is a field of these parts.
    pub(super) fn of_parts(parts: Vec<PartRef>) -> Self {
        Self { cells: HashMap::new(), rest: Some(Arc::from(parts)) }
    }

    /// Finds what a name stands for.
    pub(super) fn cell(&self, name: &str) -> Option<Cell> {
        self.cells.get(name).cloned().or_else(|| self.rest.clone().map(Cell::Field))
    }

    /// Tells whether a name was computed by the query.
    pub(super) fn is_computed(&self, name: &str) -> bool {
        !matches!(self.cell(name), Some(Cell::Field(_)))
    }

    /// The parts that a predicate over fields reads: those of the first field named, else of the scope.
    pub(super) fn parts(&self) -> Option<Arc<[PartRef]>> {
        self.rest.clone().or_else(|| {
            self.cells.values().find_map(|cell| match cell {
                Cell::Field(parts) => Some(parts.clone()),
                _ => None,
            })
        })
    }
}

impl Mapper<'_> {
    /// Maps an expression that is computed on the other side too.
    pub(super) fn scalar(&mut self, expr: &Expr, scope: &Scope) -> Result<Expr, Problem> {
        let computed = self.computed(expr, scope);
        let expr = computed.as_ref().unwrap_or(expr);
        if let Some(path) = self.field_of(expr) {
            match scope.cell(path.column()) {
                Some(Cell::Field(parts)) => return self.read_field(&path, expr, &parts),
                Some(Cell::Lost(problem)) => return Err(Problem { span: expr.span, ..problem }),
                Some(Cell::Column(name, ty)) => {
                    if let ExprKind::Column(_) = expr.kind {
                        return Ok(Expr::column(name, if expr.ty == Type::Unknown { ty } else { expr.ty }, expr.span));
                    }
                }
                None => {}
            }
        }
        match &expr.kind {
            ExprKind::Match { .. } => self.match_inside(expr, scope),
            ExprKind::Opaque { text, code: code @ "join-not-in-target" } => {
                Err(Problem::fatal(code, expr.span, format!("`{text}` is a column of the other side of a join, which is not kept")))
            }
            ExprKind::Opaque { text, code } => Err(Problem::fatal(code, expr.span, format!("`{text}` is not understood"))),
            ExprKind::InPlan { .. } | ExprKind::Scalar(_) => self.sub_plan(expr, scope),
            _ => {
                let mut failed = None;
                let mapped = expr.map_children(&mut |child| match self.scalar(child, scope) {
                    Ok(mapped) => mapped,
                    Err(problem) => {
                        failed.get_or_insert(problem);
                        child.clone()
                    }
                });
                match failed {
                    Some(problem) => Err(problem),
                    None if self.writes_kusto() => super::calls::in_kusto(mapped),
                    None => Ok(mapped),
                }
            }
        }
    }

    /// Returns the computed field that an expression of Kusto's spells.
    fn computed(&self, expr: &Expr, scope: &Scope) -> Option<Expr> {
        let parts = scope.parts().filter(|_| self.reads_kusto())?;
        super::computed::field_of(expr, &parts, &|name| !scope.is_computed(name))
    }

    /// Sigma computes no part of a value: groups are then made by the whole (`Image` for a program's name, `User` for one without domain).
    pub(super) fn whole_of(&self, key: &Named, scope: &Scope) -> Option<(Expr, Cell)> {
        let ExprKind::Column(name) = &key.expr.kind else { return None };
        let cell = scope.cell(name).filter(|_| self.to == Dialect::Sigma)?;
        let Cell::Field(parts) = &cell else { return None };
        let whole = |at: &PartRef| {
            let text = super::names::text_of(&key.expr, self.from)?;
            let mut fields = at.fields().filter(|field| field.part_of.is_some() && field.is_whole(self.to));
            let field = fields.find(|field| field.path(self.from, &at.source).is_some_and(|own| own.text(self.from) == text))?;
            Some(field.path(self.to, &at.source)?.text(self.to))
        };
        let whole = parts.iter().find_map(whole)?;
        Some((Expr::column(&whole, Type::Unknown, key.expr.span), cell))
    }

    /// Returns the field that an expression is, in its own dialect's notation.
    fn field_of(&self, expr: &Expr) -> Option<Path> {
        match (&expr.kind, self.from) {
            (ExprKind::Column(name), Dialect::Elastic | Dialect::Sigma) => Some(Path::name(name)),
            (_, Dialect::Elastic | Dialect::Sigma) => None,
            _ => path_of(expr),
        }
    }

    /// Reads a field on the other side; all parts must read it alike.
    fn read_field(&self, path: &Path, expr: &Expr, parts: &[PartRef]) -> Result<Expr, Problem> {
        let mut found: Vec<(&PartRef, Expr)> = Vec::new();
        let mut missing = None;
        for at in parts {
            match read_in(&Direction { at, from: self.from, to: self.to }, path, expr) {
                Ok(read) if found.iter().any(|(_, earlier)| *earlier == read) => {}
                Ok(read) => found.push((at, read)),
                Err(problem) => missing = Some(problem),
            }
        }
        // A part without the field leaves the column empty, as a union does.
        match (found.as_slice(), missing) {
            ([(_, only)], _) => Ok(only.clone()),
            ([], Some(problem)) => Err(problem),
            ([], None) => Err(Problem::new("field-not-in-target", expr.span, format!("`{}` has no source", path.text(self.from)))),
            (several, _) => self.by_part(path, expr, several, parts),
        }
    }

    /// Reads a field that the parts hold differently: by the table, which every row of Sentinel names in `Type`
    /// (<https://learn.microsoft.com/azure/azure-monitor/logs/log-standard-columns#type>), and by what selects a part in its table.
    fn by_part(&self, path: &Path, expr: &Expr, read: &[(&PartRef, Expr)], parts: &[PartRef]) -> Result<Expr, Problem> {
        let differ = || {
            let message = format!("`{}` is held differently in the tables of this source", path.text(self.from));
            Problem::new("tables-differ", expr.span, message)
        };
        let Some(((at, first), others)) = read.split_first().filter(|_| self.writes_kusto()) else { return Err(differ()) };
        let mut places: Vec<(&PartRef, Expr)> = Vec::new();
        for at in parts {
            if let Ok(own) = read_in(&Direction { at, from: self.from, to: self.to }, path, expr) {
                places.push((at, own));
            }
        }
        let arm = |(at, reading): &(&PartRef, Expr)| {
            Ok((self.place_of(reading, &places)?.ok_or_else(differ)?, named_by_type(at, reading, parts)))
        };
        let arms = others.iter().map(arm).collect::<Result<Vec<_>, Problem>>()?;
        let kind = ExprKind::Conditional { arms, otherwise: Box::new(named_by_type(at, first, parts)) };
        Ok(Expr::new(kind, first.ty, expr.span))
    }

    /// Returns where a reading holds, of those that parts have: in the tables of its parts, and where other parts of such a table have
    /// another, by what selects a part there. `None` where nothing tells them apart.
    fn place_of(&self, reading: &Expr, places: &[(&PartRef, Expr)]) -> Result<Option<Expr>, Problem> {
        let span = reading.span;
        let one_table = places.iter().all(|(at, _)| at.part.table == places.first().and_then(|(first, _)| first.part.table.clone()));
        let mut here: Vec<Expr> = Vec::new();
        for (at, _) in places.iter().filter(|(_, own)| own.kind == reading.kind) {
            let is_rival = |(other, own): &&(&PartRef, Expr)| own.kind != reading.kind && other.part.table == at.part.table;
            let rivals: Vec<_> = places.iter().filter(is_rival).collect();
            let own = selection_of_part(at, self.to, span);
            let is_alike = |(other, _): &&(&PartRef, Expr)| selection_of_part(other, self.to, span) == own;
            if !rivals.is_empty() && (truth_of(&own) == Some(true) || rivals.iter().any(is_alike)) {
                return Ok(None);
            }
            let selected = if rivals.is_empty() { None } else { Some(to_kusto(&own, at, true)?) };
            let table = (!one_table).then(|| in_table(at, span));
            let place = Expr::all(table.into_iter().chain(selected), span);
            if !here.iter().any(|known| known.kind == place.kind) {
                here.push(place);
            }
        }
        Ok(Some(Expr::any(here, span)))
    }

    fn match_inside(&mut self, expr: &Expr, scope: &Scope) -> Result<Expr, Problem> {
        let problem = || Problem::new("predicate-not-mapped", expr.span, "the condition reads no mapped source");
        let parts = scope.parts().ok_or_else(problem)?;
        let mut places: Vec<(&PartRef, Expr)> = Vec::new();
        let mut missing = None;
        for at in parts.iter() {
            let mapped = match (Direction { at, from: self.from, to: self.to }.matched(expr), &expr.kind) {
                (Ok(mapped), _) => mapped,
                // As in `read_field`: the column is empty there, and what is missing satisfies no other matcher.
                (Err(problem), ExprKind::Match { matcher, .. }) if problem.code == NO_FIELD && *matcher != Matcher::IsNull => {
                    missing = Some(problem);
                    continue;
                }
                (Err(problem), _) => return Err(problem),
            };
            places.push((at, if self.writes_kusto() { to_kusto(&mapped, at, false)? } else { mapped }));
        }
        let differ = |of: &str| Problem::new("tables-differ", expr.span, format!("the {of} of the condition hold the field differently"));
        let mut found: Vec<&(&PartRef, Expr)> = Vec::new();
        for place in &places {
            if !found.iter().any(|(_, known)| known.kind == place.1.kind) {
                found.push(place);
            }
        }
        match found.as_slice() {
            [] => Err(missing.unwrap_or_else(problem)),
            [(_, only)] => Ok(only.clone()),
            several if self.writes_kusto() => {
                let held = |(at, mapped): &&(&PartRef, Expr)| {
                    let place = self.place_of(mapped, &places)?.ok_or_else(|| differ("parts of a table"))?;
                    Ok(Expr::all([place, named_by_type(at, mapped, &parts)], expr.span))
                };
                Ok(Expr::any(several.iter().map(held).collect::<Result<Vec<_>, Problem>>()?, expr.span))
            }
            _ => Err(differ("sources")),
        }
    }

    fn sub_plan(&mut self, expr: &Expr, scope: &Scope) -> Result<Expr, Problem> {
        let refuse = |loss: crate::diagnostic::Loss| Problem::fatal(loss.code, loss.span, loss.message);
        let kind = match &expr.kind {
            ExprKind::InPlan { test, all, case, negated, value, plan } => {
                let value = Box::new(self.scalar(value, scope)?);
                let plan = self.node(plan, true).map_err(refuse)?.0;
                ExprKind::InPlan { test: *test, all: *all, case: *case, negated: *negated, value, plan }
            }
            ExprKind::Scalar(plan) => ExprKind::Scalar(self.node(plan, true).map_err(refuse)?.0),
            other => other.clone(),
        };
        Ok(Expr::new(kind, expr.ty, expr.span))
    }
}

/// Reads a field of one part on the other side, with the type that the expression has in the original.
fn read_in(direction: &Direction<'_>, path: &Path, expr: &Expr) -> Result<Expr, Problem> {
    let (at, from, to) = (direction.at, direction.from, direction.to);
    let source = &at.source;
    let text = path.text(from);
    let wanted = match from {
        Dialect::Elastic => super::predicate::kind_of(at, from, &text).unwrap_or(expr.ty),
        _ => expr.ty,
    };
    if let Some(constant) = at.implied(from).get(&text).filter(|constant| constant.values().len() == 1) {
        return Ok(Expr::new(ExprKind::Literal(constant.value()), wanted, expr.span));
    }
    let parsed = Path::parse(&text);
    let mut other_shape = false;
    let mut candidates: Vec<(String, Type)> = Vec::new();
    let mut part_of_whole = None;
    for field in at.asked(from, to) {
        let Some(numbers) = field.path(from, source).and_then(|p| p.captures(&parsed)) else { continue };
        let Some(target) = field.path(to, source) else { continue };
        let is_one_of = numbers.len() > target.holes();
        let is_elsewhere = field.otherwise.is_some() && to == Dialect::Elastic || field.rows.is_some() && is_kusto(to);
        if !field.is_same(from, to) || is_one_of || is_elsewhere {
            other_shape = true;
            let whole = Access::of(&target.fill(&numbers).text(to), at, expr.span);
            part_of_whole = part_of_whole.or_else(|| {
                field
                    .part_of
                    .as_ref()
                    .filter(|_| is_kusto(to) && field.is_whole(to))
                    .and_then(|(separator, end)| whole.part(separator, *end))
            });
            continue;
        }
        let kind = match to {
            Dialect::Elastic => field.elastic.as_ref().map(|(_, kind)| kind.kusto()),
            _ => field.sentinel.as_ref().map(|(_, kind)| *kind),
        };
        candidates.push((target.fill(&numbers).text(to), kind.unwrap_or(wanted)));
    }
    if let Some((name, _)) = candidates.iter().find(|(name, _)| Path::parse(name).is_open()) {
        let message = format!("`{name}` asks about any element of an array, which is no single value");
        return Err(Problem::new("any-element-not-in-target", expr.span, message));
    }
    if candidates.is_empty() && !other_shape && text == HUNTING_TIME && super::format::is_kusto(from) {
        return read_in(direction, &Path::name("TimeGenerated"), expr);
    }
    let same_kind = candidates.iter().find(|(_, kind)| *kind == wanted).or_else(|| candidates.first());
    let Some((name, kind)) = same_kind else {
        if let Some(part) = part_of_whole {
            return Ok(part);
        }
        let shape = || Problem::new("value-held-otherwise", expr.span, format!("`{text}` is held in another shape on the other side"));
        return Err(if other_shape { shape() } else { direction.unmapped(&text, expr.span) });
    };
    let read = match to {
        Dialect::Sentinel | Dialect::Kql => Access::of(name, at, expr.span).value(),
        Dialect::Elastic | Dialect::Sigma => Expr::column(name, *kind, expr.span),
    };
    // A dynamic value stands for whatever is in it; everything else keeps the type that the query sees.
    Ok(if matches!(wanted, Type::Dynamic | Type::Unknown) { read } else { cast(read, wanted) })
}

/// Names the columns of a part as a union of the parts' tables does: one that they hold in different types comes out under a name for
/// each, `DeviceDetail_string` (<https://learn.microsoft.com/kusto/query/union-operator>).
fn named_by_type(at: &PartRef, expr: &Expr, parts: &[PartRef]) -> Expr {
    let kind = |at: &PartRef, column: &str| {
        let table = Catalog::builtin().table(at.part.table.as_deref()?)?;
        table.columns.iter().find(|own| *own.name == *column).map(|own| own.ty)
    };
    let mut out = expr.map_children(&mut |child| named_by_type(at, child, parts));
    if let ExprKind::Column(name) = &mut out.kind
        && let Some(own) = kind(at, name)
        && parts.iter().any(|other| kind(other, name).is_some_and(|theirs| theirs != own))
    {
        *name = Arc::from(format!("{name}_{own}"));
    }
    out
}

/// Tells rows of a part's table from others.
fn in_table(at: &PartRef, span: Span) -> Expr {
    is_table(at.part.table.as_deref().unwrap_or_default(), span)
}

fn is_table(table: &str, span: Span) -> Expr {
    let (left, right) = (Box::new(Expr::column("Type", Type::String, span)), Box::new(Expr::literal(table, Type::String, span)));
    Expr::new(ExprKind::Compare { op: Comparison::Eq, case: Case::Sensitive, left, right }, Type::Bool, span)
}

/// Names a column that has no counterpart.
pub(super) fn lost(problem: Problem, span: Span) -> Cell {
    Cell::Lost(Problem { span, ..problem })
}
