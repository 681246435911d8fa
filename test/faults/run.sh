#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Faults are seen: one at a time for every kind of check, races are no faults,
# and a small campaign of random ones. The last line is
# "N passed, N failed, N skipped" over all of it.
#
#   run.sh                   all of that
#   run.sh --mutate          leave out each kind of check: some test must fail
#   run.sh [--mutate] NAME.. only these programs (kinds)
# --build DIR, before all else: the build to test.
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(cd "$here/../.." && pwd) || exit 2
build=$root/build
if [ "${1:-}" = --build ]; then
  build=$(cd "$2" && pwd) || exit 2
  shift 2
fi
[ $# -eq 0 ] || exec python3 "$here/run.py" --build "$build" "$@"

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

python3 "$here/run.py" --build "$build" >"$work/log"
status=$?
sed '$d' "$work/log"
line=$(tail -n 1 "$work/log")
case $line in
  *" passed, "*" failed, "*" skipped")
    # shellcheck disable=SC2086
    set -- $line
    passed=$1 failed=$3 skipped=$5
    ;;
  *) echo "FAIL run.py: $line"; passed=0 failed=1 skipped=0 ;;
esac
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1

ok() { echo "ok   $1"; passed=$((passed + 1)); }
bad() { echo "FAIL $1: $2"; failed=$((failed + 1)); }

# Whether a fault is repaired must not depend on where the stack lies: once the failure
# path took its own list of addresses for the mark of another frame.
positions() {
  "$build/bin/crit-clang" -fcrit=haft -O2 -g "$here/cases/branch-flags.c" \
    -o "$work/positions" && clang-22 -O1 "$here/flip.c" -o "$work/flip" || return 1
  at=$(llvm-objdump-22 -d --no-show-raw-insn --disassemble-symbols=work \
    "$work/positions" | sed -n '/cmpq.*0x5bd1e995/{s/^ *\([0-9a-f]*\):.*/\1/p;q;}')
  pad=
  for _ in $(seq 32); do
    pad=${pad}xxxxxxxxxxxxxxxx
    PAD=$pad "$work/flip" "$at" 2 eflags 0 -- "$work/positions" 2>&1 |
      grep -q '; corrected' || return 1
  done
}
if positions; then
  ok "repaired at 32 positions of the stack"
else
  bad "repaired at 32 positions of the stack" "not at $((${#pad} / 16)) ($at)"
fi

# -fcrit-loads=twice may stop here: there a race is a fault. haft would compute again,
# say so, and call a core suspect that loses many.
for level in "ilr -O0" "ilr -O2" "haft -O2"; do
  if "$build/bin/crit-clang" -fcrit=$level -g "$here/race.c" \
    -o "$work/race" -lpthread 2>"$work/err" &&
    "$work/race" 2000000 >"$work/out" 2>"$work/err" &&
    [ "$(cat "$work/out")" = right ] && ! grep -q mismatch "$work/err"; then
    ok "race $level $(cat "$work/err")"
  else
    bad "race $level" "$(cat "$work/out" "$work/err")"
  fi
done

# campaign KERNEL SIZE: 150 random faults, at most 2 silent corruptions.
campaign() {
  if ! "$build/bin/crit-clang" -fcrit=ilr -O2 -g \
    "$root/benchmarks/kernels/$1.c" -o "$work/$1" -lm -lpthread \
    2>"$work/err" ||
    ! "$build/bin/crit-inject" run --reference --hardened-only -n 150 --seed 7 \
      -q --list-sdc -- "$work/$1" --size "$2" --threads 1 >"$work/out" \
      2>"$work/err"; then
    bad "campaign $1" "$(cat "$work/err")"
    return
  fi
  sdc=$(sed -n 's/^  sdc  *\([0-9][0-9]*\) .*/\1/p' "$work/out" | head -n 1)
  detected=$(sed -n 's/^  detected  *\([0-9][0-9]*\) .*/\1/p' "$work/out" |
    head -n 1)
  if [ "${sdc:-99}" -le 2 ] && [ "${detected:-0}" -gt 0 ]; then
    ok "campaign $1: $detected of 150 detected, $sdc silent corruptions"
  else
    bad "campaign $1" "$(cat "$work/out")"
  fi
}
campaign sort 150
campaign sha256 200

grep '^FAIL' "$work/log" # once more, where a long log is read first
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
