//! Predicates made ready to run on events.
//!
//! Two-valued: a missing field satisfies nothing but `IsNull`, and `not` turns exactly that around.

use super::fields::{Event, Fields};
use super::time_part;
use crate::diagnostic::Diagnostic;
use crate::eval::matching::{CompiledMatcher, WildcardPattern, text_of};
use crate::functions::{self, Args, Eval};
use crate::ir::{Case, Expr, ExprKind, FieldRef, Matcher, StringTest, Type, Value, text};
use crate::lang::sigma::modifier::TimePart;
use std::sync::Arc;

/// A predicate ready to run.
#[derive(Debug)]
pub struct Predicate(Node);

#[derive(Debug)]
enum Node {
    Always(bool),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Field(Arc<str>, CompiledMatcher),
    Named(WildcardPattern, CompiledMatcher),
    AnyField(CompiledMatcher),
    Pair {
        field: Arc<str>,
        other: Arc<str>,
        test: Option<StringTest>,
        case: Case,
    },
    Nested(Arc<str>, Box<Node>),
    TimePart(Arc<str>, TimePart, CompiledMatcher),
    /// A function of one of the field's values and constants.
    Test {
        field: Arc<str>,
        function: fn(&Args<'_>) -> Value,
        constants: Vec<Value>,
        /// What the function's arguments are: anything, each.
        types: Vec<Type>,
        now: i64,
    },
}

impl Predicate {
    /// Makes a predicate ready; `now` (ticks) is what date math starts from.
    ///
    /// # Errors
    /// Broken regular expressions and networks, and what is no predicate on one event (Kusto's comparisons, function calls,
    /// sub-plans): those run in a plan.
    pub fn new(expr: &Expr, now: i64) -> Result<Self, Diagnostic> {
        Ok(Self(compile(expr, now)?))
    }

