//! The state of one binding run: scopes, findings, limits.

use super::environment::Environment;
use super::scope::{Binding, Bound, Inline, Place, Scopes};
use crate::diagnostic::Diagnostic;
use crate::ir::{Column, Expr, ExprKind, Named, Op, Plan, Schema, Type};
use crate::source::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Levels of nesting, lambdas and inlined `let`s included; the parser refuses more than 64 in the text.
const DEPTH_LIMIT: usize = 200;
/// Operators one after the other; every walk over a plan recurses.
const PLAN_DEPTH_LIMIT: usize = 400;
/// Nodes that inlining may copy in one query.
const COPY_LIMIT: usize = 2_000_000;
/// Calls of lambdas in one query.
const CALL_LIMIT: usize = 5_000;

/// Lowers one query.
pub(super) struct Binder<'a> {
    pub(super) env: &'a Environment<'a>,
    pub(super) text: &'a str,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Code and place of every finding: a body that is bound at several calls reports once.
    reported: FxHashSet<(&'static str, Span)>,
    /// Unknown tables and functions, reported once a query.
    pub(super) unknown: FxHashSet<String>,
    pub(super) scopes: Scopes<'a>,
    pub(super) place: Place,
    /// Aggregates found in the expressions of the operator at hand; `None` where aggregates may not stand.
    pub(super) aggregates: Option<Vec<crate::ir::Aggregate>>,
    /// Input columns that are group keys of the `summarize` at hand, which `*` leaves out.
    pub(super) group_keys: Vec<Arc<str>>,
    /// Names of `scan` steps in whose conditions and assignments the binder stands.
    pub(super) steps: Vec<Arc<str>>,
    /// Names of the graph pattern in whose clauses the binder stands.
    pub(super) pattern_names: Option<super::graphs::Pattern>,
    /// Whether the rows at hand have an order, which window functions need.
    pub(super) serialized: bool,
    /// Number of the next `ColumnN`: one series for a query and one for each function, as the official analyser counts.
    pub(super) next_column: usize,
    /// Rows that `as` or a view has named: `withsource` calls them so.
    pub(super) labelled: Vec<Arc<Plan>>,
    depth: usize,
    copied: usize,
    calls: usize,
    /// Depth of every plan made, by address.
    plan_depths: FxHashMap<*const Plan, usize>,
}

/// The columns that an expression sees.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rows<'r> {
    /// The piped rows, or the left side of a join.
    pub(super) left: Option<&'r Schema>,
    /// The right side of a join.
    pub(super) right: Option<&'r Schema>,
    /// The plan that makes the piped rows, where there is one.
    pub(super) input: Option<&'r Plan>,
}

impl<'r> Rows<'r> {
    /// The rows of one input.
    pub(super) fn of(plan: &'r Plan) -> Self {
        Self { left: Some(&plan.schema), right: None, input: Some(plan) }
    }

    /// No rows: constants, sources, right sides of joins.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Tells whether names that are not listed may be columns.
    pub(super) fn is_open(self) -> bool {
        self.left.is_some_and(|s| s.open) || self.right.is_some_and(|s| s.open)
    }
}

impl<'a> Binder<'a> {
    pub(super) fn new(env: &'a Environment<'a>, text: &'a str) -> Self {
        let mut scopes = Scopes::default();
        let place = scopes.open(None);
        let mut binder = Self {
            env,
            text,
            diagnostics: Vec::new(),
            reported: FxHashSet::default(),
            unknown: FxHashSet::default(),
            scopes,
            place,
            aggregates: None,
            group_keys: Vec::new(),
            steps: Vec::new(),
            pattern_names: None,
            serialized: true,
            next_column: 1,
            labelled: Vec::new(),
            depth: 0,
            copied: 0,
            calls: 0,
            plan_depths: FxHashMap::default(),
        };
        for parameter in &env.parameters {
            let kind = parameter.value.clone().map_or_else(|| parameter_kind(&parameter.name), ExprKind::Literal);
            binder.bind_scalar(&parameter.name, Expr::new(kind, parameter.ty, Span::default()));
        }
        binder
    }

    /// Reports a finding, once for its code and place.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.reported.insert((diagnostic.code, diagnostic.primary.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Binds what was bound and reported before, over other rows.
    pub(super) fn quietly<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> T {
        let found = self.diagnostics.len();
        let result = body(self);
        self.diagnostics.truncate(found);
        result
    }

    /// Reports an error.
    pub(super) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Makes an expression that stands for what did not resolve.
    pub(super) fn opaque(&self, code: &'static str, span: Span) -> Expr {
        Expr::new(ExprKind::Opaque { text: Arc::from(span.text(self.text)), code }, Type::Unknown, span)
    }

    /// Makes a plan that stands for what is not understood.
    pub(super) fn opaque_plan(&mut self, input: Option<Arc<Plan>>, code: &'static str, span: Span) -> Arc<Plan> {
        let columns = input.as_ref().map(|p| p.schema.columns.clone()).unwrap_or_default();
        let text = Arc::from(span.text(self.text));
        self.plan(Op::Opaque { input, text, code }, Schema { columns, open: true }, span)
    }

