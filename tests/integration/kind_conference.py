"""A joint conference: items, agenda, reply, minutes, tasks struck off."""
# run: timeout=240
import datetime
import json

from tap import *

SH = datetime.timezone(datetime.timedelta(hours=8))
lead, hz, sz = desks = [Desk("310105"), Desk("330100"), Desk("320500")]
pair(*desks)


def at(**delta):
    t = datetime.datetime.now(SH) + datetime.timedelta(**delta)
    return t.replace(microsecond=0).isoformat()


def day(n):
    return (datetime.datetime.now(SH) +
            datetime.timedelta(days=n)).strftime("%Y-%m-%d")


def row(desk, doc):
    return [r for r in desk.json("list", "conference") if r["id"] == doc][0]


def state(desk, doc):
    rows = [r for r in desk.json("list", "conference") if r["id"] == doc]
    return rows[0]["state"] if rows else None


def party(desk, doc, which):
    return {p["desk"]: p["state"] for p in row(desk, doc)["parties"]}[which]


def refused(p, text):
    ok(p.returncode == 1, text, p.stdout + p.stderr)


@test
def the_whole_course():
    for d in desks:
        d.serve()
    doc = lead.new("conference", [hz, sz], title="第三季度联席会议",
                   propose_by_on=day(-1), work_item="19")
    for d in (hz, sz):
        wait_for(lambda d=d: state(d, doc), what=f"the call at {d.id}")
    equal(state(lead, doc), "collecting", "items are collected")
    refused(lead.run("move", doc, "set_agenda"), "no agenda is there yet")
    hz.must("sign", doc)
    hz.must("move", doc, "propose", "--set",
            "proposals.0.item=协商检验互认分歧")
    sz.must("move", doc, "propose", "--set", "proposals.0.item=寄递单号串并")
    wait_for(lambda: len(lead.json("show", doc)[0]["fields"]
                         .get("proposals", [])) == 2,
             what="items of both units")
    equal(sorted(r["desk"] for r in
                 lead.json("show", doc)[0]["fields"]["proposals"]),
          ["320500", "330100"], "each with its unit")
    lead.must("revise", doc, "--set", "agenda.0.item=协商检验互认分歧",
              "--set", "agenda.1.item=寄递单号串并", "--set",
              f"meets_at={at(minutes=2)}", "--set", "place=虚构会议室")
    lead.must("move", doc, "set_agenda")
    lead.must("move", doc, "notify")
    equal(state(lead, doc), "notified", "notice is given")

    wait_for(lambda: hz.json("show", doc)[0]["fields"].get("agenda"),
             what="the agenda at a party")
    hz.must("move", doc, "attend", "--set", "attendees.0.name=甲")
    sz.must("move", doc, "decline", "--set", "reason=因同日考核，派副职代会",
            "--set", "attendees.0.name=乙")
    wait_for(lambda: party(lead, doc, "330100") == "attending"
             and party(lead, doc, "320500") == "on_leave", what="the replies")
    refused(lead.run("move", doc, "convene"), "not before its time")
    lead.must("move", doc, "convene", "--note", "提前开会")

    # minutes: a signature holds for the wording that was signed
    refused(lead.run("move", doc, "circulate"), "no minutes to sign yet")
    minutes = ["--set", "minutes.number=沪长打假会纪〔2026〕1号"]
    tasks = ["--set", "resolutions.0.no=1", "--set",
             "resolutions.0.text=统一线索反馈期限", "--set",
             "resolutions.0.owner_desk=330100", "--set",
             f"resolutions.0.due_on={day(20)}", "--set",
             "resolutions.1.no=2", "--set",
             "resolutions.1.text=每月互换资质清单", "--set",
             "resolutions.1.owner_desk=320500", "--set",
             f"resolutions.1.due_on={day(30)}"]
    lead.must("revise", doc, *minutes, "--set", "minutes.text=议定两项。",
              *tasks)
    lead.must("move", doc, "circulate")
    for d in (hz, sz):
        wait_for(lambda d=d: d.json("show", doc)[0]["fields"].get("minutes"),
                 what="the minutes")
    hz.must("move", doc, "countersign")
    sz.must("move", doc, "object", "--set", "text=第2项建议改为季度")
    wait_for(lambda: party(lead, doc, "330100") == "countersigned"
             and party(lead, doc, "320500") == "objected",
             what="a signature and an objection")
    refused(lead.run("move", doc, "publish"), "not over an objection")
    lead.must("revise", doc, "--set",
              "minutes.text=议定两项；第2项改为每季度互换。", "--set",
              "dissent=无")
    equal(party(lead, doc, "330100"), "to_countersign",
          "the signature fell with the wording")
    for d in (hz, sz):
        wait_for(lambda d=d: "季度" in d.json("show", doc)[0]["fields"]
                 ["minutes"]["text"], what="the new wording")
    # one signs off the line
    sz.stop()
    sz.must("move", doc, "countersign")
    hz.must("move", doc, "countersign")
    wait_for(lambda: party(lead, doc, "330100") == "countersigned",
             what="one signature")
    refused(lead.run("move", doc, "publish"), "not while one has not signed")
    sz.serve()
    wait_for(lambda: party(lead, doc, "320500") == "countersigned",
             timeout=60, what="the other")
    lead.must("move", doc, "publish")
    lead.must("move", doc, "supervise")

    # the tasks, each with its unit and its clock
    wait_for(lambda: state(hz, doc) and [
        e for e in hz.json("events", doc)
        if (e["data"] or {}).get("move") == "publish"],
        what="the publication at a party")
    clocks = [c for c in lead.json("show", doc)[0]["clocks"]
              if c["name"] == "task"]
    equal(len(clocks), 2, "a clock for each task")
    refused(lead.run("move", doc, "close"), "tasks are open")
    hz.must("move", doc, "report", "--row", "1", "--set", "text=已统一")
    hz.must("move", doc, "strike_off", "--row", "1")
    sz.must("move", doc, "report", "--row", "2", "--set", "text=已互换")
    sz.must("move", doc, "strike_off", "--row", "2")

    def open_tasks():
        return [r for r in lead.json("show", doc)[0]["rows"]
                if r["state"] != "struck_off"]

    wait_for(lambda: not open_tasks(), what="both tasks struck off")
    lead.must("move", doc, "close")
    equal(state(lead, doc), "closed", "the conference is struck off")
    for d in (hz, sz):
        wait_for(lambda d=d: [e for e in d.json("events", doc)
                              if (e["data"] or {}).get("move") == "close"],
                 what="the end")
        d.must("move", doc, "finish")
    wait_for(lambda: party(lead, doc, "320500") == "done"
             and party(lead, doc, "330100") == "done", what="all done")


