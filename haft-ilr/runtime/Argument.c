//===- Argument.c - an argument that was hit on its way -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   caller:  compare rdi, copy     both right
//            call                  <- rdi is hit here
//   callee:  MOV slot, rdi         the one value that both copies are made from
//            MOV rax, [rdi+8]      traps, and traps again behind its landing
//
// The caller keeps what it gave away: the landing of its region needs it.
//===----------------------------------------------------------------------===//
#include "Argument.h"
#include "StackPointer.h"

/// Below a stack pointer, in leaf functions.
enum { RedZone = 128, ContextWords = CRIT_CONTEXT_RIP + 1 };
/// A pointer that traps is that far from where it leads to, at most. Lower ones are
/// no pointers: those the program itself goes wrong with.
enum { Near = 65536 };

static int isNear(uint64_t A, uint64_t B) {
  return A - B + Near < 2 * Near;
}

static int isNowhere(uint64_t Address) {
  uint8_t Byte;
  return !critReadMemory(Address, &Byte, 1);
}

/// Whether what trapped did so on an address made from Word.
static int hasTrappedOn(const struct crit_trap *Trap, uint64_t Word) {
  enum { SEGV_MAPERR = 1, SI_KERNEL = 128 };
  if (Word < Near)
    return 0;
  if (Trap->Signal == 11 && Trap->Info[2] == SEGV_MAPERR)
    return isNear(*(const uint64_t *)(Trap->Info + 4), Word);
  // No canonical address: which one is not told. It is in a register. (SIGBUS: with rbp
  // or rsp as its base.)
  int64_t Canonical = (int64_t)(Word << 16) >> 16;
  if ((Trap->Signal != 11 && Trap->Signal != 7) || Trap->Info[2] != SI_KERNEL ||
      Canonical == (int64_t)Word)
    return 0;
  for (uint32_t I = 5; I != CRIT_CONTEXT_RSP; ++I)
    if (isNear(Trap->Context[I], Word))
      return 1;
  return 0;
}

/// What the words of the frame from Low to High that were trapped on are to be changed
/// by; 0: that is not clear.
static uint64_t findChange(const struct crit_trap *Trap, uint64_t Low, uint64_t High,
                           uint64_t End) {
  uint64_t Change = 0;
  for (uint64_t At = Low; At < High; At += 8) {
    uint64_t Wrong = *(uint64_t *)At;
    if (!hasTrappedOn(Trap, Wrong) || !isNowhere(Wrong))
      continue;
    for (uint64_t From = High; From < End; From += 8) {
      uint64_t Right = *(uint64_t *)From, Bits = Right ^ Wrong;
      if (!Bits || Bits & (Bits - 1) || Right - Wrong == Change || isNowhere(Right))
        continue;
      if (Change)
        return 0;
      Change = Right - Wrong;
    }
    // Or of a variable of the caller.
    for (uint32_t Bit = 0; Bit != 64; ++Bit) {
      uint64_t Right = Wrong ^ 1ull << Bit;
      if (Right - High >= End - High || Right - Wrong == Change)
        continue;
      if (Change)
        return 0;
      Change = Right - Wrong;
    }
  }
  return Change;
}

static int repair(const struct crit_trap *Trap, const struct crit_ilr_imports *Imports,
                  const struct crit_trap_plan *Plan) {
  const struct crit_region_table *T = Plan->Table, *Caller;
  uint64_t Sp = Plan->Sp, Return, Change, At;
  if (T->Mark == -1 || T->Frame == ~0u || !critReadMemory(Sp + T->Frame, &Return, 8))
    return 0;
  uint64_t High = Sp + T->Frame + 8;
  Caller = critTrapTable((const char *)Return - 1, Imports);
  if (!Caller || Caller->Mark == -1 || Caller->Frame == ~0u ||
      !critStackIsRight(High, Caller))
    return 0;
  Change = findChange(Trap, Sp - RedZone, High - 8, High + Caller->Frame);
  if (!Change)
    return 0;
  for (At = Sp - RedZone; At < High - 8; At += 8) {
    uint64_t *Word = (uint64_t *)At;
    if (hasTrappedOn(Trap, *Word) && isNowhere(*Word))
      *Word += Change;
  }
  return 1;
}

int critArgumentRepair(const struct crit_trap *Trap,
                       const struct crit_ilr_imports *Imports, uint32_t Depth,
                       struct crit_trap_plan *Plan) {
  uint64_t Context[ContextWords];
  struct crit_trap Waits = {Trap->Signal, Trap->Info, Context};
  for (uint32_t D = 0; D != Depth; ++D) {
    struct crit_trap_plan To = *Plan;
    for (uint32_t I = 0; I != ContextWords; ++I)
      Context[I] = Trap->Context[I];
    if (D && !critTrapToCaller(&Waits, Imports, D, &To))
      return 0;
    if (!repair(Trap, Imports, &To))
      continue;
    for (uint32_t I = 0; I != ContextWords; ++I)
      Trap->Context[I] = Context[I];
    *Plan = To;
    return 1;
  }
  return 0;
}
