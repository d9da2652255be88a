//! Predicates and plans through the map, written in a short notation.

use super::{Mapped, Sources, map_plan};
use crate::ir::{
    Case, Comparison, Dialect, Expr, ExprKind, FieldRef, FirstSeen, Matcher, Member, Named, Op, PatternPart, Plan, Schema, StringTest,
    TableSource, Type, Value, WindowSide,
};
use crate::lang::kuery;
use crate::schema::Catalog;
use crate::source::Span;
use std::sync::Arc;

/// Writes an expression so that its family shows: `Kusto == "x"`, `field:"x"`.
fn show(expr: &Expr) -> String {
    let list = |items: &[Expr], between: &str| items.iter().map(show).collect::<Vec<_>>().join(between);
    let bang = |negated: bool| if negated { "!" } else { "" };
    match &expr.kind {
        ExprKind::Literal(Value::String(text)) => format!("{text:?}"),
        ExprKind::Literal(value) => format!("{value:?}").to_lowercase(),
        ExprKind::Column(name) => name.to_string(),
        ExprKind::Member { base, member: Member::Name(name) } => format!("{}.{name}", show(base)),
        ExprKind::Member { base, member: Member::Index(index) } => format!("{}[{}]", show(base), show(index)),
        ExprKind::And(items) => format!("({})", list(items, " and ")),
        ExprKind::Or(items) => format!("({})", list(items, " or ")),
        ExprKind::Not(inner) => format!("not {}", show(inner)),
        ExprKind::Compare { op, case, left, right } => {
            let op = match (op, case) {
                (Comparison::Eq, Case::Sensitive) => "==",
                (Comparison::Eq, Case::Insensitive) => "=~",
                (Comparison::Ne, Case::Sensitive) => "!=",
                (Comparison::Ne, Case::Insensitive) => "!~",
                (Comparison::Lt, _) => "<",
                (Comparison::Le, _) => "<=",
                (Comparison::Gt, _) => ">",
                (Comparison::Ge, _) => ">=",
            };
            format!("{} {op} {}", show(left), show(right))
        }
        ExprKind::Test { test, case, negated, left, right } => {
            let cased = if *case == Case::Sensitive { "_cs" } else { "" };
            format!("{} {}{test:?}{cased} {}", show(left), bang(*negated), show(right))
        }
        ExprKind::InList { negated, case, value, list: items, .. } => {
            let case = if *case == Case::Insensitive { "~" } else { "" };
            format!("{} {}in{case} ({})", show(value), bang(*negated), list(items, ", "))
        }
        ExprKind::Call { function, args } => format!("{function}({})", list(args, ", ")),
        ExprKind::Match { field: FieldRef::Field(name), matcher } => format!("{name}:{}", matcher_text(matcher)),
        other => format!("{other:?}"),
    }
}

fn matcher_text(matcher: &Matcher) -> String {
    let cased = |case: &Case| if *case == Case::Insensitive { "~" } else { "" };
    match matcher {
        Matcher::Exists => "*".to_owned(),
        Matcher::Equals { value: Value::String(text), case } => format!("{}{text:?}", cased(case)),
        Matcher::Equals { value, .. } => format!("{value:?}").to_lowercase(),
        Matcher::Wildcard { pattern, case } => {
            let part = |p: &PatternPart| match p {
                PatternPart::Text(text) => text.to_string(),
                PatternPart::Many => "*".to_owned(),
                PatternPart::One => "?".to_owned(),
            };
            format!("{}{}", cased(case), pattern.parts.iter().map(part).collect::<String>())
        }
        Matcher::Regex { regex, case, .. } => format!("{}/{regex}/", cased(case)),
        Matcher::Field { other, case, .. } => format!("{}={other}", cased(case)),
        other => format!("{other:?}"),
    }
}

fn scan(source: TableSource) -> Arc<Plan> {
    Plan::new(Op::Scan(source), Schema::unknown(), Span::default())
}

fn filter(input: Arc<Plan>, predicate: Expr) -> Arc<Plan> {
    Plan::new(Op::Filter { input, predicate }, Schema::unknown(), Span::default())
}

fn column(name: &str, ty: Type) -> Expr {
    Expr::column(name, ty, Span::default())
}

fn text(value: &str) -> Expr {
    Expr::literal(value, Type::String, Span::default())
}

