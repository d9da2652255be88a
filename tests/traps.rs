//! The translation traps of `shared/spec/translation-traps.md`, each tried on an open translator that fell into it: what ours writes,
//! what it must never write, and what it names instead of staying silent.

use isoglot::diagnostic::Fidelity;
use isoglot::emit::{Status, Target, emit};
use isoglot::evidence::{Level, examine, read_back};
use isoglot::mapping::Sources;
use isoglot::rulefile::{ReadContext, read};

/// One trap in one direction.
struct Trap {
    number: u8,
    /// The rule's file name and text.
    rule: (&'static str, String),
    to: Target,
    status: Status,
    /// What the translation must say.
    says: &'static [&'static str],
    /// What the tool that fell into the trap wrote.
    never: &'static [&'static str],
    /// The losses that must be named.
    named: &'static [&'static str],
}

fn kusto(query: &str) -> (&'static str, String) {
    let text = format!(
        "id: 6c3a5e1e-7c1b-4f5e-9a51-0d3f5d1c2b10\nname: A trap\ndescription: A trap.\nseverity: High\nqueryFrequency: 5m\nqueryPeriod: 1d\n\
         triggerOperator: gt\ntriggerThreshold: 0\ntactics: [InitialAccess, Persistence]\nrelevantTechniques: [T1078]\nquery: |\n  {query}\n\
         version: 1.0.0\nkind: Scheduled\n"
    );
    ("trap.yaml", text)
}

fn elastic(kind: &str, query: &str, index: &str, more: &str) -> (&'static str, String) {
    let text = format!(
        "[metadata]\ncreation_date = \"2026/01/01\"\nmaturity = \"production\"\nupdated_date = \"2026/01/01\"\n\n[rule]\nauthor = [\"isoglot\"]\n\
         description = \"A trap.\"\nfrom = \"now-1h\"\ninterval = \"1h\"\nindex = [{index}]\nlanguage = \"kuery\"\nlicense = \"Apache-2.0\"\n\
         name = \"A trap\"\nrisk_score = 47\nrule_id = \"6c3a5e1e-7c1b-4f5e-9a51-0d3f5d1c2b11\"\nseverity = \"medium\"\ntype = \"{kind}\"\n\
         query = '''\n{query}\n'''\n{more}"
    );
    ("trap.toml", text)
}

fn sign_in(query: &str) -> (&'static str, String) {
    elastic("query", &format!("event.dataset:azure.signinlogs and {query}"), "\"logs-azure.signinlogs-*\"", "")
}

fn sigma(log_source: &str, detection: &str) -> (&'static str, String) {
    sigma_of(&format!("product: windows\n  {log_source}"), detection)
}

fn sigma_of(log_source: &str, detection: &str) -> (&'static str, String) {
    let text = format!(
        "title: A trap\nid: 6c3a5e1e-7c1b-4f5e-9a51-0d3f5d1c2b12\nstatus: test\ndescription: A trap.\nauthor: isoglot\ndate: 2026-01-01\n\
         logsource:\n  {log_source}\ndetection:\n{detection}\nlevel: medium\n"
    );
    ("trap.yml", text)
}

/// Runs a trap as `isoglot convert` does; returns what is wrong with the answer.
fn wrong(trap: &Trap) -> Option<String> {
    let (path, text) = &trap.rule;
    let context = ReadContext::builtin();
    let rules = read(path, text, &context).rules;
    let rule = rules.first()?;
    let mut emitted = emit(rule, text, trap.to, Sources::builtin());
    let back = read_back(&mut emitted, &context);
    examine(rule, &back, &mut emitted, Sources::builtin(), Level::Proven);
    let written = emitted.text.clone().unwrap_or_default();
    let losses: Vec<&str> = emitted.losses.iter().filter(|loss| loss.fidelity != Fidelity::Metadata).map(|loss| loss.code).collect();
    let mut faults = Vec::new();
    if emitted.status != trap.status {
        faults.push(format!("is {:?} instead of {:?}", emitted.status, trap.status));
    }
    faults.extend(trap.says.iter().filter(|text| !written.contains(**text)).map(|text| format!("does not say {text}")));
    faults.extend(trap.never.iter().filter(|text| written.contains(**text)).map(|text| format!("says {text}")));
    faults.extend(trap.named.iter().filter(|code| !losses.contains(code)).map(|code| format!("does not name {code}")));
    let (number, target) = (trap.number, trap.to.name());
    (!faults.is_empty()).then(|| format!("trap {number} to {target}: {}\n{losses:?}\n{written}", faults.join("; ")))
}

