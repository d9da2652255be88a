//! The evaluator's short cuts change no answer: pruned plans over lines that are read in pieces by two threads give what whole tables give.

use super::corpus::rows;
use isoglot::eval::alert::run_rule;
use isoglot::eval::lines::{Lines, Opened, Pieces};
use isoglot::eval::table_io::from_documents;
use isoglot::eval::world::World;
use isoglot::eval::{self, Provider, Refusal, Rows, Settings, Table};
use isoglot::fixtures::Suite;
use isoglot::ir::datetime::parse_datetime;
use isoglot::ir::{Plan, Schema, TableSource, Type};
use isoglot::lang::kusto::{self, Environment};
use isoglot::rulefile::{self, ReadContext};
use isoglot::schema::Catalog;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const NOW: &str = "2026-03-02T12:00:00Z";

/// Bytes in memory, a piece a line or two.
#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Pieces for Bytes {
    fn name(&self) -> &'static str {
        "events"
    }

    fn open(&self) -> Result<Opened<'_>, Refusal> {
        let lines: Vec<&[u8]> = self.0.split_inclusive(|byte| *byte == b'\n').collect();
        Ok(Box::new(lines.chunks(2).map(|lines| Ok(lines.concat())).collect::<Vec<_>>().into_iter()))
    }
}

/// Documents by table, as a whole or as lines.
struct Tables {
    documents: BTreeMap<String, Vec<Json>>,
    streamed: bool,
}

impl Provider for Tables {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        let TableSource::Table(name) = source else { return Ok(None) };
        let Some(documents) = self.documents.get(&**name) else { return Ok(None) };
        let columns = Catalog::builtin().table(name).map_or_else(|| schema.columns.clone(), |table| table.columns);
        if self.streamed && !documents.is_empty() {
            let bytes = documents.iter().map(|document| format!("{document}\n")).collect::<String>().into_bytes();
            return Ok(Lines::new(Arc::new(Bytes(bytes)), columns)?.map(|lines| Rows::Lines(Arc::new(lines), None)));
        }
        Ok(Some(from_documents(documents, &Schema::closed(columns)).into()))
    }
}

fn settings(short_cuts: bool) -> Settings {
    let settings = Settings::at(parse_datetime(NOW).unwrap());
    Settings { prune: short_cuts, threads: if short_cuts { 2 } else { 1 }, ..settings }
}

fn bound(query: &str) -> Option<Arc<Plan>> {
    let lowered = kusto::lower(&kusto::parse(query).query, query, &Environment::new(Catalog::builtin()));
    let broken = lowered.diagnostics.iter().any(|found| found.severity == isoglot::diagnostic::Severity::Error);
    lowered.plan.filter(|_| !broken)
}

/// What comes out both ways.
fn both(plan: &Arc<Plan>, documents: &BTreeMap<String, Vec<Json>>) -> [Result<Table, &'static str>; 2] {
    [false, true].map(|short_cuts| {
        let mut settings = settings(short_cuts);
        settings.limits.rows = 200_000;
        let tables = Tables { documents: documents.clone(), streamed: short_cuts };
        eval::run(plan, &tables, &settings).map_err(|refusal| refusal.code)
    })
}

fn sign_ins() -> BTreeMap<String, Vec<Json>> {
    let sign_in = |number: i64| {
        json!({
            "TimeGenerated": format!("2026-03-02T{:02}:00:00Z", number % 12), "UserPrincipalName": format!("user{}@contoso.example", number % 5),
            "ResultType": if number % 3 == 0 { json!("0") } else { json!(50126) }, "DurationMs": number * 10, "IsInteractive": number % 2 == 0,
            "Status": {"errorCode": number, "a": {"b": [number, "x\"y"]}, "unread": {"deep": [1, 2, 3]}}, "IPAddress": format!("198.51.100.{number}"),
            "DeviceDetail": format!("{{\"operatingSystem\":\"Windows{number}\"}}"), "LocationDetails": null,
        })
    };
    BTreeMap::from([("SigninLogs".to_owned(), (0..23).map(sign_in).collect()), ("AuditLogs".to_owned(), Vec::new())])
}

