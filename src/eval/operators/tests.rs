//! The relational operators, asked in Kusto.

use crate::eval::json::to_json;
use crate::eval::{Provider, Refusal, Settings, Table, run};
use crate::ir::{Schema, TableSource};
use crate::lang::kusto::{self, Environment};
use crate::schema::Catalog;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Queries of the tests bring their own rows.
struct NoTables;

impl Provider for NoTables {
    fn scan(&self, _: &TableSource, _: &Schema, _: Option<&[Arc<str>]>) -> Result<Option<Arc<Table>>, Refusal> {
        Ok(None)
    }
}

fn answer(query: &str) -> Result<Table, Refusal> {
    let lowered = kusto::lower(&kusto::parse(query).query, query, &Environment::new(Catalog::builtin()));
    let plan = lowered.plan.unwrap_or_else(|| panic!("{query}: {:?}", lowered.diagnostics));
    run(&plan, &NoTables, &Settings::at(638_000_000_000_000_000))
}

/// `expected` is the rows as JSON, or the code of a refusal.
#[expect(clippy::needless_pass_by_value, reason = "cases are written with json!")]
fn check(query: &str, expected: Json) {
    let got = match answer(query) {
        Ok(table) => {
            let cells = |row: &Vec<_>| row.iter().zip(&table.columns).map(|(value, column)| to_json(value, column.ty)).collect::<Vec<_>>();
            json!(table.rows.iter().map(cells).collect::<Vec<_>>())
        }
        Err(refusal) => json!(refusal.code),
    };
    assert_eq!(got, expected, "{query}");
}

const PEOPLE: &str = "let People = datatable(name:string, team:string, age:long)['ann','x',30, 'bob','x',long(null), 'cyd','y',20]; ";
const TEAMS: &str = "let Teams = datatable(team:string, room:long)['x',1, 'x',2, 'z',3]; ";

fn people(rest: &str) -> String {
    format!("{PEOPLE}{TEAMS}{rest}")
}

#[test]
fn where_keeps_rows_whose_predicate_is_true_and_not_null() {
    check(&people("People | where age > 25 | project name"), json!([["ann"]]));
    check(&people("People | where age != 30 | project name"), json!([["bob"], ["cyd"]]));
    check(&people("People | where not(age > 25) | project name"), json!([["cyd"]]));
}

#[test]
fn extend_sees_the_input_row_and_replaces_in_place() {
    check("print a = 1, b = 2 | extend a = b, b = a, c = a + b", json!([[2, 1, 3]]));
}

#[test]
fn summarize_groups_in_order_of_appearance() {
    check(&people("People | summarize n = count(), s = sum(age) by team"), json!([["x", 2, 30], ["y", 1, 20]]));
    check(&people("People | where false | summarize n = count(), m = max(age)"), json!([[0, null]]));
    check(&people("People | where false | summarize n = count() by team"), json!([]));
}

#[test]
fn joins_pair_rows_by_kind() {
    check(&people("People | join kind=inner Teams on team | project name, room"), json!([["ann", 1], ["ann", 2], ["bob", 1], ["bob", 2]]));
    check(&people("People | join Teams on team | project name, room"), json!([["ann", 1], ["ann", 2]]));
    check(&people("People | join kind=leftanti Teams on team | project name"), json!([["cyd"]]));
    check(&people("People | join kind=leftsemi Teams on team | project name"), json!([["ann"], ["bob"]]));
    check(&people("People | join kind=rightanti Teams on team"), json!([["z", 3]]));
    check(
        &people("People | where team == 'y' | join kind=fullouter (Teams | where room > 2) on team"),
        json!([["cyd", "y", 20, "", null], ["", "", null, "z", 3]]),
    );
    check(&people("People | where team == 'y' | lookup Teams on team"), json!([["cyd", "y", 20, null]]));
}

#[test]
fn null_keys_match_in_joins() {
    let query = "let T = datatable(k:long)[long(null)]; T | join kind=inner T on k | count";
    check(query, json!([[1]]));
}

#[test]
fn union_takes_columns_by_name_and_splits_types() {
    check("union (print a = 1, b = 'x'), (print b = 'y', c = true)", json!([[1, "x", null], [null, "y", true]]));
    check("union (print a = 1), (print a = 'x')", json!([[1, ""], [null, "x"]]));
    check("union withsource=s (print a = 1), (print a = 2)", json!([["union_arg0", 1], ["union_arg1", 2]]));
}

