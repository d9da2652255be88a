//! Positioned YAML nodes to Sigma detections and filters.
//!
//! It checks what `lower` relies on: known modifiers that go together, values of the right kind, a condition that names selections.
//! Wording, metadata and style are for `check`.

use super::ast::{Condition, ConditionKind, Detection, Filter, Item, Search, SearchKind, Selection, Value, ValueKind};
use super::modifier::Modifier;
use super::{condition, names, value};
use crate::diagnostic::Diagnostic;
use crate::schema::suggest;
use crate::source::{Entry, Kind, Node, Span, Spanned};
use serde_json::Value as Json;

/// Lists nested deeper than this are refused; real ones have two levels.
const MAX_NESTING: usize = 16;

/// Reads the mapping under `detection`.
///
/// # Errors
/// Everything that is wrong with it; places count bytes of the file.
pub fn parse(detection: &Node) -> Result<Detection, Vec<Diagnostic>> {
    Reader { problems: Vec::new() }.finish(|reader| reader.detection(detection, &["condition", "timeframe"]))
}

/// Reads the mapping under `filter`.
///
/// # Errors
/// Everything that is wrong with it; places count bytes of the file.
pub fn parse_filter(filter: &Node) -> Result<Filter, Vec<Diagnostic>> {
    Reader { problems: Vec::new() }.finish(|reader| {
        let detection = reader.detection(filter, &["condition", "timeframe", "rules"]);
        // `rules: any` is the 2.1 spelling of "all of its log source".
        let rules = filter.get("rules").map_or_else(Vec::new, strings);
        let any = matches!(rules.as_slice(), [only] if only.value.eq_ignore_ascii_case("any"));
        if rules.is_empty() && filter.is_mapping() {
            let at = filter.get("rules").map_or(filter.span, |rules| rules.span);
            reader.error("missing-field", at, "the filter names no rules: list them, or write `rules: any`");
        }
        Filter { rules: if any { Vec::new() } else { rules }, detection }
    })
}

/// Reads a scalar or a list of scalars as texts.
pub(super) fn strings(node: &Node) -> Vec<Spanned<String>> {
    node.spanned().into_iter().chain(node.items().iter().filter_map(Node::spanned)).collect()
}

struct Reader {
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn finish<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> Result<T, Vec<Diagnostic>> {
        let read = read(&mut self);
        if self.problems.is_empty() { Ok(read) } else { Err(self.problems) }
    }

    fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.problems.push(Diagnostic::error(code, span, message));
    }

    fn detection(&mut self, node: &Node, reserved: &[&str]) -> Detection {
        let mut selections = Vec::new();
        if !node.is_mapping() {
            self.error("bad-detection", node.span, "a detection is a mapping of selections and a condition");
        }
        for Entry { key, value } in node.entries() {
            match key.spanned() {
                Some(name) if !reserved.contains(&name.value.as_str()) => {
                    selections.push(Selection { name, search: self.search(value, 0) });
                }
                Some(_) => {}
                None => self.error("bad-detection", key.span, "the name of a selection is a text"),
            }
        }
        let conditions = self.conditions(node, &selections);
        Detection { selections, conditions, timeframe: node.get("timeframe").and_then(Node::spanned), span: node.span }
    }

    fn conditions(&mut self, node: &Node, selections: &[Selection]) -> Vec<Condition> {
        let Some(written) = node.get("condition") else {
            if node.is_mapping() {
                self.error("missing-condition", node.span, "the detection has no condition");
            }
            return Vec::new();
        };
        let texts: Vec<&Node> = if written.scalar().is_some() { vec![written] } else { written.items().iter().collect() };
        if texts.is_empty() {
            self.error("missing-condition", written.span, "the condition is empty");
        }
        let mut conditions = Vec::new();
        for text in texts {
            let Some(scalar) = text.scalar() else {
                self.error("bad-condition", text.span, "a condition is a text");
                continue;
            };
            match condition::parse(&scalar.value) {
                Ok(parsed) => {
                    let parsed = moved(parsed, &|span| scalar.map.span(span));
                    self.check_names(&parsed, selections);
                    conditions.push(parsed);
                }
                Err(diagnostic) => self.problems.push(diagnostic.map_spans(|span| scalar.map.span(span))),
            }
        }
        conditions
    }

    fn check_names(&mut self, condition: &Condition, selections: &[Selection]) {
        let known = || selections.iter().map(|selection| selection.name.value.as_str());
        match &condition.kind {
            ConditionKind::And(items) | ConditionKind::Or(items) => items.iter().for_each(|item| self.check_names(item, selections)),
            ConditionKind::Not(inner) => self.check_names(inner, selections),
            ConditionKind::Selection(name) if !known().any(|other| other == name) => {
                let diagnostic = Diagnostic::error("unknown-selection", condition.span, format!("there is no selection `{name}`"));
                self.problems.push(match suggest(name, known()) {
                    Some(near) => diagnostic.with_label(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
            }
            ConditionKind::Quantified { pattern, .. } if !known().any(|name| names::is_meant(name, pattern.as_deref())) => {
                let what = pattern.as_deref().unwrap_or("them");
                self.error("unknown-selection", condition.span, format!("no selection goes by `{what}`"));
            }
            ConditionKind::Selection(_) | ConditionKind::Quantified { .. } => {}
        }
    }

    fn search(&mut self, node: &Node, depth: usize) -> Search {
        if depth > MAX_NESTING {
            self.error("nested-too-deep", node.span, format!("lists are nested more than {MAX_NESTING} deep"));
            return Search { kind: SearchKind::Any(Vec::new()), span: node.span };
        }
        let kind = match &node.kind {
            Kind::Mapping(entries) => {
                if entries.is_empty() {
                    self.error("empty-selection", node.span, "the selection is empty");
                }
                SearchKind::All(entries.iter().filter_map(|entry| self.item(entry)).collect())
            }
            Kind::Sequence(items) => {
                if items.is_empty() {
                    self.error("empty-selection", node.span, "the selection is empty");
                }
                SearchKind::Any(items.iter().map(|item| self.search(item, depth + 1)).collect())
            }
            Kind::Scalar(_) => SearchKind::Keyword(scalar(node)),
        };
        Search { kind, span: node.span }
    }

    fn item(&mut self, entry: &Entry) -> Option<Item> {
        let Some(key) = entry.key.scalar() else {
            self.error("bad-detection", entry.key.span, "the name of a field is a text");
            return None;
        };
        let mut parts = key.value.split('|');
        let field = parts.next().filter(|field| !field.is_empty()).map(str::to_owned);
        let mut at = field.as_ref().map_or(0, String::len);
        let mut modifiers = Vec::new();
        for name in parts {
            let place = key.map.span(Span::new(at + 1, at + 1 + name.len()));
            at += 1 + name.len();
            let Some(modifier) = Modifier::from_name(name) else {
                let message =
                    if name.is_empty() { "a modifier is missing after `|`".to_owned() } else { format!("there is no modifier `{name}`") };
                let diagnostic = Diagnostic::error("unknown-modifier", place, message);
                self.problems.push(match suggest(name, Modifier::names()) {
                    Some(near) => diagnostic.with_label(format!("did you mean `{near}`?")),
                    None => diagnostic,
                });
                continue;
            };
            modifiers.push(Spanned::new(modifier, place));
        }
        let is_list = matches!(entry.value.kind, Kind::Sequence(_));
        let nodes: Vec<&Node> = if is_list { entry.value.items().iter().collect() } else { vec![&entry.value] };
        let mut values = Vec::new();
        for node in nodes {
            match node.kind {
                Kind::Scalar(_) => values.push(scalar(node)),
                _ => self.error("bad-value", node.span, "a value is a text, a number, true, false or null"),
            }
        }
        let item = Item { field, modifiers, values, is_list, key: entry.key.span };
        self.check_modifiers(&item);
        Some(item)
    }

    /// Reports modifiers that do not go together and values that they cannot take.
    fn check_modifiers(&mut self, item: &Item) {
        let find = |wanted: fn(Modifier) -> bool| item.modifiers.iter().find(|modifier| wanted(modifier.value));
        let has = |wanted: Modifier| item.modifiers.iter().any(|modifier| modifier.value == wanted);
        let alone = find(|m| matches!(m, Modifier::Regex | Modifier::Cidr | Modifier::Exists | Modifier::Compare(_)));
        let textual = find(Modifier::is_textual);
        if let (Some(alone), Some(textual)) = (alone, textual) {
            let message = format!("`{}` does not go together with `{}`", textual.value.name(), alone.value.name());
            self.error("modifiers-do-not-combine", textual.span, message);
        }
        let flag = find(|m| matches!(m, Modifier::IgnoreCase | Modifier::MultiLine | Modifier::DotAll));
        if let Some(flag) = flag.filter(|_| !has(Modifier::Regex)) {
            let message = format!("`{}` is a flag of `re`, which is not there", flag.value.name());
            self.error("modifiers-do-not-combine", flag.span, message);
        }
        if item.field.is_none()
            && find(|m| matches!(m, Modifier::Exists | Modifier::FieldRef | Modifier::Compare(_) | Modifier::Time(_))).is_some()
        {
            self.error("missing-field", item.key, "the modifier needs a field");
        }
        for value in &item.values {
            self.check_value(item, value);
        }
    }

    fn check_value(&mut self, item: &Item, value: &Value) {
        for modifier in &item.modifiers {
            let (fits, wanted) = match modifier.value {
                Modifier::Exists => (matches!(value.kind, ValueKind::Bool(_)), "true or false"),
                Modifier::Compare(_) => (number(&value.kind).is_some(), "a number"),
                Modifier::Cidr => (matches!(&value.kind, ValueKind::Text(text) if is_network(text)), "an IP network"),
                Modifier::Base64 | Modifier::Base64Offset => (value::is_literal(&value.kind), "a text without wildcards"),
                Modifier::Regex | Modifier::FieldRef => (!matches!(value.kind, ValueKind::Null), "a text"),
                _ => (true, ""),
            };
            if !fits {
                self.error("value-does-not-fit-modifier", value.span, format!("`{}` takes {wanted}", modifier.value.name()));
            }
        }
    }
}

/// Returns a value as a number, also where it is written as text.
pub(super) fn number(kind: &ValueKind) -> Option<f64> {
    match kind {
        ValueKind::Integer(n) => Some(*n as f64),
        ValueKind::Real(n) => Some(*n),
        ValueKind::Text(text) => text.parse().ok(),
        ValueKind::Bool(_) | ValueKind::Null => None,
    }
}

fn is_network(text: &str) -> bool {
    text.parse::<ipnet::IpNet>().is_ok() || text.parse::<std::net::IpAddr>().is_ok()
}

fn scalar(node: &Node) -> Value {
    let kind = match node.to_json() {
        Json::Null => ValueKind::Null,
        Json::Bool(value) => ValueKind::Bool(value),
        Json::Number(n) => n.as_i64().map_or_else(|| ValueKind::Real(n.as_f64().unwrap_or(f64::NAN)), ValueKind::Integer),
        _ => ValueKind::Text(node.as_str().unwrap_or("").to_owned()),
    };
    Value { kind, span: node.span }
}

/// Moves every place of a condition.
pub(super) fn moved(condition: Condition, map: &impl Fn(Span) -> Span) -> Condition {
    let each = |items: Vec<Condition>| items.into_iter().map(|item| moved(item, map)).collect();
    let kind = match condition.kind {
        ConditionKind::And(items) => ConditionKind::And(each(items)),
        ConditionKind::Or(items) => ConditionKind::Or(each(items)),
        ConditionKind::Not(inner) => ConditionKind::Not(Box::new(moved(*inner, map))),
        kind @ (ConditionKind::Selection(_) | ConditionKind::Quantified { .. }) => kind,
    };
    Condition { kind, span: map(condition.span) }
}
