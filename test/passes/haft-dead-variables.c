// Landings are told which variables hold nothing all through their region: the frame object and
// from which byte on. (A Landing is kind 12, its region is in the upper half.)
// RUN: %crit_clang -fcrit=haft -O2 -S %s -o - -mllvm -stop-before=phi-node-elimination | FileCheck %s
#include <setjmp.h>
#include <stdint.h>
void fill(uint64_t *);
uint64_t use(uint64_t);
void other(void);

// CHECK-LABEL: name: closed
// CHECK: imm */, 4294970124{{$}}
// CHECK: imm */, 8589937420{{$}}
// CHECK: imm */, 12884904716, 13 /* imm */, 0, 13 /* imm */, 0{{$}}
// CHECK: imm */, 17179872012, 13 /* imm */, 0, 13 /* imm */, 0{{$}}
uint64_t closed(void) {
  uint64_t X;
  {
    uint64_t A[64];
    fill(A);
    X = A[5] ^ A[7];
  }
  use(1);
  return use(X);
}

// A smaller variable gets the same place. It is declared before, but used later.
// CHECK-LABEL: name: shared
// CHECK: imm */, 12884904716, 13 /* imm */, [[A:[0-9]+]], 13 /* imm */, 256{{$}}
// CHECK: imm */, 17179872012, 13 /* imm */, [[A]], 13 /* imm */, 256{{$}}
uint64_t shared(void) {
  uint64_t X;
  uint64_t B[32];
  {
    uint64_t A[64];
    fill(A);
    X = A[5] ^ A[7];
  }
  fill(B);
  use(1);
  return use(X) + B[7];
}

// What is read where it is still open has been moved to where it is used.
// CHECK-LABEL: name: moved
// CHECK: imm */, 4294970124{{$}}
// CHECK: imm */, 8589937420{{$}}
// CHECK: imm */, 12884904716{{$}}
// CHECK: imm */, 17179872012{{$}}
uint64_t moved(uint64_t N) {
  uint64_t X;
  {
    uint64_t A[64];
    fill(A);
    X = A[5];
  }
  if (N) {
    uint64_t Y = use(X);
    use(2);
    return Y;
  }
  other();
  use(2);
  return N * 3;
}

// It is closed where the second region begins, but opened and read in it.
// CHECK-LABEL: name: inside
// CHECK: imm */, 4294970124, 13 /* imm */, 0, 13 /* imm */, 0{{$}}
// CHECK: imm */, 8589937420{{$}}
// CHECK: imm */, 12884904716{{$}}
// CHECK: imm */, 17179872012, 13 /* imm */, 0, 13 /* imm */, 0{{$}}
uint64_t inside(uint64_t *P, uint64_t N) {
  use(1);
  uint64_t Sum = 0;
  if (N > 5) {
    uint64_t A[64];
    for (unsigned I = 0; I != 64; ++I)
      A[I] = P[I];
    Sum = A[N & 63] ^ A[P[3] & 63];
  }
  use(Sum);
  return use(3);
}

// In a loop it is closed behind its end again.
// CHECK-LABEL: name: loop
// CHECK: imm */, 17179872012, 13 /* imm */, 0, 13 /* imm */, 0{{$}}
// CHECK: imm */, 21474839308{{$}}
void loop(unsigned N) {
  for (unsigned I = 0; I != N; ++I) {
    uint64_t X;
    {
      uint64_t A[64];
      fill(A);
      X = A[5] ^ A[I];
    }
    use(X);
    use(I);
  }
}

// Somebody reads it where it is closed.
// CHECK-LABEL: name: outside
// CHECK: imm */, 17179872012{{$}}
// CHECK: imm */, 21474839308{{$}}
uint64_t outside(void) {
  volatile uint64_t *P;
  {
    uint64_t A[64];
    fill(A);
    P = A;
  }
  use(1);
  uint64_t X = P[5];
  use(2);
  return X;
}

// Where a call returns twice nothing is told.
// CHECK-LABEL: name: twice
// CHECK-NOT: {{12884904716|17179872012|21474839308}}, 13
// CHECK-LABEL: name: __crit_ilr_fail
static jmp_buf Where;
uint64_t twice(void) {
  uint64_t X;
  {
    uint64_t A[64];
    fill(A);
    X = A[5] ^ A[7];
  }
  use(1);
  if (setjmp(Where))
    return 3;
  return use(X);
}
