"""Says which Sigma rules pySigma converts and isoglot refuses, and what share of isoglot's EQL the `eql` package accepts.

pySigma with its Kusto backend and `eql` (a tool to compare with, never to ship) are installed from PyPI into an environment of their own. A rule counts as
converted by pySigma where one of the backend's shipped pipelines gives a query.

usage: pysigma.py ISOGLOT RULES [--folder DIR] [--show N]
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import venv

PACKAGES = ["pysigma-backend-kusto==1.0.1", "eql==1.0.1"]


def converted(isoglot, rules, target):
    """Returns isoglot's translations, one a rule."""
    command = [isoglot, "convert", "--quiet", "--to", target, "--accept-loss", "--format", "json", str(rules)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {done.returncode}")
    return [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]


def by_pysigma(path):
    """Returns the pipelines with which pySigma converts a rule."""
    from sigma.backends.kusto import KustoBackend
    from sigma.collection import SigmaCollection
    from sigma.pipelines.azuremonitor import azure_monitor_pipeline
    from sigma.pipelines.microsoftxdr import microsoft_xdr_pipeline
    from sigma.pipelines.sentinelasim import sentinel_asim_pipeline

    text = pathlib.Path(path).read_text(encoding="utf-8")
    found = []
    for pipeline in (microsoft_xdr_pipeline, sentinel_asim_pipeline, azure_monitor_pipeline):
        try:
            if KustoBackend(processing_pipeline=pipeline()).convert(SigmaCollection.from_yaml(text)):
                found.append(pipeline.__name__)
        except Exception:  # pySigma raises many kinds; each means that it does not convert the rule
            continue
    return found


def accepted(queries):
    """Returns how many EQL queries parse, and what is wrong with the others."""
    import eql
    from eql.parser import elasticsearch_syntax

    faults = collections.Counter()
    with elasticsearch_syntax:
        for query in queries:
            try:
                eql.parse_query(query, implied_any=True)
            except Exception as fault:  # a fault of the parser itself counts against the query, too
                faults[str(fault).splitlines()[0][:100]] += 1
    return len(queries) - faults.total(), faults


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("isoglot")
    args.add_argument("rules", type=pathlib.Path)
    args.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/isoglot-bench-pysigma"))
    args.add_argument("--show", type=int, default=40)
    args = args.parse_args()
    python = args.folder / "bin" / "python"
    if not python.exists():
        venv.create(args.folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    if pathlib.Path(sys.prefix).resolve() != args.folder.resolve():
        os.execv(python, [str(python), *sys.argv])
    kusto = converted(args.isoglot, args.rules, "kql")
    refused = [rule for rule in kusto if rule["status"] == "refused"]
    only_pysigma = [(rule, pipelines) for rule in refused if (pipelines := by_pysigma(rule["file"]))]
    print(f"Kusto: {len(kusto)} rules, {len(refused)} refused, {len(only_pysigma)} of these converted by pySigma")
    for rule, pipelines in only_pysigma[: args.show]:
        print(f"    {rule['losses'][0]['code']}: {rule['file']} ({', '.join(pipelines)})")
    elastic = converted(args.isoglot, args.rules, "elastic")
    queries = [rule["query"] for rule in elastic if rule["status"] != "refused" and rule["language"] == "eql"]
    good, faults = accepted(queries)
    print(f"Elastic: {len(elastic)} rules, {sum(rule['status'] == 'refused' for rule in elastic)} refused; EQL {len(queries)}, accepted {good}")
    for fault, count in faults.most_common(args.show):
        print(f"    {count}: {fault}")


main()
