//! Reading and printing: what the tree is, and which queries Elasticsearch refuses.

use super::{parse, print};

/// The printed form of a query.
fn check(query: &str, expected: &str) {
    let printed = print(&parse(query).unwrap_or_else(|error| panic!("{query}: {error:?}")));
    assert_eq!(printed, expected, "{query}");
    assert_eq!(print(&parse(&printed).unwrap()), printed, "{printed} again");
}

/// Elasticsearch refuses the query; `why` is the message, `at` where it begins.
fn refused(query: &str, at: usize) {
    match parse(query) {
        Ok(tree) => panic!("{query} is read as {tree:?}"),
        Err(error) => assert_eq!(error.primary.span.start as usize, at, "{query}: {}", error.message),
    }
}

#[test]
fn commands_print_one_a_line() {
    check("from logs-*, -logs-old metadata _id|limit 3", "FROM logs-*, -logs-old METADATA _id\n| LIMIT 3");
    check("FROM \"a b\" | keep x, y.*, `z-1`", "FROM \"a b\"\n| KEEP x, y.*, `z-1`");
    check("row a=1,b=[1,2] | eval a+b, c = -a", "ROW a = 1, b = [1, 2]\n| EVAL a + b, c = -a");
    check("from a | rename x as y, z = w", "FROM a\n| RENAME x AS y, w AS z");
    check("from a | sort x desc nulls last, y", "FROM a\n| SORT x DESC NULLS LAST, y");
    check("from a | mv_expand x | drop y*", "FROM a\n| MV_EXPAND x\n| DROP y*");
}

#[test]
fn groups_and_filters_of_aggregates_print() {
    check(
        "from a | stats c = count(*) where x > 1, max(y) by w = bucket(t, 1 hour), z",
        "FROM a\n| STATS c = count(*) WHERE x > 1, max(y) BY w = bucket(t, 1 hour), z",
    );
    check("from a | inlinestats m = max(y)", "FROM a\n| INLINE STATS m = max(y)");
    check("from a | stats by z", "FROM a\n| STATS BY z");
}

#[test]
fn commands_that_take_texts_apart_print() {
    check("from a | dissect x \"%{b} %{c}\" append_separator=\",\"", "FROM a\n| DISSECT x \"%{b} %{c}\" append_separator = \",\"");
    check("from a | grok x \"\"\"%{WORD:b}\"\"\", \"y\"", "FROM a\n| GROK x \"\"\"%{WORD:b}\"\"\", \"y\"");
    check("from a | enrich p on x with n = o, m", "FROM a\n| ENRICH p ON x WITH n = o, m");
    check("from a | lookup join l on x, y", "FROM a\n| LOOKUP JOIN l ON x, y");
    check("from a | completion r = p with {\"inference_id\": \"i\"}", "FROM a\n| COMPLETION r = p WITH {\"inference_id\": \"i\"}");
}

#[test]
fn brackets_stay_where_precedence_asks_for_them() {
    check("from a | where (x or y) and not (z == 1)", "FROM a\n| WHERE (x OR y) AND NOT z == 1");
    check("from a | where (not x) in (1) or not y in (2)", "FROM a\n| WHERE (NOT x) IN (1) OR NOT y IN (2)");
    check("from a | eval x = (a - (b - c)) * 2 + -d::long", "FROM a\n| EVAL x = (a - (b - c)) * 2 + -d::long");
    check("from a | where (x is null) == true", "FROM a\n| WHERE (x IS NULL) == true");
}

#[test]
fn words_of_any_case_are_keywords_and_may_be_parts_of_names() {
    check("FrOm a | WhErE source.as.number Is NoT nUlL", "FROM a\n| WHERE source.as.number IS NOT NULL");
    check("from a | where process .caseless == \"x\"", "FROM a\n| WHERE process.caseless == \"x\"");
    check("from a | keep `a.b`, `count(*)`", "FROM a\n| KEEP a.b, `count(*)`");
}

#[test]
fn texts_keep_their_form() {
    check(
        r#"from a | where x like "c:\\\\*" and y rlike """\d+""""#,
        r#"FROM a
| WHERE x LIKE "c:\\\\*" AND y RLIKE """\d+""""#,
    );
    check("from a // one\n /* two /* inner */ */ | limit 1", "FROM a\n| LIMIT 1");
}

