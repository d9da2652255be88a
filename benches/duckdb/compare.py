"""Runs three questions on one million sign-in events in isoglot and in DuckDB, in turns, and prints wall time, CPU time, peak memory
and ratios. CPU time says more than wall time on a machine that does other things too.

Both read the same NDJSON file on the same cores, every run is a process of its own, the best of the runs counts, and both must answer the same. DuckDB's
time leaves out the start of Python and the import; isoglot's is that of the whole process.

usage: compare.py ISOGLOT [--folder DIR] [--runs N] [--count EVENTS]
"""

import argparse
import csv
import io
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
RULE = HERE.parent.parent / "rules/admin-sign-in-to-new-tenant/rule.yaml"
NOW = "2026-03-02T12:00:00Z"

COLUMNS = {
    "TimeGenerated": "TIMESTAMP", "OperationName": "VARCHAR", "ResultType": "VARCHAR", "ResultDescription": "VARCHAR", "DurationMs": "BIGINT",
    "CorrelationId": "VARCHAR", "AppDisplayName": "VARCHAR", "AuthenticationDetails": "VARCHAR", "ClientAppUsed": "VARCHAR",
    "ConditionalAccessPolicies": "JSON", "DeviceDetail": "JSON", "HomeTenantId": "VARCHAR", "IPAddress": "VARCHAR", "IsInteractive": "BOOLEAN",
    "LocationDetails": "JSON", "ResourceTenantId": "VARCHAR", "RiskLevelDuringSignIn": "VARCHAR", "Status": "JSON", 
    "UserAgent": "VARCHAR", "UserId": "VARCHAR", "UserPrincipalName": "VARCHAR", "UserType": "VARCHAR",
}

# Question, its Kusto query (None: the starter rule), its SQL. `{T}` is the sign-in table, `{I}` that of identities.
QUESTIONS = [
    ("filter", """
SigninLogs
| where TimeGenerated >= datetime(2026-02-23) and ResultType == "50126" and AppDisplayName has "Azure"
| where tostring(DeviceDetail.operatingSystem) startswith "Windows"
| project TimeGenerated, UserPrincipalName, IPAddress, AppDisplayName, City = tostring(LocationDetails.city), UserAgent
""", """
SELECT TimeGenerated, UserPrincipalName, IPAddress, AppDisplayName, LocationDetails->>'city' AS City, UserAgent FROM {T}
WHERE TimeGenerated >= TIMESTAMP '2026-02-23' AND ResultType = '50126' AND regexp_matches(AppDisplayName, '\\bazure\\b', 'i')
AND DeviceDetail->>'operatingSystem' ILIKE 'Windows%'
"""),
    ("filter and summarize", """
SigninLogs
| where ResultType != "0"
| summarize Failures = count(), Addresses = dcount(IPAddress), Latest = max(TimeGenerated) by UserPrincipalName, AppDisplayName
| where Failures >= 5
| project UserPrincipalName, AppDisplayName, Failures, Addresses, Latest
""", """
SELECT UserPrincipalName, AppDisplayName, count(*) AS Failures, count(DISTINCT IPAddress) AS Addresses, max(TimeGenerated) AS Latest FROM {T}
WHERE ResultType <> '0' GROUP BY UserPrincipalName, AppDisplayName HAVING count(*) >= 5
"""),
    ("new cross-tenant rule", None, """
WITH Latest AS (SELECT lower(AccountUPN) AS Account, arg_max(AssignedRoles, TimeGenerated) AS Roles FROM {I} GROUP BY AccountUPN),
Administrators AS (SELECT Account FROM Latest WHERE regexp_matches(Roles::VARCHAR, '\\badministrator\\b', 'i')),
Known AS (SELECT DISTINCT UserPrincipalName, ResourceTenantId FROM {T}
  WHERE TimeGenerated BETWEEN TIMESTAMP '2026-02-16 12:00:00' AND TIMESTAMP '2026-03-01 12:00:00' AND ResultType = '0' AND HomeTenantId <> ResourceTenantId)
SELECT TimeGenerated, UserPrincipalName, IPAddress, HomeTenantId, ResourceTenantId, AppDisplayName FROM {T} Recent
WHERE TimeGenerated > TIMESTAMP '2026-03-01 12:00:00' AND ResultType = '0' AND HomeTenantId <> ResourceTenantId AND HomeTenantId <> '' AND ResourceTenantId <> ''
AND lower(UserPrincipalName) IN (SELECT Account FROM Administrators)
AND NOT EXISTS (SELECT 1 FROM Known WHERE Known.UserPrincipalName = Recent.UserPrincipalName AND Known.ResourceTenantId = Recent.ResourceTenantId)
"""),
]

