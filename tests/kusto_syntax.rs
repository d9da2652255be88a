//! Kusto's syntax against Microsoft's parser, over the corpus where it is there.

use isoglot::diagnostic::Severity;
use isoglot::lang::kusto;
use serde_json::Value;

/// Returns the rows of a corpus file, or says loudly that it is not there.
fn corpus(name: &str) -> Vec<Value> {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = ["/../shared/corpus/", "/../../shared/corpus/"].iter().find_map(|way| read(&format!("{root}{way}{name}")));
    let Some(text) = text else {
        eprintln!("SKIPPED: ../shared/corpus/{name} is not there");
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests read the corpus")]
fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Returns the line of the first error, from 1.
fn first_error(query: &str) -> Option<(usize, String)> {
    let parsed = kusto::parse(query);
    let error = parsed.diagnostics.into_iter().find(|d| d.severity == Severity::Error)?;
    let before = query.get(..error.primary.span.start as usize)?;
    Some((before.matches('\n').count() + 1, error.message))
}

#[test]
fn verdicts_are_the_vendors() {
    let (mut valid, mut accepted, mut invalid, mut rejected, mut near) = (0, 0, 0, 0, 0);
    let show = std::env::args().any(|a| a == "--nocapture");
    let start = std::time::Instant::now();
    for row in corpus("parse/kusto.jsonl") {
        let query = row["query"].as_str().unwrap();
        let verdict = first_error(query);
        if row["ok"] == true {
            valid += 1;
            match verdict {
                None => accepted += 1,
                Some((line, message)) if show => {
                    eprintln!("REFUSED {} {line}: {message} | {}", row["id"], query.lines().nth(line - 1).unwrap_or("").trim())
                }
                Some(_) => {}
            }
            continue;
        }
        invalid += 1;
        let expected = row["line"].as_u64().unwrap_or(0) as usize;
        match verdict {
            None if show => {
                eprintln!("TAKEN {} {expected} {} | {}", row["id"], row["message"], query.lines().nth(expected - 1).unwrap_or("").trim())
            }
            None => {}
            Some((line, message)) => {
                rejected += 1;
                if line.abs_diff(expected) <= 1 {
                    near += 1;
                } else if show {
                    eprintln!("LINE {} expected {expected} {} got {line} {message}", row["id"], row["message"]);
                }
            }
        }
    }
    eprintln!("kusto: accepted {accepted}/{valid}, rejected {rejected}/{invalid}, line {near}/{rejected}, {:?}", start.elapsed());
}

/// Writes a tree without its places.
fn shape(query: &kusto::ast::Query) -> String {
    let text = format!("{query:?}");
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span { start: ") {
        let (before, after) = rest.split_at(at);
        kept.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    kept + rest
}

#[test]
fn printing_and_parsing_again_gives_the_same_tree() {
    let show = std::env::args().any(|a| a == "--nocapture");
    let (mut all, mut same) = (0, 0);
    for row in corpus("parse/kusto.jsonl").into_iter().filter(|row| row["ok"] == true) {
        let parsed = kusto::parse(row["query"].as_str().unwrap());
        if !parsed.diagnostics.is_empty() {
            continue;
        }
        all += 1;
        let printed = kusto::print(&parsed.query);
        let again = kusto::parse(&printed);
        let (before, after) = (shape(&parsed.query), shape(&again.query));
        same += usize::from(before == after);
        if before != after && show {
            let at = before.bytes().zip(after.bytes()).position(|(a, b)| a != b).unwrap_or(0);
            let message = again.diagnostics.first().map_or("", |d| d.message.as_str());
            let cut = |text: &str| text.chars().skip(at.saturating_sub(60)).take(140).collect::<String>();
            eprintln!("PRINT {} {message}\n  {}\n  {}", row["id"], cut(&before), cut(&after));
        }
    }
    eprintln!("kusto: {same} of {all} print and parse back the same");
}
