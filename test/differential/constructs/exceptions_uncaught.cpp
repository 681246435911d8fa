// An exception nobody catches: terminate handler, exit code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <exception>

NOINLINE static int thrower(int X) {
  if (X > 2)
    throw X;
  return X;
}
NOINLINE static int barrier(int X) noexcept { return thrower(X) + 1; }

static void onTerminate() {
  printf("terminate\n");
  fflush(stdout);
  _Exit(43);
}

int main() {
  std::set_terminate(onTerminate);
  showValue("fine", (uint64_t)barrier((int)hide(2)));
  showValue("not reached", (uint64_t)barrier((int)hide(5)));
  return 0;
}
