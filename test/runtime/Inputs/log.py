"""Checks the log that options.c wrote.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""

import json
import sys
import time

lines = open(sys.argv[1]).read().splitlines()
assert lines[0] == "first" and len(lines) == 3, lines
for line in lines[1:]:
    event = json.loads(line)
    assert event["technique"] == "ilr" and event["event"] == "mismatch"
    assert event["action"] == "exit" and event["check"] == "store-value"
    assert (event["function"], event["file"], event["line"]) == ("demo", "src/demo.c", 42)
    assert event["width"] == 8 and event["bits"] == "0x3"
    assert (event["master_register"], event["master"]) == ("rax", "0x1")
    assert (event["shadow_register"], event["shadow"]) == ("rcx", "0x2")
    assert abs(time.time() - event["time"] / 1e9) < 600
    assert event["pid"] == event["tid"] > 0 and event["core"] >= 0
