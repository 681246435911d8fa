# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The services' own test suites, run on a built tree and judged."""
