# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import re
import subprocess
import sys

for program in sys.argv[1:]:
    subprocess.run(["crit-inject", "run", "-q", "-n", "120", "--funcs", "kernel", "--hang-min", "0.2", "--store",
                    program + ".db", "--json", "out.json", "--", "./" + program], check=True, stdout=subprocess.DEVNULL)
    results = json.load(open("out.json"))["results"]
    # 32-bit names are gdb's too; a write to one ends in the whole register.
    wanted = [next(f for f in results if f["kind"] == "gpr" and f["access"] == "read" and f["outcome"] == o
                   and re.fullmatch("e?[a-d]x|[er]?[sd]i|r[0-9]+d?", f["register"])) for o in ("sdc", "crash")]
    for f in wanted:
        mask = (1 << f["width"]) - 1
        commands = f'printf "value %lx\\n", (unsigned long)${f["register"]} & {mask}\ncontinue\n'
        out = subprocess.run(["crit-inject", "replay", program + ".db", str(f["id"]), "--stop-at-fault"], input=commands,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120).stdout
        got = re.search(r"value ([0-9a-f]+)", out)
        assert got and int(got[1], 16) == int(f["new"], 16) & mask, (f, out)
        end = "exited normally" if f["outcome"] == "sdc" else "received signal SIG"
        assert end in out.split("value", 1)[1], (f, out)
