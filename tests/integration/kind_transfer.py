# run: timeout=600
"""案件移送 through real desks: an agency, the police, the procuratorate, with
every date of the law, what is refused, and the other direction."""
import json

from course import *

SAMPLES = [json.loads(line) for line in
           open(TOP / "tests/data/samples/transfers.ndjson", encoding="utf-8")]


def fields_file(sample, **change):
    path = tmp("fields") / "fields.json"
    fields = dict(sample["fields"], **change)
    fields.pop("related", None)
    path.write_text(json.dumps(fields, ensure_ascii=False))
    return path


def three(now):
    c = Course("310105", "310105-gaj", "310105-jcy", now=now)
    a, p, j = c.desks
    officers(a, "wang:duty", "li:coordinator", "zhao:head")
    officers(p, "chen:duty", "sun:duty", "qian:head")
    officers(j, "zhou:duty")
    return c, a, p, j


def draft(a, p, j, sample=SAMPLES[0], **change):
    return a.must("--officer", "wang", "new", "transfer", "--draft", "--to",
                  p.id, "--cc", j.id, "--file",
                  fields_file(sample, **change)).strip()


def sent(a, p, j, **change):
    doc = draft(a, p, j, **change)
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    a.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=达到")
    a.must("--officer", "wang", "issue", doc)
    return doc