DUCKDB = """
import csv, duckdb, sys, time
query, out = sys.argv[1:]
connection = duckdb.connect(config={"threads": 2})
connection.execute("SET enable_progress_bar = false")
started, before = time.perf_counter(), time.process_time()
relation = connection.execute(query)
names, rows = [column[0] for column in relation.description], relation.fetchall()
print(time.perf_counter() - started, time.process_time() - before)
with open(out, "w", newline="", encoding="utf-8") as file:
    csv.writer(file, lineterminator="\\n").writerows([names, *rows])
"""


def measured(command, stdout=None):
    """Runs a process; returns its seconds, its seconds of CPU, its peak memory in MiB and what it printed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed.decode()


def python(folder):
    """Returns a Python with DuckDB, installing it if need be."""
    binary = folder / "venv/bin/python"
    if not binary.exists():
        venv.create(folder / "venv", with_pip=True)
        subprocess.run([binary, "-m", "pip", "install", "--quiet", "duckdb"], check=True)
    return binary


def duckdb(binary, folder, sql):
    columns = ", ".join(f"{name}: '{ty}'" for name, ty in COLUMNS.items())
    sign_ins = f"read_json('{folder}/SigninLogs.ndjson', format='newline_delimited', columns={{{columns}}})"
    identities = f"read_json('{folder}/IdentityInfo.ndjson', format='newline_delimited', columns={{TimeGenerated: 'TIMESTAMP', AccountUPN: 'VARCHAR', AssignedRoles: 'JSON'}})"
    out = folder / "duckdb.csv"
    _, _, memory, printed = measured([str(binary), "-c", DUCKDB, sql.format(T=sign_ins, I=identities), str(out)])
    return *map(float, printed.split()), memory, rows(out.read_text(encoding="utf-8"))


def isoglot(binary, folder, query):
    data = ["--data", f"SigninLogs={folder}/SigninLogs.ndjson"]
    if query is None:
        # The rule's own query, over the window of its schedule.
        query = RULE.read_text(encoding="utf-8").split("query: |\n", 1)[1].split("\nentityMappings", 1)[0]
        data += ["--data", f"IdentityInfo={folder}/IdentityInfo.ndjson"]
    *figures, printed = measured([binary, "query", "--format", "csv", "--now", NOW, *data, query])
    return *figures, rows(printed)


def rows(text):
    """Rows of a CSV text in no order; points in time cut to microseconds."""
    table = list(csv.reader(io.StringIO(text)))
    plain = lambda cell: cell.replace("T", " ").split(".")[0].rstrip("Z") if len(cell) > 18 and cell[4:5] == "-" and cell[10:11] in "T " else cell
    return table[0], sorted([plain(cell) for cell in row] for row in table[1:])


def rule_seconds(binary, folder):
    """The same rule as `isoglot run` runs it, alerts included."""
    data = ["--data", f"SigninLogs={folder}/SigninLogs.ndjson", "--data", f"IdentityInfo={folder}/IdentityInfo.ndjson"]
    *figures, _ = measured([binary, "run", str(RULE), "--now", NOW, *data])
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("isoglot")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/isoglot-bench"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--count", type=int, default=1_000_000)
    asked = parser.parse_args()
    folder = asked.folder / str(asked.count)
    if not (folder / "SigninLogs.ndjson").exists():
        subprocess.run([sys.executable, HERE / "generate.py", folder, str(asked.count)], check=True)
    binary = python(asked.folder)
    size = (folder / "SigninLogs.ndjson").stat().st_size
    print(f"{asked.count} events, {size / 1e9:.2f} GB, best of {asked.runs}\n")
    head = ["question", "rows", *("isoglot", "DuckDB", "wall") , *("isoglot", "DuckDB", "CPU"), *("isoglot", "DuckDB", "memory")]
    print(f"| {' | '.join(head)} |\n|---|{'--:|' * (len(head) - 1)}")
    for name, query, sql in QUESTIONS:
        ours, theirs = [], []
        for _ in range(asked.runs):
            ours.append(isoglot(asked.isoglot, folder, query))
            theirs.append(duckdb(binary, folder, sql))
        found, expected = ours[0][-1], theirs[0][-1]
        if found != expected:
            sys.exit(f"{name}: the answers differ: {len(found[1])} rows and {len(expected[1])} rows")
        cells = []
        for figure, form in enumerate(["{:.2f} s", "{:.2f} s", "{:.0f} MiB"]):
            mine, other = (min(run[figure] for run in runs) for runs in (ours, theirs))
            cells += [form.format(mine), form.format(other), f"{mine / other:.2f}×"]
        print(f"| {name} | {len(found[1])} | {' | '.join(cells)} |", flush=True)
    wall, cpu, memory = min(rule_seconds(asked.isoglot, folder) for _ in range(asked.runs))
    print(f"\n`isoglot run` of the rule, alert included: {wall:.2f} s, {cpu:.2f} s of CPU, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
