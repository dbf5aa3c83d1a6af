# run: timeout=300
"""交接班: the sheet composed from the journal, signed by two in two sessions,
the log, the roster, telephone records and risk points, which never leave."""
import json
import sqlite3

from course import *


@test
def one_shift_to_the_next():
    c = Course("310105", "330100", now="2026-09-28T08:00:00+08:00")
    a, b = c.desks
    officers(a, "wang:duty", "li:duty", "zhao:duty,approver")
    refused(a, "nobody is on duty", "--officer", "wang", "shift", "hand-over")
    a.must("--officer", "wang", "shift", "on")
    refused(a, "wang is on duty", "--officer", "li", "shift", "on")
    equal(a.json("shift", "list")[0]["officer"], "wang", "wang is on duty")

    c.at("2026-09-28T09:00:00+08:00")
    came = b.new("clue", [a], title="来件", urgency="特急")
    sent = a.new("clue", [b], title="去件")
    a.must("--officer", "zhao", "approve", sent)
    c.settle()
    a.must("--officer", "wang", "shift", "log", "值班电话", "故障")
    a.must("--officer", "wang", "new", "call", "--set", "title=询问进展",
           "--set", "at=2026-09-28T09:30:00+08:00", "--set", "content=问",
           "--set", f"related.0.doc={came}")
    a.must("--officer", "wang", "remind", sent, b.id)

    c.at("2026-09-28T20:00:00+08:00")
    refused(a, "only he hands over", "--officer", "li", "shift", "hand-over")
    refused(a, "another officer", "--officer", "wang", "shift", "hand-over",
            "--to", "wang")
    refused(a, "no sheet waits", "--officer", "li", "shift", "take")
    refused(a, "'来件' is late", "--officer", "wang", "shift", "hand-over",
            "--to", "li")
    sheet = a.must("--officer", "wang", "shift", "hand-over", "--to", "li",
                   "--note", "未签收1件", "--late", f"{came}=系统故障",
                   "--item-note", f"{came}=先电话联系").strip()
    f = doc_of(a, sheet)["fields"]
    equal((f["leaver"], f["taker"]), ("wang", "li"), "from wang to li")
    equal(f["since"][:16], "2026-09-28T08:00", "since he began")
    equal([r["title"] for r in f["came"]], ["来件"], "what came")
    equal(f["counts"]["came"], 1, "one came")
    equal(f["counts"]["calls"], 1, "one telephone call")
    equal(f["counts"]["unsigned"], 1, "one is not signed for")
    equal(f["counts"]["urgent"], 1, "and is most urgent")
    equal(f["counts"]["late"], 1, "it is late: two hours")
    equal([(r["desk"], r["direction"]) for r in f["reminders"]],
          [(b.id, "发出")], "one reminder")
    open_ = {r["title"]: r for r in f["open"]}
    equal(open_["来件"]["who"], "li", "who takes what is open")
    ok(open_["来件"]["late"], "and that it is late")
    equal((open_["来件"]["reason"], open_["来件"]["note"]),
          ("系统故障", "先电话联系"), "why, and what to do")

    equal(a.json("shift", "list")[0]["officer"], "wang",
          "until another signs the leaver is responsible")
    contains(waits(a, sheet) or "", "接班", "the sheet waits on the duty list")
    refused(a, "drafted", "--officer", "wang", "shift", "take")
    refused(a, "waits for the next officer", "--officer", "wang", "shift",
            "hand-over")
    handed = clock(a, sheet, "take")
    equal((handed["state"], handed["strict"][:16]),
          ("running", "2026-09-28T21:00"), "an hour to sign it")
    c.at("2026-09-28T21:30:00+08:00")
    ok([r for r in a.json("list", "--overdue") if r["id"] == sheet],
       "an hour later it is late")

    refused(a, "is not confirmed", "--officer", "li", "shift", "take",
            "--item", sent)
    a.must("--officer", "li", "shift", "take", "--note", "已清点",
           *[w for r in f["open"] for w in
             ("--item", r["doc"] + ("=缺附件" if r["title"] == "来件"
                                    else ""))])
    contains(json.dumps(a.json("show", sheet), ensure_ascii=False), "缺附件",
             "the remark stands in its timeline")
    now = a.json("shift", "list")[0]
    equal((now["officer"], now["since"][:16]), ("li", "2026-09-28T21:30"),
          "li is on duty since he signed")
    equal(now["sheet"], None, "nothing waits")
    equal(waits(a, sheet), None, "the duty list is rid of it")
    row = [r for r in a.json("list") if r["id"] == came][0]
    equal(row["assignee"], "li", "what was in hand is his")
    log = a.json("shift", "log")
    ok(any(e["what"] == "接班" and e["officer"] == "li" for e in log),
       "the new shift's log begins with it", log)

    c.at("2026-09-29T07:00:00+08:00")
    a.must("--officer", "li", "sign", came)
    log = a.json("shift", "log")
    ok(any(e["what"] == "签收" and e["id"] == came for e in log),
       "what is done stands in the log")
    second = a.must("--officer", "li", "shift", "hand-over").strip()
    f = doc_of(a, second)["fields"]
    equal(f.get("came", []), [], "what came before is not said again")
    ok("taker" not in f, "whoever comes takes it")
    a.must("--officer", "zhao", "shift", "take")
    equal(a.json("shift", "list")[0]["officer"], "zhao", "zhao came")
    equal(b.json("list", "handover") + b.json("list", "call"), [],
          "nothing of it leaves the desk")
    c.end()