#[test]
fn every_operator_answers_the_same_over_pruned_streams() {
    let tables = sign_ins();
    for tail in [
        "where ResultType == '0' and Status.errorCode > 3 | project UserPrincipalName, Status.a.b",
        "where Status.a.b[0] == 6 | project Status",
        "extend os = tostring(DeviceDetail.operatingSystem) | summarize count(), dcount(os) by UserPrincipalName, bin(TimeGenerated, 4h)",
        "summarize arg_max(TimeGenerated, *) by UserPrincipalName | project UserPrincipalName, IPAddress, Status.errorCode",
        "extend Status = Status.a | extend n = Status.b[0] | project n",
        "mv-expand x = Status.a.b to typeof(string) | summarize make_list(x) by ResultType",
        "parse IPAddress with a:long '.' b:long '.' rest | where rest != '' | project b, UserPrincipalName",
        "project-away Status | take 3",
        "join kind=inner (SigninLogs | project UserPrincipalName, DurationMs, IPAddress) on UserPrincipalName | project UserPrincipalName1, DurationMs1",
        "join kind=leftanti (SigninLogs | where ResultType == '0') on UserPrincipalName | project TimeGenerated",
        "join kind=rightouter (SigninLogs | where DurationMs > 100) on IPAddress | count",
        "lookup (SigninLogs | project IPAddress, d = DurationMs) on IPAddress | project d",
        "union withsource=T (SigninLogs | extend x = 1), AuditLogs | summarize n = count() by T, x",
        "where UserPrincipalName in ((SigninLogs | where DurationMs > 200 | project UserPrincipalName, IPAddress)) | distinct UserPrincipalName",
        "serialize | extend before = prev(DurationMs) | where before > 30 | project before",
        "sort by DurationMs desc | extend n = row_number() | where n < 4 | project n, IPAddress",
        "extend r = rand(100) | project r",
        "extend all = pack_all() | project all.IPAddress",
        "mv-apply x = Status.a.b on (where tostring(x) startswith 'x' | summarize n = count()) | project n, UserPrincipalName",
        "make-series n = count() on TimeGenerated from datetime(2026-03-02) to datetime(2026-03-03) step 6h by ResultType",
        "count",
        "where isnull(LocationDetails) and isempty(tostring(LocationDetails.city)) | count",
        "getschema | count",
        "as T | where DurationMs == toscalar(T | summarize max(DurationMs)) | project IPAddress",
    ] {
        let query = format!("SigninLogs | {tail}");
        let plan = bound(&query).unwrap_or_else(|| panic!("{query} does not bind"));
        let [plain, fast] = both(&plan, &tables);
        assert!(plain.is_ok(), "{query}: {plain:?}");
        assert_eq!(fast, plain, "{query}");
    }
}

/// A row of a table with a value of the right type in each column, and one without any.
fn synthetic(columns: &[isoglot::ir::Column]) -> Vec<Json> {
    let sample = |ty| match ty {
        Type::Bool => json!(true),
        Type::Real => json!(1.5),
        Type::DateTime => json!("2026-03-02T11:30:00Z"),
        Type::String => json!("198.51.100.7"),
        Type::Dynamic => json!({"a": "b", "user": {"userPrincipalName": "ines@contoso.example"}}),
        _ => json!(1),
    };
    let full: Map<String, Json> = columns.iter().map(|column| (column.name.to_string(), sample(column.ty))).collect();
    vec![Json::Object(full), json!({}), json!({"TimeGenerated": "2026-03-02T10:00:00Z"})]
}

#[test]
fn real_queries_answer_the_same_over_pruned_streams() {
    let (mut compared, mut differing) = (0, Vec::new());
    // One query in seven keeps the test short.
    for row in rows("parse/kusto.jsonl").iter().step_by(7) {
        let Some(query) = row["query"].as_str() else { continue };
        let Some(plan) = bound(query) else { continue };
        let mut tables = BTreeMap::new();
        plan.walk(&mut |node| {
            if let isoglot::ir::Op::Scan(TableSource::Table(name)) = &node.op
                && let Some(table) = Catalog::builtin().table(name)
            {
                tables.insert(name.to_string(), synthetic(&table.columns));
            }
        });
        let [plain, fast] = both(&plan, &tables);
        compared += usize::from(plain.is_ok());
        // What nobody reads is not run: a refusal may become an answer, never the other way.
        if plain.is_ok() && fast != plain {
            differing.push(format!("{}\n  plain {plain:?}\n  fast  {fast:?}", row["id"]));
        }
    }
    eprintln!("{compared} real queries compared");
    assert!(differing.is_empty(), "{} answers differ:\n{}", differing.len(), differing.into_iter().take(3).collect::<Vec<_>>().join("\n"));
}

