"""The restore drill: a desk is lost and put back from an old backup, twice in a
row, killed half-way, while it works. Seen from outside: every desk verifies,
all show the same documents, what was issued after the backup is back with its
original signatures, no reference number was given twice."""
from loss import *


@test
def twice_in_a_row():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 2)
    old = backup(a)
    more, photo = work(a, b, c, 3)
    docs += more
    for i in (1, 2):
        events = own_events(a)
        lose(a)
        restore(a, old)
        ok(set(own_events(a)) < set(events), "the backup is older")
        a.serve()
        wait_back(a, events, b, c)
        proven(a, events, docs, b, c)
        wait_for(lambda: (a.home / "blobs" / photo[:2] / photo).exists(), 20,
                 "attachment")
        more, photo = work(a, b, c, 1)
        docs += more
    equal(query(a, "SELECT count(*) FROM epoch")[0][0], 3,
          "the lost epoch is known again, too")
    proven(a, own_events(a), docs, b, c)
    for d in (a, b, c):
        d.stop()


@test
def killed_half_way():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    old = backup(a)
    for i in range(30):
        docs.append(a.new(to=[b, c], title=f"多{i}"))
    wait_for(lambda: settled(a, b, c), 30, "all told")
    events = own_events(a)
    lose(a)
    for delay in (0.0, 0.03, 0.06, 0.1, 0.15, 0.25):
        p = Proc(DELTADESK, "--desk", a.home, "restore", old,
                 "--passphrase-file", passphrase(a), "--confirm-peers",
                 env=a.env)
        time.sleep(delay)
        p.kill()
        if (a.home / "desk.db").exists():
            break
        ok(not a.home.exists() or not list(a.home.iterdir()),
           f"killed after {delay} s nothing looks like a desk")
    if not (a.home / "desk.db").exists():
        restore(a, old)
    for i in range(6):
        a.serve()
        time.sleep(0.05 + 0.1 * i)
        a.server.kill()
        if i % 3 == 0:
            b.server.kill()
            b.serve()
    a.serve()
    wait_back(a, events, b, c)
    proven(a, events, docs[:4] + docs[-3:], b, c)
    for d in (a, b, c):
        d.stop()


@test
def acts_are_kept_until_all_answered():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    old = backup(a)
    docs.append(a.new(to=[b, c], title="其后"))
    wait_for(lambda: settled(a, b, c), 30, "all told")
    events = own_events(a)
    c.stop()
    lose(a)
    restore(a, old)
    a.serve()
    p = a.run("new", "clue", "--to", b.id, "--set", "title=恢复中")
    equal(p.returncode, 0, "an act is taken")
    doc = p.stdout.strip().splitlines()[-1]
    ok(p.stderr.strip() != "", "and it is told that it is not signed yet")
    time.sleep(1.5)
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0] > 0, True,
          "kept while one has not answered")
    equal(b.run("show", doc).returncode, 1, "nothing of it left")
    rows = {r["desk"]: r for r in a.json("peer", "list")}
    equal((rows[b.id]["answer"], rows[c.id]["answer"]),
          ("", "waiting"), "peer list tells on whom it waits")
    c.serve()
    wait_back(a, events, b, c)
    wait_for(lambda: b.run("show", doc).returncode == 0, 20, "signed and sent")
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0], 0,
          "nothing is kept any more")
    ok(b.json("show", doc)[0]["number"], "it got its number then")
    proven(a, events, docs + [doc], b, c)
    for d in (a, b, c):
        d.stop()


main()
