#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Hardened programs do what plain clang's do: the construct matrix, then random
# programs. The last line is "N passed, N failed, N skipped" over both.
#
#   run.sh --ci [options of both runners]    the selection for CI, of it some with
#                                            -fcrit=delta, fewer with
#                                            -fcrit=haft,boundless, unless --flags
#                                            is given
#   run.sh [options of both runners]         everything, and 1000 random programs
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
seeds=1-1000 more=
for arg; do
  case $arg in
    --ci) seeds=1-200 more=${more:-yes} ;;
    --flags*) more=no ;;
  esac
done

log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

status=0
run() {
  echo "== $1"
  python3 "$here/$@" >"$log"
  code=$?
  cat "$log"
  if [ "$code" -gt "$status" ]; then status=$code; fi
  # A runner that could not run counts as one failure.
  last=$(tail -n 1 "$log")
  case $last in
    *" passed, "*" failed, "*" skipped") ;;
    *) last="0 passed, 1 failed, 0 skipped" ;;
  esac
  totals="$totals $last,"
}

totals=
run constructs.py "$@"
run csmith.py --seeds "$seeds" "$@"
# Encoded copies: another code generator, a smaller selection.
if [ "$more" = yes ]; then
  run constructs.py "$@" --levels=-O2 --flags=-fcrit=delta
  run csmith.py "$@" --seeds 1-20 --flags=-fcrit=delta
  # Regions that hold calls of the other technique's runtime. Whatever holds
  # threads, exceptions, signals or the stack; not what compiles for minutes.
  run constructs.py "$@" --levels=-O2 --archs=default --flags=-fcrit=haft,boundless \
    --only atomics,alloca,builtin_setjmp,call_args,computed_goto,coroutines,exceptions,function_pointers,global_ctors,mixed,realign,recursion,setjmp,shared,signals,tail_calls,threads,tls,varargs,virtual
  run csmith.py "$@" --seeds 21-35 --levels=-O1 --flags=-fcrit=haft,boundless
fi
echo "$totals" | tr ',' '\n' | awk '
  { sum[$2] += $1 }
  END { printf "%d passed, %d failed, %d skipped\n",
               sum["passed"], sum["failed"], sum["skipped"] }'
exit "$status"
