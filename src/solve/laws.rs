//! What conditions on the same subject say about each other.
//!
//! Only laws that hold for every value are told; a missing law makes an answer unknown, never wrong.

use super::canonical::Canon;
use super::globs::{Law, TextTest};
use super::leaf::{Family, sides};
use super::probe::Probe;
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Type, Value, order};
use ipnet::IpNet;
use std::cmp::Ordering;
use std::net::IpAddr;

/// A condition that the laws know.
#[derive(Debug)]
pub(super) struct Atom {
    /// What it is about: the same text for the same field or computed value.
    pub subject: String,
    /// Whether the subject may hold several values, any of which may satisfy it.
    pub many: bool,
    question: Question,
}

#[derive(Debug)]
enum Question {
    Present,
    Missing,
    Text(TextTest),
    Order(Comparison, Value),
    Network(IpNet),
}

impl Atom {
    /// Reads a leaf.
    pub(super) fn of(expr: &Expr, family: Family, probe: &Probe, canon: &mut Canon) -> Option<Self> {
        match &expr.kind {
            ExprKind::Match { field, matcher } => {
                let subject = match field {
                    FieldRef::Value(value) => canon.expr(value),
                    field => format!("{field:?}"),
                };
                Some(Self { subject, many: true, question: matched(matcher)? })
            }
            ExprKind::Compare { op, case, left, right } => {
                let (subject, constant) = sides(left, right)?;
                let value = probe.constant(constant)?;
                let question = compared(*op, *case, subject.ty, value)?;
                Some(Self { subject: canon.expr(subject), many: family == Family::Documents, question })
            }
            ExprKind::Test { test, case, left, right, .. } => {
                let (subject, constant) = sides(left, right)?;
                let needle = probe.constant(constant)?;
                let question = Question::Text(TextTest::of(*test, needle.as_str()?, *case)?);
                Some(Self { subject: canon.expr(subject), many: false, question })
            }
            ExprKind::InList { test: None, value, list, .. } => {
                let [element] = list.as_slice() else { return None };
                let (subject, constant) = sides(value, element)?;
                let element = probe.constant(constant)?;
                let question = compared(Comparison::Eq, Case::Sensitive, subject.ty, element)?;
                Some(Self { subject: canon.expr(subject), many: false, question })
            }
            _ => None,
        }
    }

    /// Returns the law between two conditions on one subject.
    pub(super) fn law(&self, other: &Self) -> Option<Law> {
        match (&self.question, &other.question) {
            (Question::Missing, Question::Missing) | (Question::Present, Question::Present) => None,
            (Question::Missing, _) | (_, Question::Missing) => Some(Law::Excludes),
            (_, Question::Present) => Some(Law::Implies),
            (Question::Present, _) => None,
            (Question::Text(a), Question::Text(b)) => a.law(b),
            (Question::Order(op, a), Question::Order(other, b)) => ordered(*op, a, *other, b),
            (Question::Network(a), Question::Network(b)) if b.contains(a) => Some(Law::Implies),
            (Question::Network(a), Question::Network(b)) if !a.contains(b) => Some(Law::Excludes),
            (Question::Text(text), Question::Network(network)) => {
                let address: Option<IpAddr> = text.only()?.parse().ok();
                Some(if address.is_some_and(|address| network.contains(&address)) { Law::Implies } else { Law::Excludes })
            }
            _ => None,
        }
    }

    /// Tells whether it asks for one text, a value's presence or its absence: then a value for each text asked for, and one more,
    /// stand for all values.
    pub(super) fn is_plain_text(&self) -> bool {
        match &self.question {
            Question::Present | Question::Missing => true,
            Question::Text(text) => text.only().is_some(),
            _ => false,
        }
    }

    /// Tells whether it asks how a number, time or truth value is ordered.
    pub(super) fn is_order(&self) -> bool {
        matches!(&self.question, Question::Present | Question::Missing | Question::Order(..))
    }
}

fn matched(matcher: &Matcher) -> Option<Question> {
    Some(match matcher {
        Matcher::Exists => Question::Present,
        Matcher::IsNull => Question::Missing,
        Matcher::Equals { value: Value::String(text), case } => Question::Text(TextTest::exact(text, *case)),
        Matcher::Equals { value: value @ (Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Bool(_)), .. } => {
            Question::Order(Comparison::Eq, value.clone())
        }
        Matcher::Wildcard { pattern, case } => Question::Text(TextTest::glob(pattern, *case)),
        Matcher::Regex { regex, anchored, case } => Question::Text(TextTest::regex(regex, *anchored, *case)?),
        Matcher::Text { .. } | Matcher::Token(_) => Question::Text(TextTest::analysed(matcher)),
        Matcher::Compare { op, value: value @ (Value::Int(_) | Value::Long(_) | Value::Real(_)) } => Question::Order(*op, value.clone()),
        Matcher::Cidr(network) => {
            let parsed = network.parse::<IpNet>().ok().or_else(|| network.parse::<IpAddr>().ok().map(IpNet::from));
            Question::Network(parsed?.trunc())
        }
        _ => return None,
    })
}

fn compared(op: Comparison, case: Case, ty: Type, value: Value) -> Option<Question> {
    let is_text = matches!(ty, Type::String | Type::Dynamic | Type::Unknown);
    match (&value, op) {
        (Value::String(text), Comparison::Eq) if is_text => Some(Question::Text(TextTest::exact(text, case))),
        (Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_), _) if is_number(ty) => Some(Question::Order(op, value)),
        (Value::DateTime(_), _) if ty == Type::DateTime => Some(Question::Order(op, value)),
        (Value::TimeSpan(_), _) if ty == Type::TimeSpan => Some(Question::Order(op, value)),
        (Value::Bool(_), _) if ty == Type::Bool => Some(Question::Order(op, value)),
        _ => None,
    }
}

fn is_number(ty: Type) -> bool {
    matches!(ty, Type::Int | Type::Long | Type::Real | Type::Decimal)
}

/// The law between two comparisons with constants, by trying a value below, at, between and above them.
fn ordered(op: Comparison, a: &Value, other: Comparison, b: &Value) -> Option<Law> {
    use Ordering::{Equal, Greater, Less};
    let places: &[(Ordering, Ordering)] = match order::compare(a, b)? {
        Less => &[(Less, Less), (Equal, Less), (Greater, Less), (Greater, Equal), (Greater, Greater)],
        Equal => &[(Less, Less), (Equal, Equal), (Greater, Greater)],
        Greater => &[(Less, Less), (Less, Equal), (Less, Greater), (Equal, Greater), (Greater, Greater)],
    };
    let both = |(to_a, to_b): &(Ordering, Ordering)| (op.holds(*to_a), other.holds(*to_b));
    if places.iter().map(both).all(|(first, second)| !first || second) {
        return Some(Law::Implies);
    }
    places.iter().map(both).all(|(first, second)| !(first && second)).then_some(Law::Excludes)
}
