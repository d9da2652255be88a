//! Values worth trying in a field: those that its conditions name, their neighbours, and something else.

use super::formula::is_constant;
use super::leaf::{Family, Leaf, Root, example};
use super::probe::Probe;
use super::regex_sample;
use crate::eval::json::to_json;
use crate::ir::text::fold;
use crate::ir::{Case, Expr, ExprKind, Matcher, StringTest, Type, Value, convert};
use ipnet::IpNet;
use serde_json::{Value as Json, json};
use std::collections::HashSet;

/// Needles at most that are put together in one value.
const MOST_TOGETHER: usize = 14;

/// How many values are tried: each is run through every condition on its field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breadth {
    /// Needles at most that are tried in several surroundings; the others are tried as they are.
    varied: usize,
    /// Needles of a kind at most of which each is combined with each other one.
    combined: usize,
}

impl Breadth {
    /// Where every difference counts.
    pub(super) const ALL: Self = Self { varied: usize::MAX, combined: MOST_TOGETHER };
    /// Where some events will do.
    pub(super) const SOME: Self = Self { varied: 4, combined: 3 };
}

/// A text that a condition names, and where in the value it looks for it.
enum Needle {
    Whole(String),
    Start(String),
    End(String),
    Inside(String),
}

/// What the conditions on one field name.
#[derive(Default)]
struct Named {
    needles: Vec<Needle>,
    values: Vec<Value>,
    networks: Vec<IpNet>,
    sensitive: bool,
    insensitive: bool,
    /// Whether some condition looks at something computed from the field.
    computed: bool,
}

/// Returns values to try; `None` stands for a missing field.
pub(super) fn candidates(root: &Root, leaves: &[&Leaf], family: Family, probe: &Probe, breadth: Breadth) -> Vec<Option<Json>> {
    let mut named = Named::default();
    for leaf in leaves {
        named.collect(&leaf.expr, probe);
    }
    named.computed = leaves.iter().any(|leaf| !leaf.is_direct());
    let mut out = vec![None];
    if family == Family::Documents {
        out.push(Some(Json::Null));
    }
    let is_text = root.path.is_empty() && root.ty == Type::String;
    let is_loose = !root.path.is_empty() || matches!(root.ty, Type::Dynamic | Type::Unknown);
    if is_text || is_loose {
        named.texts(breadth, &mut out);
    }
    if family == Family::Documents || root.ty == Type::Bool || root.path.last().is_some() {
        out.extend([Some(json!(true)), Some(json!(false))].into_iter().filter(|_| root.ty == Type::Bool || named.has_truths()));
    }
    if !is_text {
        named.ordered(root, is_loose, &mut out);
    } else if named.computed {
        named.lengths(&mut out);
    }
    let mut seen = HashSet::new();
    out.retain(|value| seen.insert(value.as_ref().map(Json::to_string)));
    out
}

impl Named {
    fn collect(&mut self, expr: &Expr, probe: &Probe) {
        match &expr.kind {
            ExprKind::Literal(value) => self.constant(value.clone()),
            ExprKind::Match { matcher, field } => {
                if let crate::ir::FieldRef::Value(value) = field {
                    self.collect(value, probe);
                }
                self.matcher(matcher, probe);
            }
            ExprKind::Test { test, case, left, right, .. } => {
                self.looks(*case);
                self.collect(left, probe);
                if let Some(Value::String(needle)) = probe_constant(right, probe) {
                    self.needle(*test, &needle);
                }
            }
            ExprKind::Compare { case, left, right, .. } => {
                self.looks(*case);
                self.collect(left, probe);
                self.collect(right, probe);
            }
            _ if is_constant(expr) => self.values.extend(probe.constant(expr)),
            _ => expr.children().into_iter().for_each(|child| self.collect(child, probe)),
        }
    }

    fn looks(&mut self, case: Case) {
        match case {
            Case::Sensitive => self.sensitive = true,
            Case::Insensitive => self.insensitive = true,
        }
    }

    fn constant(&mut self, value: Value) {
        match value {
            Value::String(text) => {
                // A text that looks like a network is still a text that a field may be equal to.
                self.networks.extend(text.parse::<IpNet>().ok());
                self.needles.push(Needle::Whole(text.to_string()));
            }
            Value::Array(items) => items.iter().for_each(|item| self.constant(item.clone())),
            other => self.values.push(other),
        }
    }

    fn needle(&mut self, test: StringTest, needle: &str) {
        match test {
            StringTest::StartsWith => self.needles.push(Needle::Start(needle.to_owned())),
            StringTest::EndsWith => self.needles.push(Needle::End(needle.to_owned())),
            StringTest::Regex => self.needles.extend(regex_sample::samples(needle).into_iter().map(Needle::Inside)),
            _ => self.needles.push(Needle::Inside(needle.to_owned())),
        }
    }

