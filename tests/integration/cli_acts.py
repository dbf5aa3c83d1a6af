"""Every act as a command, between two desks that serve."""
from tap import *

a = Desk("310105")
b = Desk("330100")
a.trust(b)
b.trust(a)
LIST_FIELDS = {"id", "number", "kind", "title", "owner", "state", "urgency",
               "issued_at", "due_at", "parties"}
SHOW_FIELDS = LIST_FIELDS | {"fields", "clocks", "timeline", "attachments"}


def state_at(desk, doc):
    rows = [r for r in desk.json("list") if r["id"] == doc]
    return rows[0]["state"] if rows else None


@test
def a_notice_goes_its_way():
    servers = [Proc(DELTADESK, "--desk", x.home, "serve") for x in (a, b)]
    for s in servers:
        s.wait_line(r"^listening on 127\.0\.0\.1:\d+$")
    folder = tmp("files")
    (folder / "a.txt").write_text("附件")
    doc = a.must("new", "clue", "--to", "330100", "--set", "title=行程",
                 "--set", "goods.0.name=鞋", "--set", "goods.0.quantity=3",
                 "--set", "party_concerned.name=某公司", "--set",
                 "urgency=加急", "--attach",
                 folder / "a.txt").strip().splitlines()[-1]
    wait_for(lambda: state_at(b, doc) == "stored", what="arrival")
    row = [r for r in b.json("list", "clue", "--box", "in")
           if r["id"] == doc][0]
    ok(LIST_FIELDS <= set(row), "list has the fields of DESIGN 6",
       LIST_FIELDS - set(row))
    equal(row["urgency"], "加急", "urgency")
    ok(row["due_at"].endswith("+08:00"), "due time with offset", row)

    b.must("sign", doc)
    equal(state_at(b, doc), "signed", "signed for")
    wait_for(lambda: [p for r in a.json("list") if r["id"] == doc
                      for p in r["parties"] if p["signed_at"]],
             what="the sender sees the signature")
    view = b.json("show", doc)[0]
    ok(SHOW_FIELDS <= set(view), "show has the fields of DESIGN 6",
       SHOW_FIELDS - set(view))
    equal(view["fields"]["goods"][0]["name"], "鞋", "fields are there")
    equal(view["assignee"], a.json("officer", "list")[0]["id"],
          "the signer is the assignee")
    ok(all(c["article"] for c in view["clocks"]), "each clock has an article",
       view["clocks"])
    wait_for(lambda: b.json("show", doc)[0]["attachments"][0]["here"],
             what="the attachment")

    equal(b.run("move", doc, "accept").returncode, 0, "accepted")
    b.must("note", doc, "拟派两人")
    b.must("remark", doc, "请补充照片")
    a.must("revise", doc, "--set", "facts=补充事实")
    wait_for(lambda: b.json("show", doc)[0]["fields"].get("facts")
             == "补充事实", what="the revision")
    wait_for(lambda: any("请补充照片" in (t["text"] or "")
                         for t in a.json("show", doc)[0]["timeline"]),
             what="the remark")
    ok(not any("拟派两人" in (t["text"] or "")
               for t in a.json("show", doc)[0]["timeline"]),
       "the note stayed at home")
    a.must("remind", doc, "330100")
    p = a.run("remind", doc, "330100")
    equal(p.returncode, 1, "a second reminder within four hours is refused")
    a.must("withdraw", doc, "--note", "重复")
    wait_for(lambda: [r for r in b.json("list") if r["id"] == doc
                      and r["withdrawn"]], what="the withdrawal")
    b.must("ack-withdraw", doc)
    for s in servers:
        equal(s.stop(), 0, "serve ends on SIGTERM")
    for x in (a, b):
        equal(x.run("verify").returncode, 0, f"{x.id} verifies")


@test
def documents_are_found_by_id_ending_and_number():
    doc = a.new(to=[b], title="找得到")
    row = [r for r in a.json("list") if r["id"] == doc][0]
    for word in (doc, doc[-8:], row["number"],
                 row["number"].replace("〔", "[").replace("〕", "]")):
        equal(a.json("show", word)[0]["id"], doc, f"found by {word}")
    equal([r["id"] for r in a.json("search", "找得")], [doc], "found by words")
    equal(a.run("search", "\"", "AND", "(").returncode, 0,
          "no word is a syntax error")
    events = a.json("events", doc)
    equal([e["type"] for e in events], ["issue"], "its events")


@test
def drafts_wait_until_issued():
    doc = a.must("new", "clue", "--to", "330100", "--set", "title=草稿",
                 "--draft").strip().splitlines()[-1]
    row = [r for r in a.json("list") if r["id"] == doc][0]
    ok(row["draft"] and row["number"] is None, "a draft has no number", row)
    a.must("revise", doc, "--set", "title=改过的草稿")
    a.must("issue", doc)
    row = [r for r in a.json("list") if r["title"] == "改过的草稿"][0]
    ok(not row["draft"] and row["number"], "issued with a number", row)


@test
def settings_and_officers():
    names = [s["name"] for s in a.json("set")]
    ok("prefix" in names, "the number prefix is a setting", names)
    a.must("set", "prefix", "沪测")
    equal(a.must("set", "prefix").strip(), "沪测", "set and read back")
    equal(a.run("set", "nosuch", "1").returncode, 1, "unknown setting")
    a.must("officer", "add", "zhang", "张三", "--roles", "duty,reviewer")
    row = [o for o in a.json("officer", "list") if o["id"] == "zhang"][0]
    equal(row["roles"], ["duty", "reviewer"], "roles")
    a.must("officer", "disable", "zhang")
    p = a.run("--officer", "zhang", "list")
    equal(p.returncode, 1, "a disabled officer is refused")


@test
def peers_are_listed():
    rows = a.json("peer", "list")
    equal([r["desk"] for r in rows], ["330100"], "peer list")
    contains(a.must("peer", "show", "330100"), "330100", "peer show")
    equal(a.run("peer", "revoke", "330100").returncode, 0, "peer revoke")
    equal(a.json("peer", "list")[0]["trusted"], False, "not trusted now")


main()
