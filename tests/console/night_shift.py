#!/usr/bin/env python3
# run: timeout=300
"""A night shift at 80x24, from login to hand-over, without a mouse, function
keys or an input method: arrivals, a line that is cut, two officers in one
draft, a lock, Chinese by pinyin, a late receipt with its reason, a roll call,
statistics, and the shift taken over by the second officer. The words of the
steps, and the commands that play the other unit's part, are the chapter 夜班 of
doc/manual.zh.md (doc/manual.py puts them there): what is run here is what
somebody who walks the night by hand types. PICTURES=DIR keeps the screen of a
step that has a picture."""
import os
import pathlib
import unicodedata

from course import *
from kind_menu import *
from screen import Screen

PIN = "739155"
STEPS = []
PICTURES = os.environ.get("PICTURES")


# The desks, in an empty folder. The hour stands in a file, so that the night
# takes as long as one likes.
SETUP = """\
mkdir -p night && cd night
export DELTADESK_TEST_NOW=@$PWD/hour LANG=C.UTF-8
echo 2026-09-30T20:00:00+08:00 >hour
deltadesk --desk cn init 310105 --listen 127.0.0.1:4431
deltadesk --desk hz init 330100 --listen 127.0.0.1:4432
deltadesk --desk cn card | deltadesk --desk hz peer trust -
deltadesk --desk hz card | deltadesk --desk cn peer trust -
deltadesk --desk cn officer add wang 王岚 --roles duty,coordinator
deltadesk --desk cn officer roles $(id -un) administrator
deltadesk --desk cn officer add li 李敏 --roles duty,coordinator
deltadesk --desk cn officer add zhao 赵立 --roles approver,head
deltadesk --desk cn officer add shen 沈正 --roles auditor
cat >roster.csv <<'END'
日期,班次,值班员,电话,副班,带班领导,领导电话,起,止,备注
2026-09-30,夜班,wang,021-00000001,li,赵立,021-00000009,20:00,08:00,
2026-10-01,白班,li,021-00000002,wang,赵立,021-00000009,08:00,20:00,
END
deltadesk --desk cn --officer wang shift roster roster.csv
deltadesk --desk cn serve >cn.log 2>&1 & echo $! >cn.pid
deltadesk --desk hz serve >hz.log 2>&1 & echo $! >hz.pid
"""


class Made(Desk):
    """A desk that the commands of the recipe have made."""

    def __init__(self, night, desk_id, name):
        self.id, self.home = desk_id, night.folder / name
        self.env, self.server = night.env, None
        self.officer = {"cn": ["--officer", "wang"]}.get(name, [])

    def run(self, *args, **kw):
        who = [] if "--officer" in args else self.officer
        return super().run(*who, *args, **kw)


class Night:
    """What the steps share: the two desks, the officers' consoles."""

    def __init__(self):
        top = tmp("night")
        self.folder = top / "night"
        self.ports = {"4431": str(free_port()), "4432": str(free_port())}
        self.env = {"DELTADESK_TEST_NOW": f"@{self.folder}/hour"}
        self.s = self.t = self.z = None
        try:
            self.sh(SETUP, top)
        finally:
            atexit.register(self.stop)
        self.a = Made(self, "310105", "cn")
        self.b = Made(self, "330100", "hz")
        self.sent(self.a, self.b)

    def sh(self, lines, folder=None):
        """Lines as they are typed; what they print."""
        for name, port in self.ports.items():
            lines = lines.replace(f":{name}", f":{port}")
        env = environ(self.env if folder is None else None)
        env["PATH"] = f"{pathlib.Path(DELTADESK).parent}:{env['PATH']}"
        p = subprocess.run(["bash", "-e", "-c", lines], env=env,
                           cwd=folder or self.folder, capture_output=True,
                           text=True, timeout=60 * SLOW)
        if p.returncode != 0:
            raise RuntimeError(f"{lines}: {p.stderr}{p.stdout}")
        return p.stdout.strip()

    def sent(self, *desks):
        """Until all that those desks owe is held by their peers."""
        wait_for(lambda: all(not p["queued"] for d in desks
                             for p in d.json("peer", "list")), 30,
                 "everything is delivered", every=0.1)

    def stop(self):
        for name in ("cn.pid", "hz.pid"):
            path = self.folder / name
            if path.exists():
                try:
                    os.kill(int(path.read_text()), signal.SIGTERM)
                except ProcessLookupError:
                    pass
                path.unlink()


