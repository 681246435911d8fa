//===- Functions.cpp - every function of an image -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Functions.h"

#include "Disassembler.h"
#include "Sites.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <algorithm>

using namespace llvm;

namespace crit::audit {

// crt1.o, crti.o, crtbegin.o and libc_nonshared.a: linked into every program,
// compiled with the C library.
static bool isStartUpName(StringRef Name) {
  static const StringSet<> Names{
      "_start",          "_init",
      "_fini",           "_dl_relocate_static_pie",
      "frame_dummy",     "deregister_tm_clones",
      "register_tm_clones", "__do_global_dtors_aux",
      "__libc_csu_init", "__libc_csu_fini",
      "atexit",          "at_quick_exit",
      "__stack_chk_fail_local", "__pthread_atfork",
      "pthread_atfork",
      // haft-ilr/ThreadStacks.cpp
      "__crit_thread_create", "__crit_thread_start", "__crit_thread_end",
      "__crit_thread_large",
      // boundless/Globals.cpp
      "__crit_boundless_guard", "__crit_boundless_globals",
      "__crit_boundless_globals_end",
  };
  return Names.contains(Name);
}

bool isRuntime(const Image &I, uint64_t Address) {
  const Section *S = I.sectionAt(Address);
  return S && S->Name == CRIT_RUNTIME_SECTION;
}

// Sections the linker or the start-up files make.
static bool isStartUpSection(StringRef Name) {
  return Name.starts_with(".plt") || Name == ".iplt" || Name == ".init" ||
         Name == ".fini" || Name == CRIT_RUNTIME_SECTION;
}

// "f.cold", "f.cold.1", "f.__part.3", "f.part.0": machine code moved away.
static StringRef parentName(StringRef Name) {
  for (StringRef Mark : {".cold", ".__part.", ".eh"})
    if (size_t At = Name.rfind(Mark); At != StringRef::npos && At > 0)
      return Name.take_front(At);
  return {};
}

namespace {
class Finder {
public:
  Finder(const Image &I, const Disassembler &D, ArrayRef<Record> Records)
      : I(I), D(D), Records(Records) {}
  Expected<std::vector<Function>> run();

private:
  void addSymbols();
  void addFrames();
  Error addRecords();
  void limitSizes();
  void addGaps();
  void addGap(const Section &S, uint64_t From, uint64_t To);
  void joinColdParts();
  void classify(Function &F) const;
  bool isNamelessStartUp(const Function &F) const;
  Function *functionAt(uint64_t Address);
  void insert(uint64_t Address, uint64_t Size, StringRef Name);

