#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Behind the store that empties the undo log no trap goes to the landing of the region
whose log that was: emptied.py FILE.s

Looks at assembly: in front of the next instruction behind such a store there is a label of
crit_regions that has another landing, or none, unless there was none before.
"""
import re
import sys

lines = open(sys.argv[1]).read().splitlines()
landing = {}  # label -> landing
words = [l for l in lines if re.match(r"\s*\.long\s", l)]
for first, second in zip(words, words[1:]):
    entry = re.search(r"(\.Lcrit_at\d+_\d+)-", first)
    if entry:
        name = re.search(r"\.Lcrit_land\d+_\d+", second)
        landing[entry[1]] = name[0] if name else None
# Where logs begin, by function: landings look for the end of the log there.
function, logs, current = "", {}, {}
for line in lines:
    label = re.match(r"\.Lcrit_at(\d+)_\d+:", line)
    if label:
        function = label[1]
    undo = re.search(r"cmpq\s+\$0, (-?\d+)\(%rsp,%rax\)|movq\s+(-?\d+)\(%rsp,%rax\), %rcx", line)
    if undo and function:
        logs.setdefault(function, set()).add(undo[1] or undo[2])
stores = behind = 0
here = None
for number, line in enumerate(lines):
    label = re.match(r"(\.Lcrit_at(\d+)_\d+):", line)
    if label:
        here, function = label[1], label[2]
    store = re.match(r"\s*movq\s+\$0, (-?\d+)\(%rsp\)", line)
    if not store or store[1] not in logs.get(function, ()):
        continue
    stores += 1
    after = next(l for l in lines[number + 1:]
                 if l.strip() and not l.lstrip().startswith(("#", ".loc", ".LBB")))
    label = re.match(r"(\.Lcrit_at\d+_\d+):", after)
    before = landing.get(here)
    if before and landing.get(label[1] if label else here) == before:
        print(f"line {number + 1}: {line.strip()}, then {after.strip()}")
        behind += 1
print(f"{stores} stores, {behind} with their landing behind them")
