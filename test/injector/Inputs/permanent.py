# Permanent faults in a program that uses one unit at a time.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import subprocess
import sys

UNITS = ["add", "mul", "logic", "shift", "div", "compare", "load", "branch"]


def run(program, which, n, *options, store=None, functions=None, cpus=None):
    command = ["crit-inject", "run", "-q", "--model", "permanent", "--funcs", functions or UNITS[which], "--hang-min", "0.3",
               "-n", str(n), "--json", "out.json", *options]
    if store:
        command += ["--store", store]
    subprocess.run([*command, "--", "./" + program, str(which)], check=True, stdout=subprocess.DEVNULL,
                   preexec_fn=(lambda: os.sched_setaffinity(0, cpus)) if cpus else None)
    return json.load(open("out.json"))


def one_unit(program):
    for which, unit in enumerate(UNITS):
        # Every execution of the one instruction is inverted: all output wrong.
        kind = "inverted" if unit != "compare" else "stuck"
        r = run(program, which, 30, "--unit", unit, "--kind", kind)
        for f in r["results"]:
            active = int(f["new"], 16)
            assert f["class"] == unit and f["kind"] == kind, f
            assert (active > 0) == (f["access"] == "active"), f
            assert f["outcome"] != "masked" or active == 0 or unit in ("compare", "branch", "load"), f
        if unit in ("add", "mul", "logic", "shift", "div"):
            assert all(int(f["old"], 16) >= 200 for f in r["results"]), r["results"][0]
            assert r["outcomes"]["masked"]["count"] <= 1, (unit, r["outcomes"])


def jump_table(program):
    # The baseline runs go through it; an entry without a fault is checked.
    r = run(program, 0, 87, functions="table|main")
    assert r["outcomes"]["sdc"]["count"] + r["outcomes"]["crash"]["count"] > 30, r["outcomes"]


def all_kinds(program):
    listing = subprocess.run(["crit-inject", "faults"], check=True, capture_output=True, text=True).stdout
    kinds = [line.split()[0] for line in listing.split("kinds (--kind):\n")[1].splitlines()]
    assert len(kinds) == 20, kinds
    r = run(program, 1, 400, functions=".*")
    assert {f["kind"] for f in r["results"]} == set(kinds), set(kinds) ^ {f["kind"] for f in r["results"]}
    again = run(program, 1, 400, "-j", "1", functions=".*")
    assert r == again, "the same seed gives another result"


def window_and_probability(program):
    r = run(program, 0, 60, "--unit", "add", "--kind", "inverted", "--window", "1")
    assert all(int(f["new"], 16) <= 1 for f in r["results"])
    assert r["outcomes"]["sdc"]["count"] > 20, r["outcomes"]
    r = run(program, 0, 60, "--unit", "add", "--kind", "inverted", "--probability", "0.1")
    mean = sum(int(f["new"], 16) for f in r["results"]) / 60
    hits = sum(int(f["old"], 16) for f in r["results"]) / 60
    assert 0.05 * hits < mean < 0.15 * hits, (mean, hits)
    # Always on one processor: it is that one, or another.
    cpu = min(os.sched_getaffinity(0))
    r = run(program, 0, 10, "--unit", "add", "--kind", "zero", "--core", str(cpu), cpus={cpu})
    assert r["outcomes"]["masked"]["count"] == 0, r["outcomes"]
    # No thread but the first; no processor 63.
    for option, value in (("--thread", "1"), ("--core", "63")):
        r = run(program, 0, 10, "--unit", "add", "--kind", "zero", option, value)
        assert r["outcomes"]["masked"]["count"] == 10, r["outcomes"]
    r = run(program, 0, 10, "--unit", "add", "--kind", "zero", "--thread", "0")
    assert r["outcomes"]["masked"]["count"] == 0, r["outcomes"]


def replays(program):
    run(program, 1, 40, store="p.db")
    for fault in ("0", "17", "39"):
        out = subprocess.run(["crit-inject", "replay", "p.db", fault], capture_output=True, text=True)
        assert out.returncode == 0 and out.stdout.endswith("same\n"), out


def hardened(plain, ilr):
    """Twice the same wrong result is no difference: ilr sees little of it."""
    seen = {}
    for kind in ("stuck", "intermittent"):
        subprocess.run(["crit-inject", "run", "-q", "--model", "permanent", "-n", "60", "--unit", "add,logic,mul",
                        "--kind", kind, "--json", "h.json", "--", "./" + ilr], check=True, stdout=subprocess.DEVNULL)
        seen[kind] = json.load(open("h.json"))["outcomes"]["detected"]["count"]
    assert seen["intermittent"] > 15, seen
    assert seen["stuck"] < seen["intermittent"], seen


for name in sys.argv[1:-1]:
    one_unit(name)
    jump_table(name)
all_kinds(sys.argv[1])
window_and_probability(sys.argv[1])
replays(sys.argv[1])
hardened(sys.argv[1], sys.argv[-1])
