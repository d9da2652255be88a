//! Lowers ES|QL to the plan of the IR: command by command, each over the columns that the one before puts out.
//!
//! Behind `FROM` the columns are those that the events show (open); a `KEEP` without `*` or a `STATS` makes them known.

mod calls;
mod columns;
mod expressions;
mod fork;
mod search;
mod sources;
mod stats;

pub(super) use columns::columns_of_keep;
pub use expressions::{operator_of, sign_of};

use super::ast::{Command, CommandKind, Expr, ExprKind, Name, Order, Query, Setting, SettingValue};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Expand, Op, Plan, Schema, SortKey, Type};
use crate::schema::Catalog;
use crate::source::Span;
use std::sync::Arc;

/// What a query is lowered against.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// Types of event fields.
    pub catalog: &'a Catalog,
}

/// What a query was lowered to.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The plan; none where something in the query is an error.
    pub plan: Option<Arc<Plan>>,
    /// What is wrong, and what cannot be run.
    pub diagnostics: Vec<Diagnostic>,
}

/// Rows that Elasticsearch returns where a query says no `LIMIT` (`esql-limitations`, "Result set size limit").
pub const DEFAULT_LIMIT: i64 = 1000;

/// Lowers a query; `text` is what it was parsed from.
pub fn lower(query: &Query, text: &str, environment: Environment<'_>) -> Lowered {
    let mut lowering = Lowering {
        text,
        catalog: environment.catalog,
        scope: Schema::unknown(),
        aggregates: None,
        temporaries: 0,
        forked: false,
        diagnostics: Vec::new(),
    };
    let unread = query.settings.iter().find(|setting| !is_default(setting));
    let plan = lowering.pipeline(&query.commands, unread);
    let failed = lowering.diagnostics.iter().any(|d| d.severity == crate::diagnostic::Severity::Error);
    Lowered { plan: plan.filter(|_| !failed), diagnostics: lowering.diagnostics }
}

/// Puts a limit on a plan that has none, as Elasticsearch does with a query.
pub fn with_default_limit(plan: Arc<Plan>) -> Arc<Plan> {
    let (schema, span) = (plan.schema.clone(), Span::at(plan.span.range().end));
    let count = ir::Expr::literal(DEFAULT_LIMIT, Type::Long, span);
    Plan::new(Op::Limit { input: plan, count }, schema, span)
}

/// The state of a lowering.
struct Lowering<'a> {
    text: &'a str,
    catalog: &'a Catalog,
    /// The columns that expressions see.
    scope: Schema,
    /// Aggregates found so far, where aggregates may stand.
    aggregates: Option<Vec<ir::Aggregate>>,
    /// Hidden columns made so far.
    temporaries: usize,
    /// Whether there was a `FORK`.
    forked: bool,
    diagnostics: Vec<Diagnostic>,
}

/// Settings that say what goes without saying (`commands/set`): times are UTC's, and a field that no event has is null.
fn is_default(setting: &Setting) -> bool {
    let SettingValue::Constant(Expr { kind: ExprKind::Text { value, .. }, .. }) = &setting.value else { return false };
    let is_one_of = |known: &[&str]| known.iter().any(|known| value.eq_ignore_ascii_case(known));
    match setting.name.text.to_ascii_lowercase().as_str() {
        "time_zone" => is_one_of(&["UTC", "Z", "+00:00", "GMT"]),
        "unmapped_fields" => is_one_of(&["default", "fail", "nullify"]),
        _ => false,
    }
}

