"""Publication of penalties (DOMAIN 9): in the province, pushed to the unit of
registration elsewhere, changed, revoked, shown for its time.
"""
# run: timeout=400
from tap import *

NOW = "2026-09-21T09:00:00+08:00"  # a Monday


def at(*desks, now):
    for d in desks:
        serving = d.server is not None
        d.stop()
        d.env["DELTADESK_TEST_NOW"] = now
        if serving:
            d.serve()


def desks(*ids, now=NOW):
    made = [Desk(i, env={"DELTADESK_TEST_NOW": now}) for i in ids]
    pair(*made)
    for d in made:
        d.serve()
    return made


def decision(*types, **fields):
    whole = {"title": "关于虚构公司侵权案的处罚", "decision_no": "沪市监罚1号",
             "decided_on": "2026-09-18", "party_concerned.name": "虚构公司",
             "contact.office": "法制", "contact.phone": "000000000001"}
    for i, t in enumerate(types):
        whole[f"penalties.{i}.type"] = t
    whole.update(fields)
    args = []
    for k, v in whole.items():
        args += ["--set", f"{k}={v}"]
    return args


def issue(desk, *types, to=(), cc=(), **fields):
    args = ["new", "penalty"]
    if to:
        args += ["--to", ",".join(d.id for d in to)]
    if cc:
        args += ["--cc", ",".join(d.id for d in cc)]
    return desk.must(*args, *decision(*types, **fields)).splitlines()[-1]


def clocks(desk, doc):
    return {(c["name"], c["desk"]): (c["due_at"][:10], c["state"])
            for c in desk.json("show", doc)[0]["clocks"]}


def row(desk, doc):
    return wait_for(lambda: [r for r in desk.json("list")
                             if r["id"] == doc], 20, doc)[0]


def comes_to(desk, doc, of, state):
    def now():
        if of is desk:
            return row(desk, doc)["state"]
        return [p["state"] for p in row(desk, doc)["parties"]
                if p["desk"] == of.id][0]
    try:
        wait_for(lambda: now() == state, 20, state)
    except TimeoutError:
        pass
    equal(now(), state, f"{desk.id} sees {of.id} {state}")


def duty(desk, doc):
    rows = [r for r in desk.json("list", "--waits") if r["id"] == doc]
    return rows[0]["wait"] if rows and "wait" in rows[0] else bool(rows)


def refused(desk, part, *args, text=None):
    p = desk.run("--lang", "en", *args)
    equal(p.returncode, 1, text or f"refused: {part}")
    contains(p.stderr, part, "and it says why")


def verified(*all_):
    for d in all_:
        d.stop()
        p = d.run("verify", "--rebuild")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


@test
def in_the_province():
    a, = desks("310105")
    doc = issue(a, "罚款", "没收违法所得")
    # 20 working days from Friday 09-18: 09-20 is made up, 09-25 the
    # Mid-Autumn day, 10-01..07 the National Day, 10-10 made up
    equal(clocks(a, doc)[("publish", a.id)], ("2026-10-22", "running"),
          "published within 20 working days of the decision")
    ok(duty(a, doc), "it waits to be published")
    a.must("move", doc, "publish", "--set", "on=2026-09-21")
    got = clocks(a, doc)
    equal(got[("publish", a.id)][1], "met", "published in time")
    equal(got[("shown", a.id)], ("2029-09-21", "running"),
          "shown for three years")
    refused(a, "condition", "move", doc, "end_showing",
            text="not taken away before its time")
    verified(a)


@test
def how_long_it_is_shown():
    a, = desks("310105")
    for types, fields, want in (
            (["通报批评"], {}, "2026-12-21"),
            (["罚款"], {"small_fine": "true"}, "2026-12-21"),
            (["警告", "罚款"], {"small_fine": "true"}, "2026-12-21"),
            (["罚款"], {}, "2029-09-21"),
            (["通报批评", "吊销许可证件"], {}, "2029-09-21"),
            (["罚款", "没收非法财物"], {"small_fine": "true"}, "2029-09-21")):
        doc = issue(a, *types, **fields)
        a.must("move", doc, "publish", "--set", "on=2026-09-21")
        equal(clocks(a, doc)[("shown", a.id)][0], want, f"{types} {fields}")
    doc = issue(a, "限制从业", ban_until="2031-05-31")
    a.must("move", doc, "publish", "--set", "on=2026-09-21")
    got = clocks(a, doc)
    equal(got[("ban", a.id)][0], "2031-05-31", "as long as a longer ban runs")
    ok(("shown", a.id) not in got, "and not three years")
    doc = issue(a, "警告")
    equal(clocks(a, doc), {}, "a mere warning has no clock")
    refused(a, "condition", "move", doc, "publish", "--set", "on=2026-09-21",
            text="a mere warning is not published")
    a.must("move", doc, "close")
    verified(a)


