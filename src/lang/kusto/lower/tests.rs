//! Binding and lowering by example: output columns and findings of small queries.

use super::{Environment, lower};
use crate::diagnostic::Severity;
use crate::ir::{Column, ExprKind, Op, Schema, TableSource, Type};
use crate::schema::Catalog;
use std::sync::Arc;

fn environment() -> Environment<'static> {
    let mut environment = Environment::new(Catalog::builtin());
    let columns = |list: &[(&str, Type)]| Schema::closed(list.iter().map(|(n, t)| Column::new(n, *t)).collect());
    environment.tables.insert(
        Arc::from("Events"),
        columns(&[("Time", Type::DateTime), ("User", Type::String), ("Count", Type::Long), ("Bag", Type::Dynamic)]),
    );
    environment.tables.insert(Arc::from("Users"), columns(&[("User", Type::String), ("Team", Type::String)]));
    environment
}

/// Binds a query and returns its columns as `name:type`, `…` at the end where more may exist, and its findings as `code text`.
fn bind(query: &str) -> (String, Vec<String>) {
    let parsed = super::super::parse(query);
    assert!(parsed.diagnostics.is_empty(), "{query}: {:?}", parsed.diagnostics);
    let lowered = lower(&parsed.query, query, &environment());
    let columns = lowered.plan.map(|plan| {
        let names = plan.schema.columns.iter().map(|c| format!("{}:{}", c.name, c.ty));
        names.chain(plan.schema.open.then(|| "…".to_owned())).collect::<Vec<_>>().join(" ")
    });
    let findings = lowered.diagnostics.iter().map(|d| format!("{} {}", d.code, d.primary.span.text(query))).collect();
    (columns.unwrap_or_default(), findings)
}

fn check(query: &str, expected: &str) {
    let (columns, findings) = bind(query);
    assert_eq!(columns, expected, "{query}");
    assert!(findings.is_empty(), "{query}: {findings:?}");
}

fn check_findings(query: &str, expected: &[&str]) {
    assert_eq!(bind(query).1, expected, "{query}");
}

#[test]
fn columns_keep_their_order_and_extend_replaces_in_place() {
    check("Events | where Count > 1", "Time:datetime User:string Count:long Bag:dynamic");
    check("Events | extend User = 1, New = Count", "Time:datetime User:long Count:long Bag:dynamic New:long");
    check("Events | project Count, Upper = toupper(User)", "Count:long Upper:string");
    check("Events | project-away B*", "Time:datetime User:string Count:long");
    check("Events | project-rename Account = User", "Time:datetime Account:string Count:long Bag:dynamic");
    check("Events | project-reorder Count, User", "Count:long User:string Time:datetime Bag:dynamic");
    check("Events | project-keep *e*", "Time:datetime User:string");
}

#[test]
fn unnamed_columns_are_named_as_the_engine_names_them() {
    check("Events | project Count + 1, tostring(Bag), Bag.a.b, Bag[0]", "Column1:long Bag:string Bag_a_b:dynamic Bag_0:dynamic");
    check("Events | summarize count(), dcount(User), make_set(User)", "count_:long dcount_User:long set_User:dynamic");
    check("Events | summarize max(Time) by User, bin(Time, 1h)", "User:string Time:datetime max_Time:datetime");
    check("Events | summarize count(), count()", "count_:long count_1:long");
    check("Events | summarize arg_max(Time, *) by User", "User:string Time:datetime Count:long Bag:dynamic");
    check("Events | summarize percentiles(Count, 50, 99.9)", "percentile_Count_50:long percentile_Count_99_9:long");
    check("print 1, strcat('a', 'b')", "print_0:long print_1:string");
    check("Events | count", "Count:long");
}

#[test]
fn joins_rename_what_the_left_side_has_and_unions_split_types() {
    check("Events | join Users on User", "Time:datetime User:string Count:long Bag:dynamic User1:string Team:string");
    check("Events | lookup Users on User", "Time:datetime User:string Count:long Bag:dynamic Team:string");
    check("Users | join kind=leftanti Events on User", "User:string Team:string");
    check(
        "Users | join kind=inner (Events) on $left.Team == $right.User",
        "User:string Team:string Time:datetime User1:string Count:long Bag:dynamic",
    );
    check("union (print x = 1), (print x = 'a')", "x_long:long x_string:string");
    check("union withsource = T Users, Users", "T:string User:string Team:string");
}

#[test]
fn unnamed_columns_are_numbered_through_the_query_and_placeholders_do_not_replace() {
    check("Events | project User, Count + 1 | project User, 2 + 2", "User:string Column2:long");
    check("let f = () { Events | project Count + 1 }; f | project 1 + Column1", "Column1:long");
    check("Users | summarize arg_max(Team, *), User = make_set(User)", "Team:string User:string User1:dynamic");
}

