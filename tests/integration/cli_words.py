"""What people read is in their words: no code of the program stands in a
Chinese listing, and times are short. What programs read keeps its codes."""
import re

from tap import *

a, b = Desk("310105"), Desk("330100")
pair(a, b)
CODES = re.compile(r"\b(clue|stored|signed|sent|running|met|suspended|late|"
                   r"ended|actual|exercise|fit|unfit|early|up|down|unknown|"
                   r"duty|approver|counted|start|issue|move|local|party|"
                   r"owner|draft)\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT|\d:\d\d:\d\d|\+08:00")


@test
def chinese_has_no_codes():
    a.serve()
    b.serve()
    doc = a.new(to=[b], title="甲", urgency="加急", feedback_days="10")
    wait_for(lambda: b.json("list"), what="arrival")
    waiting = b.must("--lang", "zh", "show", doc)
    contains(waiting, "待签收", "a party that has not signed")
    contains(waiting, "计时中", "a clock that runs")
    contains(waiting, "正式", "no exercise")
    contains(waiting, "线索通报", "what kind it is")
    b.must("sign", doc)
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["signed_at"],
             what="the signature")
    far = a.new(to=["330100"], title="乙")
    for desk in (a, b):
        for words in (("list",), ("show", doc), ("show", far),
                      ("events", doc), ("peer", "list"),
                      ("peer", "show", (b if desk is a else a).id),
                      ("officer", "list"), ("search", "甲"),
                      ("deadline", "2026-09-24", "7", "working_day")):
            if desk is b and far in words:
                continue
            out = desk.must("--lang", "zh", *words)
            text = out.replace(a.id, "").replace(b.id, "")
            found = CODES.findall(text) + MOMENT.findall(text)
            equal(found, [], f"{desk.id} {' '.join(words)[:40]}")
            out = desk.must("--lang", "en", *words)
            equal(MOMENT.findall(out), [], "and short times in English")
            lines = [x for x in out.splitlines() if x.rstrip() != x]
            equal(lines, [], "and no line ends in spaces")
    contains(a.must("--lang", "zh", "show", doc), "330100 已签收",
             "the sender sees where the party stands")
    contains(a.must("--lang", "en", "show", doc), "330100 signed for",
             "in English too")
    a.stop()
    b.stop()
    contains(a.must("--lang", "zh", "peer", "list"), "未开启交换",
             "a line that nobody serves")
    lost = a.new(to=[b], title="丙")
    contains(a.must("--lang", "zh", "show", lost), "330100 未送达",
             "what has not arrived is told so")
    contains(a.must("--lang", "zh", "events", doc), "有效", "verdicts")


@test
def programs_read_codes():
    doc = [r for r in a.json("list") if r["title"] == "甲"][0]
    equal((doc["kind"], doc["state"], doc["parties"][0]["state"],
           doc["urgency"]), ("clue", "sent", "signed", "加急"), "list --json")
    view = a.json("show", doc["id"])[0]
    equal(view["fields"]["mode"], "actual", "a field's own value")
    ok({c["state"] for c in view["clocks"]} <= {"running", "met", "late"},
       "states of clocks")
    ok(all(MOMENT.search(t["acted_at"]) for t in view["timeline"]),
       "times are RFC 3339")
    equal({e["verdict"] for e in a.json("events", doc["id"])}, {"fit"},
          "verdicts")
    equal(a.json("peer", "list")[0]["state"], "unknown", "a line's state")
    equal(a.run("verify").returncode, 0, "the desk verifies")


main()