@test
def the_time_is_over():
    a, = desks("310105")
    doc = issue(a, "通报批评")
    a.must("move", doc, "publish", "--set", "on=2026-09-21")
    at(a, now="2026-12-21T23:00:00+08:00")
    ok(not duty(a, doc), "nothing to do to its last hour")
    at(a, now="2026-12-22T00:01:00+08:00")
    wait_for(lambda: duty(a, doc), 20, "a duty row when its time is over")
    a.must("move", doc, "end_showing")
    comes_to(a, doc, a, "closed")
    verified(a)


AWAY = {"registered_in": "外省", "party_concerned.registered_at": "330106"}


@test
def pushed_to_another_province():
    a, b, p = desks("310105", "330106", "330000")
    refused(a, "another province", "new", "penalty",
            *decision("罚款", **AWAY), text="it must be pushed")
    refused(a, "is not the unit of registration", "new", "penalty", "--to",
            p.id,
            *decision("罚款", **{**AWAY,
                                 "party_concerned.registered_at": "320500"}),
            text="to the unit of registration")
    refused(a, "should be", "new", "penalty", "--to", b.id,
            *decision("罚款", **{**AWAY, "registered_in": "本省"}),
            text="the division says in which province")
    doc = issue(a, "罚款", to=[b], cc=[p], **AWAY)
    got = clocks(a, doc)
    equal(got[("push", a.id)], ("2026-10-09", "met"),
          "pushed within 10 working days of the decision")
    ok(("publish", a.id) not in got, "this desk publishes nothing itself")
    refused(a, "condition", "move", doc, "publish", "--set", "on=2026-09-21",
            text="it is published where the party is registered")
    row(b, doc), row(p, doc)
    got = clocks(b, doc)
    equal(got[("publish_there", b.id)], ("2026-10-12", "running"),
          "published there within 10 working days of receipt")
    b.must("sign", doc)
    p.must("sign", doc)
    p.must("move", doc, "pass_on", "--set", "on=2026-09-21")
    b.must("move", doc, "publish", "--set", "on=2026-09-22")
    comes_to(a, doc, b, "published")
    equal(clocks(b, doc)[("shown_there", b.id)][0], "2029-09-21",
          "and shown there for three years")

    at(a, b, p, now="2026-09-23T09:00:00+08:00")
    b.stop()  # offline while the decision is changed
    a.must("move", doc, "alter", "--set", "reason=x", "--set", "paper_no=2")
    comes_to(a, doc, a, "altered")
    b.serve()
    wait_for(lambda: ("takedown_there", b.id) in clocks(b, doc), 20, "clock")
    equal(clocks(b, doc)[("takedown_there", b.id)], ("2026-09-29", "running"),
          "taken down within 3 working days, past the Mid-Autumn day")
    ok(duty(b, doc), "and it is on the duty list there")
    at(a, b, p, now="2026-09-24T09:00:00+08:00")
    b.must("move", doc, "take_down", "--set", "on=2026-09-24")
    equal(clocks(b, doc)[("takedown_there", b.id)][1], "met", "taken down")
    comes_to(a, doc, b, "taken_down")
    a.must("revise", doc, "--set", "penalties.0.amount=1000")
    at(a, b, p, now="2026-09-28T09:00:00+08:00")
    a.must("move", doc, "reissue", "--set", "taken_down_on=2026-09-24")
    wait_for(lambda: duty(b, doc), 20, "published as altered")
    equal(clocks(b, doc)[("publish_there", b.id)], ("2026-10-16", "running"),
          "within 10 working days again")
    at(a, b, p, now="2026-09-29T09:00:00+08:00")
    b.must("move", doc, "publish", "--set", "on=2026-09-29")
    comes_to(a, doc, b, "published")

    at(a, b, p, now="2026-10-09T09:00:00+08:00")
    a.must("move", doc, "revoke", "--set", "reason=x", "--set", "paper_no=3")
    wait_for(lambda: duty(b, doc), 20, "revoked")
    newest = [c for c in b.json("show", doc)[0]["clocks"]
              if c["name"] == "takedown_there"][-1]
    equal((newest["due_at"][:10], newest["state"]), ("2026-10-13", "running"),
          "taken down within 3 working days, one of them a Saturday")
    at(a, b, p, now="2026-10-10T09:00:00+08:00")
    b.must("move", doc, "take_down", "--set", "on=2026-10-10")
    comes_to(a, doc, b, "taken_down")
    a.must("move", doc, "close")
    verified(a, b, p)


@test
def sent_to_the_wrong_unit():
    """The code is not known: only the receiver can tell."""
    a, b = desks("310105", "330106")
    doc = issue(a, "罚款", to=[b], registered_in="外省")
    row(b, doc)
    b.must("sign", doc)
    b.must("move", doc, "return_push", "--set", "reason=登记地在苏州",
           "--set", "suggest=320500")
    comes_to(a, doc, b, "returned")
    ok(duty(a, doc), "returned, it waits to be readdressed")
    c, = desks("320500")
    pair(a, c)
    a.must("revise", doc, "--to", c.id, "--set",
           "party_concerned.registered_at=320500")
    row(c, doc)
    c.must("sign", doc)
    c.must("move", doc, "publish", "--set", "on=2026-09-22")
    comes_to(a, doc, c, "published")
    verified(a, b, c)


main()
