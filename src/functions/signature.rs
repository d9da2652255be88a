//! Signatures: what a function takes and gives, written in the rows as one line of text.
//!
//! `(source: text, delimiter: string, index?: integer) -> dynamic`; overloads are separated by `|`. A parameter is
//! `name[?]: [const|literal|column|star] type[min..max]`; `type...` repeats without a limit of its own. Whether a call fits
//! is the binder's to decide.

use crate::ir::Type;

/// An overload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Parameters in order.
    pub params: Vec<Param>,
    /// Type of the result.
    pub result: ResultType,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name, for named arguments and messages.
    pub name: &'static str,
    /// What it accepts.
    pub accepts: Accepts,
    /// What form the argument must have.
    pub argument: Argument,
    /// How often it stands at least: 0 for an optional parameter.
    pub min: usize,
    /// How often it may stand. Neighbours that repeat repeat together (`bag_pack(key, value, key, value)`).
    pub max: usize,
}

/// What a parameter accepts. `Type::Unknown` and `Type::Dynamic` arguments are accepted wherever the engine converts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Exactly this type (int widens to long, numbers to real).
    Is(Type),
    /// int or long.
    Integer,
    /// Any number.
    Number,
    /// Number or bool.
    NumberOrBool,
    /// Number, datetime or timespan.
    Summable,
    /// Anything with an order: all but dynamic.
    Orderable,
    /// string or dynamic.
    StringOrDynamic,
    /// Any scalar but dynamic.
    NotDynamic,
    /// Any scalar but real and bool.
    NotRealOrBool,
    /// Any scalar.
    Any,
    /// The same type as the other parameters with this mark.
    Common,
    /// A dynamic array.
    Array,
    /// A dynamic property bag.
    Bag,
    /// An integer, or a dynamic array of them.
    IntegerOrArray,
    /// A string, or a dynamic array of them.
    StringOrArray,
    /// `typeof(…)`.
    TypeLiteral,
    /// A table.
    Table,
}

/// The form that an argument must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Any expression.
    Expression,
    /// Something constant: a literal, or a `let` of one.
    Constant,
    /// A literal.
    Literal,
    /// A column name.
    Column,
    /// An expression or `*`.
    StarAllowed,
    /// `*`.
    StarOnly,
}

/// The type of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultType {
    /// Always this.
    Is(Type),
    /// That of the argument at this position.
    Same(usize),
    /// The common type of the `Common` arguments.
    Common,
    /// The widest of the numeric arguments.
    Widest,
    /// Said by a `typeof` argument (else string).
    TypeOf,
    /// That of the argument at this position, int widened to long.
    Widened(usize),
    /// That of a mean of the argument at this position: decimals and times stay what they are, other numbers become real.
    Mean(usize),
    /// Several columns of these names and types (`series_stats`): the value is an array with one element a column.
    Columns(Vec<(&'static str, Type)>),
    /// As many dynamic columns as arrays were given (`array_sort_asc`): the value of a call with one array is that array,
    /// of a call with several an array of them.
    Arrays,
    /// Several columns, or a table: said by the operator that calls it.
    Open,
}

/// Parameters that repeat without a limit of their own repeat this often at most.
pub const MANY: usize = 32_767;

impl Signature {
    /// Reads all overloads of a row. `None` where the text is not a signature, which a test over all rows excludes.
    pub(super) fn parse_all(text: &'static str) -> Option<Vec<Self>> {
        text.split('|').map(Self::parse).collect()
    }

    fn parse(text: &'static str) -> Option<Self> {
        let (params, result) = text.trim().strip_prefix('(')?.split_once(')')?;
        let result = ResultType::parse(result.trim().strip_prefix("->")?.trim())?;
        let params = params.split(',').map(str::trim).filter(|p| !p.is_empty()).map(Param::parse).collect::<Option<_>>()?;
        Some(Self { params, result })
    }

    /// Returns how many arguments there must be at least.
    pub fn required(&self) -> usize {
        self.params.iter().map(|p| p.min).sum()
    }

    /// Returns how many arguments there may be at most.
    pub fn max(&self) -> usize {
        self.params.iter().map(|p| p.max).sum()
    }

    /// Returns the parameter that each of `count` positional arguments belongs to; `None` where the count does not fit.
    /// Parameters after a repeating group take the last arguments if they are required.
    pub fn assign(&self, count: usize) -> Option<Vec<&Param>> {
        if count < self.required() || count > self.max() {
            return None;
        }
        let is_repeating = |p: &&Param| p.max > 1;
        let head = self.params.iter().take_while(|p| !is_repeating(p));
        let group: Vec<&Param> = self.params.iter().filter(is_repeating).collect();
        let tail: Vec<&Param> =
            self.params.iter().skip_while(|p| !is_repeating(p)).skip_while(is_repeating).filter(|p| p.min > 0).collect();
        let mut assigned: Vec<&Param> = head.take(count).collect();
        let repeated = count.checked_sub(assigned.len() + tail.len())?;
        if repeated > 0 && repeated % group.len().max(1) != 0 {
            return None;
        }
        assigned.extend(group.into_iter().cycle().take(repeated));
        assigned.extend(tail);
        (assigned.len() == count).then_some(assigned)
    }
}

impl Param {
    fn parse(text: &'static str) -> Option<Self> {
        let (name, rest) = text.split_once(':')?;
        let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        let mut argument = Argument::Expression;
        let mut ty = rest.trim();
        if let Some((word, after)) = ty.split_once(' ') {
            argument = Argument::parse(word)?;
            ty = after.trim();
        }
        let (ty, min, max) = occurrences(ty)?;
        let min = if optional { 0 } else { min };
        Some(Self { name, accepts: Accepts::parse(ty)?, argument, min, max })
    }
}

/// Splits `any...`, `array[2..64]`.
fn occurrences(text: &'static str) -> Option<(&'static str, usize, usize)> {
    if let Some(ty) = text.strip_suffix("...") {
        return Some((ty, 1, MANY));
    }
    let Some((ty, range)) = text.split_once('[') else { return Some((text, 1, 1)) };
    let (min, max) = range.strip_suffix(']')?.split_once("..")?;
    Some((ty, min.parse().ok()?, max.parse().ok()?))
}

impl Argument {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "const" => Self::Constant,
            "literal" => Self::Literal,
            "column" => Self::Column,
            "star" => Self::StarAllowed,
            "only" => Self::StarOnly,
            _ => return None,
        })
    }
}