fn bool(kind: ExprKind) -> Expr {
    Expr::new(kind, Type::Bool, Span::default())
}

fn compare(op: Comparison, case: Case, left: Expr, right: Expr) -> Expr {
    bool(ExprKind::Compare { op, case, left: Box::new(left), right: Box::new(right) })
}

fn is(name: &str, value: &str) -> Expr {
    compare(Comparison::Eq, Case::Sensitive, column(name, Type::String), text(value))
}

fn test(test: StringTest, name: &str, value: &str) -> Expr {
    let (left, right) = (Box::new(column(name, Type::String)), Box::new(text(value)));
    bool(ExprKind::Test { test, case: Case::Insensitive, negated: false, left, right })
}

fn call(function: &str, args: Vec<Expr>, ty: Type) -> Expr {
    Expr::new(ExprKind::Call { function: Arc::from(function), args }, ty, Span::default())
}

fn path(column_name: &str, member: &str) -> Expr {
    let base = Box::new(column(column_name, Type::Dynamic));
    Expr::new(ExprKind::Member { base, member: Member::Name(Arc::from(member)) }, Type::Dynamic, Span::default())
}

/// Writes a plan of scans and filters, with its losses behind it.
fn outline(mapped: &Mapped) -> String {
    fn plan_text(plan: &Plan) -> String {
        match &plan.op {
            Op::Scan(TableSource::Table(name)) => name.to_string(),
            Op::Scan(TableSource::Index(patterns)) => patterns.join(","),
            Op::Scan(TableSource::LogSource { service, .. }) => service.clone().unwrap_or_default().to_string(),
            Op::Filter { input, predicate } => format!("{} | {}", plan_text(input), show(predicate)),
            Op::Union { inputs, .. } => inputs.iter().map(|i| plan_text(i)).collect::<Vec<_>>().join("\n"),
            other => format!("{other:?}"),
        }
    }
    let mut lines = vec![mapped.plan.as_ref().map_or_else(|| "none".to_owned(), |plan| plan_text(plan))];
    lines.extend(mapped.losses.iter().map(|loss| format!("{:?} {}: {}", loss.fidelity, loss.code, loss.message)));
    lines.join("\n")
}

fn check_kusto(table: &str, predicate: Expr, to: Dialect, expected: &str) {
    let plan = filter(scan(TableSource::Table(Arc::from(table))), predicate);
    assert_eq!(outline(&map_plan(&plan, Dialect::Sentinel, to, Sources::builtin())), expected);
}

fn kuery_plan(index: &[&str], query: &str) -> Arc<Plan> {
    let types = |name: &str| Catalog::builtin().field(name).unwrap_or_default();
    let predicate = kuery::lower(&kuery::parse(query).unwrap(), &types);
    filter(scan(TableSource::Index(index.iter().map(|i| Arc::from(*i)).collect())), predicate)
}

fn check_kuery(query: &str, to: Dialect, expected: &str) {
    let plan = kuery_plan(&["filebeat-*", "logs-azure.signinlogs-*"], query);
    assert_eq!(outline(&map_plan(&plan, Dialect::Elastic, to, Sources::builtin())), expected);
}

const ELASTIC_HEAD: &str = r#"logs-azure.signinlogs-* | (event.dataset:"azure.signinlogs" and azure.signinlogs.category:"SignInLogs" and "#;

fn check_signin(predicate: Expr, expected: &str) {
    check_kusto("SigninLogs", predicate, Dialect::Elastic, &format!("{ELASTIC_HEAD}{expected})"));
}

