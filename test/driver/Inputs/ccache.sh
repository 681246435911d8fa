#!/bin/sh
# usage: ccache.sh BUILD SOURCE
# Runs one compile after another through ccache and says which were hits.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
build=$1 source=$2
CCACHE_DIR=$(pwd)/cache
export CCACHE_DIR
mkdir -p tree/bin tree/lib/crit
cp "$build/bin/crit-clang" tree/bin/
cp "$build/lib/CritPasses.so" tree/lib/
cp "$build/lib/crit/ccache-files.h" tree/lib/crit/
cp "$source" one.c
crit=$(pwd)/tree/bin/crit-clang
echo 'fun:nobody=none' >policy.txt
sleep 1 # ccache does not trust files as young as the compile

hits() { ccache --print-stats | awk '/^(direct|preprocessed)_cache_hit/ { n += $2 } END { print n + 0 }'; }

try() {
  title=$1
  shift
  before=$(hits)
  if ! "$@" -O2 -c one.c -o one.o; then
    echo "$title: FAILED"
  elif [ "$(hits)" -gt "$before" ]; then
    echo "$title: hit"
  else
    echo "$title: miss"
  fi
}

try "first" ccache "$crit"
try "again" ccache "$crit"
try "other option" ccache "$crit" -fcrit-loads=twice
try "other technique" ccache "$crit" -fcrit=none
try "with policy" ccache "$crit" -fcrit-policy=policy.txt
try "with policy, again" ccache "$crit" -fcrit-policy=policy.txt
echo 'fun:somebody=none' >policy.txt
try "policy changed" ccache "$crit" -fcrit-policy=policy.txt
echo 'fun:nobody=none' >policy.txt
try "policy as before" ccache "$crit" -fcrit-policy=policy.txt
CCACHE_NODIRECT=1
export CCACHE_NODIRECT
try "without direct mode" ccache "$crit" -fcrit-policy=policy.txt
echo 'fun:three=none' >policy.txt
try "policy changed, without direct mode" ccache "$crit" -fcrit-policy=policy.txt
unset CCACHE_NODIRECT
CCACHE_DEPEND=1
export CCACHE_DEPEND
sleep 1
try "depend mode" ccache "$crit" -fcrit-policy=policy.txt -MD
try "depend mode, again" ccache "$crit" -fcrit-policy=policy.txt -MD
echo 'fun:four=none' >policy.txt
try "policy changed, depend mode" ccache "$crit" -fcrit-policy=policy.txt -MD
unset CCACHE_DEPEND

# A rebuilt plugin is a rebuilt driver (see --crit-print-config); content stands
# for it here.
printf x >>tree/bin/crit-clang
try "driver changed" ccache "$crit"
CCACHE_COMPILERCHECK='%compiler% --crit-fingerprint'
export CCACHE_COMPILERCHECK
try "fingerprint" ccache "$crit"
try "fingerprint, again" ccache "$crit"
printf x >>tree/lib/CritPasses.so
try "plugin changed, fingerprint" ccache "$crit"
unset CCACHE_COMPILERCHECK

# crit-clang -> ccache -> clang, as a masquerading "clang" would do.
mkdir -p wrap/bin wrap/lib
ln -s "$(dirname "$("$crit" -print-resource-dir)")" wrap/lib/clang
printf '#!/bin/sh\nexec ccache /usr/bin/clang-22 "$@"\n' >wrap/bin/clang
chmod +x wrap/bin/clang
wrapped="$crit --crit-clang=$(pwd)/wrap/bin/clang"
# shellcheck disable=SC2086
{
  try "ccache behind the driver" $wrapped
  try "ccache behind the driver, again" $wrapped
  printf x >>tree/lib/CritPasses.so
  try "plugin changed, ccache behind the driver" $wrapped
}
