//! Arguments against signatures: arity, types, result.

use super::super::ast;
use super::binder::Binder;
use super::types;
use crate::diagnostic::Diagnostic;
use crate::functions::{Accepts, Argument, Function, Param, ResultType, Signature};
use crate::ir::{Expr, ExprKind, Type, Value};

/// Conversion functions: on a value that has the type already they are the value itself.
const CONVERSIONS: &[&str] = &[
    "tostring",
    "toint",
    "tolong",
    "todouble",
    "toreal",
    "todecimal",
    "tobool",
    "toboolean",
    "todatetime",
    "totimespan",
    "totime",
    "toguid",
    "todynamic",
];

impl Binder<'_> {
    /// Checks arguments and returns the type of the result.
    pub(super) fn check_arguments(&mut self, row: &'static Function, name: &ast::Name, args: &[Expr]) -> Type {
        let fitting: Vec<(&Signature, Vec<&Param>)> =
            row.signatures.iter().flat_map(|s| assignments(s, args.len()).into_iter().map(move |params| (s, params))).collect();
        if fitting.is_empty() {
            self.wrong_arity(row, name, args.len());
            return row.signatures.first().map_or(Type::Unknown, |s| self::result(row, s, &[], args));
        }
        let mismatches = |params: &[&Param]| {
            let common = common_type(row, params, args);
            params.iter().zip(args).find(|(param, arg)| !accepts(param, arg, common)).map(|(param, arg)| (param.accepts, arg.ty, arg.span))
        };
        let matching: Vec<_> = fitting.iter().filter(|(_, params)| mismatches(params).is_none() && has_common(row, params, args)).collect();
        // An overload that takes the types as they are comes before one that widens: `avg(long)` is real, not decimal.
        let exact =
            |params: &[&Param]| params.iter().zip(args).all(|(param, arg)| !matches!(param.accepts, Accepts::Is(ty) if ty != arg.ty));
        if let Some((signature, params)) = matching.iter().find(|(_, params)| exact(params)).or(matching.first()) {
            self.check_forms(name, params, args);
            self.check_mixed(name, params, args);
            let ty = result(row, signature, params, args);
            // An argument of unknown type fits several overloads: which result it will be is not known either.
            let sure = matching.iter().all(|(signature, params)| result(row, signature, params, args) == ty);
            return if sure || args.iter().all(|arg| arg.ty != Type::Unknown) { ty } else { Type::Unknown };
        }
        let Some((signature, params)) = fitting.first() else { return Type::Unknown };
        match mismatches(params) {
            Some((accepts, ty, span)) => {
                let message = format!("`{}` takes {} here, not {ty}", name.text, wanted(accepts));
                self.error("type-mismatch", span, message);
            }
            None => self.error("type-mismatch", name.span, format!("the arguments of `{}` have no common type", name.text)),
        }
        result(row, signature, params, args)
    }

    fn wrong_arity(&mut self, row: &'static Function, name: &ast::Name, given: usize) {
        let least = row.signatures.iter().map(Signature::required).min().unwrap_or(0);
        let most = row.signatures.iter().map(Signature::max).max().unwrap_or(0);
        let takes = match (least, most) {
            (0, 0) => "no arguments".to_owned(),
            (1, 1) => "1 argument".to_owned(),
            (a, b) if a == b => format!("{a} arguments"),
            (a, b) if b >= crate::functions::MANY => format!("at least {a} arguments"),
            (a, b) => format!("{a} to {b} arguments"),
        };
        let are = if given == 1 { "is" } else { "are" };
        let message = format!("`{}` takes {takes}, {given} {are} given", name.text);
        self.report(Diagnostic::error("wrong-arity", name.span, message));
    }

    /// The engine takes dynamic values beside others (`coalesce(dynamic([1]), 5)`), the official analyser calls it an error.
    fn check_mixed(&mut self, name: &ast::Name, params: &[&Param], args: &[Expr]) {
        let common = || params.iter().zip(args).filter(|(param, arg)| is_common(param) && arg.ty != Type::Unknown).map(|(_, arg)| arg);
        if common().any(|arg| arg.ty == Type::Dynamic)
            && let Some(other) = common().find(|arg| arg.ty != Type::Dynamic)
        {
            let message = format!("`{}` mixes dynamic values with {}", name.text, other.ty);
            self.report(Diagnostic::warning("mixed-types", other.span, message).with_help("convert the dynamic ones: `tostring(…)`"));
        }
    }

    /// Arguments that must be constants or columns.
    fn check_forms(&mut self, name: &ast::Name, params: &[&Param], args: &[Expr]) {
        for (param, arg) in params.iter().zip(args) {
            let fits = match param.argument {
                Argument::Constant | Argument::Literal => !mentions_column(arg),
                Argument::Column => matches!(arg.kind, ExprKind::Column(_) | ExprKind::Opaque { .. }),
                Argument::Expression | Argument::StarAllowed | Argument::StarOnly => true,
            };
            if !fits {
                let form = if param.argument == Argument::Column { "a column" } else { "a constant" };
                self.error("constant-expected", arg.span, format!("argument `{}` of `{}` must be {form}", param.name, name.text));
            }
        }
    }
}

