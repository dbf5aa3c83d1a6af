#!/usr/bin/env python3
"""A list that others change: rows are announced, never inserted under the
cursor, and keyed by document."""
from tap import *
from screen import Screen


def selected(text):
    for line in text.splitlines():
        if line.startswith(">"):
            return line
    return ""


@test
def rows_come_in_at_the_next_key():
    a = Desk("310105")
    b = Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    for i in range(3):
        b.new(to=[a], title=f"first {i}")
    wait_for(lambda: len(a.json("list", "clue", "--box", "in")) == 3)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("first 2")
    s.keys("j")
    here = selected(s.wait(lambda t: "first 1" in selected(t)))
    b.new(to=[a], title="pressing", urgency="特急")
    text = s.wait("a goes there")
    contains(text, "pressing", "the arrival is announced")
    equal(selected(text), here, "the selection stays on its row")
    listed = [x for x in text.splitlines() if "pressing" in x
              and "goes there" not in x]
    equal(listed, [], "and the row is not in the list yet")
    s.keys("C-l")                    # any key takes it in
    s.keys("j")
    s.wait(lambda t: any("pressing" in x and "URGENT" in x
                         for x in t.splitlines()))
    text = s.wait(lambda t: "first 2" in selected(t))
    contains(selected(text), "first 2", "j went one on from where it was")
    s.close()


@test
def rows_come_in_when_idle():
    a = Desk("310105")
    b = Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    b.new(to=[a], title="one")
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait(lambda t: "one" in selected(t), timeout=20)
    time.sleep(5.5)                  # nobody has pressed a key for long
    b.new(to=[a], title="two", urgency="特急")
    s.wait("a goes there")
    text = s.wait(lambda t: any("two" in x and "URGENT" in x
                                for x in t.splitlines()), timeout=9)
    contains(selected(text), "one", "the selection is still on its document")
    s.close()


@test
def a_long_list_is_read_in_pages():
    a = Desk("310105", listen=False)
    rows = "title,to\n" + "".join(f"number {i:03d},330100\n"
                                  for i in range(260))
    path = tmp("csv") / "x.csv"
    path.write_text(rows, encoding="utf-8")
    b = Desk("330100")
    pair(a, b)
    a.must("import", "clue", path, "--issue")
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("[1 duty]")
    s.keys("2")
    s.wait(lambda t: "number 259" in selected(t))
    s.keys("G")
    s.wait(lambda t: "number 000" in selected(t))
    for _ in range(4):
        s.keys("k")
    s.wait(lambda t: "number 004" in selected(t))
    s.keys("g", "g")
    s.wait(lambda t: "number 259" in selected(t))
    for _ in range(30):
        s.keys("NPage")
    s.wait(lambda t: "number 000" in selected(t))
    for _ in range(30):
        s.keys("PPage")
    text = s.wait(lambda t: "number 259" in selected(t))
    ok(text, "every page forward and back ends where the list does")
    s.keys("/")
    s.type("number 123")
    s.keys("Enter")
    s.wait(lambda t: "number 123" in selected(t))
    ok(True, "search finds a row that was not loaded")
    s.keys("f")
    s.type("number 05")
    text = s.wait(lambda t: "number 05" in selected(t) and "number 123"
                  not in t.split("filter (")[0])
    s.keys("Enter", "\\")
    s.wait(lambda t: "number 259" in t)
    ok(True, "the filter narrows while it is typed and is cleared")
    s.close()


main()
