//! Predicates from one part's dialect to another's, leaf by leaf, with what had to be left out.
//!
//! Matches come in and go out; Kusto's own predicates are made into matches before (`matches`) and out of them after (`kusto`).

use super::format::{Confidence, End, Field};
use super::load::PartRef;
use super::logic::{and, constant, or, truth_of};
use super::path::Path;
use super::read::refused;
use super::transform::{Problem, Rewrite};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::{Dialect, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type};
use crate::source::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The code of a field without a counterpart.
pub(super) const NO_FIELD: &str = "field-not-in-target";

/// The direction of a mapping at one part.
#[derive(Clone, Copy)]
pub(super) struct Direction<'a> {
    pub(super) at: &'a PartRef,
    pub(super) from: Dialect,
    pub(super) to: Dialect,
}

/// A leaf of a predicate, mapped or not.
pub(super) type Leaf<'a> = dyn FnMut(&Expr, bool) -> Result<Expr, Problem> + 'a;

/// Maps every leaf of a predicate. A leaf that cannot be mapped is left out of its `and` or `or`, which makes the predicate match
/// more or fewer events; the losses say which. `positive` is false inside a negation. An error means that nothing was left,
/// or that what would be left out is more than a predicate.
pub(super) fn walk(expr: &Expr, positive: bool, leaf: &mut Leaf<'_>, losses: &mut Vec<Loss>) -> Result<Expr, Vec<Problem>> {
    match &expr.kind {
        ExprKind::And(operands) => keep(operands, expr.span, positive, true, leaf, losses),
        ExprKind::Or(operands) => keep(operands, expr.span, positive, false, leaf, losses),
        ExprKind::Not(inner) => Ok(super::logic::not(walk(inner, !positive, leaf, losses)?)),
        ExprKind::Literal(_) => Ok(expr.clone()),
        _ => leaf(expr, positive).or_else(|problem| match problem.instead.clone() {
            Some(near) => {
                let (near, fidelity) = *near;
                let loss = Loss::query(problem.code, turned(fidelity, positive), problem.span, problem.message);
                // Each value of a list says the same.
                let is_same = |known: &Loss| (known.code, known.fidelity, &known.message) == (loss.code, loss.fidelity, &loss.message);
                if !losses.iter().any(is_same) {
                    losses.push(loss);
                }
                Ok(near)
            }
            None => Err(vec![problem]),
        }),
    }
}

/// A negation turns wider into narrower.
pub(super) fn turned(fidelity: Fidelity, positive: bool) -> Fidelity {
    match fidelity {
        Fidelity::Wider if !positive => Fidelity::Narrower,
        Fidelity::Narrower if !positive => Fidelity::Wider,
        same => same,
    }
}

fn keep(
    operands: &[Expr],
    span: Span,
    positive: bool,
    all: bool,
    leaf: &mut Leaf<'_>,
    losses: &mut Vec<Loss>,
) -> Result<Expr, Vec<Problem>> {
    let mut kept = Vec::new();
    let mut problems = Vec::new();
    for operand in operands {
        match walk(operand, positive, leaf, losses) {
            Ok(mapped) => kept.push(mapped),
            Err(found) => problems.extend(found),
        }
    }
    if kept.is_empty() || problems.iter().any(|problem| problem.fatal) {
        return Err(problems);
    }
    // Without one of its conditions an `and` holds more often, an `or` less often; a negation turns that round.
    let fidelity = if all == positive { Fidelity::Wider } else { Fidelity::Narrower };
    losses.extend(problems.iter().map(|problem| dropped(problem, fidelity)));
    Ok(if all { and(kept, span) } else { or(kept, span) })
}

/// Deals with a predicate of which nothing was left: a refusal where that would lose more than a predicate.
pub(super) fn nothing_left(problems: &[Problem], positive: bool) -> Result<Vec<Loss>, Loss> {
    if let Some(fatal) = problems.iter().find(|problem| problem.fatal) {
        return Err(refused(fatal.code, fatal.span, &fatal.message));
    }
    let fidelity = if positive { Fidelity::Wider } else { Fidelity::Narrower };
    Ok(problems.iter().map(|problem| dropped(problem, fidelity)).collect())
}

