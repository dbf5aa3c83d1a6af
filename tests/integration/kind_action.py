"""A joint action between three desks, from the plan to the archive."""
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


def people(*cert_nos):
    out = []
    for i, c in enumerate(cert_nos):
        out += ["--set", f"officers.{i}.cert_no={c}"]
    return out


def plan(start, end, *more, to="330100,320500"):
    return lead.must("new", "action", "--to", to,
                     "--set", "title=关于开展“岫云行动”联合执法行动的方案",
                     "--set", "code_name=岫云行动", "--set", f"h_hour={start}",
                     "--set", f"ends_at={end}",
                     "--set", "target=运动鞋仓库", "--set",
                     "place=杭州余杭虚构仓库 3号", "--set", "mode=actual",
                     "--set", f"reply_by_at={at(hours=20)}",
                     *people("3101FICT001", "3101FICT002"),
                     "--set", "vehicles.0.plate=沪A·虚构01",
                     "--set", "roles.0.desk=330100", "--set",
                     "roles.0.role=搜查", *more).strip().splitlines()[-1]


def state(desk, doc):
    for r in desk.json("list", "action"):
        if r["id"] == doc:
            return r["state"]
    return None


def party_state(desk, doc, party):
    for r in desk.json("list", "action"):
        if r["id"] == doc:
            for p in r["parties"]:
                if p["desk"] == party:
                    return p["state"]
    return None


def arrives(desk, doc):
    wait_for(lambda: state(desk, doc), what=f"{doc} at {desk.id}")


def join(desk, doc, *cert_nos, plate=None):
    more = ["--set", f"vehicles.0.plate={plate}"] if plate else []
    desk.must("move", doc, "join", "--set", "leader=带队员", "--set",
              "phone=0571-00000001", *people(*cert_nos), *more)


