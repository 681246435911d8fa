# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What the service scripts share. Sourced, with $here set to test/services.
#
# Environment:
#   SERVICES_CC              compiler to judge        (build/bin/crit-clang -fcrit=ilr)
#   SERVICES_PLAIN_CC        compiler to compare with (clang-22)
#   SERVICES_BUILD  where trees are built    (build/services)
#   SERVICES_CACHE  where sources are kept   (.cache/services)
#   SERVICES_JOBS            parallel build jobs      (2)
# shellcheck shell=dash disable=SC2034,SC2154

root=$(cd "$here/../.." && pwd)
cache=${SERVICES_CACHE:-$root/.cache/services}
builds=${SERVICES_BUILD:-$root/build/services}
jobs=${SERVICES_JOBS:-2}
plain_cc=${SERVICES_PLAIN_CC:-clang-22}
hard_cc=${SERVICES_CC:-$root/build/bin/crit-clang -fcrit=ilr}

say() { printf '%s\n' "services: $*" >&2; }
die() { say "error: $*"; exit 1; }

# need_compiler CC: one clear error when the first word of CC is no program.
need_compiler() {
    command -v "${1%% *}" >/dev/null 2>&1 && return
    die "no compiler '${1%% *}': run ./crit build, or name one with SERVICES_CC='...'"
}

# need_packages PKG...: install what is missing (root), or print the line to run.
need_packages() {
    missing=
    for p in "$@"; do
        dpkg-query -W -f='${Status}' "$p" 2>/dev/null |
            grep -q 'install ok installed' || missing="$missing $p"
    done
    [ -z "$missing" ] && return
    if [ "$(id -u)" != 0 ]; then
        die "missing packages; run: sudo apt-get install -y --no-install-recommends$missing"
    fi
    say "installing$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if { apt-get install -y --no-install-recommends $missing ||
         { apt-get update && apt-get install -y --no-install-recommends $missing; }
       } >"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        tail -n 15 "$log" >&2; rm -f "$log"
        die "cannot install$missing (network?); when it is back run: apt-get update && apt-get install -y --no-install-recommends$missing"
    fi
}

# compiler_id CC: a line that changes whenever the code CC makes may change.
compiler_id() {
    if id=$("${1%% *}" --crit-fingerprint 2>/dev/null) && [ -n "$id" ]; then
        printf '%s | %s\n' "$1" "$id"
    else
        real=$(readlink -f "$(command -v "${1%% *}")")
        printf '%s | %s\n' "$1" \
            "$(cksum <"$real" | tr ' ' -) $("${1%% *}" --version 2>/dev/null | head -n 1)"
    fi
}
