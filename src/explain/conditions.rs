//! What a condition says, whose columns it looks at, and what becomes of case and of missing values.

use super::Condition;
use super::lineage::Lineage;
use super::wording::{constant, expression, short, values};
use crate::ir::{Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Plan, StringTest, Type, Value};
use std::sync::Arc;

/// Takes conditions over the rows of one plan apart.
pub(super) struct Reader<'a> {
    /// The query text.
    pub text: &'a str,
    /// The rows.
    pub rows: &'a Arc<Plan>,
    /// Where columns come from.
    pub lineage: &'a mut Lineage,
}

/// What is said of one test, apart from its columns.
struct Said {
    words: String,
    excludes: bool,
    case: Option<Case>,
    missing: Option<&'static str>,
}

const FAILS: &str = "a row without a value fails";
const PASSES: &str = "a row without a value passes";
const EMPTY_FAILS: &str = "a missing text counts as empty and fails";
const EMPTY_PASSES: &str = "a missing text counts as empty and passes";
const FIELD_FAILS: &str = "an event without the field fails; of several values any one decides";
const FIELD_PASSES: &str = "an event without the field passes; of several values any one decides";

impl Reader<'_> {
    /// Returns the conditions that all must hold.
    pub(super) fn all(&mut self, predicate: &Expr) -> Vec<Condition> {
        match &predicate.kind {
            ExprKind::And(operands) => operands.iter().map(|operand| self.one(operand, false)).collect(),
            _ => vec![self.one(predicate, false)],
        }
    }

    fn one(&mut self, expr: &Expr, negated: bool) -> Condition {
        let joined = match &expr.kind {
            ExprKind::Not(inner) => return self.one(inner, !negated),
            ExprKind::And(operands) => Some((operands, "all of")),
            ExprKind::Or(operands) => Some((operands, "any of")),
            _ => None,
        };
        if let Some((operands, word)) = joined {
            if let Some(condition) = self.values_of_one_field(operands, expr, negated, word == "all of") {
                return condition;
            }
            let parts = operands.iter().map(|operand| self.one(operand, false)).collect();
            let says = if negated { format!("not {word}") } else { word.to_owned() };
            return Condition { says, excludes: negated, from: Vec::new(), case: None, missing: None, parts };
        }
        let said = self.said(expr, negated);
        Condition {
            says: said.words,
            excludes: said.excludes,
            from: self.lineage.of(expr, self.rows),
            case: said.case.map(|case| if case == Case::Sensitive { "case counts" } else { "any case" }),
            missing: said.missing,
            parts: Vec::new(),
        }
    }

    /// `field: (a or b or c)` is one condition over a list.
    fn values_of_one_field(&mut self, operands: &[Expr], whole: &Expr, negated: bool, all: bool) -> Option<Condition> {
        let value = |operand: &Expr| match &operand.kind {
            ExprKind::Match { field: FieldRef::Field(field), matcher: Matcher::Equals { value, case } } => {
                Some((field.clone(), *case, constant(value)))
            }
            ExprKind::Match { field: FieldRef::Field(field), matcher: Matcher::Wildcard { pattern, case } } => {
                Some((field.clone(), *case, pattern_text(pattern)))
            }
            _ => None,
        };
        let read: Option<Vec<_>> = operands.iter().map(value).collect();
        let read = read?;
        let (field, case, _) = read.first()?.clone();
        if all || read.iter().any(|(other, other_case, _)| *other != field || *other_case != case) {
            return None;
        }
        let list: Vec<String> = read.into_iter().map(|(_, _, value)| value).collect();
        let verb = if negated { "is none of" } else { "is one of" };
        Some(Condition {
            says: format!("`{field}` {verb} {}", values(&list)),
            excludes: negated,
            from: self.lineage.of(whole, self.rows),
            case: Some(if case == Case::Sensitive { "case counts" } else { "any case" }),
            missing: Some(if negated { FIELD_PASSES } else { FIELD_FAILS }),
            parts: Vec::new(),
        })
    }

    fn said(&self, expr: &Expr, outer: bool) -> Said {
        let of = |expr: &Expr| expression(expr, self.text);
        match &expr.kind {
            ExprKind::Compare { op, case, left, right } => comparison(*op, *case, left, right, outer, &of),
            ExprKind::Test { test, case, negated, left, right } => {
                let negated = *negated != outer;
                Said {
                    words: format!("{} {} {}", of(left), test_words(*test, negated), of(right)),
                    excludes: negated,
                    case: (*test != StringTest::Regex).then_some(*case),
                    missing: Some(if negated { EMPTY_PASSES } else { EMPTY_FAILS }),
                }
            }
            ExprKind::InList { test, all, case, negated, value, list } => {
                let negated = *negated != outer;
                let shown = self.elements(list);
                Said {
                    words: format!("{} {} {}", of(value), list_words(*test, *all, negated), values(&shown)),
                    excludes: negated,
                    case: is_text(value).then_some(*case),
                    missing: Some(if negated { PASSES } else { FAILS }),
                }
            }
            ExprKind::InPlan { test, all, case, negated, value, plan } => {
                let negated = *negated != outer;
                let name = plan.name.as_ref().map_or_else(|| "the sub-query".to_owned(), |name| format!("`{name}`"));
                Said {
                    words: format!("{} {} the values of {name}", of(value), list_words(*test, *all, negated)),
                    excludes: negated,
                    case: is_text(value).then_some(*case),
                    missing: Some(if negated { PASSES } else { FAILS }),
                }
            }
            ExprKind::Between { negated, value, low, high } => {
                let negated = *negated != outer;
                let word = if negated { "is outside" } else { "is between" };
                let words = format!("{} {word} {} and {}", of(value), of(low), of(high));
                // Null in, null out, negated or not: a row needs true.
                Said { words, excludes: negated, case: None, missing: Some(FAILS) }
            }
            ExprKind::Match { field, matcher } => field_match(field, matcher, outer),
            ExprKind::Call { function, args } => call(function, args, outer, &of),
            ExprKind::Column(_) => Said {
                words: format!("{} is {}", of(expr), if outer { "false" } else { "true" }),
                excludes: outer,
                case: None,
                missing: Some(FAILS),
            },
            _ => Said {
                words: format!("{}`{}`", if outer { "not " } else { "" }, short(expr.span.text(self.text))),
                excludes: outer,
                case: None,
                missing: None,
            },
        }
    }

    fn elements(&self, list: &[Expr]) -> Vec<String> {
        list.iter()
            .flat_map(|element| match &element.kind {
                ExprKind::Literal(Value::Array(items)) => items.iter().map(constant).collect(),
                _ => vec![expression(element, self.text)],
            })
            .collect()
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.ty, Type::String | Type::Dynamic | Type::Unknown)
}

