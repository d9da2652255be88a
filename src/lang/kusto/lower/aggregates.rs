//! Aggregate calls: collected aside while expressions are lowered, and what columns they fill.
//!
//! While an operator's expressions are lowered, an aggregate call becomes the placeholder column `$N`; the operator names it afterwards.

use super::super::ast::{self, ExprKind as Syntax};
use super::binder::{Binder, Rows, column_expr};
use super::names::as_column;
use super::projection::{Projected, unparenthesised};
use crate::functions::{self, Function, Naming, ResultType};
use crate::ir::{Aggregate, Expr, ExprKind, Member, Type, Value};
use crate::source::Span;
use std::sync::Arc;

impl<'a> Binder<'a> {
    /// Lowers with aggregates allowed and returns those that were met.
    pub(super) fn collecting<T>(&mut self, body: impl FnOnce(&mut Self) -> T) -> (T, Vec<Aggregate>) {
        let outer = self.aggregates.replace(Vec::new());
        let result = body(self);
        let met = std::mem::replace(&mut self.aggregates, outer).unwrap_or_default();
        (result, met)
    }

    /// Lowers an aggregate call with one value to its placeholder.
    pub(super) fn aggregate_call(&mut self, row: &'static Function, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Expr {
        if let Some(star) = call.args.iter().find(|arg| matches!(arg.kind, Syntax::Wildcard(_))) {
            self.check_star(row, star.span);
        }
        let (args, _) = self.aggregate_arguments(call, rows);
        if row.name() == "count"
            && let Some(arg) = args.first()
        {
            let message = "`count(…)` counts every row, whatever its argument is";
            let found = crate::diagnostic::Diagnostic::warning("count-with-argument", arg.span, message);
            self.report(found.with_help("leave the argument out, or count the rows that have a value: `countif(isnotempty(…))`"));
        }
        let ty = self.check_arguments(row, &call.name, &args);
        let each = matches!(row.naming, Naming::Extreme { .. } | Naming::Any { .. });
        let ty = if each { args.first().map_or(ty, |a| a.ty) } else { ty };
        let ty = if matches!(row.naming, Naming::PerConstant(..)) { percentile_type(&args) } else { ty };
        self.placeholder_of(row, args, &[ty], false, span).into_iter().next().unwrap_or_else(|| self.opaque("unresolved", span))
    }

    /// Notes an aggregate and returns its placeholders.
    fn placeholder_of(&mut self, row: &Function, args: Vec<Expr>, types: &[Type], star: bool, span: Span) -> Vec<Expr> {
        let Some(met) = &mut self.aggregates else { return Vec::new() };
        let number = met.len();
        let names: Vec<Arc<str>> = (0..types.len()).map(|part| Arc::from(format!("${number}.{part}"))).collect();
        let columns = names.iter().zip(types).map(|(name, ty)| Expr::column(name, *ty, span)).collect();
        met.push(Aggregate { names, function: Arc::from(row.name()), args, star, ty: types.first().copied().unwrap_or_default(), span });
        columns
    }

