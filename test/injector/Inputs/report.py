# Opens a report in a real browser, uses it, and looks at what is drawn.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import html
import json
import re
import subprocess
import sys

page, chromium = sys.argv[1:]
text = open(page).read()
assert not re.search(r'(src|href)=|url\(|@import|https?://(?!www\.w3\.org/2000/svg)', text), "the page needs something else"
data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])
# The same page with a visitor.
VISIT = """<script>
const errors = []; addEventListener("error", e => errors.push(e.message));
const column = t => [...document.querySelectorAll("#table th button")].findIndex(b => b.dataset.key === t);
const cells = t => [...document.querySelectorAll("#table tbody tr")].map(r => r.children[column(t)].textContent);
const seen = {bars: document.querySelectorAll("#bars rect").length, cells: document.querySelectorAll("#heat rect.cell").length, places: document.querySelectorAll("#where rect").length, rows: cells("id").length};
document.querySelector('#table button[data-key=register]').click(); seen.up = cells("register");
document.querySelector('#table button[data-key=register]').click(); seen.down = cells("register");
const box = document.getElementById("filter"); box.value = seen.up[0].toUpperCase(); box.dispatchEvent(new Event("input")); seen.filtered = cells("register").length; seen.found = document.getElementById("found").textContent; seen.replay = cells("replay")[0];
box.value = ""; box.dispatchEvent(new Event("input"));
const by = document.getElementById("dimension"); by.value = "line"; by.dispatchEvent(new Event("change")); seen.lines = document.getElementById("where").textContent;
const back = () => getComputedStyle(document.body).backgroundColor;
seen.before = back(); document.getElementById("theme").click(); seen.after = back(); seen.errors = errors; seen.empty = column("event");
document.body.replaceChildren(Object.assign(document.createElement("pre"), {id: "seen", textContent: JSON.stringify(seen)}));
</script>"""
open("visited.html", "w").write(text.replace("</body>", VISIT + "</body>"))
dom = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom",
                      "visited.html"], capture_output=True, text=True, timeout=240).stdout
seen = json.loads(html.unescape(re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)[1]))
sdc = sum(1 for c in data["campaigns"] for d in c["details"] if d["outcome"] == "sdc")
assert seen["errors"] == [], seen["errors"]
shown = sum(1 for c in data["campaigns"] for o in c["outcomes"] if o["count"])
assert seen["bars"] == shown, (seen["bars"], shown)
assert seen["cells"] > 0 and seen["cells"] % 64 == 0, seen["cells"]
assert seen["places"] > 0 and seen["rows"] == sdc > 0, (seen, sdc)
assert seen["up"] != seen["down"] and sorted(seen["up"]) == sorted(seen["down"]), "sorting"
assert 0 < seen["filtered"] < sdc and seen["found"].endswith(f"of {sdc}"), (seen["filtered"], sdc)
assert seen["replay"].startswith("crit-inject replay s.db 1."), seen["replay"]
assert "work.c:" in seen["lines"], seen["lines"]
assert seen["empty"] == -1, "a column nobody has anything in"
assert seen["before"] != seen["after"], "colour schemes"
# The picture is no empty sheet.
subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--screenshot=shot.png",
                "--window-size=1100,1500", page], capture_output=True, timeout=240, check=True)
assert len(open("shot.png", "rb").read()) > 30000