#[test]
fn settings_and_subqueries_print() {
    check("set time_zone=\"UTC\"; from a", "SET time_zone = \"UTC\";\nFROM a");
    check("set approximation={\"rows\":10000};set x=true;row a=1", "SET approximation = {\"rows\": 10000};\nSET x = true;\nROW a = 1");
    check("from a,(from b metadata _id|where x|limit 3),c", "FROM a, (FROM b METADATA _id | WHERE x | LIMIT 3), c");
    check("from (from (row a = 1))", "FROM (FROM (ROW a = 1))");
}

#[test]
fn a_word_is_a_keyword_only_where_the_lexer_has_it() {
    // `AS` and `METADATA` belong to RENAME and FROM alone; `FIRST` and `LAST` are functions, and no names (lexer/Expression.g4).
    check("from a | where as.id == metadata.id", "FROM a\n| WHERE as.id == metadata.id");
    check("from a | stats f = first(x, t), l = last(x, t)", "FROM a\n| STATS f = first(x, t), l = last(x, t)");
    check("from a | keep `first`, is.x", "FROM a\n| KEEP `first`, `is`.x");
}

#[test]
fn commands_that_are_not_read_are_kept() {
    check("from a | fork (where x == 1 | limit 2) (where y)", "FROM a\n| FORK (WHERE x == 1 | LIMIT 2) (WHERE y)");
    check("from a | change_point v on t", "FROM a\n| CHANGE_POINT v on t");
}

// The pages: elastic.co/docs/reference/query-languages/esql/… ; each query breaks what its page says.
#[test]
fn broken_queries_are_refused() {
    // esql-syntax, "Basic syntax": a query is a source command and piped processing commands.
    refused("where x == 1", 0);
    refused("from a where x", 7);
    refused("from a | frobnicate x", 9);
    refused("from a |", 8);
    refused("from a | limit", 14);
    // esql-syntax, "Identifiers": other characters need backticks.
    refused("from a | where b-1.x == ", 18);
    refused("from a | keep x-y", 15);
    refused("from a | keep 5", 14);
    refused("from a | keep x.1y", 16);
    refused("from a | eval a@b = 1", 15);
    refused("from a | where user.not == 1", 20);
    refused("from a | where last == 1", 15);
    refused("from a | eval x.1 = 2", 16);
    // operators: equality is `==`.
    refused("from a | where x = 1", 17);
    refused("from a | where x == 1 or", 24);
    refused("from a | where (x == 1", 22);
    refused("from a | where x in ()", 21);
    refused("from a | where x like y", 22);
    refused("from a | where x is 1", 20);
    // esql-syntax, "Literals": the escapes are \t \n \r \" \\; texts end in their line.
    refused("from a | where x == \"\\d\"", 20);
    refused("from a | where x == 'y'", 20);
    // esql-syntax, "Timespan literals": a number and a unit.
    refused("from a | where t > now() - 1 fortnight", 29);
    // commands/stats-by, commands/sort, commands/rename, commands/dissect, commands/grok, commands/mv_expand, commands/lookup-join.
    refused("from a | stats", 9);
    refused("from a | stats c = by x", 19);
    refused("from a | sort x desc asc", 21);
    refused("from a | rename x", 17);
    refused("from a | dissect x", 18);
    refused("from a | grok x y", 16);
    refused("from a | mv_expand x + 1", 21);
    refused("from a | lookup join l", 22);
    refused("from a metadata", 15);
    refused("from a, (where x)", 9);
    refused("from a, (from b", 15);
    // commands/set.
    refused("set x = 1 from a", 10);
    refused("set x from a", 6);
    refused("row a == 1, = 2", 12);
}

#[test]
fn nesting_has_a_limit() {
    let deep = |n: usize| format!("from a | where {}x{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&deep(60)).is_ok());
    assert_eq!(parse(&deep(70)).unwrap_err().code, "nested-too-deep");
    assert_eq!(parse(&format!("from a | where {} x", "not ".repeat(100))).unwrap_err().code, "nested-too-deep");
    assert_eq!(parse(&format!("from a {}", "/*".repeat(100_000))).unwrap_err().code, "nested-too-deep");
    assert_eq!(parse(&format!("from a | eval x = {}1", "1 + ".repeat(10_000))).unwrap_err().code, "nested-too-deep");
}
