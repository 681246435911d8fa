// Booleans: logic, selects, phis and short circuits.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stdbool.h>

NOINLINE static bool majority(bool A, bool B, bool C) {
  return (A && B) || (B && C) || (A && C);
}

NOINLINE static bool parity(bool A, bool B, bool C) { return A ^ B ^ C; }

NOINLINE static int choose(bool A, int X, int Y) { return A ? X : Y; }

NOINLINE static bool between(int X, int Low, int High, bool Closed) {
  return Closed ? X >= Low && X <= High : X > Low && X < High;
}

NOINLINE static unsigned runLength(const bool *Bits, unsigned N) {
  unsigned Best = 0, Run = 0;
  bool Last = false;
  for (unsigned I = 0; I < N; ++I) {
    Run = Bits[I] == Last ? Run + 1 : 1;
    Last = Bits[I];
    if (Run > Best)
      Best = Run;
  }
  return Best;
}

NOINLINE static bool store(bool *Out, uint64_t X) {
  *Out = (X & 3) == 1;
  Out[1] = !*Out;
  return Out[0] | (X > 100);
}

int main(void) {
  bool Bits[300], Pair[2];
  for (unsigned I = 0; I < 300; ++I)
    Bits[I] = rnd() >> 40 & 1;
  for (unsigned I = 0; I < 298; ++I) {
    fold(majority(Bits[I], Bits[I + 1], Bits[I + 2]));
    fold(parity(Bits[I], Bits[I + 1], Bits[I + 2]));
    fold((uint64_t)choose(Bits[I], (int)I, -(int)I));
    fold(between((int)I, 20, 200, Bits[I]));
    fold(store(Pair, rnd() >> 50));
    fold(Pair[0] * 2u + Pair[1]);
  }
  showValue("run", runLength(Bits, 300));
  show("bool");
  return 0;
}
