// Rounding modes and exception flags of the FP environment.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS: -frounding-math -ffp-exception-behavior=strict
// LINK: -lm
#include "check.h"
#include <fenv.h>
#include <math.h>

#pragma STDC FENV_ACCESS ON

NOINLINE static double third(double X) { return X / 3; }
NOINLINE static double chain(double A, double B) {
  return (A + B) * 1.1 - sqrt(A) / B;
}
NOINLINE static float narrow(double X) { return (float)X; }
NOINLINE static int64_t nearest(double X) { return lrint(X); }
NOINLINE static long double extended(long double X) { return X / 7; }

NOINLINE static int raised(int Which, double Zero) {
  feclearexcept(FE_ALL_EXCEPT);
  volatile double Sink;
  switch (Which) {
  case 0: Sink = 1 / Zero; break;
  case 1: Sink = Zero / Zero; break;
  case 2: Sink = third(1); break;
  case 3: Sink = 1e308 * (Zero + 1e10); break;
  case 4: Sink = 1e-308 * (Zero + 1e-10); break;
  case 5: Sink = 1 + Zero; break;
  case 6: Sink = Zero < (double)NAN; break;
  }
  (void)Sink;
  return fetestexcept(FE_ALL_EXCEPT);
}

int main(void) {
  static const int Modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD,
                              FE_TOWARDZERO};
  for (int I = 0; I < 4; ++I) {
    fesetround(Modes[I]);
    for (int J = 1; J < 20; ++J) {
      double X = (double)(int64_t)(rnd() >> 20) / 1000 + J;
      foldDouble(third(J & 1 ? X : -X));
      foldDouble(chain(X, 3));
      foldFloat(narrow(-X));
      fold((uint64_t)nearest(X / 9));
      long double L = extended((long double)X);
      foldBytes(&L, 10);
    }
    fold((uint64_t)fegetround());
    fesetround(FE_TONEAREST);
    show("mode");
  }
  for (int I = 0; I < 7; ++I)
    showValue("raised", (uint64_t)raised(I, (double)hide(0)));
  return 0;
}
