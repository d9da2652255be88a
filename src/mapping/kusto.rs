//! Matches on Sentinel's fields as Kusto predicates, exactly: missing fields never match, also under `not`.
//!
//! It names no losses of fields; what no Kusto predicate can say is a [`Problem`].

use super::computed::Computed;
use super::facts::plain;
use super::format::End;
use super::gathered::{MOST_COMPARED, lists, networks};
use super::load::PartRef;
use super::path::{Path, Step};
use super::predicate::kind_of;
use super::rows::Rows;
use super::split::suffix;
use super::term::term_of;
use super::transform::Problem;
use crate::ir::{
    Case, Comparison, Dialect, Expr, ExprKind, FieldRef, Matcher, Member, Pattern, PatternPart, StringTest, Type, Value, regexes,
};
use crate::source::Span;
use std::sync::Arc;

/// The function that knows the places of addresses
/// (<https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function>).
pub(super) const PLACE: &str = "geo_info_from_ip_address";

/// Rewrites every match of a mapped predicate; predicates that are Kusto's already stay.
pub(super) fn to_kusto(expr: &Expr, at: &PartRef, positive: bool) -> Result<Expr, Problem> {
    let span = expr.span;
    match &expr.kind {
        ExprKind::And(operands) => Ok(super::logic::and(each(operands, at, positive)?, span)),
        ExprKind::Or(operands) => Ok(super::logic::or(networks(each(&lists(operands), at, positive)?), span)),
        ExprKind::Not(inner) => Ok(negated(to_kusto(inner, at, !positive)?)),
        ExprKind::Match { field: FieldRef::Field(name), matcher } => Access::of(name, at, span).asked(matcher, positive),
        ExprKind::InList { value, list, case, .. } => match &value.kind {
            // A list of equal tests, gathered by `lists`.
            ExprKind::Match { field: FieldRef::Field(name), .. } => {
                let access = Access::of(name, at, span);
                let list = list.iter().map(|item| access.literal_of(item)).collect::<Result<_, _>>()?;
                let value = Box::new(access.comparable());
                let case = if value.ty == Type::String { *case } else { Case::Sensitive };
                let kind = ExprKind::InList { test: None, all: false, case, negated: false, value, list };
                access.in_rows(Expr::new(kind, Type::Bool, span))
            }
            _ => Ok(expr.clone()),
        },
        _ => Ok(expr.clone()),
    }
}

fn each(operands: &[Expr], at: &PartRef, positive: bool) -> Result<Vec<Expr>, Problem> {
    let mut out: Vec<Expr> = Vec::new();
    for operand in operands {
        let mapped = to_kusto(operand, at, positive)?;
        // Conditions that differ may become one (`guards` has left each of them once).
        if operands.len() > MOST_COMPARED || !out.iter().any(|known| known.kind == mapped.kind) {
            out.push(mapped);
        }
    }
    Ok(out)
}

/// Uses the `!` form of a predicate that has one.
pub(super) fn negated(mut expr: Expr) -> Expr {
    match &mut expr.kind {
        ExprKind::Compare { op: op @ (Comparison::Eq | Comparison::Ne), left, right, .. } if !both_fields(left, right) => {
            *op = if *op == Comparison::Eq { Comparison::Ne } else { Comparison::Eq };
            expr
        }
        ExprKind::Test { test, negated, .. } if *test != StringTest::Regex => {
            *negated = !*negated;
            expr
        }
        ExprKind::InList { test: None, negated, .. } | ExprKind::InPlan { test: None, negated, .. } => {
            *negated = !*negated;
            expr
        }
        ExprKind::Call { function, .. } if matches!(&**function, "isempty" | "isnotempty" | "isnull" | "isnotnull") => {
            *function = Arc::from(match &**function {
                "isempty" => "isnotempty",
                "isnotempty" => "isempty",
                "isnull" => "isnotnull",
                _ => "isnull",
            });
            expr
        }
        _ => super::logic::not(expr),
    }
}

fn both_fields(left: &Expr, right: &Expr) -> bool {
    !matches!(left.kind, ExprKind::Literal(_)) && !matches!(right.kind, ExprKind::Literal(_))
}

/// How a query reads a field.
pub(super) struct Access<'p> {
    at: &'p PartRef,
    path: Path,
    kind: Type,
    json_text: bool,
    array: bool,
    computed: Option<&'p Computed>,
    rows: Option<&'p Rows>,
    span: Span,
}

