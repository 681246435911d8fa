#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: faults.sh SERVER
# 60 faults by crit-inject serve in a hardened memcached or Redis, in two goes on
# one store: none may be lost, and the checks must have seen some.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
[ $# = 1 ] || die "usage: faults.sh SERVER"
inject=$root/build/bin/crit-inject
[ -x "$inject" ] || die "no $inject: run ./crit build"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"$inject" serve -q -n 20 --store "$work/s.db" -- "$1" >/dev/null
"$inject" serve -q -n 60 --store "$work/s.db" -- "$1" >"$work/report"
sed -n 1,9p "$work/report"
grep -Eq ' 60 faults[; ]' "$work/report" || die "not 60 faults"
count() { awk -v o="$1" '$1 == o { print $2; exit }' "$work/report"; }
[ "$(count masked)" -gt 0 ] || die "no fault was masked"
[ $(($(count detected) + $(count corrected))) -gt 0 ] || die "no fault was seen by a check"