#[test]
fn find_puts_out_what_the_predicate_names_and_what_all_tables_have() {
    check("find in (Events, Users) where Team == 'x'", "source_:string User:string Team:string");
    check("find in (Events, Users) where 'x'", "source_:string User:string pack_:dynamic");
    check(
        "find withsource = T in (Events, Users) where User == 'x' project Count, User, pack(*)",
        "T:string Count:long User:string pack_:dynamic",
    );
    check_findings("find in (Events) where Nope == 1", &["unknown-column Nope"]);
}

#[test]
fn patterns_and_groups_of_databases_stand_for_queries() {
    let pattern = "declare pattern p = (a: string)[b: string] { ('x').['y'] = { print 1 }; ('x').['z'] = { Users }; };";
    check(&format!("{pattern} p('x').z | count"), "Count:long");
    check_findings(&format!("{pattern} p('q').z"), &["no-pattern-case p('q').z"]);
    check("macro-expand entity_group [database('a'), database('b')] as X (X.Users | summarize count() by Team)", "Team:string count_:long");
    check("let f = (n: long = 1) { Users | take n }; f | count", "Count:long");
}

#[test]
fn an_operator_with_several_results_says_that_the_first_is_taken() {
    let (columns, findings) = bind("Users | fork (count) (take 1)");
    assert_eq!((columns.as_str(), findings.len()), ("Count:long", 1));
    check("Users | facet by Team", "Team:string count_Team:long");
}

#[test]
fn a_default_says_the_type_of_a_column_that_may_exist() {
    check("Events | project n = column_ifexists('Count', ''), m = column_ifexists('None', 1)", "n:string m:long");
}

#[test]
fn expansions_and_series_put_out_elements_and_arrays() {
    check("Events | mv-expand Bag to typeof(string)", "Time:datetime User:string Count:long Bag:string");
    check("Events | mv-apply e = Bag on (summarize n = count())", "Time:datetime User:string Count:long Bag:dynamic n:long");
    check("Events | mv-apply Bag on (summarize n = count())", "Time:datetime User:string Count:long n:long");
    check("Events | mv-apply Bag = Bag on (summarize n = count())", "Time:datetime User:string Count:long Bag:dynamic n:long");
    check("Events | make-series n = count() on Time step 1h by User", "User:string n:dynamic Time:dynamic");
    check("Users | parse Team with a:long '-' b", "User:string Team:string a:long b:string");
}

#[test]
fn lets_and_lambdas_are_put_in_place_of_their_names() {
    check("let n = 5; let t = Events | where Count > n; t | project User", "User:string");
    check("let f = (x: long, y: long = 2) { x * y }; print f(3), f(y = 1, x = 2)", "print_0:long print_1:long");
    check("let f = (T: (User: string)) { T | summarize n = count() by User }; Users | invoke f()", "User:string n:long");
    check("let s = toscalar(Events | summarize max(Time)); print s", "print_0:datetime");
    check("let v = view () { Users }; union v | take 1", "User:string Team:string");
}

#[test]
fn a_lambda_sees_only_what_is_bound_before_it() {
    check("let a = 1; let f = () { a }; let g = (a: string) { f() }; print g('x')", "print_0:long");
    check_findings("let f = () { later }; let later = 1; print f()", &["unknown-column later"]);
}

#[test]
fn what_is_unknown_is_open_and_said_once() {
    let (columns, findings) = bind("Custom_CL | where a == 1 | extend b = c | union (Custom_CL)");
    assert_eq!(columns, "b:unknown …");
    assert_eq!(findings, ["unknown-table Custom_CL"]);
    check("_GetWatchlist('hosts') | project SearchKey", "SearchKey:unknown");
    check_findings("print nosuch(1)", &["unknown-function nosuch"]);
}

#[test]
fn unknown_columns_of_known_tables_are_errors_with_a_suggestion() {
    let query = "Events | where user == 'a'";
    let parsed = super::super::parse(query);
    let lowered = lower(&parsed.query, query, &environment());
    let found: Vec<_> = lowered.diagnostics.iter().map(|d| (d.code, d.severity, d.help.as_deref().unwrap_or_default())).collect();
    assert_eq!(found, [("unknown-column", Severity::Error, "did you mean `User`? names are case-sensitive")]);
}

