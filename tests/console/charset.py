#!/usr/bin/env python3
"""The console in a bare C locale and in GB18030."""
import fcntl
import pty
import select
import shutil
import signal
import struct
import termios

from tap import *
from screen import Screen


def run_on_pty(argv, env, keys, seconds=3.0):
    """What a program sends to a terminal of 80x24."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(argv[0], argv, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    out = b""
    end = time.monotonic() + seconds * SLOW
    sent = False
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                out += os.read(fd, 65536)
            except OSError:
                break
        if not sent and time.monotonic() > end - seconds * SLOW / 2:
            os.write(fd, keys)
            sent = True
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
    os.close(fd)
    return out


def a_desk():
    d = Desk("310105", listen=False)
    d.must("new", "clue", "--to", "330100", "--draft", "--set",
           "title=涉嫌销售“名牌”箱包的线索…")
    return d


@test
def bare_c_locale():
    d = a_desk()
    for lc in ("C", "POSIX"):
        s = Screen(DELTADESK, "--desk", d.home, env={"LC_ALL": lc})
        s.wait("[1 值班]")
        s.wait("“名牌”箱包")
        s.keys("2", "c")
        s.wait("[新建 线索通报]")
        s.keys("Tab", "Tab")
        s.type("键入的中文")
        s.wait("键入的中文")
        ok(True, f"LC_ALL={lc}: Chinese is shown and typed")
        s.close()


@test
def gb18030():
    where = tmp("locale")
    if not shutil.which("localedef") or subprocess.run(
            ["localedef", "-i", "zh_CN", "-f", "GB18030",
             str(where / "zh_CN.GB18030")], capture_output=True
            ).returncode != 0:
        skip("screens in GB18030", "the locales package is not installed")
        return
    d = a_desk()
    env = {**environ(), "LOCPATH": str(where), "LC_ALL": "zh_CN.GB18030",
           "TERM": "xterm"}
    out = run_on_pty([DELTADESK, "--desk", str(d.home)], env,
                     b"2c\t\t" + "键入".encode("gb18030"))
    text = out.decode("gb18030", "replace")
    ok("\ufffd" not in text, "every byte is GB18030")
    contains(text, "值班", "labels are readable")
    contains(text, "键入", "typed text is understood")
    # in this locale the C library says that quotes and dots are two wide
    contains(text, "\"名牌\"箱包", "what has another width there is replaced")


main()
