//===- Sites.cpp - checks as they are in the code -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Sites.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <optional>

using namespace llvm;

namespace crit::audit {

static constexpr StringRef Signature(CRIT_FAIL_SIGNATURE,
                                     sizeof(CRIT_FAIL_SIGNATURE) - 1);
// Longest way from a stub's push to the failure path, in instructions.
static constexpr unsigned MaxTail = 24;

bool isFailPath(const Image &I, uint64_t Address) {
  if (I.undefinedAt(Address) == CRIT_FAIL_SYMBOL)
    return true;
  // -fcf-protection puts endbr64 in front of every function.
  StringRef Bytes = toStringRef(I.bytesAt(Address));
  Bytes.consume_front("\xf3\x0f\x1e\xfa");
  return Bytes.starts_with(Signature);
}

namespace {
class Search {
public:
  Search(const Image &I, const Disassembler &D, ArrayRef<uint64_t> Starts,
         ArrayRef<Record> Records)
      : I(I), D(D), Starts(Starts) {
    for (const Record &R : Records)
      IsRecord.insert({R.Address, true});
  }

  CodeSites run() {
    for (const Section &S : I.sections())
      if (S.Code)
        sweep(S);
    return std::move(Out);
  }

private:
  struct Stub {
    int64_t Index;
    uint64_t Record;
  };

  void sweep(const Section &S);
  /// If Inst at Address is how a check fails: the stub. Before: the
  /// instruction in front of it.
  std::optional<Stub> failsAt(const Instruction &Before,
                              const Instruction &Inst, uint64_t Address);
  std::optional<Stub> stubAt(uint64_t Address);
  uint64_t throughJump(uint64_t Address);
  /// Record that the code at Address hands to the failure path.
  std::optional<uint64_t> followTail(uint64_t Address);

