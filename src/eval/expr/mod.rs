//! Compiles expressions: names to slots, constants folded, needles and sets prepared. Nothing here walks the IR for a row.

mod arithmetic;
mod call;
mod compare;
mod document;
mod geo;
mod list;
mod logic;
mod path;
mod predicate;
mod test;
mod window;

pub(super) use arithmetic::compute;
pub(super) use predicate::field_values;
pub(super) use test::text_of;
pub(super) use window::WindowCall;

use super::compile::Compiler;
use super::context::Context;
use super::scope::Scope;
use super::{Refusal, key};
use crate::functions::{Kind, by_name};
use crate::ir::{Expr, ExprKind, Member, Type, Value, convert};
use std::borrow::Cow;

static NULL: Value = Value::Null;

/// What an expression sees while it runs.
pub(super) struct Frame<'a> {
    /// The row.
    pub(super) row: &'a [Value],
    /// The run.
    pub(super) context: &'a Context,
}

/// The code of a computed expression.
type Compute = Box<dyn for<'f> Fn(&Frame<'f>) -> Value + Send + Sync>;

/// How a value is had.
enum Code {
    Constant(Value),
    Slot(usize),
    Compute(Compute),
}

/// A compiled expression with its type.
pub(super) struct Compiled {
    code: Code,
    /// Its static type; `Unknown` where only rows tell.
    pub(super) ty: Type,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.code {
            Code::Constant(value) => write!(f, "{value:?}"),
            Code::Slot(slot) => write!(f, "${slot}"),
            Code::Compute(_) => f.write_str("computed"),
        }
    }
}

impl Compiled {
    /// Builds a constant.
    pub(super) fn constant(value: Value, ty: Type) -> Self {
        Self { code: Code::Constant(value), ty }
    }

    /// Builds a reference to a column.
    pub(super) fn slot(slot: usize, ty: Type) -> Self {
        Self { code: Code::Slot(slot), ty }
    }

    /// Builds a computed value.
    pub(super) fn computed(ty: Type, run: impl for<'f> Fn(&Frame<'f>) -> Value + Send + Sync + 'static) -> Self {
        Self { code: Code::Compute(Box::new(run)), ty }
    }

    /// Returns the value, borrowed where it need not be computed.
    pub(super) fn get<'a>(&'a self, frame: &Frame<'a>) -> Cow<'a, Value> {
        match &self.code {
            Code::Constant(value) => Cow::Borrowed(value),
            Code::Slot(slot) => Cow::Borrowed(frame.row.get(*slot).unwrap_or(&NULL)),
            Code::Compute(run) => Cow::Owned(run(frame)),
        }
    }

    /// Returns the value.
    pub(super) fn value(&self, frame: &Frame<'_>) -> Value {
        self.get(frame).into_owned()
    }

    /// Returns the value as a three-valued truth.
    pub(super) fn truth(&self, frame: &Frame<'_>) -> Option<bool> {
        truth(&self.get(frame))
    }

    /// Tells whether the value is true; null is not.
    pub(super) fn holds(&self, frame: &Frame<'_>) -> bool {
        self.truth(frame) == Some(true)
    }

    /// Returns the value where it is the same for all rows.
    pub(super) fn known(&self) -> Option<&Value> {
        match &self.code {
            Code::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Replaces code that no row changes by its value.
    fn folded(self, context: &Context, constant: bool) -> Self {
        if !constant {
            return self;
        }
        let value = self.value(&Frame { row: &[], context });
        Self::constant(value, self.ty)
    }

    /// Converts the result as `convert` does, unless it has the type already.
    pub(super) fn converted(self, context: &Context, to: Type) -> Self {
        if self.ty == to || to == Type::Unknown {
            return self;
        }
        let (constant, from) = (self.known().is_some(), self.ty);
        Self::computed(to, move |frame| convert::convert(&self.get(frame), from, to)).folded(context, constant)
    }
}

/// Reads a value as a three-valued truth.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Null => None,
        other => convert::to_bool(other),
    }
}

/// Makes a three-valued truth a value.
pub(super) fn from_truth(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Bool)
}

/// Gives a value the form that its static type wants: `string` has no null, `long` holds no `Int`.
pub(super) fn settle(value: Value, ty: Type) -> Value {
    match (&value, ty) {
        (Value::Null, Type::String) => Value::from(""),
        (Value::Int(n), Type::Long) => Value::Long(i64::from(*n)),
        (Value::Int(n), Type::Real) => Value::Real(f64::from(*n)),
        (Value::Long(n), Type::Real) => Value::Real(*n as f64),
        (Value::Int(_) | Value::Long(_) | Value::Real(_), Type::Decimal) => convert::convert(&value, ty, ty),
        _ => value,
    }
}

