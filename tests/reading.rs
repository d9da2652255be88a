//! Laws of reading: every position is right, in every file of the corpora, and no input hangs or crashes the readers.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a test may stop at what it did not expect, and says what it skips"
)]

use super::corpus::shared;
use isoglot::diagnostic::Severity;
use isoglot::ir::Dialect;
use isoglot::rulefile::ReadContext;
use isoglot::source::{self, Kind, Node, Style};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn corpus(folder: &str) -> Vec<(PathBuf, String)> {
    let Some(folder) = shared(&format!("corpus/{folder}")) else { return Vec::new() };
    let files = source::load::walk(&[folder]).unwrap();
    files.into_iter().filter_map(|path| Some((path.clone(), source::load::read(&path).unwrap().ok()?))).collect()
}

fn scalars<'a>(node: &'a Node, out: &mut Vec<&'a Node>) {
    match &node.kind {
        Kind::Scalar(_) => out.push(node),
        Kind::Sequence(items) => items.iter().for_each(|n| scalars(n, out)),
        Kind::Mapping(entries) => entries.iter().for_each(|e| {
            scalars(&e.key, out);
            scalars(&e.value, out);
        }),
    }
}

/// Every decoded character that is no blank and no escape is the character of the file that the map leads to.
/// Gives (characters compared, characters wrong).
fn check_positions(text: &str, root: &Node) -> (usize, usize) {
    let mut nodes = Vec::new();
    scalars(root, &mut nodes);
    let (mut seen, mut wrong) = (0, 0);
    for node in nodes {
        let scalar = node.scalar().unwrap();
        for (offset, c) in scalar.value.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let written = text[scalar.map.to_source(offset)..].chars().next();
            let escaped = written == Some('\\') && matches!(scalar.style, Style::DoubleQuoted | Style::MultiLineBasic);
            seen += 1;
            wrong += usize::from(written != Some(c) && !escaped);
        }
    }
    (seen, wrong)
}

fn check_corpus(folder: &str, parse: impl Fn(&str) -> Result<Vec<Node>, usize>, broken_files: usize) {
    let files = corpus(folder);
    let (mut seen, mut wrong, mut broken) = (0, 0, Vec::new());
    for (path, text) in &files {
        match parse(text) {
            Ok(documents) => {
                for root in &documents {
                    let (s, w) = check_positions(text, root);
                    seen += s;
                    wrong += w;
                    assert_eq!(w, 0, "{}", path.display());
                }
            }
            Err(faults) => {
                assert_eq!(faults, 1, "{}", path.display());
                broken.push(path);
            }
        }
    }
    eprintln!("{folder}: {} files, {} broken, {wrong} of {seen} characters wrong", files.len(), broken.len());
    if !files.is_empty() {
        assert_eq!(broken.len(), broken_files, "{broken:#?}");
    }
}

#[test]
fn every_character_of_every_yaml_rule_is_where_the_map_says() {
    let parse = |text: &str| source::yaml::parse(text).map_err(|f| f.len());
    check_corpus("sentinel", parse, 2);
    check_corpus("sigma", parse, 0);
}

#[test]
fn every_character_of_every_toml_rule_is_where_the_map_says() {
    check_corpus("elastic", |text| source::toml::parse(text).map(|n| vec![n]).map_err(|f| f.len()), 0);
}

#[test]
fn every_scalar_style_keeps_its_positions_with_every_line_break() {
    let yaml = "\u{feff}plain: a b\n  c é\nsingle: 'it''s\n  two'\ndouble: \"a\\tb\\u00e9 \\\n   c\"\nliteral: |  # why\n\n    x\n      y\n\n    z\nfolded: >-\n   a\n   b\n\n   c\n";
    let toml = "\u{feff}a = \"x\\ty \\u00e9z\"\nb = 'c\\d'\nc = \"\"\"\nfirst \\\n   second\n third \\\"\"\"\"\nd = '''\nraw \\n\n'''\ne = [1, 2.50, true] # no\n\"f g\" = 1979-05-27\n";
    for line_break in ["\n", "\r\n"] {
        let text = yaml.replace('\n', line_break);
        let documents = source::yaml::parse(&text).unwrap();
        assert_eq!(documents.iter().map(|d| check_positions(&text, d).1).sum::<usize>(), 0, "{line_break:?}");
        let text = toml.replace('\n', line_break);
        assert_eq!(check_positions(&text, &source::toml::parse(&text).unwrap()).1, 0, "{line_break:?}");
    }
}

