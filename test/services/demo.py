#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Serves a plain and a hardened memcached, flips one register bit in each under
verified traffic, again and again, and prints what every server did. Called by
demo.sh."""

import argparse
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time

from live.faults import Code, Server
from live.traffic import Connection, ErrorReply, Gone, Model, NoReply, WrongReply

OUTCOMES = ("masked", "corrected", "wrong data", "error reply", "crash", "hang", "stopped")
STEPS = 8000     # a fault's distance from the random instant, in instructions
STOP_STATUS = 86
NO_REPLY = 5.0   # seconds that make a hang


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Build:
    """One of the servers compared."""

    def __init__(self, name, program, options):
        self.name, self.program, self.options = name, program, options
        self.code = Code(program)
        self.counts = dict.fromkeys(OUTCOMES, 0)
        self.missed = self.inside = self.replies = 0
        self.trials = []

    def start(self, log):
        """A fresh server and two connections to it."""
        port = free_port()
        command = [self.program, "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-t", "2", "-m", "64"]
        if os.geteuid() == 0:
            command += ["-u", "nobody"]
        server = Server(self.options.injector, self.code, command, log)
        deadline = time.monotonic() + 20
        while True:
            try:
                return server, [Connection(port, NO_REPLY), Connection(port, NO_REPLY)]
            except OSError as error:
                if server.wait(0.003) or time.monotonic() > deadline:
                    server.close()
                    raise SystemExit(f"demo: {self.program} does not serve: {server.end or error}") from None

    def trial(self, seed):
        """One server, one fault. Adds the outcome to the counts."""
        with tempfile.TemporaryFile() as log:
            server, connections = self.start(log)
            try:
                record = self._trial(seed, server, connections, log)
            finally:
                for c in connections:
                    c.close()
                server.close()
        if "missed" in record:
            self.missed += 1
        else:
            self.inside += record["stopped_inside"]
            self.counts[record["outcome"]] += 1
        self.trials.append(record)
        return record

    def _trial(self, seed, server, connections, log):
        choose = random.Random(seed)
        models = [Model(f"c{i}", seed) for i in range(len(connections))]
        traffic = Traffic(models, connections)
        server.ask("mark")
        traffic.batches(8)
        fault = Injection(server, choose)
        fault.start()
        record = traffic.observe(lambda: traffic.batches_while(fault.running, 5) or traffic.read_back())
        fault.join()
        self.replies += traffic.replies
        # A server that died closes the connection a moment before it is gone.
        end = server.wait(2.0 if record["seen"] == "gone" else 0.01)
        log.seek(0)
        messages = [m for m in log.read().decode("utf-8", "replace").splitlines() if "crit: " in m]
        record.update(fault.place, seed=seed, end=end or "alive", messages=messages[:2])
        if "missed" in fault.place and record["seen"] == "right" and not end:
            return record
        if "missed" in fault.place:
            # Without a fault nothing may go wrong: not the fault's doing, and told.
            print(f"demo: {self.name} failed without a fault: {record}", file=sys.stderr)
            return record
        record["outcome"] = classify(record["seen"], end, messages)
        return record


def classify(seen, end, messages):
    if seen == "wrong":
        return "wrong data"
    if seen == "error":
        return "error reply"
    if end == f"exited {STOP_STATUS}" and messages:
        return "stopped"
    if end or seen == "gone":
        return "crash"
    if seen == "none":
        return "hang"
    return "corrected" if any("; corrected" in m for m in messages) else "masked"


class Traffic:
    def __init__(self, models, connections):
        self.pairs = list(zip(models, connections))
        self.replies = 0

    def batches(self, count):
        for _ in range(count):
            for model, connection in self.pairs:
                request, expected = model.batch()
                connection.exchange(request, expected)
                self.replies += len(expected)

    def batches_while(self, running, then):
        """Traffic as long as running() is true, then some more."""
        while running():
            self.batches(1)
        self.batches(then)

    def read_back(self):
        for model, connection in self.pairs:
            for request, expected in model.read_back():
                connection.exchange(request, expected)
                self.replies += len(expected)
            connection.nothing_more()

    def observe(self, work):
        try:
            work()
            return {"seen": "right"}
        except ErrorReply as wrong:
            return {"seen": "error", "reply": str(wrong)}
        except WrongReply as wrong:
            return {"seen": "wrong", "reply": str(wrong)}
        except NoReply:
            return {"seen": "none"}
        except Gone:
            return {"seen": "gone"}


class Injection:
    """A fault put in beside the traffic."""

    def __init__(self, server, choose):
        self.place = {}
        self.thread = threading.Thread(target=self._run, args=(server, choose), daemon=True)

    def _run(self, server, choose):
        self.place = server.inject(choose, STEPS, 2.0)

    def start(self):
        self.thread.start()

    def running(self):
        return self.thread.is_alive()

    def join(self):
        self.thread.join()


def interval(count, total):
    """95 % Wilson interval of count/total, in per cent."""
    if not total:
        return 0.0, 100.0
    z, p = 1.96, count / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * (p * (1 - p) / total + z * z / (4 * total * total)) ** 0.5
    return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def table(builds):
    titles = {"masked": "no effect", "corrected": "corrected by Crit, every reply right",
              "wrong data": "WRONG DATA served",
              "error reply": "error reply to a right request", "crash": "crash",
              "hang": "hang (no reply)", "stopped": "stopped by Crit"}
    head = f"  {'one bit flipped in a register, and then':40}" + "".join(f"{b.name:>24}" for b in builds)
    print(f"\n{head}\n  " + "-" * (len(head) - 2))
    for outcome in OUTCOMES:
        row = f"  {titles[outcome]:40}"
        for b in builds:
            n, total = b.counts[outcome], sum(b.counts.values())
            row += f"{n:>9}  {100 * n / max(1, total):5.1f} %       "[:24].rjust(24)
        print(row)
    print(f"  {'faults':40}" + "".join(f"{sum(b.counts.values()):>9}".ljust(24).rjust(24) for b in builds))
    for b in builds:
        total = sum(b.counts.values())
        low, high = interval(b.counts["wrong data"], total)
        print(f"\n  {b.name}: wrong data after {low:.1f} to {high:.1f} % of faults (95 % interval, N = {total}); "
              f"{b.replies / 1e6:.0f} MB of replies compared")
        struck = total - b.counts["masked"]
        low, high = interval(b.counts["corrected"], struck)
        if b.counts["corrected"]:
            print(f"    {low:.1f} to {high:.1f} % of the faults that had an effect were corrected while it served on")
        print(f"    {100 * b.inside / max(1, total):.0f} % of the stopped threads were in the server's own code at once, "
              f"the others were let run on until they were"
              + (f"; {b.missed} attempts reached no thread at work in time, not counted" if b.missed else ""))


def examples(builds):
    """One real case of each kind worth seeing."""
    for b, wanted in ((builds[0], ("wrong data", "crash")), (builds[-1], ("corrected", "stopped", "wrong data"))):
        for outcome in wanted:
            case = next((t for t in b.trials if t.get("outcome") == outcome), None)
            if not case:
                continue
            print(f"\n  {b.name}, {outcome}: bit {case['bit']} of {case['register']} {case['when']} "
                  f"`{' '.join(case['instruction'].split())}`")
            for text in filter(None, [case.get("reply"), *case["messages"][:1],
                                      "" if case["end"] == "alive" else "the server " + case["end"]]):
                print(f"    {text[:150]}")


def main():
    parser = argparse.ArgumentParser(prog="demo.sh", description=__doc__)
    parser.add_argument("--injector", required=True)
    parser.add_argument("--plain", required=True, metavar="MEMCACHED")
    parser.add_argument("--hardened", required=True, metavar="MEMCACHED")
    parser.add_argument("--faults", type=int, default=200, help="faults for each server (200)")
    parser.add_argument("--seconds", type=float, default=90, help="stop after that long (90)")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--json", metavar="FILE", help="every fault and what came of it")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10 ** 6)
    builds = [Build("plain", options.plain, options), Build("hardened", options.hardened, options)]
    start = last = time.monotonic()
    for i in range(options.faults):
        for b in builds:
            b.trial(seed * 100000 + i)
        now = time.monotonic()
        if now - last > (0.2 if sys.stderr.isatty() else 5) or i + 1 == options.faults:
            last = now
            seen = "; ".join(f"{b.name}: {b.counts['wrong data']} wrong, {b.counts['crash']} crashes, "
                             f"{b.counts['corrected']} corrected, {b.counts['stopped']} stopped" for b in builds)
            print(f"demo: {i + 1}/{options.faults} faults in each, {now - start:.0f} s  {seen}",
                  file=sys.stderr, end="\r" if sys.stderr.isatty() else "\n", flush=True)
        if now - start > options.seconds:
            print(f"demo: {options.seconds:.0f} s are over after {i + 1} faults in each", file=sys.stderr)
            break
    if sys.stderr.isatty():
        print(file=sys.stderr)
    table(builds)
    examples(builds)
    print(f"\n  seed {seed}, {time.monotonic() - start:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"seed": seed, "builds": {b.name: {"counts": b.counts, "missed": b.missed,
                       "inside": b.inside, "trials": b.trials} for b in builds}}, f, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
