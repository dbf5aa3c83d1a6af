"""Rows with tracks of their own: tasks given to desks, each moved by the desk
that it names, over a real exchange, with one desk away half-way."""
from tap import *

TITLE = {"zh": "督办", "en": "tasks"}
RULE = [{"law": "", "article": "约定", "from": "2020-01-01",
         "confidence": "L"}]


def state(zh, stage, **more):
    return {"title": {"zh": zh, "en": zh}, "stage": stage, **more}


def move(zh, start, to=None, **more):
    m = {"title": {"zh": zh, "en": zh}, "from": start, **more}
    if to:
        m["to"] = to
    return m


KIND = {
    "format": 1, "kind": "tasks", "version": 1, "effective": "2020-01-01",
    "title": TITLE, "scope": "exchange",
    "parts": {"party": {"from": "to", "min": 1}},
    "relay": {"rows": "same"},
    "fields": [
        {"name": "title", "type": "text", "title": TITLE, "required": "must"},
        {"name": "tasks", "type": "list", "key": "no", "each": "who",
         "title": TITLE, "reopens": ["rows"], "columns": [
             {"name": "no", "type": "code", "title": TITLE,
              "required": "must"},
             {"name": "what", "type": "text", "title": TITLE},
             {"name": "who", "type": "desk", "title": TITLE},
             {"name": "due", "type": "date", "title": TITLE}]}],
    "tracks": {
        "owner": {"title": TITLE, "initial": "draft", "states": {
            "draft": state("草拟", "draft"), "sent": state("已发", "sent"),
            "done": state("办结", "closed", end=True)}, "moves": {
            "issue": move("签发", ["draft"], "sent", roles=["approver"]),
            "finish": move("办结", ["sent"], "done", when={
                "tracks": "rows", "all": {"ended": True}})}},
        "party": {"title": TITLE, "initial": "stored", "states": {
            "stored": state("已入库", "stored"),
            "signed": state("已签收", "signed")}, "moves": {
            "sign": move("签收", ["stored"], "signed")}},
        "rows": {"title": TITLE, "initial": "assigned", "states": {
            "assigned": state("督办", "stored", waits=[
                {"roles": ["duty"], "do": {"zh": "反馈办理情况",
                                           "en": "report"}}]),
            "reported": state("已反馈", "fed_back", falls_back="assigned",
                              waits=[{"roles": ["head"], "when": {
                                  "track": "owner", "in": ["sent"]}}]),
            "struck_off": state("销号", "closed", end=True)}, "moves": {
            "report": move("反馈", ["assigned"], "reported", input=[
                {"name": "result", "type": "text", "title": TITLE,
                 "required": "must"},
                {"name": "memo", "type": "text", "title": TITLE,
                 "see": "local"}]),
            "strike_off": move("销号", ["reported"], "struck_off",
                               approve="head")}}},
    "clocks": [
        {"name": "due", "title": TITLE, "bearer": "rows",
         "start": {"stored": True}, "stop": ["report"], "until": "due",
         "duty": "agreed", "rules": RULE}],
    "checks": [], "views": {"list": ["title"], "detail": [["title"]]},
}

a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
pair(a, b, c)
path = tmp("kind") / "tasks.json"
path.write_text(json.dumps(KIND, ensure_ascii=False))


def show(desk, doc):
    return desk.json("show", doc)[0]


def rows(desk, doc):
    return {r["key"]: r["state"] for r in show(desk, doc)["rows"]
            if not r["removed"]}


def issue(*rows_set, to="330100,320500"):
    args = ["new", "tasks", "--to", to, "--set", "title=整治"]
    for s in rows_set:
        args += ["--set", s]
    return args


@test
def a_kind_with_rows_is_installed():
    for d in (a, b, c):
        d.must("kind", "add", path)
        d.serve()


@test
def rows_name_desks_that_are_addressed():
    p = a.run(*issue("tasks.0.who=340100"))
    equal(p.returncode, 1, "a desk that is not addressed is refused")
    contains(p.stderr, "340100", "and named")
    p = a.run(*issue("tasks.0.who=330100", "tasks.0.no=R1",
                     "tasks.1.who=320500", "tasks.1.no=R1"))
    equal(p.returncode, 1, "a key given twice is refused")
    p = a.run(*issue("tasks.0.who=330100", "tasks.0.no=a:b"))
    equal(p.returncode, 1, "a key that names no track is refused")
    p = a.run(*issue("tasks.0.what=无人"))
    equal(p.returncode, 1, "a row without a desk is refused")


