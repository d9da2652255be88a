//! Sigma by its specification: what each construct finds, written for this project
//! (<https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html>).

use isoglot::emit::{Status, Target, emit};
use isoglot::eval::Settings;
use isoglot::eval::alert::run_rule;
use isoglot::eval::event::batch::matching_events;
use isoglot::eval::world::World;
use isoglot::ir::Language;
use isoglot::ir::datetime::parse_datetime;
use isoglot::mapping::Sources;
use isoglot::rulefile::{self, ReadContext};
use isoglot::schema::Catalog;
use serde_json::{Value as Json, json};

/// Tries the lines under `detection:` on events; each is one that matches or one that does not.
fn check(detection: &str, matching: &[Json], other: &[Json]) {
    let indented: String = detection.lines().map(|line| format!("  {line}\n")).collect();
    let events: Vec<Json> = matching.iter().chain(other).cloned().collect();
    let found = matching_events(Language::Sigma, &format!("detection:\n{indented}"), &events, Catalog::builtin(), 0);
    let found = found.unwrap_or_else(|problems| panic!("{detection}: {}", problems[0].message));
    assert_eq!(found, (0..matching.len()).collect::<Vec<_>>(), "{detection}");
}

/// Tries one item, `F…: value`, on values of `F`.
fn check_item(item: &str, matching: &[Json], other: &[Json]) {
    let event = |value: &Json| json!({"F": value});
    let events = |values: &[Json]| values.iter().map(event).collect::<Vec<_>>();
    check(&format!("s:\n  {item}\ncondition: s"), &events(matching), &events(other));
}

/// Expects a code of refusal.
fn check_refused(detection: &str, code: &str) {
    let indented: String = detection.lines().map(|line| format!("  {line}\n")).collect();
    let found = matching_events(Language::Sigma, &format!("detection:\n{indented}"), &[json!({})], Catalog::builtin(), 0);
    assert_eq!(found.map_err(|problems| problems[0].code), Err(code), "{detection}");
}

#[test]
fn texts_compare_without_case_and_as_a_whole() {
    check_item("F: aBc", &[json!("abc"), json!("ABC"), json!(["x", "aBC"])], &[json!("abcd"), json!(""), json!(null), json!(["x"])]);
    check_item("F: 'äÖ'", &[json!("ÄÖ"), json!("äö")], &[json!("ao")]);
    check_item("F: ''", &[json!("")], &[json!("x"), json!(null), json!(" ")]);
    check_item("F: '12'", &[json!("12"), json!(12)], &[json!("012"), json!(13)]);
    check_item("F: 12", &[json!(12), json!("12"), json!(12.0)], &[json!("12a"), json!(12.5)]);
    check_item("F: -1.5", &[json!(-1.5), json!("-1.5")], &[json!(1.5)]);
    check_item("F: true", &[json!(true), json!("true")], &[json!(false), json!("x")]);
    check_item("F: [a, B]", &[json!("A"), json!("b")], &[json!("ab"), json!("c")]);
}

