#!/usr/bin/env python3
"""Every C file is as clang-format would write it. One TAP line."""
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent

if not shutil.which("clang-format"):
    print("clang-format is missing: install the Debian package clang-format")
    print("not ok 1 - formatting")
    sys.exit(1)
files = [str(p.relative_to(TOP)) for root in ("src", "include", "tests")
         for p in sorted((TOP / root).rglob("*.[ch]"))]
p = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=TOP,
                   capture_output=True, text=True)
wrong = sorted({line.split(":")[0] for line in p.stderr.splitlines()
                if ": error: " in line})
for name in wrong:
    print(f"{name}:1: run clang-format -i on it")
print(f"{'not ok' if p.returncode else 'ok'} 1 - formatting of {len(files)}"
      " files")
print("1..1")
sys.exit(1 if p.returncode else 0)
