"""Official papers: text for a line printer, PDF after GB/T 9704-2012; what
stands on them, in which order and place."""
import sqlite3

import picture
from tap import *

GOODS = {"name": "“甲牌”白酒", "brand": "甲牌", "model": "500ml",
         "batch": "B2608", "quantity": 12, "unit": "瓶", "value_yuan": 1888.5}
PARTY = {"name": "虚构酒业（上海）有限公司",
         "credit_code": "91350100M000100Y43",
         "address": "上海市长宁区虚构路1号"}
CONTACT = {"office": "稽查科", "phone": "021-00000000"}
CLUE = {
    "title": "关于“甲牌”白酒涉嫌侵犯注册商标专用权线索的通报",
    "urgency": "特急", "secrecy": "工作秘密", "place_code": "330110",
    "party_concerned": PARTY, "facts": "第一段事实。\n第二段事实。",
    "request": "请依法核查并反馈。", "goods": [GOODS] * 3,
    "contact": CONTACT,
    "informant": {"kind": "实名举报", "name": "不可外泄人", "phone": "1",
                  "name_masked": "不**", "phone_masked": "*"}}
TRANSFER = {
    "title": "虚构酒业销售假冒注册商标的商品案", "case_no": "沪长市监案1号",
    "direction": "admin_to_criminal", "party_concerned": PARTY,
    "suspected_crime": "销售假冒注册商标的商品罪", "facts": "查获假酒。",
    "case_officers": [{"cert_no": "310105001", "name": "张三"},
                      {"cert_no": "310105002", "name": "李四"}],
    "enclosures": {"transfer_letter": True, "investigation_report": True,
                   "goods_list": True, "test_or_appraisal": True},
    "goods_list": [GOODS] * 30, "evidence": [{"name": "现场笔录"}],
    "opinion": "请依法审查立案侦查。", "contact": CONTACT}
DESTRUCTION = {
    "title": "假冒白酒销毁", "decision": {
        "sort": "行政处罚决定书", "number": "沪长市监罚〔2026〕3号"},
    "service_mode": "直接送达", "served_on": "2026-09-03",
    "decision_items": [GOODS], "items": [GOODS], "waste": "一般固废",
    "method": "粉碎后焚烧", "unit": {"name": "虚构环保处置有限公司"},
    "case_officers": TRANSFER["case_officers"], "contact": CONTACT}
CONFERENCE = {
    "title": "第三季度联席会议", "meets_at": "2026-11-20T09:00:00+08:00",
    "place": "第三会议室", "chair": "赵六", "minutes": {
        "number": "〔2026〕第3期", "text": "一、会议认为协作顺畅。\n"
        "二、会议议定以下任务。", "present": "张三、李四",
        "recorder": "周七"},
    "resolutions": [{"no": 1, "text": "完善反馈", "owner_desk": "330100",
                     "due_on": "2026-12-31"}]}
HANDOVER = {
    "title": "11月26日夜班交接", "since": "2026-11-26T20:00:00+08:00",
    "until": "2026-11-27T08:00:00+08:00", "leaver": "root",
    "counts": {"came": 5, "late": 1}, "note": "夜间无异常。",
    "open": [{"kind": "线索通报", "number": "沪长打假通〔2026〕1号",
              "title": "某线索", "state": "核查中", "late": True}]}
CALL = {"title": "电话确认", "urgency": "平件", "direction": "去电",
        "at": "2026-11-26T21:05:00+08:00", "unit": "余杭区办",
        "content": "确认集合时间。"}

a = Desk("310105", "--name", "上海市长宁区联合执法办公室")
b, c = Desk("330100"), Desk("320500")
pair(a, b, c)
work = tmp("paper")


def made(kind, fields, *args, draft=False):
    path = work / "fields.json"
    path.write_text(json.dumps(fields))
    words = [] if kind in ("handover", "call") else ["--to", b.id, "--cc",
                                                     c.id]
    words += ["--draft"] if draft else []
    return a.must("new", kind, *words, "--file", path, *args).split()[-1]


