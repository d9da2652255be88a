#!/usr/bin/env python3
"""Queries a second of our Kusto parser and of Microsoft's, side by side: same machine, same queries, one thread each, one after the other.

usage: parse_speed.py [--corpus FILE] [--oracle DIR] [--profile release] [--limits]
  --corpus   JSON Lines with a `query` each [default: ../shared/corpus/parse/kusto.jsonl]
  --oracle   folder with Microsoft's parser and label.js; copied and `npm install`ed if it has no node_modules [default: ../shared/oracle]
  --limits   afterwards, what very large queries cost us in time and memory
"""
import argparse, json, os, re, shutil, subprocess, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def shared(name):
    """The first of the places where the shared folder may be."""
    ways = [os.path.join(ROOT, up, "shared", name) for up in ("..", "../..")]
    return next((way for way in ways if os.path.exists(way)), ways[0])


def ours(arguments):
    command = ["cargo", "bench", "--quiet", "--bench", "kusto_speed", "--profile", options.profile, "--", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def oracle(folder, scratch):
    """The folder with Microsoft's parser installed."""
    if os.path.isdir(os.path.join(folder, "node_modules")):
        return folder
    copy = os.path.join(scratch, "oracle")
    shutil.copytree(folder, copy)
    subprocess.run(["npm", "install", "--silent"], cwd=copy, check=True)
    return copy


def theirs(scratch):
    queries = os.path.join(scratch, "queries")
    os.mkdir(queries)
    with open(options.corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            with open(os.path.join(queries, f"{number}.kql"), "w", encoding="utf-8", newline="") as out:
                out.write(json.loads(line)["query"])
    command = ["node", os.path.join(oracle(options.oracle, scratch), "label.js"), "--bench", "3", queries]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return max(run["qps"] for run in report["runs"])


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--corpus", default=shared("corpus/parse/kusto.jsonl"))
parser.add_argument("--oracle", default=shared("oracle"))
parser.add_argument("--profile", default="release")
parser.add_argument("--limits", action="store_true")
options = parser.parse_args()
mine = max(float(rate) for rate in re.findall(r"(\d+) queries/s", ours(["corpus", os.path.abspath(options.corpus)])))
with tempfile.TemporaryDirectory() as folder:
    vendor = theirs(folder)
print(f"isoglot {mine:.0f} queries/s, Microsoft's parser in node {vendor:.0f} queries/s: {mine / vendor:.1f} times as fast")
if options.limits:
    print(ours([]), end="")
