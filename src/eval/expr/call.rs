//! Calls of the function table. What needs more than argument values (`now`, `rand`, `column_ifexists`) is done here.

use super::super::compile::Compiler;
use super::super::scope::Scope;
use super::super::{Refusal, is_hidden};
use super::{Compiled, Frame, settle};
use crate::functions::{Args, Eval, Prepared, by_name};
use crate::ir::{Column, Expr, ExprKind, Type, Value, convert};
use crate::source::Span;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn call(&mut self, function: &str, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let Some(row) = by_name(function) else {
            return Err(Refusal::new("unknown-function", expr.span, format!("there is no function `{function}`")));
        };
        match row.eval {
            Eval::Scalar(run) => {
                let args = self.args(args, scope)?;
                Ok(self.applied(args, expr, Box::new(run)))
            }
            Eval::Prepared(prepare) => {
                let args = self.args(args, scope)?;
                let constants: Vec<Option<Value>> = args.iter().map(|arg| arg.known().cloned()).collect();
                let run = prepare(&constants).map_err(|reason| {
                    Refusal::new("invalid-argument", expr.span, format!("`{function}` does not take these arguments: {reason}"))
                })?;
                Ok(self.applied(args, expr, run))
            }
            Eval::Engine => self.engine_call(function, args, expr, scope),
            Eval::Aggregate(_) => {
                Err(Refusal::new("misplaced-aggregate", expr.span, format!("`{function}` aggregates rows and cannot stand here")))
            }
            Eval::Refused(reason) => Err(refused(function, reason, expr.span)),
        }
    }

    pub(super) fn args(&mut self, args: &[Expr], scope: &mut Scope<'_>) -> Result<Vec<Compiled>, Refusal> {
        args.iter().map(|arg| self.expr(arg, scope)).collect()
    }

    fn applied(&self, args: Vec<Compiled>, expr: &Expr, run: Prepared) -> Compiled {
        let constant = args.iter().all(|arg| arg.known().is_some());
        let types: Vec<Type> = args.iter().map(|arg| arg.ty).collect();
        let (result, span) = (expr.ty, expr.span);
        let compiled = Compiled::computed(result, move |frame: &Frame<'_>| {
            let values: Vec<Value> = args.iter().map(|arg| arg.value(frame)).collect();
            let value = run(&Args { values: &values, types: &types, result, now: frame.context.now });
            if let Value::String(text) = &value {
                frame.context.check_text(text, span);
            }
            settle(value, result)
        });
        compiled.folded(self.context, constant)
    }

    fn engine_call(&mut self, function: &str, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        match function {
            "now" | "ago" => {
                let sign = if function == "ago" { -1 } else { 1 };
                let offset = args.first().map(|arg| self.expr(arg, scope)).transpose()?;
                let constant = offset.as_ref().is_none_or(|offset| offset.known().is_some());
                let compiled = Compiled::computed(Type::DateTime, move |frame| moved_now(frame, offset.as_ref(), sign));
                Ok(compiled.folded(self.context, constant))
            }
            "rand" => {
                let below = args.first().map(|arg| self.expr(arg, scope)).transpose()?;
                Ok(Compiled::computed(Type::Real, move |frame| random(frame, below.as_ref())))
            }
            "new_guid" => Ok(Compiled::computed(Type::Guid, |frame| {
                let (high, low) = (frame.context.random(), frame.context.random());
                Value::Guid(uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid())
            })),
            "ingestion_time" => Ok(match scope.slot("_TimeReceived").or_else(|| scope.slot("$IngestionTime")) {
                Some((slot, ty)) => Compiled::slot(slot, ty),
                None => Compiled::constant(Value::Null, Type::DateTime),
            }),
            "column_ifexists" => self.column_if_exists(args, expr, scope),
            "iscolumnexists" => {
                let name = column_name(args, expr.span)?;
                Ok(Compiled::constant(Value::Bool(scope.slot(name).is_some()), Type::Bool))
            }
            "not" => match args {
                [operand] => self.not(operand, scope),
                _ => Err(refused(function, "takes one argument", expr.span)),
            },
            "iff" | "case" => self.conditional_call(args, expr, scope),
            "around" => self.around(args, expr, scope),
            "estimate_data_size" => self.data_size(args, scope),
            "geo_info_from_ip_address" => self.geo_info(args, expr, scope),
            "all" | "any" | "map" => self.over_path(function, args, expr, scope),
            "pack_all" => self.pack_all(args, scope),
            "bag_pack_columns" => self.pack_columns(args, scope),
            _ => self.window_call(function, args, expr, scope),
        }
    }

    fn column_if_exists(&mut self, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let name = column_name(args, expr.span)?;
        match (scope.slot(name), args.get(1)) {
            (Some((slot, ty)), _) => Ok(Compiled::slot(slot, ty)),
            (None, Some(default)) => self.expr(default, scope),
            (None, None) => Err(refused("column_ifexists", "takes two arguments", expr.span)),
        }
    }

    fn conditional_call(&mut self, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let Some((otherwise, rest)) = args.split_last() else { return Err(refused("case", "takes arguments", expr.span)) };
        let arms: Vec<(Expr, Expr)> = rest.chunks(2).filter_map(|arm| Some((arm.first()?.clone(), arm.get(1)?.clone()))).collect();
        self.conditional(&arms, otherwise, expr.ty, scope)
    }

    /// `around(value, center, delta)`: whether it lies within `delta` of `center` (`around-function`).
    fn around(&mut self, args: &[Expr], expr: &Expr, scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let [value, center, delta] = args else { return Err(refused("around", "takes three arguments", expr.span)) };
        let end = |op| {
            let kind = ExprKind::Arithmetic { op, left: Box::new(center.clone()), right: Box::new(delta.clone()) };
            Expr::new(kind, center.ty, center.span)
        };
        let (low, high) = (end(crate::ir::Arithmetic::Subtract), end(crate::ir::Arithmetic::Add));
        self.between(false, [value, &low, &high], scope)
    }

    /// Bytes of the columns (`estimate-data-size-function`): 4 for int, 8 for other fixed sizes, text by its length.
    fn data_size(&mut self, args: &[Expr], scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let args = if args.is_empty() {
            scope.columns().iter().enumerate().map(|(slot, column)| Compiled::slot(slot, column.ty)).collect()
        } else {
            self.args(args, scope)?
        };
        Ok(Compiled::computed(Type::Long, move |frame| Value::Long(args.iter().map(|arg| data_size(&arg.get(frame), arg.ty)).sum())))
    }

    /// `pack_all(ignore_null_empty)`: a bag of every column (`pack-all-function`).
    fn pack_all(&mut self, args: &[Expr], scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let ignore = match args.first() {
            Some(first) if !matches!(first.kind, ExprKind::Column(_)) => convert::to_bool(&self.constant(first)?) == Some(true),
            _ => false,
        };
        let shown = |column: &Column| !is_hidden(&column.name);
        let members = scope.columns().iter().enumerate().filter(|(_, column)| shown(column));
        let members = members.map(|(slot, column)| (Arc::clone(&column.name), Compiled::slot(slot, column.ty))).collect();
        Ok(packed(members, ignore))
    }

    /// `bag_pack_columns(a, b)`: a bag of these columns under their names.
    fn pack_columns(&mut self, args: &[Expr], scope: &mut Scope<'_>) -> Result<Compiled, Refusal> {
        let mut members = Vec::new();
        for arg in args {
            let ExprKind::Column(name) = &arg.kind else {
                return Err(Refusal::new("constant-expected", arg.span, "`bag_pack_columns` takes columns"));
            };
            members.push((Arc::clone(name), self.expr(arg, scope)?));
        }
        Ok(packed(members, false))
    }
}

