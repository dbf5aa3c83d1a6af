"""deltadesk feed: what the desk stored, as CloudEvents that can be resumed, with
nothing in it that the desk may not show, and its way into PostgreSQL."""
import csv
import io
import re
import sqlite3

from tap import *

KINDS = TOP / "tests" / "data" / "kinds"
RECIPE = TOP / "doc" / "recipes" / "feed-postgres.sh"
TYPES = {"issue", "revise", "move", "remark", "withdraw", "ack-withdraw",
         "remind", "reveal", "card"}


def feed(desk, *args):
    out = desk.must("feed", *args)
    return [json.loads(line) for line in out.splitlines()]


def feed_audits(desk):
    with sqlite3.connect(desk.home / "desk.db") as db:
        return db.execute(
            "SELECT count(*) FROM audit WHERE act = 'feed'").fetchone()[0]


@test
def lines_are_cloudevents():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    docs = [a.new(to=[b], title=f"虚构{i}\u202e\x1b[31m") for i in range(3)]
    a.must("remark", docs[0], "一\n二")
    text = a.must("feed")
    ok(not re.search("[\x00-\x09\x0b-\x1f\u202e]", text), "no hidden character")
    rows = [json.loads(x) for x in text.splitlines()]
    ok(len(rows) >= 5, f"{len(rows)} lines")
    for r in rows:
        bad = [n for n, v in r.items() if n != "data" and (
            not re.fullmatch("[a-z0-9]{1,20}", n) or
            not isinstance(v, (str, int)))]
        equal(bad, [], "attributes are lower case with simple values")
        if not (r["specversion"] == "1.0" and r["id"] and r["source"] and
                r["type"].startswith("cn.deltadesk.") and
                r["type"][13:] in TYPES):
            ok(False, "required attributes", r)
    ks = [r["feedk"] for r in rows]
    ok(ks == sorted(set(ks)), "feedk rises", ks)
    equal(len({(r["source"], r["id"]) for r in rows}), len(rows),
          "source and id tell events apart")
    equal([r for r in rows if r["data"].get("text") == "一\n二"][0]["subject"],
          f"310105/{docs[0]}", "a remark and its document")
    # resumable at each K
    for i, k in enumerate(ks):
        if feed(a, "--after", k) != rows[i + 1:]:
            ok(False, f"goes on after {k}")
    before = feed_audits(a)
    equal(feed(a, "--after", ks[-1]), [], "nothing after the last")
    equal(feed_audits(a), before, "and looking is not taking out")
    feed(a)
    equal(feed_audits(a), before + 1, "taking out is in the audit trail")
    p = a.run("feed", "--after", "x")
    ok(p.returncode in (1, 2), "K is a number", p.stderr)
    p = subprocess.run(f"'{DELTADESK}' --desk '{a.home}' feed | head -n 1",
                       shell=True, capture_output=True, text=True,
                       env=environ())
    equal((p.stdout.count("\n"), p.stderr), (1, ""), "a reader may go")


@test
def secrets_stay():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    for d in (a, b):
        d.must("kind", "add", KINDS / "raid.json")
    a.new("raid", to=[b], title="检查", h_hour="2036-12-14T05:30:00+08:00",
          target="虬江路1188号")
    doc = a.new("clue", to=[b], title="线索",
                **{"informant.name": "举报人甲",
                                                "informant.name_masked": "某"})
    a.must("note", doc, "内部拟办")
    shown = a.must("show", doc, "--confidential", "--json")
    ok("举报人甲" in shown, "the desk itself holds the informant")
    text = a.must("feed")
    for secret in ("虬江路1188号", "举报人甲", "内部拟办"):
        ok(secret not in text, f"{secret} is not in the feed")
    equal([r for r in feed(a) if r["type"] == "cn.deltadesk.local"], [],
          "no local event")
    ok(any(r["type"] == "cn.deltadesk.reveal" and
           set(r["data"]) <= {"field"} for r in feed(a)),
       "a disclosure names its field alone")
    # a kind that the receiver has not: nobody knows which fields are secret
    c = Desk("320500")
    pair(a, c)
    a.must("revise", doc, "--to", "330100,320500")
    raid = a.new("raid", to=[c], title="不识其类",
                 h_hour="2036-12-14T05:30:00+08:00", target="另一处")
    a.serve()
    c.serve()
    wait_for(lambda: [r for r in feed(c) if raid in r["subject"]], 20,
             "the document")
    text = c.must("feed")
    ok("不识其类" not in text and "另一处" not in text,
       "of an unknown kind no field is told")
    a.stop()
    c.stop()
    for role in ("administrator", "auditor"):
        a.must("officer", "add", role, role, "--roles", role)
        p = a.run("--officer", role, "feed")
        equal((p.returncode, p.stdout), (1, ""), f"{role} takes nothing out")