/// The faults of a text: code, first and second place.
fn check_faults(text: &str, is_toml: bool, expected: &[(&str, &str, &str)]) {
    let started = Instant::now();
    let faults = if is_toml { source::toml::parse(text).map(|_| ()) } else { source::yaml::parse(text).map(|_| ()) };
    let faults = faults.err().unwrap_or_default();
    let got: Vec<_> = faults.iter().map(|f| (f.code, f.span.text(text), f.related.first().map_or("", |r| r.0.text(text)))).collect();
    assert_eq!(got, expected, "{:?}", text.get(..80));
    assert!(started.elapsed() < Duration::from_secs(2), "too slow: {:?}", started.elapsed());
}

#[test]
fn hostile_yaml_gives_one_fault_and_no_hang() {
    check_faults("a: 1\nb: 2\na: 3\n", false, &[("duplicate-key", "a", "a")]);
    check_faults("a: {x: 1, x: 2}\nb:\n- y: 1\n  y: 2\n", false, &[("duplicate-key", "x", "x"), ("duplicate-key", "y", "y")]);
    check_faults(&"[".repeat(100_000), false, &[("nested-too-deep", "[", "")]);
    check_faults(&"{a: ".repeat(100_000), false, &[("nested-too-deep", "{", "")]);
    check_faults(&"- ".repeat(100_000), false, &[("nested-too-deep", "-", "")]);
    check_faults("a: *nothing\n", false, &[("unknown-anchor", "*", "")]);
    check_faults("a: &x [*x]\n", false, &[("recursive-alias", "*x", "")]);
    check_faults("a:\n\tb: 1\n", false, &[("yaml-syntax", "b", "")]);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 10].join(", ");
        writeln!(bomb, "a{n}: &a{n} [{aliases}]").unwrap();
    }
    check_faults(&bomb, false, &[("alias-bomb", "*a2", "")]);
}

#[test]
fn hostile_toml_gives_one_fault_and_no_hang() {
    check_faults("a = 1\nb = 2\na = 3\n", true, &[("duplicate-key", "a", "a")]);
    check_faults("[m]\nx = 1\n[r]\nx = 1\n[r]\ny = 1\n", true, &[("duplicate-key", "r", "[r]")]);
    check_faults(&format!("a = {}", "[".repeat(100_000)), true, &[("nested-too-deep", "[", "")]);
    check_faults(&format!("a{} = 1", ".b".repeat(100_000)), true, &[("nested-too-deep", "", "")]);
}

#[test]
fn an_alias_reads_as_its_anchor_and_keeps_both_places() {
    let text = "a: &q |\n  where x\nb: *q\n";
    let documents = source::yaml::parse(text).unwrap();
    let node = documents[0].get("b").unwrap();
    assert_eq!(node.as_str(), Some("where x\n"));
    assert_eq!(node.alias.unwrap().text(text), "*q");
    assert_eq!(node.scalar().unwrap().map.to_source(6), text.find('x').unwrap());
}

#[test]
fn comments_of_both_formats_are_kept() {
    let yaml = "# top\na: 1 # right\nb: 'no # comment'\n";
    let toml = "# top\na = 1 # right\nb = 'no # comment'\n";
    let texts = |n: &Node| n.comments.iter().map(|c| c.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&source::yaml::parse(yaml).unwrap()[0]), [" top", " right"]);
    assert_eq!(texts(&source::toml::parse(toml).unwrap()), [" top", " right"]);
}

/// Reads every file of a corpus; gives counts by what came out.
fn check_rules(folder: &str, allowed: &[&str]) -> Vec<(PathBuf, isoglot::rulefile::ReadFile)> {
    let started = Instant::now();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut read = Vec::new();
    for (path, text) in corpus(folder) {
        let file = isoglot::rulefile::read(&path.to_string_lossy(), &text, &ReadContext::builtin());
        *seen.entry(format!("rules {}", file.rules.len())).or_default() += 1;
        for rule in &file.rules {
            *seen.entry(format!("{:?} detection {}", rule.rule_type, rule.detection.is_some())).or_default() += 1;
        }
        if let Some(reason) = file.skipped {
            *seen.entry(format!("skipped: {reason}")).or_default() += 1;
        }
        for diagnostic in &file.diagnostics {
            *seen.entry(format!("{:?}[{}]", diagnostic.severity, diagnostic.code)).or_default() += 1;
            let label = diagnostic.primary.span;
            assert!(text.get(label.range()).is_some(), "{}: {diagnostic:?}", path.display());
            if !allowed.contains(&diagnostic.code) {
                eprintln!("{}: {} {}", path.display(), diagnostic.code, diagnostic.message);
            }
        }
        read.push((path, file));
    }
    eprintln!("{folder}: {seen:#?} in {:?}", started.elapsed());
    read
}

