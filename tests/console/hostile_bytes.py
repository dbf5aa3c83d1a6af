#!/usr/bin/env python3
# run: timeout=300
"""Hostile text from a peer, seen where it would do harm: in the bytes that the
console sends to its terminal.

The terminal here is one of our own making, whose sequences begin with \\1 and
end with \\2. Once those are taken out, no control byte may be left, whatever
a sequence of a real terminal looks like."""
import unicodedata

from tap import *
from recorder import Recorder

TERMINAL = r"""marked|sequences that nothing else looks like,
	am, xenl, cols#80, lines#24, colors#8, pairs#64, it#8,
	cup=\001%p1%d;%p2%dH\002, clear=\001J\002, el=\001K\002, cr=^M,
	dl=\001%p1%dM\002, il=\001%p1%dL\002, bel=\001B\002,
	bold=\001b\002, dim=\001d\002, smul=\001u\002, sgr0=\001m\002,
	setaf=\001f%p1%d\002, setab=\001g%p1%d\002, op=\001o\002,
	smcup=\001s\002, rmcup=\001r\002, smkx=\001k\002, rmkx=\001x\002,
	cnorm=\001c\002, civis=\001i\002, cvvis=\001v\002,
"""
OWN = re.compile(rb"\x01[^\x01\x02]*\x02|\x1b\[\?2004[hl]|\r")
CASES = [json.loads(x) for x in
         (TOP / "tests/data/hostile.ndjson").read_text("utf-8").splitlines()]
FIELD = {"title": "title", "party.name": "party_concerned.name",
         "facts": "facts", "phone_log": "facts", "ref_no": "title",
         "from_desk": "title", "officer.name": "title", "search": "title"}


def harmful(data):
    """What is left of the bytes that no terminal may be sent."""
    bad = set()
    for ch in OWN.sub(b"", data).decode("utf-8", "replace"):
        if (unicodedata.category(ch) in ("Cc", "Cf", "Zl", "Zp", "Cs")
                or ord(ch) in (0x115F, 0x1160, 0x3164, 0xFFA0, 0x034F, 0xFFFD)
                or 0xE0000 <= ord(ch) < 0xE0100):
            bad.add(f"U+{ord(ch):04X}")
    return sorted(bad)


def documents(path):
    """Every text in its field, where the format takes it at all."""
    with open(path, "w", encoding="utf-8") as f:
        for x in CASES:
            text = x.get("text")
            field = FIELD.get(x["where"])
            if (not text or x.get("raw_document") or not field
                    or len(text) > 400 or "\0" in text):
                continue
            fields = {"title": x["id"] + " " + text if field == "title"
                      else x["id"], "facts": text}
            if "." in field:
                group, name = field.split(".")
                fields[group] = {name: text}
            f.write(json.dumps(fields) + "\n")


def two_desks():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    path = tmp("hostile") / "x.ndjson"
    documents(path)
    b.run("import", "clue", path, "--to", a.id, "--issue")
    files = tmp("names")
    given = 0
    for x in CASES:
        if x["where"] != "attachment.name" or "text" not in x:
            continue
        name = x["text"].replace("/", "_").replace("\0", "")[:60]
        try:
            (files / name).write_text("\x1b]0;内\x07容\x1b[2J\n" * 9)
        except OSError:
            continue
        given += b.run("new", "clue", "--to", a.id, "--set",
                       f"title={x['id']} 附件", "--attach",
                       files / name).returncode == 0
    a.serve()
    b.serve()
    sent = len(b.json("list", "clue"))
    ok(sent > 60 and given > 2, f"{sent} hostile documents, {given} with files")
    wait_for(lambda: len(a.json("list", "clue", "--box", "in")) == sent, 30)
    for text in ("\x1b[2J贵岗\u202e", "\x9b2J\u200b"):
        a.run("set", "name", text)
    return a, sent


@test
def no_byte_of_it_is_sent():
    home = tmp("terminfo")
    (home / "marked.src").write_text(TERMINAL)
    subprocess.run(["tic", "-x", "-o", str(home), str(home / "marked.src")],
                   check=True, capture_output=True)
    a, sent = two_desks()
    for cols, rows, lang in ((80, 24, "zh"), (160, 45, "en")):
        where = {}
        r = Recorder(DELTADESK, "--desk", a.home, "--lang", lang, cols=cols,
                     rows=rows, env={"TERM": "marked",
                                     "TERMINFO": str(home)})
        r.until("[1 ")
        ok(b"\x1bH" not in r.out and b"\x01J\x02" in r.out,
           f"{cols}: the terminal's own sequences are used")
        tours = (
            ("lists", ["\x04"] * 6 + ["g", "g", "2"] + ["\x04"] * 8),
            ("details and timelines", ["g", "g", "\r"] +
             ["G", "J"] * (sent - 1) + ["q"]),
            ("attachment views", ["\r", "f", "\r", "\x04", "\x1b", "\x1b"] +
             ["K", "f", "\r", "\x04", "\x1b", "\x1b"] * 4 + ["q"]),
            ("the sign form", ["g", "g", "s", "\t", "\t", "\x07", "\x07"]),
            ("papers", ["\r", "P", "\x04", "J", "J", "q", "q"]),
            ("related and changes", ["\r", "x", "\x1b", "d", "\x1b", "q"]),
            ("forms", ["\r", "r", "\t", "\t", "\x07", "\x07", "q"]),
            ("search", ["/", "h0", "\r", "n", "n", "N"]),
            ("filter", ["f", "通报", "\x07", "\\"]),
            ("palette and completion", [":", "h0", "通", "\x07", "?", "h",
                                        "\x07"]),
            ("look-up", ["b", "通报", "\r", "\x07", "\x07"]),
            ("alarms", ["1", "!", "\x04", "\r", "\x07", "q"]),
            ("calendar", ["C", "w", "A", "g", "q"]),
            ("peers and queue", ["7", "l", "\x07", "\r", "\x04", "q"]),
            ("statistics and audit", ["8", "\r", "q", "9", "\x04", "\r", "q"]),
            ("marks and batches", ["2", " ", " ", " ", "s", "\x07", "U"]),
            ("the locked screen", ["\x0c", "1"]),
        )
        for name, keys in tours:
            r.forget()
            r.pressed = time.monotonic()
            for k in keys:
                r.write(k)
                r.quiet()
            where[name] = r.forget()
        bad = {n: harmful(out) for n, out in where.items() if harmful(out)}
        equal(bad, {}, f"{cols}: no control, bidi or hidden character, on "
              f"{len(where)} screens")
        for name in ("lists", "details and timelines"):
            shown = OWN.sub(b"", where[name])
            ok(b"<1B>" in shown and b"<U+202E>" in shown,
               f"{cols} {name}: they are there as marks")
        equal(r.end(), 0, f"{cols}: and it ends well")
        ok(not harmful(r.out), f"{cols}: to the last byte", harmful(r.out))
    p = a.run("verify")
    equal(p.returncode, 0, "the desk verifies")


main()
