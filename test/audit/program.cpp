// What the audit says about a hardened program, in every form a program has.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %crit_clangxx -fcrit=ilr -O2 -g -c %s -o a.o
// RUN: %crit_clangxx -fcrit=ilr -O2 -g -DPART -c %s -o b.o
// RUN: crit-audit a.o b.o | FileCheck %s --check-prefixes=OBJECT,TEXT
// OBJECT: a.o: {{[0-9]+}} of {{[0-9]+}} ({{[0-9.]+}} %) functions protected, {{[0-9]+}} of {{[0-9]+}} ({{[0-9.]+}} %) bytes of code
// TEXT-NEXT: functions ilr {{[0-9]+}} none 1 no record 0
// TEXT-NEXT: instructions replicated {{[0-9]+}} once {{[0-9]+}} unprotected {{[0-9]+}}
// TEXT-NEXT: checks [[N:[0-9]+]] recorded, {{[0-9]+}} jumps to them in the code: {{.*}}return
// TEXT: mode none trusted(int) (policy)
// OBJECT: b.o: {{[0-9]+}} of {{[0-9]+}} (100.0 %) functions
// OBJECT: total: {{[0-9]+}} of {{[0-9]+}}
//
// RUN: %crit_clangxx -fcrit=ilr a.o b.o -o pie && crit-audit pie | FileCheck %s --check-prefix=TEXT1
// TEXT1: functions ilr {{[0-9]+}} none 1 no record 0
// TEXT1: mode none trusted(int) (policy)
// RUN: crit-audit --require=ilr --allow='trusted*' pie
// RUN: crit-audit --require=ilr --allow='_Z7trusted?' pie
// RUN: not crit-audit --require=ilr pie 2>&1 | FileCheck %s --check-prefix=REQUIRE
// REQUIRE: crit-audit: error: pie: not protected by ilr: trusted(int) (compiled with crit, mode none)
// RUN: not crit-audit --require=haft,delta pie 2>&1 | FileCheck %s --check-prefix=HAFT
// HAFT: crit-audit: error: pie: not protected by haft or delta: {{.*}} (compiled with crit, mode ilr)
//
// -fcf-protection puts an endbr64 in front of the failure path.
// RUN: %crit_clangxx -fcrit=ilr -O2 -fcf-protection=full %s -DPART -c -o cet.o && crit-audit --require=ilr cet.o
//
// Without symbols the records still name functions; start-up code stays known.
// RUN: strip pie -o stripped && crit-audit --require=ilr --allow='trusted*' stripped | FileCheck %s --check-prefix=TEXT1
// RUN: llvm-objcopy --remove-section=.eh_frame --remove-section=.eh_frame_hdr stripped noframes
// RUN: crit-audit --require=ilr --allow='trusted*' noframes | FileCheck %s --check-prefix=TEXT1
//
// RUN: %crit_clangxx -fcrit=ilr -no-pie a.o b.o -o nopie && strip nopie && crit-audit --require=ilr --allow='trusted*' nopie
// RUN: %crit_clangxx -fcrit=ilr -fuse-ld=lld -Wl,--gc-sections a.o b.o -o lld && crit-audit --require=ilr --allow='trusted*' lld
// RUN: %crit_clangxx -fcrit=ilr -O2 -ffunction-sections -c %s -o fa.o && %crit_clangxx -fcrit=ilr -O2 -ffunction-sections -DPART -c %s -o fb.o
// RUN: %crit_clangxx -fcrit=ilr -fuse-ld=lld -Wl,--gc-sections,--icf=all fa.o fb.o -o gc && crit-audit --require=ilr --allow="trusted*" gc
// RUN: %crit_clangxx -fcrit=ilr -O2 -shared -fPIC -DPART %s -o part.so && crit-audit --require=ilr part.so
// RUN: %crit_clangxx -fcrit=ilr -r a.o b.o -o r.o && crit-audit --require=ilr --allow='trusted*' r.o
// RUN: rm -f l.a && llvm-ar rc l.a a.o b.o && crit-audit l.a | FileCheck %s --check-prefix=ARCHIVE
// ARCHIVE: l.a(a.o): {{.*}} protected
// ARCHIVE: l.a(b.o): {{.*}} protected
// ARCHIVE: total:
// RUN: llvm-ar rcT thin.a a.o b.o && crit-audit thin.a | FileCheck %s --check-prefix=THIN
// THIN: thin.a(a.o): {{.*}} protected
// RUN: %crit_clangxx -fcrit=ilr -O2 -flto -fuse-ld=lld -DPART -DMAIN %s -o lto && crit-audit --require=ilr lto
//
// RUN: %crit_clangxx -fcrit=ilr -O2 -flto=thin -fuse-ld=lld %s -c -o ta.o && %crit_clangxx -fcrit=ilr -O2 -flto=thin -DPART -c %s -o tb.o
// RUN: %crit_clangxx -fcrit=ilr -O2 -flto=thin -fuse-ld=lld ta.o tb.o -o thin && crit-audit --require=ilr --allow="trusted*" thin
//
// One function a line.
// RUN: crit-audit --functions pie | FileCheck %s --check-prefix=LIST
// LIST: protection bytes replicated once unprotected checks name
// LIST-DAG: crit {{[0-9]+}} __crit_ilr_fail
// LIST-DAG: start-up {{[0-9]+}} _start
// LIST-DAG: none {{[0-9]+}} {{.*}} trusted(int) [policy]
// LIST-DAG: ilr {{[0-9]+}} {{[0-9]+}} {{[0-9]+}} {{[0-9]+}} {{[0-9]+}} main
//
// Statically linked libraries are plain code, and listed.
// RUN: %crit_clangxx -fcrit=ilr -static a.o b.o -o static && crit-audit static | FileCheck %s --check-prefix=STATIC
// STATIC: no record {{.*}} and {{[0-9]+}} more (--functions lists all)
// RUN: not crit-audit --require=ilr static 2>&1 | FileCheck %s --check-prefix=PLAIN
// PLAIN: not protected by ilr: abort (no record)
//
// JSON as docs/crit-audit.md has it.
// RUN: crit-audit --json --functions pie a.o | %python %S/Inputs/schema.py
#include <stdexcept>
#include <string>
#include <vector>

template <class T> __attribute__((noinline)) T sum(const std::vector<T> &V) {
  T Result{};
  for (const T &Element : V)
    Result += Element;
  return Result;
}

#ifdef PART
int part(const std::vector<int> &V) { return sum(V) + int(V.size()); }
#ifdef MAIN
int main(int Argc, char **) { return part({1, 2, Argc}); }
#endif
#else
int part(const std::vector<int> &V);
__attribute__((annotate("crit:none"), noinline)) int trusted(int X) {
  return X * 3 + 1;
}
int main(int Argc, char **) {
  std::vector<int> V{1, 2, Argc};
  try {
    if (Argc > 5)
      throw std::runtime_error(std::to_string(Argc));
  } catch (std::exception &E) {
    return 1;
  }
  return sum(V) + part(V) + trusted(Argc);
}
#endif