#[test]
fn every_rule_file_is_read() {
    for folder in ["sentinel", "elastic", "sigma"] {
        for (path, file) in check_rules(folder, &["language-not-read", "unknown-table", "unknown-column", "type-mismatch"]) {
            if file.rules.is_empty() {
                assert_eq!(file.diagnostics.len(), 1, "{}", path.display());
            }
        }
    }
}

#[test]
fn a_changed_query_goes_back_into_its_file_and_nothing_else_changes() {
    let mut changed = 0;
    for (path, text) in ["sentinel", "elastic"].into_iter().flat_map(corpus) {
        let name = path.to_string_lossy();
        let file = isoglot::rulefile::read(&name, &text, &ReadContext::builtin());
        let Some(rule) = file.rules.first() else { continue };
        for (index, query) in rule.queries.iter().enumerate() {
            let expected = format!("// new 'a' \"b\" \\c: #d\n{}\n\n  | take 1", query.text.replace("\r\n", "\n").trim());
            let edit = isoglot::rulefile::replace_query(&text, rule, index, &expected).unwrap();
            let (edited, refused) = source::edit::apply(&text, [(edit.span, edit.text.as_str())]);
            let again = isoglot::rulefile::read(&name, &edited, &ReadContext::builtin());
            let new = &again.rules.first().unwrap_or_else(|| panic!("{name}: {:?}\n{edited}", again.diagnostics)).queries[index].text;
            assert_eq!(new.trim_end().replace("\r\n", "\n"), expected, "{name}");
            assert_eq!(refused, 0);
            assert_eq!(format!("{:?}", values(&again.rules[0])), format!("{:?}", values(rule)), "{name}");
            changed += 1;
        }
    }
    eprintln!("{changed} queries put back");
}

/// What of a rule does not depend on places or queries.
fn values(rule: &isoglot::ir::Rule) -> (Vec<&str>, Vec<(&str, &serde_json::Value)>, usize) {
    let meta = [&rule.meta.id, &rule.meta.name, &rule.meta.description, &rule.meta.severity, &rule.meta.version];
    let meta = meta.into_iter().flatten().map(|m| m.value.as_str()).collect();
    // A hunt with SQL among its queries keeps the list of them as written.
    let extra = rule.extra.iter().filter(|e| e.path != "hunt.query");
    (meta, extra.map(|e| (e.path.as_str(), &e.value)).collect(), rule.alert.entities.len())
}

/// Reads a text under a name; gives the dialect, the number of rules, the codes of errors and whether it was skipped.
fn check_read(name: &str, text: &str, expected: (Option<Dialect>, usize, &[&str], bool)) {
    let started = Instant::now();
    let file = isoglot::rulefile::read(name, text, &ReadContext::builtin());
    let errors: Vec<_> = file.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code).collect();
    assert_eq!((file.dialect, file.rules.len(), errors.as_slice(), file.skipped.is_some()), expected, "{name}: {:?}", text.get(..60));
    assert!(started.elapsed() < Duration::from_secs(2), "{name} is too slow: {:?}", started.elapsed());
}

const SENTINEL: Option<Dialect> = Some(Dialect::Sentinel);
const ELASTIC: Option<Dialect> = Some(Dialect::Elastic);
const SIGMA: Option<Dialect> = Some(Dialect::Sigma);

