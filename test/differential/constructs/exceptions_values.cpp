// Many values of every class alive across landing pads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <emmintrin.h>

namespace {

NOINLINE int mayThrow(uint64_t X) {
  if (X % 3 == 0)
    throw (long)X;
  if (X % 5 == 0)
    throw (char)X;
  return (int)(X & 1023);
}

struct Guard {
  uint64_t &Place;
  ~Guard() { Place = Place * 3 + 1; }
};

NOINLINE uint64_t many(const uint64_t *P, __m128i V, long double L) {
  uint64_t A = P[0], B = P[1], C = P[2] + A, D = P[3] ^ B, E = P[4] - C;
  uint64_t F = P[5] * D, G = P[6] + E, H = P[7] ^ F, Left = 0;
  double X = (double)(A >> 40), Y = (double)(B >> 40) / 3, Z = X - Y;
  float S = (float)X / 7;
  for (int I = 0; I < 8; ++I) {
    Guard Clean{Left};
    try {
      A += (uint64_t)mayThrow(P[I] + (uint64_t)I);
      V = _mm_add_epi32(V, _mm_set1_epi32((int)A));
    } catch (long T) {
      B ^= (uint64_t)T + G;
      Z += X;
      L *= 2;
    } catch (char T) {
      C -= (uint64_t)T * H;
      S += 1;
      V = _mm_xor_si128(V, _mm_set1_epi32((int)D));
    }
    E = E * 5 + (A ^ B) + F;
    Y = Y * 0.5 + Z;
  }
  foldBytes(&V, sizeof(V));
  foldBytes(&L, 10);
  foldDouble(X + Y + Z);
  foldFloat(S);
  return A + B + C + D + E + F + G + H + Left;
}

} // namespace

int main() {
  uint64_t P[8];
  for (int I = 0; I < 50; ++I) {
    for (uint64_t &X : P)
      X = rnd();
    fold(many(P, _mm_set1_epi32(I), (long double)I / 3));
  }
  show("values");
  return 0;
}
