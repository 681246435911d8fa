//===- Checks.h - what a function needs checked ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collected first, thinned out second, written third.
//===----------------------------------------------------------------------===//
#ifndef CRIT_BOUNDLESS_CHECKS_H
#define CRIT_BOUNDLESS_CHECKS_H

#include "Roots.h"
#include "runtime/Abi.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"

namespace llvm {
class BlockFrequencyInfo;
class DominatorTree;
class DomTreeUpdater;
class LoopInfo;
class IRBuilderBase;
class IntrinsicInst;
class MemIntrinsic;
class PostDominatorTree;
class ScalarEvolution;
} // namespace llvm

namespace crit {

class Sites;

enum class CheckKind {
  Load,    ///< address replaced by what the runtime answers
  Store,   ///< made by the runtime
  Address, ///< atomics: address replaced, chunk made
  Escape,  ///< pointer replaced
  Whole,   ///< chooses between a wide access and a slower way, piece by piece
};

/// Metadata of the accesses to single lanes.
inline constexpr char LaneMark[] = "crit.lane";

/// Metadata of calls that are made natively where all they touch is in bounds.
inline constexpr char MeasuredMark[] = "crit.measured";
/// Metadata of what has been split: see splitWhole.
inline constexpr char SplitMark[] = "crit.split";
/// Bytes such a call touches through each of its pointers.
llvm::Value *lengthOf(llvm::CallBase &CB);
/// Operands of it that are such pointers, and into objects we can know.
llvm::SmallVector<unsigned, 2> measuredOperands(llvm::CallBase &CB, Roots &R);

/// Bytes of memcpy and its kin up to which the compiler makes moves of them.
inline constexpr uint64_t LongestInline = CRIT_BL_LONGEST;
bool isShort(const llvm::MemIntrinsic &MI);

struct Check {
  llvm::Instruction *At;
  unsigned Operand; ///< of At: the pointer
  CheckKind Kind;
  unsigned SiteKind;
  uint64_t Bytes;
  llvm::Value *Root;
  std::optional<int64_t> Offset; ///< constant distance from the root
  /// Set when this check may take the address an earlier one arrived at.
  Check *Leader = nullptr;
  llvm::Value *Address = nullptr; ///< of a leader, once written
  bool Leads = false;
  bool Measured = false; ///< of as many bytes as At says, not of Bytes
  bool Slow = false;     ///< in the twin

