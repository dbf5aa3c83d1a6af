#!/usr/bin/env python3
# run: timeout=300
"""Random keys and random sizes while documents arrive; the desk verifies
afterwards, and the screen is at every pause what a screen sent whole is.

    FUZZ_SECONDS=60 FUZZ_SEED=7 tests/run fuzz_keys    (or make fuzz-console)

The seed is printed; the same one gives the same keys. Under sanitizers their
reports fail it."""
import random
import termios
import threading

from tap import *
from recorder import Recorder
from vt import Terminal

SECONDS = float(os.environ.get("FUZZ_SECONDS", "10"))
SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(1 << 31))
NOW = "2026-11-23T14:32:00+08:00"
REPORTS = (b"Sanitizer", b"runtime error:", b"Assertion", b"stack smashing")
NAMED = ["\r", "\t", "\x7f", "\x1b", "\x07", "\x03", "\x04", "\x15", "\x0c",
         "\x10", "\x14", "\x0b", "\x18", "\x00", "\x1b[A", "\x1b[B", "\x1bOA",
         "\x1bOB", "\x1bOC", "\x1bOD", "\x1b[5~", "\x1b[6~", "\x1bOH", "\x1bOF",
         "\x1b[3~", "\x1b[2~", "\x1b[Z", "\x1bOP", "\x1bOQ", "\x1b[15~",
         "\x1b[1;5C", "\x1b[1;5D", "\x1b[200~", "\x1b[201~", "\x1a"]
WORDS = ["涉嫌销售假冒", "名牌箱包", "qingp", "state=signed due<2d", "3.5kg",
         "，。；：？！", "２", "é", "a\u0301", "\u202e", "😀", "2026-11-23 14:05",
         "310105", "91310000MA1FL0000X", "/", "m1", "e\t", "c\t\t"]


def keys(rnd):
    """A handful of keys; the likely ones are those that open screens."""
    kind = rnd.random()
    if kind < 0.45:
        return "".join(rnd.choice("jjjkkgGqhl/nfFSosprmciRueWAdxPtvJK!bC789"
                                  "0123456 :?UzX\\eEBT|aobwy")
                       for _ in range(rnd.randrange(1, 6))).encode()
    if kind < 0.75:
        return rnd.choice(NAMED).encode()
    if kind < 0.92:
        return rnd.choice(WORDS).encode()
    if kind < 0.96:
        return (b"\x1b[200~" + "粘贴\n的文字\x1b[2J".encode() *
                rnd.randrange(1, 30) + b"\x1b[201~")
    return bytes(rnd.randrange(256) for _ in range(rnd.randrange(1, 12)))


def still(text):
    """Without what changes by itself meanwhile: the top row tells of links,
    the rule under a form when its draft was saved (a key may have changed the
    language)."""
    return [row for row in text.split("\n")[1:]
            if "必填 " not in row and "needed " not in row]


class Session:
    """One console at a time, and what its terminal shows."""

    def __init__(self, d):
        self.d = d
        self.r = None
        self.n = 0
        self.start()

    def start(self):
        self.cols, self.rows = 80, 24
        self.vt = Terminal(80, 24)
        self.left = False       # it has given the terminal back
        self.r = Recorder(DELTADESK, "--desk", self.d.home, "--lang", "zh",
                          env={"DELTADESK_TEST_NOW": NOW})
        self.n += 1
        self.r.until("[1 ")
        self.vt.feed(self.r.forget())

    def take(self):
        out = self.r.forget()
        self.left = self.left or b"\x1b[?1049l" in out
        if any(x in out for x in REPORTS):
            raise RuntimeError(out.decode("utf-8", "replace")[-6000:])
        try:
            self.vt.feed(out)
        except ValueError:
            # given back, it echoes what is still typed
            if self.r.status is None and not self.r.modes()[3] & termios.ECHO:
                raise

    def step(self, rnd):
        """False when the console ended, which it may when asked to."""
        if rnd.random() < 0.06:
            size = rnd.randrange(1, 301), rnd.randrange(1, 101)
            if rnd.random() < 0.6:
                size = rnd.choice(((80, 24), (160, 45), (60, 16)))
            if size == (self.cols, self.rows):
                return True     # the kernel would tell nobody
            self.cols, self.rows = size
            self.r.quiet(0.05)
            self.take()
            self.r.resize(self.cols, self.rows)
            self.vt.resize(self.cols, self.rows)
            self.r.quiet(0.05)
            return True
        data = keys(rnd)
        try:
            self.r.write(data)
        except OSError:
            return False
        if b"\x1a" in data:
            time.sleep(0.05)
            os.kill(self.r.pid, signal.SIGCONT)
            if not self.r.quiet(0.1):
                return False
            self.vt.resize(self.cols, self.rows)    # of what was echoed
            self.r.forget()
            self.left = False
            os.kill(self.r.pid, signal.SIGCONT)
        alive = self.r.pump(0.02)
        self.take()
        # locked without a PIN it opens no more: the next officer logs in
        return alive and "已锁屏" not in self.vt.text()

    def compare(self):
        """What was drawn bit by bit is what is drawn at once."""
        for _ in range(5):
            self.r.quiet(0.3)
            self.take()
            before = self.vt.text()
            self.r.pump(0.2)
            if not self.r.out:
                break
        else:
            return None         # it never stands still: a countdown
        os.kill(self.r.pid, signal.SIGCONT)
        if not self.r.quiet(0.3):
            return None
        self.take()
        if still(self.vt.text()) != still(before):
            return before + "\n---- and at once:\n" + self.vt.text()
        return None

    def end(self):
        self.r.pump(0.3)
        self.take()
        if self.left:           # it ends by itself, and minds no signal more
            self.r.wait(30)
        status = self.r.end()
        self.take()
        return status


@test
def nothing_breaks_it():
    print(f"# FUZZ_SEED={SEED} FUZZ_SECONDS={SECONDS:g}", flush=True)
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    for i in range(5):
        b.new(to=[a], title=f"假冒注册商标箱包仓储 {i}", urgency="特急")
        a.new(to=[b], title=f"寄递渠道协查 {i}")
    stop, hold = threading.Event(), threading.Lock()

    def arrivals():
        n = 0
        while not stop.wait(0.4):
            with hold:
                b.new(to=[a], title=f"\u202e新到\x1b[2J{n}")
            n += 1
    thread = threading.Thread(target=arrivals, daemon=True)
    rnd = random.Random(SEED)
    s = Session(a)
    thread.start()
    end = time.monotonic() + SECONDS * SLOW
    steps = compared = 0
    statuses, wrong = set(), []
    while time.monotonic() < end:
        steps += 1
        if not s.step(rnd) or steps % 400 == 0:
            statuses.add(s.end())
            s.start()
        elif steps % 40 == 0:
            with hold:
                difference = s.compare()
            compared += 1
            if difference:
                wrong.append(difference)
    stop.set()
    thread.join()
    statuses.add(s.end())
    equal(statuses, {0}, f"{steps} steps in {s.n} consoles, all ended well")
    ok(not wrong, f"{compared} times the screen was as if sent whole",
       "\n".join(wrong[:2]))
    equal(a.stop(), 0, "the exchange ends well")
    for line in a.run("verify").stdout.splitlines():
        diag(line)
    equal(a.run("verify").returncode, 0, "the desk verifies")
    b.stop()


main()
