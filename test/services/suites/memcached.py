# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""memcached's suite: prove t/, and testapp (its C unit tests)."""

import glob
import os
import re

RESULT = re.compile(r"^(?:\[\d\d:\d\d:\d\d\] )?(t/\S+\.t) \.+ ?(.*)$")
TOTALS = re.compile(r"^Files=(\d+), Tests=(\d+),")
# The suite itself only ever starts memcached-debug; this is the binary users run.
PRODUCTION = "memcached"
# It always passes an option that only memcached-debug knows.
WRAPPER = """#!/bin/sh
n=$#
while [ "$n" -gt 0 ]; do
    if [ "$1 ${2-}" = "-o relaxed_privileges" ]; then
        shift 2; n=$((n - 2))
    else
        set -- "$@" "$1"; shift; n=$((n - 1))
    fi
done
exec "${0%-debug}" "$@"
"""


class Memcached:
    name = "memcached"

    def __init__(self, options):
        self.jobs = options.jobs or 4
        self.production = options.production

    def prepare(self, box):
        if self.production:
            debug = os.path.join(box.dir, PRODUCTION + "-debug")
            os.unlink(debug)
            with open(debug, "w", encoding="utf-8") as f:
                f.write(WRAPPER)
            os.chmod(debug, 0o755)

    def units(self, box):
        return sorted(os.path.relpath(p, box.dir) for p in glob.glob(box.dir + "/t/*.t")) + ["testapp"]

    subset = units  # four at a time the whole suite takes little more than a minute

    def run(self, box, units, log, outcome):
        """Fills outcome.passed / failed / skipped, each {unit: text}."""
        def line(text):
            if m := TOTALS.match(text):
                outcome.cases += int(m[2])
            m = RESULT.match(text)
            if not m:
                return
            unit, rest = m[1], re.sub(r" +\d+ ms.*$", "", m[2])
            if rest.startswith("ok"):
                outcome.passed[unit] = rest
            elif rest.startswith("skipped"):
                outcome.skipped[unit] = rest.removeprefix("skipped: ")
            else:
                outcome.failed[unit] = rest or "failed"
            outcome.progress(unit, rest)

        files = [u for u in units if u != "testapp"]
        if files:
            status = box.run(["prove", "--timer", f"-j{self.jobs}", *files], log, 1200, line)
            if status is None:
                outcome.notes.append("prove: took longer than 1200 s and was stopped")
        if "testapp" in units:
            bad, seen = [], []

            def tap(text):
                if re.match(r"(not )?ok \d+", text):
                    (bad if text.startswith("not") else seen).append(text)

            status = box.run(["./testapp"], log, 600, tap)
            outcome.cases += len(bad) + len(seen)
            if status == 0 and not bad:
                outcome.passed["testapp"] = "ok"
            else:
                outcome.failed["testapp"] = "; ".join(bad) or f"exit status {status}"
            outcome.progress("testapp", "ok" if status == 0 else "failed")
        for unit in set(units) - {*outcome.passed, *outcome.failed, *outcome.skipped}:
            outcome.failed[unit] = "did not finish"
        with open(log, "rb") as f:
            outcome.events += box_events(f.read())


def box_events(text):
    from .sandbox import EVENT
    return [e.decode("utf-8", "replace").strip() for e in EVENT.findall(text)]
