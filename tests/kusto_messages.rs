//! What people are told about broken Kusto: where, in what words, with what advice.

use isoglot::lang::kusto;

/// Queries with the slips that people make.
const BROKEN: &[&str] = &[
    "SigninLogs | where ResultType = 0 and",
    "SigninLogs | where ResultType == 0 AND AppId == 'x'",
    "SigninLogs | where UserId not in ('a')",
    "SigninLogs | where UserId is null",
    "SigninLogs | where (ResultType == 0",
    "SigninLogs | where ResultType == 0)",
    "SigninLogs | where Name == \"C:\\dir\"",
    "SigninLogs | where Name == 'abc\n| take 1",
    "SigninLogs | sort TimeGenerated",
    "SigninLogs | order by TimeGenerated down",
    "SigninLogs | summarise count() by UserId",
    "SigninLogs | summarize count() by",
    "SigninLogs | summarize count(), by UserId",
    "SigninLogs | project UserId,",
    "SigninLogs | project UserId AppId",
    "SigninLogs | extend x == 1",
    "SigninLogs | extend",
    "SigninLogs | take",
    "SigninLogs | top 5 UserId",
    "SigninLogs | top 5 by UserId descending",
    "SigninLogs | join kind=inner (AuditLogs) UserId",
    "SigninLogs | lookup Users",
    "SigninLogs | where UserId in 'a', 'b'",
    "SigninLogs | where TimeGenerated between (ago(1d) and now())",
    "SigninLogs | where a == 1 == b",
    "SigninLogs | mv-expand Roles to string",
    "SigninLogs | mv-apply Roles (take 1)",
    "SigninLogs | parse Name 'x' y",
    "SigninLogs | make-series count() on TimeGenerated",
    "SigninLogs | render timechart title='x'; x y",
    "SigninLogs | where Level == 1 | | take 5",
    "SigninLogs || take 5",
    "let x = ; SigninLogs | take x",
    "let x 5; SigninLogs",
    "let f = (a) { a }; f(1)",
    "let f = (a:text) { a }; f(1)",
    "SigninLogs | extend union = 1",
    "print datatable(a:string)['x'",
    "datatable(a string)['x']",
    "SigninLogs | where has_any(Name, 'x')",
    "SELECT * FROM SigninLogs",
    "SigninLogs\nAuditLogs | take 1",
    "index=main | stats count",
    "SigninLogs | where x == <user>",
    "SigninLogs | where x == 5 minutes",
    "SigninLogs | where Name ~= 'x'",
    "SigninLogs | where !isempty(Name)",
    "SigninLogs | distinct",
    "SigninLogs | evaluate bag_unpack",
    ".show tables",
    "SigninLogs\n| where ResultType == 0\nproject UserId",
    "SigninLogs | UserId == 'ines'",
    "let names = dynamic(['a', 'b',]); SigninLogs",
    "let names = dynamic({user: 'a'}); SigninLogs",
    "SigninLogs | join (AuditLogs | where == | project a b) on UserId | where",
];

#[test]
fn messages_say_where_what_and_what_instead() {
    let mut told = String::new();
    for query in BROKEN {
        told.push_str(&format!("{}\n", query.replace('\n', "\u{23ce}")));
        for found in kusto::parse(query).diagnostics {
            let column = query[..found.primary.span.start as usize].chars().count();
            let length = found.primary.span.text(query).chars().count().max(1);
            told.push_str(&format!("{}{} {}[{}]", " ".repeat(column), "^".repeat(length), found.message, found.code));
            told.push_str(&found.help.iter().map(|help| format!("; {help}\n")).next().unwrap_or_else(|| "\n".to_owned()));
        }
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}