impl Lowering<'_> {
    /// Lowers commands one by one, each over the columns of the one before; a setting that is not read is put behind the source.
    fn pipeline(&mut self, commands: &[Command], unread: Option<&Setting>) -> Option<Arc<Plan>> {
        let mut plan: Option<Arc<Plan>> = None;
        for command in commands {
            let is_source = plan.is_none();
            let mut next = self.command(plan.take(), command);
            if let Some(setting) = unread.filter(|_| is_source) {
                next = self.unread(Some(next), &format!("SET {}", setting.name.text), setting.span);
            }
            self.scope = next.schema.clone();
            plan = Some(next);
        }
        plan
    }

    fn command(&mut self, input: Option<Arc<Plan>>, command: &Command) -> Arc<Plan> {
        let span = command.span;
        let Some(input) = input else { return self.source(command) };
        match &command.kind {
            CommandKind::Where(condition) => {
                let predicate = self.expression(condition);
                let schema = input.schema.clone();
                Plan::new(Op::Filter { input, predicate }, schema, span)
            }
            CommandKind::Eval(fields) => self.eval(input, fields, span),
            CommandKind::Stats(stats) => self.stats(input, stats, span),
            CommandKind::Keep(names) => self.keep(input, names, span),
            CommandKind::Drop(names) => self.drop(input, names, span),
            CommandKind::Rename(renamings) => self.rename(input, renamings, span),
            CommandKind::Sort(orders) => self.sort(input, orders, span),
            CommandKind::Limit(count) => {
                let (count, schema) = (self.expression(count), input.schema.clone());
                Plan::new(Op::Limit { input, count }, schema, span)
            }
            CommandKind::MvExpand(name) => self.mv_expand(input, name, span),
            CommandKind::Dissect { input: text, pattern, options } => self.dissect(input, text, pattern, options, span),
            CommandKind::Grok { input: text, patterns } => self.grok(input, text, patterns, span),
            CommandKind::Enrich { policy, on, with } => self.enrich(input, policy, on.as_ref(), with, span),
            CommandKind::LookupJoin { index, on } => self.lookup_join(input, index, on, span),
            CommandKind::Completion { target, prompt, options } => {
                self.completion(input, target.as_ref(), prompt, options.as_deref(), span)
            }
            CommandKind::Fork(branches) => self.fork(&input, branches, span),
            CommandKind::Unread { name, .. } => self.unread(Some(input), name, span),
            CommandKind::From { .. } | CommandKind::Row(_) => self.source(command),
        }
    }

    /// A command that is known by name only: it is kept as text, and whoever runs the plan says so.
    fn unread(&mut self, input: Option<Arc<Plan>>, name: &str, span: Span) -> Arc<Plan> {
        self.diagnostics.push(
            Diagnostic::info("command-not-run", span, format!("`{name}` is kept as text: it is not run"))
                .with_help("what comes out of the command is not known, so that nothing behind it is checked either"),
        );
        let text = span.text(self.text);
        Plan::new(Op::Opaque { input, text: text.into(), code: "command-not-run" }, Schema::unknown(), span)
    }

    /// Nulls are last in ascending and first in descending order; of several values the smallest or the greatest counts
    /// (`commands/sort`, "Sorting on multivalued columns" and "null handling").
    fn sort(&mut self, input: Arc<Plan>, orders: &[Order], span: Span) -> Arc<Plan> {
        let mut keys = Vec::new();
        for order in orders {
            let value = self.expression(&order.value);
            let extreme = if order.descending { "esql.mv_max" } else { "esql.mv_min" };
            let (ty, place) = (value.ty, value.span);
            let expr = ir::Expr::new(ir::ExprKind::Call { function: extreme.into(), args: vec![value] }, ty, place);
            keys.push(SortKey { expr, descending: order.descending, nulls_first: order.nulls_first.unwrap_or(order.descending) });
        }
        let schema = input.schema.clone();
        Plan::new(Op::Sort { input, keys }, schema, span)
    }

    fn mv_expand(&mut self, input: Arc<Plan>, name: &Name, span: Span) -> Arc<Plan> {
        let expr = self.column(name);
        let schema = input.schema.clone();
        let columns = vec![expansion(Arc::from(name.text.as_str()), expr)];
        Plan::new(Op::Expand { input, columns, index: None, bag_as_array: false, limit: None }, schema, span)
    }

    /// Returns a name for a hidden column; `$` cannot begin a bare name of ES|QL.
    fn temporary(&mut self) -> Arc<str> {
        self.temporaries += 1;
        Arc::from(format!("${}", self.temporaries))
    }

    fn error(&mut self, code: &'static str, span: Span, message: String) {
        self.diagnostics.push(Diagnostic::error(code, span, message));
    }

    /// The text of a literal; anything else is an error.
    fn constant_text(&mut self, expr: &Expr) -> Option<String> {
        if let ExprKind::Text { value, .. } = &expr.kind {
            return Some(value.clone());
        }
        self.error("constant-expected", expr.span, "a text in quotes is expected".to_owned());
        None
    }
}

/// One row for each value of an expression.
fn expansion(name: Arc<str>, expr: ir::Expr) -> Expand {
    let to = Some(expr.ty).filter(|ty| *ty != Type::Unknown);
    Expand { name, expr, to }
}