@test
def the_whole_course():
    for d in desks:
        d.serve()
    doc = plan(at(days=3), at(days=3, hours=4), "--set", "customs=320500")
    for d in (hz, sz):
        arrives(d, doc)
    equal(state(lead, doc), "proposed", "the parties are asked")
    p = lead.run("move", doc, "lock")
    ok(p.returncode == 1, "no lock before anybody confirmed", p.stderr)

    hz.must("sign", doc)
    p = hz.run("move", doc, "join", "--set", "leader=甲", "--set",
               "phone=0571-1", *people("3301FICT005"))
    ok(p.returncode == 1, "one officer is not enough", p.stdout + p.stderr)
    join(hz, doc, "3301FICT005", "3301FICT006", plate="浙A·虚构08")
    sz.must("move", doc, "conditional", "--set", "condition=车辆由牵头方保障",
            "--set", "leader=乙", "--set", "phone=0512-2",
            *people("3205FICT009", "3205FICT010"))
    wait_for(lambda: party_state(lead, doc, "330100") == "joined"
             and party_state(lead, doc, "320500") == "conditional",
             what="both confirmed")
    wait_for(lambda: party_state(hz, doc, "320500") == "conditional",
             what="a party sees the other's word")
    rows = [r["cert_no"] for r in
            lead.json("show", doc)[0]["fields"]["officers"]]
    equal(sorted(rows), ["3101FICT001", "3101FICT002", "3205FICT009",
                         "3205FICT010", "3301FICT005", "3301FICT006"],
          "people of all desks are one list")
    # what is no matter of time, place or role leaves the confirmations alone;
    # a sealed place that stays is the same place in the next revision
    lead.must("revise", doc, "--set", "about=补充说明")
    equal((party_state(lead, doc, "330100"), party_state(lead, doc, "320500")),
          ("joined", "conditional"), "an explanation reopens nothing")
    lead.must("move", doc, "lock")
    equal(state(lead, doc), "locked", "locked")

    # embargo: neither target nor place is at the parties
    wait_for(lambda: [e for e in hz.json("events", doc)
                      if (e["data"] or {}).get("move") == "lock"],
             what="the lock at a party")
    for d in (hz, sz):
        text = json.dumps(d.json("show", doc), ensure_ascii=False) + \
            json.dumps(d.json("events", doc), ensure_ascii=False)
        ok("运动鞋仓库" not in text and "虚构仓库" not in text,
           f"{d.id} does not see target and place", text[:2000])
    equal(lead.json("show", doc)[0]["fields"]["place"], "杭州余杭虚构仓库 3号",
          "the lead does")

    # a change of time reopens the confirmations, and the lock
    start, end = at(minutes=30), at(minutes=270)
    p = lead.run("revise", doc, "--set", f"h_hour={start}", "--set",
                 f"ends_at={end}")
    ok(p.returncode == 1 and "320500" in p.stderr or "330100" in p.stderr,
       "so late a change asks for the telephone", p.stderr)
    def minute():       # as it is typed: the minute of the revision itself
        return at()[:17] + "00" + at()[19:]

    lead.must("revise", doc, "--set", f"h_hour={start}", "--set",
              f"ends_at={end}",
              "--set", "calls.0.desk=330100", "--set", f"calls.0.at={minute()}",
              "--set", "calls.0.who=带队员", "--set", "calls.1.desk=320500",
              "--set", f"calls.1.at={minute()}", "--set", "calls.1.who=乙")
    equal(state(lead, doc), "proposed", "the lock fell")
    equal(party_state(lead, doc, "330100"), "to_confirm",
          "the confirmation fell")
    p = lead.run("move", doc, "lock")
    ok(p.returncode == 1, "no lock on stale confirmations", p.stderr)

    # one party is off the line half way, and acts all the same
    wait_for(lambda: party_state(hz, doc, "330100") == "to_confirm",
             what="the change at a party")
    wait_for(lambda: party_state(sz, doc, "320500") == "to_confirm",
             what="the change at the other")
    sz.stop()
    join(sz, doc, "3205FICT009", "3205FICT011")
    join(hz, doc, "3301FICT005", "3301FICT006", plate="浙A·虚构08")
    wait_for(lambda: party_state(lead, doc, "330100") == "joined",
             what="one confirmed anew")
    p = lead.run("move", doc, "lock")
    ok(p.returncode == 1, "not while one is silent", p.stderr)
    sz.serve()
    wait_for(lambda: party_state(lead, doc, "320500") == "joined",
             timeout=60, what="the word of who was off the line")
    lead.must("move", doc, "lock")

    # roll call, open from two hours before
    hz.must("move", doc, "arrive", "--set", f"arrived_at={at()}", "--set",
            "headcount=2")
    wait_for(lambda: party_state(lead, doc, "330100") == "arrived",
             what="arrival")
    call = {r["desk"]: r for r in lead.json("roll-call", doc)}
    equal(sorted(call), ["320500", "330100"], "each party is called")
    row = call["330100"]
    ok(row["arrived"] and row["headcount"] == 2 and row["leader"] == "带队员"
       and row["phone"] == "0571-00000001", "who leads and is there", row)
    ok(-31 <= row["late_minutes"] <= -28, "minutes from the hour", row)
    ok(not call["320500"]["arrived"] and call["320500"]["late_minutes"] == 0,
       "who is not there yet", call["320500"])
    contains(lead.must("roll-call", doc), "1", "as text too")

    p = lead.run("move", doc, "start")
    ok(p.returncode == 1, "not before the hour without a reason", p.stderr)
    lead.must("move", doc, "start", "--note", "各方提前到位")
    for d in (hz, sz):
        wait_for(lambda d=d: d.json("show", doc)[0]["fields"].get("target")
                 == "运动鞋仓库", what=f"the target is disclosed at {d.id}")
        equal(d.json("show", doc)[0]["fields"].get("place"),
              "杭州余杭虚构仓库 3号", f"and the place at {d.id}")
    other = hz.must("new", "action", "--to", "320500", "--draft", "--set",
                    "title=同一仓库", "--set", f"h_hour={at(hours=1)}", "--set",
                    f"ends_at={at(hours=2)}", "--set",
                    "place=杭州余杭虚构仓库３号").strip().splitlines()[-1]
    ok([r for r in hz.json("clash", other) if r["what"] == "place"
        and r["id"] == doc], "a disclosed place is compared",
       hz.json("clash", other))
    sz.must("move", doc, "arrive", "--set", f"arrived_at={at(minutes=42)}",
            "--set", "headcount=2")
    wait_for(lambda: party_state(lead, doc, "320500") == "arrived",
             what="the other arrival")
    late = {r["desk"]: r for r in lead.json("roll-call", doc)}["320500"]
    ok(11 <= late["late_minutes"] <= 13, "late by so many minutes", late)

    # a customs unit takes part: its clocks run, for it alone
    p = hz.run("move", doc, "customs_detain", "--set", "paper_no=1")
    ok(p.returncode == 1 and "320500" in p.stderr, "only customs detains",
       p.stderr)
    sz.must("move", doc, "customs_notify", "--set", f"on={at()[:10]}")
    sz.must("move", doc, "customs_detain", "--set", "paper_no=扣1号")
    sz.must("move", doc, "customs_applied", "--set", f"on={at()[:10]}")
    wait_for(lambda: [c for c in lead.json("show", doc)[0]["clocks"]
                      if c["name"] == "customs_apply" and c["state"] == "met"],
             what="the right holder's application")
    clocks = {c["name"]: c for c in lead.json("show", doc)[0]["clocks"]
              if c["name"].startswith("customs")}
    equal({n: (c["desk"], c["amount"], c["unit"], c["state"]) for n, c in
           clocks.items()},
          {"customs_apply": ("320500", 3, "working_day", "met"),
           "customs_determine": ("320500", 30, "working_day", "running"),
           "customs_release_50": ("320500", 50, "working_day", "running")},
          "the clocks of customs")
    ok(all("海关保护条例" in c["article"] for c in clocks.values()),
       "with their articles", clocks)
    lead.must("move", doc, "carry_out")

    # the results of all are one sum
    hz.must("move", doc, "report", "--set", "text=现场查见运动鞋", "--set",
            "seized.0.name=运动鞋", "--set", "seized.0.quantity=600", "--set",
            "seized.0.unit=双", "--set", "seized.0.value_yuan=132000")
    sz.must("move", doc, "report", "--set", "text=查见鞋标", "--set",
            "seized.0.name=鞋标", "--set", "seized.0.quantity=12", "--set",
            "seized.0.unit=卷", "--set", "seized.0.value_yuan=2640")
    wait_for(lambda: party_state(lead, doc, "320500") == "reported"
             and party_state(lead, doc, "330100") == "reported",
             what="both reports")
    shown = lead.json("show", doc)[0]
    equal(sorted((r["desk"], r["quantity"]) for r in
                 shown["fields"]["seized"]),
          [("320500", 12), ("330100", 600)], "results by desk")
    equal(shown["sums"].get("seized.value_yuan"), 134640, "and their sum")
    lead.must("move", doc, "sum_up")
    for d in (hz, sz):
        d.must("move", doc, "done", "--note", "已完成")
    wait_for(lambda: party_state(lead, doc, "320500") == "done"
             and party_state(lead, doc, "330100") == "done", what="done")
    lead.must("move", doc, "archive")
    equal(state(lead, doc), "archived", "archived")


