#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""glitch.py [options] EXPECTED ASSEMBLY CC...: faults in hardware transactions.

No debugger can strike in there, so the fault is part of the program: ASSEMBLY is
Inputs/glitched.c, compiled with transactions. For each of --sites instructions of
work(), taken at random, one bit of its result is wrong at the time the program is
told (see there); a program is built by CC... and run --runs times, at random
times. Prints how many runs ended how:

  abort      right, by hardware: an explicit abort, nothing for the software
  software   right, software recovery corrected it
  masked     right, the wrong bit stayed in nothing that matters
  stopped    exit code 86
  crash      another exit code
  hang       five seconds and not ended
  wrong      another output, exit code 0
  no trace   right, and nothing tells of a fault: not struck, or taken back by
             an abort for another reason (a trap in a transaction)
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys

WIDE = {n: "r" + n for n in ("ax", "bx", "cx", "dx", "si", "di", "bp")}
STUB = """\tleaq -128(%rsp), %rsp
\tpushq %rdx
\tpushq %rax
\tlahf
\tseto %al
\tpushq %rax
\trdtsc
\tshlq $32, %rdx
\torq %rdx, %rax
\tsubq GlitchAt(%rip), %rax
\tcmpq GlitchTicks(%rip), %rax
\tjae 7771f
\tbtcq ${bit}, {where}
\tmovq $-1, GlitchAt(%rip)
\tmovb $1, GlitchHit(%rip)
7771:
\tpopq %rax
\taddb $127, %al
\tsahf
\tpopq %rax
\tpopq %rdx
\tleaq 128(%rsp), %rsp
"""


def wide(register):
    """The 64 bits of a general register, or None."""
    if match := re.fullmatch(r"(r\d+)[dwb]?", register):
        return match[1]
    return WIDE.get(register.removeprefix("e").removeprefix("r"))


def sites(lines):
    """(line, register) of each instruction of work() with a register for result."""
    inside = quoted = False
    for number, line in enumerate(lines):
        inside = (inside or line.startswith("work:")) and not line.startswith(".Lfunc_end")
        quoted = "#APP" in line or (quoted and "#NO_APP" not in line)
        match = re.match(r"\t([a-z]+)\s[^#]*%(\w+)\s*(?:#.*)?$", line)
        if inside and not quoted and match and wide(match[2]) and \
                not re.match(r"cmp|test|push|pop|j|call", match[1]):
            yield number, wide(match[2])


parser = argparse.ArgumentParser()
parser.add_argument("--sites", type=int, default=10)
parser.add_argument("--runs", type=int, default=10)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--need", default="", help="e.g. abort: at least one such run, else failure; !wrong: none")
parser.add_argument("--where", action="store_true", help="of runs that did not end right: instruction and bit")
parser.add_argument("expected")
parser.add_argument("assembly")
parser.add_argument("cc", nargs=argparse.REMAINDER)
args = parser.parse_args()

generator = random.Random(args.seed)
expected = open(args.expected, encoding="utf-8").read()
lines = open(args.assembly, encoding="utf-8").read().splitlines(keepends=True)
places = list(sites(lines))
count = collections.Counter()
options = os.environ.get("CRIT_OPTIONS", "quiet=1")


def run(when):
    if os.path.exists("glitch.stats"):
        os.remove("glitch.stats")
    done = subprocess.run(["timeout", "5", "./glitch"], capture_output=True, text=True, env=dict(
        os.environ, CRIT_OPTIONS=f"{options}:stats=glitch.stats",
        **({} if when is None else {"GLITCH": str(when)})))
    found = re.search(r"ticks (\d+) hit (\d)", done.stderr)
    shown = subprocess.run(["crit-stat", "--json", "glitch.stats"], check=True,
                           capture_output=True, text=True).stdout
    return done, int(found[1]) if found else 0, found and found[2] == "1", json.loads(shown)["counters"]


def outcome(when):
    done, _, hit, counters = run(when)
    if done.returncode:
        return {86: "stopped", 124: "hang"}.get(done.returncode, "crash")
    if done.stdout != expected:
        return "wrong"
    if counters["recovered"] or counters["traps-recovered"]:
        return "software"
    if counters["rtm-aborts-explicit"]:
        return "abort"
    return "masked" if hit else "no trace"


for _ in range(args.sites):
    number, register = generator.choice(places)
    bit = generator.randrange(64)
    where = {"rax": "8(%rsp)", "rdx": "16(%rsp)"}.get(register, "%" + register)
    with open("glitch.s", "w", encoding="utf-8") as file:
        file.writelines(lines[:number + 1])
        file.write(STUB.format(bit=bit, where=where))
        file.writelines(lines[number + 1:])
    subprocess.run(args.cc + ["-Wno-unused-command-line-argument", "glitch.s", "-o", "glitch"], check=True)
    done, ticks, _, _ = run(None)
    if done.returncode or done.stdout != expected:
        sys.exit("glitch.py: not even without a fault right")
    for _ in range(args.runs):
        when = generator.randrange(ticks)
        result = outcome(when)
        count[result] += 1
        if args.where and result in ("wrong", "crash", "stopped", "hang"):
            print(f"{result} at {number + 1} {lines[number].strip()} bit {bit}")
print(", ".join(f"{n} {k}" for k, n in sorted(count.items())))
sys.exit(any(bool(count[need.removeprefix("!")]) == need.startswith("!")
             for need in args.need.split(",") if need))
