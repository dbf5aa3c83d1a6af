"""Calendars out, as stock programs read them, and in, whoever wrote them."""
import re
import subprocess

from tap import *

a = Desk("310105")
b = Desk("330100")
pair(a, b)

TITLE = "“岫云行动”，分号;逗号,反斜线\\ 一个很长的标题" + "长" * 60


def export(desk, *args):
    return desk.must("export", *args, "--format", "ics")


def unfold(text):
    return text.replace("\r\n ", "").replace("\r\n\t", "")


def events(text):
    return [dict(re.findall(r"^([A-Z-]+)(?:;[^:\r\n]*)?:(.*)\r$", e, re.M))
            for e in unfold(text).split("BEGIN:VEVENT")[1:]]


def calcurse(text):
    """What a stock calendar makes of it."""
    d = tmp("calcurse")
    (d / "x.ics").write_text(text, newline="")
    run = ["calcurse", "-D", str(d / "data"), "-C", str(d / "conf")]
    env = {**environ(), "TZ": "CST-8"}
    subprocess.run([*run, "-i", str(d / "x.ics")], check=True, timeout=30,
                   stdin=subprocess.DEVNULL, capture_output=True, env=env)
    return subprocess.run([*run, "-Q", "--from", "10/01/2026", "--days",
                           "100"], check=True, timeout=30, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env=env).stdout


@test
def out_and_into_a_stock_calendar():
    doc = a.must("new", "action", "--to", "330100", "--set", f"title={TITLE}",
                 "--set", "h_hour=2026-12-14T05:30:00+08:00", "--set",
                 "ends_at=2026-12-14T09:30:00+08:00", "--set",
                 "place=机密的虚构仓库", "--set", "target=机密的目标", "--set",
                 "about=第一行\n第二行", "--set",
                 "fair_schedule.0.step=展前审查", "--set",
                 "fair_schedule.0.from_on=2026-12-10", "--set",
                 "fair_schedule.0.until_on=2026-12-11",
                 "--set", "fair_schedule.0.place=1号馆"
                 ).strip().splitlines()[-1]
    a.must("new", "conference", "--to", "330100", "--set", "title=联席会",
           "--set", "meets_at=2026-12-20T14:00:00+08:00", "--set",
           "place=虚构会议室", "--set", "mode=exercise")
    text = export(a)
    ok(all(len(x.encode()) <= 75 for x in text.split("\r\n")),
       "lines are folded")
    ok("机密" not in unfold(text), "what is sealed never leaves", text)
    for word in ("VERSION:2.0", "METHOD:PUBLISH", "PRODID:"):
        contains(text, word, word)
    first, phase, meeting = events(text)
    equal(first["DTSTART"], "20261213T213000Z", "start")
    equal(first["DTEND"], "20261214T013000Z", "end")
    equal((phase["DTSTART"], phase["DTEND"]), ("20261210", "20261212"),
          "a phase is whole days")
    equal(phase["LOCATION"], "1号馆", "with its place")
    equal(meeting["SUMMARY"], "【演练】联席会", "an exercise says so")
    equal(meeting["LOCATION"], "虚构会议室", "an open place leaves")
    ok(doc in first["UID"] and first["UID"] != phase["UID"], "own UIDs")
    equal(first["SEQUENCE"], "0", "first of its sequence")
    equal(first["STATUS"], "TENTATIVE", "not locked")
    contains(first["SUMMARY"], r"分号\;逗号\,反斜线\\", "escaped")
    contains(first["DESCRIPTION"], r"第一行\n第二行", "lines escaped")
    equal(export(a), text, "the same text again")

    seen = calcurse(text)
    contains(seen, "分号;逗号,反斜线\\", "a stock calendar reads the title")
    ok("05:30" in seen and "09:30" in seen, "and the hours", seen)

    a.must("revise", doc, "--set", "about=改过")
    again = events(export(a, "action"))
    equal((again[0]["UID"], again[0]["SEQUENCE"]), (first["UID"], "1"),
          "the same event, a later one of its sequence")
    equal(len(again), 2, "one kind alone")
    a.must("move", doc, "cancel", "--set", "reason=目标已搬离")
    off = events(export(a, "action"))
    ok(off[0]["STATUS"] == "CANCELLED" and off[0]["SEQUENCE"] == "2",
       "called off", off[0])


def ics(*bodies, head="VERSION:2.0\r\nPRODID:-//x//y//EN"):
    return ("BEGIN:VCALENDAR\r\n" + head + "\r\n" + "".join(
        "BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\n%s\r\n"
        "END:VEVENT\r\n" % (i, body) for i, body in enumerate(bodies)) +
        "END:VCALENDAR\r\n")