@test
def the_whole_course():
    c, a, p, j = three("2026-09-22T08:00:00+08:00")
    c.at("2026-09-22T10:00:00+08:00")
    doc = draft(a, p, j)
    refused(a, "may not be issued yet", "issue", doc)
    refused(a, "takes 2 officers", "--officer", "wang", "move", doc, "report")
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    equal(state_of(a, doc), "reported", "two officers reported to the head")
    clock_is(a, doc, "decide", "running", "2026-09-25T23:59:59",
             "2026-09-28T23:59:59", "移送规定 5")
    row = [r for r in a.json("list", "transfer") if r["id"] == doc][0]
    equal(row["due_at"], "2026-09-25T23:59:59+08:00", "the list has it")
    ok(row["draft"] and row["waits"], "a draft that waits for the head")
    refused(a, "waits for approval", "revise", doc, "--set", "title=x")
    refused(a, "role", "--officer", "wang", "move", doc, "decide", "--set",
            "reason=x")

    c.at("2026-09-22T16:00:00+08:00")
    refused(a, "reason", "--officer", "zhao", "move", doc, "decide")
    a.must("--officer", "zhao", "move", doc, "decide", "--set",
           "reason=达到移送情形")
    clock_is(a, doc, "decide", "met", "2026-09-25T23:59:59",
             "2026-09-28T23:59:59")
    clock_is(a, doc, "send", "running", "2026-09-23T16:00:00",
             article="移送规定 5")

    c.at("2026-09-23T09:00:00+08:00")
    a.must("--officer", "wang", "issue", doc)
    clock_is(a, doc, "send", "met", "2026-09-23T16:00:00")
    said = [t for t in doc_of(a, doc)["timeline"] if "达到" in (t["text"] or "")]
    equal([t["officer"] for t in said], ["zhao"],
          "the head's decision and its reason are on file")
    c.settle()
    equal(doc_of(p, doc)["fields"]["decided_at"][:19], "2026-09-22T16:00:00",
          "the police see when it was decided")
    ok("reason" not in doc_of(p, doc)["fields"], "and not why")
    equal(doc_of(p, doc)["number"], doc_of(a, doc)["number"], "one number")

    refused(p, "takes 2 officers", "--officer", "chen", "move", doc, "receipt")
    p.must("--officer", "chen", "move", doc, "receipt", "--officers", "sun")
    j.must("move", doc, "take_on_file")
    start = doc_of(p, doc)["clocks"]
    start = [x for x in start if x["name"] == "filing"][0]["started_at"]
    ok(start.startswith("2026-09-23T09:00"), "the police's time runs from "
       "when it was stored there, not from the signature")
    for d in (a, p):
        c.settle()
        clock_is(d, doc, "filing", "running", "2026-09-26T23:59:59",
                 "2026-09-28T23:59:59", "移送规定 8")
    equal(clock(p, doc, "ask_supplement")["strict"][:16], "2026-09-24T09:00",
          "more papers may be asked for within 24 hours")

    c.at("2026-09-23T15:00:00+08:00")
    p.must("--officer", "chen", "move", doc, "ask_supplement", "--set",
           "text=补充清单")
    refused(p, "only in state", "--officer", "chen", "move", doc, "not_file",
            "--set", "reason=x", "--set", "paper_no=1")
    c.settle()
    clock_is(a, doc, "supplement", "running", "2026-09-26T23:59:59",
             "2026-09-28T23:59:59", "公安刑事程序规定 180")
    contains(waits(a, doc) or "", "补充", "the agency's duty list says so")

    # half-way the agency has no line; what it does goes out later
    c.at("2026-09-24T10:00:00+08:00")
    c.cut(a)
    a.must("move", doc, "supplement", "--set", "list=清单两份")
    clock_is(a, doc, "supplement", "met", "2026-09-26T23:59:59",
             "2026-09-28T23:59:59")
    c.settle()
    equal(clock(p, doc, "supplement")["state"], "running",
          "the police do not know yet")
    c.at("2026-09-24T11:00:00+08:00")
    c.join()
    equal(clock(p, doc, "supplement")["state"], "met", "now they do")
    contains(waits(p, doc) or "", "材料", "and it waits for them")
    p.must("move", doc, "supplement_in")
    p.must("move", doc, "ask_supplement", "--set", "text=还缺鉴定意见")
    c.at("2026-09-25T09:00:00+08:00")
    clock_is(a, doc, "supplement", "running", "2026-09-27T23:59:59",
             "2026-09-28T23:59:59")
    contains(waits(a, doc) or "", "补充", "asked again, it waits again")
    a.must("move", doc, "supplement", "--set", "list=鉴定意见")
    c.settle()
    p.must("move", doc, "supplement_in")

    c.at("2026-09-25T10:00:00+08:00")
    refused(p, "paper", "--officer", "chen", "move", doc, "not_file", "--set",
            "reason=没有犯罪事实")
    agreed(p, "chen", "qian", doc, "not_file", "--set",
           "reason=没有犯罪事实", "--set", "paper_no=公不立〔2026〕1号")
    clock_is(p, doc, "filing", "met", "2026-09-26T23:59:59",
             "2026-09-28T23:59:59")
    c.settle()
    contains(waits(a, doc) or "", "不予立案", "the agency must do something")
    clock_is(a, doc, "reconsider_right", "running", "2026-09-28T23:59:59",
             article="移送规定 9")
    equal(state_of(j, doc, p.id), "not_filed", "the procuratorate sees it")

    c.at("2026-09-28T09:00:00+08:00")
    refused(p, "condition", "--officer", "chen", "move", doc, "uphold",
            "--set", "reason=x", "--set", "paper_no=2")
    agreed(a, "wang", "zhao", doc, "ask_reconsider", "--set",
           "reason=对决定有异议")
    c.settle()
    clock_is(p, doc, "reconsider", "running", "2026-10-01T23:59:59",
             "2026-10-08T23:59:59", "移送规定 9")
    contains(waits(p, doc) or "", "复议", "the police must decide")

    c.at("2026-09-29T09:00:00+08:00")
    agreed(p, "chen", "qian", doc, "uphold", "--set", "reason=维持",
           "--set", "paper_no=公复〔2026〕1号")
    c.settle()
    clock_is(a, doc, "supervision_right", "running", "2026-10-02T23:59:59",
             "2026-10-08T23:59:59", "移送规定 9")
    refused(a, "only in state", "--officer", "wang", "move", doc,
            "ask_reconsider", "--set", "reason=x")

    c.at("2026-09-30T09:00:00+08:00")
    agreed(a, "li", "zhao", doc, "ask_supervision", "--set",
           "reason=提请立案监督")
    c.settle()
    contains(waits(j, doc) or "", "立案监督", "the procuratorate must look")
    j.must("move", doc, "ask_reasons", "--set", "paper_no=检通〔2026〕1号")
    c.settle()
    clock_is(p, doc, "reasons", "running", "2026-10-07T23:59:59",
             "2026-10-08T23:59:59")
    contains(waits(a, doc) or "", "自行处理",
             "meanwhile the agency's own handling waits (article 10)")

    c.at("2026-10-08T09:00:00+08:00")
    agreed(p, "sun", "qian", doc, "explain", "--set", "reason=说明")
    c.settle()
    j.must("move", doc, "accept_reasons", "--set", "reason=成立")
    a.must("move", doc, "handle")
    ok(waits(a, doc), "until its outcome is noted it waits")
    a.must("move", doc, "handled", "--set", "result=已行政处罚")
    equal(state_of(a, doc), "closed", "dealt with by the agency, closed")
    equal(waits(a, doc), None, "and waits no longer")
    c.end()


