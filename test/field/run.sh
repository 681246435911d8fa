#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Real projects, built plain and hardened; their own test suites must say the
# same. Not in CI.
#
#   run.sh [--only zlib,lua] [--variant haft=-fcrit=haft]... [--again]
#
# Sources come from Debian's archive (fetch.sh), builds are kept in
# build/field/VARIANT/PROJECT and not repeated without --again. For each variant
# and project one line: same or DIFFERENT, compile time over plain's, events in
# CRIT_OPTIONS=log= (each should be looked at with AddressSanitizer).
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${FIELD_BUILD:-$root/build/field}
JOBS=${FIELD_JOBS:-2}
bin=${FIELD_BIN:-$root/build/bin}
only='' again='' variants=()
while [ $# -gt 0 ]; do
    case $1 in
        --only) only=,$2,; shift 2 ;;
        --variant) variants+=("$2"); shift 2 ;;
        --again) again=yes; shift ;;
        *) echo "usage: run.sh [--only NAME,...] [--variant NAME=FLAGS]... [--again]" >&2; exit 2 ;;
    esac
done
[ ${#variants[@]} -gt 0 ] || variants=("both=-fcrit=haft,boundless" haft=-fcrit=haft delta=-fcrit=delta ilr=-fcrit=ilr)
# shellcheck source=test/field/projects.sh
. "$here/projects.sh"
export LC_ALL=C TZ=UTC here JOBS
failed=0 passed=0

# one VARIANT NAME SOURCE: build and test in its own folder
one() {
    local dir=$work/$1/$2
    [ -n "$again" ] && rm -rf "$dir"
    [ -e "$dir.rc" ] && [ -z "$again" ] && return
    rm -rf "$dir" "$dir".{log,out,time,events,rc}
    mkdir -p "$work/$1"
    cp -a "$work/tree/$3" "$dir"
    TIMEFORMAT=%U
    if { time { (cd "$dir" && set -e && "build_$2") >"$dir.log" 2>&1 </dev/null; }; } 2>"$dir.time"; then
        (cd "$dir" && CRIT_OPTIONS=log=$dir.events "test_$2") >"$dir.out" 2>>"$dir.log" </dev/null
        echo "$?" >"$dir.rc"
    else
        echo build >"$dir.rc"
    fi
}

for project in "${projects[@]}"; do
    name=${project%%:*} source=${project#*:}
    if [ -n "$only" ]; then case $only in *,$name,*) ;; *) continue ;; esac; fi
    CC=clang-22 CXX=clang++-22
    export CC CXX
    one plain "$name" "$source"
    p=$work/plain/$name
    if [ "$(cat "$p.rc")" = build ]; then echo "$name: plain clang cannot build it, see $p.log"; continue; fi
    for variant in "${variants[@]}"; do
        v=${variant%%=*} flags=${variant#*=}
        CC="$bin/crit-clang $flags" CXX="$bin/crit-clang++ $flags"
        one "$v" "$name" "$source"
        h=$work/$v/$name
        events=0; [ ! -s "$h.events" ] || events=$(wc -l <"$h.events")
        verdict=same
        cmp -s "$p.rc" "$h.rc" && cmp -s "$p.out" "$h.out" || verdict=DIFFERENT
        if [ $verdict = same ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        printf '%-10s %-8s %-9s lines %4d  compile %5.2f  events %d\n' "$name" "$v" $verdict \
            "$(wc -l <"$h.out" 2>/dev/null || echo 0)" \
            "$(awk 'NR==FNR { p = $1; next } { print $1 / p }' "$p.time" "$h.time")" "$events"
    done
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
