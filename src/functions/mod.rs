//! The function table of all languages: one row a function, with its names, signatures, evaluator and the page or vector that says so.
//!
//! A function that several languages share is one row with several names. What a call site means (operators, `iff`, `case`,
//! `toscalar`, lambdas) is lowered to IR nodes and does not stand here.

use crate::ir::{Type, Value};

/// One row.
#[derive(Debug)]
pub struct Function {
    /// Names in Kusto, the canonical one first. Empty where Kusto has no such function.
    pub kusto: &'static [&'static str],
    /// Names in EQL.
    pub eql: &'static [&'static str],
    /// Names in ES|QL.
    pub esql: &'static [&'static str],
    /// Overloads, tried in order.
    pub signatures: &'static [Signature],
    /// How the automatic column name is made (Kusto): `tostring(x)` is called `x`, most others `Column1`.
    pub naming: Naming,
    /// The evaluator.
    pub eval: Eval,
    /// The page or conformance vector that defines it.
    pub source: &'static str,
}

/// An overload.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Parameters in order.
    pub params: &'static [Param],
    /// How many of them must be given.
    pub required: usize,
    /// True when the last parameters repeat (see `repeat`).
    pub variadic: bool,
    /// How many trailing parameters repeat together in a variadic signature.
    pub repeat: usize,
    /// Arguments at most, where a variadic function has a limit.
    pub max: usize,
    /// Type of the result.
    pub result: ResultType,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name, for named arguments and messages.
    pub name: &'static str,
    /// What it accepts.
    pub accepts: Accepts,
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
    /// Number, datetime or timespan.
    Summable,
    /// string or dynamic.
    StringOrDynamic,
    /// Any scalar but dynamic.
    NotDynamic,
    /// Any scalar.
    Any,
    /// The same type as the other parameters with this mark.
    Common,
    /// A constant of the type.
    Constant(Type),
    /// A column reference.
    Column,
    /// `*` or a column.
    Star,
    /// A type literal.
    TypeLiteral,
    /// A table.
    Table,
}

/// The type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultType {
    /// Always this.
    Is(Type),
    /// That of the parameter at this position.
    Same(usize),
    /// The widest of the `Common` parameters.
    Common,
    /// Said by a `typeof` argument at this position (else string).
    TypeOf(usize),
    /// That of the first argument, int widened to long.
    Widened(usize),
}

/// How Kusto names an unnamed column that is a call of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// `Column1`, …
    None,
    /// The name of the first argument: `tostring(x)` → `x`.
    FirstArgument,
    /// A prefix and the first argument's name: `count_`, `dcount_x`.
    Prefixed(&'static str),
}

/// The evaluator of a row.
#[derive(Clone, Copy, Debug)]
pub enum Eval {
    /// A pure function of its arguments.
    Scalar(fn(&Args<'_>) -> Value),
    /// An aggregate: makes an empty accumulator.
    Aggregate(fn() -> Box<dyn Accumulator>),
    /// Done by the compiler or an operator, because it needs more than values (`now`, `prev`, `row_number`, plugins).
    Engine,
    /// Known by name and signature, not run: refused with this reason.
    Refused(&'static str),
}

/// Arguments of a scalar function.
#[derive(Debug)]
pub struct Args<'a> {
    /// The values.
    pub values: &'a [Value],
    /// Their static types, which tell dynamic from plain values.
    pub types: &'a [Type],
    /// The static type of the result.
    pub result: Type,
    /// The query's fixed `now`, in ticks.
    pub now: i64,
}

/// The state of an aggregate over one group.
pub trait Accumulator: std::fmt::Debug + Send {
    /// Takes a row's argument values.
    fn add(&mut self, args: &[Value], types: &[Type]);
    /// Returns the result.
    fn finish(&mut self, result: Type) -> Value;
}
