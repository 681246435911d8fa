# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the benchmark commands share: compilers, measuring, statistics."""
