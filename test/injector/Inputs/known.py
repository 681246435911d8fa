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
# stepped instructions that are fault sites
SITES = {"masked": 4, "sdc": 5, "crash": 4, "hang": 2, "detected": 2,
         "unreported": 2, "aborts": 2, "vector": 2, "strings": 6}

# the part of a function that is injected into
BODY = {"vector": "vector_body"}


def campaign(program, function, n):
    subprocess.run(
        ["crit-inject", "run", "--reference", "-q", "-n", str(n), "--funcs",
         BODY.get(function, function), "--hang-min", "0.2", "--json", "out.json", "--",
         "./" + program, function],
        check=True, stdout=subprocess.DEVNULL)
    return json.load(open("out.json"))


for program in sys.argv[1:]:
    for function, (outcome, signal, code) in EXPECT.items():
        n = 8 if function == "hang" else 60
        r = campaign(program, function, n)
        got = collections.Counter(
            (f["outcome"], f["signal"], f["exit"]) for f in r["results"])
        assert got == {(outcome, signal, code): n}, (program, function, got)
        assert r["instructions"]["eligible"] == SITES[function], (
            program, function, r["instructions"])
        assert all(f["event"].startswith("crit: ilr: mismatch test")
                   and "pid=" not in f["event"]
                   for f in r["results"] if outcome == "detected")
    r = campaign(program, "strings", 400)
    assert r["instructions"]["eligible"] == SITES["strings"]
    # The count left over is not used; what was copied is.
    for f in r["results"]:
        if f["text"].startswith("rep") and f["register"] == "rcx":
            want = ("masked",) if f["access"] == "write" else ("sdc", "crash")
            assert f["outcome"] in want, f
        assert f["old"] != f["new"], f
        assert bin(int(f["old"], 16) ^ int(f["new"], 16)).count("1") == 1, f