/// Kusto's comparisons: with one null `==` is false and `!=` true, orderings are null; a string is never null.
fn comparison(op: Comparison, case: Case, left: &Expr, right: &Expr, outer: bool, of: &dyn Fn(&Expr) -> String) -> Said {
    let op = if outer { op.opposite() } else { op };
    let word = match op {
        Comparison::Eq => "is",
        Comparison::Ne => "is not",
        Comparison::Lt => "is less than",
        Comparison::Le => "is at most",
        Comparison::Gt => "is greater than",
        Comparison::Ge => "is at least",
    };
    let is_equality = matches!(op, Comparison::Eq | Comparison::Ne);
    let is_field = matches!(right.kind, ExprKind::Column(_) | ExprKind::Member { .. });
    let is_string = left.ty == Type::String;
    let is_against_empty = matches!(&right.kind, ExprKind::Literal(Value::String(text)) if text.is_empty());
    let missing = match (op, is_string) {
        (Comparison::Eq, true) if is_field => Some("two missing texts are equal"),
        (Comparison::Ne, true) if is_field => Some("two missing texts are equal and fail"),
        _ if is_field || is_against_empty => None,
        (Comparison::Eq, true) => Some(EMPTY_FAILS),
        (Comparison::Ne, true) => Some(EMPTY_PASSES),
        (Comparison::Eq, false) => Some(FAILS),
        (Comparison::Ne, false) => Some(PASSES),
        _ => Some(FAILS),
    };
    Said {
        words: format!("{} {word} {}{}", of(left), if is_field { "the row's own " } else { "" }, of(right)),
        excludes: op == Comparison::Ne,
        case: (is_equality && is_text(left)).then_some(case),
        missing,
    }
}

fn test_words(test: StringTest, negated: bool) -> &'static str {
    match (test, negated) {
        (StringTest::Contains, false) => "contains",
        (StringTest::Contains, true) => "does not contain",
        (StringTest::StartsWith, false) => "starts with",
        (StringTest::StartsWith, true) => "does not start with",
        (StringTest::EndsWith, false) => "ends with",
        (StringTest::EndsWith, true) => "does not end with",
        (StringTest::Has, false) => "has the whole term",
        (StringTest::Has, true) => "has not the whole term",
        (StringTest::HasPrefix, false) => "has a term that starts with",
        (StringTest::HasPrefix, true) => "has no term that starts with",
        (StringTest::HasSuffix, false) => "has a term that ends with",
        (StringTest::HasSuffix, true) => "has no term that ends with",
        (StringTest::Regex, false) => "matches the regex",
        (StringTest::Regex, true) => "does not match the regex",
    }
}

