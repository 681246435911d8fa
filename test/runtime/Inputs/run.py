"""run.py [--status N] [--reports N] -- COMMAND: runs it, prints its
output, and fails unless it ended with status N (default 86; -N for signal N)
and with exactly N lines of report on stderr (default: not counted).
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""

import argparse
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--status", type=int, default=86)
parser.add_argument("--reports", type=int)
parser.add_argument("--repeat", type=int, default=1)
parser.add_argument("--timeout", type=float, default=60)
parser.add_argument("command", nargs="+")
args = parser.parse_args()
for _ in range(args.repeat):
    done = subprocess.run(
        args.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=args.timeout
    )
    sys.stdout.buffer.write(done.stdout + done.stderr)
    sys.stdout.flush()
    if done.returncode != args.status:
        sys.exit(f"status {done.returncode}, expected {args.status}")
    reports = done.stderr.count(b"crit: ilr: mismatch")
    if args.reports is not None and reports != args.reports:
        sys.exit(f"{reports} reports, expected {args.reports}")
