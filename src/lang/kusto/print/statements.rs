//! Statements as text.

use super::Printer;
use crate::lang::kusto::ast::{Function, Parameter, ParameterType, Statement, StatementKind};

impl Printer {
    /// Writes statements with `;` between them.
    pub(super) fn statements(&mut self, statements: &[Statement]) {
        self.list(statements, "; ", Self::statement);
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.put("let ");
                self.declared_use(name);
                self.put(" = ");
                self.expr(value);
            }
            StatementKind::LetFunction { name, function } => {
                self.put("let ");
                self.declared_use(name);
                self.put(" = ");
                self.function(function);
            }
            StatementKind::Set { name, value } => {
                self.put("set ");
                self.put(&name.text);
                if let Some(value) = value {
                    self.put(" = ");
                    self.word_or_expr(value);
                }
            }
            StatementKind::Alias { name, value } => {
                self.put("alias database ");
                self.declared_use(name);
                self.put(" = ");
                self.scalar(value);
            }
            StatementKind::Restrict(tables) => {
                self.put("restrict access to (");
                self.list(tables, ", ", Self::expr);
                self.put(")");
            }
            StatementKind::DeclareParameters(parameters) => {
                self.put("declare query_parameters");
                self.parameters(parameters);
            }
            StatementKind::DeclarePattern { .. } => self.pattern(&statement.kind),
            StatementKind::Expression(expr) => self.expr(expr),
            StatementKind::Broken(text) => self.put(text),
        }
    }

    /// Names of `let` may be neither kind of reserved word.
    fn declared_use(&mut self, name: &crate::lang::kusto::ast::Name) {
        if matches!(name.text.as_str(), "kind" | "withsource" | "with_source") { self.declared(name) } else { self.name(name) }
    }

    fn function(&mut self, function: &Function) {
        self.put(if function.view { "view " } else { "" });
        self.parameters(&function.parameters);
        self.put(" { ");
        self.statements(&function.body);
        self.put(" }");
    }

    /// Writes `(a: string, b: long = 1)`.
    pub(super) fn parameters(&mut self, parameters: &[Parameter]) {
        self.put("(");
        self.list(parameters, ", ", Self::parameter);
        self.put(")");
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.declared(&parameter.name);
        self.put(":");
        match &parameter.ty {
            ParameterType::Scalar(ty) => self.put(ty.name()),
            ParameterType::AnyTable => self.put("(*)"),
            ParameterType::Table(columns) => {
                self.put("(");
                self.columns(columns, false);
                self.put(")");
            }
        }
        if let Some(default) = &parameter.default {
            self.put(" = ");
            self.expr(default);
        }
    }

    fn pattern(&mut self, kind: &StatementKind) {
        let StatementKind::DeclarePattern { name, parameters, path, cases } = kind else { return };
        self.put("declare pattern ");
        self.name(name);
        if parameters.is_empty() {
            return;
        }
        self.put(" = ");
        self.parameters(parameters);
        if let Some(path) = path {
            self.put("[");
            self.parameter(path);
            self.put("]");
        }
        self.put(" { ");
        for case in cases {
            self.put("(");
            self.list(&case.args, ", ", Self::expr);
            self.put(")");
            if let Some(path) = &case.path {
                self.put(".[");
                self.expr(path);
                self.put("]");
            }
            self.put(" = { ");
            self.statements(&case.body);
            self.put(" }; ");
        }
        self.put("}");
    }
}