@test
def filed_and_handed_over():
    c, a, p, j = three("2026-09-28T09:00:00+08:00")
    doc = sent(a, p, j)
    c.settle()
    p.must("move", doc, "receipt", "--officers", "sun")
    j.must("move", doc, "take_on_file")
    c.at("2026-09-29T09:00:00+08:00")
    p.must("--officer", "chen", "move", doc, "file", "--set", "case_no=A1",
           "--set", "on=2026-09-29")
    equal(state_of(p, doc), "receipted", "filing waits for the head")
    p.must("--officer", "qian", "approve", doc)
    c.settle()
    clock_is(a, doc, "hand_over", "running", "2026-10-02T23:59:59",
             "2026-10-08T23:59:59", "移送规定 12")
    contains(waits(a, doc) or "", "移交物品", "goods must be handed over")
    equal(clock(a, doc, "reconsider_right"), None, "nothing to object to")

    c.at("2026-09-30T09:00:00+08:00")
    hand = ["--set", "handed.0.name=洗发水", "--set", "handed.0.brand=若水",
            "--set", "handed.0.batch=R260620", "--set", "handed.0.unit=瓶"]
    refused(a, "5999", "move", doc, "hand_over", "--officers", "li", *hand,
            "--set", "handed.0.quantity=5999")
    refused(a, "2 officers", "move", doc, "hand_over", *hand, "--set",
            "handed.0.quantity=6000")
    a.must("move", doc, "hand_over", "--officers", "li", *hand, "--set",
           "handed.0.quantity=6000")
    clock_is(a, doc, "hand_over", "met", "2026-10-02T23:59:59",
             "2026-10-08T23:59:59")
    c.settle()
    contains(waits(p, doc) or "", "接收物品", "the police receive them")
    got = [h.replace("handed", "received") for h in hand]
    p.must("move", doc, "receive_goods", "--officers", "chen", *got, "--set",
           "received.0.quantity=5998", "--set", "difference=两瓶破损")
    c.settle()
    a.must("move", doc, "close")
    equal(state_of(a, doc), "closed", "closed")
    signed = [t for t in doc_of(a, doc)["timeline"] if t["desk"] == p.id
              and "," in (t["officer"] or "").replace("、", ",")]
    equal(len(signed), 3, "receipt, filing and goods bear two names each",)
    c.end()


@test
def what_is_refused():
    c, a, p, j = three("2026-09-28T09:00:00+08:00")
    bare = dict(SAMPLES[0]["fields"]["enclosures"], goods_list=False)
    for change, says in (
            ({"case_officers": [{"cert_no": "沪01"}]}, "two different"),
            ({"case_officers": [{"cert_no": "沪01"}] * 2}, "two different"),
            ({"enclosures": bare}, "lack"),
            ({"goods_list": []}, "lack"),
            ({"enclosures": dict(SAMPLES[2]["fields"]["enclosures"],
                                 missing_reason="")}, "nor a reason")):
        doc = draft(a, p, j, **change)
        refused(a, says, "--officer", "wang", "move", doc, "report",
                "--officers", "li")
    equal([r["state"] for r in a.json("list", "transfer")], ["draft"] * 5,
          "all five stay drafts")

    refused(a, "written by a move", "new", "transfer", "--draft", "--to", p.id,
            "--set", "title=t", "--set", "decision=同意移送")
    refused(a, "named twice", "--officer", "wang", "move", doc, "report",
            "--officers", "wang")
    doc = a.must("new", "transfer", "--draft", "--to", p.id, "--file",
                 fields_file(SAMPLES[0])).strip()
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    a.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=x")
    refused(a, "procuratorate", "issue", doc)

    doc = draft(a, p, j)
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    a.must("--officer", "zhao", "move", doc, "return", "--set", "why=补清单")
    equal(state_of(a, doc), "draft", "sent back for changes")
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    a.must("--officer", "zhao", "move", doc, "decline", "--set",
           "reason=未达标准")
    equal(state_of(a, doc), "kept", "the head refused")
    equal(waits(a, doc), None, "nothing waits")
    refused(a, "not issued", "issue", doc)
    told = [t["text"] or "" for t in doc_of(a, doc)["timeline"]]
    ok(any("未达标准" in t for t in told), "why is on file")
    c.end()


