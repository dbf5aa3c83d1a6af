"""Results of tests and appraisals between desks (DOMAIN 5): looked up before
a test is ordered, recognised, with limits, or declined; relied on; taken back.
"""
# run: timeout=400
from tap import *

NOW = "2026-09-21T09:00:00+08:00"


def at(*desks, now):
    """Moves the clock of desks; a serving one is served anew."""
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


def shoes(desk, *to, **fields):
    """A result on shoes; an appraisal unless told otherwise."""
    whole = {"title": "关于运动鞋检验鉴定结果的通报",
             "report_no": "FICT-1", "lab.name": "虚构质检中心",
             "cma.valid_until": "2027-12-31", "test_type": "鉴定",
             "product.name": "运动鞋", "product.brand": "岫云",
             "sample.batch": "B260801", "standard": "GB 18401-2010",
             "conclusion": "假冒", "issued_on": "2026-09-18",
             "contact.office": "稽查", "contact.phone": "000000000001"}
    whole.update(fields)
    return desk.new("result", to, **{k: v for k, v in whole.items() if v})


def clue(desk, to, **goods):
    fields = {"title": "关于运动鞋的线索"}
    for name, value in goods.items():
        fields[f"goods.0.{name}"] = value
    return desk.new("clue", [to], **fields)


def here(desk, doc):
    return wait_for(lambda: [r for r in desk.json("list", "--box", "all")
                             if r["id"] == doc], 20, f"{doc} at {desk.id}")[0]


def state_of(desk, doc, of):
    rows = [p for p in here(desk, doc)["parties"] if p["desk"] == of.id]
    return rows[0]["state"]


def comes_to(desk, doc, of, state):
    try:
        wait_for(lambda: state_of(desk, doc, of) == state, 20, state)
    except TimeoutError:
        pass
    equal(state_of(desk, doc, of), state, f"{desk.id} sees {of.id} {state}")


def refused(desk, part, *args, text=None):
    p = desk.run("--lang", "en", *args)
    equal(p.returncode, 1, text or f"refused: {part}")
    contains(p.stderr, part, "and it says why")
    return p


def duty(desk, doc):
    """What the duty list asks for on a document; None when it is not on it."""
    rows = [r for r in desk.json("list", "--waits") if r["id"] == doc]
    return rows[0] if rows else None


def verified(*all_):
    for d in all_:
        d.stop()
        p = d.run("verify", "--rebuild")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


@test
def the_samples():
    """All twenty, on one desk; what they are looked up by."""
    a, b = desks("310105", "330100")
    rows = [json.loads(line) for line in
            (TOP / "tests/data/samples/results.ndjson").open()]
    equal(len(rows), 20, "there are twenty samples")
    f = tmp() / "fields.json"
    ids = {}
    for r in rows:
        r["fields"]["test_type"] = "鉴定"
        f.write_text(json.dumps(r["fields"]))
        ids[r["sample"]] = a.must("new", "result", "--to", b.id, "--file",
                                  f).strip().splitlines()[-1]
    found = a.json("results", "--all")
    equal(len(found), 20, "each is found")
    valid = [r["id"] for r in found if r["valid"]]
    equal(len(valid), 17, "but for those whose qualification is over")
    ok(all(r["valid"] for r in found[:17]), "valid ones come first")
    on = [r["on"] for r in found[:17]]
    equal(on, sorted(on, reverse=True), "newest first")
    old = [r for r in found if r["id"] == ids["result-006"]][0]
    ok(not old["valid"] and "2026-05-31" in old["why"],
       "the other says until when its laboratory was qualified", old)
    for args, want in (
            (("--product", "运动鞋"), ["result-001"]),
            (("--product", "鞋"), ["result-001"]),
            (("--batch", "ｂ260801"), ["result-001"]),
            (("--batch", "c260711"), ["result-002"]),
            (("--number", "fict-2026-00003"), ["result-003"]),
            (("--brand", "岫云", "--product", "运动鞋"), ["result-001"]),
            (("--brand", "岫云", "--product", "制动片"), []),
            (("--product", "——"), []),
            (("--laboratory", "91320500YYYY004184", "--product", "鞋"),
             ["result-001"])):
        got = sorted(r["id"] for r in a.json("results", *args))
        equal(got, sorted(ids[w] for w in want), f"results {args}")
    f.write_text(json.dumps(rows[0]["fields"]))
    refused(a, "was issued already by 310105", "new", "result", "--to", b.id,
            "--file", f, text="the same report is not issued twice")
    here(b, ids["result-020"])
    equal(len(b.json("results", "--standard", "GB 18401-2010")), 4,
          "a peer that holds them finds them too")
    refused(b, "was issued already by 310105", "new", "result", "--to", a.id,
            "--file", f, text="nor by a peer")
    verified(a, b)


