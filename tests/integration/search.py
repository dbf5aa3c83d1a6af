"""Search over real texts: what a plain look through the texts finds, and
nothing else; hostile texts and queries are never an error."""
import base64
import collections
import re

from tap import *

a, b = Desk("310105"), Desk("330100", listen=False)
a.trust(b)
FACTS = [json.loads(x) for x in open(TOP / "tests/data/judgment_facts.ndjson",
                                     encoding="utf-8")][:400]
folder = tmp("corpus")
(folder / "facts.ndjson").write_text(
    "".join(json.dumps({"id": f["id"], "text": f["text"],
                        "articles": f["articles"]}, ensure_ascii=False) + "\n"
            for f in FACTS), encoding="utf-8")
(folder / "map").write_text("title = 线索 {id}\nfacts <- text\n",
                            encoding="utf-8")
a.must("import", "clue", folder / "facts.ndjson", "--map", folder / "map",
       "--to", b.id, "--issue", timeout=200)


def hits(query, *args):
    return [x["title"].split()[-1] for x in a.json("search", *args, query)]


def plain(text):
    """Letters and digits by word, everything else by character."""
    text = text.lower()
    return "".join(chr(ord(c) - 0xfee0) if 0xff01 <= ord(c) <= 0xff5e else c
                   for c in text)


@test
def chinese_phrases_are_exact():
    texts = {f["id"]: plain(f["text"]) for f in FACTS}
    counts = collections.Counter()
    for t in texts.values():
        counts.update(set(re.findall("[\u4e00-\u9fff]{4}", t)))
    words = [w for w, n in counts.most_common(4000)[::160]][:20]
    words += [w[:2] for w in words[:10]] + [w[1] for w in words[:6]]
    wrong = []
    for w in words:
        want = {i for i, t in texts.items() if w in t}
        got = set(hits(w))
        # signs between two characters do not part a phrase in the index
        if not want <= got or any(
                w not in re.sub(r"[^\w]", "", texts[i]) for i in got - want):
            wrong.append((w, len(want), len(got)))
    equal(wrong, [], f"{len(words)} words of 1, 2 and 4 characters")


@test
def newest_first_and_where():
    rows = a.json("search", "检察院")
    ids = [r["id"] for r in rows]
    equal(ids, sorted(ids, reverse=True), "newest first")
    r = rows[0]["match"]
    raw = r["text"].encode()
    ok(all(raw[f:t].decode() == "检察院" for f, t in r["ranges"]) and
       r["ranges"], "the part that matches is told", r)


@test
def words_numbers_filters():
    listed = a.json("list", "clue")
    number = listed[5]["number"]
    equal([x["number"] for x in a.json("search", f"number:{number}")],
          [number], "by number")
    other = number.replace("〔", "(").replace("〕", ")")
    ok(number in [x["number"] for x in a.json("search", other)],
       "in another bracket form")
    equal(len(a.json("list", "state=sent", "urgency=平件", "to=hz")), 400,
          "list takes filters, several words of them")
    equal(len(a.json("search", "state=sent", "检察院")),
          len(a.json("search", "检察院")), "search too")
    p = a.run("--lang", "en", "search", "colour=red")
    equal(p.returncode, 2, "an unknown filter is a usage error")
    equal(len(p.stderr.strip().splitlines()), 1, "in one sentence")
    contains(p.stderr, "state", "that names those there are")


@test
def hostile_texts_and_queries():
    failed = []
    for line in (TOP / "tests/data/hostile.ndjson").read_text().splitlines():
        case = json.loads(line)
        raw = base64.b64decode(case["bytes_b64"]) if "bytes_b64" in case \
            else case.get("text", "").encode("utf-8", "surrogatepass")
        raw = raw.replace(b"\0", b"")[:3000]
        p = a.run("search", os.fsdecode(raw))
        if p.returncode == 1 and "UTF-8" in p.stderr:
            continue  # refused as an argument already
        if p.returncode not in (0, 2) or "fts5" in p.stderr.lower() or \
                "syntax" in p.stderr.lower():
            failed.append((case["id"], p.returncode, p.stderr))
    equal(failed, [], "no query is an error of the database")


@test
def verify_agrees():
    equal(a.run("verify", "--rebuild", timeout=200).returncode, 0,
          "the index is the same when it is made anew")


main()
