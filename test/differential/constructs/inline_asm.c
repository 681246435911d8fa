// Inline assembly: every kind of operand and clobber.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check.h"

NOINLINE static uint64_t tied(uint64_t A, uint64_t B) {
  __asm__("add %1, %0" : "+r"(A) : "r"(B) : "cc");
  return A;
}
NOINLINE static uint64_t early(uint64_t A, uint64_t B) {
  uint64_t R;
  __asm__("mov %1, %0\n\timul %2, %0\n\tadd %1, %0"
          : "=&r"(R)
          : "r"(A), "r"(B)
          : "cc");
  return R;
}
NOINLINE static uint64_t fixed(uint64_t A, uint64_t B, uint64_t *High) {
  uint64_t Low;
  __asm__("mulq %3" : "=a"(Low), "=d"(*High) : "0"(A), "rm"(B) : "cc");
  return Low;
}
NOINLINE static int flagOut(uint64_t A, uint64_t B) {
  int Zero, Carry, Less;
  __asm__("cmp %4, %3" : "=@ccz"(Zero), "=@ccc"(Carry), "=@ccl"(Less)
          : "r"(A), "r"(B));
  return Zero * 4 + Carry * 2 + Less;
}
NOINLINE static int flagBranch(uint64_t A, unsigned Bit) {
  int Set;
  __asm__("bt %2, %1" : "=@ccc"(Set) : "r"(A), "r"((uint64_t)Bit & 63));
  if (Set)
    return 5;
  return -5;
}
NOINLINE static void copy(void *To, const void *From, size_t N) {
  __asm__ volatile("rep movsb" : "+D"(To), "+S"(From), "+c"(N) : : "memory");
}
NOINLINE static void fill(void *To, unsigned char C, size_t N) {
  __asm__ volatile("rep stosb" : "+D"(To), "+c"(N) : "a"(C) : "memory");
}
NOINLINE static size_t scan(const char *P, size_t Limit) {
  size_t Left = Limit;
  __asm__("repne scasb" : "+D"(P), "+c"(Left) : "a"(0) : "cc", "memory");
  return Limit - Left - 1;
}
NOINLINE static int memoryOperand(int *P, int X) {
  __asm__("addl %1, %0\n\tincl %0" : "+m"(*P) : "r"(X) : "cc");
  return *P * 2;
}
NOINLINE static unsigned modifiers(unsigned A) {
  unsigned R;
  __asm__("movzbl %b1, %0\n\tmovzbl %h1, %k1\n\txorl %k1, %0"
          : "=&r"(R), "+Q"(A)
          :
          : "cc");
  return R;
}
NOINLINE static uint64_t immediate(uint64_t A) {
  __asm__("add %1, %0\n\trol %2, %0" : "+r"(A) : "i"(1234), "I"(7) : "cc");
  return A;
}
NOINLINE static double sse(double A, double B) {
  __asm__("mulsd %1, %0\n\taddsd %1, %0" : "+x"(A) : "x"(B));
  return A;
}
NOINLINE static long double x87(long double A) {
  __asm__("fabs\n\tfsqrt" : "+t"(A));
  return A;
}
NOINLINE static uint64_t clobbers(uint64_t A, uint64_t B) {
  uint64_t C = A * 3, D = B * 5, E = A ^ B, F = A + 7, G = B - 9;
  __asm__ volatile("xor %%eax, %%eax\n\txor %%ebx, %%ebx\n\txor %%ecx, %%ecx\n\t"
                   "pxor %%xmm0, %%xmm0\n\txor %%r12d, %%r12d"
                   :
                   :
                   : "rax", "rbx", "rcx", "r12", "xmm0", "cc", "memory");
  return A + B * C - D + (E ^ F) * G;
}
NOINLINE static uint64_t loop(uint64_t N) {
  uint64_t Sum = 0;
  while (N) {
    unsigned char Carry;
    __asm__("shr $1, %0\n\tsetc %1" : "+r"(N), "=q"(Carry) : : "cc");
    Sum = Sum * 2 + Carry;
  }
  return Sum;
}
NOINLINE static uint64_t carries(const uint64_t *A, const uint64_t *B) {
  uint64_t R0 = A[0], R1 = A[1], R2 = A[2];
  __asm__("add %3, %0\n\tadc %4, %1\n\tadc %5, %2\n\trcl $1, %0\n\trcr $3, %1"
          : "+&r"(R0), "+&r"(R1), "+&r"(R2)
          : "rm"(B[0]), "rm"(B[1]), "rm"(B[2])
          : "cc");
  return R0 ^ R1 * 3 ^ R2 * 7;
}
NOINLINE static unsigned cpuName(void) {
  unsigned A = 0, B, C, D;
  __asm__ volatile("cpuid" : "+a"(A), "=b"(B), "=c"(C), "=d"(D));
  return A > 0 && (B | C | D) != 0;
}
NOINLINE static uint64_t local(uint64_t X) {
  register uint64_t In __asm__("r10") = X;
  register uint64_t Out __asm__("r11");
  __asm__("lea 5(%1,%1,2), %0" : "=r"(Out) : "r"(In));
  return Out;
}

// Assembly at file scope.
__asm__(".text\n.type fromAsm,@function\nfromAsm:\n\tlea (%rdi,%rsi,4), %rax\n"
        "\tret\n.size fromAsm, .-fromAsm\n");
uint64_t fromAsm(uint64_t, uint64_t);

int main(void) {
  char Buffer[64], Other[64];
  for (int I = 0; I < 60; ++I) {
    uint64_t A = rnd(), B = rnd(), High, Many[6];
    for (int J = 0; J < 6; ++J)
      Many[J] = rnd();
    int Place = (int)(A & 0xffff);
    fold(tied(A, B));
    fold(early(A, B));
    fold(fixed(A, B, &High));
    fold(High);
    fold((uint64_t)(flagOut(A, B) + flagOut(A, A) * 8));
    fold((uint64_t)flagBranch(A, (unsigned)I));
    fill(Buffer, (unsigned char)A, sizeof(Buffer));
    copy(Other, Buffer, (size_t)I);
    foldBytes(Other, (size_t)I);
    fold((uint64_t)memoryOperand(&Place, (int)(B & 0xffff)));
    fold(modifiers((unsigned)A));
    fold(immediate(A));
    foldDouble(sse((double)(A >> 40), (double)(B >> 50)));
    long double L = x87(-(long double)(A >> 32));
    foldBytes(&L, 10);
    fold(clobbers(A, B));
    fold(loop(A));
    fold(carries(Many, Many + 3));
    fold(local(A));
    fold(fromAsm(A, B));
  }
  showValue("scan", scan("count me", 100));
  showValue("cpuid", cpuName());
  show("asm");
  return 0;
}
