#!/usr/bin/env python3
"""Puts into doc/manual.zh.md what is made: the tables of keys from the live
key map, the steps of the night shift from its script.

    doc/manual.py [--check] [PROGRAM]      default ./deltadesk

--check writes nothing and ends with 1 when the manual has drifted.
"""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
MANUAL = TOP / "doc" / "manual.zh.md"
NIGHT = TOP / "tests" / "console" / "night_shift.py"


def cell(text):
    return text.replace("|", "\\|")


def code(keys):
    """`k`, with the sign that a table's cell is divided by kept whole."""
    return " ".join(f"`{cell(k)}`" for k in keys.split()) if keys else ""


def key_tables(program):
    out = subprocess.run([program, "--lang", "zh", "keymap", "list", "--json"],
                         check=True, capture_output=True, text=True,
                         env=dict(os.environ, LANG="C.UTF-8")).stdout
    text, context = [], None
    for row in map(json.loads, out.splitlines()):
        if row["context"] != context:
            context = row["context"]
            text += ["", f"### {row['context_title']}", "",
                     "| 按键 | 名称 | 作用 |", "|---|---|---|"]
        text.append(f"| {code(row['keys'])} | {cell(row['label'])} "
                    f"| {cell(row['help'])} |")
    return "\n".join(text).strip()


def steps():
    """What the decorators of the script say: keys, does, sees, shell."""
    for node in ast.parse(NIGHT.read_text()).body:
        for deco in getattr(node, "decorator_list", []):
            if isinstance(deco, ast.Call) and deco.func.id == "step":
                words = [ast.literal_eval(x) for x in deco.args]
                yield [*words, ""][:4]


def setup():
    for node in ast.parse(NIGHT.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "SETUP":
            return "```sh\n" + ast.literal_eval(node.value) + "```"
    raise SystemExit("no SETUP in the script of the night")


def elsewhere():
    lines = ["```sh"]
    for i, (keys, does, sees, shell) in enumerate(steps(), 1):
        if shell:
            lines += [f"# {i} {re.split('[：；]', does)[0]}", shell]
    return "\n".join([*lines, "```"])


def night():
    rows = ["| 步 | 按键 | 做什么 | 看到什么 |", "|---|---|---|---|"]
    for i, (keys, does, sees, shell) in enumerate(steps(), 1):
        mark = f"▸ {keys}".strip() if shell else keys
        rows.append(f"| {i} | {cell(mark)} | {cell(does)} | {cell(sees)} |")
    return "\n".join(rows)


def put(text, name, made):
    return re.sub(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)",
                  lambda m: f"{m[1]}{made}\n{m[2]}", text, flags=re.S)


def main():
    words = [w for w in sys.argv[1:] if w != "--check"]
    program = os.path.abspath(words[0] if words else TOP / "deltadesk")
    old = MANUAL.read_text(encoding="utf-8")
    new = put(old, "keys", key_tables(program))
    for name, made in (("night", night()), ("setup", setup()),
                       ("elsewhere", elsewhere())):
        new = put(new, name, made)
    if "--check" not in sys.argv:
        MANUAL.write_text(new, encoding="utf-8")
    elif new != old:
        sys.exit("doc/manual.zh.md has drifted: run doc/manual.py")


main()
