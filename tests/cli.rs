//! The command line as scripts and people meet it: exit status, output, messages.

use crate::binary;
use std::process::{Command, Stdio};

/// Runs the binary in the folder of the project.
fn isoglot(arguments: &[&str], input: &str) -> (i32, String, String) {
    binary::isoglot(binary::root(), arguments, input)
}

/// Checks exit status and what the two outputs hold.
fn check(arguments: &[&str], input: &str, status: i32, stdout: &str, stderr: &str) {
    let (code, out, err) = isoglot(arguments, input);
    assert_eq!(code, status, "{arguments:?}\n{out}\n{err}");
    assert!(out.contains(stdout), "{arguments:?}: {out}");
    assert!(err.contains(stderr), "{arguments:?}: {err}");
}

const UNUSED: &str = "let a = 1;\nSigninLogs | take 1\n";

#[test]
fn exit_status_is_0_without_findings_1_with_findings_2_where_it_could_not_run() {
    check(&["check", "--dialect", "kql", "-"], "SigninLogs | take 1\n", 0, "", "nothing found in 1 rule of 1 file");
    check(&["check", "--dialect", "kql", "-"], UNUSED, 1, "", "warning[unused-let]: `a` is never used");
    check(&["check", "no/such/folder"], "", 2, "", "cannot read `no/such/folder`: there is no such file or folder");
    check(&["check", "--select", "unused-lett", "-"], "", 2, "", "did you mean `unused-let`?");
    check(&["no-such-command"], "", 2, "", "unrecognized subcommand");
}

#[test]
fn a_comment_with_a_reason_silences_a_finding() {
    let silenced = format!("// isoglot: ignore[unused-let] kept for the next version\n{UNUSED}");
    check(&["check", "--dialect", "kql", "-"], &silenced, 0, "", "nothing found");
    let bare = format!("// isoglot: ignore[unused-let]\n{UNUSED}");
    check(&["check", "--dialect", "kql", "-"], &bare, 1, "", "suppression-without-reason");
}

#[test]
fn data_goes_to_standard_output() {
    check(&["check", "--dialect", "kql", "--format", "json", "-"], UNUSED, 1, "\"code\": \"unused-let\"", "");
    check(&["check", "--dialect", "kql", "--format", "sarif", "-"], UNUSED, 1, "\"ruleId\": \"unused-let\"", "");
    check(&["check", "--dialect", "kql", "--format", "github", "-"], UNUSED, 1, "::warning file=-,line=1", "");
    check(&["explain", "unused-let"], "", 0, "A `let` that nothing uses", "");
    check(&["explain", "unused-lett"], "", 2, "", "did you mean `unused-let`?");
}

#[test]
fn parse_batches_answer_every_line_in_order() {
    let input = concat!(
        "{\"id\": 1, \"language\": \"kusto\", \"query\": \"T | take 1\"}\n",
        "not json\n",
        "{\"id\": 3, \"language\": \"kusto\", \"query\": \"T\\n| where ==\"}\n",
        "{\"id\": 4, \"language\": \"cobol\", \"query\": \"\"}\n",
    );
    let (code, out, _) = isoglot(&["parse", "--batch"], input);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines.len()), (0, 4), "{out}");
    assert_eq!(lines[0], "{\"id\":1,\"ok\":true}");
    assert!(lines[1].starts_with("{\"id\":null,\"ok\":false,\"code\":\"bad-line\""), "{out}");
    assert!(lines[2].starts_with("{\"id\":3,\"ok\":false,\"code\":\"syntax-error\"") && lines[2].contains("\"line\":2"), "{out}");
    assert!(lines[3].contains("unknown-language"), "{out}");
}

#[test]
fn query_batches_say_at_which_stage_a_query_fails() {
    let ask = |query: &str| isoglot(&["query", "--batch"], &format!("{{\"id\":1,\"language\":\"kusto\",\"query\":\"{query}\"}}\n")).1;
    assert_eq!(ask("print x = 1"), "{\"id\":1,\"ok\":true,\"columns\":[[\"x\",\"long\"]],\"rows\":[[1]]}\n");
    assert!(ask("print (").contains("\"stage\":\"parse\""));
    assert!(ask("NoSuchTable | take 1").contains("\"stage\":\"bind\""));
}

#[test]
fn queries_read_standard_input() {
    let rows = "{\"User\": \"a\", \"N\": 2}\n{\"User\": \"b\", \"N\": 5}\n";
    check(&["query", "--format", "csv", "Input | where N > 3"], rows, 0, "User,N\nb,5\n", "");
    check(&["query", "--format", "csv", "Input | where M > 3"], rows, 1, "", "unknown-column");
    check(&["query", "--language", "kuery", "User: a"], rows, 0, "{\"User\":\"a\",\"N\":2}\n", "1 of 2 events match");
}

