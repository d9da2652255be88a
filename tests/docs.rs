//! Documents that are generated from the code, or show its output, are what the code says now.

use crate::binary::root;
use std::path::Path;
use std::process::Command;

/// Compares a document with what it should be; writes it anew where it differs, so that the difference can be read and committed.
fn is_up_to_date(path: &Path, wanted: &str) {
    if std::fs::read_to_string(path).unwrap_or_default() != wanted {
        std::fs::write(path, wanted).unwrap();
        panic!("{} was out of date; it is written anew: read the difference and commit it", path.display());
    }
}

/// Runs the binary in the project's folder and returns what it prints on standard output.
fn isoglot(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).args(arguments).current_dir(root()).output().unwrap();
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn every_function_is_listed() {
    let table = isoglot::functions::table_markdown();
    let text =
        format!("# Functions\n\nGenerated from `src/functions/` by a test. What does not run is refused by name and place.\n\n{table}");
    is_up_to_date(&root().join("docs/functions.md"), &text);
}

/// In the README, a console block that begins with `$ isoglot …` shows what the command prints.
#[test]
fn the_readme_shows_real_output() {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut wanted = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        wanted.push_str(line);
        wanted.push('\n');
        if line != "```console" {
            continue;
        }
        let command = lines.next().unwrap();
        let arguments: Vec<&str> = command.strip_prefix("$ isoglot ").expect("a command").split(' ').collect();
        wanted.extend([command, "\n", isoglot(&arguments).trim_end(), "\n```\n"]);
        lines.by_ref().find(|line| *line == "```");
    }
    is_up_to_date(&path, &wanted);
}

#[test]
fn the_starter_rules_pass_with_every_translation() {
    let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).args(["test", "--to", "all", "rules"]).current_dir(root()).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{text}");
}

#[test]
fn the_snapshots_are_up_to_date() {
    let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).args(["snapshot", "--check"]).current_dir(root()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
