"""Statistics and assessment between two real desks: every figure from moves
and receipts, by desk, month, campaign and field; exercises nowhere; the
documents behind a figure; growth with its arithmetic; all of it rebuilt."""
import csv
import io
import json

from tap import *

MORNING = "2026-06-10T09:00:00+08:00"


def at(time):
    return {"DELTADESK_TEST_NOW": f"2026-06-{time}+08:00"}


def row(rows, value):
    return next((r for r in rows if r["value"] == value), None)


def clock(r, name):
    return next((c for c in r["clocks"] if c["clock"] == name), None)


def exchange(*desks):
    """Serve until nothing is owed any more."""
    for d in desks:
        d.serve()
    for d in desks:
        wait_for(lambda d=d: all(p["queued"] == 0 for p in
                                 d.json("peer", "list")),
                 what="everything delivered")
    for d in desks:
        d.stop()


def two_desks_with_notices():
    a, b = Desk("310105", env=at("10T09:00:00")), Desk(
        "330100", env=at("10T09:00:00"))
    pair(a, b)
    docs = [a.new(to=[b], title=f"n{i}", work_item=19, platform="某宝",
                  **{"goods.0.name": "鞋", "goods.0.quantity": 3,
                     "goods.0.value_yuan": "100.50"}) for i in range(6)]
    a.new(to=[b], title="exercise", mode="exercise", work_item=19)
    a.new(to=[b], title="test", mode="test", work_item=19)
    exchange(a, b)
    return a, b, docs


