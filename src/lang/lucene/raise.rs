//! From the IR to a Lucene query string: kuery's predicates, and the patterns and regular expressions that kuery has not.
//!
//! Nothing is approximated: what Lucene does not say exactly is refused with its place. `AND` and `OR` have no precedence in Lucene, so
//! every chain inside another stands in brackets.

use super::ast::{Clause, Conjunction, Prefix, Query, Value};
use crate::diagnostic::{Fidelity, Loss};
use crate::ir::datetime::print_datetime;
use crate::ir::{self, Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, convert};
use crate::lang::lucene_regex::{Written, into_lucene};
use crate::schema::{FieldKind, FieldType};
use crate::source::{Span, Spanned};

/// Raises a predicate over event fields; `types` says of what type a field is.
///
/// # Errors
/// Every part that Lucene cannot say, as a loss of fidelity `refused`.
pub fn raise(expr: &Expr, types: &dyn Fn(&str) -> FieldType) -> Result<Query, Vec<Loss>> {
    let mut raiser = Raiser { types, losses: Vec::new() };
    let query = raiser.query(expr);
    if raiser.losses.is_empty() { Ok(query) } else { Err(raiser.losses) }
}

struct Raiser<'a> {
    types: &'a dyn Fn(&str) -> FieldType,
    losses: Vec<Loss>,
}

impl Raiser<'_> {
    fn refuse(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Value {
        self.losses.push(Loss::query(code, Fidelity::Refused, span, message));
        everything()
    }

    fn query(&mut self, expr: &Expr) -> Query {
        let clauses = match &expr.kind {
            ExprKind::And(items) => self.chain(items, Conjunction::And),
            ExprKind::Or(items) => self.chain(items, Conjunction::Or),
            _ => vec![self.clause(expr)],
        };
        Query { clauses, span: expr.span }
    }

    /// Optional clauses that are forbidden would decide nothing: in a chain of `OR` a negation stands in brackets.
    fn chain(&mut self, items: &[Expr], conjunction: Conjunction) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        for item in items {
            let mut next = self.clause(item);
            if next.prefix.is_some() && conjunction == Conjunction::Or {
                next = bare(Value::Group(Query { clauses: vec![next], span: item.span }), item.span);
            }
            next.conjunction = (!clauses.is_empty()).then_some(conjunction);
            clauses.push(next);
        }
        clauses
    }

    fn clause(&mut self, expr: &Expr) -> Clause {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Not(inner) => {
                let inner = self.clause(inner);
                let inner = if inner.prefix.is_some() { bare(Value::Group(Query { clauses: vec![inner], span }), span) } else { inner };
                Clause { prefix: Some(Prefix::Not), ..inner }
            }
            ExprKind::And(_) | ExprKind::Or(_) => bare(Value::Group(self.query(expr)), span),
            ExprKind::Literal(ir::Value::Bool(true)) => bare(everything(), span),
            ExprKind::Literal(ir::Value::Bool(false)) => Clause { prefix: Some(Prefix::Not), ..bare(everything(), span) },
            ExprKind::Match { field, matcher } => self.leaf(field, matcher, span),
            _ => bare(self.refuse("expression-not-in-lucene", span, "Lucene compares fields with constants and computes nothing"), span),
        }
    }

    fn leaf(&mut self, field: &FieldRef, matcher: &Matcher, span: Span) -> Clause {
        let (name, kind) = match field {
            FieldRef::Field(name) => (Some(text(name)), (self.types)(name).kind),
            FieldRef::Pattern(pattern) => (Some(pattern.clone()), FieldKind::Keyword),
            FieldRef::Any => (None, FieldKind::Keyword),
            FieldRef::Value(_) => {
                return bare(self.refuse("computed-value-not-in-lucene", span, "Lucene matches fields, not computed values"), span);
            }
        };
        let mut prefix = None;
        let value = match matcher {
            Matcher::Exists => star(),
            Matcher::IsNull => {
                prefix = Some(Prefix::Not);
                star()
            }
            Matcher::Equals { value, case } => self.constant(kind, value, *case, span),
            Matcher::Wildcard { pattern, case } if !kind.is_analysed() => {
                let found = Value::Term(pattern.clone());
                self.exact(*case, &shown(pattern), span).unwrap_or(found)
            }
            Matcher::Regex { regex, anchored, case } if !kind.is_analysed() => self.regex(regex, *anchored, *case, span),
            Matcher::Text { text, phrase: true } => Value::Phrase(text.to_string()),
            Matcher::Text { text: words, phrase: false } if !words.contains(char::is_whitespace) => Value::Term(text(words)),
            Matcher::Token(pattern) => Value::Term(pattern.clone()),
            Matcher::Compare { op, value } => range(*op, &scalar(value)),
            Matcher::Cidr(network) => Value::Phrase(network.to_string()),
            _ => self.refuse("matcher-not-in-lucene", span, "Lucene has no form for this comparison"),
        };
        Clause { prefix, field: name.map(|name| Spanned::new(name, span)), ..bare(value, span) }
    }

    fn constant(&mut self, kind: FieldKind, value: &ir::Value, case: Case, span: Span) -> Value {
        let Some(said) = value.as_str() else { return Value::Phrase(scalar(value)) };
        if kind.is_analysed() {
            return self.refuse("analysed-text", span, format!("the field is analysed text: no query says that it equals `{said}`"));
        }
        self.exact(case, said, span).unwrap_or_else(|| Value::Phrase(said.to_owned()))
    }

    /// Refuses texts that are compared without case and have letters.
    fn exact(&mut self, case: Case, said: &str, span: Span) -> Option<Value> {
        let folds = case == Case::Insensitive && said.chars().any(|c| c.is_lowercase() || c.is_uppercase());
        folds.then(|| self.refuse("case-sensitive", span, format!("`{said}` is compared with case in Lucene")))
    }

    /// A regular expression between slashes is compared with case and covers the whole value.
    fn regex(&mut self, regex: &str, anchored: bool, case: Case, span: Span) -> Value {
        match into_lucene(regex, anchored, case) {
            Some(Written { text, any_case: false, ascii: false }) => Value::Regex(text),
            Some(_) | None => self.refuse("regex-not-in-lucene", span, format!("Lucene's regular expressions cannot say `{regex}`")),
        }
    }
}

fn bare(value: Value, span: Span) -> Clause {
    Clause { conjunction: None, prefix: None, field: None, value, fuzzy: None, boost: None, span }
}

fn text(text: &str) -> Pattern {
    Pattern { parts: vec![PatternPart::Text(text.into())] }
}

fn star() -> Value {
    Value::Term(Pattern { parts: vec![PatternPart::Many] })
}

/// `*` without a field is every event.
fn everything() -> Value {
    star()
}

fn shown(pattern: &Pattern) -> String {
    pattern.parts.iter().map(|part| if let PatternPart::Text(text) = part { &**text } else { "" }).collect()
}

fn scalar(value: &ir::Value) -> String {
    match value {
        ir::Value::DateTime(ticks) => print_datetime(*ticks),
        other => convert::to_text(other, other.shown_type()),
    }
}

fn range(op: Comparison, bound: &str) -> Value {
    let end = |inclusive| Some((bound.to_owned(), inclusive));
    match op {
        Comparison::Gt => Value::Range { from: end(false), to: None },
        Comparison::Ge => Value::Range { from: end(true), to: None },
        Comparison::Lt => Value::Range { from: None, to: end(false) },
        _ => Value::Range { from: None, to: end(true) },
    }
}
