# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Redis' suite: ./runtest, and with the test modules built ./runtest-moduleapi."""

import os
import re
import socket

ANSI = re.compile(r"\x1b\[[0-9;]*m")
OK = re.compile(r"^\[ok\]: (.*?)(?: \(\d+ ms\))?$")
ERR = re.compile(r"^\[(err|timeout)\]: (.*)$")
IN_FILE = re.compile(r" in tests/(\S+)\.tcl\b")
DONE = re.compile(r"^\[\d+/\d+ done\]: (\S+) \((\d+) seconds\)")
BEGUN = re.compile(r"^Testing (\S+)$")
# DEBUG SEGFAULT traps on purpose. haft runs that again once, before Redis gets it.
ON_PURPOSE = re.compile(r"crit: haft: mismatch sigsegv at .* in debugCommand ")
IGNORED = re.compile(r"^\[(?:ignore|skip)\]: (.*)$")

# About five minutes on two cores, and still every data type, persistence in both
# forms (with their forked children), replication, scripting (Lua), functions,
# cluster, ACL, eviction, blocking commands, crash reports.
SUBSET = """
unit/dump unit/auth unit/protocol unit/keyspace unit/scan unit/info unit/type/string
unit/type/incr unit/type/list unit/type/set unit/type/zset unit/type/hash unit/type/stream
unit/type/stream-cgroups unit/sort unit/expire unit/multi unit/quit unit/aofrw unit/acl
unit/acl-v2 unit/pubsub unit/scripting unit/functions unit/bitops unit/bitfield unit/geo
unit/hyperloglog unit/lazyfree unit/tracking unit/introspection unit/introspection-2
unit/client-eviction unit/shutdown unit/slowlog unit/limits unit/networking unit/cluster
integration/aof integration/rdb integration/shutdown integration/logging
integration/redis-cli integration/redis-benchmark integration/corrupt-dump
integration/convert-ziplist-hash-on-load integration/psync2-reg integration/block-repl
""".split()


ROUNDS = 6  # runs of a suite that is aborted by an exception each time


def free_ports(base):
    """The first range of ports at or above base that no other run is using.

    runtest itself listens 32 below its base; two runs with one base abort each
    other."""
    for port in range(base, 60000, 2000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port - 32))
                return port
            except OSError:
                continue
    raise SystemExit("redis: no free range of ports on 127.0.0.1")


class Redis:
    name = "redis"

    def __init__(self, options):
        self.clients = options.jobs or 4
        self.baseport = free_ports(options.baseport)
        self.modules = options.modules

    def prepare(self, box):
        pass

    def units(self, box):
        return self._own_units(box) + (self.module_units(box) if self.modules else [])

    def _own_units(self, box):
        with open(os.path.join(box.dir, "tests/test_helper.tcl"), encoding="utf-8") as f:
            return re.search(r"set ::all_tests \{(.*?)\}", f.read(), re.S)[1].split()

    def module_units(self, box):
        with open(os.path.join(box.dir, "runtest-moduleapi"), encoding="utf-8") as f:
            return re.findall(r"--single (unit/moduleapi/\S+)", f.read())

    def subset(self, box):
        known = self._own_units(box)
        return [u for u in SUBSET if u in known] + (self.module_units(box) if self.modules else [])

    def run(self, box, units, log, outcome):
        modules = set(self.module_units(box))
        for group in ([u for u in units if u not in modules], [u for u in units if u in modules]):
            for _ in range(ROUNDS):
                if group:
                    group = self._runtest(box, group, log, outcome)
            for unit in group:
                outcome.failed[unit] = "not reached: the suite was aborted again and again"
        outcome.events += [e for e in box.events("tests/tmp") if not ON_PURPOSE.search(e)]

    def _runtest(self, box, units, log, outcome):
        """One ./runtest. It takes --single for a list shorter than its own only.
        Returns the units not begun, because it ends at the first exception."""
        seconds, begun = {}, set()

        def line(text):
            text = ANSI.sub("", text)
            if m := BEGUN.match(text):
                begun.add(m[1])
            elif m := DONE.match(text):
                seconds[m[1]] = int(m[2])
                outcome.progress(m[1], f"{m[2]} s")
            elif OK.match(text):
                outcome.cases += 1
            elif m := ERR.match(text):
                file = IN_FILE.search(m[2])
                unit = file[1] if file else "unknown unit"
                old = outcome.failed.get(unit)
                outcome.failed[unit] = (old + "; " if old else "") + IN_FILE.split(m[2])[0]
            elif text.startswith("[exception]"):
                outcome.notes.append(text[:200])
            elif m := IGNORED.match(text):
                outcome.left_out.append(m[1])

        command = ["./runtest", "--clients", str(self.clients), "--baseport", str(self.baseport),
                   "--dont-clean", "--durable", "--timeout", "900"]
        if units != self._own_units(box):
            for unit in units:
                command += ["--single", unit]
        if box.run(command, log, 3600, line) is None:
            outcome.notes.append("runtest: took longer than 3600 s and was stopped")
        for unit in begun:
            if unit not in seconds:
                outcome.failed.setdefault(unit, "running when the suite was aborted")
            elif unit not in outcome.failed and unit in units:
                outcome.passed[unit] = f"{seconds[unit]} s"
        return [unit for unit in units if unit not in begun]
