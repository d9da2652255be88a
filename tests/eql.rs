//! EQL over events of our own: what the shared vectors do not show.
//!
//! The pages are those of <https://www.elastic.co/docs/reference/query-languages/eql/>: `eql-syntax`, `eql-function-ref`, `eql-pipe-ref`.

use isoglot::eval::event::batch::{Matches, matches, predicate};
use isoglot::ir::{Language, Op, Plan, Schema, TableSource};
use isoglot::lang::eql;
use isoglot::schema::{Catalog, FieldType};
use isoglot::source::Span;
use serde_json::{Value as Json, json};

/// An event for each letter, a second apart: `a1` is of kind `a` and of user 1; `-` lets a second pass.
fn events(letters: &str) -> Vec<Json> {
    let event = |(second, word): (usize, &str)| {
        let user = word.get(1..).filter(|user| !user.is_empty());
        let mut event = json!({"@timestamp": format!("2026-01-01T00:00:{second:02}Z"), "event": {"category": "c"}, "kind": word.get(..1)});
        if let (Some(user), Some(event)) = (user, event.as_object_mut()) {
            event.insert("user".to_owned(), json!(user));
        }
        (word != "-").then_some(event)
    };
    letters.split(' ').enumerate().filter_map(event).collect()
}

/// Compares what a query finds with index lists, one a sequence, or with the code of what refuses it.
fn check(query: &str, letters: &str, expected: &Json) {
    let query = query.replace("[a]", "[any where kind == \"a\"]").replace("[b]", "[any where kind == \"b\"]");
    let query = query.replace("[c]", "[any where kind == \"c\"]").replace("[x]", "[any where kind == \"x\"]");
    let found = match matches(Language::Eql, &query, &events(letters), Catalog::builtin(), 0) {
        Ok(Matches::Sequences(found)) => json!(found),
        Ok(Matches::Events(found)) => json!(found),
        Err(problems) => json!(problems.first().map(|problem| problem.code)),
    };
    assert_eq!(&found, expected, "{query} over {letters}");
}

#[test]
fn a_missing_event_stands_between_two_others() {
    // eql-syntax, "Missing events".
    check("sequence with maxspan=10s [a] ![x] [b]", "a b", &json!([[0, 1]]));
    check("sequence with maxspan=10s [a] ![x] [b]", "a x b", &json!([]));
    check("sequence with maxspan=10s [a] ![x] [b]", "x a b x", &json!([[1, 2]]));
    check("sequence with maxspan=10s [a] ![x] [b]", "a x a b", &json!([[2, 3]]));
    check("sequence with maxspan=10s [a] ![x] ![c] [b]", "a c b", &json!([]));
    check("sequence with maxspan=10s [a] [b] ![x] [c]", "a x b c", &json!([[0, 2, 3]]));
}

#[test]
fn a_missing_event_at_an_end_is_looked_for_within_the_span() {
    check("sequence with maxspan=3s [a] ![x]", "a - x", &json!([]));
    check("sequence with maxspan=3s [a] ![x]", "a - - - x", &json!([[0]]));
    check("sequence with maxspan=3s ![x] [a]", "x - a", &json!([]));
    check("sequence with maxspan=3s ![x] [a]", "x - - - a", &json!([[1]]));
    check("sequence with maxspan=3s ![x] [a]", "a x", &json!([[0]]));
    // Two events that are a second apart leave two seconds of the span on either side.
    check("sequence with maxspan=3s [a] [b] ![x]", "a b - - x", &json!([[0, 1]]));
    check("sequence with maxspan=3s [a] [b] ![x]", "a b - x", &json!([]));
    check("sequence with maxspan=3s ![x] [a] [b]", "x - - a b", &json!([[1, 2]]));
    check("sequence with maxspan=3s ![x] [a] [b]", "x - a b", &json!([]));
}

#[test]
fn a_missing_event_needs_a_span_and_one_that_is_there() {
    check("sequence [a] ![x]", "a", &json!("missing-maxspan"));
    check("sequence with maxspan=1s ![a] ![x]", "a", &json!("too-few-terms"));
    // `EqlVerifierTests.testSequenceWithNoTimeUnit` of Elasticsearch.
    check("sequence with maxspan=30 [a] [b]", "a b", &json!("bad-maxspan"));
    check("sequence with maxspan=0s [a] [b]", "a b", &json!("bad-maxspan"));
}

