#!/usr/bin/env python3
"""After a restore the duty list says why no link opens, and then on whom the
signing of acts waits; both go away by themselves."""
from loss import *
from screen import Screen


@test
def the_duty_list_tells_what_is_waited_for():
    a, b = machine("310105"), machine("330100")
    pair(a, b)
    old = backup(a)
    lose(a)
    a.must("restore", old, "--passphrase-file", passphrase(a))
    a.serve()
    s = Screen(DELTADESK, "--desk", a.home, env=a.env)
    s.wait("! 已恢复：管理员确认对端名单")
    a.must("peer", "confirm")
    s.wait("! 已恢复：0 件所办事项先予保存，待")
    a.must("new", "clue", "--to", b.id, "--set", "title=恢复中")
    s.wait("! 已恢复：1 件所办事项")
    b.serve()
    wait_for(lambda: "已恢复" not in s.text(), 30, "the line goes")
    ok(True, "it goes when the peer has answered")
    wait_for(lambda: len(b.json("list")) == 1, 20, "signed and sent")
    s.close()
    a.stop()
    b.stop()


main()
