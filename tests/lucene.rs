//! Lucene query strings over events: words that are similar, words near each other.
//!
//! The page is <https://www.elastic.co/docs/reference/query-languages/query-dsl/query-dsl-query-string-query>.

use isoglot::eval::event::batch::matching_events;
use isoglot::ir::Language;
use isoglot::lang::lucene;
use isoglot::schema::Catalog;
use serde_json::json;

use crate::event_languages::without_spans;

/// The users of the events that a query finds.
fn check(query: &str, expected: &[&str]) {
    let users = ["administrator", "adminstrator", "Administrator", "admin", "root"];
    let events: Vec<_> = users.iter().map(|user| json!({"user": {"name": user}, "message": format!("The quick {user} jumped")})).collect();
    let found = matching_events(Language::Lucene, query, &events, Catalog::builtin(), 0).unwrap();
    assert_eq!(found.iter().map(|at| users[*at]).collect::<Vec<_>>(), expected, "{query}");
}

#[test]
fn similar_words_are_a_few_edits_away() {
    // "Fuzziness": two edits at most, fewer for short words; a keyword is compared with case and whole.
    check("user.name:administrator~", &["administrator", "adminstrator", "Administrator"]);
    check("user.name:adimnistrator~1", &["administrator"]);
    check("user.name:roto~", &["root"]);
    check("user.name:ro~", &[]);
    check("user.name:administrator~0", &["administrator"]);
    check("user.name:administrator~0.95", &["administrator"]);
    check("NOT user.name:administrator~", &["admin", "root"]);
    // Words of analysed text are compared without case.
    check("message:adimn~", &["admin"]);
    check("message:ADMINISTRATOR~1", &["administrator", "adminstrator", "Administrator"]);
    // A pattern is not fuzzy.
    check("user.name:admin*~", &["administrator", "adminstrator", "admin"]);
}

#[test]
fn words_near_each_other_are_found_in_analysed_text() {
    // "Proximity searches".
    check("message:\"quick jumped\"~1", &["administrator", "adminstrator", "Administrator", "admin", "root"]);
    check("message:\"jumped root\"~2", &["root"]);
    check("message:\"jumped quick\"~2", &[]);
    check("user.name:\"root\"~5", &["root"]);
}

/// The query that comes back from a query's predicate, or the code of what refuses it.
fn check_raised(query: &str, expected: Result<&str, &str>) {
    let types = |name: &str| Catalog::builtin().field(name).unwrap_or_default();
    let lowered = lucene::lower(&lucene::parse(query).unwrap(), &types);
    match lucene::raise(&lowered, &types) {
        Ok(raised) => {
            let printed = lucene::print(&raised);
            assert_eq!(Ok(printed.as_str()), expected, "{query}");
            let again = lucene::lower(&lucene::parse(&printed).unwrap(), &types);
            assert_eq!(without_spans(&again), without_spans(&lowered), "{printed}");
        }
        Err(losses) => assert_eq!(Err(losses[0].code), expected, "{query}"),
    }
}

#[test]
fn a_predicate_comes_back_as_its_query() {
    check_raised("user.name:a AND NOT host.name:b*", Ok("user.name:\"a\" AND NOT host.name:b*"));
    check_raised("(a:x OR b:y) AND c:z", Ok("(a:\"x\" OR b:\"y\") AND c:\"z\""));
    check_raised("a:x OR (NOT b:y)", Ok("a:\"x\" OR (NOT b:\"y\")"));
    check_raised("process.pid:[1 TO 5}", Ok("process.pid:[1 TO *] AND process.pid:[* TO 5}"));
    check_raised("_exists_:user.name", Ok("user.name:*"));
    check_raised("a:/b[0-9]+/", Ok("a:/b[0-9]+/"));
    check_raised("message:\"two words\"", Ok("message:\"two words\""));
    check_raised("source.ip:\"10.0.0.0/8\"", Ok("source.ip:\"10.0.0.0/8\""));
    check_raised("*", Ok("*"));
    check_raised("a:b~1", Err("expression-not-in-lucene"));
}