/// Tells whether the value depends on the row.
pub(super) fn mentions_column(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Column(_) | ExprKind::SideColumn { .. }) || expr.children().into_iter().any(mentions_column)
}

/// Puts the text of dynamic arguments where the function takes text alone.
pub(super) fn as_text(row: &Function, args: Vec<Expr>) -> Vec<Expr> {
    let Some(params) = row.signatures.iter().find_map(|s| s.assign(args.len())) else { return args };
    let text = |param: &Param, arg: Expr| {
        if param.accepts == Accepts::Is(Type::String) && arg.ty == Type::Dynamic {
            super::statements::convert(arg, Type::String)
        } else {
            arg
        }
    };
    params.into_iter().zip(args).map(|(param, arg)| text(param, arg)).collect()
}

/// Tells whether an expression stands for something that did not resolve or has no value yet.
pub(super) fn is_unresolved(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Opaque { .. })
}

/// Tells whether a conversion changes nothing.
pub(super) fn is_identity(row: &Function, args: &[Expr], ty: Type) -> bool {
    let column = |arg: &Expr| matches!(arg.kind, ExprKind::Column(_)) && arg.ty == ty;
    row.kusto.iter().any(|name| CONVERSIONS.contains(name)) && matches!(args, [only] if column(only))
}

/// Returns the ways in which parameters take `count` arguments: an optional parameter after repeating ones may take the last.
fn assignments(signature: &Signature, count: usize) -> Vec<Vec<&Param>> {
    let Some(first) = signature.assign(count) else { return Vec::new() };
    let optional = signature.params.last().filter(|last| last.min == 0 && signature.params.iter().any(|p| p.max > 1));
    let other = optional.filter(|_| count > signature.required()).map(|last| {
        let mut params = first.clone();
        params.pop();
        params.push(last);
        params
    });
    std::iter::once(first).chain(other).collect()
}

fn is_common(param: &Param) -> bool {
    param.accepts == Accepts::Common
}

/// Numbers of different types are widened by `max_of` and `min_of`; elsewhere (`coalesce`) the engine refuses them.
fn common_type(row: &Function, params: &[&Param], args: &[Expr]) -> Option<Type> {
    let types = params.iter().zip(args).filter(|(param, _)| is_common(param)).map(|(_, arg)| arg.ty);
    if matches!(row.name(), "max_of" | "min_of") { types::common_widened(types) } else { types::common(types) }
}

fn has_common(row: &Function, params: &[&Param], args: &[Expr]) -> bool {
    !params.iter().any(|param| is_common(param)) || common_type(row, params, args).is_some()
}

