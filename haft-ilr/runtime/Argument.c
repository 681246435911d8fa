//===- Argument.c - an argument that was hit on its way -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   caller:  compare rdi, copy     both right
//            call                  <- rdi is hit here
//   callee:  MOV slot, rdi         the one value that both copies are made from
//            MOV rax, [rdi+8]      traps, and traps again behind its landing
//
// The caller keeps what it gave away: the landing of its region needs it. So do those above, for
// what was handed on; and for libc, which traps where no region is.
//===----------------------------------------------------------------------===//
#include "Argument.h"
#include "StackPointer.h"

/// Below a stack pointer, in leaf functions.
enum { FirstRegister = 5, RedZone = 128, ContextWords = CRIT_CONTEXT_RIP + 1 };
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
  // ACCERR: reserved only, as glibc has it behind the heap of a thread.
  enum { SEGV_MAPERR = 1, SEGV_ACCERR = 2, SI_KERNEL = 128 };
  if (Word < Near)
    return 0;
  if (Trap->Signal == 11 && (Trap->Info[2] == SEGV_MAPERR || Trap->Info[2] == SEGV_ACCERR))
    return isNear(*(const uint64_t *)(Trap->Info + 4), Word);
  // No canonical address: which one is not told. It is in a register. (SIGBUS: with rbp
  // or rsp as its base.)
  int64_t Canonical = (int64_t)(Word << 16) >> 16;
  if ((Trap->Signal != 11 && Trap->Signal != 7) || Trap->Info[2] != SI_KERNEL ||
      Canonical == (int64_t)Word)
    return 0;
  for (uint32_t I = FirstRegister; I != CRIT_CONTEXT_RSP; ++I)
    if (isNear(Trap->Context[I], Word))
      return 1;
  return 0;
}

/// Not right beside something, either: a program that runs over the end of what it has, a
/// power of two large, is one bit away from its beginning.
static int isWrong(const struct crit_trap *Trap, uint64_t Word) {
  enum { Page = 4096 };
  return hasTrappedOn(Trap, Word) && isNowhere(Word) && isNowhere(Word - Page) &&
         isNowhere(Word + Page);
}

/// What has been trapped on: words of the stack from Low to High, and of Registers the Count
/// first ones.
struct where {
  uint64_t Low, High, *Registers;
  uint32_t Count;
};

/// What a function keeps: its frame without what it has saved for its caller, from
/// High to End; and from From what has been saved for it, up to the return address below High.
struct kept {
  uint64_t From, High, End;
};

/// What the wrong ones are to be changed by, so that they are as what K keeps; 0: that is not
/// clear.
static uint64_t findChange(const struct crit_trap *Trap, const struct where *W,
                           const struct kept *K) {
  uint64_t Change = 0, Words = (W->High - W->Low) / 8;
  for (uint64_t I = 0; I != Words + W->Count; ++I) {
    uint64_t Wrong =
        I < Words ? ((const uint64_t *)W->Low)[I] : W->Registers[FirstRegister + I - Words];
    if (!isWrong(Trap, Wrong))
      continue;
    for (uint64_t From = K->From; From < K->End; From += 8) {
      uint64_t Right = *(uint64_t *)From, Bits = Right ^ Wrong;
      if (!Bits || Bits & (Bits - 1) || Right - Wrong == Change || From == K->High - 8 ||
          (Right ? isNowhere(Right) : !(Wrong >> 32)))
        continue;
      if (Change)
        return 0;
      Change = Right - Wrong;
    }
    // Or of a variable of the caller.
    for (uint32_t Bit = 0; Bit != 64; ++Bit) {
      uint64_t Right = Wrong ^ 1ull << Bit;
      if (Right - K->High >= K->End - K->High || Right - Wrong == Change)
        continue;
      if (Change)
        return 0;
      Change = Right - Wrong;
    }
  }
  return Change;
}

static int hasWrong(const struct crit_trap *Trap, const struct kept *K) {
  for (uint64_t From = K->From; From < K->End; From += 8)
    if (isWrong(Trap, *(uint64_t *)From))
      return 1;
  return 0;
}

/// Puts right what is wrong at W, if T, whose frame is at High, has it right, or it is in the
/// Saved bytes that are saved for T; with Up > 1 one that waits for it. Who has the wrong
/// one, too, has not given away the right one: that is looked at in all of them, but if it
/// is the caller of hardened code.
static int repair(const struct crit_trap *Trap, const struct crit_ilr_imports *Imports,
                  struct where *W, const struct crit_region_table *T, uint64_t High,
                  uint64_t Saved, uint32_t Up) {
  uint64_t Return, Change;
  for (uint32_t Level = 1;; ++Level) {
    if (!T || T->Mark == -1 || T->Frame == ~0u || !critStackIsRight(High, T))
      return 0;
    struct kept K = {High - 8 - Saved, High, High + T->Frame};
    Saved = critTrapSaved(T);
    K.End -= Saved;
    W->High = K.From;
    int Has = (Up > 1 || W->Count) && hasWrong(Trap, &K);
    if (Level == Up) {
      Change = Has ? 0 : findChange(Trap, W, &K);
      break;
    }
    High += T->Frame + 8;
    if (!Has || !critReadMemory(High - 8, &Return, 8))
      return 0;
    T = critTrapTable((const char *)Return - 1, Imports);
  }
  if (!Change)
    return 0;
  for (uint64_t At = W->Low; At < W->High; At += 8)
    if (isWrong(Trap, *(uint64_t *)At))
      *(uint64_t *)At += Change;
  // Those last and together: they tell what is wrong.
  uint32_t Wrong = 0, I;
  for (I = FirstRegister; I != CRIT_CONTEXT_RSP; ++I)
    Wrong |= (uint32_t)isWrong(Trap, W->Registers[I]) << I;
  for (I = FirstRegister; I != CRIT_CONTEXT_RSP; ++I)
    if (Wrong >> I & 1)
      W->Registers[I] += Change;
  return 1;
}

/// Of the function of Plan. Registers is what its landing begins with: a caller may have it in
/// one that nobody has saved.
static int repairOf(const struct crit_trap *Trap, const struct crit_ilr_imports *Imports,
                    const struct crit_trap_plan *Plan, uint32_t Up, uint64_t *Registers) {
  struct where W = {Plan->Sp - RedZone, 0, Registers, 0};
  uint64_t High = Plan->Sp + Plan->Table->Frame + 8, Return;
  return Plan->Table->Frame != ~0u && critReadMemory(High - 8, &Return, 8) &&
         repair(Trap, Imports, &W, critTrapTable((const char *)Return - 1, Imports), High,
                critTrapSaved(Plan->Table), Up);
}

int critArgumentAbroad(const struct crit_trap *Trap, const struct crit_ilr_imports *Imports,
                       uint32_t Depth, const struct crit_trap_plan *Plan) {
  struct where W = {Trap->Context[CRIT_CONTEXT_RSP] - RedZone, 0, Trap->Context,
                    CRIT_CONTEXT_RSP - FirstRegister};
  for (uint32_t Up = 1; Up <= Depth; ++Up)
    if (repair(Trap, Imports, &W, Plan->Table, Plan->Abroad, 0, Up))
      return 1;
  return 0;
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
      break;
    if (!repairOf(Trap, Imports, &To, 1, Context))
      continue;
    for (uint32_t I = 0; I != ContextWords; ++I)
      Trap->Context[I] = Context[I];
    *Plan = To;
    return 1;
  }
  for (uint32_t Up = 2; Up <= Depth; ++Up)
    if (repairOf(Trap, Imports, Plan, Up, Trap->Context))
      return 1;
  return 0;
}