@test
def a_duplicate_test_is_saved():
    a, b = desks("310105", "330100")
    result = shoes(b, a)
    matter = clue(b, a, name="岫云牌运动鞋", brand="岫云", batch="B 260801")
    here(a, result), here(a, matter)
    a.must("sign", matter)
    a.must("move", matter, "accept")
    number = here(a, result)["number"]
    suspend = ("move", matter, "suspend", "--set", "cause=检验")
    p = refused(a, "1 valid result is there", *suspend,
                text="before a test is ordered the result is shown")
    contains(p.stderr, number, "by its number")
    equal(a.run("move", matter, "suspend", "--set", "cause=权利人辨认")
          .returncode, 0, "what is no test is not asked about")
    a.must("move", matter, "resume")
    row = a.json("results", "--product", "运动鞋", "--batch", "B260801")[0]
    ok(row["valid"] and row["number"] == number, "results shows it valid", row)
    a.must("sign", result)
    a.must("move", result, "recognise", "--set", "reason=同一批次")
    comes_to(b, result, a, "recognised")
    at_b = b.json("show", result)[0]["timeline"]
    ok(any("同一批次" in (t["text"] or "") for t in at_b),
       "the issuer is told, with the reason", at_b)
    a.must("move", result, "rely", "--set", "paper_no=沪长市监罚〔2026〕7号",
           "--set", f"in_doc={b.id}/{matter}")
    comes_to(b, result, a, "relied")
    rely = b.json("show", result)[0]["reliance"]
    equal([(r["desk"], r["paper"], r["doc"], r["open"]) for r in rely],
          [(a.id, "沪长市监罚〔2026〕7号", f"{b.id}/{matter}", False)],
          "and by which paper it was used")
    for d in (a, b):
        rests = d.json("show", matter)[0]["rests_on"]
        equal([(r["id"], r["valid"]) for r in rests], [(result, True)],
              f"{d.id}: the document says what it rests on")
    a.must(*suspend, "--note", "另测pH值")
    shown = a.json("show", matter)[0]
    equal([c["state"] for c in shown["clocks"] if c["name"] == "verify"],
          ["suspended"], "with a note that says why, the clock stands still")
    ok(any("另测pH值" in (t["text"] or "") for t in shown["timeline"]),
       "and the note stays with the move")
    other = clue(b, a, name="制动片", brand="岫云")
    here(a, other)
    a.must("sign", other)
    a.must("move", other, "accept")
    a.must("move", other, "suspend", "--set", "cause=检验")
    ok(True, "where there is no result nothing is asked")
    b.must("move", result, "revoke", "--set", "reason=原报告撤销")
    wait_for(lambda: not a.json("show", matter)[0]["rests_on"][0]["valid"],
             20, "revoked")
    contains(a.must("--lang", "en", "show", matter), "not valid",
             "and that it does not hold any more")
    verified(a, b)


