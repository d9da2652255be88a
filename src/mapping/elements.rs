//! A condition on any element of an array, for a target whose queries test one value at a time: the element is looked for in the
//! array's JSON text.
//!
//! It knows JSON and matchers; which fields they belong to is `predicate`'s.

use super::logic::matches;
use super::path::{Path, Step};
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Case, Matcher, Pattern, PatternPart, Value};
use crate::source::Span;
use regex::escape;
use std::sync::Arc;

/// A character of a text in JSON.
const CHARACTER: &str = r#"(?:[^"\\]|\\.)"#;

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
