//! House rules that a machine can check: one direction of imports, file sizes, headers, no file forgotten.

use crate::binary::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Layers from left to right; a module imports only from its left. Modules of one layer never import each other.
const LAYERS: &[&[&str]] = &[
    &["source"],
    &["diagnostic"],
    &["ir"],
    &["functions", "schema"],
    &["lang"],
    &["rulefile"],
    &["idiom", "mapping"],
    &["eval"],
    &["solve"],
    &["check", "emit"],
    &["diff", "evidence", "explain", "fixtures"],
    &["report"],
    &["cli"],
];

pub(crate) fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("module `{module}` has no layer in tests/tidy.rs"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The code before its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// Returns the modules of this crate that a line imports: `use crate::a::…`, `crate::a::f(…)`, `use crate::{a, b}`.
fn imported(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (_, rest) in line.match_indices("crate::").map(|(at, word)| line.split_at(at + word.len())) {
        let inside = rest.strip_prefix('{').and_then(|list| list.split('}').next());
        let names = inside.map_or_else(|| vec![rest], |list| list.split(',').collect());
        found.extend(names.into_iter().map(|name| {
            let name = name.trim();
            name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or(name)
        }));
    }
    found.retain(|name| !name.is_empty());
    found
}

#[test]
fn imports_point_left() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let name = relative(&path);
        let own = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
        if matches!(own.as_str(), "lib" | "main") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in without_tests(&text).lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for module in imported(line).into_iter().filter(|module| *module != own) {
                if layer(module) >= layer(&own) {
                    wrong.push(format!("{name}:{}: `{own}` imports `{module}`", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the direction of data:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_loader_and_the_command_line_touch_the_outside() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let name = relative(&path);
        if name.starts_with("src/cli/") || name == "src/source/load.rs" || name == "src/main.rs" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::env", "std::process", "println!", "eprintln!", "stdout()", "stderr()"] {
            if without_tests(&text).lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)) {
                wrong.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "files, environment and terminal belong to `cli` and `source::load`:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    let files = rust_files("src").into_iter().chain(rust_files("tests")).chain(rust_files("benches"));
    let without: Vec<String> =
        files.filter(|path| !fs::read_to_string(path).unwrap().starts_with("//! ")).map(|path| relative(&path)).collect();
    assert!(without.is_empty(), "files without a `//!` header: {without:?}");
}

/// Long tables are long; everything else is two rooms.
const LONG: &[&str] = &[];
const MOST_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    let mut long = Vec::new();
    for path in rust_files("src") {
        let lines = without_tests(&fs::read_to_string(&path).unwrap()).lines().count();
        if lines > MOST_LINES && !LONG.contains(&relative(&path).as_str()) {
            long.push(format!("{}: {lines} lines", relative(&path)));
        }
    }
    assert!(long.is_empty(), "files over {MOST_LINES} lines before their tests (split them, or say why in LONG):\n{}", long.join("\n"));
}

#[test]
fn no_test_file_is_forgotten() {
    let main = fs::read_to_string(root().join("tests/main.rs")).unwrap();
    for path in rust_files("tests") {
        let name = relative(&path);
        let module = name.trim_start_matches("tests/").trim_end_matches(".rs");
        if module != "main" && !module.contains('/') {
            assert!(main.contains(&format!("mod {module};")), "{name} is not in tests/main.rs");
        }
    }
}

#[test]
fn nothing_is_left_to_do() {
    let mut left = Vec::new();
    for path in rust_files("src") {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["todo!(", "unimplemented!(", concat!("TO", "DO"), concat!("FIX", "ME")] {
            if text.contains(word) {
                left.push(format!("{}: {word}", relative(&path)));
            }
        }
    }
    assert!(left.is_empty(), "{left:?}");
}
