# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import random
import signal
import subprocess
import sys
import time

program, n, kills = "../" + sys.argv[1], sys.argv[2], int(sys.argv[3])
os.mkdir(sys.argv[1] + ".d")
os.chdir(sys.argv[1] + ".d")


def run(*options, check=True, seed="7"):
    return subprocess.run(
        ["crit-inject", "run", "-q", "-n", n, "--seed", seed, "--hang-min",
         "0.2", *options, "--", program],
        check=check, stdout=subprocess.PIPE).stdout


def read(path):
    with open(path, "rb") as f:
        return f.read()


# Same seed, other number of copies at a time: same bytes. Other seed: not.
first = run("--json", "a.json", "-j", "1")
second = run("--json", "b.json", "-j", "3")
assert first == second and read("a.json") == read("b.json")
run("--json", "c.json", seed="8")
assert read("a.json") != read("c.json")

# Shards.
for i in "123":
    run("--store", f"shard{i}.db", "--shard", f"{i}/3")
subprocess.run(["crit-inject", "merge", "all.db", "shard1.db", "shard2.db",
                "shard3.db"], check=True, stdout=subprocess.DEVNULL)
subprocess.run(["crit-inject", "show", "all.db", "--json", "all.json"],
               check=True, stdout=subprocess.DEVNULL)
assert read("all.json") == read("a.json")

# Replay: one of each outcome.
seen = {}
for f in json.loads(read("a.json"))["results"]:
    seen.setdefault(f["outcome"], f["id"])
for fault in seen.values():
    out = subprocess.run(["crit-inject", "replay", "all.db", str(fault)],
                         check=True, stdout=subprocess.PIPE).stdout
    assert out.endswith(b"same\n"), out

# Killed at random moments.
random.seed(1)
took = time.monotonic()
run()
took = time.monotonic() - took
done = []
for i in range(kills):
    p = subprocess.Popen(
        ["crit-inject", "run", "-q", "-n", n, "--seed", "7", "--hang-min",
         "0.2", "--store", "killed.db", "--", program],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.uniform(0, 0.6 * took))
    p.send_signal(signal.SIGKILL)
    p.wait()
    r = subprocess.run(["crit-inject", "show", "killed.db"],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    words = r.stdout.split()
    done.append(int(words[words.index(b"faults;") - 1]) if words else 0)
assert done == sorted(done), done
run("--store", "killed.db", "--json", "killed.json")
assert read("killed.json") == read("a.json")
print("rows after each kill:", done)

# Ctrl-C, which the whole process group gets: no copy is counted as killed.
p = subprocess.Popen(
    ["crit-inject", "run", "-q", "-n", n, "--seed", "7", "--hang-min", "0.2",
     "--store", "interrupted.db", "--", program], start_new_session=True,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(0.4 * took)
os.killpg(p.pid, signal.SIGINT)
assert p.wait() in (0, 1, 130), p.returncode
run("--store", "interrupted.db", "--json", "interrupted.json")
assert read("interrupted.json") == read("a.json")

# What it leaves behind: no process.
assert subprocess.run(["pgrep", "-f", os.path.abspath(program)],
                      stdout=subprocess.PIPE).stdout == b""
