//! Whether a dynamic value is bound to be an array or a property bag, as far as the query says.
//!
//! The official analyser types them apart: neither goes where text is wanted (KS107). The engine takes them, so this is a warning.

use super::super::ast;
use super::binder::{Binder, Rows};
use crate::diagnostic::Diagnostic;
use crate::functions::{Accepts, Function};
use crate::ir::{Expr, ExprKind, Named, Op, Plan, Type, Value};

/// What a dynamic value always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Array,
    Bag,
}

/// Functions whose value is always an array.
const ARRAYS: &[&str] = &[
    "split",
    "extract_all",
    "pack_array",
    "bag_keys",
    "array_concat",
    "array_slice",
    "set_union",
    "set_intersect",
    "set_difference",
    "make_list",
    "make_list_if",
    "make_list_with_nulls",
    "make_set",
    "make_set_if",
    "makelist",
    "makeset",
    "parse_csv",
    "parse_command_line",
    "treepath",
    "zip",
];

/// Functions whose value is always a property bag.
const BAGS: &[&str] = &[
    "bag_pack",
    "bag_merge",
    "make_bag",
    "make_bag_if",
    "make_dictionary",
    "parse_path",
    "parse_url",
    "parse_urlquery",
    "parse_user_agent",
    "parse_xml",
];

/// Operators that are looked through.
const PLAN_DEPTH: usize = 50;

/// Returns what an expression over the rows of `input` always is.
pub(super) fn shape(expr: &Expr, input: Option<&Plan>) -> Option<Shape> {
    match &expr.kind {
        ExprKind::Literal(Value::Array(_)) => Some(Shape::Array),
        ExprKind::Literal(Value::Object(_)) => Some(Shape::Bag),
        ExprKind::Call { function, .. } => of_function(function),
        ExprKind::Scalar(plan) => of_column(plan, &plan.schema.columns.first()?.name, PLAN_DEPTH),
        ExprKind::Column(name) => of_column(input?, name, PLAN_DEPTH),
        _ => None,
    }
}

fn of_function(name: &str) -> Option<Shape> {
    let is = |list: &[&str], shape| list.contains(&name).then_some(shape);
    is(ARRAYS, Shape::Array).or_else(|| is(BAGS, Shape::Bag))
}

/// Follows a column to where it is made.
fn of_column(plan: &Plan, name: &str, depth: usize) -> Option<Shape> {
    let depth = depth.checked_sub(1)?;
    let made = |columns: &[Named], input: &Plan| match &columns.iter().find(|c| *c.name == *name)?.expr.kind {
        ExprKind::Column(inner) => of_column(input, inner, depth),
        ExprKind::Literal(_) | ExprKind::Call { .. } => shape(&columns.iter().find(|c| *c.name == *name)?.expr, None),
        _ => None,
    };
    match &plan.op {
        Op::Extend { input, columns } => {
            if columns.iter().any(|c| *c.name == *name) {
                made(columns, input)
            } else {
                of_column(input, name, depth)
            }
        }
        Op::Project { input, columns } => made(columns, input),
        Op::Aggregate { aggregates, post, .. } if post.is_empty() => {
            of_function(&aggregates.iter().find(|a| a.names.iter().any(|n| **n == *name))?.function)
        }
        Op::Filter { input, .. } | Op::Sort { input, .. } | Op::Limit { input, .. } => of_column(input, name, depth),
        _ => None,
    }
}

impl Binder<'_> {
    /// Warns of arrays and bags where text is wanted.
    pub(super) fn check_shapes(&mut self, row: &Function, name: &ast::Name, args: &[Expr], rows: Rows<'_>) {
        let Some(params) = row.signatures.iter().find_map(|s| s.assign(args.len())) else { return };
        for (param, arg) in params.into_iter().zip(args) {
            if param.accepts != Accepts::Is(Type::String) || arg.ty != Type::Dynamic {
                continue;
            }
            if let Some(shape) = shape(arg, rows.input) {
                let is = if shape == Shape::Array { "an array" } else { "a property bag" };
                let message = format!("`{}` takes text here, this is {is} already", name.text);
                self.report(Diagnostic::warning("text-expected", arg.span, message));
            }
        }
    }
}
