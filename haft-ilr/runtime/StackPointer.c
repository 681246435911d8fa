//===- StackPointer.c - the one register without a copy -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "StackPointer.h"
#include "Callers.h"
#include "Maps.h"
#include "Syscall.h"
#include "Trap.h"
#include "Unused.h"

/// Bits of a stack pointer that lead elsewhere in a stack: of 64 MB at most (growStack).
enum { LowBit = 4, EndBit = 26, Candidates = EndBit - LowBit + 1 };

int critReadMemory(uint64_t From, void *To, uint64_t Bytes) {
  struct {
    uint64_t Base, Length;
  } Local = {(uint64_t)To, Bytes}, Remote = {From, Bytes};
  return critSyscall6(CRIT_SYS_process_vm_readv,
                      (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                      (uint64_t)&Local, 1, (uint64_t)&Remote, 1,
                      0) == (int64_t)Bytes;
}

static int mayBeStack(uint64_t Sp, uint32_t Frame) {
  uint64_t Return;
  uint8_t Code[7];
  if (Sp & 7 || !critReadMemory(Sp + Frame, &Return, 8) ||
      !critReadMemory(Return - 7, Code, 7))
    return 0;
  if (Code[2] == 0xe8)
    return 1;
  // call through register or memory: ff /2, two to seven bytes
  for (uint32_t I = 0; I != 6; ++I)
    if (Code[I] == 0xff && (Code[I + 1] & 0x38) == 0x10)
      return 1;
  return 0;
}

int critStackIsRight(uint64_t Sp, const struct crit_region_table *T) {
  uint64_t Word;
  if (T->Mark != -1)
    return critReadMemory(Sp + (int64_t)T->Mark, &Word, 8) && Word == Sp;
  return mayBeStack(Sp, T->Frame);
}

/// Words to be looked at together. While they are read this holds their addresses,
/// and one of those may be an address in here: not a mark, then.
struct words {
  uint64_t From[Candidates], Word[Candidates];
  struct {
    uint64_t Base, Length;
  } Remote[Candidates], Local;
  uint32_t N;
};

static void addWord(struct words *W, uint64_t From) {
  if (From - (uint64_t)W >= sizeof(*W))
    W->From[W->N++] = From;
}

/// As many as are there, in this order.
static uint32_t readWords(struct words *W) {
  W->Local.Base = (uint64_t)W->Word;
  W->Local.Length = W->N * 8ull;
  for (uint32_t I = 0; I != W->N; ++I) {
    W->Remote[I].Base = W->From[I];
    W->Remote[I].Length = 8;
  }
  int64_t Bytes = critSyscall6(CRIT_SYS_process_vm_readv,
                               (uint64_t)CRIT_SYSCALL(getpid, 0, 0, 0, 0),
                               (uint64_t)&W->Local, 1, (uint64_t)W->Remote,
                               W->N, 0);
  return Bytes < 0 ? 0 : (uint32_t)(Bytes / 8);
}

/// Whether Sp leads to its mark, and to that of the current activation: one bit
/// may lead from the frame of a recursive function to that of a caller of it.
/// The lowest is the current one: those that returned wiped their mark. All at
/// once, down to where the stack ends. Words that others left there may look like a
/// mark (seen in a program that calls printf, in one of eight places of its stack), but
/// not like a return address where that would be.
static int isCurrent(uint64_t Sp, const struct crit_region_table *T,
                     int *Right) {
  struct words W;
  W.N = 0;
  addWord(&W, Sp + (uint64_t)(int64_t)T->Mark);
  for (uint32_t Bit = LowBit; Bit != EndBit; ++Bit)
    if (Sp >> Bit & 1 && (T->Frame == ~0u || 1u << Bit > T->Frame))
      addWord(&W, Sp - (1ull << Bit) + (uint64_t)(int64_t)T->Mark);
  uint32_t Read = readWords(&W);
  *Right = Read && W.From[0] == Sp + (uint64_t)(int64_t)T->Mark &&
           W.Word[0] == Sp;
  for (uint32_t I = *Right ? 1 : 0; I < Read; ++I)
    if (W.Word[I] == W.From[I] - (uint64_t)(int64_t)T->Mark &&
        (T->Frame == ~0u || mayBeStack(W.Word[I], T->Frame)))
      return 0;
  return 1;
}

/// Prologues and epilogues, where no mark is written: from the stack pointer to the
/// return address there are the saved registers at most, or all of the frame.
static int isOutside(uint64_t Sp, const struct crit_region_table *T) {
  if (T->Frame != ~0u && mayBeStack(Sp, T->Frame))
    return 1;
  for (uint32_t Saved = 0; Saved <= 56; Saved += 8)
    if (mayBeStack(Sp, Saved))
      return 1;
  return 0;
}

/// Whether no page of the frame that Sp leads to is there: then nothing was read
/// or written through it.
static __attribute__((noinline)) int isNowhere(uint64_t Sp, const struct crit_region_table *T) {
  uint64_t Word, High = Sp + (T->Frame == ~0u ? 8 : T->Frame + 8ull);
  for (uint64_t Page = (Sp - 128) & ~4095ull;; Page += 4096) {
    if (critReadMemory(Page, &Word, 8))
      return 0;
    if (High - Page <= 4096)
      return 1;
  }
}

/// Whether Address and Other are in one mapping that can be written to, or, if Writable
/// is 0, cannot.
static __attribute__((noinline)) int areTogether(uint64_t Address, uint64_t Other,
                                                 uint32_t Writable) {
  struct crit_mapping Mapping = {0, 0, 0, 0, {0}};
  return critFindMapping(Address, &Mapping) && Other >= Mapping.Low &&
         Other < Mapping.High && Mapping.Writable == Writable;
}

uint32_t critLogEntrySize(uint64_t Word, uint32_t Sizes) {
  uint32_t N = Sizes >> 8;
  for (uint32_t I = 0; I != CRIT_LOG_SIZES; ++I)
    if (Sizes >> I & 1 && I != Sizes >> 8 && Word >> CRIT_LOG_MARK(I) & 1)
      N = I;
  return N;
}

uint64_t critLogEntryBytes(uint64_t Word, uint32_t Sizes) {
  uint32_t N = critLogEntrySize(Word, Sizes);
  return 8 + (N < 3 ? 8 : 1ull << N);
}

/// Whether Word may be the address of an entry: it was loaded from. Marks are in its
/// upper bits.
static int isPlace(uint64_t Word) {
  uint64_t Was;
  return Word && critReadMemory(Word & ((1ull << CRIT_LOG_MARK(0)) - 1), &Was, 1);
}

/// Whether an entry of the log may be where Wrong leads instead of where Right
/// does: the next after those that are there.
static int isLogMoved(uint64_t Wrong, uint64_t Right,
                      const struct crit_region_table *T) {
  uint64_t Word, At = (uint64_t)(int64_t)T->Log;
  for (;; At += critLogEntryBytes(Word, T->LogSizes)) {
    if (!critReadMemory(Right + At, &Word, 8))
      return 1;
    // (One that is 1, 2 or 4 bytes off makes a word of the right log that names nothing.)
    int Last = !Word;
    if (Last && (!critReadMemory(Wrong + At, &Word, 8) || !Word))
      return 0;
    int Names = isPlace(Word);
    if (Last || !Names)
      return Names == Last;
  }
}

/// Whether more of the log is in use than the compiler took for needed.
static int isLogLong(uint64_t Right, const struct crit_region_table *T) {
  uint64_t Word, At = 0;
  if (!T->LogSizes)
    return 0;
  for (; At + 8 <= CRIT_HARMLESS_LOG; At += critLogEntryBytes(Word, T->LogSizes))
    if (!critReadMemory(Right + (uint64_t)(int64_t)T->Log + At, &Word, 8) || !Word)
      return 0;
  return 1;
}

/// Whether all of the log is where Right leads, now: entries that went where Wrong leads,
/// above, or Room bytes below at least, are taken over. Here, There: where it begins. How many
/// were made is known, or how many at least: those that are not in their places are there, not
/// what others left, and so are all that follow, and the end. Of the first one what was
/// overwritten, and the end behind it before that, may have been written through the right one.
/// \returns how many bytes are in use, or -1.
static __attribute__((noinline)) int64_t takeEntries(uint64_t *There, uint64_t *Here, int64_t Room,
                                                 const struct crit_region_table *T,
                                                 const struct crit_stack_state *State) {
  uint64_t Entry[CRIT_LOG_WORDS], End = 0, Bytes, Moved = CRIT_LOG_UNKNOWN, First = 0, At;
  for (;; End += Bytes) {
    if ((int64_t)End > Room || !critReadMemory((uint64_t)Here + End, Entry, 8))
      return -1;
    int Certain = Entry[0] != 0;
    if (!Certain && Moved == CRIT_LOG_UNKNOWN)
      Moved = End;
    Certain |= End < State->LogUsed || End > Moved + First;
    if (State->Log & CRIT_LOG_EXACT && End >= State->LogUsed)
      break;
    uint64_t *From = End < Moved ? Here : There;
    if (!critReadMemory((uint64_t)From + End, Entry, 8))
      return -1;
    if (!isPlace(Entry[0])) {
      if (End < State->LogUsed || (Entry[0] && Certain))
        return -1;
      break;
    }
    Bytes = critLogEntryBytes(Entry[0], T->LogSizes);
    if (!Certain || !critReadMemory((uint64_t)From + End, Entry, Bytes))
      return -1;
    if (End == Moved)
      First = Bytes;
  }
  if (State->Log & CRIT_LOG_EXACT && End != State->LogUsed)
    return -1;
  if (Moved >= End)
    return Moved == End ? (int64_t)End : -1;
  Here += Moved / 8;
  There += Moved / 8;
  End -= Moved;
  uint64_t Size = 1ull << critLogEntrySize(*There, T->LogSizes);
  uint64_t Above = Size < 8 ? 64 - 8 * Size : 0, Differ = 0;
  for (At = 1; At < First / 8; ++At)
    Differ |= (Here[At] ^ There[At]) << Above;
  // A little above, the first one there has overwritten what tells.
  int Near = There > Here && (uint64_t)(There - Here) * 8 <= First;
  if (Differ && (!Here[First / 8] || Near)) {
    uint64_t IsHere = !((Here[1] ^ State->LogOld) << Above);
    uint64_t IsThere = !((There[1] ^ State->LogOld) << Above);
    if (!(State->Log & CRIT_LOG_OLD) || Size > 16 || First != End || !(IsHere | IsThere) ||
        (Size > 8 && (Near || IsHere == IsThere)))
      return -1;
    for (At = 1; At < First / 8 && !IsThere; ++At)
      There[At] = Here[At];
  }
  for (At = 0; At < End; At += 8) {
    Here[At / 8] = There[At / 8];
    if (There < Here) // or the next wrong one that leads there finds it
      There[At / 8] = 0;
  }
  Here[At / 8] = 0;
  return (int64_t)(Moved + End);
}

/// Of LogSizes: more than a word.
enum { CRIT_LOG_LONG = 0xf0 };

/// Bytes of the log, written through Wrong, that overwrite nothing which was written through
/// Right: that is above all of it, or, if Wrong is, below.
static int64_t logRoom(uint64_t Wrong, uint64_t Right, const struct crit_region_table *T) {
  if (Wrong > Right)
    return Wrong - Right < 8 ? -1 : INT64_MAX;
  return (int64_t)(Right - Wrong - (uint64_t)(int64_t)T->Log - 256);
}

/// Apart: what was written of it through Wrong is known to be in the log itself, or below the
/// frame; the entry that is being made as well.
static int isLogWrong(uint64_t Wrong, uint64_t Right, const struct crit_region_table *T,
                      const struct crit_stack_state *State, int *Apart) {
  uint64_t Log = (uint64_t)(int64_t)T->Log;
  int64_t Room = logRoom(Wrong, Right, T), Used;
  if (State->Log & CRIT_LOG_EXACT && !State->LogUsed)
    *(uint64_t *)(Right + Log) = Used = 0;
  else if (State->LogUsed < CRIT_LOG_UNKNOWN && (int64_t)State->LogUsed <= Room)
    Used = takeEntries((uint64_t *)(Wrong + Log), (uint64_t *)(Right + Log), Room, T, State);
  else
    Used = -2;
  if (Used != -2) {
    if (Wrong > Right && Room > 0)
      Room = (int64_t)(T->LogBytes - (Wrong - Right));
    *Apart = Used + 8 * (CRIT_LOG_WORDS + 1) <= Room;
    return Used < 0;
  }
  // A little below, what one of them overwrites may be where the right log has an address.
  if (Right - Wrong == 8 || (Right - Wrong < 256 && T->LogSizes & CRIT_LOG_LONG))
    return 1;
  return isLogMoved(Wrong, Right, T);
}

/// Of CRIT_HARMLESS_*: all that say of somewhere that nothing is spoiled there. None: what was
/// done is not known, or not done again.
enum { CRIT_HARMLESS_ANY = 2 * CRIT_HARMLESS_NOTHING - 1 };

/// Whether a call may have been made through Wrong: it has left its return address. What it was
/// given may have been read through it, zeros for both copies, and is not done again.
static int mayHaveCalled(uint64_t Wrong, const struct crit_region_table *T,
                         const struct crit_stack_state *State) {
  uint64_t Word, Start = (uint64_t)&T->Start + (uint64_t)(int64_t)T->Start;
  if (!((State->Written.Harmless | State->Fixed.Harmless) & CRIT_HARMLESS_CALLED))
    return 0;
  if (!critReadMemory(Wrong - 8, &Word, 8))
    return 1;
  if (State->Called)
    return Word == (uint64_t)State->Called;
  return Word - Start <= (uint64_t)&T->End + (uint64_t)(int64_t)T->End - Start;
}

static int isHarmless(uint64_t Wrong, uint64_t Right, uint32_t Bit,
                      const struct crit_region_table *T,
                      const struct crit_stack_state *State) {
  struct crit_written Written = State->Written;
  uint64_t Word, Here = (uint64_t)&Word;
  if (T->Mark == -1 || mayHaveCalled(Wrong, T, State))
    return 0;
  int Apart = 0;
  if (Written.Harmless & CRIT_HARMLESS_LOGGED && isLogWrong(Wrong, Right, T, State, &Apart))
    return 0;
  if (Apart && !(Written.Harmless & CRIT_HARMLESS_EMPTIED)) // of one log, not of two
    Written = State->Fixed;
  uint32_t Harmless = Written.Harmless;
  if (Wrong > Right) {
    // The signal itself may have come through the wrong one.
    if (Wrong - Here < 65536)
      return 0;
    if (!(Harmless & CRIT_HARMLESS_NOTHING) &&
        !critCallersFree(Wrong, Right,
                         Bit < CRIT_HARMLESS_UP && Harmless >> CRIT_HARMLESS_STEP(Bit) & 1, T,
                         Written.List, State->Imports) &&
        !(Harmless & CRIT_HARMLESS_ANY && critIsUnusedStack(Wrong, T->Frame, 0)))
      return 0;
  } else {
    uint32_t Down = Bit < CRIT_HARMLESS_DOWN
                        ? 1u << (CRIT_HARMLESS_DOWNWARDS + CRIT_HARMLESS_STEP(Bit))
                        : CRIT_HARMLESS_FAR;
    // All below must be unused stack, as far as there is anything.
    uint64_t Low = Wrong - 256;
    if (!critReadMemory(Low, &Word, 8))
      Low = Wrong + (uint64_t)(int64_t)T->Mark;
    if ((!(Harmless & Down) || !areTogether(Low, Right, 1)) &&
        !(Harmless & CRIT_HARMLESS_ANY && critIsUnusedStack(Wrong, T->Frame, 0)))
      return 0;
  }
  if (Harmless & CRIT_HARMLESS_EMPTIED) {
    uint64_t *Log = (uint64_t *)(Right + (uint64_t)(int64_t)T->Log);
    // If nothing else has happened to it, what it holds is of no use.
    if (!(Harmless & CRIT_HARMLESS_LOGGED) || (State->Log & CRIT_LOG_EXACT && !State->LogUsed))
      *Log = 0;
    if (*Log)
      return 0;
  }
  // Only what is written in the frame, or shortly below it, meets its log.
  return 1ull << Bit > T->Frame + 256ull || !isLogLong(Right, T);
}

/// The value a bit away from Sp that is right as far as Right can tell; 0: none, or
/// more than one. At: which bit.
static uint64_t findStack(uint64_t Sp, const struct crit_region_table *T,
                          int (*Right)(uint64_t,
                                       const struct crit_region_table *),
                          uint32_t *At) {
  uint64_t Found = 0;
  for (uint32_t Bit = 0; Bit != 64; ++Bit) {
    uint64_t Other = Sp ^ 1ull << Bit;
    if (!Right(Other, T))
      continue;
    if (Found)
      return 0;
    Found = Other;
    *At = Bit;
  }
  return Found;
}

/// The right one by what a wrong one wrote down as the mark, which is made from a copy
/// taken before the prologue (StackMark.cpp). At: the bit that one is too high or low by.
static uint64_t findByMark(uint64_t Sp, const struct crit_region_table *T,
                           uint32_t *At) {
  uint64_t Right;
  if (T->Frame == ~0u || !critReadMemory(Sp + (uint64_t)(int64_t)T->Mark, &Right, 8))
    return 0;
  uint64_t Distance = Sp > Right ? Sp - Right : Right - Sp, Word;
  if (!Distance || Distance & (Distance - 1))
    return 0;
  // Both, or the copy was hit: the one that leads to a return address.
  int Here = mayBeStack(Sp, T->Frame);
  if (Here == mayBeStack(Right, T->Frame))
    return 0;
  if (Here)
    return Sp;
  if (!critReadMemory(Right + (uint64_t)(int64_t)T->Mark, &Word, 8))
    return 0;
  for (*At = 0; Distance >> *At != 1;)
    ++*At;
  return Right;
}

/// Whether a store is seen to be where Right leads, and not where Wrong does: it was right
/// by then. Only in the stack that Right is in: elsewhere others may have written since.
static int wasRight(uint64_t Wrong, uint64_t Right, const struct crit_last_store *Last,
                    uint64_t Value, uint64_t Index) {
  uint64_t There = 0, Here = 0;
  if (!(Last->What & CRIT_LAST_KNOWN))
    return 0;
  if (Last->What & CRIT_LAST_CONSTANT)
    Value = (uint64_t)(int64_t)((int32_t)Last->What >> CRIT_LAST_VALUE);
  uint32_t Bytes = 1u << (Last->What & 3);
  if (Bytes < 8)
    Value &= (1ull << Bytes * 8) - 1;
  uint64_t At = Wrong + (uint64_t)(int64_t)Last->At + Index;
  return critReadMemory(At, &There, Bytes) && There != Value &&
         critReadMemory(At - Wrong + Right, &Here, Bytes) && Here == Value &&
         areTogether(At, Right, 1);
}

/// The same of what was written since a store that was made through the right one.
static int isHarmlessSince(uint64_t Wrong, uint64_t Right, uint32_t Bit,
                           const struct crit_region_table *T,
                           const struct crit_stack_state *State) {
  struct crit_stack_state Since = *State;
  Since.Called = 0;
  for (uint32_t I = 0; I != State->NumLast; ++I) {
    const struct crit_last_store *Last = State->Last + I;
    if (!wasRight(Wrong, Right, Last, State->Stored[I], State->Index[I]))
      continue;
    Since.Written = Since.Fixed = Last->Since;
    return isHarmless(Wrong, Right, Bit, T, &Since);
  }
  return 0;
}

uint64_t critStackFind(uint64_t Sp, const struct crit_region_table *T,
                       const struct crit_stack_state *State) {
  uint32_t At = 0;
  if (!T || (T->Mark == -1 && T->Frame == ~0u))
    return Sp;
  int Right = 0, Current = 1, Nowhere, Unmarked = 0;
  if (T->Mark != -1)
    Current = isCurrent(Sp, T, &Right);
  else
    Right = critStackIsRight(Sp, T);
  if (Right)
    return Current ? Sp : 0;
  uint64_t Found = findStack(Sp, T, critStackIsRight, &At);
  Nowhere = isNowhere(Sp, T);
  if (!Found && T->Mark != -1) {
    // Before the mark is written, or behind: what it was has done nothing yet.
    if (Nowhere)
      return findStack(Sp, T, isOutside, &At);
    Found = findByMark(Sp, T, &At);
    Unmarked = Found != 0;
  }
  if (!Found || (!Nowhere && Found != Sp &&
                 !isHarmlessSince(Sp, Found, At, T, State) &&
                 !isHarmless(Sp, Found, At, T, State) &&
                 // All of the frame that the wrong one leads to is there, but cannot be
                 // written to: what was read goes nowhere.
                 !(State->Written.Harmless & ~CRIT_HARMLESS_CLEAN && T->Frame != ~0u &&
                   areTogether(Sp - 256, Sp + T->Frame + 8, 0))))
    return 0;
  if (Found != Sp) // or the next wrong one that leads there finds what was written
    critIsUnusedStack(Sp, T->Frame, 1);
  if (Unmarked)
    *(uint64_t *)(Found + (uint64_t)(int64_t)T->Mark) = Found;
  return Found;
}
