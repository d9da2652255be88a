"""Reads, checks, converts and runs Sigma rules in isoglot and in rsigma, in turns on the same files, and prints processor time, wall time and peak memory.

rsigma is installed into a folder of its own where it is not there yet (`cargo install`, half an hour on two cores; it does not build
without its default features). The rules are a checkout of SigmaHQ's `rules*` folders;
the events are those of `generate.py`. What both find on the events is compared: rules by id and events by position must be the same.

usage: compare.py ISOGLOT RULES [--folder DIR] [--runs N] [--count EVENTS]
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "0.23.0"


def installed(folder):
    """Returns the path of rsigma, which is built first if need be."""
    binary = folder / "bin" / "rsigma"
    if not binary.exists():
        subprocess.run(["cargo", "install", f"rsigma@{VERSION}", "--locked", "--root", str(folder)], check=True)
    return str(binary)


def measured(command, out):
    """Runs a command; returns its processor seconds, wall seconds and peak memory in MiB."""
    with open(out, "wb") as stdout:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {code}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def found(path):
    """Returns how often each rule matched, by id."""
    counts = collections.Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                match = json.loads(line)
                counts[match.get("id") or match.get("rule_id") or match.get("rule", {}).get("id")] += 1
    return counts


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("isoglot")
    args.add_argument("rules", type=pathlib.Path)
    args.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/isoglot-bench-sigma"))
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--count", type=int, default=100_000)
    args = args.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    rsigma = installed(args.folder)
    events = args.folder / f"events-{args.count}.ndjson"
    if not events.exists():
        with open(events, "wb") as out:
            subprocess.run([sys.executable, str(HERE / "generate.py"), str(args.count)], stdout=out, check=True)
    windows = next((folder for folder in [args.rules / "rules" / "windows", args.rules / "windows"] if folder.exists()), args.rules)
    ours, theirs = args.folder / "isoglot.out", args.folder / "rsigma.out"
    check = [args.isoglot, "check", "--quiet", str(args.rules)]
    convert = [args.isoglot, "convert", "--quiet", "--to", "kql", "--accept-loss", "--format", "json", str(args.rules)]
    questions = [
        # rsigma's `lint` looks at the YAML alone, its `validate` reads the rules; isoglot's `check` does both and looks at the logic.
        ("check all rules (lint)", check, [rsigma, "rule", "lint", str(args.rules)]),
        ("check all rules (validate)", check, [rsigma, "rule", "validate", str(args.rules)]),
        ("convert all to Kusto, read back", [*convert, "--evidence", "parsed"], None),
        ("convert all to Kusto, proven or tested", convert, None),
        (
            f"{args.count:,} events × all Windows rules",
            [args.isoglot, "run", "--quiet", str(windows), "--events", str(events)],
            [rsigma, "engine", "eval", "--quiet", "--output-format", "ndjson", "-r", str(windows), "-e", f"@{events}"],
        ),
    ]
    for name, ours_command, theirs_command in questions:
        best = {}
        for _ in range(args.runs):
            for who, command, out in [("isoglot", ours_command, ours), ("rsigma", theirs_command, theirs)]:
                if command:
                    best[who] = min(best.get(who, (9e9, 9e9, 0)), measured(command, out))
        for who, (processor, wall, memory) in best.items():
            print(f"{name:40} {who:8} {processor:7.2f} s processor {wall:7.2f} s wall {memory:6.0f} MiB")
    mine, other = found(ours), found(theirs)
    differ = {rule: (mine[rule], other[rule]) for rule in mine | other if mine[rule] != other[rule]}
    print(f"matches: isoglot {mine.total()}, rsigma {other.total()}, rules whose counts differ: {len(differ)}")
    for rule, (left, right) in list(differ.items())[:20]:
        print(f"    {rule}: isoglot {left}, rsigma {right}")


main()