def step(keys, does, sees, shell=""):
    """keys as the manual prints them, what the officer does, what shows;
    what is typed in a shell before, in the other unit's part."""
    def add(fn):
        STEPS.append((fn, keys, does, sees, shell))
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


@step("H", "打开值班菜单，选“开始值班”", "顶行显示 [1 值班:王岚]")
def s04(n):
    choose(n.s, "开始值班", "H")
    n.s.wait("[1 值班:王岚]")


@step("H q", "选“值班表”，核对今夜带班领导及电话；q 返回", "*09-30 一行为当班")
def s05(n):
    choose(n.s, "值班表", "H")
    n.s.wait("*09-30")
    ok(selected("*09-30")(n.s.text()), "the roster opens at today",
       n.s.text())
    n.s.wait("021-00000009")
    n.s.keys("q")
    n.s.wait("[1 值班:王岚]")


@step("2", "看线索通报列表", "[2 线索通报]")
def s06(n):
    n.s.keys("2")
    n.s.wait("[2 线索通报]")


@step("", "杭州发来特急线索：响铃，底行提示，光标所在行不动", "新到 1 条(特急)",
      "deltadesk --desk hz new clue --to 310105 --set urgency=特急 "
      "--set title=假冒注册商标电池仓储 --set facts=城东仓库存有假冒电池")
def s07(n):
    n.first = n.said
    n.s.wait("新到 1 条(特急)")


@step("a", "跳到最新来文", "光标在该件")
def s08(n):
    n.s.keys("a")
    n.s.wait(selected("杭州"))
    picture(n.s, "duty")


@step("Enter", "打开阅看；打开即记“看过”，不等于签收", "收文回执、签收时限 2 小时")
def s09(n):
    n.s.keys("Enter")
    n.s.wait("签收时限")
    picture(n.s, "detail")


@step("s Enter", "签收并分办给本人；开始键与确认键不同，不会误签", "已签收, 分办给 王岚")
def s10(n):
    n.s.keys("s")
    n.s.wait("签收并分办")
    n.s.keys("Enter")
    n.s.wait("已签收, 分办给")
    wait_for(lambda: doc_of(n.b, n.first)["parties"][0]["state"] == "signed",
             what="the receipt at the sender")


@step("m", "选“受理”", "状态变为已受理")
def s11(n):
    choose(n.s, "受理")
    text = n.s.wait("已办: 受理")
    ok("分办给 wang" not in text, "officers are called by their names", text)


@step("D C-x y", "记一条与本件相关的电话：写事由，Tab 到“内容”写内容，C-x 提交",
      "时间和文件已填好；已记录")
def s12(n):
    n.s.keys("D")
    text = n.s.wait("新建 电话记录")
    contains(text, "假冒注册商标电池仓储", "the document stands in it")
    n.s.type("来电催问进展")
    go(n.s, "内容")
    n.s.type("杭州来电催问电池仓储进展")
    n.s.keys("C-x")
    n.s.wait("y 或 Enter")
    n.s.keys("y")
    n.s.wait("已记录")
    n.s.keys("1")
    n.s.wait(lambda t: "[1 值班:王岚]" in t and "来电催问" not in t)
    calls = n.a.json("list", "call")
    equal([(c["title"], c["state"]) for c in calls],
          [("来电催问进展", "logged")], "the call is on record, no draft")


@step("2 c", "新拟一件线索通报", "[新建 线索通报]")
def s13(n):
    n.s.keys("2", "c")
    n.s.wait("[新建 线索通报]")


@step("hz 1", "主送：打拼音首字母，按数字选定", "330100 = 杭州")
def s14(n):
    pick(n.s, "hz", "杭州")


@step("Tab Tab C-p", "到标题栏，开拼音", "拼音已开")
def s15(n):
    go(n.s, "标题")
    n.s.keys("C-p")
    n.s.wait("拼音已开")


@step("xstb 1", "打首字母，先出本业务的术语", "候选 1 线索通报")
def s16(n):
    n.s.type("xstb")
    n.s.wait("1线索通报")
    picture(n.s, "form")
    n.s.keys("1")
    n.s.wait(selected("线索通报"))


