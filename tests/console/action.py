#!/usr/bin/env python3
# run: timeout=400
"""A joint action from the console: composed with a sealed target, its clash
seen before it leaves, confirmed with people and vehicles, locked, called by
roll, reported; and a result looked up before a test."""
import datetime

from kind_menu import *
from screen import Screen

SH = datetime.timezone(datetime.timedelta(hours=8))


def soon(**delta):
    t = datetime.datetime.now(SH) + datetime.timedelta(**delta)
    return t.strftime("%Y-%m-%d %H:%M")


def two():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    return a, b


def state(d, doc):
    return d.json("show", doc)[0]["state"]


@test
def an_action_by_keys():
    a, b = two()
    hour, end = soon(minutes=50), soon(minutes=290)
    a.must("new", "action", "--to", "330100", "--set", "title=另一项行动",
           "--set", f"h_hour={hour}", "--set", f"ends_at={end}")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("3", "c")
    s.wait("[新建 联合执法]")
    pick(s, "hz", "杭州")
    go(s, "标题")
    s.type("箱包行动")
    go(s, "H时")
    s.type(hour)
    go(s, "结束时间")
    s.type(end)
    go(s, "目标(封存)")
    contains(s.text(), "公开于: H时", "a sealed field says when it opens")
    s.type("二层仓库")
    go(s, "地点(封存)")
    s.type("虚构路8号")
    go(s, "添加一条 执法人员")
    s.keys("Enter")
    go(s, "执法证号")
    s.type("3101FICT001")
    s.keys("C-x")
    s.wait("至少须 2 行")
    ok(True, "a list says how many rows it needs")
    s.keys("Enter")
    go(s, "执法证号")
    s.type("3101FICT002")
    s.keys("C-x")
    text = s.wait("y 或 Enter")
    contains(text, "!", "what clashes is said before it is issued")
    contains(text, "另一项行动", "with what")
    s.keys("y")
    doc = wait_for(lambda: [r["id"] for r in b.json("list", "action")
                            if r["title"] == "箱包行动"], what="arrival")[0]

    t = Screen(DELTADESK, "--desk", b.home)
    t.wait("箱包行动")
    t.keys("3")
    t.wait("[3 联合执法]")
    t.keys("Enter")
    text = t.wait("签收时限")
    ok("二层仓库" not in text, "the party does not see the target")
    contains(text, "封存", "but that it is sealed, and until when")
    t.keys("s")
    t.wait("签收并分办")
    t.keys("Enter")
    t.wait("已签收")
    t.keys("m")
    text = t.wait("1 参加")
    t.keys("1")
    t.wait("[参加]")
    t.type("带队员")
    t.keys("Tab")
    t.type("0571-1")
    for n, cert in enumerate(("3301FICT005", "3301FICT006")):
        go(t, "添加一条 执法人员")
        t.keys("Enter")
        t.type(cert)
    go(t, "添加一条 车辆")
    t.keys("Enter")
    t.type("浙A虚构08")
    t.keys("C-x")
    t.wait("y 或 Enter")
    t.keys("y")
    wait_for(lambda: state(b, doc) == "joined", what="joined")
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["state"] == "joined",
             what="joined at the lead")
    s.keys("3")
    s.wait(lambda x: "箱包行动" in x and "[3 联合执法]" in x)
    s.keys("g", "g")                 # the newest
    s.wait(lambda x: [y for y in x.splitlines()
                      if y.startswith(">") and "箱包行动" in y])
    s.keys("Enter")
    text = s.wait("冲突")
    for want in ("3301FICT005", "3301FICT006", "浙A虚构08"):
        s.wait(lambda x: want in x or s.keys("j"))
    ok(True, "people and vehicles of the party stand in the lead's tables")
    choose(s, "锁定")
    s.wait("[锁定]")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    text = s.wait(lambda x: "理由" in x and "冲突" in x and "y 或" not in x)
    contains(text, "另一项行动", "a clash wants a reason, and says with what")
    go(s, "理由")
    s.type("分两组进行")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    wait_for(lambda: state(a, doc) == "locked", what="locked")
    ok(True, "with a reason it is locked")

    s.wait("[联合执法]")
    s.keys("t")
    text = s.wait("[点名]")
    contains(text, "带队员", "the roll call names the leader")
    contains(text, "0571-1", "and the phone")
    ok("到岗" in text and "已到 0/" in text, "nobody is there yet", text)
    choose(t, "到岗")
    t.wait("[到岗]")
    t.keys(".", "Tab")
    t.wait(soon()[:10])
    t.type("2")
    t.keys("C-x")
    wait_for(lambda: state(b, doc) == "arrived", what="arrived")
    s.wait("已到 1/")
    ok(True, "the roll call is live")
    s.keys("q", "C")
    s.wait("[日程 月]")
    s.keys("A")
    text = s.wait("[日程 议程]")
    contains(text, "箱包行动", "the agenda has it")
    contains(text, "!1", "and its clash")
    s.close()
    t.close()


@test
def a_result_is_looked_up_before_a_test():
    a, b = two()
    b.must("new", "result", "--to", "310105", "--set",
           "title=关于运动鞋检验鉴定结果的通报", "--set", "report_no=FICT-1",
           "--set", "lab.name=虚构质检中心", "--set",
           "cma.valid_until=2030-12-31", "--set", "test_type=鉴定", "--set",
           "product.name=运动鞋", "--set", "product.brand=岫云", "--set",
           "sample.batch=B260801", "--set", "conclusion=假冒", "--set",
           "issued_on=2026-09-18", "--set", "contact.office=稽查", "--set",
           "contact.phone=000000000001")
    matter = b.new(to=[a], title="运动鞋线索",
                   **{"goods.0.name": "运动鞋", "goods.0.batch": "B260801"})
    wait_for(lambda: a.json("list", "result") and a.json("list", "clue"),
             what="arrivals")
    wait_for(lambda: a.json("results", "--product", "运动鞋")[0]["valid"],
             what="a result in force")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("4", "b")
    s.wait("[查结果]")
    go(s, "产品名称")
    s.type("运动鞋")
    s.keys("C-x")
    text = s.wait("[查询结果]")
    contains(text, "有效", "the look-up says whether it holds")
    contains(text, "岫云", "and of what it is")
    s.keys("Enter")
    s.wait("FICT-1")
    ok(True, "and opens it")
    s.keys("q", "q", "Escape")
    a.must("move", matter, "sign")
    a.must("move", matter, "accept")
    s.keys("2")
    s.wait("已受理")
    choose(s, "暂停计时")
    s.wait("[暂停计时]")
    s.keys("a", "C-x")
    text = s.wait("有效结果")
    contains(text, "[暂停计时]", "the form stays, the result beside the reason")
    s.type("另测其他项目")
    s.keys("C-x")
    s.wait("已办: 暂停计时")
    ok(True, "with a reason the test is ordered")
    s.close()


main()