def take(text, kind="conference"):
    path = tmp("ics") / "in.ics"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    p = b.run("import", kind, path, "--to", "310105")
    return p, path


def drafts():
    return {r["title"]: b.json("show", r["id"])[0]["fields"]
            for r in b.json("list") if r["draft"]}


@test
def in_from_others():
    p, _ = take(ics(
        "SUMMARY:世界时\r\nDTSTART:20261220T060000Z\r\nDTEND:20261220T080000Z"
        "\r\nLOCATION:甲\\, 乙\r\nDESCRIPTION:一\\n二",
        "SUMMARY:有时区\r\nDTSTART;TZID=Asia/Shanghai:20261220T140000\r\n"
        "DURATION:PT90M",
        "SUMMARY:外国日历\r\nDTSTART;TZID=\"China Standard Time\":"
        "20261221T090000",
        "SUMMARY:整天\r\nDTSTART;VALUE=DATE:20261222\r\n"
        "DTEND;VALUE=DATE:20261223",
        "SUMMARY:折\r\n 行\r\nDTSTART:20261224T090000"))
    ok(p.returncode == 0, "taken", p.stderr)
    got = drafts()
    equal(got["世界时"]["meets_at"], "2026-12-20T14:00:00+08:00", "UTC")
    equal(got["世界时"]["place"], "甲, 乙", "place")
    equal(got["世界时"]["about"], "一\n二", "text")
    equal((got["有时区"]["meets_at"], got["有时区"]["ends_at"]),
          ("2026-12-20T14:00:00+08:00", "2026-12-20T15:30:00+08:00"),
          "zone and duration")
    equal(got["外国日历"]["meets_at"], "2026-12-21T09:00:00+08:00",
          "another program's name of the zone")
    equal((got["整天"]["meets_at"], got["整天"]["ends_at"]),
          ("2026-12-22T00:00:00+08:00", "2026-12-23T00:00:00+08:00"),
          "a whole day")
    equal(got["折行"]["meets_at"], "2026-12-24T09:00:00+08:00",
          "no zone is this desk's")


@test
def there_and_back():
    text = export(a, "conference").replace("【演练】", "")
    p, _ = take(text)
    ok(p.returncode == 0, "a desk's own calendar comes in", p.stderr)
    f = drafts()["联席会"]
    equal((f["meets_at"], f["place"]),
          ("2026-12-20T14:00:00+08:00", "虚构会议室"), "as it was")


@test
def hostile_calendars():
    before = len(drafts())
    start = "\r\nDTSTART:20261220T060000Z"
    bad = [
        ("SUMMARY:重复" + start + "\r\nRRULE:FREQ=SECONDLY", "repeats"),
        ("SUMMARY:无时", "no start"),
        ("SUMMARY:坏时\r\nDTSTART:20269999T996060Z", "no time"),
        ("SUMMARY:外区\r\nDTSTART;TZID=../../etc/passwd:20261220T060000",
         "unknown zone"),
        ("SUMMARY:已取消" + start + "\r\nSTATUS:CANCELLED", "called off"),
        ("SUMMARY:" + "长" * 3000 + start, "too long a title"),
        ("SUMMARY:负" + start + "\r\nDURATION:-PT5M", "negative duration"),
    ]
    p, path = take(ics(*[x for x, _ in bad]))
    ok(p.returncode != 0, "refused", p.stdout)
    equal(len(drafts()), before, "none of them is a draft")
    rejected = path.with_suffix(".rejected.ndjson")
    equal(len(rejected.read_text().strip().splitlines()), len(bad),
          "each is kept with its reason")
    whole = [
        ("", "nothing"), ("not a calendar", "no calendar"),
        ("BEGIN:VCALENDAR\r\n" * 5000, "nested without end"),
        (ics(), "no event"), (b"BEGIN:VCALENDAR\r\n\xff\xfe\x00", "bytes"),
        ("BEGIN:VEVENT\r\nSUMMARY:半" , "cut off"),
        (ics("SUMMARY:\x00\x1b[31m" + start), "control characters"),
    ]
    for text, what in whole:
        p, _ = take(text)
        ok(p.returncode in (1, 2), f"{what}: refused",
           f"{p.returncode} {p.stdout}{p.stderr}")
    p, _ = take(ics("SUMMARY:=1+1‮反" + start))
    ok(p.returncode in (0, 1), "odd characters end nothing", p.stderr)
    p, _ = take(ics("SUMMARY:x" + start), kind="clue")
    ok(p.returncode != 0, "a kind without hours takes none", p.stdout)
    equal(b.run("verify").returncode, 0, "all verifies")


main()
