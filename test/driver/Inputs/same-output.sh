#!/bin/sh
# usage: same-output.sh CRIT_CLANG CLANG < command lines
# Each line must give the same output, status and files with both compilers.
# Lines may use input redirection, hence eval.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
crit=$1 clang=$2
failed=0 lines=0
work=$(pwd)
while read -r line; do
  [ -n "$line" ] || continue
  lines=$((lines + 1))
  for which in crit clang; do
    rm -rf "$work/run"
    mkdir "$work/run"
    cd "$work/run" || exit 1
    cp "$work"/in/* .
    if [ $which = crit ]; then CC=$crit; else CC=$clang; fi
    eval "$CC $line" >../$which.out 2>&1 </dev/null
    echo "status $?" >>../$which.out
    cd "$work" || exit 1
    # The driver itself, and names clang makes up, are not output.
    (cd run && find . -type f -exec cksum {} + | sort -k3) >>$which.out
    sed -e 's/crit-clang/clang/g' -e 's/-[0-9a-f]\{6,8\}\.\([a-z]*\)/-TEMP.\1/g' \
      $which.out >$which.clean
  done
  if ! diff clang.clean crit.clean >difference; then
    failed=$((failed + 1))
    echo "DIFFERENT: $line"
    head -n 20 difference
  fi
done
echo "$lines command lines, $failed differ"
[ "$failed" -eq 0 ] && [ "$lines" -gt 0 ]
