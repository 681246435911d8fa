//===- Undef.h - give undefined bits a value -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_PASSES_UNDEF_H
#define CRIT_PASSES_UNDEF_H

namespace llvm {
class MachineFunction;
}

namespace crit {

/// A program may store or pass bits that mean nothing: padding, the upper half
/// of an any-extended integer, the other lanes of a float in a vector register.
/// LLVM leaves them to chance, and chance differs between two copies, which a
/// check would report as a fault. Replaces IMPLICIT_DEF by zero, any-extension
/// by zero-extension, and widening copies of scalars by moves that clear the
/// rest.
void defineUndefinedBits(llvm::MachineFunction &MF);

} // namespace crit
#endif
