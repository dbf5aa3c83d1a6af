#!/usr/bin/env python3
# run: timeout=600
"""Words: no message without its Chinese, no label wider than the place where
it is shown, no screen in two languages. The limits are those of the code; what
may stand in Latin letters on a Chinese screen is listed here, by reason."""
import csv
import re
import subprocess
import unicodedata

from kind_menu import *
from screen import Screen

NOW = "2026-11-23T14:32:00+08:00"
ENV = {"DELTADESK_TEST_NOW": NOW}
KINDS = sorted((TOP / "db" / "kinds").glob("*.json"))
CHINESE = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
# standards, formats and marks that have no Chinese name in use
MARKS = set("""UTF GB18030 JSON CSV PDF XML ICS UUID SHA SM2 SM3 Ed25519 RSA DSA
    PEM BASE64 base64 HTTP TLS SSH IPv4 IPv6 RFC GB CMA CNAS GTIN URL SQLite FTS5
    Debian libpinyin openssl sshd GiB MiB KiB PIN IP ID CA T14 MM YYYY DD HH
    Enter Esc Tab Space PgUp PgDn Home End Up Down Left Right Ctrl Del Ins BS
    F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 sm2 sm3 ed25519 H fg""".split())


def cols(text):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def source(path):
    return (TOP / path).read_text(encoding="utf-8")


def limit(path, name):
    """A number that the code names."""
    return int(re.search(rf"#define {name}\s+(\d+)", source(path)).group(1))


def po_string(text):
    return "".join(json.loads(x) for x in re.findall(r'"(?:[^"\\]|\\.)*"',
                                                     text))


def messages():
    """(msgid, every msgstr, flags) of po/zh.po."""
    out = []
    for block in source("po/zh.po").split("\n\n"):
        if not re.search(r"^msgid ", block, re.M):
            continue
        flags = re.findall(r"^#, (.*)$", block, re.M)
        parts = re.split(r"^(msgid_plural|msgid|msgstr(?:\[\d\])?) ", block,
                         flags=re.M)
        got = [(k, po_string(v)) for k, v in zip(parts[1::2], parts[2::2])]
        msgid = got[0][1]
        if msgid:
            out.append((msgid, [v for k, v in got if k[:6] == "msgstr"],
                        ",".join(flags)))
    return out


@test
def every_message_has_its_chinese():
    all_ = messages()
    ok(len(all_) > 1000, "the messages are read")
    bad = [m for m, zh, flags in all_ if "fuzzy" in flags
           or not zh or not all(zh)]
    equal(bad, [], "none is empty or fuzzy")
    equal([m for m, _, _ in all_ if CHINESE.search(m)], [],
          "no English message has Chinese in it")
    same = [m for m, zh, _ in all_ if zh[0] == m and LATIN.search(
        re.sub(r"%[-0-9.*]*(ll|z)?[a-z]|\W", " ", m))
        and not set(LATIN.findall(m)) <= MARKS]
    equal(same, [], "none is left in English")
    equal([m for m, zh, _ in all_ if any(cols(x) != len(x) and
          re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]{2,}[a-z]", x)
          for x in zh)], [], "nor half of it")


@test
def every_message_of_the_sources_is_there():
    files = [str(p) for top in ("src", "include")
             for p in sorted((TOP / top).rglob("*.[ch]"))]
    pot = tmp("pot") / "all.pot"
    subprocess.run(["xgettext", "--language=C", "--from-code=UTF-8",
                    "--keyword=_", "--keyword=N_", "--keyword=ngettext:1,2",
                    "-o", str(pot), *files], check=True, capture_output=True)
    p = subprocess.run(["msgcmp", str(TOP / "po" / "zh.po"), str(pot)],
                       capture_output=True, text=True)
    equal(p.returncode, 0, f"po/zh.po has them all {p.stderr[-600:]}")


def titles(node, path=""):
    """(path, {zh, en}) of every title, pick and act of a kind."""
    if isinstance(node, dict):
        if "en" in node and ("zh" in node or "code" in node):
            yield path, {"zh": node.get("zh", node.get("code")),
                         "en": node["en"]}
        elif "zh" in node:
            yield path, {"zh": node["zh"], "en": ""}
        for k, v in node.items():
            name = v.get("name", "") if isinstance(v, dict) else ""
            yield from titles(v, f"{path}.{k}{name}")
    elif isinstance(node, list):
        for v in node:
            name = v.get("name", "") if isinstance(v, dict) else ""
            yield from titles(v, f"{path}.{name}")


