#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: build.sh NAME CC OUTDIR [--modules]
#   NAME    memcached | redis-jemalloc | redis-libc, or with known holes:
#           memcached-reopened | redis-unpatched-jemalloc | redis-unpatched-libc
#   CC      the compiler with its options, for example "crit-clang -fcrit=ilr"
#   OUTDIR  where the built tree goes; the log is OUTDIR.log
# Builds one service from a fresh copy of its sources with nothing changed but
# CC=. Redis' bundled Lua, hiredis, linenoise, hdr_histogram and jemalloc are
# compiled by that CC too; libevent is the system's. --modules adds Redis' test
# modules (nothing for memcached). A tree whose compiler and source are unchanged is left as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

[ $# -ge 3 ] || die "usage: build.sh NAME CC OUTDIR [--modules]"
name=$1 cc=$2 out=$3 modules=${4-}
case $name in
    memcached|memcached-reopened) source=$name ;;
    redis-jemalloc|redis-libc) source=redis ;;
    redis-unpatched-jemalloc|redis-unpatched-libc) source=redis-unpatched ;;
    *) die "unknown service '$name': memcached, redis-jemalloc or redis-libc" ;;
esac
case $modules in ''|--modules) ;; *) die "unknown option '$modules'" ;; esac
case $out in /*) ;; *) out=$PWD/$out ;; esac
case $cc in # it is called from the service's tree
    /*) ;;
    */*' '*) [ ! -x "${cc%% *}" ] || cc=$PWD/$cc ;;
esac
need_compiler "$cc"
[ -f "$cache/$source/.crit-source" ] || die "no sources of $source: run $here/fetch.sh"

stamp="$(compiler_id "$cc")
$(cat "$cache/$source/.crit-source")
$(cksum <"$0") CFLAGS=${CFLAGS-} LDFLAGS=${LDFLAGS-}"

build_memcached() {
    ./configure CC="$cc" && make -j"$jobs"
}

build_redis() {  # build_redis MALLOC
    make -j"$jobs" V=1 CC="$cc" MALLOC="$1"
}

build_modules() {  # LD is what Redis' own Makefile calls the linking compiler
    make -C tests/modules -j"$jobs" CC="$cc" LD="$cc"
}

logged() {  # logged COMMAND...: in the tree, all output to the log
    (cd "$out" && "$@") >>"$out.log" 2>&1 </dev/null && return
    say "building $name failed; the end of $out.log:"
    tail -n 15 "$out.log" >&2
    exit 1
}

if [ "$(cat "$out/.crit-stamp" 2>/dev/null)" != "$stamp" ]; then
    start=$(date +%s)
    rm -rf "$out"
    mkdir -p "$(dirname "$out")"
    cp -a "$cache/$source" "$out"
    : >"$out.log"
    say "building $name with: $cc"
    case $name in
        memcached*) logged build_memcached ;;
        redis-*) logged build_redis "${name##*-}" ;;
    esac
    printf '%s\n' "$stamp" >"$out/.crit-stamp"
    say "built $name in $(($(date +%s) - start)) s"
fi
if [ -n "$modules" ] && [ "$source" = redis ] && [ ! -f "$out/.crit-modules" ]; then
    say "building Redis' test modules with: $cc"
    logged build_modules
    : >"$out/.crit-modules"
fi