@test
def over_an_objection_and_called_off():
    doc = lead.new("conference", [hz], title="专题会", meets_at=at(days=5),
                   place="虚构会议室")
    wait_for(lambda: state(hz, doc), what="the call")
    lead.must("revise", doc, "--set", "agenda.0.item=一项")
    lead.must("move", doc, "notify")
    hz.must("move", doc, "attend")
    rows = lead.json("calendar", "--to", day(6))
    ok([r for r in rows if r["id"] == doc and r["place"] == "虚构会议室"],
       "in the calendar", rows)
    lead.must("move", doc, "convene", "--note", "改为今日")
    lead.must("revise", doc, "--set", "minutes.number=1", "--set",
              "minutes.text=议定一项")
    lead.must("move", doc, "circulate")
    wait_for(lambda: hz.json("show", doc)[0]["fields"].get("minutes"),
             what="minutes")
    hz.must("move", doc, "object", "--set", "text=不同意")
    wait_for(lambda: party(lead, doc, "330100") == "objected",
             what="the objection")
    lead.must("move", doc, "publish", "--note", "异议记录在案")
    equal(state(lead, doc), "published", "published, the reason on record")

    off = lead.new("conference", [sz], title="取消的会", meets_at=at(days=5),
                   place="虚构会议室")
    lead.must("move", off, "cancel", "--set", "reason=无议题")
    equal(state(lead, off), "cancelled", "called off")


@test
def the_samples_load():
    with open(TOP / "tests/data/samples/conferences.ndjson",
              encoding="utf-8") as f:
        for n, line in enumerate(f):
            r = json.loads(line)
            r["fields"]["agenda"] = [{"item": x} for x in
                                     r["fields"]["agenda"]]
            p = lead.run("new", "conference", "--to", "330100", "--draft",
                         "--file", "-", input=json.dumps(r["fields"]))
            ok(p.returncode == 0, f"sample {n + 1} is a draft", p.stderr)


@test
def all_of_it_verifies():
    for d in desks:
        equal(d.stop(), 0, f"{d.id} ends")
        p = d.run("verify", "--rebuild")
        ok(p.returncode == 0, f"{d.id} verifies", p.stdout + p.stderr)


main()