@test
def kinds_speak_both_languages():
    for path in KINDS:
        found = list(titles(json.loads(path.read_text())))
        ok(len(found) > 10, f"{path.stem}: {len(found)} labels")
        bad = [(p, t) for p, t in found
               if not t["zh"].strip() or not t["en"].strip()
               or CHINESE.search(t["en"])
               or not set(LATIN.findall(t["zh"])) <= MARKS]
        equal(bad, [], f"{path.stem}: whole and unmixed")


@test
def states_fit_their_column():
    max_ = {"zh": limit("src/console/doclist_columns.c", "STATE_MAX_ZH"),
            "en": limit("src/console/doclist_columns.c", "STATE_MAX_EN")}
    for path in KINDS:
        kind = json.loads(path.read_text())
        long = [s["title"][lang] for t in kind["tracks"].values()
                for s in t["states"].values() for lang in ("zh", "en")
                if cols(s["title"][lang]) > max_[lang]]
        equal(long, [], f"{path.stem}: states stand whole in a list")


@test
def heads_fit_their_columns():
    zh = {m: t[0] for m, t, _ in messages()}
    tables = re.findall(r"\{ \d+, (\d+), \w+, N_\(\"([^\"]+)\"\) \}",
                        source("src/console/links.c"))
    ok(len(tables) > 5, "the table of peers is read")
    equal([(n, m) for n, m in tables if cols(m) > int(n)
           or cols(zh[m]) > int(n)], [], "heads of the table of peers")
    heads = []
    for path in sorted((TOP / "src" / "console").glob("*.c")):
        for m, n in re.findall(
                r"grid_column\(\s*\w+,\s*_\(\"([^\"]+)\"\),\s*(\d+)",
                path.read_text()):
            heads.append((path.name, m, int(n)))
    ok(len(heads) > 15, f"{len(heads)} heads of other tables")
    equal([h for h in heads if h[2] and (cols(h[1]) > h[2]
          or cols(zh[h[1]]) > h[2])], [], "none is wider than its column")


def actions():
    """name: (label, help), English."""
    return {a[0]: (a[1], a[2]) for a in re.findall(
        r'X\(\w+, "([a-z0-9-]+)", \w+, N_\("([^"]*)"\), \\?\s*N_\("([^"]*)"\)\)',
        source("src/console/action_int.h"))}


@test
def help_fits_a_line():
    zh = {m: t[0] for m, t, _ in messages()}
    acts = actions()
    ok(len(acts) > 80, f"{len(acts)} actions")
    label_cols, text_at = map(int, re.search(
        r"canvas_put\(cv, y \+ i, 18, (\d+), ATTR_PLAIN,.*?"
        r"canvas_put\(cv, y \+ i, (\d+), cv->cols",
        source("src/console/help.c"), re.S).groups())
    long = [(n, t) for n, (label, text) in acts.items()
            for t, m in ((label, label_cols), (zh[label], label_cols),
                         (text, 80 - text_at), (zh[text], 80 - text_at))
            if cols(t) > m]
    equal(long, [], "the help of every key stands whole at 80 columns")