#[test]
fn a_missing_event_counts_for_its_own_key() {
    check("sequence by user with maxspan=10s [a] ![x] [b]", "a1 x2 b1", &json!([[0, 2]]));
    check("sequence by user with maxspan=10s [a] ![x] [b]", "a1 x1 b1", &json!([]));
}

#[test]
fn runs_repeat_a_step_with_the_newest_events() {
    // eql-syntax, "with runs statement".
    check("sequence [a] with runs=2 [b]", "a a b", &json!([[0, 1, 2]]));
    check("sequence [a] with runs=2 [b]", "a b", &json!([]));
    check("sequence [a] with runs=2 [b]", "a a a b", &json!([[1, 2, 3]]));
    check("sequence [a] with runs=3", "a a a a", &json!([[0, 1, 2], [1, 2, 3]]));
    check("sequence by user [a] with runs=2", "a1 a2 a1", &json!([[0, 2]]));
    check("sequence [a] with runs=0 [b]", "a", &json!("bad-runs"));
}

#[test]
fn until_ends_what_is_open() {
    // eql-syntax, "until keyword": the event of `until` is no part of the sequence.
    check("sequence [a] [b] until [x]", "a x b", &json!([]));
    check("sequence [a] [b] until [x]", "a b x", &json!([[0, 1]]));
    check("sequence [a] [b] until [x]", "a x a b", &json!([[2, 3]]));
    check("sequence by user [a] [b] until [x]", "a1 x2 b1", &json!([[0, 2]]));
}

#[test]
fn spans_count_from_the_first_event_to_the_last_both_included() {
    check("sequence with maxspan=2s [a] [b] [c]", "a b c", &json!([[0, 1, 2]]));
    check("sequence with maxspan=1s [a] [b] [c]", "a b c", &json!([]));
    check("sequence with maxspan=500ms [a] [b]", "a b", &json!([]));
}

#[test]
fn the_newest_event_of_a_stage_goes_on() {
    // eql-syntax, "Sequences": how state is kept for each stage.
    check("sequence [a] [b]", "a a b b", &json!([[1, 2]]));
    check("sequence [a] [b] [c]", "a b a c", &json!([[0, 1, 3]]));
    check("sequence [any where true] [any where true]", "a b c", &json!([[0, 1], [1, 2]]));
}

#[test]
fn keys_that_are_missing_tie_only_where_they_are_optional() {
    // eql-syntax, "Optional by fields".
    check("sequence by user [a] [b]", "a b", &json!([]));
    check("sequence by ?user [a] [b]", "a b", &json!([[0, 1]]));
    check("sequence [a] by user [b] by kind", "ab b1", &json!([[0, 1]]));
}

#[test]
fn samples_take_an_event_of_each_kind_whatever_their_order() {
    // eql-syntax, "Sample queries": one sample for each value of the keys, no event twice.
    check("sample by user [a] [b]", "b1 a1 a2", &json!([[1, 0]]));
    check("sample by user [any where true] [a]", "a1", &json!([]));
    check("sample by user [any where true] [a]", "a1 b1", &json!([[1, 0]]));
    check("sample by user [a] [b]", "a1 b1 a1 b1", &json!([[0, 1]]));
    check("sample by user [a] [b]", "a b", &json!([]));
}

#[test]
fn pipes_keep_the_first_or_the_last_results() {
    // eql-pipe-ref.
    check("any where true | head 2", "a b c", &json!([0, 1]));
    check("any where true | tail 2", "a b c", &json!([1, 2]));
    check("sequence [a] [b] | tail 1", "a b a b", &json!([[2, 3]]));
    check("any where true | head 2 | tail 1", "a b c", &json!([1]));
    check("any where true | unique user", "a", &json!("eql-pipe-not-run"));
}

