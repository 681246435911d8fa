// Deep and mutual recursion, many frames.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static unsigned ackermann(unsigned M, unsigned N) {
  if (M == 0)
    return N + 1;
  if (N == 0)
    return ackermann(M - 1, 1);
  return ackermann(M - 1, ackermann(M, N - 1));
}
NOINLINE static uint64_t deep(unsigned N, uint64_t X) {
  if (N == 0)
    return X;
  uint64_t Y = deep(N - 1, X * 3 + N);
  return Y ^ (X + N); // not a tail call
}
static uint64_t ping(unsigned N, double X);
NOINLINE static uint64_t pong(unsigned N, double X) {
  return N ? ping(N - 1, X * 0.75 + N) * 3 + N : (uint64_t)X;
}
NOINLINE static uint64_t ping(unsigned N, double X) {
  return N ? pong(N - 1, X + 1) + (uint64_t)X : 1;
}
static unsigned char Used[8];
NOINLINE static int queens(unsigned Row) {
  int N = 0;
  if (Row == 8)
    return 1;
  for (unsigned C = 0; C < 8; ++C) {
    unsigned R = 0;
    for (; R < Row; ++R) {
      unsigned D = Row - R;
      if (Used[R] == C || Used[R] + D == C || Used[R] == C + D)
        break;
    }
    if (R < Row)
      continue;
    Used[Row] = (unsigned char)C;
    N += queens(Row + 1);
  }
  return N;
}
NOINLINE static void hanoi(unsigned N, int From, int To, int Via) {
  if (!N)
    return;
  hanoi(N - 1, From, Via, To);
  fold((uint64_t)(From * 3 + To));
  hanoi(N - 1, Via, To, From);
}

int main(void) {
  showValue("ackermann", ackermann(2, (unsigned)hide(60)));
  showValue("deep", deep((unsigned)hide(20000), rnd()));
  showValue("ping", ping((unsigned)hide(500), 2.5));
  showValue("queens", (uint64_t)queens(0));
  hanoi(10, 0, 2, 1);
  show("recursion");
  return 0;
}
