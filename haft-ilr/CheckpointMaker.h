//===- CheckpointMaker.h - saves and landings of one function --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Checkpoint.cpp (slots written before a cut), UndoLog.cpp (stores that are
// taken back) and Landing.cpp (the way back) share; nobody else includes it.
//===----------------------------------------------------------------------===//
#ifndef CRIT_ILR_CHECKPOINTMAKER_H
#define CRIT_ILR_CHECKPOINTMAKER_H

#include "CheckPseudo.h"
#include "Checkpoint.h"
#include "X86Table.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include <vector>

namespace crit {

/// The beginning of one region.
struct Cut {
  unsigned Id = 0;
  llvm::MachineBasicBlock *Before = nullptr; ///< ends where the region begins
  llvm::MachineBasicBlock *Head = nullptr;
  llvm::MachineBasicBlock *Landing = nullptr;
  llvm::MachineInstr *SaveAt = nullptr; ///< null: at the end of Before
  bool Logs = false;    ///< stores of the region are in the undo log
  bool Commits = false; ///< the log may not be empty where the region begins
  llvm::BitVector Live;                       ///< registers, by index
  llvm::SmallVector<llvm::Register, 8> Merged; ///< what the region uses for Live; none:
                                               ///< it uses it not
  llvm::BitVector Carried; ///< of Live, what comes in registers (SlotValues.cpp)
  llvm::SmallVector<llvm::Register, 8> Save;  ///< masters
  llvm::DenseMap<llvm::Register, int> Other;  ///< in another slot than their own
};

class Checkpoints {
public:
  Checkpoints(llvm::MachineFunction &MF, Codec &C, ShadowLookup Shadow)
      : MF(MF), C(C), Shadow(Shadow), T(X86Table::get(MF)),
        MRI(MF.getRegInfo()), TRI(*MF.getSubtarget().getRegisterInfo()),
        TII(*MF.getSubtarget().getInstrInfo()) {}
  CheckpointStats run();

private:
  llvm::MachineBasicBlock *splitBefore(llvm::MachineBasicBlock::iterator I);
  void split();
  void splitLoops();
  unsigned mostBetweenCuts();
  void makeLog();
  void logEntry(llvm::MachineInstr &Store,
                llvm::MachineBasicBlock::iterator At,
                llvm::MachineBasicBlock::iterator Then, llvm::Register Place,
                int Distance, unsigned N, llvm::Register Entry, unsigned Offset);
  llvm::Register logStore(llvm::MachineInstr &Marker, unsigned Size,
                          llvm::Register Entry, unsigned &Offset, bool Ends);
  unsigned plainSize(
      llvm::ArrayRef<std::pair<llvm::MachineInstr *, unsigned>> Stores);
  using AtInstr = llvm::DenseMap<llvm::MachineInstr *, llvm::Register>;
  void connectLog(const AtInstr &Readers, const AtInstr &Defs);
  void fixPositions(llvm::ArrayRef<llvm::MachineInstr *> Zeros);
  void findLogged();
  void emptyLog(llvm::MachineBasicBlock &MBB,
                llvm::MachineBasicBlock::iterator At);
  llvm::MachineInstrBuilder inLog(const llvm::MachineInstrBuilder &B,
                                  unsigned Offset, llvm::Register Entry);
  void findMasters();
  void computeLiveness(
      llvm::DenseMap<const llvm::MachineBasicBlock *, llvm::BitVector> &LiveIn,
      const llvm::SmallPtrSetImpl<const llvm::MachineBasicBlock *> &Ends);
  /// Regions that may be current, by id; 0 stands for none.
  void computeRegions();
  void step(llvm::BitVector &Now, const llvm::MachineInstr &MI) const;
  void chooseSaves();
  void makeTwins();
  void emitSaves();
  void save(Cut &K, llvm::Register Master, llvm::MachineBasicBlock &MBB,
            llvm::MachineBasicBlock::iterator At, int Slot);
  void markStack();
  bool checkStack(llvm::MachineBasicBlock &MBB,
                  llvm::MachineBasicBlock::iterator At);
  bool isStoredAsHalf(llvm::Register R);
  llvm::SmallVector<llvm::MachineInstr *, 3> adoption(llvm::Register Shadow,
                                                      llvm::Register Master);
  bool adoptFromSlot(Cut &K, llvm::Register Master, int Slot, bool Twin);
  void findCarried();
  void decideSlotValues();
  bool isCarried(const Cut &K, llvm::Register R) const;
  bool isUsed(const Cut &K, llvm::Register R) const;
  llvm::Register takeFromSlot(Cut &K, llvm::Register R,
                              llvm::MachineBasicBlock::iterator At);
  void makeLandings();
  void repairSsa();
  void assign();
  void makeDispatch(const llvm::BitVector &Ids);

  bool isConstant(llvm::Register R) const;
  llvm::Register masterOf(llvm::Register R) const {
    auto It = Masters.find(R);
    return It == Masters.end() ? R : It->second;
  }
  llvm::Register shadowOf(llvm::Register R) const {
    llvm::Register S = Shadow(R);
    return S != R && MRI.getVRegDef(S) ? S : llvm::Register();
  }
  int slotOf(llvm::Register Master);
  int newSlot(llvm::Register Master);
  llvm::MachineInstr *store(llvm::MachineBasicBlock &MBB,
                            llvm::MachineBasicBlock::iterator At,
                            llvm::Register R, int Slot);
  void load(llvm::MachineBasicBlock &MBB, llvm::MachineBasicBlock::iterator At,
            llvm::Register R, int Slot);
  void finishAccess(llvm::MachineInstr &MI, llvm::Register R, int Slot);

  llvm::MachineFunction &MF;
  Codec &C;
  ShadowLookup Shadow;
  const X86Table &T;
  llvm::MachineRegisterInfo &MRI;
  const llvm::TargetRegisterInfo &TRI;
  const llvm::TargetInstrInfo &TII;
  std::vector<Cut> Cuts; ///< Cuts[I].Id == I + 1
  llvm::DenseMap<llvm::Register, llvm::Register> Masters; ///< shadow -> master
  llvm::DenseMap<llvm::Register, int> Slots;
  llvm::DenseMap<const llvm::MachineBasicBlock *, llvm::BitVector> LiveIn,
      RegionIn;
  /// Regions take what they use from the slots (SlotValues.cpp); by block, what that is.
  bool InSlots = false;
  llvm::DenseMap<const llvm::MachineBasicBlock *, llvm::BitVector> UsedIn;
  UndoLog Log;
  llvm::SmallVector<llvm::MachineInstr *, 4> Full; ///< jumps if it is not
  int Mark = -1; ///< slot that holds the stack pointer
  CheckpointStats Stats;
};

} // namespace crit
#endif
