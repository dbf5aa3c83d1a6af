#!/usr/bin/env python3
# run: timeout=300
"""A night shift at 80x24, from login to hand-over, without a mouse, function
keys or an input method: arrivals, a line that is cut, two officers in one
draft, a lock, Chinese by pinyin, a late receipt with its reason, a roll call,
statistics, and the shift taken over by the second officer. The words of the
steps are the chapter 夜班 of doc/manual.zh.md (doc/manual.py puts them there);
PICTURES=DIR keeps the screen of a step that has a picture."""
import os
import pathlib
import unicodedata

from course import *
from kind_menu import *
from screen import Screen

PIN = "739155"
STEPS = []
PICTURES = os.environ.get("PICTURES")


class Night:
    """What the steps share: the two desks, the officers' consoles."""


def step(keys, does, sees):
    """keys as the manual prints them, what the officer does, what shows."""
    def add(fn):
        STEPS.append((fn, keys, does, sees))
        return fn
    return add


def picture(s, name):
    if PICTURES:
        pathlib.Path(PICTURES, f"{name}.ansi").write_text(s.ansi())


def fits(s):
    wide = [x for x in s.text().splitlines() if sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in x) > 80]
    return not wide and "\ufffd" not in s.text()


def console(n, who):
    s = Screen(DELTADESK, "--desk", n.a.home, "--officer", who, env=n.a.env)
    s.wait("[1 值班")
    return s


def selected(part):
    return lambda t: any(x.startswith(">") and part in x
                         for x in t.splitlines())


def to_row(s, part):
    """Down the list until that row is selected."""
    s.wait(part)
    s.keys("g", "g")
    for _ in range(30):
        if selected(part)(s.text()):
            return
        s.keys("j")
        time.sleep(0.15)
    raise TimeoutError(f"no row {part!r}:\n{s.text()}")


def set_out():
    n = Night()
    n.course = Course("310105", "330100", now="2026-09-30T20:00:00+08:00")
    n.a, n.b = n.course.desks
    officers(n.a, "wang:duty,coordinator", "li:duty,coordinator",
             "zhao:approver,head", "shen:auditor")
    roster = tmp("roster") / "roster.csv"
    roster.write_text(
        "日期,班次,值班员,电话,副班,带班领导,领导电话,起,止,备注\n"
        "2026-09-30,夜班,wang,021-00000001,li,赵局,021-00000009,20:00,08:00,\n"
        "2026-10-01,白班,li,021-00000002,wang,赵局,021-00000009,08:00,20:00,"
        "\n")
    n.a.must("shift", "roster", roster)
    n.a.serve()
    n.b.serve()
    n.course.settle()
    return n


@step("", "20:00 王岚登录：管理员登记的公钥直接打开值班台", "[1 值班]，本台没有待办")
def s01(n):
    n.s = console(n, "wang")


@step("Esc", "首次登录有导览提示，看过可按 Esc 不再提示", "提示消失")
def s02(n):
    n.s.keys("Escape")
    n.s.wait(lambda t: "初次使用" not in t)


@step("@", "设定本人的解锁口令，输入两遍（至少六位，不用连号）", "口令已设定")
def s03(n):
    n.s.keys("@")
    for asks in ("新口令:", "再输一次:"):
        n.s.wait(asks)
        n.s.type(PIN)
        n.s.keys("Enter")
    n.s.wait("已设定")


@step("H", "打开值班菜单，选“开始值班”", "顶行显示 [1 值班:wang]")
def s04(n):
    choose(n.s, "开始值班", "H")
    n.s.wait("[1 值班:wang]")


@step("H", "选“值班表”，核对今夜带班领导及电话", "*09-30 一行为当班")
def s05(n):
    choose(n.s, "值班表", "H")
    n.s.wait("*09-30")
    n.s.wait("021-00000009")


@step("q", "返回值班单", "[1 值班:wang]")
def s06(n):
    n.s.keys("q")
    n.s.wait("[1 值班:wang]")


@step("2", "看线索通报列表", "[2 线索通报]")
def s07(n):
    n.s.keys("2")
    n.s.wait("[2 线索通报]")


