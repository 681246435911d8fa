// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exit code 0 where CPUID has RTM and a transaction commits. Apart from
// critRtmFind(), which is what is tested.
#include <cpuid.h>
#include <immintrin.h>

int main(void) {
  unsigned A, B, C, D;
  if (!__get_cpuid_count(7, 0, &A, &B, &C, &D) || !(B & bit_RTM))
    return 1;
  for (int I = 0; I != 1000; ++I)
    if (_xbegin() == _XBEGIN_STARTED) {
      _xend();
      return 0;
    }
  return 1;
}