#[test]
fn a_value_that_is_missing_is_neither_equal_nor_unequal() {
    // eql-syntax, "Null"; a field that is not there is null.
    check("any where user == \"1\"", "a1 a2 a", &json!([0]));
    check("any where user != \"1\"", "a1 a2 a", &json!([1]));
    check("any where not user == \"1\"", "a1 a2 a", &json!([1]));
    check("any where not user in (\"1\", \"3\")", "a1 a2 a", &json!([1]));
    check("any where user == null", "a1 a", &json!([1]));
    check("any where length(user) != 2", "a1 a22 a", &json!([0]));
    check("any where not startsWith(user, \"1\")", "a1 a2 a", &json!([1]));
    check("any where not startsWith(concat(user, kind), \"1\")", "a1 a2 a", &json!([1]));
}

#[test]
fn letters_count_in_the_plain_forms_only() {
    check("any where user == \"ab\"", "xab xAB", &json!([0]));
    check("any where user : \"ab\"", "xab xAB", &json!([0, 1]));
    check("any where user like \"A*\"", "xab xAB", &json!([1]));
    check("any where user like~ (\"A?\", \"z\")", "xab xAB xabc", &json!([0, 1]));
    check("any where user regex \"a.\"", "xab xAB xabc", &json!([0]));
    check("any where user regex~ \"a.\"", "xab xAB xabc", &json!([0, 1]));
    check("any where user in~ (\"AB\")", "xab xAB", &json!([0, 1]));
    check("any where startsWith~(user, \"A\")", "xab xAB xb", &json!([0, 1]));
    check("any where endsWith(user, \"b\")", "xab xAB xb", &json!([0, 2]));
}

#[test]
fn functions_take_computed_values_too() {
    check("any where concat(kind, \"-\", user) == \"a-1\"", "a1 b1 a", &json!([0]));
    check("any where startsWith(\"abc\", user)", "xab xb", &json!([0]));
    check("any where substring(user, -1) == \"b\"", "xab xba", &json!([0]));
    check("any where indexOf(user, \"b\") == 1", "xab xba", &json!([0]));
    check("any where number(user) % 2 == 1", "x1 x2 x3", &json!([0, 2]));
    check("any where wildcard(concat(kind, user), \"a*z\", \"b*\")", "ayz b1 c1", &json!([0, 1]));
    check("any where match(string(length(user)), \"[23]\")", "a1 a22 a333", &json!([1, 2]));
    check("any where startswith~(\"ABC\", user)", "xab xb", &json!([0]));
    check("any where median(user) == 1", "a1", &json!("unknown-function"));
}

#[test]
fn what_is_printed_reads_back() {
    for query in [
        "sequence by user with maxspan=1h\n  [a where b == 1] by c\n  ![d where e : \"f*\"] by g\nuntil [any where true] by h | head 3",
        "sample by `my-key`\n  [any where x[0] == \"1\"]\n  [any where not (a or b) and c]",
        "any where number(a, 16) % 2 == -1 and f : (\"x\", \"\"\"C:\\y\"\"\")",
    ] {
        let once = eql::print(&eql::parse(query).unwrap_or_else(|problem| panic!("{query}: {}", problem.message)));
        let again = eql::print(&eql::parse(&once).unwrap_or_else(|problem| panic!("{once}: {}", problem.message)));
        assert_eq!(once, again);
    }
}

/// Raises what a kuery or Sigma condition says; `Err` holds the code of the refusal.
fn check_raised(language: Language, query: &str, expected: Result<&str, &str>) {
    let predicate = predicate(language, query, Catalog::builtin()).unwrap();
    let scan = Plan::new(Op::Scan(TableSource::Index(Vec::new())), Schema::unknown(), Span::default());
    let plan = Plan::new(Op::Filter { input: scan, predicate }, Schema::unknown(), Span::default());
    let types = |name: &str| Catalog::builtin().field(name).unwrap_or_default();
    let types: &dyn Fn(&str) -> FieldType = &types;
    let raised = eql::raise(&plan, types, &mut Vec::new());
    match raised {
        Ok(raised) => {
            let printed = eql::print(&raised);
            assert_eq!(Ok(printed.as_str()), expected, "{query}");
            assert!(eql::parse(&printed).is_ok(), "{printed}");
        }
        Err(losses) => assert_eq!(Err(losses[0].code), expected, "{query}"),
    }
}

