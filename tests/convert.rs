//! `isoglot convert` into a folder: what is written, what a second run touches, and what required evidence holds back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RULE: &str = "title: Updater in the Run key
id: 7f0c2a55-2d0a-4c55-8a44-90f1b7a1e001
status: test
description: A value under the Run key starts a program at every logon.
author: isoglot
date: 2026-01-01
logsource:
    product: windows
    category: registry_set
detection:
    selection:
        TargetObject|endswith: '\\Run\\Updater'
    condition: selection
level: medium
";

/// A folder with one rule.
struct Workspace(PathBuf);

impl Drop for Workspace {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap_or_default();
    }
}

impl Workspace {
    fn new(name: &str) -> Self {
        let workspace = Self(std::env::temp_dir().join(format!("isoglot-convert-{}-{name}", std::process::id())));
        workspace.write("rules/updater.yml", RULE);
        workspace
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Converts the rules; returns the exit status and what was said.
    fn convert(&self, more: &[&str]) -> (i32, String) {
        let arguments = ["convert", "--to", "sentinel", "--out", "out", "rules"];
        let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).args(arguments).args(more).current_dir(&self.0).output().unwrap();
        (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stderr).into_owned())
    }

    /// Checks the exit status and what is said.
    fn check(&self, more: &[&str], status: i32, said: &[&str]) {
        let (code, text) = self.convert(more);
        assert_eq!(code, status, "{text}");
        said.iter().for_each(|part| assert!(text.contains(part), "{part}: {text}"));
    }
}

const OUTPUT: &str = "out/rules/updater.yaml";

#[test]
fn a_second_run_writes_nothing_and_a_changed_rule_is_written_again() {
    let workspace = Workspace::new("twice");
    workspace.check(&[], 0, &["1 file written", "1 exact"]);
    assert!(workspace.read(OUTPUT).contains("RegistryValueName =~ \"Updater\""));
    workspace.check(&[], 0, &["0 files written"]);
    workspace.write("rules/updater.yml", &RULE.replace("Updater'", "Helper'"));
    workspace.check(&[], 0, &["1 file written"]);
    assert!(workspace.read(OUTPUT).contains("\"Helper\""));
    workspace.check(&["--report", "report.html"], 0, &[]);
}

#[test]
fn somebody_s_edits_stay_and_a_new_translation_is_put_beside_them() {
    let workspace = Workspace::new("edited");
    workspace.check(&[], 0, &[]);
    let edited = workspace.read(OUTPUT).replace("severity: Medium", "severity: High");
    workspace.write(OUTPUT, &edited);
    workspace.check(&[], 0, &["0 files written"]);
    workspace.write("rules/updater.yml", &RULE.replace("Updater'", "Helper'"));
    workspace.check(&[], 1, &["edited since isoglot wrote it, and its translation has changed", "updater.yaml.new"]);
    assert_eq!(workspace.read(OUTPUT), edited);
    assert!(workspace.read("out/rules/updater.yaml.new").contains("\"Helper\""));
}

#[test]
fn a_rule_that_is_gone_from_its_file_takes_its_translation_along() {
    let workspace = Workspace::new("gone");
    workspace.check(&[], 0, &[]);
    workspace.write("rules/updater.yml", &RULE.replace("category: registry_set", "category: no_such_category"));
    workspace.check(&[], 1, &["1 refused"]);
    assert!(!workspace.path(OUTPUT).exists());
    assert!(workspace.read("out/isoglot-manifest.json").contains("\"status\": \"refused\""));
}

#[test]
fn two_sources_of_one_name_are_two_files() {
    let workspace = Workspace::new("names");
    workspace.write("rules/updater.yaml", &RULE.replace("Updater'", "Helper'").replace("e001", "e002"));
    workspace.check(&[], 0, &["2 files written", "2 exact"]);
    let (first, second) = (workspace.read(OUTPUT), workspace.read("out/rules/updater.yml.yaml"));
    assert!(first.contains("\"Helper\"") && second.contains("\"Updater\""), "{first}\n{second}");
    workspace.check(&[], 0, &["0 files written"]);
}

#[test]
fn translations_with_less_evidence_than_required_are_not_written() {
    let workspace = Workspace::new("required");
    workspace.check(&["--require", "proven"], 0, &["1 file written"]);
    let other = Workspace::new("other");
    other.write("rules/updater.yml", &RULE.replace("registry_set", "process_creation").replace("TargetObject", "CommandLine"));
    other.check(
        &["--require", "proven", "--accept-loss"],
        1,
        &["1 approximate", "1 translation has less evidence than --require asks for"],
    );
    assert!(!other.path(OUTPUT).exists());
}

#[test]
fn the_report_is_one_file_that_loads_nothing() {
    let workspace = Workspace::new("report");
    workspace.check(&["--report", "report.html"], 0, &[]);
    let report = workspace.read("report.html");
    for part in ["Updater in the Run key", "RegistryValueName", "TargetObject|endswith", "exact"] {
        assert!(report.contains(part), "{part}");
    }
    for outside in ["<link", "src=\"http", "@import", "url(http"] {
        assert!(!report.contains(outside), "{outside}");
    }
}

const MANY: &str = "title: Many updaters
id: 7f0c2a55-2d0a-4c55-8a44-90f1b7a1e009
status: test
description: A value under the Run key starts a program at every logon, three times.
author: isoglot
date: 2026-01-01
correlation:
    type: event_count
    rules:
        - 7f0c2a55-2d0a-4c55-8a44-90f1b7a1e001
    group-by:
        - Computer
    timespan: 10m
    condition:
        gte: 3
level: high
";

#[test]
fn a_correlation_finds_its_rules_in_other_files_and_they_do_not_alert_by_themselves() {
    let workspace = Workspace::new("correlated");
    workspace.write("rules/many.yml", MANY);
    workspace.check(&["--accept-loss"], 1, &["2 files written", "2 approximate", "[alerts-by-itself]"]);
    assert!(workspace.read("out/rules/many.yaml").contains("EventCount >= 3"));
    workspace.write("rules/many.yml", &MANY.replace("    timespan", "    generate: true\n    timespan"));
    workspace.check(&["--accept-loss"], 1, &["1 exact, 1 approximate"]);
}

#[test]
fn no_more_evidence_is_required_than_is_looked_for() {
    let workspace = Workspace::new("evidence");
    workspace.check(&["--evidence", "parsed"], 0, &["exact, parsed back"]);
    workspace.check(&["--evidence", "tested"], 0, &["exact, tested"]);
    workspace.check(
        &["--evidence", "parsed", "--require", "tested"],
        2,
        &["`--require` asks for more evidence than `--evidence` looks for"],
    );
}