@test
def figures_come_from_moves_and_receipts():
    a, b, docs = two_desks_with_notices()
    b.must("sign", docs[0], env=at("10T11:30:00"))
    b.must("sign", docs[1], env=at("11T11:30:00"))
    a.must("withdraw", docs[5], "--note", "x", env=at("11T12:00:00"))
    exchange(a, b)
    now = at("12T10:00:00")
    whole = a.json("stats", env=now)[0]
    equal((whole["docs"], whole["withdrawn"], whole["open"]), (6, 1, 5),
          "six notices, one withdrawn; exercise and test count nowhere")
    equal(whole["sums"]["goods.quantity"], 15.0, "goods of what stands")
    equal(whole["sums"]["goods.value_yuan"], 502.5, "and their value")
    sign = clock(whole, "sign")
    equal((sign["on_time"], sign["over"], sign["late"]), (1, 1, 3),
          "signed in time, late, not at all")
    equal(round(sign["share"], 3), 0.2, "one in five in time")
    equal(sign["mean_minutes"], (149 + 1589) // 2, "mean of both, in whole minutes")
    ok(abs(sign["median_minutes"] - 150) <= 8, "median within 5 %",
       sign["median_minutes"])
    equal(whole["late"], 3, "three notices are late now")
    peers = a.json("stats", "--by", "desk", env=now)
    equal((row(peers, "330100")["received"], row(peers, "310105")["issued"]),
          (5, 5), "by desk: who received, who issued")
    equal(clock(row(peers, "330100"), "sign")["over"], 1,
          "the clock is its bearer's")
    ok(not row(peers, "310105")["clocks"], "and nobody else's")
    for by, value in (("work_item", "19"), ("kind", "clue"),
                      ("month", "202606"), ("box", "out"),
                      ("platform", "某宝")):
        r = row(a.json("stats", "--by", by, env=now), value)
        ok(r and r["docs"] >= 5, f"by {by}", r)
    there = b.json("stats", "--by", "desk", env=now)
    equal(clock(row(there, "330100"), "sign")["over"], 1,
          "the receiver counts the same")
    for d in (a, b):
        p = d.run("verify", "--rebuild")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")
    equal(a.json("stats", env=now)[0], whole, "rebuilt figures are the same")


@test
def every_figure_opens_its_documents():
    a, b, docs = two_desks_with_notices()
    b.must("sign", docs[0], env=at("10T11:30:00"))
    exchange(a, b)
    now = at("12T10:00:00")

    def behind(name, *more):
        return sorted(r["id"] for r in a.json(
            "stats", "--behind", name, *more, env=now))
    equal(behind("docs"), sorted(docs), "all")
    equal(behind("late"), sorted(docs[1:]), "late ones")
    equal(behind("on:sign", "--by", "desk", "--of", "330100"), [docs[0]],
          "signed for in time by that desk")
    equal(behind("on:sign", "--by", "desk", "--of", "310105"), [],
          "not by the other")
    equal(behind("docs", "--by", "platform", "--of", "某宝"), sorted(docs),
          "by a field")
    equal(behind("docs", "--by", "month", "--of", "202605"), [],
          "of another month none")
    equal(len(behind("open", "--by", "kind", "--of", "clue")), 6, "open ones")
    b.must("move", docs[0], "accept", env=at("10T11:31:00"))
    exchange(a, b)
    named = ("docs", "open", "late", "closed", "missing", "withdrawn")
    for by, names in (("desk", named[:4] + ("issued", "received")),
                      ("month", named), ("kind", named), ("box", named),
                      ("work_item", named), ("platform", ("docs",))):
        for r in a.json("stats", "--by", by, env=now):
            for name in names:
                equal(len(behind(name, "--by", by, "--of", r["value"])),
                      r[name], f"{name} of {by} {r['value']}")
    equal(row(a.json("stats", "--by", "platform", env=now), "某宝")["late"],
          None, "what is not counted is not said to be none")
    p = a.run("stats", "--behind", "late", "--by", "platform", "--of", "某宝",
              env=now)
    equal(p.returncode, 1, "nor shown")


@test
def output_for_people_and_spreadsheets():
    a, b, _ = two_desks_with_notices()
    text = a.must("--lang", "en", "stats", "--by", "desk", env=at(
        "10T12:00:00"))
    contains(text, "documents", "headed in English")
    ok("%" not in text, "no share of nothing", text)
    p = a.run("stats", "--by", "work_item", "--csv", "--bom",
              env=at("10T12:00:00"))
    ok(p.stdout_bytes.startswith(b"\xef\xbb\xbf"), "byte order mark")
    rows = list(csv.reader(io.StringIO(p.stdout.lstrip("\ufeff"))))
    equal(rows[0], ["value", "title", "figure", "n"], "head")
    contains(rows, ["19", "深化长三角区域协作机制", "docs", "6"], "a figure")
    for words, says in ((["--by", "nothing"], "there are: month kind"),
                        (["--from", "2026-13"], "no month"),
                        (["--from", "2026-06", "--to", "2026-05"], "after"),
                        (["--kind", "memo"], "no kind")):
        p = a.run("--lang", "en", "stats", *words, env=at("10T12:00:00"))
        equal(p.returncode, 1 if "memo" in words or words[1] != "2026-13"
              else p.returncode, f"{words} is refused")
        contains(p.stderr, says, f"and says '{says}'")


@test
def growth_is_told_with_its_arithmetic():
    a, b = Desk("310105", env=at("10T09:00:00")), Desk(
        "330100", env=at("10T09:00:00"))
    pair(a, b)

    def notices(month, n, platform):
        for i in range(n):
            a.must("new", "clue", "--to", b.id, "--set", f"title={i}",
                   "--set", f"platform={platform}",
                   env={"DELTADESK_TEST_NOW":
                        f"2026-{month:02}-20T09:00:00+08:00"})
    notices(5, 3, "甲")
    notices(5, 3, "乙")
    notices(6, 3, "乙")
    notices(6, 12, "甲")
    hints = a.json("stats", "--risk", env=at("30T09:00:00"))
    hint = next((h for h in hints if h["by"] == "platform"), None)
    equal([h["value"] for h in hints if h["by"] == "platform"], ["甲"],
          "what grew is told, what did not is not")
    equal((hint["docs"], hint["before"], hint["share"], hint["expected"]),
          (12, [0, 0, 3], 1.0, 1.0), "with its arithmetic")
    equal(a.json("stats", "--risk", "--to", "2026-05"), [],
          "nothing is compared with months before the first")


@test
def amounts_beyond_reason_stop_nothing():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    path = tmp("amounts") / "fields.json"
    path.write_text(json.dumps({"title": "t", "goods": [
        {"name": "x", "value_yuan": 999999999999}] * 1500}))
    for _ in range(8):  # together they would not fit 64 bits
        a.must("new", "clue", "--to", b.id, "--file", path, "--insist")
    path.write_text(json.dumps({"title": "t", "goods": [
        {"name": "x", "value_yuan": 9999999999.5}]}))
    a.must("new", "clue", "--to", b.id, "--file", path, "--insist")
    r = a.json("stats")[0]
    equal(r["docs"], 9, "each document is counted")
    equal(r["sums"]["goods.value_yuan"], 9999999999.5,
          "of amounts what can be real")
    a.must("verify", "--rebuild")


main()
