// Variable arguments: integers, floats, structures, copies, forwarding.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"
#include <stdarg.h>

struct Small { int A, B; };
struct Mixed { double D; long L; };
struct Large { char C[40]; };

NOINLINE static int64_t sum(int N, ...) {
  va_list Ap;
  va_start(Ap, N);
  int64_t Sum = 0;
  for (int I = 0; I < N; ++I)
    Sum = Sum * 3 + va_arg(Ap, int64_t);
  va_end(Ap);
  return Sum;
}
NOINLINE static double doubles(int N, ...) {
  va_list Ap, Copy;
  va_start(Ap, N);
  va_copy(Copy, Ap);
  double Sum = 0, Product = 1;
  for (int I = 0; I < N; ++I)
    Sum += va_arg(Ap, double);
  for (int I = 0; I < N; ++I)
    Product *= va_arg(Copy, double);
  va_end(Copy);
  va_end(Ap);
  return Sum - Product;
}
NOINLINE static void mixed(const char *Kinds, ...) {
  va_list Ap;
  va_start(Ap, Kinds);
  for (; *Kinds; ++Kinds) {
    switch (*Kinds) {
    case 'i':
      fold((uint64_t)va_arg(Ap, int));
      break;
    case 'd':
      foldDouble(va_arg(Ap, double));
      break;
    case 'L': {
      long double L = va_arg(Ap, long double);
      foldBytes(&L, 10);
      break;
    }
    case 'p':
      fold((uint64_t)*va_arg(Ap, const char *));
      break;
    case 's': {
      struct Small S = va_arg(Ap, struct Small);
      fold((uint64_t)(S.A * 31 + S.B));
      break;
    }
    case 'm': {
      struct Mixed M = va_arg(Ap, struct Mixed);
      foldDouble(M.D + (double)M.L);
      break;
    }
    case 'l': {
      struct Large L = va_arg(Ap, struct Large);
      foldBytes(&L, sizeof(L));
      break;
    }
    case 'w': {
      __int128 W = va_arg(Ap, __int128);
      fold((uint64_t)(W >> 64) ^ (uint64_t)W);
    }
    }
  }
  va_end(Ap);
}
NOINLINE __attribute__((format(printf, 3, 4))) static int
format(char *Out, size_t Size, const char *Format, ...) {
  va_list Ap;
  va_start(Ap, Format);
  int N = vsnprintf(Out, Size, Format, Ap);
  va_end(Ap);
  return N;
}
NOINLINE static int through(va_list *Ap) { return va_arg(*Ap, int); }
NOINLINE static int pairs(int N, ...) {
  va_list Ap;
  va_start(Ap, N);
  int R = 0;
  while (N--)
    R = R * 7 + through(&Ap) - va_arg(Ap, int);
  va_end(Ap);
  return R;
}

int main(void) {
  int64_t X = (int64_t)rnd() >> 8;
  showValue("sum", (uint64_t)sum(9, X, X + 1, X * 2, X - 3, (int64_t)4, X,
                                 (int64_t)6, X ^ 7, (int64_t)-8));
  printf("%.17g\n", doubles(10, 1.0, 2.5, (double)(X & 7) + 1, 1.25, 0.5, 1.5,
                            1.0, 2.0, 0.75, 3.0));
  struct Large L;
  memset(&L, 'q', sizeof(L));
  mixed("idLpsmlwidddddddddsmdi", 42, 2.5, 1.0L / 3, "text",
        (struct Small){(int)(X & 255), 2}, (struct Mixed){0.5, 7}, L,
        (__int128)X * 1000000007, -1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0,
        (struct Small){3, 4}, (struct Mixed){1.5, 8}, 10.0, 99);
  char Buffer[200];
  int N = format(Buffer, sizeof(Buffer), "%d %s %.3f %c %ld %g %x %5.1f|%-4d|",
                 (int)(X & 1023), "word", 3.14159, 'z', 1234567890123l, 1e-7,
                 255u, 2.25, 17);
  printf("%d %s\n", N, Buffer);
  showValue("pairs", (uint64_t)pairs(5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  show("varargs");
  return 0;
}
