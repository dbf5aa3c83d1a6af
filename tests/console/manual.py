#!/usr/bin/env python3
"""The officers' manual says what the program does: its tables of keys are the
live key map, its night shift is the script that is run, its pictures exist."""
import json
import subprocess
import sys

from tap import *

MANUAL = (TOP / "doc" / "manual.zh.md").read_text(encoding="utf-8")


@test
def its_made_parts_are_as_they_would_be_made():
    p = subprocess.run([sys.executable, str(TOP / "doc" / "manual.py"),
                        "--check", DELTADESK], capture_output=True, text=True)
    equal(p.returncode, 0, f"keys and night shift {p.stderr.strip()}")


@test
def every_key_stands_in_it():
    rows = [json.loads(x) for x in run(
        "--lang", "zh", "keymap", "list", "--json").stdout.splitlines()]
    ok(len(rows) > 80, f"{len(rows)} keys")
    equal([r["label"] for r in rows if f"| {r['label']} |" not in MANUAL], [],
          "by its name")
    equal(MANUAL.count("\n### ") >= len({r["context"] for r in rows}), True,
          "in the table of its page")


@test
def its_pictures():
    named = set(re.findall(r"\(pictures/([a-z]+\.svg)\)", MANUAL))
    there = {p.name for p in (TOP / "doc" / "pictures").glob("*.svg")}
    equal(named - there, set(), "each picture that it shows is there")
    equal(there - named, set(), "and each that is there is shown")


@test
def its_links():
    for name in re.findall(r"\]\(([a-z./]+\.md)\)", MANUAL):
        ok((TOP / "doc" / name).exists(), f"{name} is there")
    heads = {re.sub(r"[、，（）]", "", h).replace(" ", "-")
             for h in re.findall(r"^## (.+)$", MANUAL, re.M)}
    equal([a for a in re.findall(r"\]\(#([^)]+)\)", MANUAL)
           if a not in heads], [], "its contents lead somewhere")


main()
