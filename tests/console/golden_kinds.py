#!/usr/bin/env python3
# run: timeout=300
"""Whole screens of several kinds as they stood when somebody looked at them:
tests/console/screens/NAME.LANG.COLS.txt, at a fixed hour. GOLDEN_WRITE=1 writes
them anew; look at every one that changed."""
import os
import re

from kind_menu import *
from screen import Screen

NOW = "2026-11-23T14:32:00+08:00"
ENV = {"DELTADESK_TEST_NOW": NOW}
HERE = TOP / "tests" / "console" / "screens"
WRITE = os.environ.get("GOLDEN_WRITE")


def a_desk():
    d = Desk("310105", env=ENV)
    for other in ("330100", "320500", "310105-gaj"):
        d.trust(Desk(other, listen=False))
    d.must("new", "action", "--to", "330100,320500", "--set",
           "title=箱包类联合执法行动", "--set", "code_name=清源一号", "--set",
           "h_hour=2026-12-01 09:00", "--set", "ends_at=2026-12-01 17:00",
           "--set", "reply_by_at=2026-11-30 12:00", "--set",
           "target=虚构箱包城二层仓库", "--set", "place=虚构路88号", "--set",
           "officers.0.cert_no=3101FICT001", "--set", "officers.0.name=王某",
           "--set", "officers.1.cert_no=3101FICT002", "--set",
           "vehicles.0.plate=沪A·虚构01", "--set", "roles.0.desk=330100",
           "--set", "roles.0.role=外围", "--set", "safety_plan=着装统一",
           "--set", "work_item=2")
    d.must("new", "action", "--to", "330100", "--set", "title=农资产品核查",
           "--set", "h_hour=2026-12-01 08:00", "--set",
           "ends_at=2026-12-01 12:00", "--set", "code_name=护农", "--set",
           "target=农资店", "--set", "place=虚构镇")
    d.must("new", "result", "--to", "330100", "--set", "title=电池检验报告",
           "--set", "report_no=FICT-118", "--set", "lab.name=虚构检验所",
           "--set", "cma.no=210012345", "--set", "cma.valid_until=2027-05-01",
           "--set", "product.name=电池", "--set", "product.brand=岫云", "--set",
           "sample.batch=A20261109", "--set", "standard=GB 31241", "--set",
           "test_type=监督抽查", "--set", "conclusion=不合格", "--set",
           "issued_on=2026-11-20", "--set", "notified_on=2026-11-21", "--set",
           "items.0.item=额定容量", "--set", "items.0.limit=2000",
           "--set", "items.0.result=1500", "--set", "items.0.verdict=不符合",
           "--set", "contact.office=稽查", "--set", "contact.phone=0571-1")
    d.must("new", "conference", "--to", "330100", "--set",
           "title=四季度联席会议", "--set", "convened_by=长宁", "--set",
           "meets_at=2026-12-03 14:00", "--set", "place=一号会议室", "--set",
           "resolutions.0.no=1", "--set", "resolutions.0.text=督促平台下架",
           "--set", "resolutions.0.owner_desk=330100", "--set",
           "resolutions.0.due_on=2026-12-20", "--set", "work_item=1")
    d.must("new", "transfer", "--draft", "--to", "310105-gaj", "--set",
           "title=销售假冒箱包案", "--set", "direction=admin_to_criminal",
           "--set", "suspected_crime=销售假冒注册商标的商品罪")
    d.must("group", "set", "长三角", "330100", "320500")
    d.serve()
    wait_for(lambda: d.json("list", "result")[0]["state"] == "objection",
             what="what time alone brings")
    return d


# name: the keys that lead there, and what shows that it is there
STEPS = [
    ("duty", [], "2/2"),
    ("action-list", ["3"], "3 "),
    ("action", ["G", "Enter"], "清源一号"),
    ("action-end", ["G"], "14:32  "),
    ("action-moves", ["m"], "1 "),
    ("action-new", ["Escape", "3", "c"], "("),
    ("result-list", ["Escape", "4"], "4 "),
    ("result", ["Enter"], "210012345"),
    ("transfer-list", ["5"], "5 "),
    ("transfer-draft", ["Enter"], "("),
    ("conference", ["Escape", "6", "Enter"], "12-03 14:00"),
    ("month", ["C"], "12"),
    ("week", ["w", "]"], "12-0"),
    ("lanes", ["g"], "X "),
    ("agenda", ["A"], "12-03"),
    ("statistics", ["8"], "8 "),
    ("kinds", ["1", "0"], "1 "),
    ("roll-call", ["Escape", "3", "G", "Enter", "t"], "12-01 09:00"),
    ("help", ["1", "?"], "F6"),
    ("palette", ["Escape", ":"], ""),
    ("tour", ["Escape", "T"], ""),
    ("shift", ["Escape", "H"], "1 "),
    ("roster", ["5"], "2026-11-23 - 11-29"),
    ("duty-log", ["q", "H", "3"], ""),
    ("alarms", ["q", "!"], ""),
    ("files", ["q", "4", "Enter", "f"], ""),
    ("forms-clue", ["1", "2", "c"], "("),
    ("desk-pick", ["Space"], "8 "),
    ("groups", ["Escape", "C-v"], "2 "),
    ("phrases", ["Escape", *["Tab"] * 17, "C-t"], "1 "),
    ("peers", ["Escape", "Escape", "7"], "#0"),
    ("locked", ["L"], "14:32"),
]


def same(name, text):
    path = HERE / f"{name}.txt"
    # the top line has the state of the links in it
    got = "\n".join(x.rstrip() for x in text.split("\n")[1:]).rstrip() + "\n"
    got = re.sub(r"(进程|process) \d+", r"\1 N", got)
    if WRITE:
        path.write_text(got)
        return ok(True, f"{name} written")
    want = path.read_text()
    return ok(got == want, name, f"want\n{want}\ngot\n{got}")


@test
def screens_are_as_they_were():
    d = a_desk()
    for lang in ("zh", "en"):
        for cols, rows in ((80, 24), (160, 45)):
            s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, cols=cols,
                       rows=rows, env=ENV)
            s.wait("2/2")
            for name, keys, sign in STEPS:
                for k in keys:
                    s.keys(k)
                    s.settled()
                s.wait(sign)
                same(f"{name}.{lang}.{cols}", s.settled())
            s.close()


main()
