#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""audit.py INNER... < assembly: no transaction goes where it must not.

In hardened functions, in front of every call that is not to one of INNER, and
in front of every return of a function that is not, stands the test that leaves
for "end the transaction"; and that is what its stub does. An inner function
does not end at its return."""
import re
import sys

inner = set(sys.argv[1:])
lines = [l.split("#")[0].strip() for l in sys.stdin]
code = [l for l in lines if l and (not l.startswith(".") or l.startswith(".LBB"))
        and not l.startswith("#")]
label = {l[:-1]: n for n, l in enumerate(code) if l.endswith(":")}


def stub_ends(name):
    body = code[label[name] + 1:label[name] + 5]
    return body[1:3] == ["pushq\t$0", "callq\t__crit_tx"]


bad = []
checked = 0
function = ""
for n, line in enumerate(code):
    if re.match(r"^[A-Za-z_]\w*:$", line):
        function = line[:-1]
    if function.startswith("__crit_") or not function:
        continue
    target = re.match(r"(?:callq|jmp)\s+\*?%?([A-Za-z_]\w*)", line)
    call = line.startswith("callq") and not (target and target[1] in inner | {"__crit_tx"})
    ends = line.startswith("retq")
    if not call and not ends:
        continue
    before = [l for l in code[max(0, n - 4):n] if not l.endswith(":")][-2:]
    jump = re.match(r"jne\s+(\.LBB\w+)", before[-1]) if before else None
    tested = len(before) == 2 and "__crit_tx_control(%rip)" in before[0] and jump \
        and stub_ends(jump[1])
    checked += 1
    if bool(tested) == (ends and function in inner):
        bad.append(f"{function}: {'not ' if not tested else ''}ended before {line}")
print(f"{checked} places, {len(bad)} wrong")
for text in bad:
    print(text)
sys.exit(bool(bad or not checked))