@test
def each_desk_moves_its_rows():
    doc = a.must(*issue(
        "tasks.0.who=330100", "tasks.0.what=约谈平台",
        "tasks.0.due=2020-01-03", "tasks.1.who=320500",
        "tasks.1.what=查处窝点", "tasks.1.due=2999-01-01",
        "tasks.2.who=310105", "tasks.2.what=印发通报",
    )).strip().splitlines()[-1]
    wait_for(lambda: [r for d in (b, c) for r in d.json("list")
                      if r["id"] == doc][1:], what="arrival at both")
    equal([r["key"] for r in show(a, doc)["rows"]], ["1", "2", "3"],
          "rows without a key are numbered")
    row = [r for r in b.json("list") if r["id"] == doc][0]
    ok(row["waits"] and row["late"], "the task waits and is late", row)
    ok(row["wait_for"] in ("反馈办理情况", "report"), "what for", row)
    moves = {(m["row"], m["name"]): m["possible"]
             for m in show(b, doc)["moves"]}
    equal(moves, {(None, "sign"): True, ("1", "report"): True,
                  ("1", "strike_off"): False}, "moves with the row's key")
    equal(b.run("move", doc, "report", "--row", "2", "--set",
                "result=x").returncode, 1, "not another's row")
    equal(b.run("move", doc, "report", "--set", "result=x").returncode, 1,
          "a row's move is none of the own track")
    equal(b.run("move", doc, "report", "--row", "1").returncode, 1,
          "its input is asked for")
    b.must("move", doc, "report", "--row", "1", "--set", "result=已约谈",
           "--set", "memo=只在本单位")
    equal(rows(b, doc)["1"], "reported", "here")
    wait_for(lambda: rows(a, doc)["1"] == "reported", what="at the owner")
    wait_for(lambda: rows(c, doc)["1"] == "reported",
             what="at who has a row too (relay same)")
    ok(any("(1)" in t["what"] and "已约谈" in (t["text"] or "")
           for t in show(a, doc)["timeline"]), "the timeline names the row")
    ok("只在本单位" not in json.dumps(a.json("events", doc),
                                       ensure_ascii=False),
       "a local input stays at home")
    clocks = {k["row"]: k for k in show(a, doc)["clocks"]}
    equal(clocks["1"]["state"], "met", "done, though late")
    equal(clocks["2"]["state"], "running", "the other runs")
    equal(clocks["1"]["desk"], "330100", "borne by the row's desk")
    equal(a.run("move", doc, "finish").returncode, 1,
          "not before every row is struck off")

    # the owner's own row, and an approval that parks
    a.must("move", doc, "report", "--row", "3", "--set", "result=已印发")
    equal(rows(a, doc)["3"], "reported", "the owner moves its row")
    c.stop()
    c.must("move", doc, "report", "--row", "2", "--set", "result=已查处")
    c.must("move", doc, "strike_off", "--row", "2")
    equal(rows(a, doc)["2"], "assigned", "one desk is away")
    c.serve()
    wait_for(lambda: rows(a, doc)["2"] == "struck_off", what="it came back")
    b.must("move", doc, "strike_off", "--row", "1")
    a.must("move", doc, "strike_off", "--row", "3")
    wait_for(lambda: rows(a, doc)["1"] == "struck_off", what="all rows")
    a.must("move", doc, "finish")
    equal(show(a, doc)["state"], "done", "all struck off: finished")
    for d in (a, b, c):
        equal(d.run("verify", "--rebuild").returncode, 0,
              f"{d.id}: projections are those of the events")


@test
def a_revise_ends_and_changes_rows():
    doc = a.must(*issue(
        "tasks.0.who=330100", "tasks.0.what=甲", "tasks.1.who=320500",
        "tasks.1.what=乙")).strip().splitlines()[-1]
    wait_for(lambda: [r for r in b.json("list") if r["id"] == doc],
             what="arrival")
    b.must("move", doc, "report", "--row", "1", "--set", "result=一")
    wait_for(lambda: rows(a, doc)["1"] == "reported", what="report")
    a.must("revise", doc, "--set", "tasks.0.what=甲二")
    equal(rows(a, doc)["1"], "assigned", "a changed row falls back")
    wait_for(lambda: rows(b, doc)["1"] == "assigned", what="so it does there")
    b.must("move", doc, "report", "--row", "1", "--set", "result=二")
    wait_for(lambda: rows(a, doc)["1"] == "reported", what="again")
    a.must("revise", doc, "--set", "tasks.0.who=320500")
    wait_for(lambda: [r for r in show(b, doc)["rows"] if r["removed"]],
             what="given to another desk")
    equal(b.run("move", doc, "strike_off", "--row", "1").returncode, 1,
          "it is no longer b's")
    wait_for(lambda: rows(c, doc).get("1") == "assigned",
             what="it begins anew with the other")
    c.must("move", doc, "report", "--row", "1", "--set", "result=三")
    out = c.must("show", doc)
    contains(out, "320500", "show lists the rows")
    for d in (a, b, c):
        d.stop()
        equal(d.run("verify", "--rebuild").returncode, 0, f"{d.id} verifies")


main()
