//! Values as Kusto literals.

use crate::ir::{TICKS_PER_SECOND, Type, Value};
use crate::lang::kusto::ast::{ExprKind, Json, Literal, LiteralKind};
use crate::source::Span;
use crate::source::quoted;

/// Returns the literal of a value of a static type; a null is written with its type.
pub(crate) fn literal(value: &Value, ty: Type) -> ExprKind {
    let (kind, raw) = match value {
        _ if ty == Type::Dynamic => return dynamic(value),
        Value::Null => null(ty),
        Value::Bool(b) => (LiteralKind::Bool(Some(*b)), b.to_string()),
        Value::Int(n) => (LiteralKind::Int(Some(*n)), format!("int({n})")),
        Value::Long(n) => (LiteralKind::Long(Some(*n)), long(*n)),
        Value::Real(x) => (LiteralKind::Real(Some(*x)), real(*x)),
        Value::Decimal(d) => (LiteralKind::Decimal(Some(d.to_string())), format!("decimal({d})")),
        Value::DateTime(ticks) => {
            (LiteralKind::DateTime(Some(*ticks)), format!("datetime({})", crate::ir::datetime::print_datetime(*ticks)))
        }
        Value::TimeSpan(ticks) => (LiteralKind::TimeSpan(Some(*ticks)), timespan(*ticks)),
        Value::Guid(id) => (LiteralKind::Guid(Some(id.to_string())), format!("guid({id})")),
        Value::String(text) => (LiteralKind::String(text.to_string()), quote(text)),
        Value::Array(_) | Value::Object(_) => return dynamic(value),
    };
    ExprKind::Literal(Literal { kind, raw })
}

/// A negative literal needs its own form: `-1` is a unary minus on `1`.
fn long(n: i64) -> String {
    if n < 0 { format!("long({n})") } else { n.to_string() }
}

fn real(x: f64) -> String {
    if x.is_nan() {
        "real(nan)".into()
    } else if x.is_infinite() {
        if x > 0.0 { "real(+inf)".into() } else { "real(-inf)".into() }
    } else if x < 0.0 {
        format!("real({x:?})")
    } else {
        format!("{x:?}")
    }
}

fn null(ty: Type) -> (LiteralKind, String) {
    let kind = match ty {
        Type::Bool => LiteralKind::Bool(None),
        Type::Int => LiteralKind::Int(None),
        Type::Real => LiteralKind::Real(None),
        Type::Decimal => LiteralKind::Decimal(None),
        Type::DateTime => LiteralKind::DateTime(None),
        Type::TimeSpan => LiteralKind::TimeSpan(None),
        Type::Guid => LiteralKind::Guid(None),
        Type::String => return (LiteralKind::String(String::new()), "\"\"".into()),
        Type::Dynamic | Type::Unknown => return (LiteralKind::Dynamic(Json::Null), "dynamic(null)".into()),
        Type::Long => LiteralKind::Long(None),
    };
    (kind, format!("{ty}(null)"))
}

/// Units of timespan literals from large to small (`scalar-data-types/timespan.md`).
const UNITS: [(i64, &str); 4] =
    [(86_400 * TICKS_PER_SECOND, "d"), (3_600 * TICKS_PER_SECOND, "h"), (60 * TICKS_PER_SECOND, "m"), (TICKS_PER_SECOND, "s")];

/// Returns the shortest literal of a duration: `14d`, `90m`, or `time(…)` where no unit divides it.
pub(crate) fn timespan(ticks: i64) -> String {
    if ticks > 0
        && let Some((unit, letter)) = UNITS.iter().find(|(unit, _)| ticks % unit == 0)
    {
        return format!("{}{letter}", ticks / unit);
    }
    if ticks == 0 { "0s".into() } else { format!("time({})", crate::ir::timespan::print_timespan(ticks)) }
}

/// Quotes a string: verbatim where it holds backslashes, escaped otherwise.
pub(crate) fn quote(text: &str) -> String {
    let plain = !text.contains(['"', '\n', '\r', '\t', '\0']) && !text.chars().any(char::is_control);
    if plain && text.contains('\\') {
        return format!("@\"{text}\"");
    }
    let mut out = String::with_capacity(text.len() + 2);
    quoted::write(text, |c| c.is_control().then(|| format!("\\u{:04x}", u32::from(c))), &mut out);
    out
}

/// Returns `dynamic(…)` with the JSON of a value, Kusto literals inside where JSON has none.
fn dynamic(value: &Value) -> ExprKind {
    let json = tree(value);
    let raw = format!("dynamic({})", json_text(&json));
    ExprKind::Literal(Literal { kind: LiteralKind::Dynamic(json), raw })
}

fn tree(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Array(items) => Json::Array(items.iter().map(tree).collect(), Span::default()),
        Value::Object(members) => Json::Object(members.iter().map(|(key, item)| (key.to_string(), tree(item))).collect(), Span::default()),
        scalar => match literal(scalar, Type::Unknown) {
            ExprKind::Literal(text) => Json::Scalar(Box::new(text), Span::default()),
            _ => Json::Null,
        },
    }
}

fn json_text(json: &Json) -> String {
    match json {
        Json::Null => "null".into(),
        Json::Scalar(literal, _) => match &literal.kind {
            LiteralKind::String(text) => serde_json::Value::from(text.as_str()).to_string(),
            LiteralKind::Long(Some(n)) => n.to_string(),
            LiteralKind::Int(Some(n)) => n.to_string(),
            LiteralKind::Real(Some(x)) if x.is_finite() => format!("{x:?}"),
            _ => literal.raw.clone(),
        },
        Json::Array(items, _) => format!("[{}]", items.iter().map(json_text).collect::<Vec<_>>().join(", ")),
        Json::Object(members, _) => {
            let member = |(key, item): &(String, Json)| format!("{}: {}", serde_json::Value::from(key.as_str()), json_text(item));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}
