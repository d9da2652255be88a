//! `isoglot fmt` on rule files: the query changes, every other byte stays.

use super::corpus::files;
use isoglot::rulefile::{self, ReadContext};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Formats a file in a folder of its own and returns it.
fn formatted(name: &str, text: &str, arguments: &[&str]) -> String {
    let folder = std::env::temp_dir().join(format!("isoglot-fmt-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    run(&path, arguments, &folder);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    text
}

fn run(path: &Path, arguments: &[&str], folder: &Path) -> Option<i32> {
    let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).arg("fmt").args(arguments).arg(path).current_dir(folder).output().unwrap();
    done.status.code()
}

fn check(name: &str, text: &str, expected: &str) {
    assert_eq!(formatted(name, text, &[]), expected);
    assert_eq!(formatted(name, expected, &[]), expected, "not stable");
}

#[test]
fn only_the_query_of_a_yaml_rule_changes() {
    check(
        "literal.yaml",
        "id:   x # kept\nquery: |\n\n    T|take 1 // why\n    |count\nseverity:  High\n",
        "id:   x # kept\nquery: |\n    T\n    | take 1 // why\n    | count\nseverity:  High\n",
    );
    check("quoted.yaml", "query:  \"T|where a=='b'|take 1\"\nname: 'x'\n", "query:  |\n  T\n  | where a == 'b'\n  | take 1\nname: 'x'\n");
    check("crlf.yaml", "query: |\r\n  T|take 1\r\nname: x\r\n", "query: |\r\n  T\r\n  | take 1\r\nname: x\r\n");
}

#[test]
fn the_width_comes_from_the_command_line_or_the_configuration() {
    let text = "Logs | project AccountName, AccountDomain, DeviceName\n";
    let narrow = "Logs\n| project AccountName,\n    AccountDomain,\n    DeviceName\n";
    assert_eq!(formatted("wide.kql", text, &[]), "Logs\n| project AccountName, AccountDomain, DeviceName\n");
    assert_eq!(formatted("narrow.kql", text, &["--width", "40"]), narrow);
    let folder = std::env::temp_dir().join(format!("isoglot-fmt-{}-config", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("isoglot.toml"), "[fmt]\nwidth = 40\n").unwrap();
    std::fs::write(folder.join("a.kql"), text).unwrap();
    assert_eq!(run(&folder.join("a.kql"), &["--check"], &folder), Some(1));
    run(&folder.join("a.kql"), &[], &folder);
    assert_eq!(std::fs::read_to_string(folder.join("a.kql")).unwrap(), narrow);
    assert_eq!(run(&folder.join("a.kql"), &["--check"], &folder), Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

/// A file's text without its queries.
fn around_queries(path: &str, text: &str) -> Vec<String> {
    let file = rulefile::read(path, text, &ReadContext::builtin());
    let mut kept = Vec::new();
    let mut at = 0;
    for query in file.rules.iter().flat_map(|rule| &rule.queries) {
        let inside = query.map.span(isoglot::source::Span::new(0, query.text.len()));
        kept.push(text.get(at..inside.start as usize).unwrap_or("").trim_end().to_owned());
        at = (inside.end as usize).max(at);
    }
    kept.push(text.get(at..).unwrap_or("").trim_start().to_owned());
    kept
}

/// Rules of the corpus.
fn sentinel_rules() -> Vec<PathBuf> {
    files("sentinel").into_iter().step_by(if cfg!(debug_assertions) { 16 } else { 1 }).collect()
}

#[test]
fn formatting_real_rules_touches_nothing_but_their_queries() {
    let folder = std::env::temp_dir().join(format!("isoglot-fmt-{}-corpus", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let rules = sentinel_rules();
    let copies: Vec<(PathBuf, Vec<u8>)> = rules
        .iter()
        .enumerate()
        .map(|(number, path)| (folder.join(format!("{number}.yaml")), std::fs::read(path).unwrap()))
        .inspect(|(path, bytes)| std::fs::write(path, bytes).unwrap())
        .collect();
    run(&folder, &[], &folder);
    let mut changed = 0;
    for (path, before) in &copies {
        let after = std::fs::read(path).unwrap();
        changed += usize::from(after != *before);
        let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(&after)) else { continue };
        let name = path.to_string_lossy();
        if before != after {
            assert_eq!(around_queries(&name, after), around_queries(&name, before), "{name}");
        }
    }
    eprintln!("fmt: of {} rules {changed} changed, each in its queries only", copies.len());
    std::fs::remove_dir_all(folder).unwrap();
}