impl<'p> Access<'p> {
    /// Finds how a part's table holds a field.
    pub(super) fn of(name: &str, at: &'p PartRef, span: Span) -> Self {
        let path = Path::parse(name);
        let json_text = at.part.json_text.iter().any(|column| column == path.column());
        let mut entries = at.source.fields.iter().filter(|f| f.sentinel.as_ref().is_some_and(|(p, _)| *p == path));
        let array = entries.clone().any(|f| f.array);
        let rows = entries.clone().find_map(|f| at.source.rows.get(f.rows.as_ref()?));
        let computed = entries.find_map(|f| f.computed.as_ref());
        let unknown = if json_text && path.is_column() { Type::String } else { Type::Dynamic };
        Self { kind: kind_of(at, Dialect::Sentinel, name).unwrap_or(unknown), at, path, json_text, array, computed, rows, span }
    }

    /// The rows that hold the field, where the event's own does not.
    pub(super) fn rows(&self) -> Option<&'p Rows> {
        self.rows
    }

    /// The part whose field it is.
    pub(super) fn part_ref(&self) -> &'p PartRef {
        self.at
    }

    /// Returns the field's value with its type.
    pub(super) fn value(&self) -> Expr {
        if self.path.is_column() || self.rows.is_some() && self.computed.is_none() {
            Expr::column(self.path.column(), self.kind, self.span)
        } else {
            cast(self.member(), self.kind)
        }
    }

    /// Returns the member of a dynamic column as it is there, null where there is none.
    pub(super) fn member(&self) -> Expr {
        if let Some(computed) = self.computed {
            return self.of_columns(computed);
        }
        let column = Expr::column(self.path.column(), if self.json_text { Type::String } else { Type::Dynamic }, self.span);
        let base = if self.json_text { call("parse_json", vec![column], Type::Dynamic) } else { column };
        self.path.steps.iter().skip(1).fold(base, |base, step| {
            let member = match step {
                Step::Key(name) => Member::Name(name.clone()),
                Step::Index(n) => Member::Index(Box::new(Expr::literal(i64::try_from(*n).unwrap_or(i64::MAX), Type::Long, self.span))),
                Step::Each | Step::Rest => Member::Name(Arc::from("*")),
            };
            Expr::new(ExprKind::Member { base: Box::new(base), member }, Type::Dynamic, self.span)
        })
    }

    /// Returns what a computed field is computed as.
    fn of_columns(&self, computed: &Computed) -> Expr {
        let of = |path: &Path| Access::of(&path.text(Dialect::Sentinel), self.at, self.span);
        match computed {
            Computed::Group(expression) => {
                let text = Expr::column(self.path.column(), Type::String, self.span);
                self.group(expression.as_str(), text)
            }
            Computed::Place(expression) => {
                let text = Expr::column(self.path.column(), Type::String, self.span);
                let address = if let Some(expression) = expression { self.group(expression, text) } else { text };
                let name = self.path.steps.last().map(Step::text).unwrap_or_default();
                let kind =
                    ExprKind::Member { base: Box::new(call(PLACE, vec![address], Type::Dynamic)), member: Member::Name(name.into()) };
                Expr::new(kind, Type::Dynamic, self.span)
            }
            Computed::FirstOf(own, other) => call("coalesce", vec![of(own).value(), of(other).value()], self.kind),
            Computed::Piece(whole, separator, end) => {
                of(whole).part(separator, *end).unwrap_or_else(|| Expr::column(self.path.column(), self.kind, self.span))
            }
        }
    }

    /// The first group of a regular expression in a text.
    fn group(&self, expression: impl AsRef<str>, text: Expr) -> Expr {
        let (expression, group) = (Expr::literal(expression.as_ref(), Type::String, self.span), Expr::literal(1, Type::Long, self.span));
        call("extract", vec![expression, group, text], Type::String)
    }

    /// Returns what is before or after a separator, where the text is that of the column.
    pub(super) fn part(&self, separator: &str, end: End) -> Option<Expr> {
        let place = match end {
            End::First => 0,
            End::Tail => -1,
            End::Suffix => {
                return Some(self.group(suffix(separator, true), self.value()));
            }
            End::Head | End::Last => return None,
        };
        let pieces = call("split", vec![self.value(), Expr::literal(separator, Type::String, self.span)], Type::Dynamic);
        let index = Box::new(Expr::literal(i64::from(place), Type::Long, self.span));
        let kind = ExprKind::Member { base: Box::new(pieces), member: Member::Index(index) };
        Some(cast(Expr::new(kind, Type::Dynamic, self.span), Type::String))
    }

    /// Returns the value as it compares with a constant: what may be anything compares as text.
    fn comparable(&self) -> Expr {
        if matches!(self.kind, Type::Dynamic | Type::Unknown) { cast(self.value(), Type::String) } else { self.value() }
    }

    fn literal_of(&self, item: &Expr) -> Result<Expr, Problem> {
        match &item.kind {
            ExprKind::Literal(value) => self.literal(value),
            _ => Err(self.problem("predicate-not-mapped", "the list holds more than constants")),
        }
    }

    fn literal(&self, value: &Value) -> Result<Expr, Problem> {
        let kind = if matches!(self.kind, Type::Dynamic | Type::Unknown) { Type::String } else { self.kind };
        let typed = super::transform::to_kind(value, kind);
        let value = typed.ok_or_else(|| self.problem("value-not-of-type", &format!("`{}` is no {kind} value", plain(value))))?;
        Ok(Expr::new(ExprKind::Literal(value), kind, self.span))
    }

    fn problem(&self, code: &'static str, message: &str) -> Problem {
        Problem::new(code, self.span, message)
    }

    fn bool(&self, kind: ExprKind) -> Expr {
        Expr::new(kind, Type::Bool, self.span)
    }

    pub(super) fn predicate(&self, matcher: &Matcher, positive: bool) -> Result<Expr, Problem> {
        match matcher {
            Matcher::Exists => Ok(self.presence(true)),
            Matcher::IsNull => Ok(self.presence(false)),
            Matcher::Equals { value, .. } if self.array => {
                let list = call("parse_json", vec![self.value()], Type::Dynamic);
                Ok(self.sure(
                    call("set_has_element", vec![list, Expr::literal(&*plain(value), Type::String, self.span)], Type::Bool),
                    positive,
                ))
            }
            _ if self.array => Err(self.problem("value-held-otherwise", "the column holds the list as text")),
            Matcher::Equals { value, .. } if self.is_text() && plain(value).is_empty() => Ok(self.empty()),
            Matcher::Equals { value, case } => {
                let (left, right) = (Box::new(self.comparable()), Box::new(self.literal(value)?));
                let case = if left.ty == Type::String { *case } else { Case::Sensitive };
                Ok(self.bool(ExprKind::Compare { op: Comparison::Eq, case, left, right }))
            }
            Matcher::Wildcard { pattern, case } => self.wildcard(pattern, *case),
            Matcher::Regex { regex, anchored, case } => Ok(self.regex(regex, *anchored, *case)),
            Matcher::Compare { op, value } => self.compare(*op, value, positive),
            Matcher::Cidr(network) => {
                let function = if network.contains(':') { "ipv6_is_in_range" } else { "ipv4_is_in_range" };
                let network = Expr::literal(&**network, Type::String, self.span);
                Ok(self.sure(call(function, vec![self.value(), network], Type::Bool), positive))
            }
            Matcher::Field { other, test, case } => Ok(self.other(&Access::of(other, self.at, self.span), *test, *case)),
            Matcher::Text { .. } | Matcher::Token(_) => Err(self.problem("analysed-text", "a search in analysed text has no counterpart")),
            Matcher::Nested(_) => Err(self.problem("nested-not-mapped", "conditions on one element of an array of objects are not mapped")),
        }
    }

    fn is_text(&self) -> bool {
        matches!(self.kind, Type::String | Type::Dynamic | Type::Unknown)
    }

    /// An empty text. A column holds the same where an event has none, a dynamic value does not.
    fn empty(&self) -> Expr {
        let absent = self.presence(false);
        if self.path.is_column() || self.computed.is_some() {
            return absent;
        }
        super::logic::and(vec![call("isnotnull", vec![self.member()], Type::Bool), absent], self.span)
    }

    fn presence(&self, present: bool) -> Expr {
        let function = match (self.is_text(), present) {
            (true, true) => "isnotempty",
            (true, false) => "isempty",
            (false, true) => "isnotnull",
            (false, false) => "isnull",
        };
        call(function, vec![self.value()], Type::Bool)
    }

    /// Makes a predicate that may be null false instead, where a negation stands above it.
    fn sure(&self, predicate: Expr, positive: bool) -> Expr {
        if positive {
            return predicate;
        }
        let (left, right) = (Box::new(predicate), Box::new(Expr::literal(true, Type::Bool, self.span)));
        self.bool(ExprKind::Compare { op: Comparison::Eq, case: Case::Sensitive, left, right })
    }

    fn test(&self, test: StringTest, case: Case, needle: &str) -> Expr {
        let (left, right) = (Box::new(cast(self.value(), Type::String)), Box::new(Expr::literal(needle, Type::String, self.span)));
        self.bool(ExprKind::Test { test, case, negated: false, left, right })
    }

    fn wildcard(&self, pattern: &Pattern, case: Case) -> Result<Expr, Problem> {
        use PatternPart::{Many, Text};
        Ok(match pattern.parts.as_slice() {
            [Many] => self.presence(true),
            [Text(text)] => return self.predicate(&Matcher::Equals { value: Value::string(text), case }, true),
            [Text(text), Many] => self.test(StringTest::StartsWith, case, text),
            [Many, Text(text)] => self.test(StringTest::EndsWith, case, text),
            [Many, Text(text), Many] => self.test(StringTest::Contains, case, text),
            parts => self.test(StringTest::Regex, Case::Sensitive, &compact(parts, case)),
        })
    }

    fn regex(&self, regex: &str, anchored: bool, case: Case) -> Expr {
        if let (false, Some((test, needle))) = (anchored, term_of(regex)) {
            return self.test(test, case, &needle);
        }
        let (flags, body) = regex.strip_prefix("(?s)").map_or(("", regex), |body| ("s", body));
        let flags = if case == Case::Insensitive { format!("i{flags}") } else { flags.to_owned() };
        let body = if anchored { format!("^(?:{body})$") } else { body.to_owned() };
        let text = if flags.is_empty() { body } else { format!("(?{flags}){body}") };
        let found = self.test(StringTest::Regex, Case::Sensitive, &text);
        // A missing field counts as "" in Kusto and matches no expression in events.
        if regexes::matches_empty(&text) { super::logic::and(vec![self.presence(true), found], self.span) } else { found }
    }

    fn compare(&self, op: Comparison, value: &Value, positive: bool) -> Result<Expr, Problem> {
        // Texts have no order in Kusto; a number in one is compared as a number.
        let kind = match self.kind {
            Type::String | Type::Dynamic | Type::Unknown => match value {
                Value::DateTime(_) => Type::DateTime,
                _ => Type::Long,
            },
            known => known,
        };
        let typed =
            super::transform::to_kind(value, kind).or_else(|| super::transform::to_kind(value, Type::Real).filter(|_| kind == Type::Long));
        let value = typed.ok_or_else(|| self.problem("value-not-of-type", &format!("`{}` is no {kind} value", plain(value))))?;
        let kind = if matches!(value, Value::Real(_)) { Type::Real } else { kind };
        let left = if self.kind == kind { self.value() } else { cast(self.value(), kind) };
        let right = Expr::new(ExprKind::Literal(value), kind, self.span);
        let compared = self.bool(ExprKind::Compare { op, case: Case::Sensitive, left: Box::new(left.clone()), right: Box::new(right) });
        if positive {
            return Ok(compared);
        }
        Ok(super::logic::and(vec![call("isnotnull", vec![left], Type::Bool), compared], self.span))
    }

    /// A comparison with another field: two missing values are no match.
    fn other(&self, other: &Access<'_>, test: Option<StringTest>, case: Case) -> Expr {
        let right = Box::new(other.comparable());
        let left = Box::new(self.comparable());
        let same = self.bool(match test {
            None => ExprKind::Compare { op: Comparison::Eq, case, left, right },
            Some(test) => ExprKind::Test { test, case, negated: false, left, right },
        });
        super::logic::and(vec![self.presence(true), same], self.span)
    }
}

