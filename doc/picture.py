#!/usr/bin/env python3
"""Makes the pictures of README.md and doc/manual.zh.md from a real run: the
demo's five desks with traffic between them, consoles on one of them in tmux,
their screens drawn cell by cell, so that Chinese stands where the terminal put
it.

usage: doc/picture.py [--program ./deltadesk] [NAME ...]

NAME: console (doc/console.svg), or one of doc/pictures; all without one.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from html import escape

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests" / "support"))
from screen import Screen  # noqa: E402

WIDE = 124, 32  # columns and rows of README's picture
SMALL = 80, 24  # of the manual's
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


def quote(c):
    """One column in the terminal, two in most fonts of Chinese."""
    return c[0] in "“”‘’"


def text_run(run, key, y):
    """Characters of one look and one width: the run starts at its column and
    is as long as its columns, whatever font the reader has."""
    look, double, squeezed = key
    if squeezed:
        look += ' lengthAdjust="spacingAndGlyphs"'
    text = escape("".join(c for _, c in run))
    length = len(run) * CELL_W * (2 if double else 1)
    return (f'<text x="{PAD + run[0][0] * CELL_W}" y="{y + 15}" '
            f'font-size="{16 if double else 14}" textLength="{length}" '
            f'{look}>{text}</text>')


def svg(screen, size, title):
    width, height = size[0] * CELL_W + 2 * PAD, size[1] * CELL_H + 2 * PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
           f'height="{height}" viewBox="0 0 {width} {height}" '
           f'font-family="{FONTS}">',
           f'<title>deltadesk: {escape(title)}</title>',
           f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>']
    look = plain()
    for row, line in enumerate(screen.split("\n")[:size[1]]):
        y = PAD + row * CELL_H
        run, key = [], None
        for x, c, seen in cells(line, look) + [(0, None, None)]:
            if c in LINES:
                out.append(draw_line(c, PAD + x * CELL_W, y))
            new = None
            if c is not None and c not in LINES and c != " ":
                new = (style(seen), wide(c), quote(c))
            if run and (new != key or x != run[-1][0] + 1 + key[1]):
                out.append(text_run(run, key, y))
                run = []
            if new:
                run.append((x, c))
            key = new
    out.append("</svg>")
    return "\n".join(out) + "\n"


# --- what is pictured --------------------------------------------------------

class Run:
    """The demo's desks, kept in a folder of their own for the pictures."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.TemporaryDirectory(prefix="picture-")
        self.desk = pathlib.Path(self.folder.name) / "desks"
        subprocess.run([self.program, "demo", "--headless", "--keep",
                        str(self.desk)], check=True, capture_output=True)
        self.must("officer", "add", "shen", "沈审计", "--roles", "auditor")
        self.serving = subprocess.Popen(
            [self.program, "--desk", str(self.desk / "310105"), "serve"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.serving.stdout.readline()

    def must(self, *words, **more):
        return subprocess.run([self.program, "--desk",
                               str(self.desk / "310105"), *words], check=True,
                              capture_output=True, text=True, **more).stdout

    def console(self, officer="root", size=SMALL):
        s = Screen(self.program, "--desk", str(self.desk / "310105"),
                   "--officer", officer, cols=size[0], rows=size[1],
                   env={"LANG": "C.UTF-8"})
        s.wait("9 审计]" if officer == "shen" else "[1 值班", timeout=60)
        s.keys("Escape")              # the offer of the tour
        return s

    def close(self):
        self.serving.terminate()
        self.serving.wait(20)
        self.folder.cleanup()


def go(s, *steps):
    """Keys, each followed by what shows that it was taken."""
    for keys, part in zip(steps[::2], steps[1::2]):
        s.keys(*([keys] if isinstance(keys, str) else keys))
        s.wait(part, timeout=20)


def duty(run):
    s = run.console()
    s.wait("待签收")
    return s


def detail(run):
    s = duty(run)
    go(s, "Enter", "可办:")
    return s


def form(run):
    s = run.console()
    go(s, "2", "[2 ", "c", "[新建")
    s.type("hz")
    s.wait("杭州")
    s.keys("Enter")
    for _ in range(40):
        if any(x.startswith(">") and "标题" in x
               for x in s.text().split("\n")):
            break
        s.keys("Tab")
        time.sleep(0.2)
    s.keys("C-p")
    time.sleep(0.5)
    s.type("jiamaoyundongxie")
    time.sleep(1)
    return s


def calendar(run):
    s = run.console()
    go(s, "C", "周")
    return s


def statistics(run):
    s = run.console()
    go(s, "8", "[8 统计]", "Tab", "按 种类")
    return s


def moves(run):
    s = detail(run)
    go(s, "m", "1 ")
    return s


def search(run):
    s = run.console()
    go(s, "2", "[2 ", "f", "筛选 (")
    s.type("状态=待签收 百合")
    time.sleep(1.5)
    return s


def help_(run):
    s = run.console()
    go(s, "?", "本页按键")
    return s


def audit(run):
    return run.console("shen")


def shift(run):
    s = run.console()
    go(s, "H", "值班")
    return s


def lock(run):
    run.must("officer", "pin", input="13579246\n13579246\n")
    s = run.console()
    go(s, "L", "锁")
    return s


PICTURES = {
    "duty": (duty, "值班台"),
    "detail": (detail, "线索详情"),
    "moves": (moves, "可办事项"),
    "search": (search, "筛选"),
    "calendar": (calendar, "日程"),
    "statistics": (statistics, "统计"),
    "audit": (audit, "审计"),
    "shift": (shift, "值班与交接"),
    "help": (help_, "按键帮助"),
    "lock": (lock, "锁屏"),
    "form": (form, "拟稿, 拼音输入"),  # last: it leaves a draft
}

# of the night shift of tests/console/night_shift.py, at the step that shows it
NIGHT = {
    "peers": "对端, 一条断线",
    "conflict": "两人改同一栏",
    "handover": "交班单",
    "take": "逐项接班",
}


def night(program, names):
    with tempfile.TemporaryDirectory() as kept:
        subprocess.run(
            [sys.executable, TOP / "tests" / "console" / "night_shift.py"],
            check=True, stdout=subprocess.DEVNULL,
            env=dict(os.environ, PICTURES=kept,
                     DELTADESK=os.path.abspath(program),
                     PYTHONPATH=str(TOP / "tests" / "support")))
        for name in names:
            path = TOP / "doc" / "pictures" / f"{name}.svg"
            path.write_text(svg(pathlib.Path(kept, f"{name}.ansi").read_text(),
                                SMALL, NIGHT[name]), encoding="utf-8")
            print(f"{path} written")


def console_picture(program):
    """README's: a demo that goes on, some notices signed for."""
    s = Screen(os.path.abspath(program), "demo", cols=WIDE[0], rows=WIDE[1],
               env={"LANG": "C.UTF-8"})
    s.wait("[1 值班", timeout=120)
    for _ in range(3):                # some of them are signed for
        s.keys("s")
        s.wait("签收并分办")
        s.keys("Enter")
        s.wait("已签收, 分办给")
        s.keys("j")
    s.wait("按 a 跳到", timeout=30)
    time.sleep(1.0)                   # the preview has come
    return s


def put(path, s, size, title):
    time.sleep(0.5)
    path.parent.mkdir(exist_ok=True)
    path.write_text(svg(s.ansi(), size, title), encoding="utf-8")
    print(f"{path} written")
    s.close()


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--program", default=os.environ.get(
        "DELTADESK", str(TOP / "deltadesk")))
    ap.add_argument("names", nargs="*")
    args = ap.parse_args()
    names = args.names or ["console", *PICTURES, *NIGHT]
    if "console" in names:
        put(TOP / "doc" / "console.svg", console_picture(args.program), WIDE,
            "the duty list of one desk")
    if set(names) & set(NIGHT):
        night(args.program, [n for n in names if n in NIGHT])
    names = [n for n in names if n in PICTURES]
    if not names:
        return
    run = Run(args.program)
    try:
        for name in names:
            make, title = PICTURES[name]
            put(TOP / "doc" / "pictures" / f"{name}.svg", make(run), SMALL,
                title)
    finally:
        run.close()


if __name__ == "__main__":
    main()
