"""Desks that live through a case: the hour is set, then everybody acts and the
links carry what was signed. For tests of whole courses with dates.

    c = Course("310105", "310105-gaj")
    a, p = c.desks
    c.at("2026-09-22T10:00:00+08:00")
    ...
    c.settle()
"""
from tap import *


class Course:
    def __init__(self, *ids, now="2026-09-21T08:00:00+08:00"):
        self.hour = tmp("hour") / "now"
        self.at(now, settle=False)
        self.desks = [Desk(i, env={"DELTADESK_TEST_NOW": f"@{self.hour}"})
                      for i in ids]
        pair(*self.desks)
        self.offline = set()

    def at(self, now, settle=True):
        """The hour at every desk. What was signed before is delivered."""
        if settle:
            self.settle()
        new = self.hour.with_suffix(".new")
        new.write_text(now)
        new.rename(self.hour)

    def cut(self, desk):
        """No line to that desk; what it signs waits."""
        self.offline.add(desk)
        desk.stop()

    def join(self):
        self.offline.clear()
        self.settle()

    def down(self):
        for d in self.desks:
            d.stop()

    def settle(self):
        """Until every desk that is not offline holds what it is owed."""
        for d in self.desks:
            if d not in self.offline and not d.server:
                d.serve()

        def quiet():
            for d in self.desks:
                if d in self.offline:
                    continue
                for peer, queued in d.queues().items():
                    if queued and peer not in away:
                        return False
            return True
        away = {d.id for d in self.offline}
        # twice: what one desk takes in may be another's to be passed on
        wait_for(lambda: quiet() and quiet(), 30, "everything is delivered")

    def end(self):
        self.settle()
        self.down()
        for d in self.desks:
            p = d.run("verify")
            equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


def officers(desk, *roles_of):
    """officers(d, "wang:duty", "li:head")"""
    for text in roles_of:
        who, roles = text.split(":", 1)
        desk.must("officer", "add", who, who, "--roles", roles)


def doc_of(desk, doc):
    return desk.json("show", doc)[0]


def state_of(desk, doc, party=None):
    row = doc_of(desk, doc)
    if party is None:
        return row["state"]
    return {p["desk"]: p["state"] for p in row["parties"]}.get(party)


def clock(desk, doc, name, of=None):
    """The newest instance of a clock: {state, strict, due, article}."""
    found = [c for c in doc_of(desk, doc)["clocks"] if c["name"] == name
             and (of is None or c["desk"] == of)]
    if not found:
        return None
    c = found[-1]
    return {"state": c["state"], "strict": (c["strict_due_at"] or "")[:19],
            "due": (c["due_at"] or "")[:19], "article": c["article"]}


def clock_is(desk, doc, name, state, strict, due=None, article=None):
    c = clock(desk, doc, name)
    if not ok(c is not None, f"{desk.id} shows the clock {name}"):
        return
    equal(c["state"], state, f"{desk.id}: {name} is {state}")
    equal(c["strict"], strict, f"{name}, strict")
    equal(c["due"], due or strict, f"{name}, rolled")
    if article:
        contains(c["article"], article, f"{name} names its article")


def refused(desk, says, *words, status=1):
    """One line on stderr that says why."""
    p = desk.run("--lang", "en", *words)
    equal(p.returncode, status, f"{' '.join(map(str, words[:3]))} is refused")
    contains(p.stderr, says, f"and says '{says}'")


def agreed(desk, who, head, doc, *words):
    """An officer asks for a move that the head approves."""
    desk.must("--officer", who, "move", doc, *words)
    desk.must("--officer", head, "approve", doc)


def waits(desk, doc, officer=None):
    """What the duty list says of a document, None when it is not on it."""
    args = ["--officer", officer] if officer else []
    for row in desk.json(*args, "list", "--waits"):
        if row["id"] == doc:
            return row["wait_for"]
    return None
