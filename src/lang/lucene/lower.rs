//! Lucene's tree to the IR: operators to required, optional and forbidden clauses, leaves by the type of their field.
//!
//! A word, a phrase and a range mean what they mean in kuery: both become the same Elasticsearch queries.

use super::ast::{Clause, Conjunction, Prefix, Query, Value};
use crate::ir::{self, Case, Comparison, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Type};
use crate::lang::kuery;
use crate::lang::kuery::ast::{Ast, AstKind, Literal, LiteralKind, Values, ValuesKind};
use crate::lang::lucene_regex::matching;
use crate::schema::FieldType;
use crate::source::Span;

/// Lowers a query; `types` says of what type a field is.
pub fn lower(query: &Query, types: &dyn Fn(&str) -> FieldType) -> Expr {
    clauses(query, None, types)
}

/// What a clause is to its query.
#[derive(Clone, Copy, PartialEq)]
enum Occur {
    Should,
    Must,
    MustNot,
}

/// `QueryParserBase.addClause` of Lucene with OR as the default: `AND` makes the clauses at its sides required, `OR` leaves them as
/// they are; where one is required the optional ones decide nothing, and a query that only forbids matches all else
/// (`Queries.fixNegativeQueryIfNeeded` of Elasticsearch).
fn clauses(query: &Query, field: Option<&Pattern>, types: &dyn Fn(&str) -> FieldType) -> Expr {
    let mut occurs: Vec<Occur> = Vec::new();
    for clause in &query.clauses {
        let and = clause.conjunction == Some(Conjunction::And);
        if let Some(last) = occurs.last_mut().filter(|last| and && **last == Occur::Should) {
            *last = Occur::Must;
        }
        occurs.push(match clause.prefix {
            Some(Prefix::Not | Prefix::MustNot) => Occur::MustNot,
            Some(Prefix::Must) => Occur::Must,
            None => {
                if and {
                    Occur::Must
                } else {
                    Occur::Should
                }
            }
        });
    }
    let of = |wanted: Occur| {
        let pairs = query.clauses.iter().zip(&occurs).filter(move |(_, occur)| **occur == wanted);
        pairs.map(|(clause, _)| lower_clause(clause, field, types)).collect::<Vec<_>>()
    };
    let (mut all, optional) = (of(Occur::Must), of(Occur::Should));
    if all.is_empty() && !optional.is_empty() {
        all.push(Expr::any(optional, query.span));
    }
    all.extend(of(Occur::MustNot).into_iter().map(|one| Expr::negation(one, query.span)));
    if all.is_empty() { Expr::literal(true, Type::Bool, query.span) } else { Expr::all(all, query.span) }
}

fn lower_clause(clause: &Clause, outer: Option<&Pattern>, types: &dyn Fn(&str) -> FieldType) -> Expr {
    let span = clause.span;
    let field = clause.field.as_ref().map(|field| &field.value).or(outer);
    if let Some(distance) = &clause.fuzzy
        && let Some(lowered) = similar(clause, distance.as_deref(), field, types)
    {
        return lowered;
    }
    match (&clause.value, field) {
        (Value::Group(query), field) => clauses(query, field, types),
        // `_exists_:field`
        (Value::Term(name), Some(field)) if plain(field).as_deref() == Some("_exists_") => {
            Expr::new(ExprKind::Match { field: reference(Some(name)), matcher: Matcher::Exists }, Type::Bool, span)
        }
        (Value::Regex(regex), field) => Expr::new(matching(reference(field), regex, Case::Sensitive), Type::Bool, span),
        (Value::Term(pattern), field) if plain(pattern).is_none() => wildcard(field, pattern, span, types),
        (Value::Term(pattern), field) => leaf(field, LiteralKind::Text(plain(pattern).unwrap_or_default()), span, types),
        (Value::Phrase(text), field) => leaf(field, LiteralKind::Quoted(text.clone()), span, types),
        (Value::Range { from, to }, field) => {
            let end = |end: &Option<(String, bool)>, inclusive, exclusive| {
                end.as_ref().map(|(bound, holds)| range(field, if *holds { inclusive } else { exclusive }, bound, span, types))
            };
            let ends: Vec<Expr> =
                [end(from, Comparison::Ge, Comparison::Gt), end(to, Comparison::Le, Comparison::Lt)].into_iter().flatten().collect();
            let exists = || Expr::new(ExprKind::Match { field: reference(field), matcher: Matcher::Exists }, Type::Bool, span);
            if ends.is_empty() { exists() } else { Expr::all(ends, span) }
        }
    }
}

