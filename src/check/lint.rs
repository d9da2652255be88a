//! What a lint is: a code, who hears it, its documentation, and a function over a rule.

use super::conditions::{self, Condition};
use super::sigma_logic;
use crate::diagnostic::{Confidence, Diagnostic, Persona, Severity};
use crate::ir::{Dialect, Expr, Extra, Language, Plan, Query, Rule, RuleType};
use crate::lang::kusto::ast;
use crate::lang::kusto::walk::Node;
use crate::lang::{eql, kuery, sigma};
use crate::schema::Catalog;
use crate::source::{self, Span};
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::sync::Arc;

/// A lint. Each stands in a file of its own, as `LINT`.
#[derive(Debug)]
pub struct Lint {
    /// Its code: the bad pattern in kebab-case.
    pub code: &'static str,
    /// How bad a finding is where the user says nothing else.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// For whom.
    pub persona: Persona,
    /// The Rust file it stands in, whose header is its documentation.
    pub(super) source: &'static str,
    /// Looks at a rule; `None` for what the readers report, which is documented here only.
    pub(super) check: Option<Check>,
}

/// Looks at a rule and adds what it finds.
pub(super) type Check = fn(&Context<'_>, &mut Vec<Diagnostic>);

impl Lint {
    /// Builds a lint whose findings are warnings of high confidence for everybody.
    pub(super) const fn new(code: &'static str, source: &'static str, check: Check) -> Self {
        Self { check: Some(check), ..Self::of_reader(code, source) }
    }

    /// Documents a code that the readers report by themselves.
    pub(super) const fn of_reader(code: &'static str, source: &'static str) -> Self {
        Self { code, severity: Severity::Warning, confidence: Confidence::High, persona: Persona::Regular, source, check: None }
    }

    /// Makes its findings errors: the rule cannot work as written.
    pub(super) const fn error(self) -> Self {
        Self { severity: Severity::Error, ..self }
    }

    /// Makes its findings remarks.
    pub(super) const fn info(self) -> Self {
        Self { severity: Severity::Info, ..self }
    }

    /// Shows its findings only to those who want to hear all.
    pub(super) const fn pedantic(self) -> Self {
        Self { persona: Persona::Pedantic, ..self }
    }

    /// Says how sure it is.
    pub(super) const fn confidence(self, confidence: Confidence) -> Self {
        Self { confidence, ..self }
    }

    /// Starts a finding at a place of the rule file.
    pub(super) fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            confidence: self.confidence,
            persona: self.persona,
            ..Diagnostic::error(self.code, span, message)
        }
    }
}

/// The syntax trees of the main query, each read when the first lint asks for it.
#[derive(Debug, Default)]
struct Trees {
    kusto: OnceCell<Option<ast::Query>>,
    kuery: OnceCell<Option<kuery::ast::Ast>>,
    eql: OnceCell<Option<eql::ast::Query>>,
    sigma: OnceCell<Option<sigma::Detection>>,
    sigma_conditions: OnceCell<Vec<(Span, Expr)>>,
}

