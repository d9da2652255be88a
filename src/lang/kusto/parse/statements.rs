//! Statements, function bodies, and pipelines.

use super::Rule;
use super::build::{Builder, Built, NamePosition, Part, Parts, fault, take};
use super::operators::piped;
use crate::lang::kusto::ast::{Expr, ExprKind, Function, Operator, Parameter, PatternCase, Statement, StatementKind};

impl<'t> Builder<'t> {
    /// Builds any statement.
    pub(super) fn statement(&self, part: Part<'t>) -> Built<Statement> {
        let (rule, span) = (part.as_rule(), self.span(&part));
        let mut parts = part.into_inner().peekable();
        let kind = match rule {
            Rule::let_stmt => self.let_statement(&mut parts)?,
            Rule::set_stmt => {
                let name = self.next_name(&mut parts, NamePosition::Anything)?;
                let value = parts.peek().is_some().then(|| self.value(&mut parts)).transpose()?;
                StatementKind::Set { name, value }
            }
            Rule::declare_parameters => {
                let parameters = self.parameters(&mut parts)?;
                if parameters.is_empty() {
                    return Err(fault(span, "`query_parameters` declares no parameter"));
                }
                StatementKind::DeclareParameters(parameters)
            }
            Rule::declare_pattern => self.pattern(&mut parts)?,
            Rule::restrict_stmt => StatementKind::Restrict(self.tables(&mut parts)?),
            Rule::alias_stmt => {
                let name = self.next_name(&mut parts, NamePosition::Declaration)?;
                StatementKind::Alias { name, value: self.next_expr(&mut parts)? }
            }
            _ => StatementKind::Expression(self.tabular(&mut parts)?),
        };
        Ok(Statement { kind, span })
    }

    fn let_statement(&self, parts: &mut Parts<'t>) -> Built<StatementKind> {
        let name = self.next_name(parts, NamePosition::Declaration)?;
        let _ = take(parts, Rule::gives);
        match take(parts, Rule::function) {
            Some(function) => Ok(StatementKind::LetFunction { name, function: self.function(function)? }),
            None => Ok(StatementKind::Let { name, value: self.materialized(parts).unwrap_or_else(|| self.tabular(parts))? }),
        }
    }

    fn function(&self, part: Part<'t>) -> Built<Function> {
        let span = self.span(&part);
        let mut parts = part.into_inner().peekable();
        let view = take(&mut parts, Rule::view).is_some();
        let parameters = self.parameters(&mut parts)?;
        Ok(Function { view, parameters, body: self.body(parts)?, span })
    }

    /// Builds `let`s and at most one expression, which comes last.
    fn body(&self, parts: Parts<'t>) -> Built<Vec<Statement>> {
        let body = parts.map(|part| self.statement(part)).collect::<Built<Vec<_>>>()?;
        let is_expression = |s: &&Statement| matches!(s.kind, StatementKind::Expression(_));
        match body.iter().rev().skip(1).find(is_expression) {
            Some(early) => Err(fault(early.span, "only the last statement of a function can be a query")),
            None => Ok(body),
        }
    }

    /// Builds `(a:string, b:long=1)`.
    pub(super) fn parameters(&self, parts: &mut Parts<'t>) -> Built<Vec<Parameter>> {
        let Some(list) = take(parts, Rule::parameters) else { return Ok(Vec::new()) };
        list.into_inner().map(|part| self.parameter(part)).collect()
    }

    fn parameter(&self, part: Part<'t>) -> Built<Parameter> {
        let mut parts = part.into_inner().peekable();
        let name = self.next_name(&mut parts, NamePosition::Declaration)?;
        let _ = take(&mut parts, Rule::type_mark);
        let ty = self.next(&mut parts)?;
        let ty = self.parameter_type(ty)?;
        let default = parts.peek().is_some().then(|| self.value(&mut parts)).transpose()?;
        Ok(Parameter { name, ty, default })
    }

    fn pattern(&self, parts: &mut Parts<'t>) -> Built<StatementKind> {
        let name = self.next_name(parts, NamePosition::Declaration)?;
        let parameters = self.parameters(parts)?;
        let path = take(parts, Rule::pattern_path);
        let path = match path.and_then(|part| part.into_inner().next()) {
            Some(part) => Some(self.parameter(part)?),
            None => None,
        };
        let cases = parts.map(|part| self.pattern_case(part)).collect::<Built<_>>()?;
        Ok(StatementKind::DeclarePattern { name, parameters, path, cases })
    }

    fn pattern_case(&self, part: Part<'t>) -> Built<PatternCase> {
        let mut parts = part.into_inner().peekable();
        let mut args = Vec::new();
        while let Some(arg) = take(&mut parts, Rule::string) {
            let span = self.span(&arg);
            args.push(Expr { kind: ExprKind::Literal(self.literal(&arg)?), span });
        }
        let path = take(&mut parts, Rule::pattern_key).map(|key| self.value(&mut key.into_inner().peekable())).transpose()?;
        Ok(PatternCase { args, path, body: self.body(parts)? })
    }

    /// Builds an expression or a query: a source and the operators piped after it.
    pub(super) fn tabular(&self, parts: &mut Parts<'t>) -> Built<Expr> {
        let first = self.next(parts)?;
        let span = self.span(&first);
        let source = match first.as_rule() {
            Rule::expr | Rule::entity => self.expr(first)?,
            Rule::entity_group => self.entity_group(first)?,
            Rule::word | Rule::plain | Rule::quoted => {
                let name = self.name(first, NamePosition::Use)?;
                Expr { span: name.span, kind: ExprKind::Name(name) }
            }
            _ => Expr { kind: ExprKind::Source(Box::new(self.operator(first)?)), span },
        };
        self.pipe_from(source, parts)
    }

    /// Adds the operators piped after a source to it.
    pub(super) fn pipe_from(&self, source: Expr, parts: &mut Parts<'t>) -> Built<Expr> {
        Ok(self.piped_operators(parts)?.into_iter().fold(source, piped))
    }

    /// Builds the operators that stand next, each after its pipe.
    pub(super) fn piped_operators(&self, parts: &mut Parts<'t>) -> Built<Vec<Operator>> {
        let mut operators = Vec::new();
        while let Some(part) = take(parts, Rule::piped) {
            let operator = self.next(&mut part.into_inner().peekable())?;
            operators.push(self.operator(operator)?);
        }
        Ok(operators)
    }
}
