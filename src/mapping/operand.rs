//! What stands on one side of a Kusto predicate: a field, possibly folded or converted, or a constant.

use super::path::{Path, Step};
use crate::ir::{Expr, ExprKind, Member, Type, Value};

/// Functions that hand a value on as another type: `tostring(Status.errorCode)` is still that field.
const CONVERSIONS: &[(&str, Type)] = &[
    ("tostring", Type::String),
    ("toint", Type::Long),
    ("tolong", Type::Long),
    ("todouble", Type::Real),
    ("tobool", Type::Bool),
    ("todatetime", Type::DateTime),
    ("parse_json", Type::Dynamic),
    ("todynamic", Type::Dynamic),
];

/// One side of a predicate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// A field of the source.
    Field(FieldOperand),
    /// A constant.
    Constant(Value),
    /// Anything else.
    Other,
}

/// A field with what is done to its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldOperand {
    /// Which field.
    pub path: Path,
    /// The type that the query sees.
    pub ty: Type,
    /// The case that `tolower` or `toupper` gives its letters.
    pub fold: Option<Fold>,
}

/// A change of case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// `tolower`
    Lower,
    /// `toupper`
    Upper,
}

/// Reads one side of a predicate.
pub(super) fn operand(expr: &Expr) -> Operand {
    match &expr.kind {
        ExprKind::Literal(value) => Operand::Constant(value.clone()),
        ExprKind::Convert(inner) => operand(inner),
        ExprKind::Call { function, args } => call(function, args),
        _ => path_of(expr).map_or(Operand::Other, |path| Operand::Field(FieldOperand { path, ty: expr.ty, fold: None })),
    }
}

fn call(function: &str, args: &[Expr]) -> Operand {
    let Some(first) = args.first() else { return Operand::Other };
    let fold = match function {
        "tolower" => Some(Fold::Lower),
        "toupper" => Some(Fold::Upper),
        _ => None,
    };
    if let Some(fold) = fold {
        return match operand(first) {
            Operand::Field(field) => Operand::Field(FieldOperand { fold: Some(fold), ty: Type::String, ..field }),
            Operand::Constant(Value::String(text)) => Operand::Constant(Value::string(fold.apply(&text))),
            _ => Operand::Other,
        };
    }
    if function == "pack_array" {
        let constants = args.iter().map(|arg| if let Operand::Constant(value) = operand(arg) { Some(value) } else { None });
        return constants.collect::<Option<Vec<Value>>>().map_or(Operand::Other, |items| Operand::Constant(Value::array(items)));
    }
    let conversion = CONVERSIONS.iter().find(|(name, _)| *name == function);
    match (conversion, operand(first)) {
        (Some((_, ty)), Operand::Field(field)) if args.len() == 1 => Operand::Field(FieldOperand { ty: *ty, ..field }),
        (Some(("tostring", _)), Operand::Constant(value @ Value::String(_))) => Operand::Constant(value),
        _ => Operand::Other,
    }
}

/// Returns the field that an expression reads, whatever type it reads it as; `None` for anything computed.
pub(super) fn path_of(expr: &Expr) -> Option<Path> {
    match &expr.kind {
        ExprKind::Column(name) => Some(Path::name(name)),
        ExprKind::Convert(inner) => path_of(inner),
        ExprKind::Call { function, args } => match args.as_slice() {
            [only] if matches!(&**function, "parse_json" | "todynamic" | "tostring") => path_of(only),
            _ => None,
        },
        ExprKind::Member { base, member } => {
            let mut path = path_of(base)?;
            path.steps.push(match member {
                Member::Name(name) => Step::Key(name.clone()),
                Member::Index(index) => match &index.kind {
                    ExprKind::Literal(Value::String(name)) => Step::Key(name.clone()),
                    ExprKind::Literal(value) => Step::Index(usize::try_from(crate::ir::convert::to_long(value)?).ok()?),
                    _ => return None,
                },
            });
            Some(path)
        }
        _ => None,
    }
}

impl Fold {
    /// Changes the case of a text.
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
        }
    }

    /// Tells whether a text can be what the function returns.
    pub(super) fn leaves(self, text: &str) -> bool {
        self.apply(text) == text
    }
}
