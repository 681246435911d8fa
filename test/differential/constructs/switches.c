// Switches: dense, sparse, nested, ranges, fall through, bit tests.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FLAGS:
// FLAGS: -fno-jump-tables
#include "check.h"

NOINLINE static int dense(unsigned X) {
  switch (X) {
  case 0: return 17;
  case 1: return 4;
  case 2: return 99;
  case 3: return -5;
  case 4: return 63;
  case 5: return 1;
  case 6: return 4;
  case 7: return 250;
  case 9: return 31;
  default: return (int)(X & 0xffff) * 2;
  }
}
NOINLINE static unsigned work(unsigned Op, unsigned A, unsigned B) {
  switch (Op) {
  case 10: return A + B;
  case 11: return A - B;
  case 12: return A * B;
  case 13: return A ^ B;
  case 14: return A << (B & 31);
  case 15: A += 3; /* fall through */
  case 16: B ^= A; /* fall through */
  case 17: return A * 5 + B;
  case 18: return dense(A & 15) > 20 ? A : B;
  case 20 ... 29: return B / (A | 1);
  case 30: fold(A); return B;
  default: return 0;
  }
}
NOINLINE static int sparse(int64_t X) {
  switch (X) {
  case -5000000000: return 1;
  case -77: return 2;
  case 0: return 3;
  case 12: return 4;
  case 1000: return 5;
  case 65536: return 6;
  case 0x123456789ab: return 7;
  case INT64_MAX: return 8;
  }
  return 0;
}
NOINLINE static int nested(unsigned A, unsigned B) {
  switch (A & 3) {
  case 0:
    switch (B & 7) {
    case 0: return 1;
    case 1: return 20;
    case 2: return 300;
    case 5: return 7;
    default: break;
    }
    return 5;
  case 1: return B & 1 ? dense(B) : (int)B;
  case 2:
    while (B) {
      switch (B % 3) {
      case 0: B /= 3; continue;
      case 1: B -= 1; break;
      default: return (int)B;
      }
    }
    return -2;
  }
  return -1;
}
NOINLINE static const char *name(unsigned X) {
  switch (X) {
  case 0: return "zero";
  case 1: return "one";
  case 2: return "two";
  case 3: return "three";
  case 4: return "four";
  case 5: return "five";
  case 6: return "six";
  case 7: return "seven";
  case 8: return "eight";
  case 9: return "nine";
  case 10: return "ten";
  case 11: return "eleven";
  case 12: return "twelve";
  default: return "many";
  }
}
NOINLINE static int isVowel(int C) {
  switch (C) {
  case 'a': case 'e': case 'i': case 'o': case 'u':
  case 'A': case 'E': case 'I': case 'O': case 'U':
    return 1;
  }
  return 0;
}
enum State { Start, Sign, Int, Dot, Frac, Bad };
NOINLINE static enum State scan(const char *P) {
  enum State S = Start;
  for (; *P; ++P) {
    int Digit = *P >= '0' && *P <= '9';
    switch (S) {
    case Start: S = Digit ? Int : *P == '-' ? Sign : Bad; break;
    case Sign: S = Digit ? Int : Bad; break;
    case Int: S = Digit ? Int : *P == '.' ? Dot : Bad; break;
    case Dot: S = Digit ? Frac : Bad; break;
    case Frac: S = Digit ? Frac : Bad; break;
    case Bad: return Bad;
    }
  }
  return S;
}

int main(void) {
  static const int64_t Far[] = {-5000000000, -77, 0, 12, 13, 1000, 65536,
                                0x123456789ab, INT64_MAX, INT64_MIN};
  for (unsigned I = 0; I < 40; ++I) {
    unsigned A = (unsigned)rnd(), B = (unsigned)(rnd() >> 33);
    fold((uint64_t)dense(I));
    fold(work(I, A, B));
    fold((uint64_t)sparse(Far[I % 10]));
    fold((uint64_t)nested(A, B));
    foldBytes(name(I % 16), strlen(name(I % 16)));
    fold((uint64_t)isVowel((int)('A' + I)));
  }
  printf("%d %d %d %d\n", scan("-12.50"), scan("7"), scan("1.x"), scan("-"));
  printf("%s %s\n", name(7), name(77));
  show("switches");
  return 0;
}
