#include <stdint.h>
#include <stdio.h>
#define K 0x5bd1e995ull

static uint64_t Kept[8];

// The wrong value is in memory and in the next turn's address before its check.
__attribute__((noinline)) uint64_t work(const uint64_t *In, uint64_t N) {
  uint64_t X = 1;
  for (uint64_t I = 0; I != N; ++I) {
    X = (X ^ In[I]) * K;
    Kept[X & 7] += X;
  }
  return X;
}

int main(void) {
  uint64_t In[16], Sum = 0;
  for (uint64_t I = 0; I != 16; ++I)
    In[I] = I * I;
  printf("%llx\n", (unsigned long long)work(In, 16));
  for (uint64_t I = 0; I != 8; ++I)
    Sum = Sum * 31 + Kept[I];
  printf("%llx\n", (unsigned long long)Sum);
  return 0;
}