    /// Lowers the arguments of an aggregate, where no other aggregate may stand; tells whether `*` is among them.
    fn aggregate_arguments(&mut self, call: &'a ast::Call, rows: Rows<'_>) -> (Vec<Expr>, bool) {
        let outer = self.aggregates.take();
        let mut star = false;
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            if matches!(arg.kind, Syntax::Wildcard(_)) {
                star = true;
            } else {
                args.push(self.scalar(arg, rows));
            }
        }
        self.aggregates = outer;
        (args, star)
    }

    /// Returns the columns of an expression that has several values, or `None` where it has one.
    pub(super) fn several(&mut self, expr: &'a ast::Expr, rows: Rows<'_>) -> Option<Vec<Projected>> {
        let Syntax::Call(call) = unparenthesised(expr) else { return None };
        let name = call.name.text.as_str();
        if self.scopes.find(self.place, name).is_some() {
            return None;
        }
        if self.aggregates.is_some()
            && let Some(row) = functions::kusto_aggregate(name)
        {
            return match row.naming {
                Naming::Extreme { .. } | Naming::Any { .. } => Some(self.each_argument(row, call, rows, expr.span)),
                Naming::PerConstant(prefix, from) => Some(self.per_constant(row, (prefix, from), call, rows, expr.span)),
                _ => None,
            };
        }
        let row = functions::kusto(name)?;
        match row.naming {
            Naming::Columns => {
                let parts =
                    row.signatures.iter().find_map(|s| if let ResultType::Columns(parts) = &s.result { Some(parts) } else { None })?;
                let first = call.args.first().and_then(|arg| self.result_name(arg, rows)).unwrap_or_default();
                let value = self.function_call(row, call, rows, expr.span);
                let part = |(position, (suffix, ty)): (usize, &(&str, Type))| {
                    Projected::computed(format!("{name}_{first}_{suffix}"), *ty, element(&value, position, *ty))
                };
                Some(parts.iter().enumerate().map(part).collect())
            }
            Naming::Suffixed(suffix) if call.args.len() > 1 => Some(self.sorted_arrays(row, suffix, call, rows, expr.span)),
            _ => None,
        }
    }

    /// `array_sort_asc(a, b, …)`: a column for each array; other arguments are options.
    fn sorted_arrays(&mut self, row: &'static Function, suffix: &str, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Vec<Projected> {
        let names: Vec<String> = call.args.iter().map(|arg| self.result_name(arg, rows).unwrap_or_default()).collect();
        let value = self.function_call(row, call, rows, span);
        let ExprKind::Call { args, .. } = &value.kind else { return Vec::new() };
        let arrays: Vec<String> =
            names.into_iter().zip(args).filter(|(_, arg)| matches!(arg.ty, Type::Dynamic | Type::Unknown)).map(|(name, _)| name).collect();
        if let [only] = arrays.as_slice() {
            return vec![Projected::computed(format!("{only}{suffix}"), Type::Dynamic, value)];
        }
        let column =
            |(position, name)| Projected::computed(format!("{name}{suffix}"), Type::Dynamic, element(&value, position, Type::Dynamic));
        arrays.iter().enumerate().map(column).collect()
    }

    /// `arg_max(v, a, *)`, `take_any(a, b)`: a column for each argument; `*` is every other column that is no key.
    fn each_argument(&mut self, row: &'static Function, call: &'a ast::Call, rows: Rows<'_>, span: Span) -> Vec<Projected> {
        let (by_value, prefix, everywhere) = match row.naming {
            Naming::Extreme { prefix, everywhere } => (true, prefix, everywhere),
            Naming::Any { everywhere } => (false, "any", everywhere),
            _ => (false, "", false),
        };
        let outer = self.aggregates.take();
        let keys = self.group_keys.clone();
        let any_star = call.args.iter().any(|arg| matches!(arg.kind, Syntax::Wildcard(_)));
        let mut columns: Vec<Projected> = Vec::new();
        let mut seen: Vec<Arc<str>> = Vec::new();
        let first_name = call.args.first().and_then(|arg| self.result_name(arg, rows)).unwrap_or_default();
        for (position, arg) in call.args.iter().enumerate() {
            if matches!(arg.kind, Syntax::Wildcard(_)) {
                if by_value && position == 0 {
                    self.error("star-not-allowed", arg.span, format!("`{}` takes no `*` as what is compared", call.name.text));
                }
                for column in rows.left.map(|s| s.columns.as_slice()).unwrap_or_default() {
                    if !seen.contains(&column.name) && !keys.contains(&column.name) {
                        seen.push(Arc::clone(&column.name));
                        columns.push(Projected::reference(column, column_expr(column, arg.span)));
                    }
                }
                continue;
            }
            let value = self.scalar(arg, rows);
            if by_value && position == 0 && value.ty == Type::Dynamic {
                self.error("type-mismatch", arg.span, format!("`{}` takes anything but dynamic here", call.name.text));
            }
            if let Some(column) = as_column(&value) {
                let free = position == 0 && by_value || !any_star || !seen.contains(&column.name) && !keys.contains(&column.name);
                if free {
                    let again = seen.contains(&column.name) || keys.contains(&column.name);
                    let mut projected = Projected::reference(&column, value);
                    projected.origin = projected.origin.filter(|_| !again);
                    if let Syntax::Named { names, .. } = &arg.kind {
                        projected.name = names.first().map_or(projected.name, |n| Arc::from(n.text.as_str()));
                        projected.origin = None;
                    }
                    seen.push(Arc::clone(&column.name));
                    columns.push(projected);
                }
                continue;
            }
            let name = self.result_name(arg, rows).filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| match (by_value, position) {
                (true, 0) => format!("{prefix}_"),
                (true, _) => format!("{prefix}_{first_name}_arg{position}"),
                (false, _) if everywhere => format!("arg{position}"),
                (false, _) => format!("any_arg{position}"),
            });
            columns.push(Projected::computed(name, value.ty, value));
        }
        self.aggregates = outer;
        if everywhere {
            prefix_names(&mut columns, prefix, &first_name, by_value);
        }
        self.fill(row, call, columns, any_star && rows.is_open(), span)
    }

    /// Notes the aggregate and puts its placeholders into the columns.
    fn fill(&mut self, row: &'static Function, call: &ast::Call, columns: Vec<Projected>, star: bool, span: Span) -> Vec<Projected> {
        let args: Vec<Expr> = columns.iter().filter_map(|c| c.expr.clone()).collect();
        if args.is_empty() {
            self.check_arguments(row, &call.name, &args);
        }
        let types: Vec<Type> = columns.iter().map(|c| c.ty).collect();
        let placeholders = self.placeholder_of(row, args, &types, star, span);
        columns.into_iter().zip(placeholders).map(|(column, expr)| Projected { expr: Some(expr), ..column }).collect()
    }

    /// `percentiles(x, 50, 95)` → `percentile_x_50`, `percentile_x_95`.
    fn per_constant(
        &mut self,
        row: &'static Function,
        (prefix, from): (&str, usize),
        call: &'a ast::Call,
        rows: Rows<'_>,
        span: Span,
    ) -> Vec<Projected> {
        let first = call.args.first().and_then(|arg| self.result_name(arg, rows)).unwrap_or_default();
        let (args, _) = self.aggregate_arguments(call, rows);
        self.check_arguments(row, &call.name, &args);
        let ty = percentile_type(&args);
        let constants: Vec<String> = args.iter().skip(from).map(name_fragment).collect();
        let types = vec![ty; constants.len()];
        let placeholders = self.placeholder_of(row, args, &types, false, span);
        let column = |(constant, expr)| Projected::computed(format!("{prefix}_{first}_{constant}"), ty, expr);
        constants.into_iter().zip(placeholders).map(column).collect()
    }
}

