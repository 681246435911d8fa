// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstdio>
static volatile int Zero;
__attribute__((noinline)) static int f(int X) {
  if (Zero == 0)
    throw X + 1;
  return X;
}
int main() {
  try {
    return f(1);
  } catch (int X) {
    std::printf("%d\n", X);
  }
}