@test
def declined_or_with_limits():
    a, b, c = desks("310105", "330100", "320500")
    result = shoes(b, a, c)
    for d in (a, c):
        here(d, result)
        d.must("sign", result)
    refused(a, "reason", "move", result, "decline_recognition",
            text="declining takes a reason")
    refused(a, "limits", "move", result, "recognise_limited", "--set",
            "reason=x", text="limits are named")
    a.must("move", result, "decline_recognition", "--set",
           "reason=样品批号与涉案批号不一致。")
    comes_to(b, result, a, "declined")
    matter = clue(b, a, name="运动鞋")
    here(a, matter)
    a.must("sign", matter)
    a.must("move", matter, "accept")
    a.must("move", matter, "suspend", "--set", "cause=检测")
    ok(True, "what this desk declined does not stand in the way of a test")
    c.must("move", result, "recognise_limited", "--set", "reason=x", "--set",
           "limits=限于批号B260801")
    comes_to(b, result, c, "recognised_limited")
    equal(c.json("results", "--product", "运动鞋")[0]["limits"],
          "限于批号B260801", "results shows within which limits")
    refused(c, "only in state", "move", result, "rely", "--set", "paper_no=1",
            text="and it is used within them only")
    c.must("move", result, "rely_limited", "--set", "paper_no=1")
    c.must("move", result, "rely_limited", "--set", "paper_no=2")
    comes_to(b, result, c, "relied_limited")
    wait_for(lambda: len(b.json("show", result)[0].get("reliance", [])) == 2,
             20, "both papers")
    equal(sorted(r["paper"] for r in b.json("show", result)[0]["reliance"]),
          ["1", "2"], "it may be used again")
    verified(a, b, c)


@test
def revoked_after_it_was_relied_on():
    """One of those who relied on it is offline meanwhile."""
    a, b, c = desks("310105", "330100", "320500")
    result = shoes(b, a, c)
    for d, move in ((a, "recognise"), (c, "recognise")):
        here(d, result)
        d.must("sign", result)
        d.must("move", result, move, "--set", "reason=同一批次")
        d.must("move", result, "rely", "--set", f"paper_no={d.id}号")
    for d in (a, c):
        comes_to(b, result, d, "relied")
    equal(duty(a, result), None, "nothing waits while it is in force")
    refused(a, "condition", "move", result, "reconfirm", "--set", "reason=x",
            text="and nothing is to be decided anew")
    c.stop()
    b.must("move", result, "revoke", "--set", "reason=原报告撤销")
    wait_for(lambda: duty(a, result), 20, "a duty row")
    contains(a.must("--lang", "en", "list", "--waits"), "关于运动鞋",
             "a duty row where it was relied on")
    equal(duty(c, result), None, "not yet where the line is down")
    row = a.json("results", "--product", "运动鞋")[0]
    ok(not row["valid"], "it is found, not valid any more", row)
    late = clue(b, a, name="运动鞋")
    here(a, late)
    a.must("sign", late)
    a.must("move", late, "accept")
    a.must("move", late, "suspend", "--set", "cause=检验")
    ok(True, "and no test is held up by it")
    refused(a, "condition", "move", result, "rely", "--set", "paper_no=2",
            text="nor used again")
    a.must("move", result, "withdraw_recognition", "--set", "reason=已撤销")
    equal(duty(a, result), None, "decided anew, the row is gone")
    comes_to(b, result, a, "given_up")
    ok(duty(b, result), "the issuer still waits for the other")
    rely = b.json("show", result)[0]["reliance"]
    equal(sorted((r["desk"], r["open"]) for r in rely),
          [(a.id, False), (c.id, True)], "and sees whose decision is open")
    c.serve()
    wait_for(lambda: duty(c, result), 20, "a duty row at the other")
    c.must("move", result, "reconfirm", "--set", "reason=另有证据")
    comes_to(b, result, c, "reconfirmed")
    equal(duty(b, result), None, "then nothing waits any more")
    verified(a, b, c)


