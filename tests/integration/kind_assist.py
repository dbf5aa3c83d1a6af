# run: timeout=300
"""协助请求 through real desks: served, declined, extended, agreed limits."""
from course import *


def ask(a, b, sort="委托送达", *more):
    args = {"委托送达": ["--set", "papers.0.name=处罚决定书"],
            "协助调查": ["--set", "questions=查询登记"],
            "协助执行": ["--set", "enforce=查封"],
            "辨认鉴别": ["--set", "samples.0.name=洗发水"]}[sort]
    return a.must("new", "assist", "--to", b.id, "--set", "title=请协助",
                  "--set", f"type={sort}", "--set", "contact.office=一处",
                  "--set", "contact.phone=021-00000000", *args,
                  *more).strip()


@test
def served_and_answered():
    c = Course("310105", "320500", now="2026-09-28T09:00:00+08:00")
    a, b = c.desks
    officers(b, "wang:duty", "zhao:approver")
    refused(a, "papers", "new", "assist", "--to", b.id, "--set", "title=t",
            "--set", "type=委托送达")
    doc = ask(a, b, "委托送达", "--set", "serve_by=2026-10-16")
    c.settle()
    clock_is(b, doc, "answer", "running", "2026-10-23T23:59:59")
    clock_is(b, doc, "serve", "running", "2026-10-16T23:59:59")
    # 9/28 is day 0; 10/1-7 holiday, 10/10 a made-up working day
    b.must("--officer", "wang", "sign", doc)
    b.must("--officer", "wang", "move", doc, "start")
    refused(a, "condition", "move", doc, "close")
    c.cut(b)
    c.at("2026-10-15T09:00:00+08:00")
    b.must("--officer", "wang", "move", doc, "answer", "--set",
           "outcome=已完成", "--set", "reply=已送达", "--set",
           "served_on=2026-10-14")
    equal(state_of(b, doc), "working", "the answer waits for approval")
    b.must("--officer", "zhao", "approve", doc)
    equal(state_of(a, doc, b.id), "working", "the asker does not know yet")
    c.join()
    clock_is(a, doc, "answer", "met", "2026-10-23T23:59:59")
    contains(waits(a, doc) or "", "办结", "it may be closed")
    a.must("move", doc, "close")
    b.must("--officer", "wang", "move", doc, "finish")
    c.end()


@test
def the_limit_of_an_agreement():
    c = Course("310105", "320500", now="2026-09-28T09:00:00+08:00")
    a, b = c.desks
    a.must("set", "assist_days", "10", "--peer", b.id)
    doc = ask(a, b, "协助调查")
    short = ask(a, b, "协助调查", "--set", "answer_days=5")
    c.settle()
    for d in c.desks:
        clock_is(d, doc, "answer", "running", "2026-10-16T23:59:59")
        clock_is(d, short, "answer", "running", "2026-10-10T23:59:59")
    b.must("sign", doc)
    b.must("move", doc, "start")
    b.must("move", doc, "suspend", "--set", "cause=鉴定")
    equal(clock(b, doc, "answer")["state"], "suspended", "while it is tested")
    c.at("2026-10-09T09:00:00+08:00")
    b.must("move", doc, "resume")
    b.must("move", doc, "extend", "--set", "reason=补充")
    refused(b, "once", "move", doc, "extend", "--set", "reason=x")
    c.settle()
    equal(clock(a, doc, "answer"), clock(b, doc, "answer"),
          "both desks count the same")
    c.end()


@test
def declined_and_withdrawn():
    c = Course("310105", "320500", now="2026-09-28T09:00:00+08:00")
    a, b = c.desks
    doc = ask(a, b, "协助执行")
    gone = ask(a, b, "辨认鉴别")
    c.settle()
    b.must("sign", doc)
    refused(b, "reason", "move", doc, "decline")
    b.must("move", doc, "decline", "--set", "reason=查无此人")
    a.must("withdraw", gone, "--note", "已自行辨认")
    c.settle()
    contains(waits(a, doc) or "", "已答复", "the asker must act")
    b.must("ack-withdraw", gone)
    equal(clock(b, gone, "answer")["state"], "ended", "nothing is owed")
    a.must("move", doc, "close")
    c.end()


main()