@step("C-p", "关拼音；粘贴或终端自带输入法也可用", "拼音已关")
def s17(n):
    n.s.keys("C-p")
    n.s.wait("拼音已关")


@step("Tab", "Tab 逐栏下移，填当事人名称、线索事实；每离开一栏自动存草稿", "草稿已存")
def s18(n):
    go(n.s, "当事人 名称")
    n.s.type("虚构商贸行")
    go(n.s, "线索事实")
    n.s.type("网店售假")
    n.s.keys("Tab")
    n.s.wait("草稿已存")


@step("2 Enter", "李敏在自己的窗口打开这份草稿：双方表单都提示谁正在修改", "李敏 起正在修改")
def s19(n):
    n.t = console(n, "li")
    n.t.keys("Escape", "2")
    n.t.wait("[2 线索通报]")
    to_row(n.t, "草稿")
    n.t.keys("Enter")
    n.t.wait("必填")
    n.s.wait("正在修改")


@step("S-Tab End Tab", "两人先后在“线索事实”末尾续写，Tab 离开：后改者的文字保留，并列显示对方的",
      "C-b 选定")
def s20(n):
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


@step("S-Tab C-b 3 Esc", "李敏回到该栏按 C-b，3 为两段都留；Esc 退出", "两段文字都在；草稿已留")
def s21(n):
    go(n.t, "线索事实", "BTab")
    n.t.keys("C-b")
    n.t.wait("两段都留")
    n.t.keys("3")
    n.t.wait(lambda t: "C-b 选定" not in t)
    n.t.keys("Escape")
    n.t.wait("[2 线索通报]")


@step("C-x y", "王岚提交；对方改过的先并入，核对后再按 C-x。本台有审批人，先送审", "待批")
def s22(n):
    n.s.wait(lambda t: "正在修改" not in t)
    n.s.keys("C-x")
    text = n.s.wait(lambda t: "y 或 Enter" in t or "[新建" not in t
                    or "已并入" in t)
    if "已并入" in text:              # what the other put together: look,
        n.s.keys("C-x")               # then hand in
        text = n.s.wait(lambda t: "y 或 Enter" in t or "[新建" not in t)
    if "y 或 Enter" in text:
        contains(text, "先由本台审批人审批", "the box says what happens")
        contains(text, "主送 杭州", "and to whom, by name")
        n.s.keys("y")
    n.s.wait(lambda t: "[新建" not in t)


@step("Enter m y q", "赵立（审批人）在自己的窗口打开该件，选“批准”；q 返回", "取得文号，发出；值班单上不再有")
def s23(n):
    n.z = console(n, "zhao")
    n.z.keys("Escape")
    to_row(n.z, "线索通报")
    n.z.keys("Enter")
    n.z.wait("批准或退回")
    n.z.keys("m")
    text = n.z.wait("批准")
    equal(sum("退改" in x for x in text.splitlines()
              if x.startswith("\u2502")), 1, "one way to send it back")
    choose_entry(n.z, "批准")
    n.z.wait("y 或 Enter")
    n.z.keys("y")
    wait_for(lambda: [r for r in n.a.json("list", "clue")
                      if r["title"].startswith("线索通报") and r["number"]],
             what="issued")
    n.z.wait("已办: 批准")
    n.z.keys("q")
    n.z.wait(lambda t: "[1 值班:王岚]" in t and "待批" not in t, timeout=2)
    n.z.close()


@step("7", "杭州断线：看对端页", "断，断开于", "kill $(cat hz.pid)")
def s24(n):
    n.s.keys("1")
    n.s.wait("[1 值班:王岚]")
    n.s.keys("7")
    n.s.wait("断开于", timeout=40)


@step("2 Enter R 7", "断线照常办理：打开来文，写一条各方可见的备注，看对端页", "1 件对端未确认")
def s25(n):
    n.s.keys("2")
    n.s.wait("[2 线索通报]")
    to_row(n.s, "假冒注册商标电池")
    n.s.keys("Enter")
    n.s.wait("收文回执")
    n.s.keys("R")
    n.s.wait("各方可见")
    n.s.type("已派员赴现场")
    n.s.keys("Enter")
    n.s.wait("备注已签署; 自动送出")
    n.s.keys("7")
    n.s.wait("件对端未确认")
    picture(n.s, "peers")


