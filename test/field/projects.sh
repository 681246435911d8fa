# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How each project is built and tested: build_NAME and test_NAME run in a fresh
# copy of its source with CC, CXX and JOBS set. What test_NAME prints is
# compared between compilers, so it holds nothing that differs from run to run.
# The option is in CC, and no project's build files are changed.
# shellcheck shell=bash disable=SC2034

# PROJECT: source package
projects=(
    zlib:zlib bzip2:bzip2 lz4:lz4 zstd:libzstd xz:xz-utils lua:lua5.4 jq:jq
    onig:libonig sqlite:sqlite3 png:libpng1.6 expat:expat xml2:libxml2 yajl:yajl
    cjson:cjson mbedtls:mbedtls sed:sed grep:grep
    fmt:fmtlib leveldb:leveldb re2:re2 snappy:snappy pugixml:pugixml
    jsoncpp:libjsoncpp
)

mk() { make -s -j"$JOBS" "$@"; }
cm() { cmake -S . -B b -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@" && cmake --build b -j"$JOBS"; }
ct() { ctest --test-dir b -j"$JOBS" --timeout 600 "$@" | sed -nE 's/ +[0-9.]+ sec.*//; s/^ *[0-9]+\/[0-9]+ Test +(#.*)/\1/p; /tests passed/p' | sort; }
gtest() { rm -rf third_party/*; mkdir -p third_party; cp -r /usr/src/googletest third_party/; }
# Lines of an automake test run: results by test.
results() { grep -E '^(PASS|FAIL|XFAIL|XPASS|SKIP|ERROR|# )' | grep -v '^# .*\.log$' | sort; }

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

build_zstd() { mk -C tests fuzzer invalidDictionaries zstreamtest && mk -C programs zstd-small zstd; }
test_zstd() {
    tests/fuzzer -i200 -s7 --no-big-tests 2>&1 | tail -n 1 | tr '\r' '\n' | tail -n 1
    tests/zstreamtest -i60 -s7 --no-big-tests 2>&1 | tail -n 1 | tr '\r' '\n' | tail -n 1
    tests/invalidDictionaries
    for level in 1 5 12 19; do programs/zstd -q -$level -c lib/compress/zstd_compress.c | tee o.zst | md5sum && programs/zstd -qdc o.zst | cmp - lib/compress/zstd_compress.c; done
}

build_xz() { ./configure --disable-nls --disable-doc -q && mk; }
test_xz() { make -s -j"$JOBS" check 2>&1 | results; }

build_lua() { mk -C src linux-readline CC="$CC -std=gnu99" 2>/dev/null || mk -C src linux CC="$CC -std=gnu99"; }
test_lua() { src/lua "$here/script.lua"; }

build_jq() { autoreconf -fi && ./configure --disable-maintainer-mode --disable-docs --with-oniguruma=no -q && mk; }
test_jq() { make -s check 2>&1 | results; }

build_onig() { autoreconf -fi && ./configure -q --enable-posix-api && mk && mk -C test check TESTS=; }
test_onig() { make -s check 2>&1 | grep -E '^(RESULT|.*SUCC:|.*FAIL:|# )' ; for t in utf8 syntax regset back; do (cd test && ./test_$t 2>&1) | tail -n 2; done; }

build_sqlite() { ./configure -q --disable-tcl && mk sqlite3.c sqlite3 && ${CC} -O2 -g -I. test/speedtest1.c sqlite3.c -o speedtest1 -lpthread -lm -ldl; }
test_sqlite() {
    ./sqlite3 :memory: <"$here/script.sql"
    ./speedtest1 --size 10 --verify --nosync --testset main :memory: | sed -E 's/[0-9]+\.[0-9]+s//'
    for set in cte fp orm rtree; do ./speedtest1 --size 5 --verify --testset $set :memory: 2>&1 | sed -E 's/[0-9]+\.[0-9]+s//'; done
}

build_png() { ./configure -q && mk; }
test_png() { make -s -j"$JOBS" check 2>&1 | results; }

build_expat() { cd expat && ./buildconf.sh && ./configure -q --without-docbook && mk; }
test_expat() { cd expat && make -s check >/dev/null 2>&1; tests/runtests 2>&1 | grep -E '%'; tests/runtestspp 2>&1 | grep -E '%'; }

build_xml2() { ./configure -q --without-python --disable-maintainer-mode && mk && mk check_PROGRAMS= runtest testapi testchar testdict testrecurse testlimits; }
test_xml2() { for t in runtest testapi testchar testdict testrecurse; do ./$t 2>&1 | tail -n 3; done; }

build_yajl() { cm; }
test_yajl() { (cd test/parsing && ./run_tests.sh ../../b/test/parsing/yajl_test) | tail -n 70; }

build_cjson() { cm -DENABLE_CJSON_UTILS=On -DENABLE_SANITIZERS=Off -DENABLE_CJSON_TEST=On; }
test_cjson() { ct; }

build_mbedtls() { mk CC="$CC" lib && mk CC="$CC" -C tests; }
test_mbedtls() { (cd tests && for t in test_suite_*; do [ -x "$t" ] && [ -f "$t" ] && case $t in *.c|*.datax) ;; *) echo "$t $(./"$t" 2>&1 | tail -n 1)" ;; esac; done); }

build_sed() { FORCE_UNSAFE_CONFIGURE=1 ./configure -q --disable-nls && mk; }
test_sed() { make -s -j"$JOBS" check 2>&1 | results; }
build_grep() { ./configure -q --disable-nls && mk; }
test_grep() { make -s -j"$JOBS" check 2>&1 | results; }

build_fmt() { cm -DFMT_DOC=OFF; }
test_fmt() { ct; }

build_leveldb() { gtest && mkdir third_party/benchmark && echo 'add_library(benchmark INTERFACE)' >third_party/benchmark/CMakeLists.txt && cm -DLEVELDB_BUILD_BENCHMARKS=OFF; }
test_leveldb() { ct; }

build_re2() { mk CXX="$CXX" static-testofiles 2>/dev/null || mk CXX="$CXX" obj/libre2.a obj/test/search_test; }
test_re2() { make -s CXX="$CXX" -j"$JOBS" static-test 2>&1 | grep -E 'PASS|FAIL|TEST'; }

build_snappy() { gtest && cm -DSNAPPY_BUILD_BENCHMARKS=OFF -DSNAPPY_BUILD_TESTS=ON; }
test_snappy() { ct; }

build_pugixml() { mk CXX="$CXX" config=release build/x; }
test_pugixml() { make -s CXX="$CXX" -j"$JOBS" config=release test 2>&1 | tail -n 2; }

build_jsoncpp() { cm -DJSONCPP_WITH_POST_BUILD_UNITTEST=OFF -DBUILD_STATIC_LIBS=ON; }
test_jsoncpp() { ct; ./b/bin/jsoncpp_test | tail -n 3; }