/// `word~`: words a few edits away; `"some words"~2`: words near each other. A pattern with wildcards or a regular expression is not
/// fuzzy (`QueryParserBase.handleBareTokenQuery`), and a phrase on a field that is not analysed is one value: `None`.
fn similar(clause: &Clause, distance: Option<&str>, field: Option<&Pattern>, types: &dyn Fn(&str) -> FieldType) -> Option<Expr> {
    let span = clause.span;
    let word = match &clause.value {
        Value::Term(pattern) => plain(pattern)?,
        Value::Phrase(text) => text.clone(),
        _ => return None,
    };
    // Which fields a search without one looks at is a setting of the index.
    let Some(name) = field.and_then(plain) else {
        return Some(Expr::new(ExprKind::Opaque { text: "~".into(), code: "lucene-fuzzy-not-run" }, Type::Bool, span));
    };
    let analysed = types(&name).kind.is_analysed();
    let text = |text: &str| Expr::literal(ir::Value::string(text), Type::String, span);
    let column = Expr::column(&name, Type::Unknown, span);
    let distance = distance.and_then(|number| number.parse::<f64>().ok());
    let (function, args) = match (&clause.value, distance) {
        (Value::Phrase(_), _) if !analysed => return None,
        (Value::Phrase(_), slop) => ("esql.search.near", vec![column, text(&word), number(slop.unwrap_or(0.0), span)]),
        (_, edits) => {
            let edits = edits.map_or_else(|| text("auto"), |edits| number(most_edits(edits, &word), span));
            ("esql.search.fuzzy", vec![column, text(&word), edits, Expr::literal(analysed, Type::Bool, span)])
        }
    };
    Some(Expr::new(ExprKind::Call { function: function.into(), args }, Type::Bool, span))
}

fn number(value: f64, span: Span) -> Expr {
    Expr::literal(value.trunc() as i64, Type::Long, span)
}

/// A number below one is the similarity that older versions asked for (`FuzzyQuery.floatToEdits` of Lucene).
fn most_edits(said: f64, word: &str) -> f64 {
    let edits = if said >= 1.0 || said <= 0.0 { said.max(0.0) } else { (1.0 - said) * word.chars().count() as f64 };
    edits.min(2.0)
}

fn wildcard(field: Option<&Pattern>, pattern: &Pattern, span: Span, types: &dyn Fn(&str) -> FieldType) -> Expr {
    let is_star = matches!(pattern.parts.as_slice(), [PatternPart::Many]);
    if is_star && field.is_none_or(|field| matches!(field.parts.as_slice(), [PatternPart::Many])) {
        return Expr::literal(true, Type::Bool, span);
    }
    let analysed = field.and_then(plain).is_some_and(|name| types(&name).kind.is_analysed());
    let matcher = match (is_star, analysed) {
        (true, _) => Matcher::Exists,
        (_, true) => Matcher::Token(pattern.clone()),
        _ => Matcher::Wildcard { pattern: pattern.clone(), case: Case::Sensitive },
    };
    Expr::new(ExprKind::Match { field: reference(field), matcher }, Type::Bool, span)
}

fn leaf(field: Option<&Pattern>, value: LiteralKind, span: Span, types: &dyn Fn(&str) -> FieldType) -> Expr {
    let value = Literal { kind: value, span };
    let kind = match field {
        None => AstKind::FreeText(value),
        Some(field) => AstKind::Is { field: name(field, span), values: Values { kind: ValuesKind::One(value), span } },
    };
    kuery::lower(&Ast { kind, span }, types)
}

fn range(field: Option<&Pattern>, op: Comparison, bound: &str, span: Span, types: &dyn Fn(&str) -> FieldType) -> Expr {
    let everything = Pattern { parts: vec![PatternPart::Many] };
    let value = Literal { kind: LiteralKind::Quoted(bound.to_owned()), span };
    kuery::lower(&Ast { kind: AstKind::Range { field: name(field.unwrap_or(&everything), span), op, value }, span }, types)
}

fn name(field: &Pattern, span: Span) -> Literal {
    let kind = plain(field).map_or_else(|| LiteralKind::Wildcard(field.clone()), LiteralKind::Quoted);
    Literal { kind, span }
}

fn reference(field: Option<&Pattern>) -> FieldRef {
    match field.map(|field| (plain(field), field)) {
        None => FieldRef::Any,
        Some((Some(name), _)) => FieldRef::Field(name.into()),
        Some((None, pattern)) => FieldRef::Pattern(pattern.clone()),
    }
}

/// Returns the text of a pattern without wildcards.
fn plain(pattern: &Pattern) -> Option<String> {
    pattern.parts.iter().map(|part| if let PatternPart::Text(text) = part { Some(&**text) } else { None }).collect()
}
