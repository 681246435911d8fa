#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: check.sh [--complete]
# The services part of ./crit check: fetches memcached and Redis, builds both
# hardened (and again only when compiler or source changed), runs memcached's
# whole suite and part of Redis', or all of both and both allocators with
# --complete. Then attacks through known holes: the demo server and memcached, 300
# each; with --complete all, 10,000 each. Last line: N passed, N failed (in test files).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

scope=--subset
case ${1-} in
    '') ;;
    --complete) scope= ;;
    *) die "usage: check.sh [--complete]" ;;
esac
need_compiler "$hard_cc"
"$here/fetch.sh"

passed=0 failed=0
results=$builds/check
mkdir -p "$results"

# tally NAME: adds what test.sh printed; a run that said nothing is a failure.
tally() {
    cat "$results/$1.out"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$results/$1.out" | tail -n 1)
    # shellcheck disable=SC2086
    set -- "$1" ${line:-0 passed, 1 failed}
    passed=$((passed + $2)) failed=$((failed + $4))
}

# faults NAME SERVER: some live injections count as one test.
faults() {
    if "$here/faults.sh" "$2" >"$results/$1.faults" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    cat "$results/$1.faults"
}

suite() {  # suite NAME TREE OPTION...
    label=$1 service=$2
    shift 2
    "$here/test.sh" "$service" "$builds/hardened/$service" "$@" >"$results/$label.out" &
}

build() {  # build NAME: counts as one test
    if "$here/build.sh" "$1" "$hard_cc" "$builds/hardened/$1" --modules; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    return 1
}

# memcached's suite mostly sleeps, so it runs while Redis is being built.
memcached=0 redis=0
if build memcached; then
    memcached=1
    suite memcached memcached $scope
fi
build redis-jemalloc && redis=1
if [ $memcached = 1 ]; then
    wait
    tally memcached
    faults memcached "$builds/hardened/memcached/memcached"
fi
if [ $redis = 1 ]; then
    suite redis-jemalloc redis-jemalloc --modules $scope
    wait
    tally redis-jemalloc
    faults redis-jemalloc "$builds/hardened/redis-jemalloc/src/redis-server"
fi
if [ -n "$scope" ]; then
    "$here/attack.sh" --attacks 300 heartbeat CVE-2011-4971
else
    "$here/attack.sh"
fi >"$results/attacks.out" || :
tally attacks
if [ -z "$scope" ]; then
    if [ $memcached = 1 ]; then
        suite memcached-production memcached --production
        wait
        tally memcached-production
    fi
    if build redis-libc; then
        suite redis-libc redis-libc --modules
        wait
        tally redis-libc
    fi
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