@test
def glossary_is_whole():
    with open(TOP / "db" / "reference" / "glossary.csv",
              encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    equal([r for r in rows if not r["zh"] or not r["en"]
           or CHINESE.search(r["en"])
           or not set(LATIN.findall(r["zh"])) <= MARKS], [],
          "each term in both languages")
    terms = {}
    for r in rows:
        terms.setdefault(r["en"].lower(), set()).add(r["zh"])
    wrong = [(m, zh[0]) for m, zh, _ in messages()
             if m.lower() in terms and zh[0] not in terms[m.lower()]
             and (m, zh[0]) not in OTHER_SENSE]
    equal(wrong, [], "a message that is a term says it as the glossary does")


# a word that the console uses in another sense than the glossary's term
OTHER_SENSE = {
    ("deadline", "期限"),      # any, not only the one that cuts off
    ("draft", "草稿"),         # the paper, not the act
    ("lock", "锁屏"),          # the screen, not an action's plan
    ("start", "起算"),         # of a count of days
    ("suspend", "挂起"),       # the program, not a clock
    ("verify", "核链"),        # the chain, not a clue
}


# ---- screens ----

# a condition of a filter, as it is typed: state= due<2d from=3301
TYPED = re.compile(r"\b[a-z_]+[=<>][0-9a-z]*|"
                   r"\S*〔\d+〕\d+号|\b[a-z]+(?=: 即|=)")
# logins, digests and ids, milliseconds, the path of the exchange folder
DATA = re.compile(r"\b(root|li|shen)\b|\b[0-9a-f]{6,}\b|\d+ms|/(?:tmp|dev/shm)/\S+")
NAMED = {"zh": "李明", "en": "Ann Li"}
SAYS = {"zh": ("假冒箱包", "现场查见"), "en": ("counterfeit bags", "seen there")}


def a_desk(lang):
    d = Desk("310105", "--name", "长宁" if lang == "zh" else "Changning",
             env=ENV)
    peer = Desk("330100", "--name", "杭州" if lang == "zh" else "Hangzhou",
                env=ENV)
    pair(d, peer)
    d.must("officer", "add", "li", NAMED[lang], "--roles",
           "duty,coordinator,reviewer,approver,head")
    d.must("officer", "add", "shen", NAMED[lang], "--roles", "auditor")
    title, facts = SAYS[lang]
    d.must("--officer", "li", "new", "clue", "--to", "330100", "--draft",
           "--set", f"title={title}", "--set", f"facts={facts}")
    peer.must("new", "clue", "--to", "310105", "--set", f"title={title}",
              "--set", f"facts={facts}", "--set",
              f"party_concerned.name={title}")
    d.serve()
    peer.serve()
    wait_for(lambda: [r for r in d.json("list", "clue")
                      if r["state"] == "stored"], what="arrival")
    return d


# keys from the list to each screen and back
WALK = """1 ! q ? Escape 0 Escape : Escape H Escape T Escape b Escape Y q @ Escape
    Q Escape S Escape F Escape / Escape f Escape
    a Enter ? Escape m Escape i Escape R Escape x q P ? Escape q d Escape f Escape
    D Escape A Escape p Escape s Enter r Escape q
    3 c F1 Escape Escape 4 c Escape 5 c Escape 6 c Escape
    2 c C-t Escape C-p a Escape C-p C-v Escape Escape
    7 ? Escape l q Enter q 8 ? Escape Tab Tab m b r q 9 ? Escape v f Escape
    C ? Escape w A g Tab q 1""".split()


# the shift: begun, its roster and log, handed over; then its menu anew
SHIFT = "H 1 H 5 q H 3 i Escape q H 1 1 Enter q Y q".split()
SHIFT_AGAIN = "H 1 q H 3 q H 5 q Y q".split()
# how dates, weekdays and spans are not written on a Chinese screen
ODD_ZH = re.compile(r"\d{4}-\d\d-\d\dT|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|"
                    r"\b\d+d \d+h|\d\d:\d\d:\d\d[+Z.]")


def of_one_language(text, lang):
    """The words of a screen that belong to the other language."""
    plain = TYPED.sub(" ", text)
    plain = DATA.sub(" ", plain)
    for word in (*NAMED.values(), "杭州市联合执法办公室", "全部"):
        plain = plain.replace(word, " ")
    if lang == "en":
        # numbers of documents and titles of laws are Chinese wherever they are
        plain = re.sub(r"\S*〔\S*", " ", plain)
        return [x for x in re.findall(r"[\u3400-\u9fff]+", plain)
                if x not in LAWS]
    return [w for w in LATIN.findall(plain) if w not in MARKS]


# places of law that clocks name, as cited; the end of a number in two lines
LAWS = {"双方约定", "市监处罚程序", "长三角协作协议", "值班制度",
        "号"}


def walk(d, lang, officer, keys, least, size=(80, 24)):
    s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, "--officer",
               officer, env=ENV, cols=size[0], rows=size[1])
    s.wait(re.compile(r"^\[[19] ").match)
    seen = set()
    for i, key in enumerate(keys):
        s.keys(key)
        text = s.settled()
        head = text.splitlines()[0].split("]")[0] + "]"
        where = f"{lang} {size[0]} {i} {key}: {head}"
        seen.add(head)
        ok(all(cols(x) <= size[0] for x in text.splitlines())
           and "\ufffd" not in text, f"{where} is whole", text)
        equal(of_one_language(text, lang), [], f"{where} is in one language")
        if lang == "zh":
            ok(not ODD_ZH.search(text), f"{where} writes times as agreed",
               text)
    ok(len(seen) >= least, f"{len(seen)} screens were seen: {sorted(seen)}")
    s.close()


@test
def every_screen_is_of_one_language():
    for lang in ("zh", "en"):
        d = a_desk(lang)
        walk(d, lang, "li", WALK + SHIFT, 22)
        walk(d, lang, "li", WALK + SHIFT_AGAIN, 22, (160, 45))
        walk(d, lang, "shen", "9 ? Escape v f Escape".split(), 2)


main()