@test
def the_objection_period():
    """From the day the producer got the result; across the National Day."""
    a, b = desks("310105", "330100")
    cases = [  # sort, notified on, strict, in force from that day's end
        ("监督抽查", "2026-09-18", "2026-10-03", "2026-10-08"),
        ("监督抽查", "2026-09-21", "2026-10-06", "2026-10-08"),
        ("食品抽检", "2026-09-18", "2026-09-29", "2026-09-29"),
        ("化妆品抽检", "2026-09-28", "2026-10-13", "2026-10-13"),
        ("医疗器械抽检", "2026-09-21", "2026-10-08", "2026-10-08"),
        ("药品抽检", "2026-09-21", "2026-09-28", "2026-09-28"),
        ("药品抽检", "2026-09-25", "2026-10-02", "2026-10-08"),
    ]
    for i, (sort, notified, strict, due) in enumerate(cases):
        doc = shoes(b, a, report_no=f"FICT-{i}", test_type=sort,
                    notified_on=notified)
        clock = [c for c in b.json("show", doc)[0]["clocks"]
                 if c["name"] == "objection"][0]
        equal((clock["strict_due_at"][:10], clock["due_at"][:10]),
              (strict, due), f"{sort} from {notified}")
    for sort in ("鉴定", "权利人辨认", "委托检验"):
        doc = shoes(b, a, report_no=f"FICT-{sort}", test_type=sort,
                    notified_on="2026-09-18")
        names = [c["name"] for c in b.json("show", doc)[0]["clocks"]]
        ok("objection" not in names, f"{sort}: nobody may object")
    verified(a, b)


@test
def not_before_it_is_over():
    a, b = desks("310105", "330100")
    result = shoes(b, a, test_type="监督抽查")
    here(a, result)
    a.must("sign", result)
    recognise = ("move", result, "recognise", "--set", "reason=同一批次")
    refused(a, "producer notified on is not given", *recognise,
            text="without the day of notice the period cannot be counted")
    ok(duty(b, result), "and its issuer is asked for the day")
    b.must("revise", result, "--set", "notified_on=2026-09-18")
    equal(duty(b, result), None, "until it gives it")
    wait_for(lambda: a.json("show", result)[0]["fields"].get("notified_on"),
             20, "the day")
    refused(a, "runs until the end of 2026-10-08", *recognise,
            text="nor before the period is over")
    row = a.json("results", "--product", "鞋")[0]
    ok(not row["valid"] and "2026-10-08" in row["why"],
       "results says until when", row)
    at(a, now="2026-10-08T23:59:00+08:00")
    refused(a, "runs until", *recognise, text="to its last minute")
    at(a, now="2026-10-09T00:01:00+08:00")
    row = a.json("results", "--product", "鞋")[0]
    ok(row["valid"], "then it is valid at once", row)
    a.must(*recognise)
    b.stop()
    at(b, now="2026-10-09T00:02:00+08:00")
    b.serve()
    comes_to(b, result, a, "recognised")
    verified(a, b)


@test
def qualified_on_the_day():
    a, b = desks("310105", "330100", now="2026-09-17T09:00:00+08:00")
    bad = shoes(b, a, **{"cma.valid_until": "2026-09-17"})
    good = shoes(b, a, report_no="FICT-2",
                 **{"cma.valid_until": "2026-09-18"})
    here(a, bad), here(a, good)
    b.stop()  # offline before its clock can say that the first lapsed
    at(a, now="2026-09-18T09:00:00+08:00")
    a.must("sign", bad)
    a.must("sign", good)
    refused(a, "the qualification ended on 2026-09-17, before 2026-09-18",
            "move", bad, "recognise", "--set", "reason=x",
            text="a laboratory that was not qualified is not recognised")
    a.must("move", good, "recognise", "--set", "reason=x")
    ok(True, "one that was on that very day is")
    verified(a, b)


