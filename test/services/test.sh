#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: test.sh NAME OUTDIR [--subset] [--modules] [--production] ...  (-h: all)
# Runs the service's own test suite on the tree build.sh made in OUTDIR.
# Last line: N passed, N failed (in test files). A failing test file is run
# again, and on a plain build, and listed with what that showed; it counts as
# failed when the plain build passes it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
export SERVICES_BUILD="$builds" SERVICES_PLAIN_CC="$plain_cc"
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/suite.py" "$@"
