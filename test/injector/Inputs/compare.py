# What crit-inject compare prints follows from the two campaigns.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import sys

lines = open(sys.argv[1]).read().splitlines()
plain, hardened = (json.load(open(f)) for f in sys.argv[2:])
for outcome in ("masked", "sdc", "crash", "detected"):
    line = next(l for l in lines if l.startswith(outcome))
    words = line.replace("[", " ").replace("]", " ").replace(",", " ").split()[1:]
    for r, at, exposed in ((plain, 0, 6), (hardened, 3, 7)):
        o = r["outcomes"][outcome]
        for value, word in zip((o["share"], o["low"], o["high"]), words[at:]):
            assert abs(100 * value - float(word)) < 0.001, line
        suffered = o["share"] * r["instructions"]["eligible"] / 1000
        assert abs(suffered - float(words[exposed])) <= 0.001 * suffered, line
    ratio = None if words[8] == "-" else float(words[8])
    if plain["outcomes"][outcome]["count"] == 0:
        assert ratio is None, line
    else:
        a, b = (r["outcomes"][outcome]["share"] * r["instructions"]["eligible"] for r in (plain, hardened))
        assert abs(ratio - b / a) < 0.0002 + 0.001 * b / a, line
assert plain["outcomes"]["sdc"]["share"] > 5 * hardened["outcomes"]["sdc"]["share"]