impl Compiler<'_> {
    /// Compiles an expression over the columns of `scope`.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        self.enter(expr.span)?;
        let compiled = self.expr_kind(expr, scope);
        self.leave();
        compiled
    }

    /// Compiles an expression that sees no row.
    pub(super) fn constant(&mut self, expr: &Expr) -> Result<Value, Refusal> {
        let compiled = self.expr(expr, &mut Scope::new(&[]))?;
        Ok(compiled.value(&Frame { row: &[], context: self.context }))
    }

    fn expr_kind(&mut self, expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        match &expr.kind {
            ExprKind::Literal(value) => Ok(Compiled::constant(settle(value.clone(), expr.ty), literal_type(value, expr.ty))),
            ExprKind::Column(name) | ExprKind::SideColumn { name, .. } => column(name, expr, scope),
            ExprKind::Member { base, member } => self.member(base, member, scope),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, expr, scope),
            ExprKind::Negate(operand) => self.negate(operand, scope),
            ExprKind::And(operands) => self.junction(operands, true, scope),
            ExprKind::Or(operands) => self.junction(operands, false, scope),
            ExprKind::Not(operand) => self.not(operand, scope),
            ExprKind::Compare { op, case, left, right } => self.comparison(*op, *case, left, right, scope),
            ExprKind::Test { test, case, negated, left, right } => self.test((*test, *case, *negated), left, right, scope),
            ExprKind::InList { test, all, case, negated, value, list } => {
                self.in_list(list::Question { test: *test, all: *all, case: *case, negated: *negated }, value, list, scope)
            }
            ExprKind::InPlan { test, all, case, negated, value, plan } => {
                self.in_plan(list::Question { test: *test, all: *all, case: *case, negated: *negated }, value, plan, scope)
            }
            ExprKind::Between { negated, value, low, high } => self.between(*negated, [value, low, high], scope),
            ExprKind::Match { field, matcher } => self.event_predicate(field, matcher, expr, scope),
            ExprKind::Call { function, args } => self.call(function, args, expr, scope),
            ExprKind::Conditional { arms, otherwise } => self.conditional(arms, otherwise, expr.ty, scope),
            ExprKind::Convert(operand) => Ok(self.expr(operand, scope)?.converted(self.context, expr.ty)),
            ExprKind::Scalar(plan) => self.scalar_plan(plan, expr.ty),
            ExprKind::Opaque { text, code } => Err(Refusal::new(code, expr.span, format!("`{}` is not understood", excerpt(text)))),
        }
    }

    fn member(&mut self, base: &Expr, member: &Member, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let base = self.expr(base, scope)?;
        let index = match member {
            Member::Name(name) => Compiled::constant(Value::String(name.clone()), Type::String),
            Member::Index(index) => self.expr(index, scope)?,
        };
        let constant = base.known().is_some() && index.known().is_some();
        let compiled = Compiled::computed(Type::Dynamic, move |frame| part(&base.get(frame), &index.get(frame)));
        Ok(compiled.folded(self.context, constant))
    }

    /// Runs `toscalar` at once: the rest of the query sees a constant.
    fn scalar_plan(&mut self, plan: &std::sync::Arc<crate::ir::Plan>, ty: Type) -> Result<Compiled, Refusal> {
        let node = self.independent(plan)?;
        let mut first = Value::Null;
        node.run(self.context, &mut |row| {
            first = row.first().cloned().unwrap_or_default();
            Ok(super::node::Flow::Enough)
        })?;
        let ty = if ty == Type::Unknown { node.columns.first().map_or(ty, |c| c.ty) } else { ty };
        Ok(Compiled::constant(settle(first, ty), ty))
    }
}

/// Tells whether an expression depends on its row alone: not on those before it, and not on chance.
pub(super) fn sees_one_row(expr: &Expr) -> bool {
    let mut alone = true;
    expr.walk(&mut |part| {
        if let ExprKind::Call { function, .. } = &part.kind {
            let is_window = by_name(function).is_some_and(|row| row.kind == Kind::Window);
            alone &= !is_window && !matches!(&**function, "rand" | "new_guid");
        }
    });
    alone
}

/// Finds a column among those of the row, else in its event document.
fn column(name: &str, expr: &Expr, scope: &Scope<'_>) -> Result<Compiled, Refusal> {
    if let Some((slot, ty)) = scope.slot(name) {
        return Ok(Compiled::slot(slot, if ty == Type::Unknown { expr.ty } else { ty }));
    }
    if let Some(slot) = scope.document() {
        return Ok(document::lookup(slot, name, expr.ty));
    }
    if scope.is_open() {
        return Ok(Compiled::constant(settle(Value::Null, expr.ty), expr.ty));
    }
    Err(Refusal::new("unknown-column", expr.span, format!("the rows have no column `{name}`")))
}

/// Returns a member or element; null where there is none (`scalar-data-types/dynamic`, k2s/0147).
fn part(base: &Value, index: &Value) -> Value {
    let found = match (base, index) {
        (Value::Object(_), Value::String(name)) => base.member(name),
        (Value::Array(items), Value::Int(_) | Value::Long(_)) => {
            let index = convert::to_long(index).unwrap_or_default();
            let position = if index < 0 { index + items.len() as i64 } else { index };
            usize::try_from(position).ok().and_then(|position| items.get(position))
        }
        _ => None,
    };
    found.cloned().unwrap_or_default()
}

/// The type of a literal: what the reader says, else what the value shows.
fn literal_type(value: &Value, ty: Type) -> Type {
    if ty == Type::Unknown { value.shown_type() } else { ty }
}

/// The beginning of a source text, for messages.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// A set of keys, for lists and groups.
pub(super) type KeySet = rustc_hash::FxHashSet<key::Key>;
