"""Exit status of crit-audit, in the directory errors.c prepared.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""

import subprocess

for status, arguments in [
    (1, ["plain"]),
    (2, ["none"]),
    (2, ["plain", "none"]),
    (2, ["none", "plain"]),
    (2, ["cut"]),
    (2, ["--require=irl", "plain"]),
    (2, []),
    (0, ["--help"]),
]:
    done = subprocess.run(["crit-audit"] + arguments, capture_output=True, text=True)
    assert done.returncode == status, (arguments, done)
    if status == 2:
        lines = [l for l in done.stderr.splitlines() if "built without" not in l]
        assert len(lines) == 1, (arguments, done.stderr)
