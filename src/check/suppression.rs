//! Comments that silence a finding, with a reason: `// isoglot: ignore[unused-let] kept for the next version`.
//!
//! On a line of its own a comment holds for the next line that is no comment; behind code, for its own line; `ignore-file` for the file.
//! A comment without a reason or without effect is a finding itself, so that none outlives its cause.

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::schema::suggest;
use crate::source::Span;

/// What a comment silences.
#[derive(Debug)]
struct Suppression<'a> {
    /// The whole comment.
    span: Span,
    /// The codes and their places.
    codes: Vec<(&'a str, Span)>,
    /// The lines it holds for, from 0; `None` for the file.
    line: Option<usize>,
    has_reason: bool,
}

/// Takes out of `findings` what comments in `text` silence, and adds what is wrong with the comments.
///
/// `reported` tells whether findings of a code are shown at all: a comment for a code that nobody hears is not called unused.
pub fn apply(text: &str, findings: Vec<Diagnostic>, reported: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
    if !text.contains(MARK) {
        return findings;
    }
    let mut faults = Vec::new();
    let suppressions = read(text, &mut faults);
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |span: Span| starts.partition_point(|&start| start <= span.start as usize).saturating_sub(1);
    let mut used: Vec<Vec<bool>> = suppressions.iter().map(|s| vec![false; s.codes.len()]).collect();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        let line = line_of(finding.primary.span);
        let mut silenced = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            let here = suppression.line.is_none_or(|wanted| wanted == line);
            for ((code, _), used) in suppression.codes.iter().zip(used) {
                if here && *code == finding.code {
                    *used = true;
                    silenced = true;
                }
            }
        }
        if !silenced {
            kept.push(finding);
        }
    }
    for (suppression, used) in suppressions.iter().zip(&used) {
        if !suppression.has_reason {
            faults.push(
                super::suppression_without_reason::LINT
                    .at(suppression.span, "the suppression gives no reason")
                    .with_help("say behind the bracket why the finding is wrong or accepted"),
            );
        }
        for ((code, span), _) in suppression.codes.iter().zip(used).filter(|((code, _), used)| !**used && reported(code)) {
            faults.push(without_effect(code, *span, suppression, text));
        }
    }
    kept.extend(faults);
    kept
}

const MARK: &str = "isoglot: ignore";

/// Finds the comments.
fn read<'a>(text: &'a str, faults: &mut Vec<Diagnostic>) -> Vec<Suppression<'a>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in lines.iter().enumerate() {
        if let Some((at, rest)) = comment(line) {
            let own_line = line.get(..at).is_some_and(|before| before.trim().is_empty());
            let target = if own_line { next_code(&lines, number) } else { number };
            let span = Span::new(start + at, start + line.trim_end().len());
            match parse(rest, start + line.len() - rest.len()) {
                Some((whole_file, codes, has_reason)) => {
                    found.push(Suppression { span, codes, line: (!whole_file).then_some(target), has_reason });
                }
                None => faults.push(
                    super::malformed_suppression::LINT
                        .at(span, "the suppression names no code")
                        .with_help("write `isoglot: ignore[code] reason`"),
                ),
            }
        }
        start += line.len();
    }
    found
}

/// Returns the offset of the comment in a line, and what follows the mark.
fn comment(line: &str) -> Option<(usize, &str)> {
    let (before, rest) = line.split_once(MARK)?;
    let opened = before.trim_end();
    let at = opened.strip_suffix("//").or_else(|| opened.strip_suffix('#'))?.len();
    Some((at, rest))
}

/// Returns the first line after `number` that is neither blank nor a comment.
fn next_code(lines: &[&str], number: usize) -> usize {
    let after = lines.iter().enumerate().skip(number + 1);
    let is_code = |line: &str| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#');
    after.map(|(at, line)| (at, line.trim())).find(|(_, line)| is_code(line)).map_or(number, |(at, _)| at)
}

/// Whether it holds for the file, its codes with their places, whether it gives a reason.
type Parsed<'a> = (bool, Vec<(&'a str, Span)>, bool);

/// Reads `[code, code] reason` or `-file[code] reason`.
fn parse(rest: &str, offset: usize) -> Option<Parsed<'_>> {
    let (whole_file, list) = match rest.strip_prefix("-file") {
        Some(list) => (true, list),
        None => (false, rest),
    };
    let (inside, reason) = list.strip_prefix('[')?.split_once(']')?;
    let mut at = offset + rest.len() - list.len() + 1;
    let mut codes = Vec::new();
    for piece in inside.split(',') {
        let code = piece.trim();
        let blank = piece.len() - piece.trim_start().len();
        if !code.is_empty() {
            codes.push((code, Span::new(at + blank, at + blank + code.len())));
        }
        at += piece.len() + 1;
    }
    (!codes.is_empty()).then_some((whole_file, codes, !reason.trim().is_empty()))
}

/// A code that silenced nothing: unknown, or no longer needed.
fn without_effect(code: &str, span: Span, suppression: &Suppression<'_>, text: &str) -> Diagnostic {
    if super::lint(code).is_none() {
        let finding = super::malformed_suppression::LINT.at(span, format!("no check has the code `{code}`"));
        return match suggest(code, super::all().map(|lint| lint.code)) {
            Some(near) => finding.with_help(format!("did you mean `{near}`?")),
            None => finding,
        };
    }
    let finding = super::unused_suppression::LINT.at(span, format!("nothing here is `{code}`"));
    if suppression.codes.len() > 1 {
        return finding.with_help("remove the code from the list");
    }
    let fix = Fix { title: "remove the comment".to_owned(), edits: vec![removal(suppression.span, text)], safe: true };
    finding.with_fix(fix)
}

/// Removes a comment with the blanks before it, and its line where nothing else stands there.
fn removal(span: Span, text: &str) -> Edit {
    let before = text.get(..span.start as usize).unwrap_or("");
    let code = before.trim_end_matches([' ', '\t']);
    let own_line = code.is_empty() || code.ends_with('\n');
    let after = text.get(span.end as usize..).unwrap_or("");
    let line_end = after.find('\n').map_or(after.len(), |at| at + 1);
    let end = if own_line { span.end as usize + line_end } else { span.end as usize };
    Edit { span: Span::new(code.len(), end), text: String::new() }
}
