"""Officers: the one table of role x act, the separation of administrator,
auditor and who works with documents (三员分立), confidential fields, and the
audit trail with its seals."""
import hashlib
import json
import sqlite3

from tap import *

ROLES = ["duty", "coordinator", "reviewer", "approver", "head",
         "administrator", "auditor"]


def desk_with_roles():
    """A desk with a notice, and an officer of each role named as the role."""
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    doc = a.new(to=[b], title="t")
    for role in ROLES:
        a.must("officer", "add", role, role, "--roles", role)
    return a, b, doc


def tries(a, doc, role):
    """A command for each act of the table; only the officer differs."""
    rows = tmp("rows") / "rows.ndjson"
    rows.write_text(json.dumps({"title": f"by {role}"}) + "\n")
    return {
        "read": ["list"],
        "look": ["show", doc, "--confidential"],
        "write": ["remark", doc, f"by {role}"],
        "take-out": ["export", "clue", "--format", "ndjson"],
        "bundle": ["bundle", "out", "330100", tmp("media") / "b"],
        "bring-in": ["import", "clue", rows, "--to", "330100"],
        "officers": ["officer", "add", f"by-{role}", "x"],
        "settings": ["set", "sign_hours", "23"],
        "peers": ["peer", "set", "330100", "--address", "127.0.0.1:1"],
        "audit": ["audit"],
    }


@test
def the_table_is_what_the_acts_obey():
    a, _, doc = desk_with_roles()
    table = {r["act"]: r["roles"] for r in a.json("roles")}
    ok(set(tries(a, doc, "x")) <= set(table), "each act tried is in the table")
    for role in ROLES:
        for act, words in tries(a, doc, role).items():
            p = a.run("--officer", role, "--lang", "en", *words)
            may = role in table[act]
            equal(p.returncode == 0, may,
                  f"{role} {'may' if may else 'may not'} {act}")
            if not may:
                contains(p.stderr, table[act][0], "and is told who may")
    for act, roles in table.items():
        ok(("administrator" in roles) != bool(set(roles) - {
            "administrator", "auditor"}) or roles == ["auditor"],
           f"{act} is either of content or of administration")
    equal(table["audit"], ["auditor"], "only an auditor reads the trail")


@test
def content_has_no_other_door():
    a, b, doc = desk_with_roles()
    action = a.new("action", [b], title="虚构行动",
                   h_hour="2026-12-14T05:30:00+08:00",
                   ends_at="2026-12-14T09:30:00+08:00")
    for role in ("administrator", "auditor"):
        for words in (["show", doc], ["events", doc, "--json"],
                      ["related", doc], ["clash", action],
                      ["roll-call", action], ["print", doc],
                      ["calendar", "--from", "2026-12-14"], ["duty"],
                      ["evidence", doc, tmp("ev") / "e"], ["search", "虚构"],
                      ["stats"], ["stats", "--behind", "docs"],
                      ["shift", "list"], ["shift", "log"],
                      ["shift", "roster"]):
            p = a.run("--officer", role, *words)
            equal((p.returncode, p.stdout), (1, ""),
                  f"{role} reads nothing by '{words[0]}'")


@test
def roles_are_kept_apart():
    a, _, _ = desk_with_roles()

    def refused(says, *words, officer=None):
        who = ["--officer", officer] if officer else []
        p = a.run("--lang", "en", *who, *words)
        equal(p.returncode, 1, f"{' '.join(words)} is refused")
        contains(p.stderr, says, f"and says '{says}'")
    refused("auditor has no other", "officer", "add", "x", "X", "--roles",
            "auditor,duty")
    refused("reads no documents", "officer", "add", "x", "X", "--roles",
            "administrator,duty")
    refused("auditor has no other", "officer", "roles", "duty",
            "duty,auditor")
    alone = Desk("320500")
    founder = alone.json("officer", "list")[0]["id"]
    p = alone.run("--lang", "en", "officer", "roles", founder, "duty")
    contains(p.stderr, "only administrator", "the last administrator stays")
    refused("himself", "officer", "roles", "administrator", "auditor",
            officer="administrator")
    contains(a.run("--lang", "en", "officer", "list").stderr, "split",
             "the founding officer's roles are to be split")
    founder = next(o["id"] for o in a.json("officer", "list")
                   if "duty" in o["roles"] and "administrator" in o["roles"])
    a.must("--officer", "administrator", "officer", "roles", founder,
           "duty,approver")
    p = a.run("officer", "list")
    equal(p.stderr, "", "once split nothing more is said")
    refused("may not change officers", "officer", "add", "y", "Y")
    a.must("--officer", "administrator", "officer", "add", "wang", "王",
           "--roles", "duty", "--login", "wang")
    refused("enrolled already", "officer", "add", "li", "李", "--login",
            "wang", officer="administrator")


