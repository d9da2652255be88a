//! The relational operators, asked in Kusto.

use crate::eval::json::to_json;
use crate::eval::{Provider, Refusal, Rows, Settings, Table, run};
use crate::ir::{Schema, TableSource};
use crate::lang::kusto::{self, Environment};
use crate::schema::Catalog;
use serde_json::{Value as Json, json};

/// Queries of the tests bring their own rows.
struct NoTables;

impl Provider for NoTables {
    fn scan(&self, _: &TableSource, _: &Schema) -> Result<Option<Rows>, Refusal> {
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
fn find_looks_in_tables_that_have_the_columns() {
    check(&people("find in (People, Teams) where age > 25"), json!([["People", "ann", "x", 30]]));
    check(&people("find in (People, Teams) where 'z' project team, room"), json!([["Teams", "z", 3]]));
    check(
        &people("find in (People, Teams) where team == 'y' or room == 3"),
        json!([["People", "y", null, {"name": "cyd", "age": 20}], ["Teams", "z", 3, {}]]),
    );
}

#[test]
fn fork_and_facet_give_their_first_result() {
    check(&people("People | fork (where age > 25 | project name) (count)"), json!([["ann"]]));
    check(&people("People | facet by team"), json!([["x", 2], ["y", 1]]));
}

#[test]
fn mv_apply_keeps_what_is_expanded_under_its_own_name() {
    check("print x = dynamic([1, 2]) | mv-apply x on (summarize n = count())", json!([[2]]));
    check("print x = dynamic([1, 2]) | mv-apply x = x on (summarize n = count())", json!([[[1, 2], 2]]));
}

#[test]
fn patterns_and_entity_groups_run_as_what_they_stand_for() {
    check("declare pattern p = (a: string) { ('x') = { print 1 }; ('y') = { print 2 }; }; p('y')", json!([[2]]));
    check("macro-expand entity_group [database('a')] as X (print v = 1 | union (print v = 2))", json!([[1], [2]]));
}

const ROADS: &str = "let Towns = datatable(name:string, sea:bool)['a',true, 'b',false, 'c',true]; \
     let Roads = datatable(start:string, end:string, km:long)['a','b',1, 'b','c',2, 'a','c',9, 'c','d',4]; \
     Roads | make-graph start --> end with Towns on name | ";

#[test]
fn a_graph_pattern_is_found_wherever_it_lies() {
    let check = |rest: &str, expected| check(&format!("{ROADS}{rest}"), expected);
    check("graph-match (x)-[r]->(y) where r.km > 3 project x.name, y.name, y.sea", json!([["a", "c", true], ["c", "d", null]]));
    check("graph-match (x)-[r]->(y)<-[s]-(z) where x.name == 'a' and z.name == 'b' project y.name, r.km + s.km", json!([["c", 11]]));
    check(
        "graph-match (x)-[r*1..3]->(y) where x.name == 'a' and all(r, km < 9) project y.name, km = map(r, km), by = map(inner_nodes(r), name)",
        json!([["b", [1], []], ["c", [1, 2], ["b"]], ["d", [1, 2, 4], ["b", "c"]]]),
    );
    check("graph-match (x)--(y) where x.name == 'd' project y.name", json!([["c"]]));
    check("graph-match cycles=none (x)-[r*3..3]-(y) where x.name == 'd' project y.name, r.km", json!([["a", [4, 2, 1]], ["b", [4, 9, 1]]]));
}

#[test]
fn the_shortest_paths_are_those_of_fewest_edges() {
    let query = format!("{ROADS}graph-shortest-paths output=all (x)-[r*1..5]->(y) where x.name == 'a' project y.name, map(r, km)");
    check(&query, json!([["b", [1]], ["c", [9]], ["d", [9, 4]]]));
}

#[test]
fn graphs_are_marked_and_put_out_as_tables() {
    check(&format!("{ROADS}graph-to-table nodes"), json!([["a", true], ["b", false], ["c", true], ["d", null]]));
    let two = "datatable(s:string, t:string)['a','b', 'c','d', 'e','b'] | make-graph s --> t with_node_id=id";
    check(
        &format!("{two} | graph-mark-components with_component_id=part | graph-to-table nodes"),
        json!([["a", 0], ["b", 0], ["c", 1], ["d", 1], ["e", 0]]),
    );
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
    check("let v = view () { print a = 1 }; union withsource=s v, (print a = 2 | as w)", json!([["v", 1], ["w", 2]]));
    check("let t = print a = 1; t | union withsource=s (print a = 2)", json!([["union_arg0", 1], ["union_arg1", 2]]));
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
fn ids_are_counted_along_a_timeline() {
    let events = "datatable(t:long, id:string)[1, 'a', 2, 'a', 2, 'b', 12, 'a', 25, 'b', 31, 'c'] | evaluate ";
    let check = |call: &str, expected: Json| check(&format!("{events}{call}"), expected);
    check("session_count(id, t, 0, 40, 10, 10)", json!([[0, 2], [10, 1], [20, 1], [30, 1]]));
    check("sliding_window_counts(id, t, 0, 39, 20, 10)", json!([[0, 3, 2], [10, 4, 2], [20, 2, 2], [30, 2, 2]]));
    check("activity_counts_metrics(id, t, 0, 39, 10)", json!([[0, 3, 2, 2, 2], [10, 1, 1, 0, 2], [20, 1, 1, 0, 2], [30, 1, 1, 1, 3]]));
    check("activity_metrics(id, t, 0, 19, 10)", json!([[0, 2, 2, "NaN", "NaN"], [10, 1, 0, 0.5, 0.5]]));
    check("activity_engagement(id, t, 0, 19, 10, 20)", json!([[0, 2, 2, 1.0], [10, 1, 2, 0.5]]));
    check("active_users_count(id, t, 0, 40, 20, 10, 2, 20)", json!([[0, 1]]));
    check("rolling_percentile(t, 50, t, 10, 2)", json!([[0, 2], [10, 2], [20, 12], [30, 25]]));
    check("session_count(id, t, 0, 40, 0, 10)", json!("invalid-argument"));
}

#[test]
fn sketches_have_values_in_common() {
    let sketches = "range x from 1 to 12 step 1 | summarize a = hll(x), b = hll(iff(x % 2 == 0, x, 2)), c = hll_if(x, x % 3 == 0)";
    check(&format!("{sketches} | evaluate dcount_intersect(a, b, c)"), json!([[12, 6, 2]]));
}

#[test]
fn numbers_beyond_64_bits_are_refused() {
    for query in ["print 9223372036854775808", "print x = -99999999999999999999"] {
        let lowered = kusto::lower(&kusto::parse(query).query, query, &Environment::new(Catalog::builtin()));
        assert!(lowered.diagnostics.iter().any(|d| d.code == "number-too-large"), "{query}");
    }
}

#[test]
fn rows_are_found_near_others_and_in_shapes() {
    check("range x from 1 to 9 step 1 | evaluate rows_near(x in (2, 4, 9), 1)", json!([[1], [2], [3], [4], [5], [8], [9]]));
    check("range x from 1 to 9 step 1 | evaluate rows_near(x == 5, 2, 0)", json!([[3], [4], [5]]));
    let zones =
        "let Z = datatable(zone:string, shape:dynamic)['in', dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})];";
    let places = "datatable(x:real, y:real)[1, 1, 3, 1] | evaluate geo_polygon_lookup(Z, shape, x, y";
    check(&format!("{zones} {places})"), json!([[1.0, 1.0, "in"]]));
    check(&format!("{zones} {places}, radius=200000)"), json!([[1.0, 1.0, "in"], [3.0, 1.0, "in"]]));
    check(&format!("{zones} {places}, return_unmatched=true)"), json!([[1.0, 1.0, "in"], [3.0, 1.0, ""]]));
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
