#!/usr/bin/env python3
"""Chinese typed by pinyin, and picks by whole pinyin, without an input method."""
from tap import *
from screen import Screen


def form(d, lang="zh", **kw):
    s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, **kw)
    s.wait("[1 值班]" if lang == "zh" else "[1 duty]")
    s.keys("2", "c")
    s.wait("[新建 线索通报]" if lang == "zh" else "[new: clue notice]")
    s.keys("Tab", "Tab")             # to the title
    return s


def line(s, label):
    return next(l for l in s.text().splitlines() if label in l)


def whole_library(text):
    return "libpinyin" not in text


@test
def typed_by_pinyin():
    d = Desk("310105", listen=False)
    s = form(d)
    s.keys("C-p")
    full = whole_library(s.wait("拼音已开"))
    s.type("xianchangjiancha" if full else "xian")
    text = s.wait("1现场检查" if full else "1现")
    contains(text, "xian'chang'jian'cha" if full else "xian",
             "the syllables stand apart over the candidates")
    s.keys("1" if full else "Escape")
    if not full:
        s.keys("C-p", "C-p")
        s.wait("拼音已开")
    # a term of the desk by its initials comes before anything else
    s.type("xstb")
    s.wait("1线索通报")
    s.keys("Space")
    s.wait("线索通报")
    s.type(",3.5kg")
    s.keys("Enter")
    s.wait("，3.5kg")
    contains(line(s, "标题"), ("现场检查" if full else "") + "线索通报，3.5kg",
             "signs are Chinese, but not within a number; Enter keeps letters")
    # letters are taken back, dropped, chosen from another page
    s.type("shiz")
    s.keys("BSpace")
    text = s.wait("│ shi ")
    first = next(l for l in text.splitlines() if "1是" in l or "1时" in l)
    s.keys("=")
    s.wait("│ shi ")
    wait_for(lambda: first not in s.text())
    s.keys("-")
    wait_for(lambda: first.split("│")[1] in s.text())
    s.keys("Escape")
    wait_for(lambda: "│" not in s.text())
    ok("shi" not in line(s, "标题"), "Esc drops the letters and stays in the form")
    s.keys("C-p")
    s.wait("拼音已关")
    s.type("ab,c")
    wait_for(lambda: "ab,c" in line(s, "标题"))
    s.keys("Tab")
    s.wait("草稿已存")


@test
def learnt_from_the_officer():
    d = Desk("310105", listen=False)
    s = form(d)
    s.keys("C-Space")
    s.wait("拼音已开")
    s.type("shi")
    before = s.wait("│ shi ")
    third = re.search(r" 3(\S)", before).group(1)
    s.keys("3")
    wait_for(lambda: third in line(s, "标题"))
    s.type("shi")
    s.wait("1" + third)
    s.keys("Escape", "Escape")
    s.wait("[2 线索通报]")
    s.close()
    wait_for(lambda: list((d.home / "pinyin").glob("*/chosen")))
    s = form(d)
    s.keys("C-p")
    s.wait("拼音已开")
    s.type("shi")
    s.wait("1" + third)
    folder = next((d.home / "pinyin").iterdir())
    ok(oct(folder.stat().st_mode & 0o777) == "0o700",
       "what is learnt lies in the officer's own folder")


@test
def letters_left_behind():
    """A field left with letters waiting keeps them; a field of codes and a
    closed list take none."""
    d = Desk("310105", listen=False)
    s = form(d, "en", cols=160, rows=45)
    s.keys("C-p")
    s.wait("pinyin on")
    s.type("qingp")
    s.wait("1青浦")
    s.keys("Tab")
    wait_for(lambda: "qingp" in line(s, "title"))
    s.keys("b")
    wait_for(lambda: "[b]" in s.text())


@test
def in_a_prompt():
    d = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", d.home)
    s.wait("[1 值班]")
    s.keys("2")
    s.wait("[2 线索通报]")
    s.keys("/", "C-p")
    s.type("xstb")
    s.wait("1线索通报")
    s.keys("1")
    wait_for(lambda: "线索通报" in s.text().splitlines()[-2])
    s.keys("Escape")


@test
def picked_by_whole_pinyin():
    a = Desk("310105", listen=False)
    b = Desk("330100", listen=False)
    pair(a, b)
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("2", "c")
    s.wait("[新建 线索通报]")
    for word in ("hangzhou", "hzhou", "hangz", "杭州", "3301"):
        s.type(word)
        s.wait("1 杭州")
        s.keys("Escape")
        s.keys(*["BSpace"] * len(word))
        wait_for(lambda: word not in s.text())


main()
