#!/usr/bin/env python3
"""Files of a document shown inside: text, a table, an image's size; bytes of a
peer reach the terminal as visible marks only; a copy leaves for the officer's
exchange folder alone."""
import struct

from tap import *
from screen import Screen


def shown(files, lang="zh", cols=80, rows=24):
    # a sanitizer keeps what is freed, which is no memory of the program's
    env = {"ASAN_OPTIONS": "quarantine_size_mb=0"}
    d = Desk("310105", listen=False)
    p = Desk("330100", listen=False)
    d.trust(p)
    folder = tmp("files")
    words = []
    for name, data in files:
        (folder / name).write_bytes(data)
        words += ["--attach", folder / name]
    d.must("new", "clue", "--to", "330100", "--set", "title=有附件", *words)
    s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, cols=cols,
               rows=rows, env=env)
    s.wait("[1 ")
    s.keys("2")
    s.wait("有附件")
    s.keys("Enter")
    s.wait("有附件")
    s.keys("f")
    return d, s


@test
def text_with_hostile_bytes():
    for cols, rows, lang in ((80, 24, "zh"), (160, 45, "en")):
        d, s = shown([("说明.txt",
                       "第一行\n".encode() + b"\x1b]0;evil\x07\xff\xfe end\n"
                       + "二\u202e三\n".encode())], lang, cols, rows)
        text = s.wait("第一行")
        contains(text, "<1B>]0;evil<07><FF><FE> end",
                 f"control bytes and bytes that are no text are marks {cols}")
        contains(text, "<U+202E>", "so is a bidi override")
        s.keys("q")
        s.wait(lambda t: "第一行" not in t)
        s.close()


@test
def gb18030_and_long_lines():
    d, s = shown([("gb.txt", "假冒箱包仓储".encode("gb18030") * 40
                   + b"\n" + "末行".encode("gb18030"))])
    text = s.wait("末行")
    contains(text, "GB18030", "the encoding is told")
    ok(sum("假冒箱包" in x for x in text.splitlines()) > 3,
       "a long line is wrapped", text)
    s.close()


@test
def a_table():
    rows = "编号,名称,数量\n" + "".join(
        f'{i},"包装箱, {"大" if i % 2 else "小"}号",{i * 3}\n'
        for i in range(500))
    d, s = shown([("面单.csv", rows.encode())])
    text = s.wait("包装箱, 小号")
    head = next(x for x in text.splitlines() if "编号" in x)
    row = next(x for x in text.splitlines() if "包装箱, 小号" in x)

    def col(line, part):
        return sum(2 if ord(c) > 0x2e80 else 1
                   for c in line[:line.index(part)])
    equal(col(row, "包装箱"), col(head, "名称"), "cells stand in columns")
    s.keys("G")
    text = s.wait("1497")
    contains(text, "编号", "the head of the table stays at the end")
    s.keys("k", "k")
    s.wait(lambda t: "1497" not in t)
    s.keys("Enter")
    s.wait('"包装箱, 小号"')
    ok(True, "Enter shows it as text")
    s.close()


@test
def a_big_file_is_read_in_parts():
    line = b"x" * 70 + b"\n"
    d, s = shown([("big.txt", b"first\n" + line * 400000 + b"last\n")])
    s.wait("first")
    pid = next(int(p) for p in os.listdir("/proc") if p.isdigit()
               and str(d.home).encode() in
               open(f"/proc/{p}/cmdline", "rb").read()
               and b"serve" not in open(f"/proc/{p}/cmdline", "rb").read()
               and b"tmux" not in open(f"/proc/{p}/cmdline", "rb").read()
               and os.readlink(f"/proc/{p}/exe").endswith("deltadesk"))

    def rss():
        return int(next(x for x in open(f"/proc/{pid}/status")
                        if x.startswith("VmRSS")).split()[1])
    before = rss()
    s.keys("G")
    s.wait("last")
    ok(rss() - before < 4000, "28 MB are not in memory",
       f"{before} -> {rss()} kB")
    s.keys("g", "g")
    s.wait("first")
    s.close()


@test
def images_and_a_copy():
    png = (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
           + b"\x08\x02\0\0\0" + b"\0" * 64)
    d, s = shown([("现场 图片.png", png), ("b.bin", b"\0\x01\x02" * 50)])
    s.wait("现场 图片.png")
    s.keys("1")
    text = s.wait("640 x 480")
    contains(text, "PNG", "kind and size of an image")
    s.keys("w")
    s.wait("已写出")
    copies = [p for p in (d.home / "files").rglob("*.png")]
    equal([p.read_bytes() for p in copies], [png],
          "the copy lies in the exchange folder")
    ok(" " not in copies[0].name, "under a clean name", copies[0].name)
    s.keys("w")
    wait_for(lambda: len(list((d.home / "files").rglob("*.png"))) == 2)
    ok(True, "a second copy replaces none")
    s.close()
    d.must("officer", "add", "aud", "审计", "--roles", "auditor")
    s = Screen(DELTADESK, "--desk", d.home, "--officer", "aud", "--lang",
               "en", cols=160)
    s.wait("现场_图片.png")
    ok(True, "and the trail has it")
    s.close()


main()
