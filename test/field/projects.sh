# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How each project is built and tested: build_NAME and test_NAME run in a fresh
# copy of its source with CC, CXX and JOBS set. What test_NAME prints is
# compared between compilers, so it holds nothing that differs from run to run.
# The option is in CC, and no project's build files are changed.
# shellcheck shell=bash disable=SC2034,SC2154

# PROJECT: source package
projects=(
    zlib:zlib bzip2:bzip2 lz4:lz4 lua:lua5.4 expat:expat yajl:yajl cjson:cjson
)

mk() { make -s -j"$JOBS" "$@"; }
cm() { cmake -S . -B b -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@" && cmake --build b -j"$JOBS"; }
ct() { ctest --test-dir b -j"$JOBS" --timeout 600 | sed -nE 's/ +[0-9.]+ sec.*//; s/^ *[0-9]+\/[0-9]+ Test +(#.*)/\1/p; /tests passed/p' | sort; }

build_zlib() { ./configure && mk; }
test_zlib() { make test | grep -E 'test|OK|FAILED'; }

build_bzip2() { mk CC="$CC" bzip2 bzip2recover; }
test_bzip2() { make CC="$CC" test | grep -v '^[^ ]*clang'; }

build_lz4() { mk -C tests fuzzer frametest && mk -C programs lz4; }
test_lz4() {
    tests/fuzzer -i600 -s7 2>&1 | grep -o "All tests.*"
    tests/frametest -i400 -s7 2>&1 | grep -o "All tests.*"
    for level in 1 3 9 12; do programs/lz4 -$level -c lib/lz4.c | tee o.lz4 | md5sum && programs/lz4 -dc o.lz4 | cmp - lib/lz4.c; done
}

build_lua() { mk -C src linux-readline CC="$CC -std=gnu99" 2>/dev/null || mk -C src linux CC="$CC -std=gnu99"; }
test_lua() { src/lua "$here/script.lua"; }

build_expat() { cd expat && ./buildconf.sh && ./configure -q --without-docbook && mk; }
test_expat() { cd expat && make -s check >/dev/null 2>&1; tests/runtests 2>&1 | grep -E '%'; tests/runtestspp 2>&1 | grep -E '%'; }

build_yajl() { cm; }
test_yajl() { (cd test/parsing && ./run_tests.sh ../../b/test/parsing/yajl_test) | tail -n 70; }

build_cjson() { cm -DENABLE_CJSON_UTILS=On -DENABLE_SANITIZERS=Off -DENABLE_CJSON_TEST=On; }
test_cjson() { ct; }
