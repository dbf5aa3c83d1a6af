#!/usr/bin/env python3
"""A kind that no code knows (tests/data/kinds/market_check.json): listed,
composed, confirmed by two officers with rows, corrected, from the console."""
from kind_menu import *
from screen import Screen

KIND = TOP / "tests" / "data" / "kinds" / "market_check.json"


def two_desks(serve=True):
    a = Desk("310105")
    b = Desk("330100")
    pair(a, b)
    a.must("kind", "add", KIND)
    b.must("kind", "add", KIND)
    if serve:
        a.serve()
        b.serve()
    for d in (a, b):
        for name, text in (("li", "李敏"), ("wang", "王芳")):
            d.must("officer", "add", name, text, "--roles", "duty")
    return a, b


def call(d, *words):
    p = d.must("new", "market_check", *words)
    return p.strip().splitlines()[-1]


@test
def composed_by_keys_alone():
    a, b = two_desks()
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    choose_kind(s, "0", "市场联查")
    s.wait("[市场联查]")
    s.keys("c")
    s.wait("[新建 市场联查]")
    contains(s.text(), "主送(牵头所)", "an addressee limited by the kind is "
             "named by its part")
    s.keys("C-x")
    s.wait("至少填一个主送单位")
    pick(s, "hz", "杭州")
    s.type("310105")                  # one too many
    s.keys("C-x")
    s.wait("最多填 1 个")
    ok(True, "no more than the part takes")
    for _ in range(6):
        s.keys("BSpace")
    s.keys("Tab", "Tab")
    s.type("夜间联查")
    s.keys("Tab", "Tab", "Tab")
    s.type("2026-12-01 2030")
    s.keys("Tab")
    s.wait("RFC 3339")
    s.keys("Up", "BSpace", "BSpace", "BSpace", "BSpace")
    s.type("20:30")
    s.keys("Tab")
    s.wait(lambda t: "RFC 3339" not in t)
    ok(True, "a wrong time is said beside its field until it is right")
    s.keys("Tab", "Tab", "a", "Tab")
    s.wait(">*夜间理由")
    ok(True, "what a condition asks for is marked when the condition holds")
    s.keys("C-x")
    s.wait("必填")
    s.type("摊位夜里才开")
    s.keys("Tab")
    s.type("0")
    s.keys("Tab")
    text = s.wait("超出")
    contains(text, "夜间联查", "a number out of bounds costs nothing else")
    s.keys("Up", "BSpace")
    s.type("30")
    s.keys(*["Tab"] * 7)              # the list of shops
    s.keys("Enter")
    s.type("甲店")
    s.keys("Tab")
    s.type("6901234567890")
    s.keys("Tab")
    s.type("12")
    s.keys("Tab", "b")
    s.wait("[b]正品")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    s.wait("已签发")
    got = wait_for(lambda: b.json("list", "market_check"), what="arrival")
    fields = b.json("show", got[0]["id"])[0]["fields"]
    equal(fields["meets_at"], "2026-12-01T20:30:00+08:00",
          "a time typed as local is an instant")
    equal((fields["night"], fields["stalls"], fields["shops"][0]["found"]),
          (True, 30, "real"), "yes and no, numbers and codes are stored")
    s.close()


@test
def confirmed_by_two_and_reopened():
    a, b = two_desks()
    doc = call(a, "--to", "330100", "--set", "title=城东夜间联查",
               "--set", "meets_at=2026-12-01 20:30", "--set", "market=城东市场",
               "--set", "shops.0.name=甲店", "--set", "shops.0.found=假冒")
    wait_for(lambda: b.json("list", "market_check"), what="arrival")
    s = Screen(DELTADESK, "--desk", b.home)
    s.wait("城东夜间联查")
    s.keys("m")
    s.wait("1 确认参加")
    s.keys("1")
    s.wait("[确认参加]")
    s.keys("C-x")
    s.wait("须另一名人员共同签署")
    ok(True, "a move of two officers asks for the second")
    s.keys("Up", "Up", "Enter")       # a row of officers
    pick(s, "li", "李敏")
    s.keys("Tab")
    s.type("ZF330001")
    s.keys("Tab", "Tab", "Enter")     # a row of vehicles
    s.type("浙A12345")
    s.keys("Tab", "Tab", "Tab")
    s.type("root")
    s.wait("1 root")
    s.keys("1")
    s.wait(lambda t: "1 root" not in t)
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    s.wait("重复")
    contains(s.text(), "浙A12345", "a refused act leaves the form as it was")
    for _ in range(6):
        s.keys("BSpace")
    pick(s, "wa", "王芳")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    wait_for(lambda: b.json("show", doc)[0]["state"] == "joined",
             what="confirmed")
    ok(True, "and the second officer signs with the first")
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["state"] == "joined",
             what="confirmed at the caller")
    t = Screen(DELTADESK, "--desk", a.home)
    t.wait("[1 值班]")
    choose_kind(t, "0", "市场联查")
    t.wait("城东夜间联查")
    t.keys("Enter")
    text = t.wait("收文回执")
    contains(text, "浙A12345", "what a party named with its moves is shown")
    contains(text, "假冒", "codes of rows are shown by their titles")
    t.keys("e")
    t.wait("[更正 市场联查]")
    t.keys("Tab", "Tab", "Tab", "Tab", "Tab", "BSpace")
    t.type("5")
    t.keys("C-x")
    text = t.wait("y 或 Enter")
    contains(text, "须重新确认: 杭州",
             "who must confirm anew is named before it is signed")
    t.keys("y")
    wait_for(lambda: b.json("show", doc)[0]["state"] == "stored",
             what="reopened")
    s.wait("待确认")
    ok(True, "the confirmation is open again")
    s.close()
    t.close()