#[test]
fn kuery_comes_back_as_eql() {
    let check = |query, expected| check_raised(Language::Kuery, query, expected);
    check("event.category: process and process.pid > 5", Ok("process where process.pid > 5"));
    check("user.name: (ann or bob)", Ok("any where user.name in (\"ann\", \"bob\")"));
    check("user.name: *", Ok("any where user.name != null"));
    check("user.name: a*", Ok("any where user.name like \"a*\""));
    check("source.ip: \"10.0.0.0/8\"", Ok("any where cidrMatch(source.ip, \"10.0.0.0/8\")"));
    check("message: hello", Err("analysed-text-in-eql"));
    check("hello", Err("field-pattern-in-eql"));
}

#[test]
fn a_negation_says_that_the_field_may_be_missing() {
    let check = |query, expected| check_raised(Language::Kuery, query, expected);
    check("not user.name: ann", Ok("any where user.name == null or user.name != \"ann\""));
    check("user.name: * and not user.name: ann", Ok("any where user.name != \"ann\""));
    check("user.name: a* and not user.name: (ann or abe)", Ok("any where user.name like \"a*\" and user.name not in (\"ann\", \"abe\")"));
    check("not user.name: *", Ok("any where user.name == null"));
    check(
        "not (user.name: ann and host.name: h)",
        Ok("any where user.name == null or user.name != \"ann\" or host.name == null or host.name != \"h\""),
    );
}

#[test]
fn letters_of_any_case_stay_letters_of_any_case() {
    let check = |item: &str, expected| check_raised(Language::Sigma, &format!("detection:\n  s:\n    {item}\n  condition: s\n"), expected);
    check("user.name: Ann", Ok("any where user.name : \"Ann\""));
    check("user.name|contains: Ann", Ok("any where user.name : \"*Ann*\""));
    check("user.name|cased: Ann", Ok("any where user.name == \"Ann\""));
    check("user.name: 'a\\*b'", Ok("any where user.name in~ (\"a*b\")"));
    check("user.name|endswith: ['\\a.exe', '\\b.exe']", Ok(r#"any where user.name : ("""*\a.exe""", """*\b.exe""")"#));
    check("user.name|re: 'a[0-9]{2}$'", Ok("any where user.name regex \".*a[0-9]{2}\""));
    check("user.name|re: '\\bcmd'", Err("regex-not-in-eql"));
    check("user.name|fieldref: host.name", Ok("any where startsWith~(user.name, host.name) and startsWith~(host.name, user.name)"));
    check("my-field.x y: 1", Ok("any where `my-field`.`x y` == 1"));
}

#[test]
fn regular_expressions_are_those_of_lucene() {
    // eql-syntax, "Comparison operators": `regex` takes Lucene's regular expressions; query-dsl/regexp-syntax says which they are.
    let events = |values: &[&str]| values.iter().map(|value| json!({"event": {"category": "c"}, "v": value})).collect::<Vec<_>>();
    let check = |query: &str, values: &[&str], expected: Json| {
        let found = match matches(Language::Eql, query, &events(values), Catalog::builtin(), 0) {
            Ok(Matches::Events(found)) => json!(found),
            Ok(Matches::Sequences(found)) => json!(found),
            Err(problems) => json!(problems.first().map(|problem| problem.code)),
        };
        assert_eq!(found, expected, "{query}");
    };
    check(r#"any where v regex """\<b\>""""#, &["<b>", "b"], json!([0]));
    check(r#"any where v regex "^a$""#, &["a", "^a$"], json!([1]));
    check(r#"any where v regex "a.c""#, &["a\nc", "abcd"], json!([0]));
    check(r#"any where v regex "a@""#, &["a and all", "b"], json!([0]));
    check(r#"any where v regex """\d+""""#, &["12", "٣"], json!([0]));
    check(r#"any where v regex~ "ab[c-d]""#, &["ABc", "ABC"], json!([0]));
    check(r#"any where v regex "a~b""#, &["ac"], json!("lucene-operator-not-run"));
    check(r#"any where v regex """\bcmd""""#, &["cmd"], json!("broken-lucene-regex"));
}