  const Image &I;
  const Disassembler &D;
  ArrayRef<Record> Records;
  std::map<uint64_t, Function> Found;
};
} // namespace

Function *Finder::functionAt(uint64_t Address) {
  auto It = Found.upper_bound(Address);
  if (It == Found.begin())
    return nullptr;
  Function &F = std::prev(It)->second;
  const Section *S = I.sectionAt(F.Address);
  bool Inside = F.Size ? Address < F.end() : S && Address < S->end();
  return Inside ? &F : nullptr;
}

void Finder::insert(uint64_t Address, uint64_t Size, StringRef Name) {
  Function &F = Found[Address];
  F.Address = Address;
  F.Size = std::max(F.Size, Size);
  if (F.Name.empty() || isStartUpName(Name))
    F.Name = Name.str();
}

void Finder::addSymbols() {
  for (const Symbol &S : I.symbols())
    if (S.Function || !StringRef(S.Name).starts_with(".L"))
      insert(S.Address, S.Size, S.Name);
}

void Finder::addFrames() {
  for (const Extent &E : readFrames(I)) {
    const Section *S = I.sectionAt(E.Address);
    if (isStartUpSection(S->Name))
      continue;
    if (Function *F = functionAt(E.Address)) {
      if (F->Address != E.Address && F->Size)
        continue;
      if (F->Address == E.Address) {
        F->Size = std::max(F->Size, E.Size);
        continue;
      }
    }
    insert(E.Address, E.Size, "");
  }
}

Error Finder::addRecords() {
  for (const Record &R : Records) {
    const Section *S = I.sectionAt(R.Code);
    if (!S || !S->Code)
      return createStringError("damaged section " CRIT_RECORD_SECTION
                               ": the record of '" +
                               R.Name + "' points outside the code");
    Function *F = functionAt(R.Code);
    if (!F) {
      insert(R.Code, 0, R.Name);
      F = &Found[R.Code];
    }
    if (F->Name.empty() || !F->Rec) {
      F->Name = R.Name;
      F->Rec = &R;
      F->Kind = Function::Recorded;
    }
  }
  return Error::success();
}

void Finder::limitSizes() {
  for (auto It = Found.begin(); It != Found.end(); ++It) {
    Function &F = It->second;
    const Section *S = I.sectionAt(F.Address);
    uint64_t Limit = S->end();
    if (auto Next = std::next(It); Next != Found.end())
      Limit = std::min(Limit, Next->first);
    if (!F.Size || F.end() > Limit || F.end() < F.Address)
      F.Size = Limit - F.Address;
  }
}

// A gap counts if anything in it is not padding: nop, int3 or zero bytes.
void Finder::addGap(const Section &S, uint64_t From, uint64_t To) {
  ArrayRef<uint8_t> Bytes = I.bytesAt(From);
  Bytes = Bytes.take_front(std::min<uint64_t>(Bytes.size(), To - From));
  while (!Bytes.empty()) {
    uint64_t Address = To - Bytes.size();
    if (Bytes[0] == 0) {
      Bytes = Bytes.drop_front();
      continue;
    }
    Instruction Inst = D.decode(Bytes, Address);
    if (Inst.Kind != Instruction::Padding)
      break;
    Bytes = Bytes.drop_front(Inst.Size);
  }
  if (Bytes.empty())
    return;
  uint64_t Address = To - Bytes.size();
  std::string Name = isStartUpSection(S.Name)
                         ? S.Name
                         : "<code at 0x" + utohexstr(Address, true) + ">";
  insert(Address, Bytes.size(), Name);
}

void Finder::addGaps() {
  std::vector<Extent> Used;
  for (const auto &[Address, F] : Found)
    Used.push_back({Address, F.Size});
  size_t Next = 0;
  for (const Section &S : I.sections()) {
    if (!S.Code || S.Bytes.empty())
      continue;
    uint64_t At = S.Address;
    for (; Next < Used.size() && Used[Next].Address < S.end(); ++Next) {
      if (Used[Next].Address > At)
        addGap(S, At, Used[Next].Address);
      At = Used[Next].Address + Used[Next].Size;
    }
    if (At < S.end())
      addGap(S, At, S.end());
  }
}

void Finder::joinColdParts() {
  // Pieces of one function, the one with the record among them. Static
  // functions can share a name; their pieces lie together.
  StringMap<std::vector<std::pair<uint64_t, const Record *>>> ByName;
  auto WholeName = [](StringRef Name) {
    StringRef Parent = parentName(Name);
    return Parent.empty() ? Name : Parent;
  };
  for (const auto &[Address, F] : Found)
    if (F.Rec)
      ByName[WholeName(F.Name)].push_back({Address, F.Rec});
  for (auto &[Address, F] : Found) {
    auto It = ByName.find(WholeName(F.Name));
    if (F.Rec || It == ByName.end())
      continue;
    uint64_t Least = ~uint64_t(0);
    for (auto [At, Rec] : It->second) {
      // A function of that name with a record of its own needs no other's.
      bool Whole = parentName(F.Name).empty() && Rec->Name != F.Name;
      uint64_t Distance = At > Address ? At - Address : Address - At;
      if (Whole || Distance >= Least)
        continue;
      Least = Distance;
      F.Rec = Rec;
      F.Kind = Function::Recorded;
    }
  }
}

// In a stripped program: what crtbegin.o has behind _start, by its size and the
// first instructions of deregister_tm_clones, with and without PIE.
bool Finder::isNamelessStartUp(const Function &F) const {
  if (!StringRef(F.Name).starts_with("<") || F.Size > 256)
    return false;
  auto It = Found.find(F.Address);
  if (It == Found.begin())
    return false;
  const Function &Before = std::prev(It)->second;
  bool Follows = Before.Address == I.entry() ||
                 (Before.Kind == Function::StartUp && Before.Size <= 16 &&
                  StringRef(Before.Name).starts_with("<"));
  if (!Follows)
    return false;
  StringRef Bytes = toStringRef(I.bytesAt(F.Address));
  bool Pie = Bytes.starts_with("\x48\x8d\x3d") &&
             Bytes.drop_front(7).starts_with("\x48\x8d\x05");
  bool NoPie = Bytes.starts_with("\xb8") &&
               Bytes.drop_front(5).starts_with("\x48\x3d");
  // _dl_relocate_static_pie: a return.
  bool Return = F.Size <= 16 && (Bytes.starts_with("\xc3") ||
                                 Bytes.starts_with("\xf3\x0f\x1e\xfa\xc3"));
  return Pie || NoPie || Return;
}

void Finder::classify(Function &F) const {
  if (F.Name.empty())
    F.Name = "<code at 0x" + utohexstr(F.Address, true) + ">";
  if (F.Name == CRIT_FAIL_SYMBOL || isFailPath(I, F.Address)) {
    F.Kind = Function::FailPath;
    F.Name = CRIT_FAIL_SYMBOL;
    F.Rec = nullptr;
    return;
  }
  if (isRuntime(I, F.Address)) {
    F.Kind = Function::StartUp;
    return;
  }
  if (!F.Rec &&
      (isStartUpName(F.Name) || F.Address == I.entry() ||
       isStartUpSection(I.sectionAt(F.Address)->Name) || isNamelessStartUp(F)))
    F.Kind = Function::StartUp;
}

Expected<std::vector<Function>> Finder::run() {
  addSymbols();
  addFrames();
  if (Error E = addRecords())
    return std::move(E);
  limitSizes();
  addGaps();
  joinColdParts();
  std::vector<Function> Result;
  for (auto &[Address, F] : Found) {
    classify(F);
    Result.push_back(F);
  }
  return Result;
}

Expected<std::vector<Function>> findFunctions(const Image &I,
                                              const Disassembler &D,
                                              ArrayRef<Record> Records) {
  return Finder(I, D, Records).run();
}

} // namespace crit::audit