@test
def sent_back_then_approved():
    a, b = two_desks()
    words = ["--officer", "li", "new", "market_check", "--to", "330100",
             "--set", "title=待批的联查", "--set", "meets_at=2026-12-01 20:30"]
    doc = a.must(*words).strip().splitlines()[-1]
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("待批的联查")
    s.keys("m")
    text = s.wait("1 批准")
    contains(text, "退改", "a draft that waits is approved or sent back")
    ok("签发" not in text, "and not offered to be issued beside")
    s.keys(key_of(text, "退改"))
    s.wait("理由:")
    s.type("时间不对")
    s.keys("Enter")
    wait_for(lambda: a.json("show", doc)[0]["state"] == "draft",
             what="sent back")
    text = s.wait("时间不对")
    contains(text, "草稿", "the reason stands at the draft")
    equal(b.json("list", "market_check"), [], "nothing has left the desk")
    a.must("--officer", "li", "issue", doc)
    s.wait("待批")
    choose(s, "批准")
    s.wait("y 或 Enter")
    s.keys("y")
    wait_for(lambda: b.json("list", "market_check"), what="arrival")
    ok(True, "and goes when it is approved")
    b.must("move", doc, "decline", "--set", "reason=人手不足",
           "--officer", "li")
    t = Screen(DELTADESK, "--desk", b.home)
    text = t.wait("待批")
    contains(text, "不参加", "a move that waits for approval stands in the list")
    choose(t, "批准")
    t.wait("y 或 Enter")
    t.keys("y")
    wait_for(lambda: b.json("show", doc)[0]["state"] == "declined",
             what="declined")
    ok(True, "and is made when approved")
    s.close()
    t.close()


@test
def withdrawn_and_confirmed():
    a, b = two_desks()
    doc = call(a, "--to", "330100", "--set", "title=要撤回的联查",
               "--set", "meets_at=2026-12-01 20:30")
    wait_for(lambda: b.json("list", "market_check"), what="arrival")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    choose_kind(s, "0", "市场联查")
    s.wait("要撤回的联查")
    s.keys("Enter")
    s.wait("收文回执")
    s.keys("u")
    text = s.wait("杭州")
    s.keys("1")
    s.wait("催办")
    s.keys("W")
    s.wait("撤回")
    s.type("改期另发")
    s.keys("Enter")
    t = Screen(DELTADESK, "--desk", b.home)
    t.wait(lambda x: "要撤回的联查" in x and "已撤回" in x)
    ok(True, "the addressee sees that it is withdrawn")
    choose(t, "确认撤回")
    t.wait("y 或 Enter")
    t.keys("y")
    s.wait("确认撤回")
    ok(True, "and its confirmation comes back to the sender")
    s.close()
    t.close()


@test
def a_file_goes_with_the_draft():
    a, b = two_desks()
    path = tmp("file") / "photo.txt"
    path.write_text("照片说明")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    choose_kind(s, "0", "市场联查")
    s.wait("[市场联查]")
    s.keys("c")
    s.wait("[新建 市场联查]")
    pick(s, "hz", "杭州")
    s.keys("Tab", "Tab")
    s.type("带附件的联查")
    s.keys("Tab", "Tab", "Tab")
    s.type("2026-12-01 20:30")
    go(s, "添加附件")
    s.keys("Enter")
    s.wait("别处的文件")
    s.keys("Enter")
    s.wait("文件路径")
    s.type("/nowhere/x.txt")
    s.keys("Enter")
    s.wait("没有这个文件")
    ok(True, "a path that is wrong is said beside its line")
    s.keys("Enter")
    s.wait("别处的文件")
    s.keys("Enter")
    s.wait("文件路径")
    s.type(str(path))
    s.keys("Enter")
    s.wait(lambda t: "photo.txt  12B" in t)
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    got = wait_for(lambda: b.json("list", "market_check"), what="arrival")
    files = b.json("show", got[0]["id"])[0]["attachments"]
    equal([f["name"] for f in files], ["photo.txt"], "the file goes with it")
    s.close()


main()