    /// Tells whether an event satisfies it.
    pub fn matches(&self, event: &dyn Fields) -> bool {
        self.0.matches(event)
    }
}

fn compile(expr: &Expr, now: i64) -> Result<Node, Diagnostic> {
    let each = |items: &[Expr]| items.iter().map(|item| compile(item, now)).collect::<Result<Vec<_>, _>>();
    match &expr.kind {
        ExprKind::Literal(Value::Bool(value)) => Ok(Node::Always(*value)),
        ExprKind::And(items) => each(items).map(Node::All),
        ExprKind::Or(items) => each(items).map(Node::Any),
        ExprKind::Not(inner) => compile(inner, now).map(|inner| Node::Not(Box::new(inner))),
        ExprKind::Match { field, matcher } => compile_match(expr, field, matcher, now),
        ExprKind::Opaque { text, code } => Err(Diagnostic::error(code, expr.span, format!("`{text}` cannot run: it is not understood"))),
        _ => test(expr, now).ok_or_else(|| {
            Diagnostic::error("not-an-event-predicate", expr.span, "the expression is no condition on the fields of one event")
        }),
    }
}

/// Reads a search like Lucene's `field:word~`: a function of a field and constants.
fn test(expr: &Expr, now: i64) -> Option<Node> {
    let ExprKind::Call { function, args } = &expr.kind else { return None };
    let [Expr { kind: ExprKind::Column(field), .. }, rest @ ..] = args.as_slice() else { return None };
    let constant = |arg: &Expr| if let ExprKind::Literal(value) = &arg.kind { Some(value.clone()) } else { None };
    let constants = rest.iter().map(constant).collect::<Option<Vec<Value>>>()?;
    let row = functions::by_name(function).filter(|_| function.starts_with("esql.search."))?;
    let Eval::Scalar(function) = row.eval else { return None };
    let types = vec![Type::Dynamic; args.len()];
    Some(Node::Test { field: Arc::clone(field), function, constants, types, now })
}

fn compile_match(expr: &Expr, field: &FieldRef, matcher: &Matcher, now: i64) -> Result<Node, Diagnostic> {
    match (field, matcher) {
        (FieldRef::Field(field), Matcher::Field { other, test, case }) => {
            Ok(Node::Pair { field: Arc::clone(field), other: Arc::clone(other), test: *test, case: *case })
        }
        (FieldRef::Field(field), Matcher::Nested(inner)) => Ok(Node::Nested(Arc::clone(field), Box::new(compile(inner, now)?))),
        _ => {
            let compiled = CompiledMatcher::new(matcher, now, expr.span)?;
            match field {
                FieldRef::Field(name) => Ok(Node::Field(Arc::clone(name), compiled)),
                FieldRef::Pattern(pattern) => Ok(Node::Named(WildcardPattern::new(pattern, Case::Sensitive), compiled)),
                FieldRef::Any => Ok(Node::AnyField(compiled)),
                FieldRef::Value(value) => match part_of_time(value) {
                    Some((part, name)) => Ok(Node::TimePart(name, part, compiled)),
                    None => Err(Diagnostic::error("not-an-event-predicate", expr.span, "computed values are matched in a plan")),
                },
            }
        }
    }
}

impl Node {
    fn matches(&self, event: &dyn Fields) -> bool {
        match self {
            Self::Always(value) => *value,
            Self::All(items) => items.iter().all(|item| item.matches(event)),
            Self::Any(items) => items.iter().any(|item| item.matches(event)),
            Self::Not(inner) => !inner.matches(event),
            Self::Field(name, matcher) => field_matches(event, name, matcher),
            Self::Named(names, matcher) => event.any_field(&mut |name, value| names.matches(name) && matcher.matches(value)),
            Self::AnyField(matcher) => event.any_field(&mut |_, value| matcher.matches(value)),
            Self::Pair { field, other, test, case } => pair_matches(event, field, other, *test, *case),
            Self::TimePart(name, part, matcher) => {
                event.any_value(name, &mut |value| time_part::of(*part, value).is_some_and(|number| matcher.matches(&Value::Long(number))))
            }
            Self::Test { field, function, constants, types, now } => event.any_value(field, &mut |value| {
                let values: Vec<Value> = std::iter::once(value).chain(constants).cloned().collect();
                function(&Args { values: &values, types, result: Type::Bool, now: *now }) == Value::Bool(true)
            }),
            Self::Nested(field, inner) => {
                event.any_value(field, &mut |element| matches!(element, Value::Object(_)) && inner.matches(&Event::from_value(element)))
            }
        }
    }
}

/// Reads `datetime_part("hour", field)`, to which Sigma's time modifiers are lowered.
fn part_of_time(value: &Expr) -> Option<(TimePart, Arc<str>)> {
    let ExprKind::Call { function, args } = &value.kind else { return None };
    let [Expr { kind: ExprKind::Literal(Value::String(part)), .. }, Expr { kind: ExprKind::Column(field), .. }] = args.as_slice() else {
        return None;
    };
    let part = TimePart::from_kusto(part).filter(|_| &**function == "datetime_part")?;
    Some((part, Arc::clone(field)))
}

fn field_matches(event: &dyn Fields, name: &str, matcher: &CompiledMatcher) -> bool {
    if !matcher.matches_missing() {
        return event.any_value(name, &mut |value| matcher.matches(value));
    }
    let mut missing = true;
    let null = event.any_value(name, &mut |value| {
        missing = false;
        matcher.matches(value)
    });
    null || missing
}

/// Any value of the one field against any value of the other, as texts.
fn pair_matches(event: &dyn Fields, field: &str, other: &str, test: Option<StringTest>, case: Case) -> bool {
    event.any_value(field, &mut |left| {
        let Some(left) = text_of(left) else { return false };
        event.any_value(other, &mut |right| {
            text_of(right).is_some_and(|right| match (test, case) {
                (Some(test), case) => text::test(test, case, &left, &right),
                (None, Case::Sensitive) => left == right,
                (None, Case::Insensitive) => text::equals_folded(&left, &right),
            })
        })
    })
}