    fn matcher(&mut self, matcher: &Matcher, probe: &Probe) {
        match matcher {
            Matcher::Equals { value, case } => {
                self.looks(*case);
                self.constant(value.clone());
            }
            Matcher::Wildcard { pattern, case } => {
                use crate::ir::PatternPart::{Many, Text};
                self.looks(*case);
                self.needles.push(match pattern.parts.as_slice() {
                    [Text(text), Many] => Needle::Start(text.to_string()),
                    [Many, Text(text)] => Needle::End(text.to_string()),
                    [Many, Text(text), Many] => Needle::Inside(text.to_string()),
                    _ => Needle::Whole(example(pattern)),
                });
            }
            Matcher::Regex { regex, anchored, case } => {
                self.looks(*case);
                let kind = if *anchored { Needle::Whole } else { Needle::Inside };
                self.needles.extend(regex_sample::samples(regex).into_iter().map(kind));
            }
            Matcher::Text { text, .. } => {
                self.needles.push(Needle::Inside(text.to_string()));
                self.insensitive = true;
            }
            Matcher::Token(pattern) => self.needles.push(Needle::Inside(example(pattern))),
            Matcher::Compare { value, .. } => self.constant(value.clone()),
            Matcher::Cidr(network) => self.networks.extend(network.parse::<IpNet>().ok()),
            Matcher::Nested(inner) => self.collect(inner, probe),
            Matcher::Exists | Matcher::IsNull | Matcher::Field { .. } => {}
        }
    }

    fn has_truths(&self) -> bool {
        self.values.iter().any(|value| matches!(value, Value::Bool(_)))
    }

    fn texts(&self, breadth: Breadth, out: &mut Vec<Option<Json>>) {
        let mut add = |text: String| out.push(Some(Json::String(text)));
        add(String::new());
        add("zzq".to_owned());
        let is_patterned = self.needles.iter().any(|needle| !matches!(needle, Needle::Whole(_)));
        for (at, needle) in self.needles.iter().enumerate() {
            let (Needle::Whole(text) | Needle::Start(text) | Needle::End(text) | Needle::Inside(text)) = needle;
            add(text.clone());
            if at >= breadth.varied {
                continue;
            }
            if self.sensitive && self.insensitive {
                cased(text).into_iter().for_each(&mut add);
            }
            match needle {
                Needle::Whole(_) if !is_patterned => {}
                Needle::Whole(text) => add(format!("{text} zzq")),
                Needle::Start(text) => [format!("{text}zzq"), format!("zzq{text}")].into_iter().for_each(&mut add),
                Needle::End(text) => [format!("zzq{text}"), format!("{text}zzq")].into_iter().for_each(&mut add),
                Needle::Inside(text) => {
                    [format!("zzq{text}zzq"), format!("zzq {text} zzq"), format!("{text}zzq"), format!("zzq{text}")]
                        .into_iter()
                        .for_each(&mut add);
                }
            }
        }
        if is_patterned {
            self.combined(breadth.combined, &mut add);
        }
        for network in &self.networks {
            add(network.network().to_string());
            add(network.broadcast().to_string());
        }
        if !self.networks.is_empty() {
            add("203.0.113.77".to_owned());
            add("10.11.12.13".to_owned());
            add("2001:db8::77".to_owned());
        }
    }

    /// Beginnings, middles and endings put together.
    fn combined(&self, most: usize, add: &mut impl FnMut(String)) {
        let of =
            |pick: fn(&Needle) -> Option<&String>| -> Vec<&String> { self.needles.iter().filter_map(pick).take(MOST_TOGETHER).collect() };
        let starts = of(|needle| if let Needle::Start(text) = needle { Some(text) } else { None });
        let ends = of(|needle| if let Needle::End(text) = needle { Some(text) } else { None });
        let middles = of(|needle| if let Needle::Inside(text) = needle { Some(text) } else { None });
        for start in starts.iter().take(most) {
            ends.iter().take(most).for_each(|end| add(format!("{start}zzq{end}")));
            middles.iter().take(most).for_each(|middle| add(format!("{start} {middle} zzq")));
        }
        for (at, middle) in middles.iter().enumerate().take(most) {
            ends.iter().take(most).for_each(|end| add(format!("zzq {middle} {end}")));
            middles.iter().take(most).skip(at + 1).for_each(|other| add(format!("{middle} {other}")));
        }
        if middles.len() > 2 {
            add(middles.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(" "));
        }
        if let (Some(start), Some(end)) = (starts.first(), ends.first()) {
            add(format!("{start} {} {end}", middles.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(" ")));
        }
    }