#[test]
fn starter_rules_alert_the_same_over_pruned_streams() {
    let folder = format!("{}/rules", env!("CARGO_MANIFEST_DIR"));
    let mut compared = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let folder = entry.unwrap().path();
        let path = ["rule.yaml", "rule.kql"].iter().map(|name| folder.join(name)).find(|path| path.exists());
        let (Some(path), Ok(text)) = (path, std::fs::read_to_string(folder.join("test.yaml"))) else { continue };
        let rule_text = std::fs::read_to_string(&path).unwrap();
        let rule = rulefile::read(&path.to_string_lossy(), &rule_text, &ReadContext::builtin()).rules.remove(0);
        let contents = Suite::files(&text).unwrap().into_iter().map(|name| {
            let content = Arc::from(std::fs::read_to_string(folder.join(&name)).unwrap());
            (name, content)
        });
        let suite = Suite::read(&text, &contents.collect()).unwrap();
        for case in &suite.cases {
            let plain = run_rule(&rule, &case.world(), &Settings { prune: false, ..Settings::at(suite.now) });
            let streams = Streams(case.world());
            let fast = run_rule(&rule, &streams, &Settings { threads: 2, ..Settings::at(suite.now) });
            let shown = |outcome: Result<isoglot::eval::alert::Outcome, Refusal>| outcome.map(|outcome| (outcome.rows, outcome.alerts));
            assert_eq!(shown(fast), shown(plain), "{}: {}", path.display(), case.name);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// A world whose tables are lines.
struct Streams(World);

impl Provider for Streams {
    fn scan(&self, source: &TableSource, schema: &Schema) -> Result<Option<Rows>, Refusal> {
        if let TableSource::Table(name) = source
            && let Some(events) = self.0.events.get(&**name).filter(|events| !events.is_empty())
        {
            let columns = Catalog::builtin().table(name).map_or_else(|| schema.columns.clone(), |table| table.columns);
            let bytes = events.iter().map(|event| format!("{event}\n")).collect::<String>().into_bytes();
            return Ok(Lines::new(Arc::new(Bytes(bytes)), columns)?.map(|lines| Rows::Lines(Arc::new(lines), None)));
        }
        self.0.scan(source, schema)
    }
}

fn lines(text: &str) -> Lines {
    Lines::new(Arc::new(Bytes(text.as_bytes().to_vec())), Vec::new()).unwrap().unwrap()
}

#[test]
fn later_lines_that_show_more_are_refused_until_all_are_looked_at() {
    // The first piece holds two lines.
    let first = lines("{\"a\":1}\n{\"a\":2}\n{\"a\":\"x\",\"b\":true}\n");
    let read = |lines: &Lines| eval::lines::read(&Arc::new(lines.clone()), &Schema::closed(lines.columns().to_vec()), &settings(true));
    assert_eq!(read(&first).unwrap_err().code, eval::lines::LATE);
    let all = first.complete().unwrap();
    let types: Vec<(&str, Type)> = all.columns().iter().map(|column| (&*column.name, column.ty)).collect();
    assert_eq!(types, [("a", Type::Dynamic), ("b", Type::Bool)]);
    assert_eq!(read(&all).unwrap().rows.len(), 3);
}

#[test]
fn a_broken_line_is_told_with_its_number() {
    let broken = lines("{\"a\":1}\n\n{\"a\":2}\n{\"a\":}\n");
    for threads in [1, 2] {
        let settings = Settings { threads, ..settings(true) };
        let refusal = eval::lines::read(&Arc::new(broken.clone()), &Schema::closed(broken.columns().to_vec()), &settings).unwrap_err();
        assert_eq!((refusal.code, &*refusal.message), ("broken-data", "events, line 4: column 6: not a JSON object: expected value"));
    }
}

#[test]
fn what_operators_hold_is_bounded() {
    let plan = bound("SigninLogs | sort by DurationMs").unwrap();
    let mut settings = settings(true);
    settings.limits.memory = 1000;
    let refusal = eval::run(&plan, &Tables { documents: sign_ins(), streamed: true }, &settings).unwrap_err();
    assert_eq!(refusal.code, "memory-limit");
}