/// Names of the old spellings: `argmax(v, w)` → `max_v`, `max_v_w`; `any(x)` → `any_x`.
fn prefix_names(columns: &mut [Projected], prefix: &str, first: &str, by_value: bool) {
    for (position, column) in columns.iter_mut().enumerate() {
        let name = if by_value && position > 0 { format!("{prefix}_{first}_{}", column.name) } else { format!("{prefix}_{}", column.name) };
        column.name = Arc::from(name);
        column.origin = None;
    }
}

/// Takes one value out of several.
fn element(value: &Expr, position: usize, ty: Type) -> Expr {
    let index = Expr::literal(i64::try_from(position).unwrap_or(0), Type::Long, value.span);
    let member = ExprKind::Member { base: Box::new(value.clone()), member: Member::Index(Box::new(index)) };
    super::statements::convert(Expr::new(member, Type::Dynamic, value.span), ty)
}

fn percentile_type(args: &[Expr]) -> Type {
    match args.first().map(|arg| arg.ty) {
        Some(Type::Int) => Type::Long,
        Some(Type::Decimal) => Type::Real,
        Some(ty) => ty,
        None => Type::Unknown,
    }
}

/// Writes a constant as part of a name: `99.9` → `99_9`.
pub(super) fn name_fragment(expr: &Expr) -> String {
    let text = match &expr.kind {
        ExprKind::Literal(Value::Long(n)) => n.to_string(),
        ExprKind::Literal(Value::Int(n)) => n.to_string(),
        ExprKind::Literal(Value::Real(n)) => n.to_string(),
        ExprKind::Literal(value) => crate::ir::convert::to_text(value, expr.ty),
        _ => String::new(),
    };
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
