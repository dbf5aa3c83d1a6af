#!/usr/bin/env python3
"""An administrator with another SQLite client and an editor: each single edit
of log, channels, audit trail, projections, people, attachments is found by
`verify`, which names the row; a tail that was cut off is found by what peers
signed to hold; a changed byte of evidence by stock openssl.

Without --full one edit in ten, others each day; TAMPER_SEED picks."""
# run: timeout=300
import random
import shutil
import sqlite3
import sys

from tap import *
from stranger import Stranger, dump
from loss import *  # its query() is meant, not that of tap

FULL = "--full" in sys.argv
SEED = int(os.environ.get("TAMPER_SEED", time.strftime("%Y%m%d")))
SHARE = 1 if FULL else 10  # one edit of so many is tried


def blob_files(home):
    return sorted(f for f in (home / "blobs").rglob("*") if f.is_file())


def world():
    """Two desks and a stranger have worked; the first one's folder at rest."""
    a, b = machine("310105"), machine("330100")
    c = Desk("320500", "--signature", "ed25519")
    pair(a, b, c)
    a.must("set", "sign_hours", "23")
    a.must("kind", "add", TOP / "tests/data/kinds/market_check.json")
    table = tmp("ref") / "holidays.csv"
    table.write_text((TOP / "db/reference/holidays.csv").read_text("utf-8")
                     + "2027-01-01,holiday,元旦\n2027-02-05,holiday,春节\n"
                     "2027-02-08,holiday,春节\n2027-02-20,workday,春节\n"
                     "2027-10-01,holiday,国庆节\n")
    a.must("reference", "import", "holidays", table)
    serve(a, b)
    files = tmp("files")
    (files / "a.txt").write_text("附件内容")
    (files / "b.txt").write_text("对端的附件")
    docs = [a.must("new", "clue", "--to", b.id, "--set", f"title=核对{i}",
                   "--set", "urgency=" + ("特急" if i == 1 else "平件"),
                   "--set", "goods.0.name=运动鞋", "--set",
                   "goods.0.batch=B1", *(["--attach", files / "a.txt"]
                                         if i == 0 else [])
                   ).strip().splitlines()[-1] for i in range(3)]
    a.must("remark", docs[0], "一")
    a.must("note", docs[0], "只在本台")
    a.must("withdraw", docs[2], "--note", "误发")
    theirs = b.must("new", "clue", "--to", a.id, "--set", "title=来件", "--set",
                    "goods.0.name=鞋", "--set", "goods.0.batch=B1",
                    "--attach", files / "b.txt"
                    ).strip().splitlines()[-1]
    a.must("new", "result", "--to", b.id, "--set", "title=检验结果", "--set",
           "report_no=FICT-1", "--set", "lab.name=虚构质检中心", "--set",
           "cma.valid_until=2027-12-31", "--set", "test_type=鉴定", "--set",
           "product.name=运动鞋", "--set", "product.brand=岫云", "--set",
           "sample.batch=B1", "--set", "standard=GB 18401-2010", "--set",
           "conclusion=假冒", "--set", "issued_on=2026-09-18", "--set",
           "contact.office=稽查", "--set", "contact.phone=000000000001")
    a.must("new", "action", "--to", b.id, "--set", "title=联合执法行动方案",
           "--set", "code_name=岫云", "--set", "h_hour=2027-03-01 05:00",
           "--set", "ends_at=2027-03-01 09:00", "--set", "target=仓库", "--set",
           "place=虚构仓库 3号", "--set", "mode=actual", "--set",
           "reply_by_at=2027-02-20 12:00", "--set",
           "officers.0.cert_no=3101FICT001", "--set",
           "officers.1.cert_no=3101FICT002", "--set",
           "vehicles.0.plate=沪A·虚构01", "--set", "roles.0.desk=330100",
           "--set", "roles.0.role=搜查")
    wait_for(lambda: b.run("show", docs[0]).returncode == 0, 20, "arrival")
    b.must("move", docs[0], "sign")
    wait_for(lambda: a.run("show", theirs).returncode == 0, 20, "theirs")
    a.must("move", theirs, "sign")
    wait_for(lambda: len(blob_files(a.home)) == 2, 20, "their attachment")
    wait_for(lambda: queued(a, b) == queued(b, a) == 0, 20, "receipts")
    trouble(c, a)
    a.must("officer", "add", "wang", "王岚", "--roles", "duty,approver",
           "--key", key_file())
    a.must("officer", "add", "li", "李敏", "--roles", "duty")
    a.must("officer", "roles", "li", "duty,coordinator")
    a.must("officer", "add", "gone", "离", "--roles", "duty")
    a.must("officer", "disable", "gone")
    later = time.time() + 8 * 3600 + 7200
    a.must("set", "sign_hours", "22", env={"DELTADESK_TEST_NOW": time.strftime(
        "%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(later))})  # the hourly seal
    a.stop()
    b.stop()
    return a, b


def queued(d, peer):
    return [p["queued"] for p in d.json("peer", "list")
            if p["desk"] == peer.id][0]


def key_file():
    path = tmp("key") / "k"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path],
                   check=True)
    return f"{path}.pub"


def trouble(c, a):
    """A stranger's bad signature (kept apart) and an unfit move (a verdict)."""
    s = Stranger(c, a)
    good = s.issue("邻市来件")
    bad = s.envelope(dump(s.issue("坏签名")))
    bad["signatures"][0]["sig"] = "AA" * 42 + "AA=="
    move = s.body("move", {"officers": [{"id": "m", "name": "m", "roles": []}],
                           "move": "archive", "fields": {}},
                  subject=good["subject"])
    s.push(s.card_frame(), s.frame(s.envelope(dump(good))), s.frame(bad),
           s.frame(s.envelope(dump(move))))


a, b = world()
GOOD = tmp("good") / "desk"
shutil.copytree(a.home, GOOD)


def query_good(sql):
    db = sqlite3.connect(GOOD / "desk.db", isolation_level=None)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def edit_db(home, *statements):
    """As another client does it, which takes the guards out for a while."""
    db = sqlite3.connect(home / "desk.db", isolation_level=None)
    db.execute("pragma synchronous = off")
    db.execute("begin")
    triggers = db.execute("select name, sql from sqlite_schema "
                          "where type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f'drop trigger "{name}"')
    for sql in statements:
        db.execute(sql)
    changed = db.total_changes
    for _, sql in triggers:
        db.execute(sql)
    db.execute("commit")
    db.close()
    return changed


def verify(home, *more):
    return run("--lang", "en", "--desk", home, "verify", *more)


PEER = "source = '330100'"
LAST = "(select max(row) from event where type <> 'card')"
# Each: what verify says of it, and the edit.
LOG = [
    ("table event row", "update event set raw = cast(replace(cast(raw as text)"
     ", '核对0', '改动0') as blob) where cast(raw as text) like '%核对0%'"),
    ("table event row", "update event set raw = cast(replace(cast(raw as text)"
     ", '来件', '去件') as blob) where cast(raw as text) like '%来件%'"),
    ("table event row", "update event set sig = zeroblob(length(sig)) "
     f"where row = {LAST}"),
    ("table event row", f"update event set key_id = zeroblob(32) "
     f"where row = {LAST}"),
    ("table event row", "update event set digest = zeroblob(32) "
     f"where row = {LAST}"),
    ("table event row", "update event set source = '330100' where row = "
     "(select max(row) from event where source = '310105')"),
    ("table event row", "update event set id = source where row = 2"),
    ("table event row", "update event set k = k + 1000 where row = 2"),
    ("table event row", f"update event set type = 'remark' where row = {LAST}"),
    ("table event row", f"update event set track = 'x' where row = {LAST}"),
    ("table event row", f"update event set rev = zeroblob(32) "
     f"where row = {LAST}"),
    ("table event row", f"update event set seen = zeroblob(32) "
     f"where row = {LAST}"),
    ("table event row", "update event set subject = (select subject from event"
     " where type = 'issue' order by row desc limit 1) where type = 'issue'"
     " and row = (select min(row) from event where type = 'issue')"),
    ("table event: row", "update event set via = '330100' where row = "
     "(select max(row) from event where source = '310105')"),
    ("table event: row", "update event set lane = 1 - lane "
     "where row = (select row from event where via = '330100' "
     "and type = 'issue')"),
    ("table doc", f"update event set stored_at = stored_at + 60000 "
     f"where row = (select max(row) from event where {PEER})"),
    ("is missing", f"delete from event where row = {LAST}"),
    ("is missing", f"delete from event where type = 'local'"),
    ("rows of event", "delete from event_prev"),
    ("table event_prev", "update event_prev set prev = zeroblob(32)"),
    ("table event_prev", "insert into event_prev values "
     "(zeroblob(32), zeroblob(32))"),
    ("table quarantine", "update quarantine set raw = cast(replace("
     "cast(raw as text), '坏', '好') as blob)"),
    ("is missing", "delete from quarantine"),
    ("table quarantine", "update quarantine set seq = seq + 1"),
    ("table fork", "insert into fork values ('330100', '', 1, zeroblob(32), "
     "randomblob(32), 1, null, null, null)"),
    ("table epoch", "update epoch set epoch = '00000000-0000-7000-8000-"
     "000000000000'"),
]
CHANNELS = [
    ("table frame_out", "update frame_out set chain = zeroblob(32) "
     "where seq = 2"),
    ("table frame_out", "update frame_out set event = zeroblob(32) "
     "where seq = 2 and lane = 1"),
    ("table frame_out", "delete from frame_out where seq = 2 and lane = 1"),
    ("table frame_in", "update frame_in set chain = zeroblob(32) "
     "where seq = 1 and lane = 1"),
    ("table frame_in", "update frame_in set seq = seq + 1000 where seq = 2"),
    ("table frame_in", "update frame_in set event = zeroblob(32) "
     "where seq = 2 and lane = 1 and peer = '330100'"),
    ("table cursor", "delete from frame_in where peer = '330100' and lane = 1 "
     "and seq = (select max(seq) from frame_in where peer = '330100' "
     "and lane = 1)"),
    ("table cursor", "update cursor set seq = seq - 1 where dir = 'in' "
     "and seq > 1"),
    ("table cursor", "update cursor set seq = seq + 1 where dir = 'out'"),
    ("table cursor", "update cursor set chain = zeroblob(32) "
     "where dir = 'out'"),
    ("table cursor", "delete from cursor where dir = 'in' and seq > 0"),
    ("table receipt_in", "update receipt_in set seq = seq + 1"),
    ("table receipt_in", "update receipt_in set chain = zeroblob(32)"),
    ("table receipt_in", "update receipt_in set time = time - 1000"),
    ("table receipt_in", "update receipt_in set lane = 1 - lane where "
     "rowid = (select max(rowid) from receipt_in)"),
    ("table receipt_in", "update receipt_in set bytes = cast(replace("
     "cast(bytes as text), 'A', 'B') as blob)"),
    ("table receipt_out", "update receipt_out set seq = seq + 1"),
]
CARDS = [
    ("table card", "update card set json = cast(replace(cast(json as text), "
     "'A', 'B') as blob) where desk = '330100'"),
    ("table card", "update card set number = number + 1 where desk = '330100'"),
    ("table card", "update card set made = made + 1 where desk = '330100'"),
    ("table key", "update key set spki = (select spki from key "
     "where desk = '310105') where desk = '330100'"),
    ("table key", "insert into key select '330100', hex(randomblob(32)), alg, "
     "spki, 1, null, null from key where desk = '310105'"),
    ("table peer", "update peer set pin = zeroblob(32) where desk = '330100'"),
    ("table peer", "update peer set card = zeroblob(32) "
     "where desk = '330100'"),
    ("table kind", "update kind set bytes = cast(cast(bytes as text) || ' ' "
     "as blob) where name = 'market_check'"),
    ("table kind", "update kind set digest = zeroblob(32) "
     "where name = 'market_check'"),
    ("table reference", "update reference set bytes = cast(replace("
     "cast(bytes as text), '2027-10-01', '2027-10-04') as blob)"),
    ("table blob", "update blob set size = size + 1"),
    ("table blob", "delete from blob where digest = (select digest from "
     "blob_grant where desk = '310105')"),
    ("table blob_grant", "insert into blob_grant select digest, '320500', 1 "
     "from blob"),
]
AUDIT = [
    ("audit row", "update audit set detail = 'other' where n = 3"),
    ("audit row", "update audit set officer = 'li' where n = 4"),
    ("audit row", "update audit set act = 'look' where act = 'issue'"),
    ("audit row", "update audit set subject = '' where act = 'issue'"),
    ("audit row", "update audit set at = at - 1 where n = 5"),
    ("audit row", "update audit set hash = zeroblob(32) where n = 2"),
    ("audit row", "update audit set n = n + 1000 where n = 4"),
    ("audit row", "delete from audit where n = 4"),
    ("table audit", "delete from audit where n >= (select max(n) from audit "
     "where act = 'sign')"),
    ("table officer", "delete from audit where n <= (select max(n) from audit "
     "where act like 'officer%')"),
    ("audit seal", "update audit_seal set n = n - 1"),
    ("audit seal", "update audit_seal set sig = zeroblob(length(sig))"),
]
PEOPLE = [
    ("table officer: li", "update officer set roles = roles | 4095 "
     "where id = 'li'"),
    ("table officer: wang", "update officer set roles = 1 where id = 'wang'"),
    ("table officer: li", "update officer set name = '王岚' where id = 'li'"),
    ("table officer: gone", "update officer set disabled_at = null"),
    ("table officer: li", "update officer set disabled_at = 1 "
     "where id = 'li'"),
    ("table officer: eve", "insert into officer values ('eve', '', 4095, null,"
     " null, 1, 'wang', null)"),
    ("table officer: wang", "delete from officer where id = 'wang'"),
    ("table officer_key", "update officer_key set officer = 'li'"),
    ("table officer_key", "update officer_key set fingerprint = 'SHA256:x'"),
    ("table officer_key", "insert into officer_key values ('SHA256:y', 'li', "
     "'ssh-ed25519', 'AAAA', '', 1, 'li')"),
    ("table officer_key", "delete from officer_key"),
    ("table setting: sign_hours", "update setting set value = '999' "
     "where name = 'sign_hours'"),
    ("table setting: bell", "insert into setting values ('bell', 'off', "
     "'li', 1)"),
]
PROJECTIONS = [
    ("table doc:", "update doc set title = 'other' where id = 1"),
    ("table doc:", "update doc set due_ms = due_ms + 1 where id = 1"),
    ("table doc:", "update doc set own_state = 'archived' where id = 2"),
    ("table doc:", "delete from doc where id = 1"),
    ("table doc:", "insert into doc select 9999, owner, 'x', 'x', kind, "
     "version, number, title, urgency, mode, box, own_track, own_state, "
     "own_stage, parties_json, issued_ms, stored_ms, updated_ms, acted_ms, "
     "due_ms, due_desk, due_clock, warn_ms, waits, wait_roles, wait_at, "
     "assignee, withdrawn, missing, flags, list_json, change, 0, 0, 0 from doc "
     "where id = 1"),
    ("table doc_party", "update doc_party set signed_ms = 1"),
    ("table doc_party", "update doc_party set state = 'signed', stage = 3"),
    ("table doc_party", "delete from doc_party where desk = '330100'"),
    ("table doc_clock", "update doc_clock set due_ms = due_ms + 86400000"),
    ("table doc_clock", "delete from doc_clock"),
    ("table doc_timer", "update doc_timer set at = at + 1000"),
    ("table doc_link", "insert into doc_link select 'x/y', min(id) from doc"),
    ("table verdict", "delete from verdict"),
    ("table verdict", "update verdict set verdict = 0"),
    ("table verdict", "insert into verdict select digest, subject, 2, 'x', 0, "
     "0, 0 from event where type = 'issue' and source = '310105' limit 1"),
    ("table event_blob", "delete from event_blob"),
    ("table event_blob", "insert into event_blob select zeroblob(32), digest "
     "from event where type = 'issue' limit 1"),
    ("table span", "update span set ends = ends + 1"),
    ("table span", "delete from span"),
    ("table shared", "delete from shared where doc = "
     "(select min(doc) from shared)"),
    ("table shared", "insert into shared values (zeroblob(16), 1, 0)"),
    ("table lookup:", "update lookup set to_ms = to_ms - 1"),
    ("table lookup_key", "update lookup_key set value = 'x' "
     "where role = 'product'"),
    ("table doc_stat", "update doc_stat set facts = '{}' where doc = 1"),
    ("table stat", "update stat set n = n + 1"),
    ("table counter", "update counter set value = value + 1"),
    ("table counter", "delete from counter"),
]
SCHEMA = [
    ("trigger event_no_delete", "drop trigger event_no_delete"),
    ("trigger spy", "create trigger spy after insert on event begin select 1; "
     "end"),
    ("index doc_change", "drop index doc_change"),
    ("table spy", "create table spy (x)"),
]


def sample(edits):
    """All of them, or others each day."""
    if SHARE == 1:
        return edits
    rng = random.Random(SEED)
    return rng.sample(edits, -(-len(edits) // SHARE))


def tried(name, edits, schema=False):
    tried_n, unseen = 0, []
    for says, sql in sample(edits):
        home = tmp("tampered") / "desk"
        shutil.copytree(GOOD, home)
        if schema:
            db = sqlite3.connect(home / "desk.db", isolation_level=None)
            db.execute(sql)
            db.close()
        elif edit_db(home, sql) == 0:
            unseen.append(("changes nothing", sql))
        p = verify(home)
        if p.returncode != 4 or says not in p.stdout:
            unseen.append((p.returncode, says, sql,
                           (p.stdout + p.stderr)[-300:]))
        tried_n += 1
        shutil.rmtree(home.parent)
    equal(unseen, [], f"{name}: {tried_n} edits, each found and named")


@test
def as_it_is_nothing_is_found():
    p = verify(GOOD)
    equal(p.returncode, 0, "a good desk verifies: " + p.stdout.strip())
    equal(verify(GOOD, "--rebuild").returncode, 0, "rebuilt, too")
    empty = [t for t in ("doc_timer", "span", "shared", "lookup", "verdict",
                         "quarantine", "audit_seal", "kind", "reference",
                         "officer_key", "blob_grant", "receipt_in")
             if query_good(f"select count(*) from {t}") == [(0,)]]
    equal(empty, [], "with something in each table that is edited")


@test
def the_log():
    tried("log", LOG)


@test
def channels_and_receipts():
    tried("channels", CHANNELS)


@test
def cards_kinds_and_attachments():
    tried("cards, kinds, blobs", CARDS)


@test
def the_audit_trail():
    tried("audit trail", AUDIT)


@test
def people_and_settings():
    tried("people", PEOPLE)


@test
def projections():
    tried("projections", PROJECTIONS)


@test
def the_guards_themselves():
    tried("schema", SCHEMA, schema=True)


@test
def files():
    def one_byte(path, at=0):
        path.chmod(0o600)
        old = path.read_bytes()
        path.write_bytes(old[:at] + bytes([old[at] ^ 1]) + old[at + 1:])

    def longer(path):
        path.write_bytes(path.read_bytes() + b"x")

    def linked(path):
        path.unlink()
        path.symlink_to("/etc/passwd")

    def swapped(path):
        other = [f for f in blob_files(path.parent.parent.parent)
                 if f != path][0]
        path.write_bytes(other.read_bytes())

    for name, edit in [("a byte of an attachment", one_byte),
                       ("one more", longer), ("file gone", pathlib.Path.unlink),
                       ("a link in its place", linked),
                       ("another's bytes", swapped)]:
        home = tmp("tampered") / "desk"
        shutil.copytree(GOOD, home)
        victim = blob_files(home)[0]
        edit(victim)
        p = verify(home)
        ok(p.returncode == 4 and victim.name in p.stdout,
           f"{name}: found, the file is named", p.stdout + p.stderr)


def cut_tail(home, peer, receipts=False):
    """The last own event as if it had never been, everywhere but in what a
    peer signed: event, frames, audit row, projections made anew."""
    db = sqlite3.connect(home / "desk.db", isolation_level=None)
    row, digest, subject = db.execute(
        "select row, digest, subject from event where source = '310105' and "
        "type <> 'local' order by row desc limit 1").fetchone()
    db.close()
    edit_db(home, f"delete from event where row >= {row}",
            f"delete from event_prev where digest = x'{digest.hex()}'",
            f"delete from frame_out where event = x'{digest.hex()}'",
            "delete from cursor where dir = 'out'",
            *(["delete from receipt_in"] if receipts else []),
            f"delete from audit where subject = '{subject}' and n >= "
            f"(select max(n) from audit where subject = '{subject}')",
            "delete from audit_seal where n > (select max(n) from audit)",
            f"delete from doc where owner || '/' || uuid = '{subject}' and not "
            f"exists (select 1 from event where subject = '{subject}')")
    verify(home, "--rebuild")


@test
def a_cut_tail_is_found_by_what_peers_signed():
    home = tmp("cut") / "desk"
    shutil.copytree(GOOD, home)
    cut_tail(home, b)
    p = verify(home)
    equal(p.returncode, 4, "cut off here, held there: found")
    contains(p.stdout, "table frame_out: 330100", "and its frame is named")


@test
def a_tail_cut_with_its_receipts_is_noticed_on_the_line():
    shutil.rmtree(a.home)
    shutil.copytree(GOOD, a.home)
    own = query(a, "select count(*) from event where source = '310105' "
                   "and type <> 'local'")[0][0]
    cut_tail(a.home, b, receipts=True)
    shutil.rmtree(a.env["XDG_STATE_HOME"], ignore_errors=True)
    serve(a, b)
    wait_for(lambda: query(a, "select count(*) from epoch")[0][0] == 2, 30,
             "the peer says what it holds")
    back = lambda: query(a, "select count(*) from event where source = "
                            "'310105' and type not in ('local', 'card')")
    wait_for(lambda: back()[0][0] >= own - 1, 30, "what was cut is back")
    ok(True, "the peer holds more: a new epoch, and the event comes back")
    a.stop()
    b.stop()


@test
def changed_bytes_of_evidence():
    home = tmp("evidence") / "desk"
    shutil.copytree(GOOD, home)
    doc = query_good("select uuid from doc where title = '核对0'")[0][0]
    out = tmp("evidence") / "out"
    p = run("--desk", home, "evidence", doc, out)
    equal(p.returncode, 0, "exported " + p.stderr)

    def good():
        return subprocess.run(["sh", str(out / "verify.sh")],
                              capture_output=True).returncode == 0

    ok(good(), "stock openssl verifies it")
    files = [f for f in sorted(out.iterdir()) if f.name != "verify.sh"]
    rng = random.Random(SEED)
    n, missed = 200 if FULL else 12, []
    for _ in range(n):
        f = rng.choice(files)
        old = f.read_bytes()
        i, bit = rng.randrange(len(old)), 1 << rng.randrange(8)
        f.write_bytes(old[:i] + bytes([old[i] ^ bit]) + old[i + 1:])
        if good():
            missed.append((f.name, i, bit))
        f.write_bytes(old)
    equal(missed, [], f"{n} changed bytes in {len(files)} files, each found")
    ok(good(), "as it was it verifies again")


main()
