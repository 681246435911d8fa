"""Checks crit-audit --json --functions on stdin against docs/crit-audit.md.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""

import json
import sys

report = json.load(sys.stdin)
assert report["version"] == 1 and report["errors"] == []
assert [f["kind"] for f in report["files"]] == ["linked", "object"]
for file in report["files"]:
    assert file["hardened"] is True and file["stripped"] is False
    functions, size = file["functions"], file["bytes"]
    assert functions["total"] == sum(
        functions[k] for k in ("none", "ilr", "haft", "delta", "no_record")
    )
    assert functions["ilr"] > 0 and functions["none"] == 1
    assert 0 < size["protected"] < size["code"]
    assert all(v >= 0 for v in file["instructions"].values())
    checks = file["checks"]
    assert checks["recorded"] == sum(checks["kinds"].values()) > 0
    assert checks["found"] >= checks["recorded"]
    assert file["bounds"] == {"functions": 0, "strict": 0, "checks": 0, "unchecked": 0}
    assert file["mismatches"] == [] and file["missing"] == []
    listed = file["function_list"]
    assert len(listed) == functions["total"] + functions["start_up"]
    assert sum(f["bytes"] for f in listed if f["protection"] == "ilr") == size["protected"]
    main = [f for f in listed if f["name"] == "main"][0]
    assert main["protection"] == "ilr" and main["checks"] > 0
    assert main["checks_found"] >= main["checks"]
    assert any(f.endswith("program.cpp") for f in main["files"]), main
    assert main["reasons"] is not None
    trusted = [f for f in listed if f["demangled"] == "trusted(int)"][0]
    assert trusted["protection"] == "none" and trusted["reasons"] == {"policy": 0}
