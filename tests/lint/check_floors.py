#!/usr/bin/env python3
"""The shape of the house: who may include whom, and what no file may hold.

usage: tests/lint/check_floors.py [--cc "CC FLAGS"]

One TAP line a rule; what breaks it is listed above as file:line: what. With
--cc each header is also compiled alone.
"""
import argparse
import concurrent.futures
import pathlib
import re
import shlex
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent

FLOOR = {
    "base": 1, "loop": 2,
    "model": 3, "trust": 3, "store": 3, "net": 3,
    "journal": 4, "desk": 5, "exchange": 5,
    "cli": 6, "console": 6, "main": 7,
}

# Rooms beside the floors' order: the model does no input or output.
NOT_FROM = {("model", "loop")}

# Headers from outside that only some rooms may see: first match decides.
OUTSIDE = [
    (r"(n?curses\w*/)?(n?curses\w*|panel|term|termcap)\.h$", {"console"}),
    (r"(glib|pinyin|libpinyin)", {"console"}),
    (r"(pango|cairo)", {"desk"}),
    (r"libical/", {"desk"}),
    (r"nghttp2/", {"net"}),
    (r"openssl/(ssl\w*|tls1|dtls1|quic)\.h$", {"net"}),
    (r"openssl/", {"trust", "net"}),
    (r"sqlite3\w*\.h$", {"store"}),
    (r"uv\.h$", {"loop", "net", "exchange", "desk", "cli", "console", "main"}),
    (r"(pthread|threads)\.h$", {"loop"}),
    (r"(seccomp|linux/(seccomp|landlock))\.h$", {"base"}),
    (r"cmocka", set()),
]

GENERATED = {"base/assets.inc": {"base"}, "src/store/sql.inc": {"store"},
             "src/base/assets.inc": {"base"}, "config.h": None}

SQL = re.compile(r"""
    \bselect\s[^;]*\bfrom\s | \binsert\s+(or\s+\w+\s+)?into\s
    | \bupdate\s+\w+\s+set\s | \bdelete\s+from\s
    | \bcreate\s+(temp\w*\s+|virtual\s+|unique\s+)?(table|index|trigger|view)\s
    | \bdrop\s+(table|index|trigger|view)\s | ^\s*pragma\s+\w+
    | ^\s*(begin|savepoint|commit|rollback|end)(\s+(immediate|exclusive|
        transaction))?\s*;?\s*$ (?# case matters: see sql_text)
    | \battach\s+(database\s)?.*\sas\s | \bvacuum\s+into\s
    """, re.X | re.I)

BANNED = re.compile(
    r"(?<![.>\w])(v?sprintf|strcpy|strcat|strtok(_r)?|stpcpy|ato[ifl]l?|gets|system|"
    r"alloca|popen|exec[lv]p?e?|fexecve|tmpnam|mktemp|tempnam|s?rand|random|"
    r"asctime|ctime|gmtime|localtime|strerror_l|setjmp|longjmp)\s*\(")
CLOCK = re.compile(r"(?<![.>\w])(time|gettimeofday|clock_gettime|getrandom|getentropy|"
                   r"RAND_bytes|RAND_priv_bytes|arc4random\w*)\s*\(")
EXIT = re.compile(r"(?<!_)\bexit\s*\(")
BAD_NAMES = {"util", "utils", "misc", "common", "helper", "helpers"}
FILE_WARN, FILE_MAX = 500, 600
FUNCTION_WARN, FUNCTION_MAX = 70, 90
PARAMETERS_WARN, PARAMETERS_MAX = 6, 8

STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'
                   r"'(?:\\.|[^'\\\n])*'", re.S)


class File:
    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(TOP))
        self.text = path.read_text(encoding="utf-8")
        self.header = path.suffix == ".h"
        part = self.name.split("/")
        self.room = "main" if self.name == "src/main.c" else part[1]
        self.public = part[0] == "include"
        self.line_comments = []
        self.code = TOKEN.sub(self._blank, self.text)
        self.no_comments = TOKEN.sub(
            lambda m: self._spaces(m) if m.group()[0] == "/" else m.group(),
            self.text)

    @staticmethod
    def _spaces(m):
        return re.sub(r"[^\n]", " ", m.group())

    def _blank(self, m):
        if m.group().startswith("//"):
            self.line_comments.append(self.line(m.start()))
        return self._spaces(m)

    def line(self, at):
        return self.text.count("\n", 0, at) + 1

    def includes(self):
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]',
                             self.no_comments, re.M):
            yield self.line(m.start()), m.group(1) == '"', m.group(2)

    def functions(self):
        """(line, name, parameters, lines) of each function defined here."""
        lines = self.code.split("\n")
        for i, text in enumerate(lines):
            m = re.match(r"([a-z_]\w*)\(", text)
            if not m:
                continue
            body = i
            while body < len(lines) and lines[body] != "{":
                if lines[body].rstrip().endswith(";"):
                    break
                body += 1
            if body >= len(lines) or lines[body] != "{":
                continue
            end = body
            while end < len(lines) and not lines[end].startswith("}"):
                end += 1
            head = " ".join(lines[i:body])
            inner = head[head.index("(") + 1:head.rindex(")")]
            depth = n = 0
            for c in inner:
                depth += (c == "(") - (c == ")")
                n += c == "," and depth == 0
            yield i + 1, m.group(1), n + 1, end - i + 1