fn accepts(param: &Param, arg: &Expr, common: Option<Type>) -> bool {
    let ty = arg.ty;
    if ty == Type::Unknown {
        return true;
    }
    match param.accepts {
        Accepts::Is(wanted) => is_assignable(wanted, ty, arg),
        Accepts::Integer => ty.is_integer(),
        Accepts::Number => ty.is_numeric(),
        Accepts::NumberOrBool => ty.is_numeric() || ty == Type::Bool,
        Accepts::Summable => ty.is_numeric() || matches!(ty, Type::DateTime | Type::TimeSpan),
        Accepts::Orderable | Accepts::NotDynamic => ty != Type::Dynamic,
        Accepts::StringOrDynamic | Accepts::StringOrArray => matches!(ty, Type::String | Type::Dynamic),
        Accepts::NotRealOrBool => !matches!(ty, Type::Real | Type::Bool),
        Accepts::Any => true,
        Accepts::Common => common.is_some(),
        Accepts::Array | Accepts::Bag => ty == Type::Dynamic,
        Accepts::IntegerOrArray => ty.is_integer() || ty == Type::Dynamic,
        Accepts::TypeLiteral => ty == Type::String,
        Accepts::Table => false,
    }
}

/// int goes where long is wanted, numbers where real is; a dynamic value goes where text is, as its text.
fn is_assignable(wanted: Type, given: Type, arg: &Expr) -> bool {
    let null = matches!(arg.kind, ExprKind::Literal(Value::Null));
    wanted == given
        || matches!((wanted, given), (Type::Long, Type::Int) | (Type::Real | Type::Decimal, Type::Int | Type::Long))
        || matches!((wanted, given), (Type::Real, Type::Decimal) | (Type::String, Type::Dynamic))
        || null && given == Type::Dynamic
}

fn wanted(accepts: Accepts) -> String {
    match accepts {
        Accepts::Is(ty) => ty.name().to_owned(),
        Accepts::Integer => "int or long".to_owned(),
        Accepts::Number => "a number".to_owned(),
        Accepts::NumberOrBool => "a number or bool".to_owned(),
        Accepts::Summable => "a number, datetime or timespan".to_owned(),
        Accepts::Orderable | Accepts::NotDynamic => "anything but dynamic".to_owned(),
        Accepts::StringOrDynamic | Accepts::StringOrArray => "string or dynamic".to_owned(),
        Accepts::NotRealOrBool => "anything but real and bool".to_owned(),
        Accepts::Any => "a value".to_owned(),
        Accepts::Common => "one type for all arguments".to_owned(),
        Accepts::Array => "a dynamic array".to_owned(),
        Accepts::Bag => "a property bag".to_owned(),
        Accepts::IntegerOrArray => "int, long or dynamic".to_owned(),
        Accepts::TypeLiteral => "`typeof(…)`".to_owned(),
        Accepts::Table => "a table".to_owned(),
    }
}

fn result(row: &Function, signature: &Signature, params: &[&Param], args: &[Expr]) -> Type {
    let at = |position: usize| args.get(position).map_or(Type::Unknown, |arg| arg.ty);
    match &signature.result {
        ResultType::Is(ty) => *ty,
        ResultType::Same(position) => at(*position),
        ResultType::Common => common_type(row, params, args).unwrap_or(Type::Unknown),
        ResultType::Widest => {
            let types = args.iter().map(|arg| arg.ty);
            if types.clone().any(|ty| ty == Type::Unknown) { Type::Unknown } else { types::promoted(types.fold(Type::Int, types::widest)) }
        }
        ResultType::TypeOf => {
            let named = params.iter().zip(args).find(|(param, _)| param.accepts == Accepts::TypeLiteral);
            let name = named.and_then(|(_, arg)| match &arg.kind {
                ExprKind::Literal(Value::String(name)) => Some(name),
                _ => None,
            });
            name.map_or(Type::String, |name| Type::from_name(name).unwrap_or(Type::String))
        }
        ResultType::Widened(position) => types::promoted(at(*position)),
        ResultType::Mean(position) => match at(*position) {
            ty @ (Type::Decimal | Type::TimeSpan | Type::DateTime | Type::Unknown) => ty,
            _ => Type::Real,
        },
        ResultType::Open | ResultType::Columns(_) | ResultType::Arrays => Type::Dynamic,
    }
}
