//! Which query strings Elasticsearch refuses.
//!
//! The page is <https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query>; what it leaves open is
//! decided by Lucene's `QueryParser.jj`.

use super::{parse, print};

/// Elasticsearch refuses the query; `at` is where what is wrong begins.
fn refused(query: &str, at: usize) {
    match parse(query) {
        Ok(tree) => panic!("{query} is read as {tree:?}"),
        Err(error) => assert_eq!(error.primary.span.start as usize, at, "{query}: {}", error.message),
    }
}

#[test]
fn broken_queries_are_refused() {
    // "Boolean operators": an operator stands between two clauses or before one.
    refused("a AND", 5);
    refused("AND a", 0);
    refused("a OR OR b", 5);
    refused("a NOT", 5);
    refused("+", 1);
    refused("a && || b", 5);
    // "Grouping".
    refused("(a OR b", 7);
    refused("a OR b)", 6);
    refused("()", 1);
    refused("f:()", 3);
    // "Field names": a field has one value behind its colon.
    refused("f:", 2);
    refused(":a", 0);
    refused("f:a:b", 3);
    // "Ranges": both ends, brackets on both sides.
    refused("f:[1 TO 5", 9);
    refused("f:[1 TO]", 5);
    refused("f:[1 5]", 5);
    refused("f:{TO 5}", 6);
    // Phrases and regular expressions end.
    refused("f:\"a b", 2);
    refused("f:/a", 2);
    // "Boosting" and "Fuzziness": a number behind `^`, one `~` behind a word or a phrase.
    refused("a^", 2);
    refused("a^b", 2);
    refused("a~1~2", 3);
    refused("f:[1 TO 5]~2", 0);
    refused("(a OR b)~2", 0);
    // "Reserved characters" are escaped; a backslash escapes something.
    refused("a]", 1);
    refused("a}", 1);
    refused("a\\", 1);
}

#[test]
fn weights_and_distances_print() {
    for query in ["a~ AND \"b c\"~3", "f:(a~1^2 OR b)^0.5", "f:a~0.8"] {
        assert_eq!(print(&parse(query).unwrap()), query);
    }
}
