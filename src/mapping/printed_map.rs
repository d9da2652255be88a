//! Text of a JSON object as Java prints maps (`{bucketName=logs, tags=[a, b]}`), where the other side has the JSON itself.
//!
//! Elastic's pipelines keep request bodies so (`aws.cloudtrail.request_parameters`). What is looked for in one text is looked for in the
//! other; it knows the two notations and nothing of fields.

use super::logic::matches;
use super::transform::Problem;
use crate::diagnostic::Fidelity;
use crate::ir::{Expr, Matcher, PatternPart};
use crate::source::Span;

/// Rewrites a matcher on a printed map for the JSON.
pub(super) fn in_json(target: &str, matcher: &Matcher, span: Span) -> Result<Expr, Problem> {
    let message = format!("`{target}` is JSON, the original a printed map: the text is looked for as JSON writes it");
    let mut near = Problem::new("value-held-otherwise", span, message);
    let matcher = match matcher {
        Matcher::Exists | Matcher::IsNull => return Ok(matches(target, matcher.clone(), span)),
        Matcher::Wildcard { pattern, case } => {
            if pattern.parts.iter().any(has_marks) {
                let regex: String = pattern.parts.iter().map(pattern_of).collect();
                Matcher::Regex { regex: regex.into(), anchored: true, case: *case }
            } else {
                matcher.clone()
            }
        }
        // A pattern that says nothing of names and values is the same in both.
        Matcher::Regex { regex, .. } if !regex.contains(['=', '{', ',', '[']) => matcher.clone(),
        _ => return Err(near),
    };
    near.instead = Some(Box::new((matches(target, matcher, span), Fidelity::Different)));
    Err(near)
}

/// Tells whether a piece has marks that the two notations write differently.
fn has_marks(part: &PatternPart) -> bool {
    matches!(part, PatternPart::Text(text) if text.contains(['=', '{', '}', '[', ']', ',']))
}

fn pattern_of(part: &PatternPart) -> String {
    match part {
        PatternPart::Text(text) => as_json(text),
        PatternPart::Many => ".*".to_owned(),
        PatternPart::One => ".".to_owned(),
    }
}

/// Returns the pattern of the same text in JSON, where names and texts are quoted and blanks may follow marks.
fn as_json(text: &str) -> String {
    let mut out = String::new();
    for mark in text.chars() {
        match mark {
            '=' => out.push_str(r#""?\s*[:=]\s*"?"#),
            ',' => out.push_str(r#""?\s*,"#),
            '{' | '[' => out.push_str(&format!(r#"\{mark}\s*"?"#)),
            '}' | ']' => out.push_str(&format!(r#""?\s*\{mark}"#)),
            ' ' => out.push_str(r#"\s*"?"#),
            other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::as_json;
    use regex::Regex;

    fn check(printed: &str, json: &str) {
        assert!(Regex::new(&as_json(printed)).expect("a regular expression").is_match(json), "{printed} in {json}");
    }

    #[test]
    fn a_piece_of_a_printed_map_is_found_in_its_json() {
        check("publiclyAccessible=true", r#"{"publiclyAccessible":true}"#);
        check("attributeType=CREATE, groups=[all", r#"{"attributeType": "CREATE", "groups": ["all"]}"#);
        check("{roleName=admin}", r#"{"roleName":"admin"}"#);
        check("a.b", r#"{"x":"a.b"}"#);
    }
}
