# run: timeout=300
"""无害化销毁 through real desks: lists that agree, dates after service, who
signs, licence and manifest of hazardous waste, the environment desk."""
import json

from course import *

GOODS = {"name": "洗发水", "brand": "若水", "batch": "R260620",
         "unit": "瓶", "quantity": 600, "value_yuan": 24000}


def fields(**change):
    f = {"title": "销毁侵权洗发水", "decision": {
            "sort": "行政处罚决定书", "number": "沪市监长处〔2026〕1号",
            "decided_on": "2026-07-01"},
         "service_mode": "直接送达", "served_on": "2026-07-06",
         "decision_items": [dict(GOODS, seized=650, sampled=50)],
         "items": [GOODS], "waste": "一般固废", "method": "焚烧",
         "unit": {"name": "虚构环保有限公司"},
         "case_officers": [{"cert_no": "沪01"}, {"cert_no": "沪02"}],
         "planned_on": "2026-10-15"}
    f.update(change)
    path = tmp("fields") / "f.json"
    path.write_text(json.dumps({k: v for k, v in f.items()
                                if v is not None}, ensure_ascii=False))
    return path


def two(now="2026-09-28T09:00:00+08:00"):
    c = Course("310105", "310105-sthjj", now=now)
    a, e = c.desks
    officers(a, "wang:duty", "li:coordinator", "zhao:head")
    return c, a, e


def approved(a, e, **change):
    doc = a.must("--officer", "wang", "new", "destruction", "--draft", "--to",
                 e.id, "--file", fields(**change)).strip()
    a.must("--officer", "wang", "move", doc, "keep")
    a.must("--officer", "wang", "issue", doc)
    a.must("--officer", "zhao", "approve", doc)
    return doc


def burn(**change):
    args = {"destroyed_on": "2026-10-15", "place": "焚烧厂",
            "supervisor": "孙监", "witness": "周证"}
    args.update({f"destroyed.0.{k}": v for k, v in GOODS.items()})
    args.update({k.replace("__", "."): v for k, v in change.items()})
    out = []
    for k, v in args.items():
        if v is not None:
            out += ["--set", f"{k}={v}"]
    return out


@test
def the_whole_course():
    c, a, e = two()
    doc = a.must("--officer", "wang", "new", "destruction", "--draft", "--to",
                 e.id, "--file", fields()).strip()
    refused(a, "may not be issued yet", "--officer", "wang", "issue", doc)
    a.must("--officer", "wang", "move", doc, "keep")
    a.must("--officer", "wang", "issue", doc)
    equal(state_of(a, doc), "review", "it waits for the head")
    refused(a, "approver", "--officer", "li", "approve", doc)
    a.must("--officer", "zhao", "approve", doc)
    c.settle()
    e.must("sign", doc)
    refused(a, "not before 2026-07-07", "move", doc, "schedule", "--set",
            "planned_on=2026-07-06", "--set", "place=焚烧厂")
    a.must("move", doc, "schedule", "--set", "planned_on=2026-10-15", "--set",
           "place=焚烧厂")
    c.settle()
    contains(waits(e, doc) or "", "监督", "somebody is sent to supervise")
    e.must("move", doc, "attend", "--set", "person=陈工")
    c.at("2026-10-15T09:00:00+08:00")
    refused(a, "2 officers", "--officer", "wang", "move", doc, "depart")
    a.must("--officer", "wang", "move", doc, "depart", "--officers", "li")
    for change, says in (({"supervisor": None}, "supervisor"),
                         ({"witness": None}, "witness"),
                         ({"destroyed__0__quantity": 599}, "599"),
                         ({"destroyed_on": "2026-07-06"}, "not before")):
        refused(a, says, "--officer", "wang", "move", doc, "execute",
                "--officers", "li", *burn(**change))
    refused(a, "2 officers", "--officer", "wang", "move", doc, "execute",
            *burn())
    a.must("--officer", "wang", "move", doc, "execute", "--officers", "li",
           *burn())
    clock_is(a, doc, "planned", "met", "2026-10-15T23:59:59")
    a.must("--officer", "wang", "move", doc, "write_off", "--officers", "li")
    contains(waits(a, doc) or "", "通报", "the environment desk must be told")
    a.must("--officer", "wang", "move", doc, "inform", "--set", "text=已销毁")
    c.settle()
    contains(waits(e, doc) or "", "备案", "it is put on file there")
    e.must("move", doc, "file")
    equal(state_of(a, doc), "informed", "done")
    c.end()


@test
def what_is_refused():
    c, a, e = two()
    for change, says in (
            ({"items": [dict(GOODS, quantity=500)]}, "500"),
            ({"items": [dict(GOODS, name="沐浴露")]}, "not in the other"),):
        doc = a.must("--officer", "wang", "new", "destruction", "--draft",
                     "--to", e.id, "--file", fields(**change)).strip()
        refused(a, says, "--officer", "wang", "move", doc, "keep")
    for change, says in (
            ({"case_officers": [{"cert_no": "沪01"}]}, "two different"),
            ({"served_on": "2026-06-30"}, "is before"),
            ({"waste": "危险废物"}, "licensed unit"),
            ({"waste": "电子废物", "unit": {
                "name": "某厂", "licence_no": "1",
                "licence_until": "2026-09-01"}}, "no longer valid")):
        doc = a.must("--officer", "wang", "new", "destruction", "--draft",
                     "--to", e.id, "--file", fields(**change)).strip()
        a.must("--officer", "wang", "move", doc, "keep")
        refused(a, says, "--officer", "wang", "issue", doc)

    # by public notice: 60 days, and hazardous waste has its manifest
    doc = approved(a, e, service_mode="公告送达", served_on=None,
                   notice_published_on="2026-08-10", waste="危险废物",
                   decision_items=[dict(GOODS, seized=700)],
                   unit={"name": "某厂", "licence_no": "沪危1",
                         "licence_until": "2027-01-01"})
    refused(a, "not before 2026-10-10", "move", doc, "schedule", "--set",
            "planned_on=2026-10-09", "--set", "place=p")
    a.must("move", doc, "schedule", "--set", "planned_on=2026-10-10", "--set",
           "place=p")
    a.must("move", doc, "defer", "--set", "reason=判决未生效")
    a.must("move", doc, "schedule", "--set", "planned_on=2026-10-12", "--set",
           "place=p")
    refused(a, "manifest", "--officer", "wang", "move", doc, "depart",
            "--officers", "li")
    a.must("--officer", "wang", "move", doc, "depart", "--officers", "li",
           "--set", "manifest_no=LD1")
    a.must("--officer", "wang", "move", doc, "execute", "--officers", "li",
           *burn())
    refused(a, "700 were seized", "--officer", "wang", "move", doc,
            "write_off", "--officers", "li")
    c.end()


main()