@step("", "杭州发来特急线索：响铃，底行提示，光标所在行不动", "新到 1 条(特急)")
def s08(n):
    n.first = n.b.new(to=[n.a], title="假冒注册商标电池仓储", urgency="特急",
                      facts="城东仓库存有假冒电池")
    n.s.wait("新到 1 条(特急)")


@step("a", "跳到最新来文", "光标在该件")
def s09(n):
    n.s.keys("a")
    n.s.wait(selected("杭州"))
    picture(n.s, "duty")


@step("Enter", "打开阅看；打开即记“看过”，不等于签收", "收文回执、签收时限 2 小时")
def s10(n):
    n.s.keys("Enter")
    n.s.wait("签收时限")
    picture(n.s, "detail")


@step("s Enter", "签收并分办给本人；开始键与确认键不同，不会误签", "已签收, 分办给 wang")
def s11(n):
    n.s.keys("s")
    n.s.wait("签收并分办")
    n.s.keys("Enter")
    n.s.wait("已签收, 分办给")
    wait_for(lambda: doc_of(n.b, n.first)["parties"][0]["state"] == "signed",
             what="the receipt at the sender")


@step("m", "选“受理”", "状态变为已受理")
def s12(n):
    choose(n.s, "受理")
    n.s.wait("已受理")


@step("D Esc", "记一条与本件相关的电话，没写完的 Esc 留为草稿", "时间和文件已填好；草稿已留")
def s13(n):
    n.s.keys("D")
    n.s.wait("新建 电话记录")
    n.s.type("来电催问进展")
    n.s.keys("Escape")
    n.s.wait("草稿已留")


@step("1 2 c", "新拟一件线索通报", "[新建 线索通报]")
def s14(n):
    n.s.keys("1")
    n.s.wait("[1 值班:wang]")
    n.s.keys("2", "c")
    n.s.wait("[新建 线索通报]")


@step("hz 1", "主送：打拼音首字母，按数字选定", "330100 = 杭州")
def s15(n):
    pick(n.s, "hz", "杭州")


@step("Tab C-p", "到标题栏，开拼音", "拼音已开")
def s16(n):
    go(n.s, "标题")
    n.s.keys("C-p")
    n.s.wait("拼音已开")


@step("xstb 1", "打首字母，先出本业务的术语", "候选 1 线索通报")
def s17(n):
    n.s.type("xstb")
    n.s.wait("1线索通报")
    picture(n.s, "form")
    n.s.keys("1")
    n.s.wait(selected("线索通报"))


@step("C-p", "关拼音；粘贴或终端自带输入法也可用", "拼音已关")
def s18(n):
    n.s.keys("C-p")
    n.s.wait("拼音已关")


@step("Tab", "填当事人、线索事实；每停一栏自动存一次草稿", "草稿已存")
def s19(n):
    go(n.s, "当事人 名称")
    n.s.type("虚构商贸行")
    go(n.s, "线索事实")
    n.s.type("网店售假")
    n.s.keys("Tab")
    n.s.wait("草稿已存")


@step("", "李敏同时打开了这份草稿：双方表单都提示谁正在修改", "li 起正在修改")
def s20(n):
    n.t = console(n, "li")
    n.t.keys("Escape", "2")
    n.t.wait("[2 线索通报]")
    to_row(n.t, "草稿")
    n.t.keys("Enter")
    n.t.wait("必填")
    n.s.wait("正在修改")


@step("", "两人改了同一栏：后改者的文字保留，并列显示对方的", "C-b 选定")
def s21(n):
    go(n.s, "线索事实", "BTab")
    n.s.type(",已取证")
    n.s.keys("Tab")
    wait_for(lambda: any("已取证" in (n.a.json("show", r["id"])[0]["fields"]
                                      .get("facts") or "")
                         for r in n.a.json("list", "clue") if r["draft"]),
             what="his change is in the draft")
    go(n.t, "线索事实")
    n.t.keys("End")
    n.t.type(",有举报人")
    n.t.keys("Tab")
    n.t.wait("C-b 选定")
    picture(n.t, "conflict")


@step("C-b 3", "后改者在该栏按 C-b，3 为两段都留", "冲突提示消失")
def s22(n):
    go(n.t, "线索事实", "BTab")
    n.t.keys("C-b")
    n.t.wait("两段都留")
    n.t.keys("3")
    n.t.wait(lambda t: "C-b 选定" not in t)
    n.t.keys("Escape")
    n.t.wait("[2 线索通报]")


