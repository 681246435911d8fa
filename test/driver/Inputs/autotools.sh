#!/bin/sh
# usage: autotools.sh CRIT_CLANG CLANG ONE_C, in an empty folder with autotools/
# Configures with both compilers, shows how results differ once the compiler's
# name is the same, and builds and checks the hardened one.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
crit=$1 clang=$2
cp "$3" autotools/one.c
(cd autotools && autoreconf -i) >autoreconf.log 2>&1 || {
  tail autoreconf.log
  exit 1
}
configure() {
  mkdir "$1"
  (cd "$1" && ../autotools/configure CC="$2" CXX="$3" >output 2>&1)
  for f in output libtool config.h Makefile; do
    sed -e "s#$3#CXX#g" -e "s#$2#CC#g" -e "s#$(pwd)/$1#HERE#g" "$1/$f" >"$1.$f"
  done
}
configure plain "$clang" "$clang++" &
# The option in CC, not in CFLAGS: libtool drops it from those when it links a
# shared library.
configure crit "$crit -fcrit=ilr -fcrit-runtime=crit_rt" "$crit++ -fcrit=ilr -fcrit-runtime=crit_rt" &
wait
status=0
for f in output libtool config.h Makefile; do
  if diff plain.$f crit.$f >diff.$f; then
    echo "$f: same, $(wc -l <crit.$f) lines"
  else
    echo "$f: different"
    head -n 30 diff.$f
    status=1
  fi
done
grep -c 'no$' crit.output | sed 's/^/answers no: /'
# make's own settings would reach this one.
unset MAKEFLAGS MFLAGS
if ! make -C crit check >make.log 2>&1; then
  tail -n 40 make.log crit/*.log
  status=1
fi
for f in .libs/libone.so .libs/libtwo.so .libs/libone.a .libs/main; do
  llvm-readelf -S crit/$f | grep -q crit_funcs && echo "$f: hardened"
done
exit $status
