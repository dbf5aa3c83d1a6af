#!/usr/bin/env python3
"""Groups of addressees: all peers, those of a province, those that the desk
keeps; what is addressed is the desks that a group has at that moment."""
from tap import *


def desks():
    a = Desk("310105", listen=False)
    peers = [Desk(i, listen=False)
             for i in ("310118", "320584", "330100", "310101-gaj")]
    a.trust(*peers)
    return a, peers


def to_of(a, doc):
    return sorted(p["desk"] for p in a.json("show", doc)[0]["parties"])


@test
def built_in_groups_are_the_trusted_peers():
    a, _ = desks()
    got = {g["name"]: g for g in a.json("group", "list")}
    equal(sorted(got), sorted(["全部", "上海", "江苏", "浙江"]),
          "one for all, one for each province that has a peer")
    equal(sorted(got["上海"]["desks"]), ["310101-gaj", "310118"],
          "a province has its desks")
    equal(len(got["全部"]["desks"]), 4, "all has all")
    a.must("peer", "revoke", "330100")
    equal([g["name"] for g in a.json("group", "list") if "330100" in
           g["desks"]], [], "a peer trusted no longer is in none")
    text = a.must("--lang", "en", "group", "list")
    contains(text, "2 desks: 310", "the list for people has the count")


@test
def a_group_of_the_desk():
    a, _ = desks()
    a.must("group", "set", "重点市场", "320584", "330100")
    got = a.json("group", "list")[-1]
    equal((got["name"], got["desks"], got["built_in"]),
          ("重点市场", ["320584", "330100"], False), "is kept in its order")
    doc = a.new("clue", to=["重点市场"], title="x")
    equal(to_of(a, doc), ["320584", "330100"], "new --to takes it")
    a.must("group", "set", "重点市场", "310118")
    equal(a.json("group", "list")[-1]["desks"], ["310118"],
          "set puts others in their place")
    equal(to_of(a, doc), ["320584", "330100"],
          "what was sent before is not changed by that")
    a.must("group", "remove", "重点市场")
    equal(len([g for g in a.json("group", "list") if not g["built_in"]]), 0,
          "and it is gone")
    r = a.run("group", "remove", "重点市场")
    equal(r.returncode, 1, "a second time there is nothing to remove")


@test
def a_draft_is_not_widened():
    a, _ = desks()
    a.must("group", "set", "g", "320584")
    doc = a.must("new", "clue", "--draft", "--to", "g,上海", "--set",
                 "title=x").split()[0]
    a.must("group", "set", "g", "320584", "330100")
    c = Desk("310110", listen=False)
    a.trust(c)
    a.must("issue", doc)
    equal(to_of(a, doc), ["310101-gaj", "310118", "320584"],
          "neither a group set anew nor a new peer widens a draft")


@test
def wrong_groups_are_refused():
    a, _ = desks()
    for words, says in (
            (("set", "310118", "320584"), "desk id"),
            (("set", "上海", "320584"), "always there"),
            (("set", "all", "320584"), "always there"),
            (("set", "a b", "320584"), "blank"),
            (("set", "a,b", "320584"), "blank"),
            (("set", "a\u202eb", "320584"), "control"),
            (("set", "g", "310105"), "this desk itself"),
            (("set", "g", "320584", "320584"), "named twice"),
            (("set", "g", "999999"), "no trusted peer"),
            (("remove", "全部"), "always there")):
        r = a.run("--lang", "en", "group", *words)
        equal(r.returncode, 1, f"refused: {words}")
        contains(r.stderr, says, "with the reason")
    equal([g["name"] for g in a.json("group", "list") if not g["built_in"]],
          [], "and nothing was kept")
    r = a.run("--lang", "en", "new", "clue", "--to", "nobody", "--set",
              "title=x")
    equal(r.returncode, 1, "an unknown group addresses nobody")
    contains(r.stderr, "no group", "and says so")
    equal(a.json("list", "clue"), [], "and nothing is written")


main()
