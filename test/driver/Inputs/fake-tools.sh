#!/bin/sh
# usage: fake-tools.sh CRIT_SCRIPT, in an empty folder
# Makes tree/ with the script and bin/ with programs that only pretend, so that
# the script's own doing can be tested without root and in no time.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
mkdir -p bin tree/test/differential tree/test/faults tree/benchmarks
cp "$1" tree/crit
tool() { cat >"bin/$1" && chmod +x "bin/$1"; }
tool dpkg-query <<'EOF'
#!/bin/sh
for p; do :; done
grep -qsx "$p" "$FAKE/missing" || printf installed
EOF
tool id <<'EOF'
#!/bin/sh
cat "$FAKE/uid" 2>/dev/null || echo 1000
EOF
tool apt-get <<'EOF'
#!/bin/sh
echo "apt-get $*" >>"$FAKE/apt"
[ "$1" = update ] || : >"$FAKE/missing"
EOF
tool cmake <<'EOF'
#!/bin/sh
case "$*" in
  *check-lit*) cat "$FAKE/lit"; grep -q 'Failed: ' "$FAKE/lit" && exit 1 || exit 0 ;;
  *--preset*) [ ! -e "$FAKE/noconfigure" ] || { echo "CMake Error: broken"; exit 1; } ;;
esac
EOF
tool ctest <<'EOF'
#!/bin/sh
echo "100% tests passed, 0 tests failed out of 7"
EOF
cat >tree/test/differential/run.sh <<'EOF'
#!/bin/sh
[ "$1" = --ci ] || exit 9
echo "5 passed, 0 failed, 1 skipped"
EOF
cat >tree/benchmarks/bench-one.py <<'EOF'
#!/bin/sh
echo "benchmark one $*"
EOF
chmod +x tree/test/differential/run.sh tree/benchmarks/bench-one.py
printf 'Testing Time: 1.00s\n\nTotal Discovered Tests: 12\n  Unsupported: 2 (16%%)\n  Passed     : 10 (84%%)\n' >lit