impl Accepts {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "integer" => Self::Integer,
            "number" => Self::Number,
            "number-or-bool" => Self::NumberOrBool,
            "summable" => Self::Summable,
            "orderable" => Self::Orderable,
            "text" => Self::StringOrDynamic,
            "not-dynamic" => Self::NotDynamic,
            "not-real-or-bool" => Self::NotRealOrBool,
            "any" => Self::Any,
            "common" => Self::Common,
            "array" => Self::Array,
            "bag" => Self::Bag,
            "integer-or-array" => Self::IntegerOrArray,
            "string-or-array" => Self::StringOrArray,
            "typeof" => Self::TypeLiteral,
            "table" => Self::Table,
            name => Self::Is(Type::from_name(name)?),
        })
    }
}

impl ResultType {
    fn parse(text: &'static str) -> Option<Self> {
        Some(match text {
            "arrays" => Self::Arrays,
            "common" => Self::Common,
            "widest" => Self::Widest,
            "typeof" => Self::TypeOf,
            "open" => Self::Open,
            _ => match text.split_once(' ') {
                Some(("columns", list)) => {
                    let column = |text: &'static str| text.split_once(':').and_then(|(name, ty)| Some((name, Type::from_name(ty)?)));
                    Self::Columns(list.split(' ').map(column).collect::<Option<_>>()?)
                }
                Some(("same", position)) => Self::Same(position.parse().ok()?),
                Some(("mean", position)) => Self::Mean(position.parse().ok()?),
                Some(("widened", position)) => Self::Widened(position.parse().ok()?),
                _ => Self::Is(Type::from_name(text)?),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(signature: &'static str, count: usize, expected: Option<&[&str]>) {
        let signature = Signature::parse(signature).unwrap();
        let names = signature.assign(count).map(|params| params.iter().map(|p| p.name).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expected, "{signature:?} with {count}");
    }

    #[test]
    fn optional_parameters_may_be_left_out() {
        let split = "(source: any, delimiter: string, index?: integer) -> dynamic";
        check(split, 1, None);
        check(split, 2, Some(&["source", "delimiter"]));
        check(split, 3, Some(&["source", "delimiter", "index"]));
        check(split, 4, None);
    }

    #[test]
    fn neighbours_repeat_together() {
        let pack = "(key: string..., value: any...) -> dynamic";
        check(pack, 4, Some(&["key", "value", "key", "value"]));
        check(pack, 3, None);
    }

    #[test]
    fn a_required_parameter_after_a_group_takes_the_last_argument() {
        check("(if: bool..., then: common..., else: common) -> common", 5, Some(&["if", "then", "if", "then", "else"]));
    }
}