@test
def what_time_brings():
    """The objection period ends, the qualification lapses and is renewed: the
    issuer's desk signs it by itself, and everyone is told."""
    a, b = desks("310105", "330100")
    result = shoes(b, a, test_type="药品抽检", notified_on="2026-09-18",
                   **{"cma.valid_until": "2026-10-31"})
    here(a, result)
    a.must("sign", result)
    wait_for(lambda: here(b, result)["state"] == "objection", 20,
             "the period begins")
    at(a, b, now="2026-09-28T00:01:00+08:00")
    equal(here(b, result)["state"], "objection",
          "09-25 is the Mid-Autumn day: it ends on the 28th")
    at(a, b, now="2026-09-29T00:01:00+08:00")
    wait_for(lambda: here(b, result)["state"] == "in_force", 20, "in force")
    a.must("move", result, "recognise", "--set", "reason=x")
    a.must("move", result, "rely", "--set", "paper_no=1")
    comes_to(b, result, a, "relied")
    at(a, b, now="2026-10-31T23:00:00+08:00")
    equal(here(b, result)["state"], "in_force",
          "it holds to the end of the last day")
    at(a, b, now="2026-11-01T00:01:00+08:00")
    wait_for(lambda: here(b, result)["state"] == "lapsed", 20, "lapsed")
    wait_for(lambda: duty(a, result), 20, "told where it was relied on")
    ok(duty(b, result), "and the issuer sees that it is open there")
    a.must("move", result, "keep", "--set", "reason=出具时资质有效")
    equal(duty(a, result), None, "decided anew")
    comes_to(b, result, a, "kept")
    equal(duty(b, result), None, "nothing is open at the issuer either")
    other = shoes(b, a, report_no="FICT-9", **{"cma.valid_until":
                                               "2026-10-31"})
    here(a, other)
    a.must("sign", other)
    wait_for(lambda: here(b, other)["state"] == "lapsed", 20, "lapsed")
    wait_for(lambda: "lapsed" in a.run(
        "--lang", "en", "move", other, "recognise", "--set", "reason=x")
        .stderr, 20, "it lapsed")
    refused(a, "lapsed (valid until: 2026-10-31, over)", "move", other,
            "recognise", "--set", "reason=x",
            text="a lapse stops new recognitions")
    b.must("move", result, "revoke", "--set", "reason=x")
    wait_for(lambda: duty(a, result), 20, "a later revocation asks again")
    a.must("move", result, "reconfirm", "--set", "reason=x")
    b.must("revise", other, "--set", "cma.valid_until=2027-10-31")
    b.must("move", other, "renew")
    wait_for(lambda: a.json("results", "--number", "FICT-9")[0]["valid"], 20,
             "valid again")
    verified(a, b)


@test
def a_retest():
    a, b = desks("310105", "330100")
    result = shoes(b, a)
    here(a, result)
    a.must("sign", result)
    a.must("move", result, "recognise", "--set", "reason=x")
    comes_to(b, result, a, "recognised")
    b.must("move", result, "retest", "--set", "applicant=当事人", "--set",
           "asked_on=2026-09-20")
    wait_for(lambda: not a.json("results", "--product", "鞋")[0]["valid"], 20,
             "not valid meanwhile")
    refused(a, "condition", "move", result, "rely", "--set", "paper_no=1",
            text="it is not used while it is being retested")
    b.must("move", result, "uphold", "--set", "paper_no=复1", "--set",
           "on=2026-09-21")
    wait_for(lambda: a.json("results", "--product", "鞋")[0]["valid"], 20,
             "upheld")
    a.must("move", result, "rely", "--set", "paper_no=1")
    b.must("move", result, "retest", "--set", "applicant=当事人", "--set",
           "asked_on=2026-09-21")
    b.must("move", result, "overturn", "--set", "paper_no=复2", "--set",
           "on=2026-09-21", "--set", "reason=结论改变")
    wait_for(lambda: duty(a, result), 20, "overturned: decide anew")
    ok(True, "a retest that overturns it re-opens what rests on it")
    verified(a, b)


main()