fn list_words(test: Option<StringTest>, all: bool, negated: bool) -> &'static str {
    match (test, all, negated) {
        (None, _, false) => "is one of",
        (None, _, true) => "is none of",
        (Some(_), false, false) => "has any of the terms",
        (Some(_), false, true) => "has none of the terms",
        (Some(_), true, false) => "has all of the terms",
        (Some(_), true, true) => "has not all of the terms",
    }
}

fn field_match(field: &FieldRef, matcher: &Matcher, negated: bool) -> Said {
    let name = match field {
        FieldRef::Field(name) => format!("`{name}`"),
        FieldRef::Pattern(pattern) => format!("a field named like {}", pattern_text(pattern)),
        FieldRef::Any => "any field".to_owned(),
        FieldRef::Value(_) => "the computed value".to_owned(),
    };
    let (words, case) = matcher_words(matcher, negated);
    let missing = match matcher {
        Matcher::Exists => None,
        Matcher::IsNull => None,
        _ if negated => Some(FIELD_PASSES),
        _ => Some(FIELD_FAILS),
    };
    Said { words: format!("{name} {words}"), excludes: negated, case, missing }
}

fn matcher_words(matcher: &Matcher, negated: bool) -> (String, Option<Case>) {
    let is = if negated { "is not" } else { "is" };
    let does = |positive: &str, negative: &str| if negated { negative.to_owned() } else { positive.to_owned() };
    match matcher {
        Matcher::Exists => (does("has a value", "has no value"), None),
        Matcher::IsNull => (does("is null or missing", "has a value"), None),
        Matcher::Equals { value, case } => (format!("{is} {}", constant(value)), value.as_str().is_some().then_some(*case)),
        Matcher::Wildcard { pattern, case } => (format!("{} {}", does("is like", "is not like"), pattern_text(pattern)), Some(*case)),
        Matcher::Regex { regex, case, .. } => (format!("{} /{regex}/", does("matches the regex", "does not match the regex")), Some(*case)),
        Matcher::Text { text, phrase } => {
            let what = if *phrase { "the words in order" } else { "any of the words" };
            (format!("{} {what} \"{text}\"", does("has", "has not")), Some(Case::Insensitive))
        }
        Matcher::Token(pattern) => (format!("{} {}", does("has a word like", "has no word like"), pattern_text(pattern)), None),
        Matcher::Compare { op, value } => {
            let word = match op {
                Comparison::Lt => "less than",
                Comparison::Le => "at most",
                Comparison::Gt => "greater than",
                _ => "at least",
            };
            (format!("{is} {word} {}", constant(value)), None)
        }
        Matcher::Cidr(network) => (format!("{} {network}", does("lies in", "does not lie in")), None),
        Matcher::Field { other, case, .. } => (format!("{} the field `{other}`", does("agrees with", "does not agree with")), Some(*case)),
        Matcher::Nested(_) => {
            (does("has an element that satisfies all of its conditions", "has no element that satisfies its conditions"), None)
        }
    }
}

fn pattern_text(pattern: &Pattern) -> String {
    let piece = |part: &PatternPart| match part {
        PatternPart::Text(text) => text.to_string(),
        PatternPart::Many => "*".to_owned(),
        PatternPart::One => "?".to_owned(),
    };
    format!("\"{}\"", pattern.parts.iter().map(piece).collect::<String>())
}

/// Functions that are conditions in themselves, in words: name, positive, negative, what a missing value does.
static PREDICATES: [(&str, &str, &str); 4] = [
    ("isnotempty", "has a value", "has no value"),
    ("isempty", "has no value", "has a value"),
    ("isnotnull", "is not null", "is null"),
    ("isnull", "is null", "is not null"),
];

fn call(function: &str, args: &[Expr], negated: bool, of: &dyn Fn(&Expr) -> String) -> Said {
    let known = PREDICATES.iter().find(|(name, _, _)| *name == function).zip(args.first());
    if let Some(((_, positive, negative), arg)) = known {
        return Said {
            words: format!("{} {}", of(arg), if negated { negative } else { positive }),
            excludes: false,
            case: None,
            missing: None,
        };
    }
    let args: Vec<String> = args.iter().map(|arg| of(arg).trim_matches('`').to_owned()).collect();
    let verb = if negated { "is false" } else { "is true" };
    Said { words: format!("`{function}({})` {verb}", args.join(", ")), excludes: negated, case: None, missing: Some(FAILS) }
}
