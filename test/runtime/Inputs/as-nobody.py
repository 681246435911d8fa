"""as-nobody.py COMMAND: runs it as user 65534; it must report and stop, or not
be startable at all (build tree nobody else can enter, nosuid).
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""

import subprocess
import sys

try:
    done = subprocess.run(sys.argv[1:], user=65534, group=65534, extra_groups=[],
                          stderr=subprocess.PIPE)
except PermissionError:
    sys.exit(0)
assert done.returncode == 86, done
assert b"crit: ilr: mismatch" in done.stderr, done
