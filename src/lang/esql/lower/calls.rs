//! Calls: `CASE`, searches, aggregates, and the rows of the function table.

use super::super::ast::Expr;
use super::Lowering;
use crate::functions::{self, Function, Kind, ResultType};
use crate::ir::{self, Type, Value};
use crate::schema::suggest;
use crate::source::{Span, Spanned};

impl Lowering<'_> {
    pub(super) fn call(&mut self, name: &Spanned<String>, args: &[Expr], star: bool, options: &[(String, Expr)], span: Span) -> ir::Expr {
        let lower = name.value.to_ascii_lowercase();
        match lower.as_str() {
            "case" => return self.case(args, span),
            "kql" | "qstr" | "match" | "match_phrase" | "multi_match" => return self.full_text(&lower, args, options, span),
            _ => {}
        }
        // `esql.x` is how the IR calls a row; nobody can write it.
        let Some(function) = functions::esql(&lower).filter(|_| !lower.contains('.')) else {
            let known = functions::all().iter().flat_map(|function| function.esql).copied().filter(|known| !known.contains('.'));
            let like = suggest(&lower, known).map(|like| format!("; did you mean `{like}`?")).unwrap_or_default();
            return self.refused("unknown-function", name.span, format!("there is no function `{}`{like}", name.value));
        };
        if function.kind == Kind::Aggregate {
            return self.aggregate_call(function, args, star, span);
        }
        let args = args.iter().map(|arg| self.expression(arg)).collect();
        self.row_call(&lower, args, span)
    }

    /// Calls a row by one of its ES|QL names, if it takes so many arguments.
    pub(super) fn row_call(&mut self, name: &str, args: Vec<ir::Expr>, span: Span) -> ir::Expr {
        let Some(function) = functions::esql(name) else {
            return self.refused("unknown-function", span, format!("there is no function `{name}`"));
        };
        self.check_arity(function, name, args.len(), span);
        let ty = result_type(function, &args);
        super::expressions::call(function.name(), args, ty, span)
    }

    fn check_arity(&mut self, function: &Function, name: &str, count: usize, span: Span) {
        if !function.signatures.iter().any(|signature| signature.assign(count).is_some()) {
            self.error("wrong-arity", span, format!("`{name}` does not take {count} arguments"));
        }
    }

    /// `CASE(c1, v1, …, else)`; without an else it is null (`conditional-functions-and-expressions/case`).
    fn case(&mut self, args: &[Expr], span: Span) -> ir::Expr {
        if args.len() < 2 {
            return self.refused("wrong-arity", span, "`CASE` takes a condition and a value at least".to_owned());
        }
        let lowered: Vec<ir::Expr> = args.iter().map(|arg| self.expression(arg)).collect();
        let pairs = lowered.chunks_exact(2);
        let otherwise = pairs.remainder().first().cloned().unwrap_or_else(|| ir::Expr::literal(Value::Null, Type::Unknown, span));
        let arms: Vec<(ir::Expr, ir::Expr)> = pairs.filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone()))).collect();
        let types: Vec<Type> =
            arms.iter().map(|(_, value)| value).chain([&otherwise]).filter(|value| !is_null(value)).map(|value| value.ty).collect();
        let ty = types.first().copied().filter(|first| types.iter().all(|ty| ty == first)).unwrap_or_default();
        ir::Expr::new(ir::ExprKind::Conditional { arms, otherwise: Box::new(otherwise) }, ty, span)
    }

    /// Takes an aggregate out of its expression: a hidden column stands in its place.
    fn aggregate_call(&mut self, function: &Function, args: &[Expr], star: bool, span: Span) -> ir::Expr {
        let name = function.esql.get(1).copied().unwrap_or_default();
        let Some(outer) = self.aggregates.take() else {
            return self.refused("misplaced-aggregate", span, format!("`{name}` aggregates rows: it stands in `STATS` only"));
        };
        // Inside an aggregate the rows are seen, and no other aggregate.
        let args: Vec<ir::Expr> = args.iter().map(|arg| self.expression(arg)).collect();
        if !(star && name == "count") {
            self.check_arity(function, name, args.len(), span);
        }
        let ty = match name {
            "sum" | "min" | "max" | "first" | "last" => args.first().map_or(Type::Unknown, |arg| arg.ty),
            _ => result_type(function, &args),
        };
        let hidden = self.temporary();
        let aggregate = ir::Aggregate { names: vec![hidden.clone()], function: function.name().into(), args, star: false, ty, span };
        self.aggregates = Some(outer.into_iter().chain([aggregate]).collect());
        ir::Expr::column(&hidden, ty, span)
    }
}

fn is_null(expr: &ir::Expr) -> bool {
    matches!(expr.kind, ir::ExprKind::Literal(Value::Null))
}

/// The static type of a result; text has none, since it can be null.
fn result_type(function: &Function, args: &[ir::Expr]) -> Type {
    let known = function.signatures.iter().find(|signature| signature.assign(args.len()).is_some());
    let ty = match known.map(|signature| &signature.result) {
        Some(ResultType::Is(ty)) => *ty,
        Some(ResultType::Same(at) | ResultType::Widened(at)) => args.get(*at).map_or(Type::Unknown, |arg| arg.ty),
        _ => Type::Unknown,
    };
    if matches!(ty, Type::String | Type::Dynamic) { Type::Unknown } else { ty }
}
