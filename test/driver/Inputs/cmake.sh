#!/bin/sh
# usage: cmake.sh CRIT_CLANG CLANG ONE_C, in an empty folder with cmake/
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
crit=$1 clang=$2
cp "$3" cmake/one.c
here=$(pwd)
status=0
configure() {
  CC=$2 CXX=$3 cmake -G Ninja -S cmake -B "$1" -DCMAKE_BUILD_TYPE=Release \
    >"$1.raw" 2>&1
  # CMake splits CC at the blank; both compilers have their ar beside them. It
  # sees where <crit/crit.h> is.
  sed -e 's#;[^;]*/lib/crit/include##' -e "s#${2%% *}#CC#g" -e "s#${3%% *}#CXX#g" -e "s#$here/$1#HERE#g" \
    "$1.raw" | grep -v -e '-- Generating done' -e '-- Configuring done' >"$1.output"
}
configure plain "$clang" "$clang++" &
configure crit "$crit -fcrit=ilr" "$crit++ -fcrit=ilr" &
wait
if diff plain.output crit.output; then
  echo "output: same, $(wc -l <crit.output) lines"
else
  echo "output: different"
  status=1
fi
grep interprocedural crit.output
for b in plain crit; do
  # The answers, without the names of programs and folders.
  grep -hE '^[A-Za-z_0-9-]+:INTERNAL=' $b/CMakeCache.txt |
    grep -vE "$here|_(AR|RANLIB|NM)-ADVANCED|CMAKE_HOST_SYSTEM|COMMAND" | sort >$b.answers
done
if diff plain.answers crit.answers; then
  echo "answers: same, $(wc -l <crit.answers)"
else
  echo "answers: different"
  status=1
fi
if ! ninja -C crit >ninja.log 2>&1; then
  tail -n 30 ninja.log
  exit 1
fi
crit/main && crit/ipomain && echo "programs: run"
for f in libone.a libtwo.so main ipomain; do
  llvm-readelf -S crit/$f | grep -q crit_funcs && echo "$f: hardened"
done
# A newer plugin rebuilds all that was compiled, through the depfiles.
ninja -C crit -n | tail -n 1
plugin=$(dirname "$(dirname "$crit")")/lib/CritPasses.so
grep -q "$plugin" crit/build.ninja || ninja -C crit -t deps | grep -c "$plugin" |
  sed 's/^/objects that depend on the plugin: /'
exit $status
