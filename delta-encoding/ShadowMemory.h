//===- ShadowMemory.h - which variables are in memory twice -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A local variable or array that nobody but this function's own loads and stores
// can reach gets a second stack object: each store also stores what the second
// copy has, each load of the second copy reads there. In it an element x at
// offset o is
//
//   ~x + S - o          S: a number of the object's own
//
// so that a load unit that is wrong for a value, a bit, an address or part of
// an address gives the two copies different errors.
//
// Loads that do not read one element (vectors, floating point, parts) read the plain object
// in both copies; behind such a store its elements are encoded anew.
//
// Here: which stack objects may have one, and what of them must be written before the
// program does. An element the program reads before it writes it holds what was on
// the stack, and both objects must tell the same of it: no false stop.
// Loads and stores: DeltaMemory.cpp.
//===----------------------------------------------------------------------===//
#ifndef CRIT_DELTA_ENCODING_SHADOWMEMORY_H
#define CRIT_DELTA_ENCODING_SHADOWMEMORY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/CodeGen/MachineFunction.h"
#include <array>
#include <map>
#include <optional>
#include <vector>

namespace crit {
class X86Table;

/// MOV between memory and a general register, or of a constant to memory.
struct MemoryMove {
  enum { Whole, ZeroExtended, SignExtended } How = Whole;
  bool Store = false;
  unsigned Bits = 0;       ///< in memory
  unsigned ResultBits = 0; ///< of a load
  unsigned Mem = 0;        ///< first of the address's operands
};
std::optional<MemoryMove> memoryMove(const llvm::MachineInstr &MI,
                                     const X86Table &T);

class ShadowMemory {
public:
  /// A stack object that exists twice.
  struct Object {
    int Native = -1, Shadow = -1;
    int64_t Size = 0;
    uint32_t Number = 0;
    /// S. To be a displacement, in sums of 64 bits it must not be large.
    int64_t signature(unsigned Bits) const {
      return Bits == 64 ? Number >> 4 : Number;
    }
    unsigned Bytes = 0;             ///< of each element, if it has an index
    bool Indexed = false;
    std::map<int64_t, unsigned> At; ///< bytes by offset, of up to 64 elements
    /// A load of the second copy may have to take the first copy's value, so that
    /// values are compared where they are stored.
    bool Compared = false;
    /// Elements that the second object must be given at first.
    std::vector<int64_t> Unwritten;
    bool AllUnwritten = false;
  };
  /// Why an object has none.
  enum Reason {
    AddressTaken,
    Volatile,
    OtherAccess,
    Overlap,
    Outside,
    Unwritten,
    ReturnsTwice,
    Unused,
    Reasons
  };
  static const char *text(Reason R);

  explicit ShadowMemory(llvm::MachineFunction &MF);
  /// The function has the form that will be mirrored. May split the entry block.
  void find();
  bool any() const { return !Objects.empty(); }
  /// The object of which MI, of the program's own, reads or writes an element.
  /// Null: plain memory.
  const Object *of(const llvm::MachineInstr &MI) const;
  /// The object in which MI writes something else: bytes from its offset on.
  const Object *ofOther(const llvm::MachineInstr &MI, unsigned &Bytes) const;
  llvm::ArrayRef<Object> objects() const { return Objects; }
  /// Where elements are given what they hold at first; null if there are none.
  llvm::MachineBasicBlock *beginning() const { return Beginning; }
  void beginIn(llvm::MachineBasicBlock &B) { Beginning = &B; }
  unsigned left(Reason R) const { return Left[R]; }

private:
  struct Access {
    llvm::MachineInstr *MI;
    bool Element; ///< a MemoryMove
    bool Store;
    unsigned Bytes;
    int64_t Offset;
    bool Indexed;
    bool Fits = false; ///< one element
  };
  struct Candidate {
    std::vector<Access> Accesses;
    std::optional<Reason> Why;
  };
  void collect();
  std::optional<Access> access(llvm::MachineInstr &MI) const;
  bool fit(const Access &A, Object &O) const;
  bool isLocal(int Slot) const;
  std::optional<Reason> shape(Candidate &C, Object &O) const;
  void findUnwritten();
  int slotOf(const llvm::MachineInstr &MI) const;
  bool placeBeginning();
  llvm::DenseSet<const llvm::MachineInstr *>
  inFlight(llvm::MachineBasicBlock &MBB) const;
  void drop(Reason R, llvm::function_ref<bool(const Object &)> Which);

  llvm::MachineFunction &MF;
  const X86Table &T;
  std::map<int, Candidate> Candidates;
  std::vector<Object> Objects;
  llvm::DenseMap<int, unsigned> ObjectOf; ///< by native slot
  llvm::DenseMap<const llvm::MachineInstr *, const Access *> Known;
  std::array<unsigned, Reasons> Left{};
  llvm::MachineBasicBlock *Beginning = nullptr;
};

} // namespace crit
#endif