@test
def another_level_is_told():
    """Samples 002, 004, 005 go from another city to a district's police."""
    for i in (1, 3, 4):
        s = SAMPLES[i]
        c = Course(s["owner"], s["to"][0], s["cc"][0],
                   now="2026-09-28T09:00:00+08:00")
        a, p, j = c.desks
        doc = a.must("new", "transfer", "--draft", "--to", p.id, "--cc", j.id,
                     "--file", fields_file(s)).strip()
        officers(a, "li:coordinator", "zhao:head")
        a.must("move", doc, "report", "--officers", "li")
        a.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=x")
        refused(a, "not the police of this desk's level", "issue", doc)
        doc = a.must("new", "transfer", "--draft", "--to", p.id, "--cc", j.id,
                     "--file", fields_file(s, level_reason="案件主要发生地"),
                     ).strip()
        a.must("move", doc, "report", "--officers", "li")
        a.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=x")
        a.must("issue", doc)
        equal(doc_of(a, doc)["fields"]["level_reason"], "案件主要发生地",
              f"{s['sample']} goes with the reason why")


@test
def the_other_direction():
    c = Course("310105-gaj", "310105", "310105-jcy",
               now="2026-09-28T09:00:00+08:00")
    p, a, j = c.desks
    officers(p, "li:coordinator", "zhao:head")
    officers(a, "wang:duty")
    s = SAMPLES[5]
    doc = p.must("new", "transfer", "--draft", "--to", a.id, "--cc", j.id,
                 "--file", fields_file(s)).strip()
    p.must("move", doc, "report", "--officers", "li")
    equal(clock(p, doc, "decide"), None, "article 5 binds agencies only")
    p.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=x")
    p.must("issue", doc)
    c.settle()
    equal(state_of(a, doc), "stored", "it is at the agency")
    refused(a, "no move", "move", doc, "not_file")
    a.must("move", doc, "receipt", "--officers", "wang")
    a.must("move", doc, "accept")
    clock_is(a, doc, "verify", "running", "2026-10-23T23:59:59",
             article="市监处罚程序 18")
    a.must("move", doc, "open_case", "--set", "case_no=B1", "--set",
           "on=2026-09-28")
    c.at("2026-10-20T09:00:00+08:00")
    a.must("move", doc, "feed_back", "--set", "result=罚款")
    c.settle()
    contains(waits(p, doc) or "", "办结", "the police may close")
    p.must("move", doc, "close")
    c.end()


@test
def sent_on_by_the_police():
    c = Course("310105", "310105-gaj", "310105-jcy", "310106-gaj",
               now="2026-09-28T09:00:00+08:00")
    a, p, j, q = c.desks
    officers(a, "wang:duty", "li:coordinator", "zhao:head")
    officers(p, "sun:duty")
    doc = sent(a, p, j)
    c.settle()
    p.must("move", doc, "receipt", "--officers", "sun")
    p.must("move", doc, "not_ours", "--set", "reason=犯罪地在静安")
    equal(clock(p, doc, "forward")["strict"][:16], "2026-09-29T09:00",
          "24 hours to send it on")
    p.must("move", doc, "forward", "--set", "reason=管辖", "--set",
           "target=310106-gaj")
    made = [r for r in p.json("list", "transfer") if r["draft"]][0]["id"]
    equal(doc_of(p, made)["fields"]["direction"], "forwarded", "a draft to "
          "the police it belongs to")
    p.must("move", made, "prepare", "--officers", "sun")
    p.must("issue", made)
    c.settle()
    equal(state_of(q, made), "stored", "it is there")
    contains(waits(a, doc) or "", "转送", "the agency is told")
    c.end()


