//===- Registers.h - architectural state and bits in it --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names parts of the x86-64 register state and flips bits in it. State is the
// kernel's own layout (user_regs_struct and the standard, non-compacted XSAVE
// area), so it works for what ptrace returns and for a signal frame.
//===----------------------------------------------------------------------===//
#ifndef CRIT_INJECT_REGISTERS_H
#define CRIT_INJECT_REGISTERS_H

#include <array>
#include <cstdint>
#include <string>
#include <sys/user.h>
#include <vector>

namespace crit::inject {

enum class RegKind : uint8_t { GPR, Vector, Mask, X87, Flags };
const char *regKindName(RegKind K);

/// A contiguous run of bits of one architectural register; for Flags, the set
/// of status bits in FlagMask (Width is their number).
struct RegSlice {
  RegKind Kind = RegKind::GPR;
  uint8_t Index = 0;   // 0=rax 1=rcx 2=rdx 3=rbx 4=rsp 5=rbp 6=rsi 7=rdi 8-15
  uint16_t Offset = 0; // first bit; 8 for ah, bh, ch, dh
  uint16_t Width = 0;
  uint32_t FlagMask = 0;

  bool operator==(const RegSlice &O) const {
    return Kind == O.Kind && Index == O.Index && Offset == O.Offset &&
           Width == O.Width && FlagMask == O.FlagMask;
  }
};

/// Status flags a program computes with.
enum : uint32_t {
  FlagCF = 1u << 0,
  FlagPF = 1u << 2,
  FlagZF = 1u << 6,
  FlagSF = 1u << 7,
  FlagOF = 1u << 11,
  FlagsAll = FlagCF | FlagPF | FlagZF | FlagSF | FlagOF,
};

/// "rax", "xmm3", "k1", "st2", "flags": the whole register behind a slice.
std::string regName(const RegSlice &S);
/// Name of the status flag that is the Nth set bit of Mask.
const char *flagName(uint32_t Mask, unsigned Nth);

struct MachineState {
  user_regs_struct GPR{};
  std::vector<uint8_t> XState; // empty when not needed
};

/// Byte offset of a register within the XSAVE area; -1 if this CPU lacks it.
/// A vector register lies in up to three places: lane 0 is bits 127:0, lane 1
/// bits 255:128, lane 2 bits 511:256.
class XSaveLayout {
public:
  XSaveLayout();
  /// Where Bit of S lives. ByteOffset < 0: not present on this CPU.
  struct Place {
    int ByteOffset;
    unsigned BitInByte;
    unsigned Component; // number of the XSAVE component
  };
  Place locate(const RegSlice &S, unsigned Bit) const;

private:
  std::array<int, 10> ComponentOffset;
};

/// What a flip changed, for the log: the 64-bit chunk that holds the bit.
struct FlipResult {
  bool OK = false;
  uint64_t Old = 0;
  uint64_t New = 0;
};

/// Flips bit number Bit (0 .. Width-1) of S in State.
FlipResult flipBit(MachineState &State, const RegSlice &S, unsigned Bit);

/// Reference to the 64-bit slot of general register Index in Regs.
unsigned long long &gprSlot(user_regs_struct &Regs, unsigned Index);

} // namespace crit::inject
#endif
