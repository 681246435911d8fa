#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: attack.sh [--attacks N] [--redis ALLOCATOR] [NAME..]
#   NAME         heartbeat | CVE-2011-4971 | CVE-2025-32023 | CVE-2024-31449 (all)
#   --attacks    how many the hardened build gets (10000)
#   --redis      libc (default) or jemalloc; jemalloc's objects have no bounds
# Builds services with known holes, plain and with SERVICES_BOUNDS_CC (default
# build/bin/crit-clang -fcrit=boundless), and attacks both while they serve.
# Last line: N passed, N failed[, N skipped] (holes this compiler does not leave open).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
bounds_cc=${SERVICES_BOUNDS_CC:-$root/build/bin/crit-clang -fcrit=boundless}
usage='usage: attack.sh [--attacks N] [--redis libc|jemalloc] [heartbeat|CVE-2011-4971|CVE-2025-32023|CVE-2024-31449 ..]'

attacks=10000 allocator=libc names=
while [ $# -gt 0 ]; do
    case $1 in
        --attacks) attacks=${2?$usage}; shift ;;
        --redis) allocator=${2?$usage}; shift ;;
        heartbeat|CVE-2011-4971|CVE-2025-32023|CVE-2024-31449) names="$names $1" ;;
        *) die "$usage" ;;
    esac
    shift
done
: "${names:=heartbeat CVE-2011-4971 CVE-2025-32023 CVE-2024-31449}"
need_compiler "$bounds_cc"
need_packages python3
case $names in *CVE*) "$here/fetch.sh" --vulnerable ;; esac
trees=$builds/attacked/$(printf %s "${bounds_cc##*/}" | tr -c 'a-zA-Z0-9=,\n' _)

build() {  # build SERVICE: both ways; sets $plain and $hardened
    plain=$builds/plain/$1 hardened=$trees/$1
    "$here/build.sh" "$1" "$plain_cc" "$plain" && "$here/build.sh" "$1" "$bounds_cc" "$hardened"
}

build_heartbeat() {
    mkdir -p "$builds/plain" "$trees"
    plain=$builds/plain/heartbeat hardened=$trees/heartbeat
    $plain_cc -O2 -o "$plain" "$here/attacks/heartbeat.c" &&
        $bounds_cc -O2 -g -o "$hardened" "$here/attacks/heartbeat.c"
}

passed=0 failed=0 skipped=0
export PYTHONDONTWRITEBYTECODE=1
echo "| hole | plain build | hardened build | |"
echo "|---|---|---|---|"
for name in $names; do
    status=0
    case $name in
        heartbeat) build_heartbeat ;;
        CVE-2011-4971) build memcached-reopened ;;
        *) build "redis-unpatched-$allocator" ;;
    esac && python3 "$here/attack.py" "$name" "$plain" "$hardened" --attacks "$attacks" || status=$?
    case $status in
        0) passed=$((passed + 1)) ;;
        77) skipped=$((skipped + 1)) ;;
        *) failed=$((failed + 1)) ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
