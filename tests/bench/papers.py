"""Papers of 500 goods, the whole command: its bound is 300 ms a page."""
import json
import re
import time

import world
from table import row, within


def run():
    folder = world.new_folder() / "desk"
    world.program(folder, "init", "310105")
    for rows, name in ((500, "500 rows"), (1, "one row")):
        doc = draft(folder, rows)
        for form in ("pdf", "text"):
            row(f"print, {form}, a page, {name}", "ms",
                [a_page(folder, doc, form) for _ in range(5)],
                goal=within(300))


def draft(folder, rows):
    fields = folder.parent / "fields.json"
    fields.write_text(json.dumps({
        "title": "关于某案的通报", "facts": "事实。" * 400,
        "goods": [{"name": f"商品{i}", "value_yuan": i}
                  for i in range(rows)]}))
    return world.program(folder, "new", "clue", "--to", "330100", "--draft",
                         "--file", fields).split()[-1]


def a_page(folder, doc, form):
    words = ["--pdf", folder.parent / "x.pdf"] if form == "pdf" \
        else ["--lines", "66"]
    start = time.monotonic()
    out = world.program(folder, "print", doc, *words)
    took = (time.monotonic() - start) * 1000
    pages = int(re.search(r"(\d+)\D*$", out).group(1)) if form == "pdf" \
        else out.count("\n") // 66
    return took / pages