@step("C-x", "王岚发出；本台有审批人，先送审", "待批")
def s23(n):
    n.s.wait(lambda t: "正在修改" not in t)
    n.s.keys("C-x")
    text = n.s.wait(lambda t: "y 或 Enter" in t or "[新建" not in t
                    or "已并入" in t)
    if "已并入" in text:              # what the other put together: look,
        n.s.keys("C-x")               # then hand in
        text = n.s.wait(lambda t: "y 或 Enter" in t or "[新建" not in t)
    if "y 或 Enter" in text:
        n.s.keys("y")
    n.s.wait(lambda t: "[新建" not in t)


@step("m y", "赵立（审批人）在自己的值班台打开该件，选“批准”", "取得文号，发出")
def s24(n):
    n.z = console(n, "zhao")
    n.z.keys("Escape")
    to_row(n.z, "线索通报")
    choose(n.z, "批准")
    n.z.wait("y 或 Enter")
    n.z.keys("y")
    wait_for(lambda: [r for r in n.a.json("list", "clue")
                      if r["title"].startswith("线索通报") and r["number"]],
             what="issued")
    n.z.close()


@step("7", "杭州断线：看对端页", "断，断开于")
def s25(n):
    n.course.settle()
    n.course.cut(n.b)
    n.s.keys("1")
    n.s.wait("[1 值班:wang]")
    n.s.keys("7")
    n.s.wait("断开于", timeout=40)


@step("2 Enter R", "断线照常办理：给来文写一条各方可见的备注", "对端页：件对端未确认")
def s26(n):
    n.s.keys("2")
    n.s.wait("[2 线索通报]")
    to_row(n.s, "假冒注册商标电池")
    n.s.keys("Enter")
    n.s.wait("收文回执")
    n.s.keys("R")
    n.s.wait("各方可见")
    n.s.type("已派员赴现场")
    n.s.keys("Enter")
    n.s.wait(lambda t: "各方可见" not in t)
    n.s.keys("7")
    n.s.wait("件对端未确认")
    picture(n.s, "peers")


@step("Enter", "在对端页看待发队列逐件", "以作出时刻为准")
def s27(n):
    n.s.keys("Enter")
    n.s.wait("以作出时刻为准")
    n.s.keys("q")
    n.s.wait("[7 对端]")


@step("R", "线路恢复：立即重连", "待发0")
def s28(n):
    n.course.offline.clear()
    n.b.serve()
    n.s.keys("R")
    n.s.wait("待发0", timeout=60)


@step("L", "离席锁屏：文书内容隐去，件数仍在", "[已锁屏]")
def s29(n):
    n.s.keys("L")
    n.s.wait("[已锁屏]")
    picture(n.s, "lock")


@step("", "锁屏期间来文：响铃，只加件数，不显标题", "待签1")
def s30(n):
    n.second = n.b.new(to=[n.a], title="假冒白酒批发", urgency="特急")
    text = n.s.wait("待签1", timeout=30)
    ok("假冒白酒" not in text, "no title on the locked screen", text)


@step("口令 Enter", "输入口令解锁", "回到锁屏前的页")
def s31(n):
    n.s.type(PIN)
    n.s.keys("Enter")
    n.s.wait("[7 对端]")


@step("o", "过了签收时限：跳到逾期件", "超时")
def s32(n):
    n.course.at("2026-09-30T23:30:00+08:00")
    n.s.keys("1")
    n.s.wait("超时", timeout=70)
    n.s.keys("o")
    n.s.wait(selected("超时"))


@step("s Tab 原因 Enter", "签收，Tab 后写逾期原因", "已签收")
def s33(n):
    n.s.keys("s")
    n.s.wait("签收并分办")
    n.s.keys("Tab")
    n.s.type("线路中断")
    n.s.keys("Enter")
    n.s.wait("已签收, 分办给")
    n.course.settle()


