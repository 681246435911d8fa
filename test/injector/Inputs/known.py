# All faults of a campaign must have the one outcome that is possible.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import collections
import json
import subprocess
import sys

EXPECT = {
    "masked": ("masked", 0, 0),
    "sdc": ("sdc", 0, 0),
    "crash": ("crash", 4, 0),
    "hang": ("hang", 0, 0),
    "detected": ("detected", 0, 86),
    "unreported": ("sdc", 0, 86),
    "aborts": ("crash", 6, 0),
    "vector": ("sdc", 0, 0),
}
if " avx512bw " in open("/proc/cpuinfo").read():
    EXPECT["mask"] = ("sdc", 0, 0)
# stepped instructions that are fault sites
SITES = {"masked": 4, "sdc": 5, "crash": 4, "hang": 2, "detected": 2,
         "unreported": 2, "aborts": 2, "vector": 2, "mask": 3, "strings": 6}

# the part of a function that is injected into
BODY = {"vector": "vector_body", "address": "address_body"}


# model: function, its one outcome
MODELS = [
    ("double", "sdc", "sdc"), ("byte", "sdc", "sdc"),
    ("flags", "masked", "masked"), ("skip", "masked", "masked"),
    ("branch", "crash", "crash"), ("branch", "detected", "detected"),
    ("branch", "aborts", "crash"),
]


def campaign(program, function, n, model="operand"):
    subprocess.run(
        ["crit-inject", "run", "--reference", "-q", "-n", str(n), "--model",
         model, "--funcs",
         BODY.get(function, function), "--hang-min", "0.2", "--json", "out.json", "--",
         "./" + program, function],
        check=True, stdout=subprocess.DEVNULL)
    return json.load(open("out.json"))


for program in sys.argv[1:]:
    for function, (outcome, signal, code) in EXPECT.items():
        n = 4 if function == "hang" else 40
        r = campaign(program, function, n)
        got = collections.Counter(
            (f["outcome"], f["signal"], f["exit"]) for f in r["results"])
        assert got == {(outcome, signal, code): n}, (program, function, got)
        if function == "mask":
            assert {f["kind"] for f in r["results"]} == {"gpr", "mask"}
        assert r["instructions"]["eligible"] == SITES[function], (
            program, function, r["instructions"])
        assert all(f["event"].startswith("crit: ilr: mismatch test")
                   and "pid=" not in f["event"]
                   for f in r["results"] if outcome == "detected")
    if program != sys.argv[1]:
        continue
    for model, function, outcome in MODELS:
        r = campaign(program, function, 40, model)
        assert r["outcomes"][outcome]["count"] == 40, (model, function, r["outcomes"])
    # Restored after the one instruction: never a wrong result.
    o = campaign(program, "address", 200, "address")["outcomes"]
    assert o["masked"]["count"] + o["crash"]["count"] == 200, o
    assert o["masked"]["count"] > 5 and o["crash"]["count"] > 5, o
    # Most wrong program counters are nowhere.
    o = campaign(program, "sdc", 200, "pc")["outcomes"]
    assert o["crash"]["count"] > 100, o
    o = campaign(program, "masked", 400, "regfile")["outcomes"]
    assert o["crash"]["count"] > 20 and o["sdc"]["count"] > 5, o
    r = campaign(program, "strings", 400)
    assert r["instructions"]["eligible"] == SITES["strings"]
    # The count left over is not used; what was copied is.
    for f in r["results"]:
        if f["text"].startswith("rep") and f["register"] == "rcx":
            want = ("masked",) if f["access"] == "write" else ("sdc", "crash")
            assert f["outcome"] in want, f
        assert f["old"] != f["new"], f
        assert bin(int(f["old"], 16) ^ int(f["new"], 16)).count("1") == 1, f