#[test]
fn what_a_file_is_shows_in_its_content() {
    check_read("a.yaml", "id: 1\nname: x\nquery: SigninLogs\n", (SENTINEL, 1, &[], false));
    check_read("a.yml", "title: x\nlogsource: {product: windows}\ndetection: {s: {a: 1}, condition: s}\n", (SIGMA, 1, &[], false));
    check_read("a.KQL", "SigninLogs | take 1", (Some(Dialect::Kql), 1, &[], false));
    check_read("-", "SigninLogs | take 1", (Some(Dialect::Kql), 1, &[], false));
    check_read("-", "[rule]\nname = 'x'\ntype = 'query'\nquery = 'a:b'\n", (ELASTIC, 1, &[], false));
    check_read("a.ndjson", "{\"rule_id\":\"1\",\"type\":\"query\",\"query\":\"a:b\"}\n{\"exported_count\":1}\n", (ELASTIC, 1, &[], false));
    check_read("a.yaml", "on: push\njobs: {}\n", (None, 0, &[], true));
    check_read("a.yaml", "{{ helm }}: [\n", (None, 0, &[], true));
    check_read("a.toml", "[package]\nname = 'x'\n", (None, 0, &[], true));
    check_read("a.kql", " \n", (None, 0, &[], true));
}

#[test]
fn broken_and_hostile_rule_files_give_one_error() {
    check_read("a.yaml", "query: |\nSigninLogs\nname: x\n", (SENTINEL, 0, &["yaml-syntax"], false));
    check_read("a.yaml", "name: x\nname: y\nquery: SigninLogs\n", (SENTINEL, 0, &["duplicate-key"], false));
    check_read("a.yaml", "name: x\nkind: Scheduled\nqueryFrequency: 1h\n", (SENTINEL, 1, &["missing-query"], false));
    check_read("a.yaml", "name: x\nquery: SigninLogs\nqueryFrequency: soon\n", (SENTINEL, 1, &["invalid-value"], false));
    check_read("a.yaml", &format!("query: {}", "[".repeat(100_000)), (SENTINEL, 0, &["nested-too-deep"], false));
    check_read("a.toml", "[rule]\nname = x\n", (ELASTIC, 0, &["toml-syntax"], false));
    check_read("a.toml", "[rule]\nname = 'x'\ntype = 'odd'\nquery = 'a:b'\n", (ELASTIC, 1, &["invalid-value"], false));
    check_read("a.ndjson", "{\"type\":\"query\",\"query\":\"a:\"\n", (ELASTIC, 0, &["yaml-syntax"], false));
    check_read("a.yml", "title: x\nlogsource: {}\n", (SIGMA, 1, &["missing-detection"], false));
}

#[test]
fn an_error_in_a_query_points_into_the_file() {
    for text in ["\u{feff}name: é\r\nquery: |\r\n\r\n    SigninLogs\r\n    | wher x\r\n", "name: x\nquery: 'SigninLogs\n\n  | wher x'\n"] {
        let file = isoglot::rulefile::read("a.yaml", text, &ReadContext::builtin());
        assert!(file.diagnostics.iter().any(|d| d.primary.span.text(text) == "wher"), "{:?}", file.diagnostics);
    }
}

#[test]
fn sigma_references_resolve_in_the_set_of_rules() {
    let log_source = "logsource: {product: azure}\n";
    let text = format!(
        "title: a\nname: base\n{log_source}detection: {{s: {{x: 1}}, condition: s}}\n---\ntitle: b\ncorrelation: {{type: event_count, rules: [base], \
         group-by: [u], timespan: 5m, condition: {{gte: 3}}}}\n---\ntitle: c\n{log_source}filter: {{rules: any, f: {{y: 2}}, condition: not f}}\n---\n\
         title: d\ncorrelation: {{type: temporal, rules: [gone], timespan: 5m}}\n"
    );
    let mut file = isoglot::rulefile::read("a.yml", &text, &ReadContext::builtin());
    let plans: Vec<_> = file.rules.iter().map(|r| r.detection.as_ref().map(|d| format!("{:?}", d.plan))).collect();
    assert!(plans[0].as_ref().unwrap().contains("Not("), "the filter narrows the rule of its log source");
    assert!(plans[1].as_ref().unwrap().contains("Correlate"));
    assert!(plans[3].is_none());
    let mut rules: Vec<_> = file.rules.iter_mut().collect();
    let unknown = isoglot::rulefile::link(&mut rules);
    assert_eq!(unknown.iter().map(|(at, d)| (*at, d.primary.span.text(&text))).collect::<Vec<_>>(), [(3, "gone")]);
    let again: Vec<_> = file.rules.iter().map(|r| r.detection.as_ref().map(|d| format!("{:?}", d.plan))).collect();
    assert_eq!(again, plans, "linking twice changes nothing");
}
