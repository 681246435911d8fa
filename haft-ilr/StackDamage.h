//===- StackDamage.h - what a wrong stack pointer can spoil ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stack pointer is compared with its mark now and then. If it is found wrong
// between two comparisons, what was written through it since the first is d
// bytes from where it belongs, d a power of two. On final machine code:
//
//   compare rsp, mark           written: nothing
//   MOV [rsp+24], rax           written: 24..31
//   LEA rcx, [rsp+32]           behind the next store through a pointer, or call:
//                               all variables (which one is not known any more:
//                               [rsp+32] may stand for the element before the first
//                               of what is at 40)
//   ...trap                     harmless if 24..31 and the object, moved by d, meet
//                               nothing that the code gone on to needs
//
// Needed are: variables of the program, but not those that hold nothing in the region
// (DeadVariables.h), registers of the caller, what the landing loads, mark, log; not spilled
// registers (a landing takes all from its slots), the region number (its cut writes it
// again; only the choice between several landings reads it), a log that is to be empty,
// and what lies below the frame.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_STACKDAMAGE_H
#define CRIT_ILR_STACKDAMAGE_H

#include "crit/records.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/CodeGen/MachineFunction.h"
#include <optional>
#include <vector>

namespace crit {
class X86Table;

/// The red zone and what a failed check pushes below it.
constexpr int64_t LowestWord = -32;

/// Words of the frame that can have been written since the last comparison.
struct StackWrites {
  llvm::BitVector Words;
  bool Pointed = false; ///< addresses of variables were made from it
  bool Logged = false;  ///< entries of the undo log
  bool Emptied = false; ///< its first entry
  bool Called = false;
  bool Unknown = false; ///< anything
  bool Above = false;   ///< arguments that the caller made, beyond the frame
  bool Loaded = false;  ///< variables: both copies may hold what was elsewhere
  bool Used = false;    ///< addresses made from it: by a call or store
  bool Lost = false;    ///< a region ended with something of the above: what it did
                        ///< is not done again
  bool Earlier = false; ///< words: some of them before the current region began, other
                        ///< than since what ended the one before (Inside: it has not)
  bool Inside = true;
  bool merge(const StackWrites &O);
  bool operator==(const StackWrites &O) const {
    return Words == O.Words && Pointed == O.Pointed && Logged == O.Logged && Emptied == O.Emptied &&
           Called == O.Called && Unknown == O.Unknown && Above == O.Above &&
           Loaded == O.Loaded && Used == O.Used && Lost == O.Lost &&
           Earlier == O.Earlier && Inside == O.Inside;
  }
};

/// What code that goes on from a landing asks of the frame: words.
struct StackNeeds {
  llvm::BitVector Loaded; ///< of slots
  llvm::BitVector Dead;   ///< of variables that hold nothing in its regions
};

class StackDamage {
public:
  /// Frame: bytes up to the return address. Mark: as in crit_region_table.
  StackDamage(const llvm::MachineFunction &MF, uint32_t Frame, int32_t Mark);
  /// Of final code with pseudos. Nothing is known of unusual frames.
  bool isUsable() const { return Usable; }
  StackWrites nothing() const;
  StackWrites anything() const;
  void step(StackWrites &W, const llvm::MachineInstr &MI) const;
  /// Bits CRIT_HARMLESS_*. Number: the landing reads the region number. WithLog: where the log
  /// was written counts.
  uint32_t harmless(const StackWrites &W, const StackNeeds &Needed, bool Number,
                    bool WithLog = true) const;
  /// The same where code goes on with all its registers and spills, but writes
  /// the words of W again. Entry: nothing of the frame had been written before. If a
  /// call was made, its return address is looked for.
  uint32_t harmlessAgain(const StackWrites &W, bool Entry) const;
  /// What W wrote, bits from LowestWord on; nothing if that is not known. CallSeen: as
  /// harmlessAgain.
  std::optional<llvm::BitVector> written(const StackWrites &W, bool CallSeen,
                                         bool WithLog = true) const;
  /// Words of the frame, from the stack pointer on, that hold nothing during calls.
  llvm::BitVector freeInCalls() const;
  /// Those of variables that are Dead, bits from LowestWord on, and not arguments of calls.
  llvm::BitVector deadInCalls(llvm::BitVector Dead) const;
  /// Words of the frame that B loads.
  llvm::BitVector loads(const llvm::MachineBasicBlock &B) const;
  /// Whether W has the word at Offset from the stack pointer.
  bool covers(const StackWrites &W, int64_t Offset) const;
  /// Words that are all in what holds nothing according to this landing.
  llvm::BitVector dead(const llvm::MachineInstr &Landing) const;
  /// Words of all slots.
  llvm::BitVector slots() const;

  int32_t logOffset() const { return LogOffset; }
  unsigned logSizes() const { return LogSizes; }
  unsigned logBytes() const { return LogBytes; }
  int logIndex() const { return LogIndex; }
  /// Whether what a wrong stack pointer has done so far must be done again: not to be
  /// left to the next region.
  bool isOpen(const StackWrites &W) const;
  /// Whether MI stores to where a variable says, perhaps one that was not loaded from where
  /// it is.
  bool mayStray(const StackWrites &W, const llvm::MachineInstr &MI) const;
  /// Whether MI stores through the stack pointer.
  bool isStore(const llvm::MachineInstr &MI) const;
  bool touchesStack(const llvm::MachineInstr &MI) const;
  /// A comparison with the mark.
  bool isComparison(const llvm::MachineInstr &MI) const;
  /// The store of the mark.
  bool isMark(const llvm::MachineInstr &MI) const;

private:
  /// Number: of the region. Own: the mark.
  enum Class : char { Free, Spill, Slot, Number, Log, Own, Foreign };
  struct Object {
    int64_t Low, High;
    int Index;
  };
  void classify();
  void findSlots();
  void set(llvm::BitVector &Words, int64_t Low, int64_t High) const;
  void write(StackWrites &W, int64_t Low, int64_t High) const;
  const Object *objectAt(int64_t Offset) const;
  /// Of the program or code generation, that MI accesses by an index.
  const Object *objectOf(const llvm::MachineInstr &MI) const;
  int address(const llvm::MachineInstr &MI) const;
  bool usesStack(const llvm::MachineInstr &MI) const;
  Class classAt(int64_t Word) const;
  void usePointers(StackWrites &W) const;
  bool loadsVariable(const llvm::MachineInstr &MI) const;
  template <typename Predicate>
  uint32_t evaluate(const StackWrites &W, bool CallSeen, bool WithLog, Predicate Matters) const;

  const llvm::MachineFunction &MF;
  const X86Table &T;
  int64_t Frame;
  int32_t Mark;
  bool Usable = false;
  int64_t Locals = 0; ///< bytes of the frame above the stack pointer
  unsigned NumWords = 0;
  std::vector<Object> Objects;
  std::vector<Class> Classes; ///< by word, from LowestWord on
  llvm::BitVector IsSlot;     ///< by frame index: written by checkpoints alone
  int32_t LogOffset = 0;
  unsigned LogSizes = 0;
  unsigned LogBytes = 0; ///< from LogOffset on
  int LogIndex = -1;
  llvm::BitVector LogWords;
  llvm::BitVector Variables; ///< words
  llvm::BitVector Incoming;  ///< of objects that the caller made
  bool OwnsAbove = false;    ///< some of those, beyond the frame, may be written to
};

} // namespace crit
#endif
