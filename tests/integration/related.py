"""Documents of different peers that share something are linked at arrival,
with the reason; what stays at home is not shown; exercises stay apart."""
from tap import *

a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
a.trust(b, c)
for d in (b, c):
    d.trust(a)
    d.serve()
a.serve()


def clue(d, to, title, **more):
    fields = {"title": title, "party_concerned.name": "某商行",
              "contact.office": "稽查科", "contact.phone": "021-11112222"}
    fields.update(more)
    return d.new("clue", to, **{k: v for k, v in fields.items()})


def arrived(doc):
    return wait_for(lambda: [x for x in a.json("list")
                             if x["id"] == doc], 20, "arrival")[0]


def related(doc, d=a):
    return {x["id"]: {(s["what"], s["value"]) for s in x["shared"]}
            for x in d.json("related", doc) if "shared" in x}


@test
def two_peers_are_linked_with_the_reason():
    one = clue(b, [a], "箱包仓储", **{
        "goods.0.name": "箱 包", "goods.0.brand": "某 牌",
        "goods.0.batch": "Ａ－20261109",
        "party_concerned.credit_code": "91350100M000100Y43"})
    equal(arrived(one)["related"], 0, "nothing to share yet")
    two = clue(c, [a], "网店售假", **{
        "goods.0.name": "箱包", "goods.0.brand": "某牌",
        "goods.0.batch": "a20261109",
        "party_concerned.credit_code": "91350100M000100Y43",
        "url": "https://www.shop.example.com/"})
    equal(arrived(two)["related"], 1, "the list says so at once")
    equal(arrived(one)["related"], 1, "on both")
    shared = related(two)[one]
    equal({w for w, _ in shared}, {"batch", "credit_code", "goods"},
          "batch, credit code, brand and product")
    ok(("batch", "a20261109") in shared, "the value as this document has it",
       shared)
    text = a.must("--lang", "en", "show", two)
    contains(text, "1 share something with it", "show has a line")
    contains(a.must("--lang", "en", "related", two), "batch a20261109",
             "related says why")
    contains(a.must("--lang", "en", "list"), "[related 1]", "list marks it")


@test
def the_senders_know_only_their_own():
    for d in (b, c):
        equal([x["related"] for x in d.json("list")], [0], d.id)


@test
def nothing_to_share_is_nothing():
    three = clue(b, [a], "无关", **{"goods.0.name": "箱包",
                                  "goods.0.batch": "1"})
    equal(arrived(three)["related"], 0, "a batch 1, a product without brand, "
          "the same telephone of the office")
    equal(related(three), {}, "and related says nothing")


@test
def drafts_are_looked_up_too():
    draft = a.must("new", "clue", "--draft", "--to", "330100", "--set",
                   "title=草稿", "--set", "url=shop.example.com"
                   ).strip().splitlines()[-1]
    equal({w for x in related(draft).values() for w, _ in x}, {"url"},
          "before it is issued")


@test
def exercises_stay_apart():
    drill = clue(c, [a], "演练", mode="exercise", **{
        "goods.0.name": "箱包", "goods.0.batch": "A20261109"})
    equal(arrived(drill)["related"], 0, "from the actual ones")
    drill2 = clue(b, [a], "演练二", mode="exercise", **{
        "goods.0.name": "箱包", "goods.0.batch": "A20261109"})
    arrived(drill2)
    equal(list(related(drill2)), [drill], "and meet each other")


@test
def many_are_not_listed():
    for i in range(22):
        clue(b, [a], f"多{i}", **{"courier_no": "SF0000123456"})
    last = clue(b, [a], "多末", **{"courier_no": "SF 0000 123456"})
    equal(arrived(last)["related"], 0, "they do not count")
    found = a.json("related", last)
    equal([(x.get("many"), x["what"]) for x in found],
          [(True, "courier_no")], "one line says that there are many")
    contains(a.must("--lang", "en", "related", last), "more than 20 documents",
             "in words")


@test
def a_revision_moves_the_links():
    one = clue(b, [a], "改前", **{"courier_no": "YT1111222233"})
    two = clue(c, [a], "另一", **{"courier_no": "YT1111222233"})
    arrived(one)
    equal(arrived(two)["related"], 1, "linked")
    b.must("revise", one, "--set", "courier_no=YT9999888877")
    wait_for(lambda: arrived(two)["related"] == 0, 20, "the link is gone")
    ok(True, "and no longer after the revision")
    equal(a.run("verify").returncode, 0, "verify agrees")
    a.stop()
    equal(a.run("verify", "--rebuild").returncode, 0, "rebuild too")


@test
def what_is_sealed_links_when_it_opens():
    kind = json.loads((TOP / "tests/data/kinds/raid.json").read_text())
    kind["views"]["correlate"] = ["target:address"]
    kind["views"]["search"] = ["title", "target"]
    path = tmp("kind") / "raid.json"
    path.write_text(json.dumps(kind, ensure_ascii=False))
    d, e = Desk("310115"), Desk("320200")
    pair(d, e)
    for x in (d, e):
        x.must("kind", "add", path)
        x.serve()
    place = "虬江路1188号三楼仓库"
    at = time.time() + 6
    hour = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(at + 28800))
    docs = [d.new("raid", [e], title=f"检查{i}", h_hour=hour, target=place)
            for i in range(2)]
    wait_for(lambda: len(e.json("list")) == 2, 5, "arrival")
    ok(time.time() < at, "the hour has not come")
    equal([x["related"] for x in d.json("list") + e.json("list")], [0] * 4,
          "sealed values link nothing, not at the owner either")
    equal(e.json("search", "虬江路"), [], "and are not found")
    wait_for(lambda: [x["related"] for x in d.json("list") + e.json("list")]
             == [1] * 4, 20, "links after the hour")
    equal(len(e.json("search", "虬江路")), 2, "found once they are open")
    for x in (d, e):
        x.stop()
        equal(x.run("verify", "--rebuild").returncode, 0, "verify agrees")


main()