fn check(traps: &[Trap]) {
    let found: Vec<String> = traps.iter().filter_map(wrong).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

type Words = &'static [&'static str];

/// A trap from Kusto, to Sigma and to Elastic.
fn both(number: u8, query: &str, to_sigma: (Status, Words, Words, Words), to_elastic: (Status, Words, Words, Words)) -> [Trap; 2] {
    [(Target::Sigma, to_sigma), (Target::Elastic, to_elastic)].map(|(to, (status, says, never, named))| Trap {
        number,
        rule: kusto(query),
        to,
        status,
        says,
        never,
        named,
    })
}

fn one(number: u8, rule: (&'static str, String), to: Target, (status, says, never, named): (Status, Words, Words, Words)) -> Trap {
    Trap { number, rule, to, status, says, never, named }
}

const NOTHING: Words = &[];
use Status::{Approximate, Exact, Refused};

#[test]
fn comparisons_keep_their_polarity_their_case_and_their_type() {
    check(&both(
        1,
        "SigninLogs | where ResultType == 0 | where AppDisplayName =~ 'Azure Portal' | where RiskLevelAggregated != 'none'",
        (Exact, &["product: azure", "service: signinlogs", "not filter", "RiskLevelAggregated|cased: 'none'"], &["windows"], NOTHING),
        (Exact, &["risk_level_aggregated != \"none\"", "status.error_code == 0"], NOTHING, NOTHING),
    ));
    check(&both(
        2,
        "SigninLogs | where HomeTenantId != ResourceTenantId",
        (Exact, &["HomeTenantId|cased|fieldref: 'ResourceTenantId'", "not filter"], NOTHING, NOTHING),
        (Exact, &["home_tenant_id", "resource_tenant_id"], &["'ResourceTenantId'", "\"ResourceTenantId\""], NOTHING),
    ));
    check(&both(
        3,
        "SigninLogs | where AppDisplayName == 'Azure Portal'",
        (Exact, &["AppDisplayName|cased: 'Azure Portal'"], NOTHING, NOTHING),
        (Exact, &["app_display_name:\"Azure Portal\""], NOTHING, NOTHING),
    ));
    check(&both(
        8,
        "SigninLogs | where ResultType !in ('50126', '50053')",
        (Exact, &["not filter", "'50126'", "'50053'"], NOTHING, NOTHING),
        (Exact, &["not azure.signinlogs.properties.status.error_code:(50126 or 50053)"], NOTHING, NOTHING),
    ));
    check(&both(
        9,
        "SigninLogs | where not(AppDisplayName startswith 'Azure')",
        (Exact, &["AppDisplayName|startswith: 'Azure'", "condition: not filter"], NOTHING, NOTHING),
        (Exact, &["app_display_name == null or not"], NOTHING, NOTHING),
    ));
    check(&both(
        25,
        "SigninLogs | where tolower(AppDisplayName) == 'azure portal'",
        (Exact, &["AppDisplayName: 'azure portal'"], &["cased"], NOTHING),
        (Exact, &["app_display_name : \"azure portal\""], NOTHING, NOTHING),
    ));
}

#[test]
fn text_operators_say_what_they_match() {
    check(&both(
        4,
        "SigninLogs | where AppDisplayName has 'Portal'",
        (Exact, &["AppDisplayName|re|i:", "Portal"], NOTHING, NOTHING),
        (Approximate, &["*Portal*"], NOTHING, &["term-as-substring"]),
    ));
    check(&both(
        5,
        "SigninLogs | where AppDisplayName contains 'Portal'",
        (Exact, &["AppDisplayName|contains: 'Portal'"], NOTHING, NOTHING),
        (Exact, &["app_display_name : \"*Portal*\""], NOTHING, NOTHING),
    ));
    check(&both(
        6,
        "SigninLogs | where AppDisplayName has_any ('Portal', 'CLI')",
        (Exact, &["Portal", "CLI", "|re|i:"], &["|all"], NOTHING),
        (Approximate, &["*Portal*", "*CLI*", " or "], NOTHING, &["term-as-substring"]),
    ));
    check(&both(
        14,
        "SigninLogs | where UserAgent matches regex 'python-requests/[0-9]+'",
        (Exact, &["UserAgent|re: 'python-requests/[0-9]+'"], NOTHING, NOTHING),
        (Exact, &["regex", "requests/[0-9]+"], NOTHING, NOTHING),
    ));
    check(&both(
        26,
        "SigninLogs | where UserAgent == 'a*b'",
        (Exact, &[r"UserAgent|cased: 'a\*b'"], NOTHING, NOTHING),
        (Exact, &["user_agent.original:\"a*b\""], NOTHING, NOTHING),
    ));
    check(&both(
        20,
        "SigninLogs | where UserAgent == 'http://x//y'",
        (Exact, &["http://x//y"], NOTHING, NOTHING),
        (Exact, &["http://x//y"], NOTHING, NOTHING),
    ));
    check(&both(
        21,
        "SigninLogs | where UserAgent == 'a | b'",
        (Exact, &["a | b"], NOTHING, NOTHING),
        (Exact, &["\"a | b\""], NOTHING, NOTHING),
    ));
}

#[test]
fn values_lists_and_paths_arrive_as_they_are() {
    check(&both(
        7,
        "SigninLogs | where ResultType in ('50126', '50053')",
        (Exact, &["'50126'", "'50053'"], NOTHING, NOTHING),
        (Exact, &["status.error_code:(50126 or 50053)"], NOTHING, NOTHING),
    ));
    check(&both(
        11,
        "SigninLogs | extend City = tostring(LocationDetails.city) | where City == 'Kyiv'",
        (Exact, &["LocationDetails.city|cased: 'Kyiv'"], &["City: 'Kyiv'"], NOTHING),
        (Exact, &["geo.city_name:Kyiv"], NOTHING, NOTHING),
    ));
    check(&both(
        12,
        "SigninLogs | project U = UserPrincipalName | where U endswith '@evil.com'",
        (Exact, &["UserPrincipalName|endswith: '@evil.com'"], &[" U|"], NOTHING),
        (Exact, &["user_principal_name : \"*@evil.com\""], NOTHING, NOTHING),
    ));
    check(&both(
        13,
        "let ips = dynamic(['1.2.3.4']); SigninLogs | where IPAddress in (ips)",
        (Exact, &["IPAddress: '1.2.3.4'"], &["'ips'"], NOTHING),
        (Exact, &["source.ip:1.2.3.4"], &["ips"], NOTHING),
    ));
    check(&both(
        15,
        "SigninLogs | where isnotempty(UserPrincipalName)",
        (Exact, &["UserPrincipalName|exists: true", "UserPrincipalName: ''"], NOTHING, NOTHING),
        (Exact, &["user_principal_name:*"], NOTHING, NOTHING),
    ));
    check(&both(
        18,
        "SigninLogs | where ResultType == '0' or AppDisplayName == 'a' and IPAddress == '1.2.3.4'",
        (Exact, &["- ResultType: '0'", "- AppDisplayName|cased: 'a'\n          IPAddress: '1.2.3.4'"], NOTHING, NOTHING),
        (Exact, &["error_code:0 or azure.signinlogs.properties.app_display_name:a and source.ip:1.2.3.4"], NOTHING, NOTHING),
    ));
    check(&both(
        19,
        "SigninLogs | where LocationDetails.countryOrRegion == 'RU'",
        (Exact, &["LocationDetails.countryOrRegion|cased: 'RU'"], NOTHING, NOTHING),
        (Exact, &["geo.country_iso_code:RU"], NOTHING, NOTHING),
    ));
    check(&both(
        23,
        "SigninLogs | where ResultType > 5",
        (Refused, NOTHING, NOTHING, &["query-not-understood"]),
        (Refused, NOTHING, NOTHING, &["query-not-understood"]),
    ));
}

#[test]
fn pipelines_keep_their_thresholds_their_joins_and_their_windows() {
    check(&both(
        10,
        "SigninLogs | where ResultType == '50126' | summarize c = count() by IPAddress | where c > 10",
        (Approximate, &["type: event_count", "gte: 11", "timespan: 1d", "IPAddress"], &["c: 10"], &["missing-key-ignored"]),
        (Exact, &["STATS c = COUNT(*) BY source.ip", "WHERE c > 10"], NOTHING, NOTHING),
    ));
    check(&both(
        10,
        "SigninLogs | where ResultType == '50126' and isnotempty(IPAddress) | summarize c = count() by IPAddress | where c > 10",
        (Exact, &["type: event_count", "gte: 11", "timespan: 1d", "IPAddress"], &["c: 10"], NOTHING),
        (Exact, &["type = \"threshold\"", "value = 11", "field = [\"source.ip\"]"], NOTHING, NOTHING),
    ));
    check(&both(
        16,
        "SigninLogs | where ResultType == '0' | join kind=inner (AuditLogs | where Result == 'failure' | extend UserPrincipalName = \
         tostring(InitiatedBy.user.userPrincipalName)) on UserPrincipalName",
        (Approximate, &["type: temporal", "service: auditlogs", ": InitiatedBy.user.userPrincipalName"], NOTHING, &["missing-key-ignored"]),
        (
            Approximate,
            &["sample", "by azure.signinlogs.properties.user_principal_name", "azure.auditlogs"],
            NOTHING,
            &["missing-key-ignored"],
        ),
    ));
    check(&both(
        17,
        "SigninLogs | where TimeGenerated > ago(1d) and ResultType == '0'",
        (Exact, &["ResultType: '0'"], &["TimeGenerated", "ago"], &["schedule-not-in-target"]),
        (Exact, &["from = \"now-1d\"", "interval = \"5m\""], &["TimeGenerated"], NOTHING),
    ));
    check(&both(
        22,
        "SigninLogs | where ResultType == '0' | take 10",
        (Approximate, &["ResultType: '0'"], NOTHING, &["row-limit"]),
        (Approximate, &["error_code:0"], NOTHING, &["row-limit"]),
    ));
    check(&both(
        24,
        "MyTable_CL | where foo_s == 'bar'",
        (Refused, NOTHING, NOTHING, &["source-not-mapped"]),
        (Refused, NOTHING, NOTHING, &["source-not-mapped"]),
    ));
    check(&both(
        36,
        "SigninLogs | where ResultType == '0'",
        (Exact, &["level: high", "attack.initial-access", "attack.persistence", "attack.t1078"], NOTHING, &["schedule-not-in-target"]),
        (Exact, &["severity = \"high\"", "interval = \"5m\"", "Initial Access", "Persistence", "T1078"], &["suppression"], NOTHING),
    ));
}

#[test]
fn elastic_rules_keep_their_negations_values_types_and_sources_in_kusto() {
    let sentinel = |number, rule, expected| one(number, rule, Target::Sentinel, expected);
    let app = "azure.signinlogs.properties.app_display_name";
    check(&[
        sentinel(
            27,
            sign_in(&format!("not {app}:(\"Azure Portal\" or \"Azure CLI\")")),
            (Exact, &["!in (\"Azure Portal\", \"Azure CLI\")"], &["not "], NOTHING),
        ),
        sentinel(
            28,
            sign_in("azure.signinlogs.properties.app_id:(\"first-id\" or \"middle-id\" or \"last-id\")"),
            (Exact, &["AppId in (\"first-id\", \"middle-id\", \"last-id\")"], NOTHING, NOTHING),
        ),
        sentinel(
            29,
            sign_in(&format!("event.category:authentication and {app}:x")),
            (Exact, &["SigninLogs", "AppDisplayName == \"x\""], NOTHING, NOTHING),
        ),
        sentinel(
            30,
            sign_in("azure.signinlogs.properties.is_interactive:false"),
            (Exact, &["AADNonInteractiveUserSignInLogs"], &["'false'", "\"false\""], NOTHING),
        ),
        sentinel(32, sign_in(&format!("{app}:\"Azure Portal\"")), (Exact, &["AppDisplayName == \"Azure Portal\""], &["=~"], NOTHING)),
        sentinel(33, sign_in(&format!("{app}:*")), (Exact, &["isnotempty(AppDisplayName)"], &["'*'", "\"*\""], NOTHING)),
        sentinel(
            34,
            elastic("query", "event.dataset:azure.signinlogs and source.ip:1.2.3.4", "\"filebeat-*\", \"logs-azure.signinlogs-*\"", ""),
            (Exact, &["SigninLogs", "IPAddress == \"1.2.3.4\""], &["union *"], NOTHING),
        ),
        sentinel(
            35,
            sign_in(&format!("{app}:x and azure.signinlogs.properties.no_such_field:y")),
            (Approximate, &["SigninLogs"], NOTHING, &["field-not-in-target"]),
        ),
    ]);
    let window = "[rule.new_terms]\nfield = \"new_terms_fields\"\nvalue = [\"azure.signinlogs.properties.user_principal_name\"]\n\
                  [[rule.new_terms.history_window_start]]\nfield = \"history_window_start\"\nvalue = \"now-14d\"\n";
    let new_terms = elastic(
        "new_terms",
        "event.dataset:azure.signinlogs and azure.signinlogs.category:NonInteractiveUserSignInLogs",
        "\"logs-azure.signinlogs-*\"",
        window,
    );
    check(&[sentinel(31, new_terms, (Exact, &["join kind=leftanti", "ago(14d)", "on UserPrincipalName"], NOTHING, NOTHING))]);
}

#[test]
fn sigma_rules_keep_their_actions_halves_and_families_in_kusto() {
    let sentinel = |number, rule, expected| one(number, rule, Target::Sentinel, expected);
    check(&[
        sentinel(
            37,
            sigma("category: registry_set", "  selection:\n    TargetObject|endswith: '\\Run\\Updater'\n  condition: selection"),
            (Exact, &["RegistryKey endswith @\"\\Run\"", "RegistryValueName =~ \"Updater\"", "RegistryValueSet"], NOTHING, NOTHING),
        ),
        sentinel(
            38,
            sigma("category: process_creation", "  selection:\n    CommandLine|contains: '\\Foo\\'\n  condition: selection"),
            (Approximate, &["contains @\"\\Foo\\\""], &["*"], &["part-not-selectable"]),
        ),
        sentinel(
            39,
            sigma(
                "category: process_creation",
                "  selection:\n    Image|endswith: '\\cmd.exe'\n    CommandLine: null\n  condition: selection",
            ),
            (Approximate, &["isempty(ProcessCommandLine)"], &["isnull"], NOTHING),
        ),
        sentinel(
            40,
            sigma("category: network_connection", "  selection:\n    DestinationIp|cidr: '2001:db8::/32'\n  condition: selection"),
            (Approximate, &["ipv6_is_in_range(RemoteIP, \"2001:db8::/32\")"], &["ipv4_"], NOTHING),
        ),
        sentinel(
            41,
            sigma("category: registry_delete", "  selection:\n    TargetObject|contains: '\\Run'\n  condition: selection"),
            (Exact, &["RegistryKeyDeleted", "RegistryValueDeleted"], NOTHING, NOTHING),
        ),
        sentinel(
            42,
            sigma("service: security", "  selection:\n    EventID: 4688\n    NewProcessName|endswith: '\\cmd.exe'\n  condition: selection"),
            (Exact, &["EventID == 4688"], NOTHING, NOTHING),
        ),
    ]);
    let unlike = sigma(
        "category: process_creation",
        "  selection:\n    Image|endswith: '\\cmd.exe'\n  filter:\n    CommandLine|contains: 'x'\n  condition: selection and not filter",
    );
    check(&[one(
        43,
        unlike,
        Target::Elastic,
        (Exact, &["process.command_line == null or not process.command_line : \"*x*\""], NOTHING, NOTHING),
    )]);
}

#[test]
fn sigma_rules_compare_fields_as_they_are_read() {
    let same_user =
        "  selection:\n    Image|endswith: '\\calc.exe'\n  filter:\n    User|fieldref: ParentUser\n  condition: selection and not filter";
    let same_name = "  selection:\n    eventName: 'UpdateLoginProfile'\n  filter:\n    userIdentity.arn|fieldref: requestParameters.userName\n  condition: selection and not filter";
    check(&[
        one(
            44,
            sigma("category: process_creation", same_user),
            Target::Sentinel,
            (Exact, &["tostring(EventData.User) =~ tostring(EventData.ParentUser)"], NOTHING, NOTHING),
        ),
        one(
            45,
            sigma_of("product: aws\n  service: cloudtrail", same_name),
            Target::Sentinel,
            (Exact, &["UserIdentityArn =~ tostring(parse_json(RequestParameters).userName)"], NOTHING, NOTHING),
        ),
    ]);
}

#[test]
fn names_that_no_product_has_are_assumed_and_named() {
    let audit = |field: &str, expected| {
        let detection = format!("  selection:\n    {field}\n  condition: selection");
        one(46, sigma_of("product: azure\n  service: auditlogs", &detection), Target::Sentinel, expected)
    };
    check(&[
        audit("properties.message: Add user", (Approximate, &["OperationName =~ \"Add user\""], NOTHING, &["assumed-field"])),
        audit("Status: Success", (Approximate, &["Result == \"success\""], NOTHING, &["assumed-field"])),
        audit("Status: Some reason", (Approximate, &["ResultReason =~ \"Some reason\""], NOTHING, &["assumed-field"])),
        // Both ask for the operation now: what would never fire again is not written.
        audit("properties.message: Add user\n    operationName: Update user", (Refused, NOTHING, NOTHING, &["never-fires"])),
        audit("operationName: Add user", (Exact, &["OperationName =~ \"Add user\""], NOTHING, NOTHING)),
        audit("TargetResources|contains: Admins", (Exact, &["tostring(TargetResources) contains \"Admins\""], NOTHING, NOTHING)),
    ]);
}

#[test]
fn fields_with_enumerated_values_hold_no_others() {
    let detection =
        "  selection:\n    TargetFilename|endswith: '\\CodeIntegrity\\x.cip'\n    IntegrityLevel: 'High'\n  condition: selection";
    let (path, text) = sigma("category: file_event", detection);
    let context = ReadContext::builtin();
    let rules = read(path, &text, &context).rules;
    let mut emitted = emit(&rules[0], &text, Target::Elastic, Sources::builtin());
    let back = read_back(&mut emitted, &context);
    let run = examine(&rules[0], &back, &mut emitted, Sources::builtin(), Level::Tested).run.unwrap();
    assert!(run.matched > 0 && run.differences.is_empty(), "{:?}", run.differences);
}

#[test]
fn accesses_of_files_are_those_that_windows_audits() {
    let detection =
        "  selection:\n    FileName|endswith: '\\a.kdbx'\n  filter:\n    Image|endswith: '\\b.exe'\n  condition: selection and not filter";
    let audited = || kusto("SecurityEvent | where EventID == 4663 and ObjectType == \"File\" and ObjectName endswith \".kdbx\"");
    check(&[
        one(
            47,
            sigma("category: file_access", detection),
            Target::Sentinel,
            (Approximate, &["EventID == 4663", "ObjectName endswith @\"\\a.kdbx\""], NOTHING, &["assumed-field"]),
        ),
        // The way back goes by Windows' own names: the category is no second place of the events.
        one(48, audited(), Target::Sigma, (Exact, &["service: security", "ObjectName|endswith"], &["file_access"], NOTHING)),
        one(49, audited(), Target::Elastic, (Exact, &["winlog.event_data.ObjectName"], NOTHING, NOTHING)),
    ]);
}

#[test]
fn a_table_of_several_sources_is_asked_for_those_of_the_rule() {
    let asked = "  selection:\n    QueryName|endswith: '.example'\n  condition: selection";
    let registry = |condition: &str| kusto(&format!("DeviceRegistryEvents | where {condition}RegistryKey contains @\"\\Run\""));
    let remote_thread = "WindowsEvent | where Provider == \"Microsoft-Windows-Sysmon\" and EventID == 8 and tostring(EventData.TargetImage) endswith @\"\\a.exe\"";
    check(&[
        one(
            50,
            sigma("category: dns_query\n  product: windows", asked),
            Target::Sentinel,
            (Exact, &["ActionType == \"DnsQueryResponse\""], NOTHING, NOTHING),
        ),
        // One log source holds all of the table's events, and says of a part of them which.
        one(51, registry(""), Target::Sigma, (Exact, &["category: registry_event"], NOTHING, NOTHING)),
        one(
            52,
            registry("ActionType in (\"RegistryKeyCreated\", \"RegistryValueSet\") and "),
            Target::Sigma,
            (Exact, &["category: registry_event", "EventType", "CreateKey", "SetValue"], &["DeleteKey"], NOTHING),
        ),
        one(53, kusto(remote_thread), Target::Sigma, (Exact, &["category: create_remote_thread"], &["service:"], NOTHING)),
    ]);
}