fn packed(members: Vec<(Arc<str>, Compiled)>, ignore_empty: bool) -> Compiled {
    Compiled::computed(Type::Dynamic, move |frame| {
        let values = members.iter().map(|(name, value)| (Arc::clone(name), value.value(frame)));
        let kept = |value: &Value| !ignore_empty || !(value.is_null() || value.as_str() == Some(""));
        Value::object(values.filter(|(_, value)| kept(value)).collect())
    })
}

fn data_size(value: &Value, ty: Type) -> i64 {
    match ty {
        Type::Bool => 1,
        Type::Int => 4,
        Type::Guid | Type::Decimal => 16,
        Type::String | Type::Dynamic | Type::Unknown => convert::to_text(value, ty).len() as i64,
        Type::Long | Type::Real | Type::DateTime | Type::TimeSpan => 8,
    }
}

fn moved_now(frame: &Frame<'_>, offset: Option<&Compiled>, sign: i64) -> Value {
    let now = frame.context.now;
    let Some(offset) = offset else { return Value::DateTime(now) };
    match &*offset.get(frame) {
        Value::TimeSpan(span) => span.checked_mul(sign).and_then(|span| now.checked_add(span)).map_or(Value::Null, Value::DateTime),
        _ => Value::Null,
    }
}

/// `rand()` lies in [0, 1), `rand(n)` is an integer below n, as real (`rand-function`).
fn random(frame: &Frame<'_>, below: Option<&Compiled>) -> Value {
    let number = frame.context.random();
    match below.and_then(|below| convert::to_long(&below.get(frame))).and_then(|n| u64::try_from(n).ok()) {
        Some(below) if below > 1 => Value::Real((number % below) as f64),
        _ => Value::Real((number >> 11) as f64 / (1_u64 << 53) as f64),
    }
}

fn column_name(args: &[Expr], span: Span) -> Result<&str, Refusal> {
    match args.first().map(|arg| &arg.kind) {
        Some(ExprKind::Literal(Value::String(name)) | ExprKind::Column(name)) => Ok(name),
        _ => Err(Refusal::new("constant-expected", span, "the column's name is not a constant")),
    }
}

/// The refusal of a function that is known but not run.
pub(in super::super) fn refused(function: &str, reason: &str, span: Span) -> Refusal {
    Refusal::new("unsupported-function", span, format!("`{function}` is not run: {reason}"))
}