  llvm::Value *pointer() const { return At->getOperand(Operand); }
};

/// Comparison or subtraction whose operand may be an address in the window.
struct Decode {
  llvm::Instruction *At;
  unsigned Operand;
  llvm::Value *Root;
};

/// First and last address of an access in a loop.
struct LoopRange {
  llvm::Value *Root, *First, *Last;
  uint64_t Bytes;
  bool Moves; ///< with the rounds of the loop
};

/// A loop that is there twice; Branch goes to the first when all ranges hold.
struct LoopVersion {
  llvm::SmallVector<LoopRange, 4> Ranges;
  llvm::Value *Count = nullptr;
  llvm::BranchInst *Branch = nullptr;
  bool Exact = false; ///< Count is no upper limit but the number of rounds
};

/// Branch goes to the twin unless all of [Root + Low, Root + High) is in bounds.
struct Guard {
  llvm::BranchInst *Branch;
  llvm::Value *Root;
  int64_t Low, High;
  uint64_t Aligned; ///< if Root is, all is in bounds; 1: nothing is known
};

/// A second body of a function, entered where a guard of the first one fails.
struct Twin {
  llvm::SmallVector<Guard, 16> Guards;
  /// Operands that a guard vouches for.
  llvm::DenseSet<std::pair<const llvm::Instruction *, unsigned>> Free;
};

struct Work {
  std::vector<Check> Checks;
  llvm::SmallVector<Guard, 16> Guards;
  llvm::SmallVector<LoopVersion, 4> Versions;
  llvm::SmallVector<Decode, 8> Decodes;
  llvm::SmallVector<llvm::Instruction *, 2> Unable;
};

/// What the policy checks: Bytes bytes at P.
bool needsCheck(Roots &R, llvm::Value *P, uint64_t Bytes, bool Strict);
/// If the root is a multiple of this, the access is in bounds: no slot begins or ends
/// in between. 1: nothing is known.
uint64_t alignmentThatDoes(const Check &C);
/// Stores a pointer back to where Root was loaded: it steps.
bool isCursor(const llvm::Instruction &I, const llvm::Value *Root);
Work collect(llvm::Function &F, Roots &R, bool Strict, const Twin &T = {});
/// Gives F a twin, if that leaves out enough of W's checks; to be collected anew.
Twin makeTwin(const Work &W, Roots &R, llvm::Function &F,
              llvm::DominatorTree &DT, llvm::PostDominatorTree &PDT,
              llvm::LoopInfo &LI, llvm::BlockFrequencyInfo &BFI);
/// Between Br and the twin, on the way to it; may lead back.
llvm::BranchInst *branchBeforeTwin(llvm::BranchInst *Br, llvm::DomTreeUpdater &DTU,
                                   llvm::LoopInfo &LI);
/// Computes addresses of fields where they are used: they are part of the access
/// there, while rare calls would keep them in registers.
void sinkFields(llvm::Function &F);
/// Merges of roots that nobody asked for; nothing may be remembered any more.
void dropDeadRoots(llvm::Function &F);
/// Puts At in a block of its own that Whole checks lead to; the end of the other,
/// still empty one.
llvm::Instruction *splitWhole(llvm::Instruction *At);
/// Gives vector accesses with a mask a version lane by lane.
void splitMasked(llvm::Function &F, Roots &R, bool Strict);
/// Gives memcpy and its kin a version that calls the runtime.
void splitCopies(llvm::Function &F, Roots &R, Sites &S, bool Strict);
/// Operand that points to all lanes of such an access, and their type.
std::optional<std::pair<unsigned, llvm::Type *>>
maskedVector(llvm::IntrinsicInst &I);
/// Branch that Whole checks of one access decide together.
llvm::Instruction *wholeBefore(const Check &C);
/// The access is made only if this holds, too.
void requireWhole(const Check &C, llvm::Value *Inside);
/// Drops checks that cannot fail.
void eliminate(Work &W, Roots &R, llvm::Function &F, llvm::DominatorTree &DT,
               llvm::LoopInfo &LI, llvm::ScalarEvolution &SE, bool Strict);
/// Loops in the form versionLoops needs; before anything is collected.
void prepareLoops(llvm::Function &F, llvm::DominatorTree &DT, llvm::LoopInfo &LI,
                  llvm::ScalarEvolution &SE);
/// Makes a version without checks of loops whose accesses are affine.
void versionLoops(Work &W, Roots &R, llvm::Function &F, llvm::DominatorTree &DT,
                  llvm::LoopInfo &LI, llvm::ScalarEvolution &SE);
/// Lets checks of one address share what the first arrives at.
void shareAddresses(Work &W, llvm::DominatorTree &DT);
void emit(llvm::Function &F, Work &W, Roots &R, Sites &S,
          llvm::DominatorTree &DT, llvm::LoopInfo &LI,
          llvm::BlockFrequencyInfo *BFI);

/// Moves arrays whose address leaves the function to low-fat stacks.
bool moveStackObjects(llvm::Function &F, Roots &R, llvm::DominatorTree &DT,
                      llvm::LoopInfo &LI);
/// Sends calls of known libc functions through the runtime.
bool redirectLibcalls(llvm::Function &F, Sites &S);
/// Tells the runtime where the next allocation is, with debug information.
void noteAllocations(llvm::Function &F, Sites &S);
/// Word of this thread's struct crit_bl_stacks = Site, before At.
void tellSite(llvm::Instruction *At, unsigned Word, Sites &S, unsigned Kind);
/// Type with an array in it.
bool hasArray(llvm::Type *Ty);
/// Room behind global variables, and a list of them for the runtime.
bool registerGlobals(llvm::Module &M);

/// Has the program stop when it starts without the runtime.
void makeGuard(llvm::Module &M);

/// Word of the runtime's table of entries.
llvm::Value *entryWord(llvm::IRBuilderBase &B, unsigned Index);

} // namespace crit
#endif