@test
def every_act_look_and_refusal_is_in_the_trail():
    a, b, doc = desk_with_roles()
    for words in (["sign", doc], ["show", doc], ["export", "clue",
                                                 "--format", "ndjson"],
                  ["move", doc, "close"], ["evidence", doc,
                                           tmp("ev") / "e"]):
        a.run(*words)
    a.run("--officer", "administrator", "list")
    a.run("--officer", "administrator", "list")
    a.run("--officer", "nobody", "list")
    rows = a.json("--officer", "auditor", "audit")
    acts = [r["act"] for r in rows]
    for act in ("issue", "officer add", "export", "evidence", "refused",
                "login refused", "peer-trust"):
        contains(acts, act, f"'{act}' is there")
    equal([r["n"] for r in rows], list(range(len(rows), 0, -1)),
          "newest first, none missing")
    mine = a.json("--officer", "auditor", "audit", "--by", "administrator")
    equal([(r["act"], r["detail"]) for r in mine],
          [("refused", "asserted read")],
          "the same refusal soon after is kept once")
    of_doc = a.json("--officer", "auditor", "audit", "--doc", doc)
    ok(of_doc and all(doc in r["subject"] for r in of_doc),
       "filtered by document")
    contains([(r["act"], r["detail"]) for r in of_doc], ("refused", "close"),
             "a move that its gate refused")
    equal(a.json("--officer", "auditor", "audit", "--act", "login refused")[0]
          ["detail"], "nobody", "who is not enrolled is named")
    equal(len(a.json("--officer", "auditor", "audit", "--limit", "2")), 2,
          "as many rows as asked for")
    equal(a.json("--officer", "auditor", "audit", "--since", "2099-01-01"),
          [], "filtered by time")


@test
def confidential_fields_are_asked_for():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    doc = a.must("new", "clue", "--to", b.id, "--set", "title=t",
                 "--set", "informant.name=赵虚构", "--set",
                 "informant.name_masked=赵某").strip().splitlines()[-1]
    a.must("officer", "add", "auditor", "审", "--roles", "auditor")
    out = a.must("show", doc)
    ok("赵虚构" not in out, "the informant's name is not shown")
    contains(out, "赵某", "its masked form is")
    contains(out, "--confidential", "and how to see it")
    shown = a.json("show", doc)[0]
    equal(shown["fields"]["informant"], {"name_masked": "赵某"},
          "nor in JSON")
    equal(len(shown["withheld"]), 1, "which says that something is withheld")
    out = a.must("events", doc, "--json")
    ok("赵虚构" not in out, "nor in its events")
    contains(out, "赵某", "which keep the masked form")
    equal(a.json("--officer", "auditor", "audit", "--act",
                 "look confidential"), [], "nobody looked so far")
    contains(a.must("show", doc, "--confidential"), "赵虚构",
             "asked for, it is shown")
    looks = a.json("--officer", "auditor", "audit", "--act",
                   "look confidential")
    equal(len(looks), 1, "and the look is in the trail")
    contains(looks[0]["subject"], doc, "with the document")
    a.must("revise", doc, "--set", "facts=f")
    contains(a.must("show", doc, "--confidential"), "赵虚构",
             "a revision loses nothing of it")


def rehash(db, first):
    """What one who writes the trail anew would do: the chain from row first."""
    before = bytes(32)
    for n, at, officer, act, subject, detail, kept in db.execute(
            "SELECT n, at, officer, act, subject, detail, hash FROM audit "
            "ORDER BY n").fetchall():
        text = b"".join(b"%d:%s," % (len(x), x) for x in (
            str(v).encode() for v in (n, at, officer, act, subject, detail)))
        now = hashlib.sha256(before + text).digest()
        if n < first and now != kept:
            raise RuntimeError("the test reads the trail wrongly")
        db.execute("UPDATE audit SET hash = ? WHERE n = ?", (now, n))
        before = now


@test
def the_trail_is_sealed_each_hour():
    a = Desk("310105", env={"DELTADESK_TEST_NOW": "2026-03-02T09:00:00+08:00"})

    def at(time, *words):
        return a.run(*words, env={"DELTADESK_TEST_NOW":
                                  f"2026-03-02T{time}+08:00"})
    at("09:10:00", "set", "sign_hours", "20")
    at("09:59:00", "set", "sign_hours", "21")

    def seals():
        with sqlite3.connect(a.home / "desk.db") as db:
            return db.execute("SELECT n, at FROM audit_seal").fetchall()
    equal(seals(), [], "within an hour nothing is sealed")
    at("10:30:00", "set", "sign_hours", "22")
    equal(len(seals()), 1, "the next act seals what stood for an hour")
    at("10:40:00", "set", "sign_hours", "23")
    equal(len(seals()), 1, "and then not again for an hour")
    equal(a.run("verify").returncode, 0, "the desk verifies")
    a.must("officer", "add", "auditor", "审", "--roles", "auditor")
    contains(a.must("--lang", "en", "--officer", "auditor", "audit"),
             f"sealed up to row {seals()[0][0]}", "audit says how far")
    with sqlite3.connect(a.home / "desk.db") as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET detail = 'sign_hours_' WHERE n = "
                   "(SELECT max(n) - 1 FROM audit WHERE n <= ?)",
                   (seals()[0][0],))
        rehash(db, seals()[0][0] - 1)
    p = a.run("--lang", "en", "verify")
    equal(p.returncode, 4, "a trail written anew with all hashes is found")
    contains(p.stdout, "audit seal", "by its seal")


main()