/// Names a condition that was left out.
pub(super) fn dropped(problem: &Problem, fidelity: Fidelity) -> Loss {
    Loss::query(problem.code, fidelity, problem.span, format!("{}; the condition is left out", problem.message))
}

impl Direction<'_> {
    /// Maps one match onto the target's fields.
    pub(super) fn matched(&self, expr: &Expr) -> Result<Expr, Problem> {
        let ExprKind::Match { field, matcher } = &expr.kind else {
            return Err(Problem::new("predicate-not-mapped", expr.span, "the condition is not one on fields alone"));
        };
        match field {
            FieldRef::Field(name) => self.as_spelled(name, matcher, self.field(name, matcher, expr.span)?),
            FieldRef::Pattern(pattern) => self.pattern(pattern, matcher, expr.span),
            FieldRef::Any => self.free_text(matcher, expr.span),
            FieldRef::Value(_) => {
                Err(Problem::new("computed-value-not-mapped", expr.span, "a condition on a computed value is not mapped"))
            }
        }
    }

    /// Tries the entries that name the field, in order; the first that can say the matcher is taken.
    fn field(&self, name: &str, matcher: &Matcher, span: Span) -> Result<Expr, Problem> {
        if let Some(derived) = self.derived(name, matcher, span) {
            return derived;
        }
        let path = Path::parse(name);
        let source = &self.at.source;
        let mut first_problem = None;
        for field in self.at.asked(self.from, self.to).filter(|field| field.is_said_by(self.from)) {
            let Some(numbers) = field.path(self.from, source).and_then(|p| p.captures(&path)) else { continue };
            let Some(target) = field.path(self.to, source) else { continue };
            let is_one_of = numbers.len() > target.holes();
            let target = target.fill(&numbers).text(self.to);
            let matcher = self.other_field(matcher, span)?;
            match (Rewrite { field, target: &target, span }).run(&matcher, self.from, self.to) {
                // Values that the cited page does not have are no reason for the assumption.
                Ok(mapped) if field.confidence == Confidence::Assumed && truth_of(&mapped) == Some(false) => {}
                Ok(mapped) if field.confidence == Confidence::Assumed => return Err(assumed(name, &target, mapped)),
                Ok(mapped) if field.otherwise.is_some() && self.to == Dialect::Elastic => {
                    return Err(filled_up(field, &target, &matcher, mapped));
                }
                Ok(mapped) if super::format::is_kusto(self.to) && field.rows.is_some() => {
                    return Err(self.in_other_rows(name, field, mapped));
                }
                Ok(mapped) if is_one_of => return Err(super::elements::of_any(name, &target, mapped)),
                Ok(mapped) => return self.any_element(mapped, &target, &matcher),
                // What comes close is better than nothing.
                Err(problem) if problem.instead.is_some() && first_problem.as_ref().is_none_or(|p: &Problem| p.instead.is_none()) => {
                    first_problem = Some(problem);
                }
                Err(problem) => first_problem = first_problem.or(Some(problem)),
            }
        }
        if let Some(halves) = self.halves(&path, matcher, span) {
            return Ok(halves);
        }
        Err(first_problem.unwrap_or_else(|| self.unmapped(name, span)))
    }

    /// A search in the whole event: in the field for the text of it, else in the columns of text that the source is known to have.
    fn free_text(&self, matcher: &Matcher, span: Span) -> Result<Expr, Problem> {
        let problem = |message: &str| Problem::new("free-text-not-mapped", span, message);
        let near = |mapped: Expr, message: &str| {
            let mut near = problem(message);
            near.instead = Some(Box::new((mapped, Fidelity::Narrower)));
            near
        };
        Err(match (self.field("message", matcher, span), self.text_columns(matcher, span)) {
            (Ok(mapped), _) => near(mapped, "the text is looked for in the message alone, not in all fields"),
            (Err(_), Some(mapped)) => near(mapped, "the text is looked for in the source's own columns of text, not in all fields"),
            (Err(_), None) => problem("a search in all fields has no counterpart"),
        })
    }

    /// A search in every column of text; nothing where the target's text is no columns.
    fn text_columns(&self, matcher: &Matcher, span: Span) -> Option<Expr> {
        if !matches!(self.to, Dialect::Sentinel | Dialect::Kql) {
            return None;
        }
        let source = &self.at.source;
        let is_text = |field: &&Field| matches!(field.sentinel, Some((_, Type::String)));
        let names = self.at.fields().filter(is_text).filter_map(|field| Some(field.path(self.to, source)?.text(self.to)));
        let names: BTreeSet<String> = names.filter(|name| !name.contains('*')).collect();
        (!names.is_empty()).then(|| Expr::any(names.iter().map(|name| super::logic::matches(name, matcher.clone(), span)), span))
    }

    /// Maps a match on a text that the target holds in two fields, around its last separator.
    fn halves(&self, path: &Path, matcher: &Matcher, span: Span) -> Option<Expr> {
        let source = &self.at.source;
        let half = |wanted: End| {
            let mut fields = self.at.fields();
            fields.find(|field| {
                let is_half = field.part_of.as_ref().is_some_and(|(_, end)| *end == wanted);
                is_half && field.is_whole(self.from) && field.path(self.from, source) == Some(path) && field.path(self.to, source).is_some()
            })
        };
        let (head, tail) = (half(End::Head), half(End::Tail)?);
        let (separator, _) = tail.part_of.as_ref()?;
        let on = |field: &Field, matcher: &Matcher| {
            let target = field.path(self.to, source)?.text(self.to);
            let matcher = super::spelling::respelled(matcher, &field.spellings, self.from, self.to);
            Some(super::logic::matches(&target, matcher, span))
        };
        if matches!(matcher, Matcher::Exists | Matcher::IsNull) {
            return on(tail, matcher);
        }
        let mut either = Vec::new();
        for found in super::split::halves(matcher, separator)? {
            let mut both = Vec::new();
            for (field, matcher) in [(head, &found.head), (Some(tail), &found.tail)] {
                if let Some(matcher) = matcher {
                    // The target may hold the second half alone: then nothing can be said of the first.
                    both.push(on(field?, matcher)?);
                }
            }
            // Both halves may be anything: the text is there.
            either.push(if both.is_empty() { on(tail, &Matcher::Exists)? } else { and(both, span) });
        }
        Some(or(either, span))
    }

    /// A comparison with another field maps that field too.
    fn other_field(&self, matcher: &Matcher, span: Span) -> Result<Matcher, Problem> {
        match matcher {
            Matcher::Field { other, test, case } => {
                let name = self.name(other).ok_or_else(|| self.unmapped(other, span))?;
                Ok(Matcher::Field { other: Arc::from(name), test: *test, case: *case })
            }
            same => Ok(same.clone()),
        }
    }

    /// `file.hash.*` stands for the fields of the source whose names match.
    fn pattern(&self, pattern: &Pattern, matcher: &Matcher, span: Span) -> Result<Expr, Problem> {
        let source = &self.at.source;
        let paths = self.at.fields().filter_map(|field| Some((field, field.path(self.from, source)?)));
        let wanted = Matcher::Wildcard { pattern: pattern.clone(), case: crate::ir::Case::Sensitive };
        let is_wanted = |name: &str| super::facts::satisfies(&wanted, &crate::ir::Value::string(name)) == Some(true);
        let wanted = paths.filter(|(_, path)| is_wanted(&path.text(self.from)));
        let (open, named): (Vec<_>, Vec<_>) = wanted.partition(|(_, path)| path.is_open());
        if let Some((field, path)) = open.first() {
            let target = field.path(self.to, source).filter(|_| open.len() == 1 && super::format::is_kusto(self.to));
            let unsaid = || super::elements::unsaid(&path.text(self.from), span);
            return Err(target.and_then(|target| super::elements::in_text(target, matcher, span)).unwrap_or_else(unsaid));
        }
        let named: Vec<String> = named.iter().map(|(_, path)| path.text(self.from)).collect();
        let mapped: Vec<Expr> = named.iter().filter_map(|name| self.field(name, matcher, span).ok()).collect();
        if mapped.is_empty() {
            let text: String = pattern.parts.iter().map(part_text).collect();
            return Err(self.unmapped(&text, span));
        }
        Ok(or(mapped, span))
    }

    /// Returns the name by which queries know a field on the other side, by its preferred entry.
    pub(super) fn name(&self, name: &str) -> Option<String> {
        self.named(name, self.at.asked(self.from, self.to).filter(|field| field.rows.is_none()))
    }

    /// Returns the name that the preferred entry of a field has on the other side, as outputs are called.
    pub(super) fn output_name(&self, name: &str) -> Option<String> {
        self.named(name, self.at.fields())
    }

    fn named<'f>(&self, name: &str, entries: impl Iterator<Item = &'f Field>) -> Option<String> {
        let path = Path::parse(name);
        let source = &self.at.source;
        let mut fields = entries.filter(|field| field.confidence != Confidence::Assumed);
        fields.find_map(|field| {
            let numbers = field.path(self.from, source)?.captures(&path)?;
            let target = field.path(self.to, source)?.fill(&numbers);
            (!target.is_open()).then(|| target.text(self.to))
        })
    }

    /// Says that a field has no counterpart.
    pub(super) fn unmapped(&self, name: &str, span: Span) -> Problem {
        let target = match self.to {
            Dialect::Sentinel | Dialect::Kql => "Sentinel",
            Dialect::Elastic => "Elastic",
            Dialect::Sigma => "Sigma",
        };
        Problem::new(NO_FIELD, span, format!("`{name}` has no counterpart in {target}'s {}", self.at.source.title))
    }
}

