# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""badcore.py PROGRAM: additions of one function go wrong on one core, again and
again. -fcrit=haft moves the thread, every output is right, the core is named.
One addition in 2,000 is wrong, so that a region is hit once and then again: at one
in 500 both copies of a loop's counter may be, and the loop does not end."""
import csv
import json
import os
import subprocess
import sys

cores = sorted(os.sched_getaffinity(0))
if len(cores) < 2:
    print("one core only: nowhere to move to")
    sys.exit("migrate=0" in os.environ.get("CRIT_OPTIONS", ""))
core = cores[0]
for left in os.listdir("."):
    if left.startswith("stats."):
        os.remove(left)
# Seed 2: where the copy that the mark is made from is hit (by other seeds), that traps in code that
# crit-inject has moved, which the program's handler knows nothing of.
subprocess.run(
    ["crit-inject", "run", "-q", "--seed", "2", "--model", "permanent", "--unit", "add", "--kind",
     "intermittent", "--probability", "0.0005", "--core", str(core), "--funcs", "work", "-n", "24",
     "--env", "CRIT_OPTIONS=" + os.environ.get("CRIT_OPTIONS", "migrate=1") + f":stats={os.getcwd()}/stats.%p",
     "--csv", "faults.csv", "--hang-factor", "200", "--", sys.argv[1], str(core)],
    check=True, stdout=subprocess.DEVNULL)
with open("faults.csv", encoding="utf-8") as file:
    outcomes = [row["outcome"] for row in csv.DictReader(file)]
count = {o: outcomes.count(o) for o in sorted(set(outcomes))}
print(count)
suspects = moved = elsewhere = 0
for page in os.listdir("."):
    if page.startswith("stats."):
        shown = json.loads(subprocess.run(["crit-stat", "--json", page], check=True,
                                          capture_output=True, text=True).stdout)
        for row in shown["cores"]:
            moved += row["migrations"]
            suspects += row["suspect"] if row["core"] == core else 0
            elsewhere += row["suspect"] if row["core"] != core else 0
print(f"moved {moved} times, core {core} named {suspects} times, another {elsewhere} times")
# The scheduler may have taken the thread away before: then nothing struck it.
ok = set(count) <= {"corrected", "masked"} and moved and suspects and not elsewhere
sys.exit(not ok)