def check_includes(f, out):
    mine = FLOOR[f.room]
    for line, quoted, name in f.includes():
        where = f"{f.name}:{line}"
        if not quoted:
            for pattern, rooms in OUTSIDE:
                if re.match(pattern, name):
                    if f.room not in rooms:
                        out.append(f"{where}: <{name}> is not for {f.room}")
                    break
            continue
        if name in GENERATED:
            rooms = GENERATED[name]
            if rooms is not None and f.room not in rooms:
                out.append(f"{where}: {name} is not for {f.room}")
            continue
        if "/" not in name:
            if not (f.path.parent / name).exists():
                out.append(f"{where}: no {name} beside this file")
            elif f.public:
                out.append(f"{where}: a public header includes by room/name")
            continue
        room = name.split("/")[0]
        if room not in FLOOR:
            out.append(f"{where}: {name}: no room {room}")
        elif (f.room, room) in NOT_FROM or (
                room != f.room and FLOOR[room] >= mine):
            out.append(f"{where}: {f.room} may not include {room} ({name})")
        elif not (TOP / "include" / name).exists() and not (
                room == f.room and not f.public
                and (TOP / "src" / name).exists()):
            out.append(f"{where}: no include/{name}")


def sql_text(literal):
    m = SQL.search(literal)
    if not m:
        return False
    word = m.group().split()[0].rstrip(";")
    # a lone begin, end or commit in small letters is a word like any other
    return word.upper() not in ("BEGIN", "END", "COMMIT", "ROLLBACK",
                                "SAVEPOINT") or word.isupper()


def check_sql(f, out):
    for m in STRING.finditer(f.no_comments):
        if sql_text(m.group()[1:-1]):
            out.append(f"{f.name}:{f.line(m.start())}: SQL text belongs in db/:"
                       f" {m.group()[:50]}")


def check_words(f, out):
    for m in BANNED.finditer(f.code):
        out.append(f"{f.name}:{f.line(m.start())}: {m.group(1)} is not used")
    if f.room != "base":
        for m in CLOCK.finditer(f.code):
            out.append(f"{f.name}:{f.line(m.start())}: {m.group(1)}: clock and"
                       " random come through base/env.h")
    if f.room != "main":
        for m in EXIT.finditer(f.code):
            out.append(f"{f.name}:{f.line(m.start())}: only main exits")


def check_style(f, out):
    for line in f.line_comments:
        out.append(f"{f.name}:{line}: // comment")
    for m in re.finditer(r"\b(TODO|FIXME|XXX)\b", f.text):
        out.append(f"{f.name}:{f.line(m.start())}: {m.group()} left behind")
    if f.header and "#pragma once" not in f.text:
        out.append(f"{f.name}:1: no #pragma once")
    if f.path.stem in BAD_NAMES:
        out.append(f"{f.name}:1: a file is named for its one noun")


def check_size(f, out, warn):
    lines = f.text.count("\n")
    if lines > FILE_WARN:
        (out if lines > FILE_MAX else warn).append(
            f"{f.name}:1: {lines} lines")
    for line, name, parameters, length in f.functions():
        if length > FUNCTION_WARN:
            (out if length > FUNCTION_MAX else warn).append(
                f"{f.name}:{line}: {name} has {length} lines")
        if parameters > PARAMETERS_WARN:
            (out if parameters > PARAMETERS_MAX else warn).append(
                f"{f.name}:{line}: {name} has {parameters} parameters")


def compile_alone(cc, f):
    name = (str(f.path.relative_to(TOP / "include")) if f.public
            else f.name[len("src/"):])
    p = subprocess.run(cc + ["-fsyntax-only", "-x", "c", "-"],
                       input=f'#include "{name}"\n', text=True,
                       capture_output=True)
    return [] if p.returncode == 0 else [
        f"{f.name}:1: does not compile alone\n" + p.stderr]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cc")
    args = ap.parse_args()
    files = []
    rooms = []
    for root in ("src", "include"):
        for path in sorted((TOP / root).rglob("*.[ch]")):
            f = File(path)
            if f.room not in FLOOR or len(
                    path.relative_to(TOP).parts) > 3:
                rooms.append(f"{f.name}:1: no such room: {f.room}")
            else:
                files.append(f)

    warnings = []
    rules = [("every file is in a room", rooms)]
    for text, check in (
            ("includes only go down, outside headers stay in their rooms",
             check_includes),
            ("no SQL text outside db/", check_sql),
            ("no banned function, clock, random or exit", check_words),
            ("comments, guards and file names", check_style)):
        out = []
        for f in files:
            check(f, out)
        rules.append((text, out))
    out = []
    for f in files:
        check_size(f, out, warnings)
    rules.append((f"files to {FILE_MAX} lines, functions to {FUNCTION_MAX}, "
                  f"parameters to {PARAMETERS_MAX}", out))
    if args.cc:
        cc = shlex.split(args.cc)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            out = sum(pool.map(lambda f: compile_alone(cc, f),
                               [f for f in files if f.header]), [])
        rules.append(("each header compiles alone", out))

    for w in warnings:
        print(f"# long: {w}")
    bad = 0
    for n, (text, out) in enumerate(rules, 1):
        for line in out:
            print(line)
        print(f"{'not ok' if out else 'ok'} {n} - {text}")
        bad += bool(out)
    print(f"1..{len(rules)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