@test
def in_another_officers_place():
    c = Course("310105", now="2026-09-28T08:00:00+08:00")
    a = c.desks[0]
    officers(a, "wang:duty", "li:duty", "zhao:duty", "qian:duty",
             "sun:approver")
    path = tmp("roster") / "roster.csv"
    path.write_text("day,officer,deputy\n2026-09-28,li,zhao\n")
    a.must("shift", "roster", path)
    a.must("--officer", "wang", "shift", "on")
    sheet = a.must("--officer", "wang", "shift", "hand-over", "--to",
                   "li").strip()
    refused(a, "the sheet names li", "--officer", "qian", "shift", "take")
    refused(a, "the sheet names li", "--officer", "qian", "move", sheet,
            "take")
    refused(a, "the sheet names li", "--officer", "qian", "shift", "take",
            "--reason", "顺路")
    refused(a, "say why", "--officer", "sun", "shift", "take")
    a.must("--officer", "zhao", "shift", "take")
    equal(a.json("shift", "list")[0]["officer"], "zhao", "the deputy took it")

    # who is on duty is disabled: the approver hands over in his place
    a.must("officer", "disable", "zhao")
    now = a.json("shift", "list")[0]
    ok(now["gap_since"] is not None, "a gap at once", now)
    contains(a.must("--lang", "en", "duty"), "zhao is disabled",
             "and is told")
    refused(a, "only he hands over", "--officer", "qian", "shift",
            "hand-over", "--reason", "他已离岗")
    refused(a, "say why", "--officer", "sun", "shift", "hand-over")
    sheet = a.must("--officer", "sun", "shift", "hand-over", "--to", "li",
                   "--reason", "已停用").strip()
    f = doc_of(a, sheet)["fields"]
    equal((f["leaver"], f["in_place"], f["in_place_reason"]),
          ("zhao", "sun", "已停用"), "the sheet says in whose place")
    a.must("--officer", "li", "shift", "take")
    equal(a.json("shift", "list")[0]["officer"], "li", "handed over")
    equal(a.json("shift", "list")[0]["gap_since"], None, "no gap")
    officers(a, "shen:auditor")
    log = [r for r in a.json("--officer", "shen", "audit") if r["act"] == "shift-in-place"]
    equal([r["officer"] for r in log], ["sun"], "audited")
    c.end()


@test
def undelivered_and_the_reason_before():
    c = Course("310105", "330100", now="2026-09-28T08:00:00+08:00")
    a, b = c.desks
    officers(a, "wang:duty", "li:duty", "sun:approver")
    a.must("--officer", "wang", "shift", "on")
    came = b.new("clue", [a], title="来件", urgency="特急")
    c.settle()
    c.cut(b)
    sent = a.new("clue", [b], title="去件")
    a.must("--officer", "sun", "approve", sent)
    c.at("2026-09-28T20:00:00+08:00", settle=False)
    sheet = a.must("--officer", "wang", "shift", "hand-over",
                   "--late-others", "夜间无人").strip()
    f = doc_of(a, sheet)["fields"]
    equal([(r["title"], r["desk"]) for r in f["undelivered"]],
          [("去件", b.id)], "what has not reached its peer")
    equal(f["counts"]["undelivered"], 1, "counted")
    a.must("--officer", "li", "shift", "take")
    again = a.must("--officer", "li", "shift", "hand-over").strip()
    f = doc_of(a, again)["fields"]
    equal([r["reason"] for r in f["open"] if r["doc"].endswith(came)],
          ["夜间无人"], "the reason of the sheet before stays")
    c.join()
    c.end()


@test
def gap_is_told():
    c = Course("310105", now="2026-09-28T08:00:00+08:00")
    a = c.desks[0]
    officers(a, "wang:duty", "li:duty")
    spool = tmp("spool")
    a.must("set", "spool", spool)
    a.must("--officer", "wang", "shift", "on")
    a.must("--officer", "wang", "shift", "hand-over", "--to", "li")
    c.at("2026-09-28T08:14:00+08:00")
    ok(not [r for r in a.json("duty") if r.get("what") == "gap"],
       "not before 15 minutes")
    c.at("2026-09-28T08:16:00+08:00")
    c.down()
    c.settle()
    ok([r for r in a.json("duty") if r.get("what") == "gap"], "then told")
    wait_for(lambda: [f for f in spool.glob("*.eml") if
                      "X-Deltadesk-Escalation: gap" in f.read_text()],
             what="the file for the mailer")
    a.must("--officer", "li", "shift", "take")
    ok(not [r for r in a.json("duty") if r.get("what") == "gap"], "over")
    c.end()


