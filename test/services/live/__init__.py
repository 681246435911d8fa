# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Faults in live servers under traffic whose every reply is known beforehand."""
