"""What time alone brings is signed by the serving process when its time has
come, or when it serves again after that."""
from datetime import datetime, timedelta, timezone

from tap import *

KINDS = TOP / "tests" / "data" / "kinds"
SHANGHAI = timezone(timedelta(hours=8))


def soon(seconds):
    at = datetime.now(SHANGHAI) + timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds")


def state(desk, doc):
    return desk.json("show", doc)[0]["state"]


def wait_state(desk, doc, want, timeout):
    try:
        wait_for(lambda: state(desk, doc) == want, timeout, want)
    except TimeoutError:
        pass
    return time.time()


def pair_with(kind):
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    for d in (a, b):
        d.must("kind", "add", str(KINDS / f"{kind}.json"))
    return a, b


def arrived(desk, doc):
    wait_for(lambda: any(r["id"] == doc for r in desk.json("list")), 20,
             "arrival")


@test
def when_the_time_has_come():
    a, b = pair_with("watch")
    a.serve()
    b.serve()
    at = time.time() + 4
    doc = a.new("watch", to=[b], title="t", answer_by=soon(4))
    arrived(b, doc)
    equal(state(b, doc), "stored", "nothing happens before its time")
    p = b.run("move", doc, "fall_silent")
    equal(p.returncode, 1, "no officer makes it")
    late = wait_state(b, doc, "silent", 15) - at
    ok(-0.1 < late < 1.5 * SLOW, "it happens when its time has come",
       f"{late:.2f} s after it")
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["state"] == "silent",
             20, "the owner's view")
    ok(True, "the owner sees it")
    rows = [r for r in b.json("events", doc) if r["type"] == "move"]
    equal(len(rows), 1, "it was signed once")


@test
def when_it_serves_again():
    a, b = pair_with("watch")
    a.serve()
    b.serve()
    doc = a.new("watch", to=[b], title="t", answer_by=soon(3))
    arrived(b, doc)
    b.stop()
    time.sleep(3.2)
    equal(state(b, doc), "stored", "nobody serves: nothing happens")
    b.serve()
    wait_state(b, doc, "silent", 5)
    equal(state(b, doc), "silent", "it is caught up with")
    for _ in range(2):
        b.stop()
        b.serve()
    time.sleep(0.5)
    rows = [r for r in b.json("events", doc) if r["type"] == "move"]
    equal(len(rows), 1, "not again after a restart")
    equal(b.run("verify").returncode, 0, "the desk verifies")


main()