#[test]
fn equality_keeps_its_case_rule_and_inequality_keeps_missing_fields() {
    let app = || column("AppDisplayName", Type::String);
    check_signin(is("AppDisplayName", "Azure Portal"), r#"azure.signinlogs.properties.app_display_name:"Azure Portal""#);
    check_signin(
        compare(Comparison::Eq, Case::Insensitive, app(), text("Azure Portal")),
        r#"azure.signinlogs.properties.app_display_name:~"Azure Portal""#,
    );
    check_signin(
        compare(Comparison::Ne, Case::Sensitive, app(), text("Azure Portal")),
        r#"not azure.signinlogs.properties.app_display_name:"Azure Portal""#,
    );
}

#[test]
fn a_result_code_becomes_a_number() {
    check_signin(is("ResultType", "50126"), "azure.signinlogs.properties.status.error_code:long(50126)");
    let zero = Expr::literal(0_i64, Type::Long, Span::default());
    check_signin(
        compare(Comparison::Eq, Case::Sensitive, column("ResultType", Type::String), zero),
        "azure.signinlogs.properties.status.error_code:long(0)",
    );
    check_signin(test(StringTest::StartsWith, "ResultType", "500"), "azure.signinlogs.result_type:~500*");
}

#[test]
fn term_tests_become_regular_expressions_with_boundaries() {
    check_signin(
        test(StringTest::Has, "AppDisplayName", "Portal"),
        r"azure.signinlogs.properties.app_display_name:~/(?:^|[\W_])Portal(?:[\W_]|$)/",
    );
    check_signin(test(StringTest::Contains, "AppDisplayName", "a*b"), "azure.signinlogs.properties.app_display_name:~*a*b*");
}

#[test]
fn an_empty_text_is_a_missing_field_or_an_empty_one() {
    let upn = "azure.signinlogs.properties.user_principal_name";
    check_signin(call("isnotempty", vec![column("UserPrincipalName", Type::String)], Type::Bool), &format!(r#"{upn}:* and not {upn}:"""#));
    check_signin(bool(ExprKind::Not(Box::new(is("UserPrincipalName", "")))), &format!(r#"not (not {upn}:* or {upn}:"")"#));
}

#[test]
fn folded_columns_ignore_case_and_never_equal_an_upper_case_literal() {
    let lower = |name| call("tolower", vec![column(name, Type::String)], Type::String);
    check_signin(
        compare(Comparison::Eq, Case::Sensitive, lower("AppDisplayName"), text("azure portal")),
        r#"azure.signinlogs.properties.app_display_name:~"azure portal""#,
    );
    check_kusto(
        "SigninLogs",
        compare(Comparison::Eq, Case::Sensitive, lower("AppDisplayName"), text("Azure Portal")),
        Dialect::Elastic,
        "none\nRefused no-source-left: no table or data set can hold an event that the conditions allow",
    );
}

#[test]
fn dynamic_paths_and_facts_of_the_table_are_resolved() {
    let country = call("tostring", vec![path("LocationDetails", "countryOrRegion")], Type::String);
    check_signin(compare(Comparison::Eq, Case::Sensitive, country, text("RU")), r#"geo.country_iso_code:"RU""#);
    check_kusto(
        "SigninLogs",
        bool(ExprKind::And(vec![
            compare(Comparison::Eq, Case::Sensitive, column("IsInteractive", Type::Bool), Expr::literal(true, Type::Bool, Span::default())),
            is("UserType", "Guest"),
        ])),
        Dialect::Elastic,
        &format!("{ELASTIC_HEAD}azure.signinlogs.properties.user_type:\"Guest\")"),
    );
}

#[test]
fn two_empty_columns_are_equal_and_so_not_unequal() {
    let (home, resource) = ("azure.signinlogs.properties.home_tenant_id", "azure.signinlogs.properties.resource_tenant_id");
    check_signin(
        compare(Comparison::Ne, Case::Sensitive, column("HomeTenantId", Type::String), column("ResourceTenantId", Type::String)),
        &format!("not {home}:={resource} and ({home}:* or {resource}:*)"),
    );
}

#[test]
fn a_null_number_is_neither_above_nor_not_above() {
    let above =
        || compare(Comparison::Gt, Case::Sensitive, column("DurationMs", Type::Long), Expr::literal(5_i64, Type::Long, Span::default()));
    let ns = "Compare { op: Gt, value: Long(5000000) }";
    check_signin(above(), &format!("event.duration:{ns}"));
    check_signin(bool(ExprKind::Not(Box::new(above()))), "event.duration:Compare { op: Le, value: Long(5000000) }");
}

#[test]
fn a_column_without_a_counterpart_is_one_named_loss() {
    check_kusto(
        "SigninLogs",
        bool(ExprKind::And(vec![is("UserType", "Guest"), is("SourceAppClientIdX", "y")])),
        Dialect::Elastic,
        &format!(
            "{ELASTIC_HEAD}azure.signinlogs.properties.user_type:\"Guest\")\nWider field-not-in-target: `SourceAppClientIdX` has no counterpart in \
             Elastic's Microsoft Entra ID sign-in logs; the condition is left out"
        ),
    );
}

#[test]
fn sigma_reads_the_interactive_log_and_no_other() {
    check_kusto("SigninLogs", is("ResultType", "50126"), Dialect::Sigma, r#"signinlogs | ResultType:"50126""#);
    check_kusto(
        "AADServicePrincipalSignInLogs",
        is("ResultType", "0"),
        Dialect::Sigma,
        "none\nRefused source-not-in-target: Sigma has no source for Microsoft Entra ID sign-in logs (service-principal)",
    );
}

#[test]
fn an_elastic_data_set_becomes_the_tables_that_can_hold_a_match() {
    check_kuery(
        r#"event.dataset: "azure.signinlogs" and event.category: "authentication" and azure.signinlogs.properties.is_interactive: false
           and azure.signinlogs.properties.user_type: "Member""#,
        Dialect::Sentinel,
        r#"AADNonInteractiveUserSignInLogs | UserType == "Member""#,
    );
    check_kuery(
        r#"event.dataset: "azure.signinlogs" and azure.signinlogs.properties.service_principal_name: "x" and event.outcome: "failure""#,
        Dialect::Sentinel,
        "SigninLogs | (ServicePrincipalName == \"x\" and ResultType != \"0\")\n\
         AADServicePrincipalSignInLogs | (ServicePrincipalName == \"x\" and ResultType != \"0\")\n\
         AADManagedIdentitySignInLogs | (ServicePrincipalName == \"x\" and ResultType != \"0\")",
    );
}

#[test]
fn lists_negations_wildcards_and_networks_get_kustos_own_forms() {
    let head = r#"event.dataset: "azure.signinlogs" and azure.signinlogs.category: "NonInteractiveUserSignInLogs" and "#;
    let check = |query: &str, expected: &str| {
        check_kuery(&format!("{head}{query}"), Dialect::Sentinel, &format!("AADNonInteractiveUserSignInLogs | {expected}"));
    };
    check(r#"not azure.signinlogs.properties.app_id: ("a" or "b")"#, r#"AppId !in ("a", "b")"#);
    check("azure.signinlogs.properties.status.error_code: (50126 or 50053)", r#"ResultType in ("50126", "50053")"#);
    check(r#"not azure.signinlogs.properties.client_app_used: "Browser""#, r#"ClientAppUsed != "Browser""#);
    check("azure.signinlogs.properties.app_display_name: *Portal*", r#"AppDisplayName Contains_cs "Portal""#);
    check("azure.signinlogs.properties.app_display_name: *", "isnotempty(AppDisplayName)");
    check("not source.ip: 10.0.0.0/8", r#"ipv4_is_in_range(IPAddress, "10.0.0.0/8") != bool(true)"#);
    check("geo.city_name: Graz", r#"tostring(parse_json(LocationDetails).city) == "Graz""#);
    check("azure.signinlogs.properties.device_detail.is_managed: true", "tobool(parse_json(DeviceDetail).isManaged) == bool(true)");
    check("source.as.number > 64511", "tolong(AutonomousSystemNumber) > long(64511)");
    check("user.name: bob", r#"(UserPrincipalName StartsWith_cs "bob@" or UserPrincipalName == "bob")"#);
    check(
        "azure.signinlogs.properties.risk_event_types_v2: unlikelyTravel",
        r#"set_has_element(parse_json(RiskEventTypes_V2), "unlikelyTravel")"#,
    );
}

#[test]
fn a_new_terms_plan_keeps_its_shape_and_names_its_one_loss_once() {
    let side = |from, to| WindowSide {
        input: kuery_plan(
            &["filebeat-*", "logs-azure.signinlogs-*"],
            r#"event.dataset: "azure.signinlogs" and azure.signinlogs.properties.is_interactive: false
               and azure.signinlogs.properties.user_type: "Member" and not source.as.organization.name: "MICROSOFT-CORP-MSN-AS-BLOCK""#,
        ),
        from,
        to,
        from_inclusive: true,
        to_inclusive: true,
    };
    let key = |name: &str| Named { name: Arc::from(name), expr: column(name, Type::Unknown) };
    let keys = || vec![key("azure.signinlogs.properties.user_principal_name"), key("azure.signinlogs.properties.app_id")];
    let first_seen = FirstSeen {
        keys: keys(),
        history_keys: keys(),
        history: side(14, 1),
        recent: side(1, 0),
        time: Arc::from("@timestamp"),
        explode_arrays: true,
        skip_missing: true,
        per_key: true,
    };
    let plan = Plan::new(Op::FirstSeen(Box::new(first_seen)), Schema::unknown(), Span::default());
    let mapped = map_plan(&plan, Dialect::Elastic, Dialect::Sentinel, Sources::builtin());
    let Some(Op::FirstSeen(found)) = mapped.plan.as_ref().map(|p| p.op.clone()) else { panic!("{mapped:?}") };
    assert_eq!(&*found.time, "TimeGenerated");
    let names: Vec<_> = found.keys.iter().map(|k| (k.name.to_string(), show(&k.expr))).collect();
    assert_eq!(names, [("UserPrincipalName".to_owned(), "UserPrincipalName".to_owned()), ("AppId".to_owned(), "AppId".to_owned())]);
    let codes: Vec<_> = mapped.losses.iter().map(|l| (l.code, l.fidelity)).collect();
    assert_eq!(codes, [("field-not-in-target", crate::diagnostic::Fidelity::Different)]);
    assert!(mapped.covered);
    assert_eq!(mapped.sources.iter().map(ToString::to_string).collect::<Vec<_>>(), ["entra-sign-in"]);
}

#[test]
fn an_unknown_table_is_refused_and_not_covered() {
    let mapped = map_plan(
        &filter(scan(TableSource::Table(Arc::from("MyTable_CL"))), is("foo_s", "bar")),
        Dialect::Kql,
        Dialect::Sigma,
        Sources::builtin(),
    );
    assert!(mapped.plan.is_none() && !mapped.covered);
    assert_eq!(mapped.losses.first().map(|l| l.code), Some("source-not-mapped"));
}

#[test]
fn in_an_index_of_many_products_the_log_that_conditions_name_must_be_known() {
    let check = |query: &str, expected: bool| {
        assert_eq!(Sources::builtin().covers(&kuery_plan(&["filebeat-*", "endgame-*"], query)), expected, "{query}");
    };
    check("event.dataset: azure.signinlogs", true);
    check("event.category: process and event.action: no_such_action", true);
    check("event.dataset: example.webhook", false);
    check("event.kind: alert and event.module: endgame", false);
    check("event.kind: alert or process.name: a", true);
}

#[test]
fn another_index_in_the_list_is_named_unless_the_data_set_excludes_it() {
    let index = ["filebeat-*", "logs-azure.signinlogs-*"];
    let losses = |query: &str| {
        let mapped = map_plan(&kuery_plan(&index, query), Dialect::Elastic, Dialect::Sentinel, Sources::builtin());
        mapped.losses.into_iter().map(|loss| loss.code).collect::<Vec<_>>()
    };
    let category = r#"azure.signinlogs.category: "SignInLogs" and user_agent.original: "x""#;
    assert_eq!(losses(category), [""; 0]);
    assert_eq!(losses(r#"data_stream.dataset: "azure.signinlogs" and user_agent.original: "x""#), [""; 0]);
    assert_eq!(losses(r#"user_agent.original: "x""#), ["index-of-several-sources"]);
}

#[test]
fn a_derived_field_becomes_its_condition() {
    let check = |query: &str, expected: &str| {
        let plan = kuery_plan(&["logs-aws.cloudtrail-*"], query);
        assert_eq!(outline(&map_plan(&plan, Dialect::Elastic, Dialect::Sentinel, Sources::builtin())), expected);
    };
    let head = r#"event.dataset: aws.cloudtrail and event.provider: "iam.amazonaws.com" and "#;
    check(
        &format!("{head}event.action: CreateUser and event.outcome: success"),
        r#"AWSCloudTrail | (EventSource == "iam.amazonaws.com" and EventName == "CreateUser" and isempty(ErrorCode) and isempty(ErrorMessage))"#,
    );
    check(
        &format!("{head}event.action: (CreateUser or DeleteUser) and aws.cloudtrail.flattened.request_parameters.userName: root"),
        r#"AWSCloudTrail | (EventSource == "iam.amazonaws.com" and EventName in ("CreateUser", "DeleteUser") and tostring(parse_json(RequestParameters).userName) == "root")"#,
    );
}