@step("3 Enter t", "联合行动点名：打开行动，看各单位到岗", "[点名] H时 已到几个单位")
def s34(n):
    n.action = n.b.must(
        "new", "action", "--to", "310105", "--set", "title=岫云行动", "--set",
        "code_name=岫云", "--set", "h_hour=2026-10-01 00:30", "--set",
        "ends_at=2026-10-01 04:00", "--set", "reply_by_at=2026-10-01 00:10",
        "--set", "target=虚构仓库", "--set", "place=虚构路8号", "--set",
        "officers.0.cert_no=3301FICT001", "--set",
        "officers.1.cert_no=3301FICT002").strip().split("\n")[-1]
    n.course.settle()
    n.s.keys("3")
    n.s.wait("岫云行动")
    n.s.keys("Enter", "t")
    n.s.wait("[点名]")
    n.s.keys("q")


@step("C A", "看日程，核对后半夜的行动", "岫云")
def s35(n):
    n.s.keys("C", "A")
    n.s.wait("岫云行动")
    picture(n.s, "calendar")


@step("8 Tab", "看统计，Tab 换维度", "[8 统计] 按种类")
def s36(n):
    n.s.keys("8")
    n.s.wait("[8 统计]")
    n.s.keys("Tab")
    n.s.wait("线索通报")
    picture(n.s, "statistics")


@step("H i", "值班日志：记一条", "日志多出一行")
def s37(n):
    n.s.keys("1")
    n.s.wait("[1 值班:wang]")
    choose(n.s, "值班日志", "H")
    n.s.wait("[值班日志]")
    n.s.keys("i")
    n.s.wait("日志内容")
    n.s.type("23:40 接12345来电")
    n.s.keys("Enter")
    n.s.wait("接12345来电")
    n.s.keys("q")


@step("H", "08:00 交班：选“交班”，选接班人，写给接班人的话", "待接班")
def s38(n):
    n.course.at("2026-10-01T08:00:00+08:00")
    n.s.keys("1")
    n.s.wait("[1 值班:wang]")
    # the service has seen the new hour
    n.s.wait(lambda t: "08:00" in t.split("\n")[0] and "链路:通1" in t,
             timeout=70)
    choose(n.s, "交班 ", "H")
    choose_entry(n.s, "li")
    text = n.s.wait(lambda t: "给接班人的话" in t or "逾期 1/" in t)
    for _ in range(9):                # why what is late is late
        if "给接班人的话" in text:
            break
        n.s.type("已催对方答复")
        n.s.keys("Enter")
        text = n.s.wait(lambda t: "已催对方答复" not in t)
    n.s.type("电池一件核查中")
    n.s.keys("Enter")
    n.s.wait("待接班")
    picture(n.s, "handover")


@step("H Space s", "李敏在自己的值班台逐项接班：Space 确认一项，i 写不符，s 签字", "已接班")
def s39(n):
    n.t.keys("1")
    n.t.wait("[1 值班:wang]", timeout=30)
    choose(n.t, "逐项接班", "H")
    text = n.t.wait("已确认 0")
    for _ in range(12):
        if "[ ]" not in text:
            break
        before = text
        n.t.keys("Space")
        text = n.t.wait(lambda t: t != before)
    n.t.wait(lambda t: "[ ]" not in t and "[x]" in t)
    picture(n.t, "take")
    n.t.keys("s")
    n.t.wait("已接班")


@step("Q y", "王岚见顶行当班人已换，离开", "值班台结束")
def s40(n):
    n.s.wait("[1 值班:li]" if "[1 值班" in n.s.text() else "交接班")
    n.s.keys("Q")
    text = n.s.wait(lambda t: "exit status" in t or "离开" in t)
    if "exit status" not in text:
        n.s.keys("y")
    n.s.wait("exit status 0", timeout=20)


@test
def forty_steps():
    equal(len(STEPS), 40, "forty steps")
    n = set_out()
    for i, (fn, keys, does, sees) in enumerate(STEPS, 1):
        fn(n)
        consoles = [x for x in (n.s, getattr(n, "t", None)) if x]
        ok(all(fits(x) for x in consoles), f"{i} {does}",
           "\n".join(x.text() for x in consoles))
    n.s.close()
    n.t.close()
    equal(n.a.json("shift", "list")[0]["officer"], "li", "li is on duty")
    contains(n.a.must("--officer", "shen", "audit"), "接班",
             "the auditor reads the whole night")
    n.course.end()


main()