#[test]
fn custom_tables_are_known_to_every_command() {
    let folder = std::env::temp_dir().join(format!("isoglot-schemas-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("schemas")).unwrap();
    for (name, text) in [
        ("isoglot.toml", "schemas = ['schemas']\n[tables.Inline_CL]\nWho = 'string'\n"),
        ("schemas/azure.json", r#"{"Name": "Json_CL", "Properties": [{"Name": "Who", "Type": "String"}]}"#),
        ("schemas/all.csv", "table,column,type\nCsv_CL,Who,string\n"),
        ("schemas/more.yaml", "- name: Yaml_CL\n  columns: [{name: Who, type: string}]\n"),
        ("good.kql", "union Inline_CL, Json_CL, Csv_CL, Yaml_CL | project Who\n"),
        ("bad.kql", "union Inline_CL, Json_CL, Csv_CL, Yaml_CL | project Whom\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let run = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_isoglot")).args(arguments).current_dir(&folder).stdin(Stdio::null()).output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap())
    };
    for arguments in [&["check"] as &[&str], &["explain"], &["convert", "--to", "kql"], &["query", "--file"]] {
        let (_, good) = run(&[arguments, &["good.kql"]].concat());
        let (_, bad) = run(&[arguments, &["bad.kql"]].concat());
        assert!(!good.contains("unknown-"), "{arguments:?}: {good}");
        assert!(bad.contains("`Whom`"), "{arguments:?}: {bad}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn types_of_event_fields_come_from_a_folder() {
    let folder = std::env::temp_dir().join(format!("isoglot-field-schemas-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("schemas")).unwrap();
    let run = |schema: &str| {
        std::fs::write(folder.join("isoglot.toml"), "schemas = ['schemas']\n").unwrap();
        std::fs::write(folder.join("schemas/acme.json"), schema).unwrap();
        std::fs::write(folder.join("acme.ndjson"), "{\"acme\":{\"from\":\"10.1.2.3\",\"note\":\"Two Words\"}}\n").unwrap();
        let query = "acme.from: \"10.0.0.0/8\" and acme.note: words";
        let mut command = Command::new(env!("CARGO_BIN_EXE_isoglot"));
        let done = command.args(["query", "--language", "kuery", query, "acme.ndjson"]).current_dir(&folder).output().unwrap();
        String::from_utf8(done.stderr).unwrap()
    };
    let typed = run(r#"{"logs-acme.*": {"acme.from": "ip", "acme.note": "text"}, "logs-other": {"acme.from": "ip"}}"#);
    assert!(typed.contains("1 of 1 events match"), "{typed}");
    let keywords = run(r#"{"logs-acme.*": {"acme.from": "keyword", "acme.note": "keyword"}}"#);
    assert!(keywords.contains("0 of 1 events match"), "{keywords}");
    let unknown = run(r#"{"logs-acme.*": {"acme.from": "adress"}}"#);
    assert!(unknown.contains("field `acme.from` has the unknown type `adress`"), "{unknown}");
    let several = run(r#"{"a": {"acme.from": "ip"}, "b": {"acme.from": "long"}}"#);
    assert!(several.contains("`acme.from` is `ip` in `a` and `long` in `b`"), "{several}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn mending_keeps_comments_and_layout() {
    let rule = |all: &str, condition: &str, level: &str| {
        format!(
            "# Written by hand.\ntitle:   Encoded command   # two blanks\nid: 3f1c2b52-7e0e-4f0c-9a39-0d6f0e2a7c11\n\nlogsource:\n\
             \x20   {{category: process_creation, product: windows}}\ndetection:\n   sel:   # three blanks deep\n\
             \x20      CommandLine|contains{all}: \" -enc \"  # quoted so\n   condition: {condition} # the only one\nlevel: {level} # loud\n"
        )
    };
    let path = std::env::temp_dir().join(format!("isoglot-fix-{}.yml", std::process::id()));
    std::fs::write(&path, rule("|all", "1 of them", "High")).unwrap();
    let (code, out, err) = isoglot(&["check", "--fix", path.to_str().unwrap()], "");
    let mended = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((code, mended), (0, rule("", "sel", "high")), "{out}\n{err}");
}

#[test]
fn a_sigma_rule_written_as_sigma_is_the_text_itself() {
    let rule = "# Written by hand.\ntitle:   Encoded command   # two blanks\nlogsource: {category: process_creation, product: windows}\n\
                detection:\n   sel:\n       CommandLine|contains: \" -enc \"  # quoted so\n   condition: 1 of sel\n";
    check(&["convert", "--to", "sigma", "-"], rule, 0, rule, "");
}