def pdf_of(doc, *args):
    path = work / f"{doc[-12:]}.pdf"
    a.must("print", doc, "--pdf", path, *args)
    return path


def in_order(text, *parts):
    """Each part after the one before, whatever breaks of lines lie between."""
    at, flat = 0, "".join(text.split())
    for part in parts:
        found = flat.find("".join(part.split()), at)
        if not ok(found >= 0, f"{part[:24]} comes next", flat[at:at + 400]):
            return
        at = found


def in_the_area(pdf, red_head):
    """Nothing outside the margins of 7.1 but the page's number; red only in
    the head of the first page."""
    bad, reds = [], []
    n = picture.pages(pdf)
    for page in sorted({1, 2, 3, n // 2, n - 1, n} & set(range(1, n + 1))):
        p = picture.Picture(pdf, page)
        for name, box in (("top", (0, 0, 210, 36)),
                          ("left", (0, 0, 27, 297)),
                          ("right", (185, 0, 210, 297)),
                          ("foot", (0, 276, 210, 297)),
                          ("below the text", (0, 263, 210, 267))):
            inked = p.inked(*box)
            if inked:
                bad.append((page, name, inked))
        sides = [p.inked(28, 268, 92, 276), p.inked(120, 268, 184, 276)]
        ok(sides[page % 2] > 2 and sides[1 - page % 2] == 0,
           f"page {page} has its number, odd right and even left", sides)
        reds.append(p.red(28, 37, 184, 262))
    equal(bad, [], f"{pdf.name}: nothing outside the margins")
    if red_head:
        ok(reds[0] > 300, f"the head is red: {reds[0]} pixels")
        reds = reds[1:]
    equal(sum(reds), 0, "and nothing else is")


def pale(pdf):
    return picture.Picture(pdf, 1).grey(224, 28, 37, 184, 262)


def marked(pdf, mark, text):
    """Large and pale across every page; pdftotext reads what is turned a
    character a line."""
    grey, lines = pale(pdf), picture.text(pdf).splitlines()
    ok(grey > 2000 and all(lines.count(c) >= picture.pages(pdf)
                           for c in mark), f"{text}: {grey} pixels",
       lines[:40])


@test
def a_letter():
    photo = work / "现场照片.jpg"
    photo.write_bytes(b"x" * 100)
    doc = made("clue", CLUE, "--attach", photo)
    number = a.json("show", doc)[0]["number"]
    pdf = pdf_of(doc)
    in_the_area(pdf, True)
    text = picture.text(pdf)
    in_order(text, "工作秘密", "特急", "上海市长宁区联合执法办公室文件", number,
             CLUE["title"], "杭州市联合执法办公室：", "一、当事人",
             "名称：虚构酒业（上海）有限公司", "线索事实", "第一段事实。",
             "第二段事实。", "请依法核查并反馈。", "附件：", "1. 涉案商品",
             "现场照片.jpg", "上海市长宁区联合执法办公室", "日", "稽查科",
             "附件1", "涉案商品", "序号", "合计", "5665.50",
             "抄送：苏州市联合执法办公室。", "印发")
    digest = [e["digest"] for e in a.json("events", doc)
              if e["type"] == "issue"][0]
    contains("".join(text.split()), digest[:16],
             "the digest of what the desk signed stands in the seal's place")
    ok("不可外泄人" not in text and "不可外泄人" not in a.must("print", doc),
       "what never leaves the desk is not printed")
    head = picture.Picture(pdf, 1)
    equal(head.red(28, 37, 184, 71), 0,
          "the unit's name begins 35 mm below the text's upper edge")
    p = b"".join(open(pdf, "rb").read(8).split(b"-")[:1])
    equal(p, b"%PDF", "standard PDF")
    with sqlite3.connect(a.home / "desk.db") as db:
        rows = db.execute("SELECT detail FROM audit WHERE act = 'print' AND "
                          "subject LIKE ?", (f"%{doc}",)).fetchall()
    equal(rows, [("notice",)] * 2, "each print is in the audit")


@test
def every_template():
    cases = [
        ("transfer", TRANSFER, True,
         ["上海市长宁区联合执法办公室案件移送书", TRANSFER["title"],
          "我单位办理的虚构酒业（上海）有限公司一案", "移送书，调查报告",
          "附件：", "附件1", "涉案物品清单", "本页小计", "本页小计", "合计",
          "56655", "附件2", "附件3", "310105002", "移送单位（印章）",
          "接收单位（印章）", "抄送", "案件移送书（回执）",
          "上海市长宁区联合执法办公室：", "收悉", "接收单位（印章）"]),
        ("destruction", DESTRUCTION, False,
         ["涉案物品无害化销毁记录", "处理决定", "沪长市监罚〔2026〕3号",
          "销毁方式", "粉碎后焚烧", "销毁物品清单", "合计", "执行人员（两人）",
          "监销人", "见证人"]),
        ("conference", CONFERENCE, True,
         ["联席会议纪要", "〔2026〕第3期", "第三季度联席会议",
          "会议时间：2026年11月20日9时00分", "一、会议认为协作顺畅。",
          "出席：张三、李四", "议定任务", "杭州市联合执法办公室",
          "2026-12-31", "分送：", "印发"]),
        ("handover", HANDOVER, False,
         ["值班交接单", "本班起", "2026年11月26日20时00分", "夜间无异常。",
          "在办事项", "某线索", "接班人"]),
        ("call", CALL, False,
         ["电话记录", "去电", "余杭区办", "确认集合时间。", "经办人"]),
    ]
    for kind, fields, red_head, parts in cases:
        doc = made(kind, fields, draft=True)
        pdf = pdf_of(doc)
        in_the_area(pdf, red_head)
        in_order(picture.text(pdf), *parts)
        in_order(a.must("print", doc), *[x for x in parts if x != "本页小计"])
        marked(pdf, "草稿", f"{kind}: a draft is marked so")
    doc = made("clue", CLUE)
    names = a.run("--lang", "en", "print", doc, "--template", "nope")
    equal(names.returncode, 1, "an unknown layout is refused")
    contains(names.stderr, "minutes", "naming those there are")
    for name in ("record", "recognition", "notice"):
        a.must("print", doc, "--template", name)
    ok(True, "any layout prints any kind")


@test
def marks_across():
    cases = [("exercise", "演练"), ("test", "测试")]
    for mode, mark in cases:
        doc = made("clue", {**CLUE, "mode": mode})
        pdf = pdf_of(doc)
        marked(pdf, mark, f"{mode} papers say {mark}")
        contains(a.must("print", doc), f"*  {mark}  *", "in text too")
    doc = made("clue", CLUE)
    ok(pale(pdf_of(doc)) < 200, "an actual one has none")
    a.must("withdraw", doc, "--note", "错发")
    marked(pdf_of(doc), "已撤回", "a withdrawn one is marked")
    in_the_area(pdf_of(doc), True)


@test
def text_for_a_line_printer():
    doc = made("clue", {**CLUE, "goods": [GOODS] * 120,
                        "facts": "很长的事实，" * 300})
    out = a.must("print", doc)
    wide = max(len(x.encode("gb18030")) for x in out.splitlines())
    ok(wide <= 80, f"80 columns are kept: {wide}")
    equal(out.count("\f"), 0, "continuous by itself")
    equal(len([x for x in out.splitlines() if "货值(元)" in x]), 1,
          "with one head of the table")
    out = a.must("print", doc, "--lines", "66", "--width", "72",
                 "--form-feed")
    sheets = out.split("\f")
    equal(sheets[-1], "", "a form feed ends the last page too")
    ok({len(s.splitlines()) for s in sheets[:-1]} == {66},
       "each page has 66 lines")
    ok(max(len(x.encode("gb18030")) for s in sheets
           for x in s.splitlines()) <= 72, "of 72 columns")
    numbers = [s.splitlines()[-1] for s in sheets[:-1]]
    ok(all(n.strip() == f"- {i} -" for i, n in enumerate(numbers, 1)),
       "and its number below")
    ok(all(n.startswith("  -") == (i % 2 == 0)
           for i, n in enumerate(numbers, 1)), "right when odd, left when even")
    tables = [s for s in sheets if "甲牌" in s and "| 序号" in s]
    ok(len(tables) >= 2 and all("本页小计" in s for s in tables),
       "each page of a table has its head and its sum")
    total = sum(float(x.split("|")[-2]) for s in tables
                for x in s.splitlines() if "本页小计" in x)
    contains(out, f"{total:.2f} |", f"which add up to the whole, {total:.2f}")
    for line in out.splitlines():
        if line and line[0] in "，。、；：？！）":
            ok(False, f"no line begins with {line[:1]}")
    for bad in (["--width", "20"], ["--width", "x"], ["--lines", "5"],
                ["--lines", "1000"]):
        p = a.run("print", doc, *bad)
        ok(p.returncode in (1, 2) and not p.stdout, f"{bad} is refused")


@test
def hostile_text_is_shown():
    evil = "甲\u202e乙\u0007丙\u200b丁\u2066戊"
    doc = made("clue", {**CLUE, "title": "标题" + evil,
                        "facts": evil + " 𠮷 㛃 䶮 𬬻 \ue123\n=1+1",
                        "goods": [{**GOODS, "name": evil + "\t" + "x" * 300}]})
    out = a.must("print", doc)
    for text, what in ((out, "text"), (picture.text(pdf_of(doc)), "PDF")):
        flat = "".join(text.split())
        for mark in ("<U+202E>", "<07>", "<U+200B>", "<U+2066>"):
            contains(flat, mark, f"{what}: {mark} is a visible mark")
        ok(not set(text) & set("\u202e\u0007\u200b\u2066\u001b"),
           f"{what}: and not the character itself")
        contains(flat, "𠮷", f"{what}: rare characters are there")
        ok("x" * 20 in flat, f"{what}: a long word is broken, not lost")
    contains("".join(picture.text(pdf_of(doc)).split()), "<U+E123>",
             "what no font has is written as its number")
    in_the_area(pdf_of(doc), True)


@test
def long_ones():
    doc = made("clue", {**CLUE, "title": "长标题" * 60,
                        "facts": ("事实" * 400 + "\n") * 25,
                        "goods": [{**GOODS, "model": f"M{i}",
                                   "value_yuan": i + 0.25}
                                  for i in range(500)]})
    start = time.monotonic()
    pdf = pdf_of(doc)
    took = (time.monotonic() - start) * 1000
    n = picture.pages(pdf)
    ok(n > 30, f"{n} pages")
    ok(took / n < 300 * SLOW, f"{took / n:.0f} ms a page")
    text = picture.text(pdf, "-layout")
    sheets = [s for s in text.split("\f") if "M" in s and "序号" in s]
    ok(len(sheets) > 15, f"500 rows on {len(sheets)} pages, each with a head")
    sums = [float(x.split()[-1]) for x in text.splitlines()
            if "本页小计" in x]
    total = [float(x.split()[-1]) for x in text.splitlines() if "合计" in x]
    equal((len(sums), sum(sums)), (len(sheets), total[0]),
          "the pages' sums add up")
    equal(total, [sum(i + 0.25 for i in range(500))], "to the right sum")
    flat = "".join(text.split())
    ok(all(f"M{i}" in flat for i in range(500)), "no row is lost")
    in_the_area(pdf, True)


@test
def who_signed_stands_there():
    path = work / "shift.json"
    path.write_text(json.dumps(HANDOVER))
    doc = a.must("new", "handover", "--file", path).split()[-1]
    name = a.json("officer", "list")[0]["name"]
    out = a.must("print", doc)
    in_order(out, "交班人：", "____________________  " + name, "接班人：")
    in_order(picture.text(pdf_of(doc)), "交班人", name)
    ok("印章" not in out, "a local record has no seal's place")


@test
def layouts_fit_the_kinds():
    kinds = {p.stem: json.loads(p.read_text())
             for p in (TOP / "db" / "kinds").glob("*.json")}
    layouts = {p.stem: json.loads(p.read_text())
               for p in (TOP / "db" / "print").glob("*.json")}

    def names(fields, start=""):
        for f in fields:
            yield start + f["name"]
            yield from names(f.get("fields", []), f["name"] + ".")
    for kind, spec in kinds.items():
        own = spec["views"].get("print")
        name = own.get("layout") if isinstance(own, dict) else own
        if not ok(name in layouts, f"{kind}: its layout {name} is there"):
            continue
        if name in ("notice", "record"):  # serve many
            continue
        known = set(names(spec["fields"]))
        moves = {m for t in spec["tracks"].values() for m in t["moves"]}
        lay = layouts[name]
        for key in ("body", "lists", "note", "text"):
            missing = [x for x in lay.get(key, []) if x not in known]
            equal(missing, [], f"{name}: every field of {key} is one of "
                  f"{kind}")
        signers = lay.get("signers", []) + \
            lay.get("receipt", {}).get("signers", [])
        missing = [m for s in signers for m in s["moves"]
                   if m not in moves | {"issue"}]
        equal(missing, [], f"{name}: who signs are moves of {kind}")


@test
def the_statistics_report():
    out = a.must("stats", "--print", "--by", "kind")
    in_order(out, "统计报告", "线索通报", "合计")
    path = work / "stats.pdf"
    a.must("stats", "--pdf", path, "--by", "kind")
    text = picture.text(path)
    in_order(text, "统计报告", "演练、测试和草稿", "线索通报", "合计")
    in_the_area(path, False)
    rows = a.json("stats", "--kind", "clue")
    contains("".join(text.split()), str(rows[0]["docs"]),
             "with the numbers that stats gives")
    with sqlite3.connect(a.home / "desk.db") as db:
        n = db.execute("SELECT count(*) FROM audit WHERE act = 'print' AND "
                       "detail = 'stats'").fetchone()[0]
    equal(n, 2, "and in the audit")


@test
def a_missing_font_is_said():
    doc = made("clue", CLUE)
    conf = work / "fonts.conf"
    conf.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    path = work / "none.pdf"
    p = a.run("--lang", "en", "print", doc, "--pdf", path,
              env={"FONTCONFIG_FILE": str(conf)})
    equal(p.returncode, 1, "no paper full of boxes")
    lines = [x for x in p.stderr.splitlines() if "deltadesk:" in x]
    equal(len(lines), 1, "one sentence")
    contains(p.stderr, "fonts-noto-cjk", "that says what to install")
    ok(not path.exists(), "and no file")


@test
def who_may_and_where_to():
    doc = made("clue", CLUE)
    p = a.run("print", doc, "--pdf", work / "no" / "such.pdf")
    ok(p.returncode in (1, 3), "a folder that is not there is an error")
    p = a.run("print", doc, "--pdf", "-")
    equal(p.stdout_bytes[:5], b"%PDF-", "- is standard output")
    equal(a.run("print", "nothing").returncode, 1, "no such document")
    p = a.run("--lang", "en", "print", doc)
    contains(p.stdout, "Copies: ", "fixed words follow the language")
    a.must("officer", "add", "audi", "审计", "--roles", "auditor")
    p = a.run("--officer", "audi", "print", doc)
    equal(p.returncode, 1, "an auditor reads no papers")


main()
