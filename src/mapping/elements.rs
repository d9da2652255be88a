//! A condition on any element of an array: fields by pattern, or where queries test one value at a time, the array's JSON text.
//!
//! Which fields there are is `predicate`'s.

use super::format::is_kusto;
use super::logic::matches;
use super::path::{Path, Step};
use super::predicate::Direction;
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Dialect, Expr, ExprKind, FieldRef, Matcher, Pattern, PatternPart, Value};
use crate::source::Span;
use regex::escape;
use std::sync::Arc;

/// A character of a text in JSON.
const CHARACTER: &str = r#"(?:[^"\\]|\\.)"#;

impl Direction<'_> {
    /// A condition on any element of an array, as the target says it: Elastic's fields by pattern, Sigma's by the name without numbers,
    /// Kusto's array by its text.
    pub(super) fn any_element(&self, mapped: Expr, target: &str, matcher: &Matcher) -> Result<Expr, Problem> {
        let path = Path::parse(target);
        if !path.is_open() {
            return Ok(mapped);
        }
        if is_kusto(self.to) {
            return Err(in_text(&path, matcher, mapped.span).unwrap_or_else(|| unsaid(target, mapped.span)));
        }
        let name = |field: &FieldRef| match field {
            FieldRef::Field(name) if **name == *target && self.to == Dialect::Sigma => {
                let steps = path.steps.iter().filter(|step| !matches!(step, Step::Each)).cloned().collect();
                FieldRef::Field(Arc::from(Path { steps }.text(self.to)))
            }
            FieldRef::Field(name) if **name == *target => FieldRef::Pattern(elements_pattern(target)),
            other => other.clone(),
        };
        let span = mapped.span;
        let renamed = on_fields(&mapped, &name);
        if self.to == Dialect::Sigma || !self.has_deeper(&path) {
            return Ok(renamed);
        }
        let message = format!("`{target}` stands for deeper fields of that name too");
        let mut problem = Problem::new("any-element-by-name", span, message);
        problem.instead = Some(Box::new((renamed, Fidelity::Wider)));
        Err(problem)
    }

    /// Tells whether the `*` of a path takes in other, deeper fields of the source.
    fn has_deeper(&self, path: &Path) -> bool {
        let source = &self.at.source;
        source.fields.iter().filter_map(|field| field.path(self.to, source)).any(|other| {
            let (first, last) = (path.steps.first(), path.steps.last());
            other.steps.len() > path.steps.len() && other.is_open() && other.steps.first() == first && other.steps.last() == last
        })
    }
}

/// Says that a condition asks about any element.
pub(super) fn unsaid(name: &str, span: Span) -> Problem {
    let message = format!("`{name}` asks about any element of an array, which has no counterpart");
    Problem::new("any-element-not-in-target", span, message)
}

/// Says that a condition on one element is one on any of them in the target, which holds their values in one field.
pub(super) fn of_any(name: &str, target: &str, mapped: Expr) -> Problem {
    let message = format!("`{name}` is one of the values of `{target}`, any of which is found");
    let mut near = Problem::new("element-as-any", mapped.span, message);
    near.instead = Some(Box::new((mapped, Fidelity::Wider)));
    near
}

/// Looks for a member of an array's elements in the array's text, as Kusto writes it: without blanks
/// (<https://learn.microsoft.com/kusto/query/tostring-function>). `None` where a text cannot tell.
pub(super) fn in_text(target: &Path, matcher: &Matcher, span: Span) -> Option<Problem> {
    let Some(Step::Key(member)) = target.steps.last() else { return None };
    let mapped = matches(target.column(), text_matcher(member, matcher)?, span);
    let message = format!("`{member}` is looked for in the text of `{}`, where it may be a member of something else", target.column());
    let mut near = Problem::new("element-in-text", span, message);
    near.instead = Some(Box::new((mapped, Fidelity::Wider)));
    Some(near)
}

/// Returns the matcher on the text of an array that holds an element whose member matches.
fn text_matcher(member: &str, matcher: &Matcher) -> Option<Matcher> {
    let name = Value::string(member);
    let regex = |regex: String, case: Case| Some(Matcher::Regex { regex: Arc::from(regex), anchored: false, case });
    match matcher {
        Matcher::Equals { value: value @ Value::String(_), case } => {
            let text = PatternPart::Text(Arc::from(format!("{}:{}", json(&name), json(value))));
            Some(Matcher::Wildcard { pattern: Pattern { parts: vec![PatternPart::Many, text, PatternPart::Many] }, case: *case })
        }
        Matcher::Wildcard { pattern, case } => {
            let body: String = pattern.parts.iter().map(in_json).collect();
            regex(format!(r#"{}:"{body}""#, escape(&json(&name))), *case)
        }
        Matcher::Exists => regex(format!("{}:[^n]", escape(&json(&name))), Case::Sensitive),
        _ => None,
    }
}

fn in_json(part: &PatternPart) -> String {
    match part {
        PatternPart::Text(text) => {
            let quoted = json(&Value::string(text));
            escape(quoted.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(&quoted))
        }
        PatternPart::Many => format!("{CHARACTER}*"),
        PatternPart::One => CHARACTER.to_owned(),
    }
}

fn elements_pattern(target: &str) -> Pattern {
    let mut parts = Vec::new();
    for (at, piece) in target.split('*').enumerate() {
        parts.extend((at > 0).then_some(PatternPart::Many));
        parts.extend((!piece.is_empty()).then(|| PatternPart::Text(Arc::from(piece))));
    }
    Pattern { parts }
}

fn on_fields(expr: &Expr, name: &dyn Fn(&FieldRef) -> FieldRef) -> Expr {
    match &expr.kind {
        ExprKind::Match { field, matcher } => {
            Expr { kind: ExprKind::Match { field: name(field), matcher: matcher.clone() }, ..expr.clone() }
        }
        _ => expr.map_children(&mut |child| on_fields(child, name)),
    }
}

/// Writes a text as JSON does.
fn json(value: &Value) -> String {
    serde_json::Value::from(value.as_str().unwrap_or_default()).to_string()
}

#[cfg(test)]
mod tests {
    use super::text_matcher;
    use crate::ir::{Case, Matcher, Pattern, PatternPart, Value};
    use crate::mapping::facts::satisfies;
    use std::sync::Arc;

    const TEXT: &str = r#"[{"displayName":"UserType","oldValue":"[\"Guest\"]","newValue":null}]"#;

    fn check(member: &str, matcher: &Matcher, expected: bool) {
        let found = satisfies(&text_matcher(member, matcher).expect("a matcher"), &Value::string(TEXT));
        assert_eq!(found, Some(expected), "{member} {matcher:?}");
    }

    fn contains(text: &str) -> Matcher {
        let parts = vec![PatternPart::Many, PatternPart::Text(Arc::from(text)), PatternPart::Many];
        Matcher::Wildcard { pattern: Pattern { parts }, case: Case::Insensitive }
    }

    #[test]
    fn a_member_is_found_in_the_text_of_its_array() {
        let equals = |text: &str| Matcher::Equals { value: Value::string(text), case: Case::Insensitive };
        check("displayName", &equals("usertype"), true);
        check("displayName", &equals("User"), false);
        check("oldValue", &equals("[\"Guest\"]"), true);
        check("oldValue", &contains("guest"), true);
        check("displayName", &contains("guest"), false);
        check("displayName", &Matcher::Exists, true);
        check("newValue", &Matcher::Exists, false);
    }
}