#[test]
fn wildcards_and_escapes() {
    check_item("F: 'a*c'", &[json!("abc"), json!("ac"), json!("a\nc")], &[json!("abcd")]);
    check_item("F: 'a?c'", &[json!("abc"), json!("A\u{e9}C")], &[json!("ac"), json!("abbc")]);
    check_item(r"F: 'a\*c'", &[json!("a*c")], &[json!("abc")]);
    check_item(r"F: 'a\?c'", &[json!("a?c")], &[json!("abc")]);
    check_item(r"F: 'C:\x\y'", &[json!(r"c:\X\Y")], &[json!(r"c:\\x\\y")]);
    check_item(r"F: 'C:\\x\y'", &[json!(r"c:\x\y")], &[json!(r"c:\\x\y")]);
    check_item(r"F: '\\\\host'", &[json!(r"\\host")], &[json!(r"\host")]);
    check_item(r"F: 'a\\*'", &[json!(r"a\b"), json!(r"a\")], &[json!("a*")]);
    check_item(r"F: 'a\\\*'", &[json!(r"a\*")], &[json!(r"a\b")]);
    check_item(r"F|endswith: 'a\'", &[json!(r"xa\")], &[json!("xa")]);
    check_item(r"F|contains: '\*'", &[json!("a*b")], &[json!("ab")]);
    check_item("F: '*'", &[json!("x"), json!("")], &[json!(null)]);
}

#[test]
fn places_in_a_text() {
    check_item("F|contains: bc", &[json!("aBCd"), json!("bc")], &[json!("b c")]);
    check_item("F|startswith: ab", &[json!("ABc")], &[json!("xab")]);
    check_item("F|endswith: bc", &[json!("aBC")], &[json!("bcd")]);
    check_item("F|contains: 'a*c'", &[json!("xabcx")], &[json!("ca")]);
    check_item("F|startswith: '?b'", &[json!("abc"), json!("bb")], &[json!("b"), json!("acb")]);
    check_item("F|contains: 12", &[json!(9129), json!("a12")], &[json!(21)]);
    check_item("F|contains|all: [a, b]", &[json!("xbxa"), json!(["a", "b"])], &[json!("a"), json!("b")]);
    check_item("F|endswith|any: [a, b]", &[json!("xa"), json!("xb")], &[json!("ax")]);
    check_item("F|contains|cased: Ab", &[json!("xAb")], &[json!("xab")]);
    check_item("F|cased: Ab", &[json!("Ab")], &[json!("ab"), json!("AB")]);
    check_item("F|startswith|cased: A", &[json!("Ab")], &[json!("ab")]);
}

#[test]
fn null_exists_and_neq() {
    check_item("F: null", &[json!(null)], &[json!(""), json!("x"), json!(0)]);
    check("s:\n  F: null\ncondition: s", &[json!({}), json!({"G": 1})], &[json!({"F": 1})]);
    check("s:\n  F|exists: true\ncondition: s", &[json!({"F": 1}), json!({"F": ""})], &[json!({}), json!({"G": 1})]);
    check("s:\n  F|exists: false\ncondition: s", &[json!({}), json!({"G": 1})], &[json!({"F": 1}), json!({"F": ""})]);
    check("s:\n  F|neq: a\ncondition: s", &[json!({"F": "b"}), json!({"F": "ab"})], &[json!({"F": "A"})]);
    check("s:\n  F|contains|neq: a\ncondition: s", &[json!({"F": "b"})], &[json!({"F": "xAx"})]);
    check("s:\n  F|neq: [a, b]\ncondition: s", &[json!({"F": "c"})], &[json!({"F": "a"}), json!({"F": "b"})]);
    check("s:\n  F: a\ncondition: not s", &[json!({}), json!({"F": "b"}), json!({"F": null})], &[json!({"F": "A"})]);
}

#[test]
fn numbers_compare_as_numbers() {
    check_item("F|gt: 5", &[json!(6), json!("6"), json!(5.5), json!("10")], &[json!(5), json!(4), json!("x"), json!(null)]);
    check_item("F|gte: 5", &[json!(5), json!("5"), json!(6)], &[json!(4.9)]);
    check_item("F|lt: 5", &[json!(4), json!("-1")], &[json!(5), json!("")]);
    check_item("F|lte: 5.5", &[json!(5.5), json!(5)], &[json!(5.6)]);
    check_item("F|gt: '5'", &[json!(6)], &[json!(5)]);
    check_item("F|gt: [5, 10]", &[json!(6), json!(11)], &[json!(5)]);
    check_refused("s:\n  F|gt: abc\ncondition: s", "value-does-not-fit-modifier");
}

#[test]
fn regular_expressions_with_flags() {
    check_item("F|re: 'a.c'", &[json!("xabcx"), json!(["z", "abc"])], &[json!("ABC"), json!("a\nc")]);
    check_item("F|re: '^ab$'", &[json!("ab")], &[json!("xab"), json!("x\nab")]);
    check_item("F|re|i: 'A.C'", &[json!("abc")], &[json!("ac")]);
    check_item("F|re|s: 'a.c'", &[json!("a\nc")], &[json!("ac")]);
    check_item("F|re|m: '^ab$'", &[json!("x\nab\ny")], &[json!("xab")]);
    check_item("F|re|i|m|s: '^A.B$'", &[json!("x\na\nb")], &[json!("ab")]);
    check_item("F|re|all: ['a', 'b']", &[json!("ab"), json!("ba")], &[json!("a")]);
    check_item("F|re: '[0-9]{3}'", &[json!(1234), json!("123")], &[json!(12)]);
    check_refused("s:\n  F|contains|re: a\ncondition: s", "modifiers-do-not-combine");
    check_refused("s:\n  F|i: a\ncondition: s", "modifiers-do-not-combine");
    check_refused("s:\n  F|re: '('\ncondition: s", "bad-regex");
}

#[test]
fn networks_of_both_families() {
    check_item("F|cidr: 10.0.0.0/8", &[json!("10.1.2.3")], &[json!("11.0.0.1"), json!("x"), json!("::1")]);
    check_item("F|cidr: [192.168.0.0/16, 10.0.0.0/8]", &[json!("192.168.1.1"), json!("10.0.0.1")], &[json!("172.16.0.1")]);
    check_item("F|cidr: '2001:db8::/32'", &[json!("2001:db8::1"), json!("2001:DB8:0:0::2")], &[json!("2001:db9::1"), json!("10.0.0.1")]);
    check_item("F|cidr: '::1/128'", &[json!("::1")], &[json!("::2")]);
    check_refused("s:\n  F|cidr: abc\ncondition: s", "value-does-not-fit-modifier");
}

#[test]
fn encodings() {
    check_item("F|base64: foobar", &[json!("Zm9vYmFy")], &[json!("foobar"), json!("xZm9vYmFy")]);
    check_item("F|base64|contains: foobar", &[json!("xxZm9vYmFyxx")], &[json!("foobar")]);
    for text in ["foobar", "xfoobar", "xxfoobar", "xxxfoobarx"] {
        let encoded = base64(text.as_bytes());
        check_item("F|base64offset|contains: foobar", &[json!(encoded)], &[json!(text)]);
    }
    let wide: Vec<u8> = "ping".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for modifier in ["wide", "utf16le"] {
        check_item(&format!("F|{modifier}|base64offset|contains: ping"), &[json!(base64(&wide))], &[json!("ping"), json!(base64(b"ping"))]);
    }
    let big: Vec<u8> = "ping".encode_utf16().flat_map(u16::to_be_bytes).collect();
    check_item("F|utf16be|base64|contains: ping", &[json!(base64(&big))], &[json!(base64(&wide))]);
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(wide).collect();
    check_item("F|utf16|base64|contains: ping", &[json!(base64(&marked))], &[json!(base64(&big))]);
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

#[test]
fn dashes_of_options() {
    let dashes = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'].map(|dash| json!(format!("a {dash}enc b")));
    check_item("F|windash|contains: ' -enc '", &dashes, &[json!("a enc b"), json!("a +enc b")]);
    check_item("F|contains|windash: ' /f '", &[json!("x -f y"), json!("x /f y")], &[json!("x f y")]);
    check_item("F|windash|contains|all: [' -a ', ' -b ']", &[json!("x /b -a y")], &[json!("x -a y")]);
    check_item("F|windash|contains: 'a-b'", &[json!("xa-bx")], &[json!("xa/bx")]);
}

#[test]
fn other_fields_of_the_event() {
    let event = |f: &str, g: &str| json!({"F": f, "G": g});
    check("s:\n  F|fieldref: G\ncondition: s", &[event("a", "A")], &[event("a", "b"), json!({"F": "a"}), json!({"G": "a"})]);
    check("s:\n  F|fieldref|startswith: G\ncondition: s", &[event("abc", "AB")], &[event("ab", "abc")]);
    check("s:\n  F|fieldref|endswith: G\ncondition: s", &[event("abc", "BC")], &[event("abc", "ab")]);
    check("s:\n  F|fieldref|contains: G\ncondition: s", &[event("abcd", "bc")], &[event("abcd", "cb")]);
    check("s:\n  F|fieldref|neq: G\ncondition: s", &[event("a", "b")], &[event("a", "A")]);
    check("s:\n  F|fieldref|cased: G\ncondition: s", &[event("a", "a")], &[event("a", "A")]);
}

#[test]
fn parts_of_times() {
    let times = |time: &str| json!(time);
    check_item("F|hour: 13", &[times("2026-11-21T13:59:59Z")], &[times("2026-11-21T14:00:00Z"), json!("x")]);
    check_item("F|hour|gte: 20", &[times("2026-11-21T23:00:00Z")], &[times("2026-11-21T19:59:00Z")]);
    check_item("F|minute|lt: 5", &[times("2026-11-21T13:04:59Z")], &[times("2026-11-21T13:05:00Z")]);
    check_item("F|day: 21", &[times("2026-11-21T00:00:00Z")], &[times("2026-11-22T00:00:00Z")]);
    check_item("F|week: 47", &[times("2026-11-21T00:00:00Z")], &[times("2026-11-23T00:00:00Z")]);
    check_item("F|month: 11", &[times("2026-11-01T00:00:00Z")], &[times("2026-12-01T00:00:00Z")]);
    check_item("F|year|gt: 2025", &[times("2026-01-01T00:00:00Z")], &[times("2025-12-31T23:59:59Z")]);
}

#[test]
fn searches_and_keywords() {
    check("s:\n  A: 1\n  B: 2\ncondition: s", &[json!({"A": 1, "B": 2})], &[json!({"A": 1}), json!({"B": 2})]);
    check("s:\n  - A: 1\n  - B: 2\ncondition: s", &[json!({"A": 1}), json!({"B": 2})], &[json!({"C": 1})]);
    check("k:\n  - foo\n  - 'b?r'\ncondition: k", &[json!({"x": "a FOO b"}), json!({"x": {"y": "xbarx"}})], &[json!({"x": "fo"})]);
    check("k:\n  '|all':\n    - foo\n    - bar\ncondition: k", &[json!({"a": "foo", "b": "bar"})], &[json!({"a": "foo"})]);
    check("k:\n  '|re':\n    - 'f.o'\ncondition: k", &[json!({"a": "xfoo"})], &[json!({"a": "fo"})]);
    check("s:\n  a.b: 1\ncondition: s", &[json!({"a": {"b": 1}}), json!({"a.b": 1}), json!({"a": [{"b": 1}]})], &[json!({"b": 1})]);
    check("s:\n  F: a\n  F|contains: a\ncondition: s", &[json!({"F": "a"})], &[json!({"F": "ab"})]);
}

#[test]
fn conditions_and_their_precedence() {
    let selections = "a:\n  A: 1\nb:\n  B: 1\nc:\n  C: 1\n_d:\n  D: 1\n";
    let event = |letters: &str| letters.chars().map(|letter| (letter.to_string(), json!(1))).collect::<serde_json::Map<_, _>>().into();
    let case = |condition: &str, matching: &[&str], other: &[&str]| {
        let events = |letters: &[&str]| letters.iter().map(|letters| event(letters)).collect::<Vec<Json>>();
        check(&format!("{selections}condition: {condition}"), &events(matching), &events(other));
    };
    case("a or b and c", &["A", "BC"], &["B", "C", ""]);
    case("(a or b) and c", &["AC", "BC"], &["A", "AB"]);
    case("not a and b", &["B"], &["AB", ""]);
    case("not (a and b)", &["A", ""], &["AB"]);
    case("1 of them", &["A", "B", "C"], &["D", ""]);
    case("any of them", &["A"], &["D"]);
    case("all of them", &["ABC"], &["AB", "D"]);
    case("1 of _*", &["D"], &["A"]);
    case("all of a* and not 1 of b*", &["A"], &["AB", "B"]);
    case("1 of a or 1 of b", &["A", "B"], &["C"]);
}

#[test]
fn what_a_condition_must_not_say() {
    check_refused("a:\n  A: 1\ncondition: A", "unknown-selection");
    check_refused("a:\n  A: 1\ncondition: 1 of b*", "unknown-selection");
    check_refused("a:\n  A: 1\ncondition: a | count() > 5", "deprecated-aggregation");
    check_refused("a:\n  A: 1", "missing-condition");
}

#[test]
fn placeholders_stand_for_lists() {
    let mut catalog = Catalog::default();
    catalog.add_placeholder("admins", vec!["root".to_owned(), "*-adm".to_owned()]);
    let find = |value: &str| {
        let rule = format!("detection:\n  s:\n    F|expand: '{value}'\n  condition: s\n");
        let events = [json!({"F": "ROOT"}), json!({"F": "x-adm"}), json!({"F": "y"})];
        matching_events(Language::Sigma, &rule, &events, &catalog, 0).map_err(|problems| problems[0].code)
    };
    assert_eq!(find("%admins%"), Ok(vec![0, 1]));
    assert_eq!(find("%unknown%"), Err("unresolved-placeholder"));
}

/// Runs a set of documents over the events of `windows/security`; expects the values of one field of each alert's last event.
fn check_correlation(correlation: &str, events: &[(&str, &str, Json)], expected: usize) {
    let base = |name: &str, id: u32| {
        format!(
            "---\ntitle: {name}\nname: {name}\nlogsource: {{product: windows, service: security}}\ndetection: {{s: {{EventID: {id}}}, condition: s}}\n"
        )
    };
    let indented: String = correlation.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!("title: C\ncorrelation:\n{indented}{}{}{}", base("one", 1), base("two", 2), base("three", 3));
    let file = rulefile::read("rule.yml", &text, &ReadContext::builtin());
    assert!(
        file.diagnostics.iter().all(|found| found.severity != isoglot::diagnostic::Severity::Error),
        "{correlation}: {:?}",
        file.diagnostics
    );
    let mut world = World::default();
    for (time, user, event) in events {
        let mut event = event.clone();
        event["User"] = json!(user);
        event["timestamp"] = json!(format!("2026-11-21T12:{time}Z"));
        world.add("windows/security", event);
    }
    let settings = Settings::at(parse_datetime("2026-11-21T13:00:00Z").unwrap());
    let outcome = run_rule(&file.rules[0], &world, &settings).unwrap_or_else(|refusal| panic!("{correlation}: {}", refusal.message));
    assert_eq!(outcome.rows.rows.len(), expected, "{correlation}");
}

fn of(id: u32) -> Json {
    json!({"EventID": id})
}

#[test]
fn event_counts_in_a_sliding_window() {
    let many = |condition: &str| format!("type: event_count\nrules: [one]\ngroup-by: [User]\ntimespan: 5m\ncondition: {{{condition}}}");
    let events = [("00:00", "a", of(1)), ("04:00", "a", of(1)), ("05:00", "a", of(1)), ("20:00", "b", of(1))];
    check_correlation(&many("gte: 3"), &events, 1);
    check_correlation(&many("gt: 2"), &events, 1);
    check_correlation(&many("gt: 3"), &events, 0);
    // A limit from above holds over the whole span.
    check_correlation(&many("eq: 2"), &events, 0);
    check_correlation(&many("eq: 3"), &events, 1);
    check_correlation(&many("gte: 2, lte: 2"), &events, 0);
    check_correlation(&many("lt: 2"), &events, 1);
    check_correlation(
        "type: event_count\nrules: [one, two]\ntimespan: 1h\ncondition: {gte: 3}",
        &[("00:00", "a", of(1)), ("01:00", "b", of(2)), ("02:00", "c", of(1))],
        1,
    );
}

#[test]
fn distinct_values_are_counted() {
    let event = |host: &str, ip: &str| json!({"EventID": 1, "Host": host, "Ip": ip});
    let events = [
        ("00:00", "a", event("x", "1")),
        ("01:00", "a", event("x", "2")),
        ("02:00", "a", event("y", "1")),
        ("03:00", "b", event("z", "1")),
    ];
    let count = |field: &str, n: u32| {
        format!("type: value_count\nrules: [one]\ngroup-by: [User]\ntimespan: 10m\ncondition: {{field: {field}, gte: {n}}}")
    };
    check_correlation(&count("Host", 2), &events, 1);
    check_correlation(&count("Host", 3), &events, 0);
    // Several fields are linked by AND: their values count together.
    check_correlation(&count("[Host, Ip]", 3), &events, 1);
    check_correlation(&count("Missing", 1), &events, 0);
}

#[test]
fn sums_averages_and_percentiles() {
    let event = |bytes: Json| json!({"EventID": 1, "Bytes": bytes});
    let events = [
        ("00:00", "a", event(json!(100))),
        ("01:00", "a", event(json!("300"))),
        ("02:00", "a", event(json!("x"))),
        ("03:00", "b", event(json!(50))),
    ];
    let metric = |kind: &str, condition: &str| {
        format!("type: {kind}\nrules: [one]\ngroup-by: [User]\ntimespan: 10m\ncondition: {{field: Bytes, {condition}}}")
    };
    check_correlation(&metric("value_sum", "gte: 400"), &events, 1);
    check_correlation(&metric("value_sum", "gt: 400"), &events, 0);
    check_correlation(&metric("value_avg", "gte: 200"), &events, 1);
    check_correlation(&metric("value_avg", "lt: 60"), &events, 1);
    check_correlation(&metric("value_median", "gte: 200"), &events, 1);
    check_correlation(&metric("value_percentile", "percentile: 100, gte: 300"), &events, 1);
    check_correlation(&metric("value_percentile", "percentile: 0, gt: 100"), &events, 0);
}

#[test]
fn a_rare_value_is_a_small_share_of_all() {
    let event = |image: &str| json!({"EventID": 1, "Image": image});
    let mut events: Vec<(&str, &str, Json)> = ["00:00", "01:00", "02:00"].map(|time| (time, "a", event("common.exe"))).to_vec();
    events.push(("03:00", "a", event("rare.exe")));
    events.push(("04:00", "a", event("common.exe")));
    let rule = |condition: &str| {
        format!("type: value_percentile\nrules: [one]\ngroup-by: [User]\ntimespan: 1h\ncondition: {{field: Image, {condition}}}")
    };
    check_correlation(&rule("lte: 25"), &events, 1);
    check_correlation(&rule("lte: 20"), &events, 0);
}

#[test]
fn temporal_correlations_want_every_rule() {
    let rule = |kind: &str, more: &str| format!("type: {kind}\nrules: [one, two]\ngroup-by: [User]\ntimespan: 5m\n{more}");
    let there = [("00:00", "a", of(2)), ("04:00", "a", of(1)), ("00:00", "b", of(1)), ("06:00", "b", of(2)), ("00:00", "c", of(1))];
    check_correlation(&rule("temporal", ""), &there, 1);
    check_correlation(&rule("temporal_ordered", ""), &there, 0);
    let ordered = [("00:00", "a", of(1)), ("04:00", "a", of(2)), ("10:00", "b", of(2)), ("11:00", "b", of(1))];
    check_correlation(&rule("temporal_ordered", ""), &ordered, 1);
    check_correlation(&rule("temporal", "condition: {gte: 1}"), &ordered, 4);
}

#[test]
fn temporal_conditions_name_rules() {
    let rule =
        |condition: &str| format!("type: temporal\nrules: [one, two, three]\ngroup-by: [User]\ntimespan: 5m\ncondition: {condition}");
    let events = [("00:00", "a", of(1)), ("01:00", "a", of(3)), ("00:00", "b", of(2)), ("01:00", "b", of(3))];
    check_correlation(&rule("one and (two or three)"), &events, 1);
    check_correlation(&rule("three and not one"), &events, 1);
    check_correlation("type: temporal\ngroup-by: [User]\ntimespan: 5m\ncondition: one and three", &events, 1);
}

#[test]
fn aliases_tie_fields_of_different_names() {
    let rule = "type: temporal\nrules: [one, two]\ngroup-by: [ip]\ntimespan: 5m\naliases:\n  ip:\n    one: Source\n    two: Target";
    let events =
        |other: &str| [("00:00", "a", json!({"EventID": 1, "Source": "x"})), ("01:00", "b", json!({"EventID": 2, "Target": other}))];
    check_correlation(rule, &events("x"), 1);
    check_correlation(rule, &events("y"), 0);
}

/// Translates the first rule of a set; expects parts of the query, or the code of the refusal.
fn check_translated(correlation: &str, target: Target, expected: &[&str]) {
    let base = |name: &str, detection: &str| {
        format!(
            "---\ntitle: {name}\nname: {name}\nlogsource: {{product: windows, category: process_creation}}\ndetection: {{s: {{{detection}}}, condition: s}}\n"
        )
    };
    let indented: String = correlation.lines().map(|line| format!("  {line}\n")).collect();
    let bases = base("one", "Image|endswith: '\\whoami.exe'") + &base("two", "Image|endswith: '\\net.exe'");
    let text = format!("title: C\ncorrelation:\n{indented}{bases}");
    let file = rulefile::read("rule.yml", &text, &ReadContext::builtin());
    let emitted = emit(&file.rules[0], &text, target, Sources::builtin());
    if emitted.status == Status::Refused {
        assert_eq!(expected, [emitted.losses[0].code], "{correlation}: {}", emitted.losses[0].message);
        return;
    }
    let query = emitted.text.unwrap_or_default();
    for part in expected {
        assert!(query.contains(part), "{correlation}: no `{part}` in\n{query}");
    }
}

#[test]
fn correlations_become_what_sentinel_says() {
    let rule = |kind: &str, rules: &str, condition: &str| {
        format!("type: {kind}\nrules: [{rules}]\ngroup-by: [Computer]\ntimespan: 1h\n{condition}")
    };
    let kql = |correlation: &str, expected: &[&str]| check_translated(correlation, Target::Sentinel, expected);
    kql(&rule("event_count", "one", "condition: {gte: 10}"), &["count()", "by DeviceName", ">= 10", "queryPeriod: 1h"]);
    kql(&rule("event_count", "one", "condition: {lt: 3}"), &["count()", "< 3"]);
    kql(&rule("value_count", "one", "condition: {gte: 3, field: ParentImage}"), &["dcount", ">= 3"]);
    kql(&rule("value_sum", "one", "condition: {gt: 5, field: ProcessId}"), &["sum(", "> 5"]);
    kql(&rule("value_avg", "one", "condition: {gt: 5, field: ProcessId}"), &["avg("]);
    kql(&rule("value_percentile", "one", "condition: {gt: 5, percentile: 95, field: ProcessId}"), &["percentile(", "95"]);
    kql(&rule("temporal", "one, two", ""), &["union", "dcount(MatchedRule)"]);
    kql(&rule("temporal", "one, two", "condition: one and not two"), &["countif("]);
}

#[test]
fn correlations_become_what_elastic_says() {
    let rule = |kind: &str, rules: &str, condition: &str| {
        format!("type: {kind}\nrules: [{rules}]\ngroup-by: [Computer]\ntimespan: 1h\n{condition}")
    };
    let elastic = |correlation: &str, expected: &[&str]| check_translated(correlation, Target::Elastic, expected);
    elastic(&rule("event_count", "one", "condition: {gte: 10}"), &["type = \"threshold\"", "value = 10", "host.name"]);
    elastic(&rule("value_count", "one", "condition: {gte: 3, field: ParentImage}"), &["cardinality", "value = 3"]);
    elastic(&rule("temporal_ordered", "one, two", ""), &["sequence by host.name", "maxspan=1h"]);
}
