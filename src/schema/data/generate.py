#!/usr/bin/env python3
"""Writes the catalog's data files next to this script from the facts collected outside the project.

usage: generate.py SHARED        (the folder that holds data/ and oracle/)

Every file is sorted by its first field (byte order), one record a line, fields apart by tabs, so that the catalog finds a record by binary search in the
text itself and parses nothing at start.

tables.txt      TABLE column:T column:T … +      T is a type letter (see `schema/catalog.rs`); `+` adds the standard columns
functions.txt   NAME parameter parameter …       saved functions (ASIM parsers, watchlists); all parameters are optional
fields.txt      FIELD type[]                     ECS and beats fields; `[]` marks arrays, ECS wins where both know a field
tactics.txt     ID shortname name versions
techniques.txt  ID name tactics since replaced_by tactics_v19
"""
import csv
import json
import pathlib
import sys

SHARED = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).parent
LETTERS = {"string": "s", "datetime": "t", "date/time": "t", "real": "r", "double": "r", "float": "r", "int": "i", "int32": "i",
           "integer": "i", "long": "l", "int64": "l", "bigint": "l", "dynamic": "d", "object": "d", "bool": "b", "boolean": "b",
           "sbyte": "b", "guid": "g", "timespan": "p", "decimal": "m"}
# The parameters of the ASIM parsers whose own list is not published; the official labels were made with the same list.
ASIM = """starttime endtime pack disabled srcipaddr domain_has_any responsecodename response_has_ipv4 response_has_any_prefix eventtype
eventtype_in srcipaddr_has_any_prefix dstipaddr_has_any_prefix ipaddr_has_any_prefix dstportnumber hostname_has_any dvcaction eventresult
url_has_any httpuseragent_has_any eventresultdetails_in eventresultdetails_has_any username_has_any targetappname_has_any
dvchostname_has_any dvcname_has_any dvcipaddr_has_any_prefix actorusername_has_any actorusername_has targetusername_has
targetusername_has_any commandline_has_any commandline_has_all commandline_has_any_ip_prefix actingprocess_has_any targetprocess_has_any
parentprocess_has_any targetfilepath_has_any srcfilepath_has_any hashes_has_any registrykey_has_any registryvalue_has_any
registrydata_has_any srchostname_has_any operation_has_any object_has_any newvalue_has_any eventresult_in targetdomain_has_any""".split()


def letter(name):
    return LETTERS.get(name.strip().lower(), "s")


def write(name, lines):
    lines = sorted(lines, key=lambda line: line.split("\t", 1)[0].encode())
    (HERE / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


extra = json.loads((SHARED / "oracle/extra-schema.json").read_text())
tables = {}
with open(SHARED / "data/sentinel-tables.csv", newline="") as file:
    for row in csv.DictReader(file):
        tables.setdefault(row["table"], {})[row["column"]] = letter(row["type"])
# The order of Microsoft's reference pages, which the official labels and `project *` show: leading underscores do not count.
tables = {table: dict(sorted(columns.items(), key=lambda item: item[0].lstrip("_").lower())) for table, columns in tables.items()}
for table, columns in extra["tables"].items():
    for column, kind in columns.items():
        tables.setdefault(table, {}).setdefault(column, letter(kind))
standard = extra["addColumns"].pop("*")
lines = []
for table, columns in tables.items():
    own = [f"{name}:{kind}" for name, kind in columns.items()]
    added = [f"{name}:{letter(kind)}" for name, kind in extra["addColumns"].get(table, {}).items() if name not in columns]
    lines.append("\t".join([table, *own, "+", *added]))
write("tables.txt", lines)
print("standard columns:", ", ".join(f"{n}:{letter(k)}" for n, k in standard.items()))

functions = {name: ASIM if params is None else [p[0] for p in params] for name, params in extra["functions"].items()}
functions["_GetWatchlist"] = ["alias", "keys"]
functions["_GetWatchlistAlias"] = []
write("functions.txt", ["\t".join([name, *params]) for name, params in functions.items()])

fields = {}
with open(SHARED / "data/beats-fields.csv", newline="") as file:
    for row in csv.DictReader(file):
        fields[row["field"]] = row["type"]
with open(SHARED / "data/ecs-fields.csv", newline="") as file:
    for row in csv.DictReader(file):
        fields[row["field"]] = row["type"] + ("[]" if row["array"] else "")
write("fields.txt", [f"{name}\t{kind}" for name, kind in fields.items()])

with open(SHARED / "data/attack-tactics.csv", newline="") as file:
    write("tactics.txt", ["\t".join([r["id"], r["shortname"], r["name"], r["versions"]]) for r in csv.DictReader(file)])
with open(SHARED / "data/attack-techniques.csv", newline="") as file:
    write("techniques.txt", ["\t".join([r["id"], r["name"], r["tactics"], r["since_version"], r["replaced_by"], r["tactics_v19"]])
                             for r in csv.DictReader(file)])