#[test]
fn a_missing_table_is_refused_by_name_unless_the_union_is_fuzzy() {
    check("SigninLogs | count", json!("missing-table"));
    check("union isfuzzy=true SigninLogs, (print a = 1) | summarize count()", json!([[1]]));
}

#[test]
fn sorting_puts_nulls_last_when_descending() {
    check(&people("People | sort by age | project name"), json!([["ann"], ["cyd"], ["bob"]]));
    check(&people("People | sort by age asc | project name"), json!([["bob"], ["cyd"], ["ann"]]));
    check(&people("People | top 1 by age asc nulls last | project name"), json!([["cyd"]]));
}

#[test]
fn arrays_and_bags_are_taken_apart() {
    check("print x = dynamic([1, 2]), y = 'a' | mv-expand x", json!([[1, "a"], [2, "a"]]));
    check("print x = dynamic([]) | mv-expand x", json!([]));
    check("print x = dynamic({'a': 1}) | mv-expand x", json!([[{"a": 1}]]));
    check("print x = dynamic({'a': 1}) | mv-expand kind=array x", json!([[["a", 1]]]));
    check("print x = dynamic([3, 1, 2]) | mv-apply x to typeof(long) on (top 1 by x)", json!([[3]]));
}

#[test]
fn partitions_run_their_plan_for_each_key() {
    check(&people("People | partition by team (top 1 by name asc | project name)"), json!([["ann"], ["cyd"]]));
}

#[test]
fn window_functions_need_rows_in_order() {
    check(
        "range x from 1 to 3 step 1 | extend p = prev(x), n = next(x, 1, 0), r = row_number(), s = row_cumsum(x)",
        json!([[1, null, 2, 1, 1], [2, 1, 3, 2, 3], [3, 2, 0, 3, 6]]),
    );
    check("datatable(x:long)[1, 2] | extend p = prev(x)", json!("rows-without-order"));
    check("datatable(x:long)[1, 2] | serialize p = prev(x)", json!([[1, null], [2, 1]]));
}

#[test]
fn series_have_a_value_for_every_bin() {
    let query = "datatable(t:long, v:long)[0, 1, 1, 2, 4, 3] | make-series s = sum(v) on t from 0 to 6 step 2";
    check(query, json!([[[3, 0, 3], [0, 2, 4]]]));
}

#[test]
fn sub_plans_inside_expressions_run_once() {
    check(&people("People | where team in (Teams | project team) | count"), json!([[2]]));
    check(&people("print n = toscalar(People | count) + 1"), json!([[4]]));
}

#[test]
fn pairs_and_patterns_fill_columns() {
    check("print s = 'a=1;b=x' | parse s with 'a=' a:long ';b=' b | project a, b", json!([[1, "x"]]));
    check("print s = 'a=1;b=x' | parse-kv s as (b:string, a:long) with (pair_delimiter=';') | project a, b", json!([[1, "x"]]));
}

#[test]
fn rare_operators_and_plugins_run() {
    check("print b = dynamic({'y': 1, 'x': 'a'}) | evaluate bag_unpack(b)", json!([["a", 1]]));
    check(&people("People | top-nested 1 of team by count()"), json!([["x", 2]]));
    check("range x from 1 to 3 step 1 | scan declare (s:long=0) with (step a: true => s = x + a.s;)", json!([[1, 1], [2, 3], [3, 6]]));
    let networks = "let N = datatable(net:string, zone:string)['10.0.0.0/8', 'in']; ";
    check(&format!("{networks} print ip = '10.1.2.3' | evaluate ipv4_lookup(N, ip, net) | project zone"), json!([["in"]]));
}

#[test]
fn endless_queries_end_with_a_refusal() {
    let query = "range a from 1 to 9000000000 step 1 | count";
    let lowered = kusto::lower(&kusto::parse(query).query, query, &Environment::new(Catalog::builtin()));
    let mut settings = Settings::at(0);
    settings.limits.rows = 10_000;
    let refusal = run(&lowered.plan.unwrap(), &NoTables, &settings).unwrap_err();
    assert_eq!(refusal.code, "row-limit");
}