@test
def clocks_of_the_case_itself():
    """先行登记, 查封扣押, 处罚决定, 送达: beside the case, with their articles."""
    c, a, p, j = three("2026-09-22T09:00:00+08:00")
    doc = draft(a, p, j, preserved_on="2026-09-22", seized_on="2026-09-01",
                case_filed_on="2026-07-15", penalty_decided_on=None)
    clock_is(a, doc, "preserve", "running", "2026-10-09T23:59:59",
             article="行政处罚法 56")
    clock_is(a, doc, "seizure", "running", "2026-10-01T23:59:59",
             "2026-10-08T23:59:59", "行政强制法 25")
    clock_is(a, doc, "decision_due", "running", "2026-10-13T23:59:59",
             article="行政处罚法 60")
    equal(clock(a, doc, "service"), None, "nothing to serve yet")
    a.must("--officer", "wang", "move", doc, "report", "--officers", "li")
    a.must("--officer", "zhao", "move", doc, "decide", "--set", "reason=x")
    a.must("--officer", "wang", "issue", doc)
    c.settle()
    equal([clock(d, doc, "seizure")["due"] for d in (a, p, j)],
          ["2026-10-08T23:59:59"] * 3, "all three desks show the same")

    # ten days of testing do not count, then thirty more by the head
    c.at("2026-09-23T09:00:00+08:00")
    a.must("--officer", "wang", "move", doc, "suspend_seizure", "--set",
           "cause=鉴定")
    equal(clock(a, doc, "seizure")["state"], "suspended", "while tested")
    c.at("2026-10-03T09:00:00+08:00")
    a.must("--officer", "wang", "move", doc, "resume_seizure")
    clock_is(a, doc, "seizure", "running", "2026-10-11T23:59:59",
             "2026-10-12T23:59:59")
    agreed(a, "wang", "zhao", doc, "extend_seizure", "--set", "reason=复杂")
    clock_is(a, doc, "seizure", "running", "2026-11-10T23:59:59")
    refused(a, "once", "--officer", "wang", "move", doc, "extend_seizure",
            "--set", "reason=x")
    c.settle()
    clock_is(p, doc, "seizure", "running", "2026-11-10T23:59:59")
    a.must("revise", doc, "--set", "penalty_decided_on=2026-10-03", "--set",
           "preserve_ended_on=2026-09-28")
    equal(clock(a, doc, "preserve")["state"], "met", "goods were dealt with")
    equal(clock(a, doc, "decision_due")["state"], "met", "it was decided")
    clock_is(a, doc, "service", "running", "2026-10-15T23:59:59",
             article="行政处罚法 61")
    c.end()


@test
def filed_when_ordered_and_withdrawn():
    c, a, p, j = three("2026-09-28T09:00:00+08:00")
    doc = sent(a, p, j)
    other = sent(a, p, j)
    c.settle()
    p.must("--officer", "chen", "move", doc, "receipt", "--officers", "sun")
    agreed(p, "chen", "qian", doc, "not_file", "--set", "reason=x", "--set",
           "paper_no=1")
    refused(p, "no move", "--officer", "chen", "move", doc, "order_filing")
    c.settle()
    agreed(a, "wang", "zhao", doc, "ask_supervision", "--set", "reason=x")
    c.settle()
    j.must("move", doc, "take_on_file")
    refused(j, "only in state", "move", doc, "order_filing", "--set",
            "reason=x", "--set", "paper_no=2")
    j.must("move", doc, "ask_reasons", "--set", "paper_no=2")
    officers(j, "jian:head")
    agreed(j, "zhou", "jian", doc, "order_filing", "--set", "reason=x",
           "--set", "paper_no=3")
    c.settle()
    clock_is(p, doc, "file_ordered", "running", "2026-10-13T23:59:59")
    contains(waits(p, doc) or "", "通知立案", "the police must file it")
    agreed(p, "chen", "qian", doc, "file", "--set", "case_no=1", "--set",
           "on=2026-09-28")
    c.settle()
    contains(waits(a, doc) or "", "移交物品", "then goods are handed over")

    a.must("--officer", "wang", "withdraw", other, "--note", "重复移送")
    a.must("--officer", "zhao", "approve", other) if \
        doc_of(a, other)["waiting_approval"] else None
    c.settle()
    equal(clock(p, other, "filing")["state"], "ended", "nothing runs on")
    p.must("ack-withdraw", other)
    c.end()


main()