/// What a name is assumed to mean, which is said.
fn assumed(name: &str, target: &str, mapped: Expr) -> Problem {
    let message = format!("`{name}` is assumed to be `{target}`, by the values that rules look for in it");
    let mut problem = Problem::new("assumed-field", mapped.span, message);
    problem.instead = Some(Box::new((mapped, Fidelity::Different)));
    problem
}

/// Elastic's field holds another column's value where the one asked for is empty.
fn filled_up(field: &Field, target: &str, matcher: &Matcher, mapped: Expr) -> Problem {
    let other = field.otherwise.as_ref().map(|path| path.text(Dialect::Sentinel)).unwrap_or_default();
    let message = format!("`{target}` holds the value of `{other}` where the column is empty");
    let mut problem = Problem::new("value-held-otherwise", mapped.span, message);
    let fidelity = if *matcher == Matcher::IsNull { Fidelity::Narrower } else { Fidelity::Wider };
    problem.instead = Some(Box::new((mapped, fidelity)));
    problem
}

fn part_text(part: &PatternPart) -> &str {
    match part {
        PatternPart::Text(text) => text,
        PatternPart::Many => "*",
        PatternPart::One => "?",
    }
}

/// Returns what tells a part's events from others in the target: the data set, and the part's selection if asked for.
pub(super) fn selection(at: &PartRef, to: Dialect, with_part: bool, span: Span) -> Expr {
    let mut wanted: Vec<Expr> = Vec::new();
    let equals = |name: &str, value: crate::ir::Value| {
        super::logic::matches(name, Matcher::Equals { value, case: crate::ir::Case::Sensitive }, span)
    };
    if to == Dialect::Elastic {
        let dataset = at.source.elastic.as_ref().and_then(|e| e.dataset.as_ref());
        wanted.extend(dataset.map(|d| equals(&d.field, crate::ir::Value::string(&d.value))));
    }
    if with_part {
        wanted.extend(
            at.part
                .select
                .of(to)
                .iter()
                .map(|(name, constant)| or(constant.values().into_iter().map(|value| equals(name, value)).collect(), span)),
        );
    }
    if wanted.is_empty() { constant(true, span) } else { and(wanted, span) }
}

/// Returns the type of a field as queries see it.
pub(super) fn kind_of(at: &PartRef, dialect: Dialect, name: &str) -> Option<Type> {
    let path = Path::parse(name);
    let source = &at.source;
    let fields = at.entries();
    let known = fields.filter(|f| f.path(dialect, source).is_some_and(|p| p.captures(&path).is_some())).find_map(|field| match dialect {
        Dialect::Elastic => field.elastic.as_ref().map(|(_, kind)| kind.kusto()),
        _ => field.sentinel.as_ref().map(|(_, kind)| *kind),
    });
    known.or_else(|| match at.implied(dialect).get(name)? {
        super::format::Constant::Bool(_) => Some(Type::Bool),
        super::format::Constant::Integer(_) => Some(Type::Long),
        super::format::Constant::Text(_) | super::format::Constant::OneOf(_) => Some(Type::String),
    })
}