  const Image &I;
  const Disassembler &D;
  ArrayRef<uint64_t> Starts;
  DenseMap<uint64_t, bool> IsRecord;
  DenseMap<uint64_t, std::optional<uint64_t>> Tails;
  DenseMap<uint64_t, std::optional<Stub>> Stubs;
  CodeSites Out;
};
} // namespace

std::optional<uint64_t> Search::followTail(uint64_t Address) {
  if (auto It = Tails.find(Address); It != Tails.end())
    return It->second;
  std::optional<uint64_t> Record, Result;
  uint64_t At = Address;
  for (unsigned Step = 0; Step < MaxTail; ++Step) {
    ArrayRef<uint8_t> Bytes = I.bytesAt(At);
    if (Bytes.empty())
      break;
    Instruction Inst = D.decode(Bytes, At);
    if (Inst.Kind == Instruction::Jump) {
      if (isFailPath(I, Inst.Target)) {
        Result = Record;
        Out.FailPaths.push_back(Inst.Target);
        break;
      }
      At = Inst.Target;
      continue;
    }
    if (Inst.Kind != Instruction::Other && Inst.Kind != Instruction::PushImmediate &&
        Inst.Kind != Instruction::Padding)
      break;
    for (uint64_t Constant : Inst.Constants)
      if (IsRecord.count(Constant))
        Record = Constant;
    At += Inst.Size;
  }
  Tails[Address] = Result;
  return Result;
}

std::optional<Search::Stub> Search::stubAt(uint64_t Address) {
  if (auto It = Stubs.find(Address); It != Stubs.end())
    return It->second;
  std::optional<Stub> Result;
  ArrayRef<uint8_t> Bytes = I.bytesAt(Address);
  // cmp %rsp, N(%rsp); je over a ud2: the stack pointer is right.
  if (Bytes.size() > 12 && Bytes[0] == 0x48 && Bytes[1] == 0x39 && Bytes[3] == 0x24) {
    Instruction Compare = D.decode(Bytes, Address);
    ArrayRef<uint8_t> Behind = Bytes.drop_front(Compare.Size);
    static const uint8_t Over[] = {0x74, 0x02, 0x0f, 0x0b};
    if (Behind.size() > sizeof(Over) && Behind.take_front(sizeof(Over)) == ArrayRef(Over))
      return Stubs[Address] = stubAt(Address + Compare.Size + sizeof(Over));
  }
  // lea -136(%rsp), %rsp: room for the way back to what can be repaired.
  static const uint8_t Room[] = {0x48, 0x8d, 0xa4, 0x24, 0x78, 0xff, 0xff, 0xff};
  uint64_t At = Address;
  if (Bytes.size() > sizeof(Room) && Bytes.take_front(sizeof(Room)) == ArrayRef(Room)) {
    At += sizeof(Room);
    Bytes = Bytes.drop_front(sizeof(Room));
  }
  // Ask the decoder only about what can be a push: nearly no jump is a check's.
  if (!Bytes.empty() && (Bytes[0] == 0x6a || Bytes[0] == 0x68)) {
    Instruction Push = D.decode(Bytes, At);
    if (Push.Kind == Instruction::PushImmediate)
      if (auto Record = followTail(At + Push.Size))
        Result = Stub{static_cast<int64_t>(Push.Target) &
                          ~int64_t(CRIT_SITE_RECOVERABLE),
                      *Record};
  }
  Stubs[Address] = Result;
  return Result;
}

/// Where a jump to Address ends up if there is only another jump.
uint64_t Search::throughJump(uint64_t Address) {
  ArrayRef<uint8_t> Bytes = I.bytesAt(Address);
  if (Bytes.empty() || (Bytes[0] != 0xe9 && Bytes[0] != 0xeb))
    return Address;
  Instruction Inst = D.decode(Bytes, Address);
  return Inst.Kind == Instruction::Jump ? Inst.Target : Address;
}

std::optional<Search::Stub> Search::failsAt(const Instruction &Before,
                                            const Instruction &Inst,
                                            uint64_t Address) {
  bool Decided = Before.Kind == Instruction::ConditionalJump;
  if (Inst.Kind == Instruction::ConditionalJump ||
      (Inst.Kind == Instruction::Jump && Decided))
    return stubAt(throughJump(Inst.Target));
  if (Inst.Kind == Instruction::PushImmediate && Decided)
    return stubAt(Address);
  return std::nullopt;
}

void Search::sweep(const Section &S) {
  static const uint8_t Ud2[] = {0x0f, 0x0b};
  const ArrayRef<uint8_t> Trap(Ud2);
  auto Start = std::lower_bound(Starts.begin(), Starts.end(), S.Address);
  Instruction Before, Earlier;
  for (uint64_t Offset = 0; Offset < S.Bytes.size();) {
    uint64_t Address = S.Address + Offset;
    while (Start != Starts.end() && *Start <= Address)
      ++Start;
    Instruction Inst = D.decode(S.Bytes.drop_front(Offset), Address);
    // ud2 where a stub has compared the stack pointer again.
    if (Before.Kind == Instruction::ConditionalJump &&
        S.Bytes.drop_front(Offset).take_front(Trap.size()) == Trap) {
      Offset += Trap.size();
      continue;
    }
    // Data between functions can look like the head of an instruction that
    // reaches into the next one.
    if (Start != Starts.end() && Address + Inst.Size > *Start)
      Inst.Size = *Start - Address;
    else if (auto Found = failsAt(Before, Inst, Address)) {
      const Instruction &Test =
          Inst.Kind == Instruction::ConditionalJump ? Before : Earlier;
      FoundSite Site;
      Site.Jump = Address;
      Site.Index = Found->Index;
      Site.Compared = Test.Kind == Instruction::Compare;
      Site.A = Test.A;
      Site.B = Test.B;
      Out.ByRecord[Found->Record].push_back(Site);
    }
    Offset += Inst.Size;
    Earlier = std::move(Before);
    Before = std::move(Inst);
  }
}

CodeSites findSites(const Image &I, const Disassembler &D,
                    ArrayRef<uint64_t> Starts, ArrayRef<Record> Records) {
  CodeSites Result = Search(I, D, Starts, Records).run();
  llvm::sort(Result.FailPaths);
  Result.FailPaths.erase(
      std::unique(Result.FailPaths.begin(), Result.FailPaths.end()),
      Result.FailPaths.end());
  return Result;
}

static std::string siteName(const Record &R, uint64_t Index) {
  const Site &S = R.Sites[Index];
  std::string Result = "check " + utostr(Index) + " (" +
                       checkName(S.Kind).str();
  if (S.Line)
    Result += ", line " + utostr(S.Line);
  return Result + ")";
}

static bool samePair(const Site &S, const FoundSite &F) {
  return (S.Master == F.A && S.Shadow == F.B) ||
         (S.Master == F.B && S.Shadow == F.A);
}

std::vector<std::string> compareSites(const Record &R,
                                      ArrayRef<FoundSite> Found) {
  std::vector<std::string> Result;
  std::vector<bool> Seen(R.Sites.size());
  for (const FoundSite &F : Found) {
    std::string At = " at 0x" + utohexstr(F.Jump, /*LowerCase=*/true);
    if (F.Index < 0 || static_cast<uint64_t>(F.Index) >= R.Sites.size()) {
      Result.push_back("code" + At + " reports check " + itostr(F.Index) +
                       ", the record has " + utostr(R.Sites.size()));
      continue;
    }
    Seen[F.Index] = true;
    const Site &S = R.Sites[F.Index];
    if (F.Compared && F.A == F.B)
      Result.push_back(siteName(R, F.Index) + At +
                       " compares a register with itself");
    else if (F.Compared && S.Master < 16 && S.Shadow < 16 && !samePair(S, F))
      Result.push_back(siteName(R, F.Index) + At +
                       " compares other registers than recorded");
  }
  for (size_t I = 0; I < Seen.size(); ++I)
    if (!Seen[I])
      Result.push_back(siteName(R, I) + " is not in the code");
  return Result;
}

} // namespace crit::audit
