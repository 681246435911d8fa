# A second mechanism: gdb steps to the instant (the function runs once and all
# its instructions are fault sites), flips the bit, and lets the program end.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import re
import subprocess
import sys

results, program = json.load(open(sys.argv[1]))["results"], sys.argv[2]
golden = subprocess.run([program], stdout=subprocess.PIPE).stdout
FLAGS = {"CF": 0, "PF": 2, "ZF": 6, "SF": 7, "OF": 11}
WHOLE = {"a": "rax", "b": "rbx", "c": "rcx", "d": "rdx", "si": "rsi",
         "di": "rdi", "bp": "rbp", "sp": "rsp"}


def whole(name):
    """64-bit register behind a part of it."""
    if re.fullmatch(r"r\d+[dwb]?", name):
        return name.rstrip("dwb")
    if name in WHOLE.values():
        return name
    return WHOLE[re.sub(r"^e|[xl]$", "", name) if name not in WHOLE else name]


compared = 0
for f in results:
    if f["kind"] not in ("gpr", "flags"):
        continue
    if f["kind"] == "flags":
        flip = f"set var $eflags = $eflags ^ {1 << FLAGS[f['register']]}"
        # gdb writes eflags only as an int
        flip = flip.replace("set var", "set")
    else:
        bit = f["bit"]
        flip = f"set ${whole(f['register'])} = ${whole(f['register'])} ^ {1 << bit}ul"
    steps = f["instant"] + (f["access"] == "write")
    commands = ["break *kernel", "run > gdb.out", "delete"]
    if steps:
        commands += [f"stepi {steps}"]
    if f["access"] == "read":
        commands += ["printf \"at %lx\\n\", $pc"]
    commands += [flip, "continue"]
    args = ["gdb", "-q", "-nx", "-batch"]
    for c in commands:
        args += ["-ex", c]
    try:
        out = subprocess.run(args + [program], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=20).stdout.decode()
    except subprocess.TimeoutExpired:
        got = "hang"
    else:
        if f["access"] == "read":
            assert "at " + f["pc"][2:] in out, (f, out)
        if "exited normally" in out:
            same = open("gdb.out", "rb").read() == golden
            got = "masked" if same else "sdc"
        elif "received signal" in out:
            got = "crash"
        else:
            got = "sdc" if "exited with code" in out else "?"
    assert got == f["outcome"], (f, got, out)
    compared += 1
print(compared, "faults, all the same")
assert compared >= 25
