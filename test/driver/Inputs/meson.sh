#!/bin/sh
# usage: meson.sh CRIT_CLANG CLANG ONE_C, in an empty folder with meson/
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
crit=$1 clang=$2
cp "$3" meson/one.c
here=$(pwd)
status=0
configure() {
  CC=$2 CXX=$3 meson setup "$1" meson >"$1.raw" 2>&1 || status=1
  sed -e "s#$3#CXX#g" -e "s#$2#CC#g" -e "s#$here/$1#HERE#g" "$1.raw" |
    grep -v -e 'Build dir' -e 'User defined options' >"$1.output"
}
configure plain "$clang" "$clang++" &
configure crit "$crit -fcrit=ilr -fcrit-runtime=crit_rt" "$crit++ -fcrit=ilr -fcrit-runtime=crit_rt" &
wait
if diff plain.output crit.output; then
  echo "output: same, $(wc -l <crit.output) lines"
else
  echo "output: different"
  status=1
fi
if ! ninja -C crit >ninja.log 2>&1; then
  tail -n 30 ninja.log
  exit 1
fi
crit/main && echo "main: runs"
for f in libtwo.so main; do
  llvm-readelf -S crit/$f | grep -q crit_funcs && echo "$f: hardened"
done
exit $status
