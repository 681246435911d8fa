//===- DecoderTest.cpp - operands of known instructions -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Decoder.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace crit::inject;

/// "r:rdi/64@ w:flags/5": access, register, width, @ for an address.
static std::string operands(std::vector<uint8_t> Bytes) {
  static const Decoder D;
  Bytes.resize(16, 0x90);
  Instruction I = D.decode(0x1000, Bytes.data(), Bytes.size());
  if (!I.Length)
    return "undecodable";
  std::vector<std::string> V;
  for (const Operand &O : I.Operands)
    V.push_back(std::string(O.Acc == Access::Read ? "r:" : "w:") + O.Name +
                "/" + std::to_string(O.Reg.Width) + (O.IsAddress ? "@" : ""));
  std::sort(V.begin(), V.end());
  std::string S;
  for (const std::string &O : V)
    S += (S.empty() ? "" : " ") + O;
  return S;
}

TEST(Decoder, MemoryOperands) {
  // addl %eax, (%rdi,%rcx,2)
  EXPECT_EQ(operands({0x01, 0x04, 0x4f}),
            "r:eax/32 r:rcx/64@ r:rdi/64@ w:flags/5");
  // leaq 8(%rip), %rax: rip is no fault site
  EXPECT_EQ(operands({0x48, 0x8d, 0x05, 8, 0, 0, 0}), "w:rax/64");
  // cmpq %rax, %fs:40: nor are segments
  EXPECT_EQ(operands({0x64, 0x48, 0x39, 0x04, 0x25, 0x28, 0, 0, 0}),
            "r:rax/64 w:flags/5");
}

TEST(Decoder, Flags) {
  EXPECT_EQ(operands({0x7e, 0}), "r:flags/3");                 // jle: ZF SF OF
  EXPECT_EQ(operands({0x72, 0}), "r:flags/1");                 // jb: CF
  EXPECT_EQ(operands({0x0f, 0x9e, 0xc0}), "r:flags/3 w:al/8"); // setle %al
  EXPECT_EQ(operands({0x48, 0x0f, 0x42, 0xd8}),                // cmovbq: CF
            "r:flags/1 r:rax/64 r:rbx/64 w:rbx/64");
  EXPECT_EQ(operands({0x48, 0x11, 0xc3}), // adcq: reads CF, writes all
            "r:flags/1 r:rax/64 r:rbx/64 w:flags/5 w:rbx/64");
  EXPECT_EQ(operands({0xff, 0xc0}), "r:eax/32 w:eax/32 w:flags/4"); // incl
}

TEST(Decoder, FlagsKeptAreNotRead) {
  EXPECT_EQ(operands({0xf9}), "w:flags/1");                         // stc
  EXPECT_EQ(operands({0xf5}), "r:flags/1 w:flags/1");               // cmc
  EXPECT_EQ(operands({0xd1, 0xe0}), "r:eax/32 w:eax/32 w:flags/5"); // shll
}

TEST(Decoder, ImplicitRegisters) {
  EXPECT_EQ(operands({0x48, 0xf7, 0xe1}), // mulq %rcx
            "r:rax/64 r:rcx/64 w:flags/2 w:rax/64 w:rdx/64");
  EXPECT_EQ(operands({0xf7, 0xf1}), // divl %ecx: flags are undefined after
            "r:eax/32 r:ecx/32 r:edx/32 w:eax/32 w:edx/32");
  EXPECT_EQ(operands({0x48, 0xd3, 0xe0}), // shlq %cl, %rax
            "r:cl/8 r:rax/64 w:flags/5 w:rax/64");
  EXPECT_EQ(operands({0x50}), "r:rax/64"); // pushq: not rsp
  EXPECT_EQ(operands({0xc3}), "");         // ret: not rsp
}

TEST(Decoder, NoOperands) {
  EXPECT_EQ(operands({0x90}), "");
  EXPECT_EQ(operands({0xeb, 0}), "");
  // nopw 0(%rax,%rax): padding that names registers
  EXPECT_EQ(operands({0x66, 0x0f, 0x1f, 0x44, 0, 0}), "");
}

TEST(Decoder, HighByte) {
  static const Decoder D;
  const uint8_t B[16] = {0x88, 0xe0}; // movb %ah, %al
  Instruction I = D.decode(0, B, 16);
  ASSERT_EQ(I.Operands.size(), 2u);
  for (const Operand &O : I.Operands)
    EXPECT_EQ(O.Reg.Offset, O.Acc == Access::Read ? 8 : 0);
}

TEST(Decoder, VectorWidths) {
  // addsd: the low 64 bits only
  EXPECT_EQ(operands({0xf2, 0x0f, 0x58, 0xc8}),
            "r:xmm0/64 r:xmm1/64 w:xmm1/64");
  // pabsd is packed in spite of its name
  EXPECT_EQ(operands({0x66, 0x0f, 0x38, 0x1e, 0xc8}), "r:xmm0/128 w:xmm1/128");
  // ucomisd
  EXPECT_EQ(operands({0x66, 0x0f, 0x2e, 0xc8}),
            "r:xmm0/64 r:xmm1/64 w:flags/5");
  // vpaddd %ymm17, %ymm1, %ymm2
  EXPECT_EQ(operands({0x62, 0xb1, 0x75, 0x28, 0xfe, 0xd1}),
            "r:ymm1/256 r:ymm17/256 w:ymm2/256");
  // vaddps %zmm0, %zmm1, %zmm2{%k1}: 16 elements
  EXPECT_EQ(operands({0x62, 0xf1, 0x74, 0x49, 0x58, 0xd0}),
            "r:k1/16 r:zmm0/512 r:zmm1/512 r:zmm2/512 w:zmm2/512");
  // kortestw
  EXPECT_EQ(operands({0xc5, 0xf8, 0x98, 0xd1}), "r:k1/16 r:k2/16 w:flags/5");
}

TEST(Decoder, RepString) {
  static const Decoder D;
  const uint8_t B[16] = {0xf3, 0xa4}; // rep movsb
  Instruction I = D.decode(0, B, 16);
  EXPECT_TRUE(I.IsRep);
  auto Has = [&](const char *Name, Access A) {
    return std::any_of(
        I.Operands.begin(), I.Operands.end(),
        [&](const Operand &O) { return O.Name == Name && O.Acc == A; });
  };
  EXPECT_TRUE(Has("rcx", Access::Read));
  EXPECT_TRUE(Has("rdi", Access::Read));
  EXPECT_TRUE(Has("rsi", Access::Read));
  // popcnt has the same prefix byte
  const uint8_t P[16] = {0xf3, 0x48, 0x0f, 0xb8, 0xd8};
  EXPECT_FALSE(D.decode(0, P, 16).IsRep);
}

TEST(Decoder, Garbage) {
  EXPECT_EQ(operands({0x06, 0x06, 0x06}), "undecodable"); // push %es: 32 bit
}
