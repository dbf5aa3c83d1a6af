"""What must be told beyond the duty list: late, due soon, stored but not
signed for, a silent peer, a service that is down; in `duty`, and as files in
the spool folder, one for each, once."""
# run: timeout=400
import email
import email.policy
import os
import stat

from tap import *

START = "2026-09-01T09:00:00+08:00"
a, b, c = [Desk(x, env={"DELTADESK_TEST_NOW": START})
           for x in ("310105", "330100", "320500")]
pair(a, b, c)
SPOOL = tmp("spool")


def at(when):
    for d in (a, b, c):
        d.env["DELTADESK_TEST_NOW"] = when


def duty(desk, what=None):
    rows = [r for r in desk.json("duty") if "what" in r]
    return [r for r in rows if r["what"] == what] if what else rows


def mails():
    return sorted(p.name for p in SPOOL.iterdir())


def read(name):
    return email.message_from_bytes((SPOOL / name).read_bytes(),
                                    policy=email.policy.default)


def again(when, *desks):
    """All stop, the clock goes on, those named serve."""
    for d in (a, b, c):
        d.stop()
    at(when)
    for d in desks:
        d.serve()


@test
def settings_are_checked():
    for bad in ("relative/path", "/nonexistent/folder"):
        equal(a.run("set", "spool", bad).returncode, 1, f"refused: {bad}")
    ok(a.run("set", "silent_minutes", "-1").returncode in (1, 2), "minutes")
    a.must("set", "spool", str(SPOOL))


@test
def late_soon_and_unopened():
    a.serve(), b.serve()
    global doc
    doc = a.new(to=[b], title="举报人张某某提供的线索", urgency="平件")
    wait_for(lambda: [r for r in b.json("list") if r["id"] == doc],
             what="arrival")
    # the receipt tells that it is stored
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["stored_at"],
             what="receipt")
    equal([r for r in duty(a) if r["what"] != "silent"], [],
          "nothing yet to be told")
    waits = [r for r in b.json("duty") if "what" not in r]
    equal([r["id"] for r in waits], [doc], "duty lists what waits")

    # 24 h for signing are warned of at half
    again("2026-09-01T22:00:00+08:00", a, b)
    rows = duty(a, "soon")
    equal([(r["id"], r["desk"], r["clock"]) for r in rows],
          [(doc, "330100", "sign")], "due soon at the owner")
    equal([(r["id"], r["clock"]) for r in duty(b, "soon")], [(doc, "sign")],
          "and at the party")
    contains(a.must("duty", "--lang", "zh"), "临期：", "in words")
    wait_for(mails, what="a file")
    equal(len(mails()), 1, "one file")
    name = mails()[0]
    ok(name.endswith(".eml"), name)
    equal(stat.S_IMODE(os.stat(SPOOL / name).st_mode), 0o600, "mode 0600")
    m = read(name)
    equal(m["X-Deltadesk-Escalation"], "soon", "headers")
    equal(m["X-Deltadesk-Document"], f"310105/{doc}", "which document")
    contains(m["Subject"], "330100", "subject")
    equal(m["Date"][:16], "Tue, 01 Sep 2026", "date")
    text = (SPOOL / name).read_text("utf-8")
    ok("张某某" not in text and "举报人" not in text,
       "nothing of the content", text)
    equal(m.get_content_charset(), "utf-8", "UTF-8")


@test
def never_twice_and_what_is_removed_stays_so():
    first = mails()[0]
    time.sleep(1)
    again("2026-09-01T22:10:00+08:00", a, b)
    time.sleep(2)
    equal(mails(), [first], "a restart tells nothing again")
    (SPOOL / first).unlink()
    again("2026-09-01T22:20:00+08:00", a, b)
    time.sleep(2)
    equal(mails(), [], "what a mailer took is not written again")

    again("2026-09-03T09:00:00+08:00", a, b)
    rows = {r["what"]: r for r in duty(a)}
    ok({"late", "unopened"} <= set(rows), "late and unopened", rows)
    equal(rows["late"]["due_at"][:10], "2026-09-02", "since when")
    equal(rows["unopened"]["desk"], "330100", "at whom")
    equal([r["what"] for r in duty(b)], ["late"],
          "the party is late itself; its own store is no peer's")
    wait_for(lambda: len(mails()) >= 2, what="two files")
    time.sleep(1)
    equal(sorted(read(n)["X-Deltadesk-Escalation"] for n in mails()),
          ["late", "unopened"], "a file each")
    b.must("sign", doc)
    wait_for(lambda: not [r for r in duty(a) if r["what"] == "unopened"],
             what="signed: no longer told")
    ok("sign" not in {r["clock"] for r in duty(a, "late")},
       "nor late: the clock is met")


@test
def a_silent_peer():
    for n in mails():
        (SPOOL / n).unlink()
    again("2026-09-03T10:00:00+08:00", a, b)
    equal(duty(a, "silent"), [], "each peer has its time to call")
    a.must("set", "silent_minutes", "1")
    # commands live at the moment of their start: let them see serve's
    a.env["DELTADESK_TEST_NOW"] = "2026-09-03T10:01:30+08:00"
    wait_for(lambda: duty(a, "silent"), timeout=90,
             what="a minute of silence", every=2)
    equal({r["desk"] for r in duty(a, "silent")}, {"320500"},
          "the one that never called, not the one that did")
    wait_for(lambda: [n for n in mails()
                      if read(n)["X-Deltadesk-Escalation"] == "silent"],
             timeout=20, what="a file")
    a.must("set", "silent_minutes", "0")
    equal(duty(a, "silent"), [], "0: never")


@test
def a_full_folder_loses_nothing():
    again("2026-09-03T11:00:00+08:00", a, b)
    for n in mails():
        (SPOOL / n).unlink()
    other = tmp("gone") / "spool"
    other.mkdir()
    a.must("set", "spool", str(other))
    second = a.new(to=[b], title="再一件")
    wait_for(lambda: a.json("show", second)[0]["parties"][0]["stored_at"],
             what="receipt")
    again("2026-09-05T11:00:00+08:00")
    other.rmdir()
    a.serve()
    wait_for(lambda: any("spool" in x for x in a.server.lines), timeout=10,
             what="it says why")
    equal(sum("spool" in x for x in a.server.lines), 1, "once")
    other.mkdir()
    wait_for(lambda: list(other.iterdir()), timeout=25,
             what="the folder is back: the file too")
    ok(any(second in p.read_text() for p in other.iterdir()),
       "of the document that fell due")


@test
def a_service_that_is_down():
    a.stop()
    rows = duty(a, "stopped")
    equal([r["desk"] for r in rows], ["310105"], "it is told")
    p = a.run("verify", "--rebuild")
    equal(p.returncode, 0, "clocks in projections verify")


main()
