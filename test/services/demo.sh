#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Usage: demo.sh [--faults N] [--seconds S] [--seed N] [--json FILE]
# Builds memcached with the plain compiler and with -fcrit=haft (SERVICES_CC:
# another compiler), serves both, injects register faults into both under
# verified traffic, prints what each did.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
hard_cc=${SERVICES_CC:-$root/build/bin/crit-clang -fcrit=haft}

need_compiler "$hard_cc"
"$here/fetch.sh"
need_packages binutils python3
"$here/build.sh" memcached "$plain_cc" "$builds/plain/memcached"
"$here/build.sh" memcached "$hard_cc" "$builds/hardened/memcached"
injector=$builds/liveinject
if [ -z "$(find "$injector" -newer "$here/live/liveinject.c" 2>/dev/null)" ]; then
    "${plain_cc%% *}" -O2 -o "$injector" "$here/live/liveinject.c"
fi

say "both servers on 127.0.0.1; every reply is compared with the one expected"
export PYTHONDONTWRITEBYTECODE=1
python3 "$here/demo.py" --injector "$injector" --plain "$builds/plain/memcached/memcached" \
    --hardened "$builds/hardened/memcached/memcached" "$@"
cat <<END

Next: harden your own service: make CC="$hard_cc"
END