@test
def follow_wakes_at_commits():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    doc = a.new(to=[b], title="甲")
    a.must("officer", "add", "feed", "feed", "--roles", "duty")
    p = Proc(DELTADESK, "--desk", a.home, "--officer", "feed", "feed",
             "--follow")
    p.wait_line("cn.deltadesk.card")
    began = time.monotonic()
    a.must("remark", doc, "批注一")
    p.wait_line("批注一", timeout=5)
    ok(time.monotonic() - began < 1 + SLOW, "within a second of the commit")
    ks = [json.loads(x)["feedk"] for x in p.lines]
    ok(ks == sorted(set(ks)), "each once", ks)
    a.must("officer", "disable", "feed")
    equal(p.wait(timeout=10), 1, "ends when its officer is disabled")
    a.must("remark", doc, "批注二")
    ok("批注二" not in "".join(p.lines), "and takes nothing more", p.lines)
    q = Proc(DELTADESK, "--desk", a.home, "feed", "--follow")
    q.wait_line("cn.deltadesk.issue")
    equal(q.stop(), 0, "ends in order at SIGTERM")


class Postgres:
    """A server of its own; as nobody, since root may not run it."""

    def __init__(self):
        self.dir = tmp("pg")
        self.as_ = []
        if os.geteuid() == 0:
            shutil.chown(self.dir, "nobody")
            for p in self.dir.parents:  # the test's own folder is 0700
                if str(p).startswith(tempfile.gettempdir()):
                    p.chmod(p.stat().st_mode | 0o11)
            self.as_ = ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]
        self.port = free_port()
        self.env = {"PGHOST": str(self.dir), "PGPORT": str(self.port),
                    "PGDATABASE": "postgres", "PGUSER": "overview"}
        subprocess.run(
            [*self.as_, "initdb", "-D", self.dir / "data", "-U", "overview",
             "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True, capture_output=True, cwd="/")
        self.p = Proc(*self.as_, "postgres", "-D", self.dir / "data",
                      "-k", self.dir, "-h", "", "-p", self.port,
                      "-F", cwd="/")
        self.p.wait_line("ready to accept connections", 30)

    def ask(self, sql):
        p = subprocess.run(["psql", "-qAtX", "-c", sql], check=True,
                           capture_output=True, text=True,
                           env=environ(self.env))
        return p.stdout.strip()


def load(pg, desk):
    p = subprocess.run(
        [RECIPE, desk.home, desk.officer, "--once"], capture_output=True,
        text=True, env=environ({**pg.env, "DELTADESK": DELTADESK,
                                "BATCH": "3"}), timeout=60 * SLOW)
    equal((p.returncode, p.stderr), (0, ""), f"the recipe for {desk.id}")


@test
def the_way_into_postgresql():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.new(to=[b], title='引号"\\反斜杠\t,"",')
    for i in range(5):
        a.new(to=[b], title=f"虚构{i}")
    # what COPY reads with the recipe's quote and delimiter is the line
    text = a.must("feed")
    got = list(csv.reader(io.StringIO(text), quotechar="\x01",
                          delimiter="\x02"))
    equal([r[0] for r in got if len(r) == 1], text.splitlines(),
          "each line is one field of COPY")
    if not (shutil.which("postgres") and shutil.which("psql")):
        diag("no PostgreSQL here: its COPY format alone was tested")
        return
    pg = Postgres()
    for d in (a, b):
        d.officer = d.json("officer", "list")[0]["id"]
        load(pg, d)
        load(pg, d)  # again: nothing is doubled
    for d in (a, b):
        equal(pg.ask("SELECT count(*) FROM deltadesk_event WHERE feeddesk = "
                     f"'{d.id}'"), str(len(feed(d))), f"all of {d.id}")
    equal(pg.ask("SELECT event->'data'->'fields'->>'title' FROM "
                 "deltadesk_event WHERE type = 'cn.deltadesk.issue' "
                 "ORDER BY feedk LIMIT 1"), '引号"\\反斜杠\t,"",',
          "a text with every quote")
    a.new(to=[b], title="后来")
    load(pg, a)
    equal(pg.ask("SELECT count(*) FROM deltadesk_event WHERE feeddesk = "
                 f"'{a.id}'"), str(len(feed(a))), "goes on where it ended")
    pg.p.stop()


main()
