//! Names that stand for several queries: `declare pattern`, and the entities of `macro-expand`.
//!
//! <https://learn.microsoft.com/kusto/query/pattern-statement>, <https://learn.microsoft.com/kusto/query/macro-expand-operator>

use super::super::ast::{self, ExprKind as Syntax, Operator};
use super::binder::Binder;
use super::column_names::constant_text;
use super::projection::unparenthesised;
use super::scope::{Binding, Bound, Pattern};
use super::unions::unified;
use crate::diagnostic::Diagnostic;
use crate::ir::{Op, Plan, Schema, UnionColumns};
use crate::source::Span;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// `declare pattern name = (…)[…] { … }`
    pub(super) fn declare_pattern(&mut self, name: &'a ast::Name, cases: &'a [ast::PatternCase]) {
        let pattern = Pattern { cases, place: self.place };
        self.bind(&name.text, Binding::Pattern(Rc::new(pattern)));
    }

    /// Lowers `country("Canada").Alberta`; `None` where the base is no pattern.
    pub(super) fn pattern_member(&mut self, base: &'a ast::Expr, selector: &'a ast::Expr, span: Span) -> Option<Bound> {
        let Syntax::Call(call) = unparenthesised(base) else { return None };
        let pattern = self.pattern(&call.name.text)?;
        let path = match unparenthesised(selector) {
            Syntax::Name(name) => Some(name.text.clone()),
            _ => constant_text(selector),
        };
        Some(self.pattern_case(&pattern, call, path.as_deref(), span))
    }

    /// Returns the pattern of that name.
    pub(super) fn pattern(&self, name: &str) -> Option<Rc<Pattern<'a>>> {
        match self.scopes.find(self.place, name) {
            Some(Binding::Pattern(pattern)) => Some(Rc::clone(pattern)),
            _ => None,
        }
    }

    /// Lowers the case of a pattern that has these arguments.
    pub(super) fn pattern_case(&mut self, pattern: &Pattern<'a>, call: &'a ast::Call, path: Option<&str>, span: Span) -> Bound {
        let given: Vec<Option<String>> = call.args.iter().map(constant_text).collect();
        let fits = |case: &&ast::PatternCase| {
            let args = case.args.len() == given.len() && case.args.iter().zip(&given).all(|(arg, given)| constant_text(arg) == *given);
            args && case.path.as_ref().and_then(constant_text).as_deref() == path
        };
        let Some(case) = pattern.cases.iter().find(fits) else {
            let message = format!("no case of pattern `{}` has these arguments", call.name.text);
            self.error("no-pattern-case", span, message);
            return Bound::Nothing;
        };
        self.deeper(span, |this| this.in_scope(pattern.place, |this| this.statements(&case.body))).unwrap_or(Bound::Nothing)
    }

    /// `macro-expand group as alias ( … )`: the body once for each entity of the group, put together.
    pub(super) fn macro_expand(
        &mut self,
        group: &'a ast::Expr,
        alias: &'a ast::Name,
        body: &'a [ast::Statement],
        operator: &'a Operator,
    ) -> Arc<Plan> {
        let span = operator.span;
        let Some(entities) = self.entities(group) else {
            self.report(Diagnostic::warning("unknown-entity-group", group.span, "the group's entities are not known"));
            return self.opaque_plan(None, "unknown-entity-group", span);
        };
        let mut parts: Vec<Arc<Plan>> = Vec::with_capacity(entities.len());
        for _ in entities {
            let bound = self.in_scope(self.place, |this| {
                this.bind(&alias.text, Binding::Database);
                this.statements(body)
            });
            match bound {
                Bound::Table(plan) => parts.push(plan),
                _ => parts.push(self.opaque_plan(None, "unresolved", span)),
            }
        }
        let schemas: Vec<&Schema> = parts.iter().map(|p| &p.schema).collect();
        let schema = unified(&schemas, false);
        let fuzzy =
            operator.params.iter().any(|p| p.name.eq_ignore_ascii_case("isfuzzy") && self.word(&p.value).eq_ignore_ascii_case("true"));
        self.plan(Op::Union { inputs: parts, columns: UnionColumns::Outer, source_column: None, fuzzy }, schema, span)
    }

    /// Returns the entities of `entity_group […]`, or of a `let` that is one.
    pub(super) fn entities(&self, group: &'a ast::Expr) -> Option<&'a [ast::Expr]> {
        match unparenthesised(group) {
            Syntax::Call(call) if call.name.text == "entity_group" => Some(&call.args),
            Syntax::Name(name) => match self.scopes.find(self.place, &name.text) {
                Some(Binding::Entities(entities)) => Some(entities),
                _ => None,
            },
            _ => None,
        }
    }

    /// Tells whether the expression names a place where tables live: `workspace("w")`, or the alias of `macro-expand`.
    pub(super) fn is_database(&self, expr: &ast::Expr) -> bool {
        match unparenthesised(expr) {
            Syntax::Name(name) => matches!(self.scopes.find(self.place, &name.text), Some(Binding::Database)),
            _ => super::expressions::is_database(expr),
        }
    }
}
