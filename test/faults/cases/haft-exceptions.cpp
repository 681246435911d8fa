// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exceptions cross hardened frames with destructors and are caught in the one
// that was hit.
// kind: checkpoint
// technique: haft
// fault: imul[lq].*bd1e995
// at: 3 31
// result: corrected
// dropped: skip
#include "fault.h"

namespace {
uint64_t Destroyed;
struct Guard {
  uint64_t Value;
  ~Guard() { Destroyed = Destroyed * 31 + Value; }
};

NOINLINE uint64_t deep(uint64_t N, uint64_t X) {
  Guard G{X};
  if (!N)
    throw X;
  return deep(N - 1, X + G.Value) + 1;
}
} // namespace

extern "C" NOINLINE void work(uint64_t *Out, uint64_t A) {
  uint64_t X = A * K;
  try {
    *Out = deep(A & 3, X >> 3);
  } catch (uint64_t Thrown) {
    *Out = X * 31 + Thrown;
  }
}

int main() {
  uint64_t Out;
  for (uint64_t I = 1; I < 6; ++I) {
    work(&Out, I);
    emit(Out);
    emit(Destroyed);
  }
}
