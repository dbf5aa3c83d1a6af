"""Hostile text as titles: taken as text or refused, and never raw on a
terminal; the desk verifies afterwards."""
import base64
import json
import re

from tap import *

CASES = [json.loads(l) for l in
         (TOP / "tests" / "data" / "hostile.ndjson").read_text().splitlines()]
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f"
                 "\u2028-\u202e\u2060-\u206f\u3164\u115f\u1160\ufeff"
                 "\U000e0000-\U000e007f]")


def titles():
    for case in CASES:
        if case.get("raw_document") or "generator" in case:
            continue
        if "bytes_b64" in case:
            yield case["id"], base64.b64decode(case["bytes_b64"])
        elif "text" in case and "\0" not in case["text"]:
            yield case["id"], case["text"].encode("utf-8", "surrogatepass")


@test
def no_raw_byte_comes_out():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    taken, refused, raw, crashed = 0, 0, [], []
    for name, title in titles():
        p = a.run("new", "clue", "--to", b.id, "--set",
                  os.fsdecode(b"title=" + title))
        if p.returncode == 0:
            taken += 1
        elif p.returncode in (1, 2):
            refused += 1
        else:
            crashed.append((name, p.returncode, p.stderr))
        if RAW.search(p.stderr) or RAW.search(p.stdout):
            raw.append((name, p.stderr))
    equal(crashed, [], f"{taken} titles taken, {refused} refused, none crashes")
    ok(taken > 40 and refused >= 7, "text is taken, what is no text is not")
    for words in [("list",), ("search", "通报"), ("search", "\" OR NEAR(* AND"),
                  ("search", "%_\\")]:
        p = a.run(*words)
        equal(p.returncode, 0, f"{words} answers")
        if RAW.search(p.stdout):
            raw.append((words, RAW.search(p.stdout)[0]))
    for row in a.json("list"):
        p = a.run("show", row["id"])
        if RAW.search(p.stdout):
            raw.append((row["title"], "show"))
    equal(raw, [], "no control, bidi or hidden character is put out raw")
    long = a.run("new", "clue", "--to", b.id, "--file", str(big_file()))
    equal(long.returncode, 1, "a title of a megabyte is refused")
    p = a.run("verify")
    equal(p.returncode, 0, p.stdout.strip())


def big_file():
    path = tmp("big") / "f.json"
    path.write_text(json.dumps({"title": "鑫" * 349526}))
    return path


@test
def documents_as_files():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    folder = tmp("raw")
    for case in CASES:
        if not case.get("raw_document") or "text" not in case:
            continue
        path = folder / "f.json"
        path.write_text(case["text"], "utf-8")
        p = a.run("new", "clue", "--to", b.id, "--file", path)
        ok(p.returncode in (1, 2), f"{case['id']} is refused",
           p.stderr + str(p.returncode))
    equal(a.json("list"), [], "and leaves nothing behind")


main()