@test
def what_clashes_is_seen():
    a = plan(at(days=10), at(days=10, hours=4))
    for d in (hz, sz):
        arrives(d, a)
    # full width, other dots, another desk's plan, half an hour of overlap
    b = hz.must("new", "action", "--to", "320500", "--draft",
                "--set", "title=另一行动",
                "--set", f"h_hour={at(days=10, hours=3, minutes=30)}",
                "--set", f"ends_at={at(days=10, hours=6)}",
                "--set", "vehicles.0.plate=沪Ａ 虚构０１",
                *people("3301FICT999", "3101fict002")
                ).strip().splitlines()[-1]
    rows = hz.json("clash", b)
    what = sorted((r["what"], r["id"]) for r in rows)
    equal(what, [("officer", a), ("unit", a), ("unit", a), ("vehicle", a)],
          "officer, both units and vehicle, once each")
    span = [r for r in rows if r["what"] == "vehicle"][0]
    ok(span["from"] < span["to"], "with the overlap", span)
    p = hz.run("clash", b)
    contains(p.stdout, "虚构", "as text")
    p = hz.run("issue", b)
    equal(p.returncode, 0, "a clash is no bar to asking")
    wait_for(lambda: state(sz, b), what="the other action")
    contains(hz.must("show", b), "3101fict002", "show tells the clashes")

    # the sealed place of another cannot be compared
    c = sz.must("new", "action", "--to", "310105", "--draft", "--set",
                "title=同一地点", "--set", f"h_hour={at(days=10)}", "--set",
                f"ends_at={at(days=10, hours=2)}", "--set",
                "place=杭州余杭虚构仓库3号").strip().splitlines()[-1]
    ok(not [r for r in sz.json("clash", c) if r["what"] == "place"],
       "the place is sealed there")
    d = lead.must("new", "action", "--to", "320500", "--draft", "--set",
                  "title=同一地点", "--set", f"h_hour={at(days=10)}",
                  "--set", f"ends_at={at(days=10, hours=2)}", "--set",
                  "place=杭州余杭虚构仓库（3号）").strip().splitlines()[-1]
    ok([r for r in lead.json("clash", d) if r["what"] == "place"],
       "one's own place is compared", lead.json("clash", d))
    # a draft clashes with a draft; an exercise with nothing
    e = lead.must("new", "action", "--to", "320500", "--draft", "--set",
                  "title=演练", "--set", "mode=exercise", "--set",
                  f"h_hour={at(days=10)}", "--set",
                  f"ends_at={at(days=10, hours=2)}", "--set",
                  "place=杭州余杭虚构仓库3号").strip().splitlines()[-1]
    equal(lead.json("clash", e), [], "an exercise does not clash")
    ok([r for r in lead.json("clash", a) if r["id"] == d and r["draft"]],
       "an own draft is seen from the document")

    # the lock goes over a clash only with a reason
    join(hz, a, "3301FICT005", "3301FICT006")
    sz.must("move", a, "decline", "--set", "reason=同一时段已参加另一行动")
    wait_for(lambda: party_state(lead, a, "330100") == "joined"
             and party_state(lead, a, "320500") == "declined",
             what="the replies")
    p = lead.run("move", a, "lock")
    ok(p.returncode == 1, "the lock names the clash", p.stderr)
    lead.must("move", a, "lock", "--note", "另一行动已口头协调")
    equal(state(lead, a), "locked", "a note goes over it")
    rows = [r for r in lead.json("clash", a) if r["what"] == "unit"
            and r["value"] == "320500"]
    equal(rows, [], "who declined is free")

    # the calendar, and cancelling
    def agenda(desk):
        return [r for r in desk.json("calendar", "--from", at(days=9)[:10],
                                     "--to", at(days=11)[:10])
                if r["id"] == a]

    wait_for(lambda: agenda(hz) and agenda(hz)[0]["replied"] == 2,
             what="both replies at a party")
    rows = agenda(hz)
    ok(len(rows) == 1 and rows[0]["parties"] == 2 and rows[0]["clashes"] == 1,
       "in the calendar, with what it clashes with", rows)
    equal(agenda(lead)[0]["clashes"], 0,
          "the lead was not sent the other action")
    contains(lead.must("calendar", "--to", at(days=20)[:10]), "岫云行动",
             "as text")
    lead.must("move", a, "cancel", "--set", "reason=目标已搬离")
    equal(lead.json("clash", a), [], "cancelled: it clashes with nothing")
    wait_for(lambda: not [r for r in hz.json("clash", b) if r["id"] == a],
             what="nor does another with it")
    wait_for(lambda: [e for e in hz.json("events", a)
                      if (e["data"] or {}).get("move") == "cancel"],
             what="the parties know")
    rows = agenda(hz)
    ok(len(rows) == 1 and rows[0]["off"] and not rows[0]["withdrawn"],
       "their calendar keeps its hours, called off", rows)


@test
def the_samples_load():
    for n, line in enumerate(open(
            TOP / "tests/data/samples/actions.ndjson", encoding="utf-8")):
        row = json.loads(line)
        f = row["fields"]
        f["documents"] = [{"name": x} for x in f["documents"]]
        own = [x for x in row["to"] if x != "310105"]
        p = lead.run("new", "action", "--to", ",".join(own or ["330100"]),
                     "--draft", "--insist", "--file", "-",
                     input=json.dumps({k: v for k, v in f.items() if v != ""}))
        ok(p.returncode == 0, f"sample {n + 1} is a draft", p.stderr)
    rows = lead.json("calendar", "--from", "2026-10-30", "--to", "2026-11-11")
    ok(not rows, "drafts are in no calendar", rows)
    fair = [r for r in lead.json("list", "action") if "展会巡查" in r["title"]]
    doc = fair[0]["id"]
    ok(lead.run("show", doc, "--json").returncode == 0, "shown")


@test
def all_of_it_verifies():
    for d in desks:
        equal(d.stop(), 0, f"{d.id} ends")
        p = d.run("verify", "--rebuild")
        ok(p.returncode == 0, f"{d.id} verifies", p.stdout + p.stderr)


main()
