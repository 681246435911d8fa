//===- Input.h - files the audit's tests start from -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef CRIT_TEST_AUDIT_INPUT_H
#define CRIT_TEST_AUDIT_INPUT_H

#include "llvm/Support/MemoryBuffer.h"
#include <string>

inline std::string readInput(const std::string &Name) {
  auto File = llvm::MemoryBuffer::getFile(AUDIT_INPUTS "/" + Name);
  return File ? (*File)->getBuffer().str() : std::string();
}

#endif