#[test]
fn wrong_types_and_arities_are_found() {
    for (query, expected) in [
        ("Events | where Time > 1d", "type-mismatch >"),
        ("Events | where User > 5", "type-mismatch >"),
        ("Events | where Count has 'a'", "type-mismatch has"),
        ("Events | where User", "type-mismatch User"),
        ("Events | extend x = strlen()", "wrong-arity strlen"),
        ("Events | extend x = iff(true, 1, 'a')", "type-mismatch iff"),
        ("Events | summarize count() by Bag", "dynamic-key Bag"),
        ("Events | sort by Bag", "dynamic-key Bag"),
        ("Events | mv-expand User", "type-mismatch User"),
        ("Events | summarize User", "not-aggregated User"),
        ("Events | join Users on Count", "join-column-missing Count"),
        ("Events | extend a = 1, a = 2", "duplicate-column a"),
        ("let a = 1; let a = 2; print a", "duplicate-name a"),
        ("Events | summarize count(User)", "count-with-argument User"),
        ("Events | summarize arg_max(*) by User", "star-not-allowed *"),
        ("Events | summarize max(Count, *)", "star-not-allowed *"),
        ("Events | summarize arg_max(Bag, *) by User", "type-mismatch Bag"),
        ("Events | where Bag.a", "condition-not-bool Bag.a"),
        ("Events | where not(Count)", "condition-not-bool Count"),
        ("Events | join Users on $right.User == $left.User", "swapped-join-sides $right.User == $left.User"),
        ("Events | project-reorder User, Time, User", "duplicate-column User"),
        ("Events | parse User with * Rest", "parse-without-delimiter Rest"),
        ("Events | make-series count() on Time step 1", "type-mismatch 1"),
        ("Events | make-series count() on Time from 1 to now() step 1h", "type-mismatch 1"),
        ("Events | render timeline2", "unknown-chart timeline2"),
        ("Events | render timechart with (xcolumn=Tim)", "unknown-column Tim"),
        ("Events | find where Count", "type-mismatch Count"),
        ("Events | evaluate pivot(User, Count)", "aggregate-expected Count"),
        ("Events | summarize Names = make_set(User) | extend Parsed = todynamic(Names)", "text-expected Names"),
        ("Events | extend Parts = split(User, '@') | extend First = trim(' ', Parts)", "text-expected Parts"),
    ] {
        check_findings(query, &[expected]);
    }
}

#[test]
fn constants_are_converted_to_the_type_of_the_column() {
    let query = "Events | where Count == '5' and Time >= datetime(2024-01-01)";
    let parsed = super::super::parse(query);
    let lowered = lower(&parsed.query, query, &environment());
    let Some(plan) = lowered.plan else { panic!("no plan") };
    let Op::Filter { predicate, .. } = &plan.op else { panic!("no filter") };
    let ExprKind::And(operands) = &predicate.kind else { panic!("no conjunction") };
    let right = operands.first().map(|e| e.children().into_iter().map(|c| c.ty).collect::<Vec<_>>());
    assert_eq!(right, Some(vec![Type::Long, Type::Long]));
}

#[test]
fn tables_of_lets_are_shared() {
    let query = "let t = Events | where Count > 1; union t, t";
    let parsed = super::super::parse(query);
    let Some(plan) = lower(&parsed.query, query, &environment()).plan else { panic!("no plan") };
    let Op::Union { inputs, .. } = &plan.op else { panic!("no union") };
    let [a, b] = inputs.as_slice() else { panic!("two inputs") };
    assert!(Arc::ptr_eq(a, b));
    assert_eq!(a.name.as_deref(), Some("t"));
}

#[test]
fn sources_say_where_rows_come_from() {
    let source = |query: &str| {
        let parsed = super::super::parse(query);
        match lower(&parsed.query, query, &environment()).plan.map(|plan| plan.op.clone()) {
            Some(Op::Scan(source)) => source,
            other => panic!("{query}: {other:?}"),
        }
    };
    assert_eq!(source("_GetWatchlist('hosts')"), TableSource::Watchlist("hosts".into()));
    assert!(matches!(source("_Im_Dns(starttime=ago(1d))"), TableSource::Function { name, args } if &*name == "_Im_Dns" && args.len() == 1));
    assert_eq!(source("workspace('w').SigninLogs"), TableSource::Table("SigninLogs".into()));
    let external = "externaldata(a: string) [@'https://example.org/list.csv'] with (ignoreFirstRecord=true)";
    assert!(matches!(source(external), TableSource::External { format: Some(format), skip_first: true, .. } if &*format == "csv"));
}

#[test]
fn runaway_expansion_ends_with_a_finding() {
    let doubling: String = (1..60).map(|n| format!("let a{n} = a{} + a{};", n - 1, n - 1)).collect();
    let (_, findings) = bind(&format!("let a0 = 1 + rand(); {doubling} print a59"));
    assert!(findings.iter().any(|f| f.starts_with("expansion-limit")), "{findings:?}");
    let calls: String = (1..40).map(|n| format!("let f{n} = (x: long) {{ f{}(x) + f{}(x) }};", n - 1, n - 1)).collect();
    let (_, findings) = bind(&format!("let f0 = (x: long) {{ x + 1 }}; {calls} print f39(1)"));
    assert!(findings.iter().any(|f| f.starts_with("expansion-limit")), "{findings:?}");
    let pipes = "| where true ".repeat(3_000);
    let (_, findings) = bind(&format!("Events {pipes}"));
    assert!(findings.iter().any(|f| f.starts_with("query-too-deep")), "{findings:?}");
}

#[test]
fn a_table_joined_with_itself_again_and_again_is_refused() {
    let lets: String = (1..40).map(|n| format!("let t{n} = t{} | join kind=inner (t{}) on User;\n", n - 1, n - 1)).collect();
    let (_, findings) = bind(&format!("let t0 = Events | take 1;\n{lets}t39"));
    assert!(findings.iter().any(|finding| finding == "expansion-limit join"), "{findings:?}");
}