/// A pattern of several pieces as a regular expression; its ends are open where the pattern's are.
fn compact(parts: &[PatternPart], case: Case) -> String {
    let mut out = String::from(if case == Case::Insensitive { "(?is)" } else { "(?s)" });
    let is_open = |part: Option<&PatternPart>| matches!(part, Some(PatternPart::Many));
    let (opens, closes) = (is_open(parts.first()), is_open(parts.last()));
    let inner = parts.get(usize::from(opens)..parts.len() - usize::from(closes)).unwrap_or(&[]);
    if !opens {
        out.push('^');
    }
    for part in inner {
        match part {
            PatternPart::Text(text) => out.push_str(&regex::escape(text)),
            PatternPart::Many => out.push_str(".*"),
            PatternPart::One => out.push('.'),
        }
    }
    if !closes {
        out.push('$');
    }
    out
}

/// Gives an expression a type by the conversion function of that type.
pub(super) fn cast(expr: Expr, kind: Type) -> Expr {
    let function = match kind {
        _ if expr.ty == kind => return expr,
        Type::String => "tostring",
        Type::Bool => "tobool",
        Type::Int | Type::Long => "tolong",
        Type::Real | Type::Decimal => "todouble",
        Type::DateTime => "todatetime",
        Type::TimeSpan => "totimespan",
        Type::Guid | Type::Dynamic | Type::Unknown => return expr,
    };
    call(function, vec![expr], kind)
}

/// Builds a call of a function-table row.
pub(super) fn call(function: &str, args: Vec<Expr>, ty: Type) -> Expr {
    let span = args.first().map(|arg| arg.span).unwrap_or_default();
    Expr::new(ExprKind::Call { function: Arc::from(function), args }, ty, span)
}
