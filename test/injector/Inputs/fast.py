# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import math
import subprocess
import sys

crit_clang, sources = sys.argv[1], sys.argv[2:]
N = 1500


def campaign(mode, program):
    subprocess.run(["crit-inject", "run", "-q", mode, "-n", str(N), "--hang-min",
                    "0.2", "--json", "out.json", "--", program],
                   check=True, stdout=subprocess.DEVNULL)
    return json.load(open("out.json"))


def same_shares(a, b):
    for o in ("masked", "sdc", "crash"):
        x, y = (r["outcomes"][o]["count"] for r in (a, b))
        p = (x + y) / (2 * N)
        # 4 sigma: six comparisons in every run of the tests must not cry wolf
        assert abs(x - y) / N <= 4 * math.sqrt(2 * p * (1 - p) / N) + 0.002, (o, x, y)


for source in sources:
    for options in (["-O0"], ["-O1"], ["-O2"], ["-O3", "-march=native"], ["-Os"],
                    ["-Oz"], ["-O2", "-flto"], ["-O2", "-flto=thin"],
                    ["-O2", "-static"], ["-O2", "-no-pie", "-g"]):
        out = []
        for flags in (["-fcrit=none"], ["-fcrit=none", "-fcrit-inject"]):
            subprocess.run([crit_clang, *flags, *options, source, "-o", "p"],
                           check=True)
            out.append(subprocess.run(["./p"], check=True,
                                      stdout=subprocess.PIPE).stdout)
        assert out[0] == out[1], (source, options, out)
    subprocess.run([crit_clang, "-fcrit=none", "-O2", source, "-o", "plain"],
                   check=True)
    subprocess.run([crit_clang, "-fcrit=none", "-fcrit-inject", "-O2", source,
                    "-o", "counted"], check=True)
    r, f = campaign("--reference", "./plain"), campaign("--fast", "./counted")
    same_shares(r, f)
    ratio = f["instructions"]["in_scope"] / r["instructions"]["in_scope"]
    # no alignment padding, and what a branch leaves out is counted
    assert 0.8 < ratio < 1.3, ratio
