//! What Elasticsearch demands of sequences, samples and pipes beyond their grammar
//! (`LogicalPlanBuilder` of Elasticsearch's EQL plugin; <https://www.elastic.co/docs/reference/query-languages/eql/eql-syntax>).

use super::super::ast::{ExprKind, Pipe, Query, QueryKind, Sequence, Term};
use crate::diagnostic::Diagnostic;

/// Pipes that Elasticsearch has; each takes one whole number.
const PIPES: [&str; 2] = ["head", "tail"];

/// Pipes that Endgame's EQL had and Elasticsearch has not: they are read, and not run.
const OLD_PIPES: [&str; 5] = ["count", "filter", "sort", "unique", "unique_count"];

/// Checks a query that the grammar takes.
///
/// # Errors
/// What is wrong first.
pub(super) fn check(query: &Query) -> Result<(), Diagnostic> {
    let wrong = match &query.kind {
        QueryKind::Event(_) | QueryKind::Join(_) => None,
        QueryKind::Sequence(sequence) => too_short(sequence).or_else(|| missing(sequence)).or_else(|| keys(sequence)),
        QueryKind::Sample(sample) => keys(sample).or_else(|| no_keys(sample)),
    };
    wrong.or_else(|| query.pipes.iter().find_map(pipe)).map_or(Ok(()), Err)
}

/// One term makes a sequence only where it is repeated.
fn too_short(sequence: &Sequence) -> Option<Diagnostic> {
    matches!(sequence.terms.as_slice(), [only] if only.runs.is_none())
        .then(|| Diagnostic::error("too-few-terms", sequence.span, "a sequence has at least two terms, or one `with runs`"))
}

/// What a sequence with a missing event needs ("Missing events").
fn missing(sequence: &Sequence) -> Option<Diagnostic> {
    let term = sequence.terms.iter().find(|term| term.missing)?;
    let wrong = |code, message: &str| Some(Diagnostic::error(code, term.span, message));
    if sequence.terms.iter().all(|term| term.missing) {
        return wrong("too-few-terms", "a sequence has at least one term without `!`");
    }
    if sequence.maxspan.is_none() {
        return wrong("missing-maxspan", "an event can be missing only within a span: `with maxspan=…` is not there");
    }
    None
}

/// The terms are tied together by equally many keys.
fn keys(sequence: &Sequence) -> Option<Diagnostic> {
    let first = sequence.terms.first()?;
    let other = |term: &&Term| term.by.len() != first.by.len();
    let term = sequence.terms.iter().chain(sequence.until.as_deref()).find(other)?;
    let (here, there) = (term.by.len(), first.by.len());
    let message = format!("this term has {here} keys of its own, the first one {there}");
    Some(Diagnostic::error("uneven-keys", term.span, message).with_related(first.span, "the first term"))
}

/// A sample without keys would be any events at all.
fn no_keys(sample: &Sequence) -> Option<Diagnostic> {
    let has_none = sample.by.is_empty() && sample.terms.iter().all(|term| term.by.is_empty());
    has_none.then(|| Diagnostic::error("missing-keys", sample.span, "a sample is tied together by at least one key: `by` is not there"))
}

fn pipe(pipe: &Pipe) -> Option<Diagnostic> {
    let name = pipe.name.value.as_str();
    if OLD_PIPES.contains(&name) {
        return None;
    }
    if !PIPES.contains(&name) {
        let message = format!("`{name}` is no pipe of EQL");
        return Some(Diagnostic::error("unknown-pipe", pipe.name.span, message).with_help("pipes are head and tail"));
    }
    let is_count = matches!(pipe.args.as_slice(), [only] if matches!(only.kind, ExprKind::Integer(0..)));
    (!is_count).then(|| Diagnostic::error("integer-expected", pipe.name.span, format!("`{name}` takes one whole number")))
}

#[cfg(test)]
mod tests {
    use crate::lang::eql::parse;

    fn check(query: &str, code: Option<&str>) {
        assert_eq!(parse(query).err().map(|found| found.code), code, "{query}");
    }

    #[test]
    fn keys_are_as_many_in_every_term() {
        check("sequence [a where true] by x [b where true] by y", None);
        check("sequence [a where true] by x [b where true]", Some("uneven-keys"));
        check("sequence [a where true] by x [b where true] by y until [c where true]", Some("uneven-keys"));
        check("sequence by z [a where true] by x [b where true] by x, y", Some("uneven-keys"));
    }

    #[test]
    fn a_sample_has_a_key() {
        check("sample by x [a where true] [b where true]", None);
        check("sample [a where true] by x [b where true] by x", None);
        check("sample [a where true] [b where true]", Some("missing-keys"));
    }

    #[test]
    fn head_and_tail_take_a_number() {
        check("any where true | head 5 | tail 2", None);
        check("any where true | unique process.name", None);
        check("any where true | head", Some("integer-expected"));
        check("any where true | tail -1", Some("integer-expected"));
        check("any where true | top 3", Some("unknown-pipe"));
    }

    #[test]
    fn a_text_in_three_quotes_may_end_in_quotes() {
        check(r#"any where a == """b"""""#, None);
        check(r#"any where a == """b""""""#, None);
        check(r#"any where a == """b"""""""#, Some("syntax-error"));
    }
}