    /// Texts of the lengths that conditions name.
    fn lengths(&self, out: &mut Vec<Option<Json>>) {
        for value in &self.values {
            if let Some(length) = whole(value).and_then(|n| usize::try_from(n).ok()).filter(|n| *n < 1000) {
                out.extend((length.saturating_sub(1)..=length + 1).map(|n| Some(Json::String("z".repeat(n)))));
            }
            out.push(Some(Json::String(convert::to_text(value, Type::Unknown))));
        }
    }

    fn ordered(&self, root: &Root, is_loose: bool, out: &mut Vec<Option<Json>>) {
        let ty = if is_loose { Type::Unknown } else { root.ty };
        let mut add = |value: Value| out.push(Some(to_json(&value, ty)));
        for value in &self.values {
            add(value.clone());
            neighbours(value, ty).into_iter().for_each(&mut add);
        }
        match ty {
            Type::DateTime if self.computed => times().into_iter().for_each(add),
            Type::DateTime => add(Value::DateTime(SOME_TIME)),
            Type::Int | Type::Long | Type::Real | Type::Decimal => {
                add(Value::Long(7));
                if ty == Type::Real {
                    add(Value::Real(f64::NAN));
                }
            }
            Type::TimeSpan => add(Value::TimeSpan(70_000_000)),
            Type::Guid => add(Value::Guid(uuid::Uuid::from_u128(7))),
            _ => {}
        }
        for needle in self.needles.iter().filter(|_| !is_loose) {
            let (Needle::Whole(text) | Needle::Start(text) | Needle::End(text) | Needle::Inside(text)) = needle;
            out.push(Some(Json::String(text.clone())));
        }
    }
}

/// 2026-01-05, a Monday.
const SOME_TIME: i64 = 639_031_680_000_000_000;

/// Times of every hour of a day and every day of a week.
fn times() -> Vec<Value> {
    const HOUR: i64 = 3600 * crate::ir::TICKS_PER_SECOND;
    (0..24).map(|hour| hour * HOUR).chain((1..7).map(|day| day * 24 * HOUR)).map(|after| Value::DateTime(SOME_TIME + after)).collect()
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        _ => None,
    }
}

/// The values just below and just above.
fn neighbours(value: &Value, ty: Type) -> Vec<Value> {
    let around = |n: i64, make: fn(i64) -> Value| [n.checked_sub(1), n.checked_add(1)].into_iter().flatten().map(make).collect::<Vec<_>>();
    match value {
        Value::Int(n) => around(i64::from(*n), Value::Long),
        Value::Long(n) => {
            let mut near = around(*n, Value::Long);
            if matches!(ty, Type::Real | Type::Decimal | Type::Unknown) {
                near.extend([Value::Real(*n as f64 - 0.5), Value::Real(*n as f64 + 0.5)]);
            }
            near
        }
        Value::Real(n) => vec![Value::Real(n - 0.5), Value::Real(n + 0.5)],
        Value::DateTime(n) => around(*n, Value::DateTime),
        Value::TimeSpan(n) => around(*n, Value::TimeSpan),
        _ => Vec::new(),
    }
}

/// The text in other cases.
pub(super) fn cased(text: &str) -> Vec<String> {
    let mut swapped = String::new();
    for (at, c) in text.chars().enumerate() {
        if at % 2 == 0 { swapped.extend(c.to_uppercase()) } else { swapped.extend(c.to_lowercase()) }
    }
    vec![fold(text).into_owned(), text.to_uppercase(), swapped]
}

fn probe_constant(expr: &Expr, probe: &Probe) -> Option<Value> {
    is_constant(expr).then(|| probe.constant(expr)).flatten()
}

/// Returns texts that were put together so that these conditions hold at once.
pub(super) fn composed(leaves: &[&Leaf], probe: &Probe) -> Vec<Json> {
    let mut named = Named::default();
    for leaf in leaves {
        named.collect(&leaf.expr, probe);
    }
    let longest =
        |pick: fn(&Needle) -> Option<&String>| named.needles.iter().filter_map(pick).max_by_key(|text| text.len()).map_or("", |t| t);
    let start = longest(|needle| if let Needle::Start(text) = needle { Some(text) } else { None });
    let end = longest(|needle| if let Needle::End(text) = needle { Some(text) } else { None });
    let middles: Vec<&str> =
        named.needles.iter().filter_map(|n| if let Needle::Inside(text) = n { Some(text.as_str()) } else { None }).collect();
    let glued = |between: &str| Json::String(format!("{start}{between}{}{between}{end}", middles.join(between)));
    [" ", "", "zzq", "/"].into_iter().map(glued).collect()
}