    /// Makes a plan node, refusing plans that are too deep to walk.
    pub(super) fn plan(&mut self, op: Op, schema: Schema, span: Span) -> Arc<Plan> {
        let plan = Plan::new(op, schema, span);
        let below = plan.op.inputs().into_iter().filter_map(|p| self.plan_depths.get(&Arc::as_ptr(p))).max().copied().unwrap_or(0);
        if below >= PLAN_DEPTH_LIMIT {
            self.error("query-too-deep", span, format!("more than {PLAN_DEPTH_LIMIT} operators stand one after the other"));
            let op = Op::Opaque { input: None, text: Arc::from(""), code: "query-too-deep" };
            return Plan::new(op, Schema::unknown(), span);
        }
        self.plan_depths.insert(Arc::as_ptr(&plan), below + 1);
        plan
    }

    /// Remembers the depth of a plan that is a copy of another.
    pub(super) fn renamed(&mut self, plan: &Arc<Plan>, name: Option<&str>) -> Arc<Plan> {
        let depth = self.plan_depths.get(&Arc::as_ptr(plan)).copied().unwrap_or(1);
        let named = Arc::new(Plan { name: name.map(Arc::from), ..(**plan).clone() });
        self.plan_depths.insert(Arc::as_ptr(&named), depth);
        named
    }

    /// Names rows as `as` and views do.
    pub(super) fn label(&mut self, plan: &Arc<Plan>, name: &str) -> Arc<Plan> {
        let named = self.renamed(plan, Some(name));
        self.labelled.push(Arc::clone(&named));
        named
    }

    /// Runs `body` one level deeper; `None` where that is too deep.
    pub(super) fn deeper<T>(&mut self, span: Span, body: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH_LIMIT {
            self.error("query-too-deep", span, format!("expressions nest more than {DEPTH_LIMIT} levels deep, functions included"));
            return None;
        }
        self.depth += 1;
        let result = body(self);
        self.depth -= 1;
        Some(result)
    }

    /// Runs `body` in an inner scope that sees `place`.
    pub(super) fn in_scope<T>(&mut self, place: Place, body: impl FnOnce(&mut Self) -> T) -> T {
        let inner = self.scopes.open(Some(place));
        let outer = std::mem::replace(&mut self.place, inner);
        let aggregates = self.aggregates.take();
        let steps = std::mem::take(&mut self.steps);
        let pattern_names = self.pattern_names.take();
        let result = body(self);
        self.pattern_names = pattern_names;
        self.place = outer;
        self.aggregates = aggregates;
        self.steps = steps;
        result
    }

    /// Counts a call of a lambda; false when there were too many.
    pub(super) fn may_call(&mut self, span: Span) -> bool {
        self.calls += 1;
        if self.calls > CALL_LIMIT {
            self.error("expansion-limit", span, format!("functions of the query are called more than {CALL_LIMIT} times"));
        }
        self.calls <= CALL_LIMIT
    }

    /// Binds a name in the current scope.
    pub(super) fn bind(&mut self, name: &str, binding: Binding<'a>) {
        self.place = self.scopes.bind(self.place, name, binding);
    }

    /// Binds a name to a scalar.
    pub(super) fn bind_scalar(&mut self, name: &str, expr: Expr) {
        let (size, depth) = measure(&expr);
        self.bind(name, Binding::Scalar(Rc::new(Inline { expr, size, depth })));
    }

    /// Binds a name to whatever an expression is.
    pub(super) fn bind_bound(&mut self, name: &str, bound: Bound) {
        match bound {
            Bound::Scalar(expr) => self.bind_scalar(name, expr),
            Bound::Table(plan) => self.bind(name, Binding::Table(plan)),
            Bound::Nothing => self.bind(name, Binding::Broken),
        }
    }

    /// Copies a bound scalar to where it is used.
    pub(super) fn inline(&mut self, inline: &Inline, span: Span) -> Expr {
        self.copied += inline.size;
        if self.copied > COPY_LIMIT || self.depth + inline.depth > DEPTH_LIMIT {
            self.error("expansion-limit", span, "`let` expressions grow too large when they are put in place of their names");
            return self.opaque("expansion-limit", span);
        }
        inline.expr.clone()
    }
}

/// Returns the number of nodes and levels of an expression.
fn measure(expr: &Expr) -> (usize, usize) {
    let mut size = 1;
    let mut depth = 0;
    for child in expr.children() {
        let (s, d) = measure(child);
        size += s;
        depth = depth.max(d);
    }
    (size, depth + 1)
}

/// What a parameter without a value lowers to: the type is known, running is refused.
pub(super) fn parameter_kind(name: &str) -> ExprKind {
    ExprKind::Opaque { text: Arc::from(name), code: "parameter-without-value" }
}

/// Makes a reference to a column.
pub(super) fn column_expr(column: &Column, span: Span) -> Expr {
    Expr::new(ExprKind::Column(Arc::clone(&column.name)), column.ty, span)
}

/// Makes a column that is passed on under its own name.
pub(super) fn pass(column: &Column, span: Span) -> Named {
    Named { name: Arc::clone(&column.name), expr: column_expr(column, span) }
}