@step("Enter q", "看待发队列逐件：谁办的，等了多久；q 返回", "以作出时刻为准")
def s26(n):
    n.s.keys("Enter")
    text = n.s.wait("以作出时刻为准")
    ok("经办" in text and "已等" in text, "its heads say what they are", text)
    n.s.keys("q")
    n.s.wait("[7 对端]")


@step("R", "线路恢复：立即重连", "待发0",
      "deltadesk --desk hz serve >>hz.log 2>&1 & echo $! >hz.pid")
def s27(n):
    n.s.keys("R")
    n.s.wait("待发0", timeout=60)


@step("L", "离席锁屏：文书内容隐去，件数仍在", "[已锁屏]")
def s28(n):
    n.s.keys("L")
    n.s.wait("[已锁屏]")
    picture(n.s, "lock")


@step("", "锁屏期间来文：响铃，只加件数，不显标题", "待签1",
      "deltadesk --desk hz new clue --to 310105 --set urgency=特急 "
      "--set title=假冒白酒批发")
def s29(n):
    n.second = n.said
    text = n.s.wait("待签1", timeout=30)
    ok("假冒白酒" not in text, "no title on the locked screen", text)


@step("口令 Enter", "输入口令解锁", "回到锁屏前的页")
def s30(n):
    n.s.type(PIN)
    n.s.keys("Enter")
    n.s.wait("[7 对端]")


@step("1 o", "过了签收时限：跳到逾期件", "超时",
      "echo 2026-09-30T23:30:00+08:00 >hour")
def s31(n):
    n.s.keys("1")
    n.s.wait("超时", timeout=70)
    n.s.keys("o")
    n.s.wait(selected("超时"))


@step("s Tab 原因 Enter", "签收，Tab 后写逾期原因", "已签收")
def s32(n):
    n.s.keys("s")
    n.s.wait("签收并分办")
    n.s.keys("Tab")
    n.s.type("线路中断")
    n.s.keys("Enter")
    n.s.wait("已签收, 分办给")
    n.sent(n.a)
    for d in (n.a, n.b):              # stored, and told to who sent it
        contains(d.must("show", n.second), "线路中断",
                 f"{d.id} holds the reason")


@step("3 Enter s Enter m C-x y",
      "杭州的联合行动：打开，签收，选“参加”，填带队、电话和两名执法人员（在添加一条上按 Enter），C-x 提交",
      "状态为参加",
      "deltadesk --desk hz new action --to 310105 --set title=岫云行动 "
      "--set code_name=岫云 --set 'h_hour=2026-10-01 00:30' "
      "--set 'ends_at=2026-10-01 04:00' "
      "--set 'reply_by_at=2026-10-01 00:10' --set target=虚构仓库 "
      "--set place=虚构路8号 --set officers.0.cert_no=3301FICT001 "
      "--set officers.1.cert_no=3301FICT002")
def s33(n):
    n.action = n.said
    n.s.keys("3")
    n.s.wait("岫云行动")
    n.s.keys("Enter")
    n.s.wait("回复期限")
    n.s.keys("s")
    contains(n.s.wait("签收并分办"), "回复期限: ", "the nearest limit is named")
    n.s.keys("Enter")
    n.s.wait("已签收, 分办给")
    choose(n.s, "参加")
    contains(n.s.wait("带队电话"), "必填 0/3", "the officers are asked for")
    n.s.type("王岚")
    go(n.s, "带队电话")
    n.s.type("021-00000001")
    for cert in ("3101FICT009", "3101FICT010"):
        go(n.s, "添加一条 执法人员")
        n.s.keys("Enter")
        n.s.wait(lambda t: any(x.startswith(">") and "执法证号" in x
                               for x in t.splitlines()))
        n.s.type(cert)
    n.s.keys("C-x")
    n.s.wait("y 或 Enter")
    n.s.keys("y")
    n.s.wait("已办: 参加")
    n.sent(n.a)


@step("m C-x t q",
      "H时到岗：选“到岗”，时间按 . 为此刻，填实到人数，C-x 提交；t 点名，q 返回",
      "[点名] 已到 1/1",
      "deltadesk --desk hz move 浙杭打假联〔2026〕1号 lock; "
      "echo 2026-10-01T00:30:00+08:00 >hour")
