#!/usr/bin/env python3
"""Makes doc/console.svg from a real run: the demo's five desks with traffic
between them, the console of one of them in tmux, its screen drawn cell by
cell, so that Chinese stands where the terminal put it.

usage: doc/picture.py [--program ./deltadesk] [--out doc/console.svg]
"""
import argparse
import os
import pathlib
import re
import sys
import time
import unicodedata
from html import escape

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests" / "support"))
from screen import Screen  # noqa: E402

COLS, ROWS = 124, 32
CELL_W, CELL_H, PAD = 8, 20, 12
COLOURS = {1: "#ff6b6b", 2: "#7bd88f", 3: "#f5c76e", 4: "#79b8ff",
           6: "#6fd3e0"}
BACK, FORE, FAINT, BRIGHT = "#14181d", "#c9d1d9", "#7d8590", "#ffffff"
FONTS = ("'Sarasa Mono SC','Noto Sans Mono CJK SC','Source Han Mono SC',"
         "'WenQuanYi Zen Hei Mono','SimSun',Menlo,Consolas,monospace")
# box drawing: which of left, right, up, down a cell's middle is joined to
LINES = {"─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu"}


def plain():
    return {"fg": None, "bold": False, "dim": False, "under": False}


def cells(line, look):
    """(column, character, look) of a row with its escape sequences; look
    goes on from the row before, as in what tmux gives."""
    x = 0
    out = []
    for part in re.split(r"(\x1b\[[0-9;]*m|\x0e|\x0f)", line):
        if part.startswith("\x1b["):
            for code in (part[2:-1] or "0").split(";"):
                n = int(code or 0)
                if n == 0:
                    look.update(plain())
                elif n == 1:
                    look["bold"] = True
                elif n == 2:
                    look["dim"] = True
                elif n == 4:
                    look["under"] = True
                elif n == 22:
                    look["bold"] = look["dim"] = False
                elif n == 24:
                    look["under"] = False
                elif 30 <= n <= 37:
                    look["fg"] = n - 30
                elif n == 39:
                    look["fg"] = None
            continue
        for c in part:
            if unicodedata.combining(c):
                if out:
                    out[-1] = (out[-1][0], out[-1][1] + c, out[-1][2])
                continue
            if c in "\x0e\x0f":
                continue
            out.append((x, c, dict(look)))
            x += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return out


def style(look):
    fill = FAINT if look["dim"] else BRIGHT if look["bold"] else FORE
    if look["fg"] is not None:
        fill = COLOURS.get(look["fg"], FORE)
    weight = ' font-weight="bold"' if look["bold"] else ""
    return f'fill="{fill}"{weight}'


def draw_line(c, x, y):
    mx, my = x + CELL_W / 2, y + CELL_H / 2
    to = {"l": (x, my), "r": (x + CELL_W, my), "u": (mx, y),
          "d": (mx, y + CELL_H)}
    path = "".join(f"M{mx:g} {my:g}L{to[d][0]:g} {to[d][1]:g}"
                   for d in LINES[c])
    return f'<path d="{path}" stroke="#586069" fill="none"/>'


def wide(c):
    return unicodedata.east_asian_width(c[0]) in "WF"


def text_run(run, key, y):
    """Characters of one look and one width: the run starts at its column and
    is as long as its columns, whatever font the reader has."""
    look, double = key
    text = escape("".join(c for _, c in run))
    length = len(run) * CELL_W * (2 if double else 1)
    return (f'<text x="{PAD + run[0][0] * CELL_W}" y="{y + 15}" '
            f'font-size="{16 if double else 14}" textLength="{length}" '
            f'{look}>{text}</text>')


def svg(screen):
    width, height = COLS * CELL_W + 2 * PAD, ROWS * CELL_H + 2 * PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
           f'height="{height}" viewBox="0 0 {width} {height}" '
           f'font-family="{FONTS}">',
           '<title>deltadesk: the duty list of one desk</title>',
           f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>']
    look = plain()
    for row, line in enumerate(screen.split("\n")[:ROWS]):
        y = PAD + row * CELL_H
        run, key = [], None
        for x, c, seen in cells(line, look) + [(0, None, None)]:
            if c in LINES:
                out.append(draw_line(c, PAD + x * CELL_W, y))
            new = None
            if c is not None and c not in LINES and c != " ":
                new = (style(seen), wide(c))
            if run and (new != key or x != run[-1][0] + 1 + key[1]):
                out.append(text_run(run, key, y))
                run = []
            if new:
                run.append((x, c))
            key = new
    out.append("</svg>")
    return "\n".join(out) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--program", default=os.environ.get(
        "DELTADESK", str(TOP / "deltadesk")))
    ap.add_argument("--out", default=str(TOP / "doc" / "console.svg"))
    args = ap.parse_args()
    s = Screen(os.path.abspath(args.program), "demo", cols=COLS, rows=ROWS,
               env={"LANG": "C.UTF-8"})
    s.wait("[1 值班]", timeout=120)
    for _ in range(3):                # some of them are signed for
        s.keys("s")
        s.wait("签收并分办")
        s.keys("Enter")
        s.wait("已签收, 分办给")
        s.keys("j")
    s.wait("按 a 跳到", timeout=30)
    time.sleep(1.0)                   # the preview has come
    text = s.ansi()
    s.close()
    pathlib.Path(args.out).write_text(svg(text), encoding="utf-8")
    print(f"{args.out} written")


if __name__ == "__main__":
    main()
