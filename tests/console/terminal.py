#!/usr/bin/env python3
"""The terminal is left as it was found, whatever happens."""
import signal

from tap import *
from screen import Screen


def start(d, *words, **kw):
    """The console in a shell that tells the terminal's state afterwards."""
    pid = tmp("pid") / "pid"
    script = ("stty -g > {0}.before; sh -c 'echo $$ > {0}; exec \"$@\"' sh {1}; "
              "echo status $?; stty -g > {0}.after; "
              "cmp {0}.before {0}.after && echo terminal restored"
              ).format(pid, " ".join(str(w) for w in words or (
                  DELTADESK, "--desk", d.home)))
    s = Screen("sh", "-c", script, **kw)
    return s, pid


def pid_of(path):
    return int(wait_for(lambda: path.exists() and path.read_text().strip()))


@test
def signals_restore_the_terminal():
    d = Desk("310105", listen=False)
    for name, status in (("SIGTERM", "0"), ("SIGSEGV", "139"),
                         ("SIGABRT", "134"), ("SIGBUS", "135")):
        s, pid = start(d)
        s.wait("[1 值班]")
        os.kill(pid_of(pid), getattr(signal, name))
        text = s.wait("terminal restored")
        contains(text, f"status {status}", f"{name}: the terminal is restored")
        ok("[1 值班]" not in text, f"{name}: and the old screen is back", text)
        s.close()


@test
def leaving_asks():
    d = Desk("310105", listen=False)
    s, _ = start(d)
    s.wait("[1 值班]")
    s.keys("Q")
    s.wait("y 或 Enter")
    s.keys("Escape")
    s.wait(lambda t: "y 或 Enter" not in t)
    s.keys("q")
    s.wait("这是第一页")
    s.keys("C-c")
    time.sleep(0.3)
    contains(s.text(), "[1 值班]", "q and C-c do not leave")
    s.keys("Q", "y")
    s.wait("terminal restored")
    ok(True, "Q leaves after an answer")
    s.close()


@test
def hang_up_ends_it():
    d = Desk("310105", listen=False)
    s, pid = start(d)
    s.wait("[1 值班]")
    n = pid_of(pid)
    s.close()
    wait_for(lambda: not os.path.exists(f"/proc/{n}"), 5, "end after hang-up")
    ok(True, "the console ends when its terminal is gone")


@test
def suspend_and_resume():
    d = Desk("310105", listen=False)
    s, pid = start(d)
    s.wait("[1 值班]")
    n = pid_of(pid)
    s.keys("C-z")
    wait_for(lambda: open(f"/proc/{n}/stat").read().split()[2] == "T",
             5, "stopped")
    os.kill(n, signal.SIGCONT)
    s.keys("2")
    s.wait("[2 线索通报]")
    ok(True, "C-z stops it, SIGCONT brings it back")
    s.close()


@test
def unfit_terminals_are_refused():
    d = Desk("310105", listen=False)
    p = d.run()
    equal(p.returncode, 2, "no terminal: wrong usage")
    contains(p.stderr, "TERM", "one line says so")
    s = Screen(DELTADESK, "--desk", d.home, env={"TERM": "dumb"})
    s.wait("exit status 2")
    ok(True, "TERM=dumb: wrong usage")
    s.close()


@test
def sizes():
    d = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", d.home, cols=50, rows=12)
    s.wait("窗口太小 需要>=60x16")
    s.keys("2")                      # not while nothing can be seen
    s.resize(80, 24)
    s.wait("[1 值班]")
    s.resize(160, 45)
    s.wait(lambda t: max(map(len, t.splitlines())) > 80)
    s.resize(60, 16)
    s.wait("[1 值班]")
    ok(True, "every size is drawn, a small one says what it needs")
    s.close()


@test
def colour_only_where_wanted():
    d = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", d.home)
    s.wait("[1 值班]")
    ok("\x1b[36m" in s.ansi() or "\x1b[1;36m" in s.ansi()
       or "\x1b[1m\x1b[36m" in s.ansi(), "colour by default", repr(s.ansi()[:200]))
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, env={"NO_COLOR": "1"})
    s.wait("[1 值班]")
    import re
    ok(not re.search(r"\x1b\[[0-9;]*3[0-7]", s.ansi()), "NO_COLOR is obeyed")
    s.close()


@test
def full_width_keys_are_meant():
    d = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", d.home)
    s.wait("[1 值班]")
    s.type("２")
    s.wait("[2 线索通报]")
    s.type("？")
    s.wait("[本页按键]")
    ok(True, "an input method left on does not make keys dead")
    s.close()


@test
def mistakes_in_a_key_file_are_told():
    d = Desk("310105", listen=False)
    path = tmp("keys") / "my.keys"
    path.write_text("keymap 1\nmap list <F13> sign\n")
    s = Screen(DELTADESK, "--desk", d.home, "console", "--keymap", path)
    s.wait("my.keys:2:")
    ok(True, "on the message line")
    s.close()
    p = run("keymap", "check", path)
    equal(p.returncode, 1, "keymap check refuses it")
    contains(p.stdout + p.stderr, "my.keys:2:", "naming the line")
    path.write_text("keymap 1\nmap generic <C-r> view-2\n")
    equal(run("keymap", "check", path).returncode, 0, "a good file passes")
    s = Screen(DELTADESK, "--desk", d.home, "console", "--keymap", path)
    s.wait("[1 值班]")
    s.keys("C-r")
    s.wait("[2 线索通报]")
    ok(True, "and its keys work")
    s.close()


main()