def s34(n):
    n.sent(n.b)
    n.s.keys("1")
    n.s.wait(" 00:30", timeout=70)
    n.s.keys("3")
    n.s.wait("[3 联合执法]")
    n.s.keys("Enter")
    n.s.wait("回复期限")
    choose(n.s, "到岗")
    n.s.wait("实到人数")
    n.s.keys(".")
    go(n.s, "实到人数")
    n.s.type("2")
    n.s.keys("C-x")
    n.s.wait("已办: 到岗")
    n.s.keys("G")
    contains(n.s.wait("到岗时间: "), "到岗时间: 10-01 00:30",
             "times as everywhere")
    n.s.keys("t")
    n.s.wait("已到 1/1")
    picture(n.s, "rollcall")
    n.s.keys("q")
    n.sent(n.a)
    contains(n.b.must("roll-call", n.action), "王岚", "the lead sees it")


@step("C A", "看日程，核对今夜的行动", "岫云")
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


@step("1 H i", "选“值班日志”，i 记一条", "日志末尾多出一行；电话也在其中")
def s37(n):
    n.s.keys("1")
    n.s.wait("[1 值班:王岚]")
    choose(n.s, "值班日志", "H")
    n.s.wait("[值班日志]")
    n.s.keys("i")
    n.s.wait("日志内容")
    n.s.type("23:40 接12345来电")
    n.s.keys("Enter")
    text = n.s.wait("接12345来电")
    ok(any("记录" in x and "来电催问" in x for x in text.splitlines()),
       "the telephone record stands in the log", text)
    n.s.keys("q")


@step("H", "08:00 交班：选“交班”，选接班人，写给接班人的话", "待接班",
      "echo 2026-10-01T08:00:00+08:00 >hour")
def s38(n):
    n.s.keys("1")
    n.s.wait("[1 值班:王岚]")
    # the service has seen the new hour
    n.s.wait(lambda t: "08:00" in t.split("\n")[0] and "链路:通1" in t,
             timeout=70)
    choose(n.s, "交班 ", "H")
    text = n.s.wait("谁来接谁签")
    ok("root" not in text, "who reads no document takes no shift", text)
    choose_entry(n.s, "李敏")
    text = n.s.wait(lambda t: "给接班人的话" in t or "逾期 1/" in t)
    for _ in range(9):                # why what is late is late
        if "给接班人的话" in text:
            break
        n.s.type("已催对方答复")
        n.s.keys("Enter")
        text = n.s.wait(lambda t: "已催对方答复" not in t)
    n.s.type("电池一件核查中")
    n.s.keys("Enter")
    n.s.wait("王岚 交 李敏")
    n.s.wait(lambda t: "待接班" in t and "链路:通1" in t, timeout=20)
    picture(n.s, "handover")


@step("1 H Space s", "李敏在自己的窗口选“逐项接班”：Space 确认一项，i 写不符，全部确认后 s 签字", "已接班")
def s39(n):
    n.t.keys("1")
    n.t.wait("[1 值班:王岚]", timeout=30)
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


@step("q Q y", "王岚见顶行当班人已换为李敏，离开", "值班台结束")
def s40(n):
    n.s.keys("q")
    n.s.wait("[1 值班:李敏]")
    n.s.keys("Q")
    text = n.s.wait("y 或 Enter")
    ok("你仍是当班人" not in text and ("没有草稿" in text or "草稿" in text),
       "the box says what stays behind", text)
    n.s.keys("y")
    n.s.wait("exit status 0", timeout=20)


@test
def forty_steps():
    equal(len(STEPS), 40, "forty steps")
    n = Night()
    for i, (fn, keys, does, sees, shell) in enumerate(STEPS, 1):
        if shell:
            n.said = n.sh(shell).split("\n")[-1]
        fn(n)
        consoles = [x for x in (n.s, n.t) if x]
        ok(all(fits(x) for x in consoles), f"{i} {does}",
           "\n".join(x.text() for x in consoles))
    n.s.close()
    n.t.close()
    equal(n.a.json("--officer", "li", "shift", "list")[0]["officer"], "li",
          "li is on duty")
    contains(n.a.must("--officer", "shen", "audit"), "接班",
             "the auditor reads the whole night")
    n.sent(n.a, n.b)
    n.stop()
    for d in (n.a, n.b):
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


main()