/// What a lint may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// The text of its file.
    pub text: &'a str,
    /// What exists.
    pub catalog: &'a Catalog,
    documents: &'a [source::Node],
    trees: Trees,
    operators: OnceCell<Vec<&'a Arc<Plan>>>,
    expressions: OnceCell<Vec<&'a Expr>>,
    conditions: OnceCell<Vec<Condition<'a>>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(rule: &'a Rule, text: &'a str, catalog: &'a Catalog, documents: &'a [source::Node]) -> Self {
        let (operators, expressions, conditions) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { rule, text, catalog, documents, trees: Trees::default(), operators, expressions, conditions }
    }

    /// Returns the main query.
    pub(super) fn query(&self) -> Option<&'a Query> {
        self.rule.queries.first()
    }

    /// Returns the syntax tree of the main query where it is Kusto without syntax errors.
    pub(super) fn kusto(&self) -> Option<&ast::Query> {
        let parse = || {
            let query = self.query().filter(|query| query.language == Language::Kusto)?;
            let parsed = crate::lang::kusto::parse(&query.text);
            (!parsed.diagnostics.iter().any(|d| d.severity == Severity::Error)).then_some(parsed.query)
        };
        self.trees.kusto.get_or_init(parse).as_ref()
    }

    /// Returns the syntax tree of the main query where it is kuery without syntax errors.
    pub(super) fn kuery(&self) -> Option<&kuery::ast::Ast> {
        let parse = || kuery::parse(&self.query().filter(|query| query.language == Language::Kuery)?.text).ok();
        self.trees.kuery.get_or_init(parse).as_ref()
    }

    /// Returns the syntax tree of the main query where it is EQL without syntax errors.
    pub(super) fn eql(&self) -> Option<&eql::ast::Query> {
        let parse = || eql::parse(&self.query().filter(|query| query.language == Language::Eql)?.text).ok();
        self.trees.eql.get_or_init(parse).as_ref()
    }

    /// Calls `visit` for every node of the main query's syntax tree, where it is Kusto without syntax errors.
    pub(super) fn walk_kusto(&self, visit: &mut dyn FnMut(Node<'_>)) {
        if let Some(query) = self.kusto() {
            query.walk(visit);
        }
    }

    /// Calls `visit` for every function call in the main query, where it is Kusto without syntax errors.
    pub(super) fn kusto_calls(&self, visit: &mut dyn FnMut(&ast::Call, Span)) {
        self.walk_kusto(&mut |node| {
            if let Node::Expr(ast::Expr { kind: ast::ExprKind::Call(call), span }) = node {
                visit(call, *span);
            }
        });
    }

    /// Calls `visit` for every operator of the detection, sub-queries included.
    pub(super) fn operators(&self, visit: &mut dyn FnMut(&'a Arc<Plan>)) {
        let walk = || {
            let mut found = Vec::new();
            if let Some(detection) = &self.rule.detection {
                detection.plan.walk(&mut |node| found.push(node));
            }
            found
        };
        self.operators.get_or_init(walk).iter().for_each(|node| visit(node));
    }

    /// Calls `visit` for every expression of the detection. What stands in the plan more than once, as the body of a function that is
    /// called twice, is shown once.
    pub(super) fn expressions(&self, visit: &mut dyn FnMut(&'a Expr)) {
        let walk = || {
            let (mut seen, mut found) = (FxHashSet::default(), Vec::new());
            self.operators(&mut |node| {
                for expr in node.op.expressions() {
                    expr.walk(&mut |inner| {
                        if seen.insert((inner.span, std::mem::discriminant(&inner.kind))) {
                            found.push(inner);
                        }
                    });
                }
            });
            found
        };
        self.expressions.get_or_init(walk).iter().for_each(|expr| visit(expr));
    }

    /// Returns the conditions on fields that the queries of an Elastic rule state.
    pub(super) fn conditions(&self) -> &[Condition<'a>] {
        self.conditions.get_or_init(|| conditions::all(self))
    }

    /// Returns the detection of a Sigma rule or filter as it is written.
    pub(super) fn sigma(&self) -> Option<&sigma::Detection> {
        let parse = || {
            let is_written = matches!(self.rule.rule_type, RuleType::Detection | RuleType::Filter);
            if !self.is(Dialect::Sigma) || !is_written {
                return None;
            }
            let document = self.documents.iter().find(|document| document.span == self.rule.span)?;
            match document.get("filter") {
                Some(filter) => sigma::parse_filter(filter).ok().map(|filter| filter.detection),
                None => sigma::parse(document.get("detection")?).ok(),
            }
        };
        self.trees.sigma.get_or_init(parse).as_ref()
    }

    /// Returns what each condition of a Sigma rule or filter means, with its place.
    pub(super) fn sigma_conditions(&self) -> &[(Span, Expr)] {
        let lower = || {
            let all = self.sigma().into_iter().flat_map(|detection| detection.conditions.iter().map(move |one| (detection, one)));
            all.map(|(detection, one)| (one.span, sigma_logic::of_condition(detection, one))).collect()
        };
        self.trees.sigma_conditions.get_or_init(lower)
    }

    /// Calls `visit` for every `field: values` of a Sigma rule.
    pub(super) fn sigma_items(&self, visit: &mut dyn FnMut(&sigma::ast::Item)) {
        let mut open: Vec<&sigma::ast::Search> = self.sigma().iter().flat_map(|d| d.selections.iter().rev().map(|s| &s.search)).collect();
        while let Some(search) = open.pop() {
            match &search.kind {
                sigma::ast::SearchKind::All(items) => items.iter().for_each(&mut *visit),
                sigma::ast::SearchKind::Any(searches) => open.extend(searches.iter().rev()),
                sigma::ast::SearchKind::Keyword(_) => {}
            }
        }
    }

    /// Tells whether Sentinel runs the rule by itself and makes alerts of its rows.
    pub(super) fn is_sentinel_alert(&self) -> bool {
        self.is(Dialect::Sentinel) && matches!(self.rule.rule_type, RuleType::Scheduled | RuleType::Nrt)
    }

    /// Returns the place in the file of a place in the main query.
    pub(super) fn place(&self, span: Span) -> Span {
        self.query().map_or(span, |query| query.map.span(span))
    }

    /// Returns the text of the main query under a span.
    pub(super) fn query_text(&self, span: Span) -> &'a str {
        self.query().map_or("", |query| span.text(&query.text))
    }

    /// Returns a field of an Elastic rule that the IR has no word for; Kibana's own format has no `[rule]` table around it.
    pub(super) fn extra(&self, name: &str) -> Option<&'a Extra> {
        let is_it = |path: &str| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        self.rule.extra.iter().find(|extra| is_it(extra.path.strip_prefix("rule.").unwrap_or(&extra.path)))
    }

    /// Tells whether the rule is written in the dialect.
    pub(super) fn is(&self, dialect: Dialect) -> bool {
        self.rule.dialect == dialect
    }

    /// Returns the place of the rule's name, for findings about the rule as a whole.
    pub(super) fn head(&self) -> Span {
        let meta = &self.rule.meta;
        meta.name.as_ref().or(meta.id.as_ref()).map_or(Span::at(0), |field| field.span)
    }
}
