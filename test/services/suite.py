#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a service's own test suite on a built tree and judges every failure by
running the same test again, there and on a plain build. Called by test.sh."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from suites.memcached import Memcached
from suites.redis import Redis
from suites.sandbox import Sandbox

HERE = os.path.dirname(os.path.abspath(__file__))
REPEATED = 12    # failures repeated to judge them; with more the build is simply bad
QUIET_AFTER = 8  # seconds between progress lines when nobody watches


class Outcome:
    """What one run of (part of) a suite did. units: {name: text} each."""

    def __init__(self, total=0):
        self.passed, self.failed, self.skipped = {}, {}, {}
        self.cases = 0
        self.left_out, self.notes, self.events = [], [], []
        self.total, self.seen, self.start, self.last = total, 0, time.monotonic(), 0.0

    def progress(self, unit, text):
        self.seen += 1
        now = time.monotonic()
        if self.total and now - self.last > (0 if sys.stderr.isatty() else QUIET_AFTER):
            self.last = now
            print(f"services: {now - self.start:4.0f} s  {self.seen}/{self.total}  {unit} {text}",
                  file=sys.stderr, flush=True)


def run(suite, tree, units, log, total=0):
    with Sandbox(tree) as box:
        suite.prepare(box)
        chosen = units(box) if callable(units) else units
        outcome = Outcome(len(chosen) if total else 0)
        suite.run(box, chosen, log, outcome)
        return outcome, chosen


def plain_tree(name):
    """The same service built with the plain compiler, made when first needed."""
    builds = os.environ["SERVICES_BUILD"]
    tree = os.path.join(builds, "plain", name)
    command = [os.path.join(HERE, "build.sh"), name, os.environ["SERVICES_PLAIN_CC"], tree]
    subprocess.run(command + (["--modules"] if name.startswith("redis") else []), check=True)
    return tree


def known_failures(tree):
    """{unit: cases} that fail on the plain build of exactly this source too."""
    with open(os.path.join(tree, ".crit-source"), encoding="utf-8") as f:
        version = f.read().split()[0]
    known = {}
    with open(os.path.join(HERE, "known-failures.txt"), encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#") and line.count(" | ") == 2:
                source, unit, case = line.strip().split(" | ")
                if source == version:
                    known.setdefault(unit, set()).add(case)
    return known


def judge(suite, name, tree, failed, log, against):
    """Verdict for each failed unit: same-on-plain, unstable or hardened-only."""
    verdicts = {}
    plain = against or (plain_tree(name) if failed else None)
    same_tree = plain and os.path.samefile(plain, tree)
    for unit in failed[REPEATED:]:
        verdicts[unit] = "failed (not repeated: too many failures)"
    for unit in failed[:REPEATED]:
        again, _ = run(suite, tree, [unit], log)
        if same_tree:
            verdicts[unit] = "fails here too when repeated" if again.failed else "unstable"
            continue
        on_plain, _ = run(suite, plain, [unit], log)
        if again.events:
            verdicts[unit] = "hardened-only"
        elif not again.failed:
            verdicts[unit] = "unstable"
        else:
            verdicts[unit] = "same-on-plain" if on_plain.failed else "hardened-only"
    return verdicts


def main():
    parser = argparse.ArgumentParser(prog="test.sh", description=__doc__)
    parser.add_argument("name", choices=["memcached", "redis-jemalloc", "redis-libc"])
    parser.add_argument("tree", help="what build.sh built")
    parser.add_argument("--subset", action="store_true", help="about five minutes at most, for CI")
    parser.add_argument("--modules", action="store_true", help="Redis: the module API's tests too")
    parser.add_argument("--production", action="store_true",
                        help="memcached: test the binary users run, not memcached-debug")
    parser.add_argument("--only", action="append", metavar="UNIT", help="just this test file; repeatable")
    parser.add_argument("--jobs", type=int, help="tests at a time (4)")
    parser.add_argument("--baseport", type=int, default=21111, help="Redis: first port (21111)")
    parser.add_argument("--against", metavar="TREE", help="plain tree to compare failures with")
    parser.add_argument("--log", help="where the suite's output goes")
    parser.add_argument("--json", metavar="FILE", help="write the outcome there as well")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.tree, ".crit-stamp")):
        parser.error(f"{options.tree} is not a tree made by build.sh")

    suite = (Memcached if options.name == "memcached" else Redis)(options)
    log = os.path.abspath(options.log or options.tree.rstrip("/") + ".test.log")
    for path in (log, log + ".again"):
        open(path, "wb").close()
    start = time.monotonic()
    units = options.only or (suite.subset if options.subset else suite.units)
    outcome, chosen = run(suite, options.tree, units, log, total=1)
    seconds = time.monotonic() - start
    known = known_failures(options.tree) if options.subset else {}
    verdicts = {u: "known" for u, text in outcome.failed.items()
                if u in known and set(text.split("; ")) <= known[u]}
    verdicts.update(judge(suite, options.name, options.tree, sorted(set(outcome.failed) - set(verdicts)),
                          log + ".again", options.against))
    bad = report(options, outcome, chosen, verdicts, seconds, log)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"name": options.name, "seconds": round(seconds, 1), "cases": outcome.cases,
                       "passed": outcome.passed, "failed": outcome.failed, "skipped": outcome.skipped,
                       "left_out": outcome.left_out, "verdicts": verdicts, "events": outcome.events,
                       "notes": outcome.notes}, f, indent=1)
    return 1 if bad else 0


def report(options, outcome, chosen, verdicts, seconds, log):
    print(f"{options.name}: {len(chosen)} test files, {outcome.cases} cases passed, {seconds:.0f} s (log: {log})")
    for unit, reason in sorted(outcome.skipped.items()):
        print(f"  skipped by the suite itself: {unit}: {reason}")
    if outcome.left_out:
        print(f"  left out by the suite itself: {len(outcome.left_out)} cases "
              f"({'; '.join(sorted(set(outcome.left_out))[:4])} ...)")
    for note in outcome.notes:
        print(f"  note: {note}")
    text = {"same-on-plain": "fails on the plain build too",
            "known": "fails on the plain build too (known-failures.txt)",
            "unstable": "failed once, passed when repeated",
            "hardened-only": "FAILS ONLY ON THE HARDENED BUILD"}
    for unit, verdict in verdicts.items():
        print(f"  {text.get(verdict, verdict)}: {unit}: {outcome.failed[unit][:300]}")
    for event in sorted(set(outcome.events))[:20]:
        print(f"  CRIT EVENT WITHOUT A FAULT: {event[:300]}")
    excused = sum(v in ("same-on-plain", "unstable", "known") for v in verdicts.values())
    bad = len(verdicts) - excused + len(set(outcome.events))
    if excused:
        print(f"  {excused} failed but not because of the compiler (see above)")
    print(f"{len(outcome.passed)} passed, {bad} failed")
    return bad


if __name__ == "__main__":
    if not os.environ.get("SERVICES_BUILD"):
        sys.exit("suite.py: call test.sh")
    # As an exception, so that nothing is left running or lying about.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