@test
def refused_and_made_void():
    c = Course("310105", now="2026-09-28T08:00:00+08:00")
    a = c.desks[0]
    officers(a, "wang:duty", "li:duty")
    a.must("--officer", "wang", "shift", "on")
    sheet = a.must("--officer", "wang", "shift", "hand-over").strip()
    a.must("--officer", "li", "move", sheet, "refuse", "--set",
           "reason=清单不符")
    equal(a.json("shift", "list")[0]["officer"], "wang", "wang stays")
    contains(waits(a, sheet) or "", "重新交班", "it comes back to him")
    a.must("--officer", "wang", "move", sheet, "void", "--set",
           "reason=重做")
    again = a.must("--officer", "wang", "shift", "hand-over").strip()
    ok(again != sheet, "a new sheet")
    a.must("--officer", "li", "shift", "take")
    equal(a.json("shift", "list")[0]["officer"], "li", "taken")
    c.end()


@test
def what_peers_write_stops_no_hand_over():
    c = Course("310105", "330100", now="2026-09-28T08:00:00+08:00")
    a, b = c.desks
    officers(a, "wang:duty", "li:duty")
    a.must("--officer", "wang", "shift", "on")
    c.at("2026-09-28T09:00:00+08:00")
    for i in range(4):
        b.new("clue", [a], title=f"n{i}")
    c.settle()
    a.must("remind", a.json("list")[0]["id"], b.id)
    kinds = {e["what"] for e in a.json("--lang", "en", "shift", "log")}
    contains(kinds, "remind", "the log names a reminder")
    contains(a.must("--lang", "zh", "shift", "log"), "催办",
             "in the officer's language")
    c.down()
    # their titles are not checked here: two lines, and of great length
    with sqlite3.connect(a.home / "desk.db") as db:
        db.execute("UPDATE doc SET title = 'a' || char(10) || "
                   "replace(hex(zeroblob(100000)), '00', '长')")
    db.close()
    sheet = a.must("--officer", "wang", "shift", "hand-over").strip()
    f = doc_of(a, sheet)["fields"]
    equal((len(f["open"]), f["counts"]["open"]), (4, 4), "all stand there")
    ok(all(r["title"].startswith("a 长") for r in f["open"]),
       "in one line each", str(f["open"])[:200])


@test
def roster():
    c = Course("310105", now="2026-09-30T08:00:00+08:00")
    a = c.desks[0]
    officers(a, "wang:duty", "li:duty")
    path = tmp("roster") / "roster.csv"
    path.write_text("day,slot,officer,phone,leader,leader_phone,note\n"
                    "2026-10-01,全天,wang,021-00000001,赵局,021-00000009,国庆\n"
                    "2026-10-02,全天,li,021-00000002,赵局,,\n")
    a.must("shift", "roster", path)
    rows = a.json("shift", "roster")
    equal([(r["day"], r["officer"], r["leader"]) for r in rows],
          [("2026-10-01", "wang", "赵局"), ("2026-10-02", "li", "赵局")],
          "two days")
    path.write_text("day,officer\n2026-10-01,li\n2026-10-03,nobody\n")
    refused(a, "no officer 'nobody'", "shift", "roster", path)
    equal(len(a.json("shift", "roster")), 2, "all or none")
    c.at("2026-10-01T08:00:00+08:00")
    equal(a.json("shift", "list")[0]["leader"], "赵局", "who leads today")
    c.end()


@test
def risk_points():
    c = Course("310105", "330100", now="2026-09-28T08:00:00+08:00")
    a, b = c.desks
    doc = a.must("new", "risk", "--set", "title=某市场", "--set", "sort=市场",
                 "--set", "name=虚构市场", "--set", "level=高", "--set",
                 "check_by=2026-10-12").strip()
    equal(waits(a, doc), None, "it waits for its day")
    clock_is(a, doc, "check", "running", "2026-10-12T23:59:59")
    a.must("move", doc, "check", "--set", "on=2026-09-29", "--set",
           "result=无异常")
    a.must("revise", doc, "--set", "level=中")
    equal(doc_of(a, doc)["fields"]["level"], "中", "lowered")
    c.at("2026-10-13T08:00:00+08:00")
    c.down()
    c.settle()  # serve wakes when the day comes
    contains(wait_for(lambda: waits(a, doc), what="duty"), "检查",
             "the day has passed")
    a.must("move", doc, "close", "--set", "reason=已取缔")
    equal(state_of(a, doc), "closed", "struck off")
    equal(b.json("list", "risk"), [], "it never left")
    c.end()


main()
