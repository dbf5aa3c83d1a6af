#!/usr/bin/env python3
"""Many kinds of terminal, one table: what each is sent, how each is left."""
import shutil
import termios
import unicodedata

from tap import *
from recorder import Recorder
from screen import Screen

LEAVE = {"xterm-256color": b"\x1b[?1049l", "screen": b"\x1b[?1049l",
         "tmux-256color": b"\x1b[?1049l", "linux": b"", "vt100": b""}
# TERM, locale, columns, rows, more of the environment
CASES = [
    ("xterm-256color", "C.UTF-8", 80, 24, {}),
    ("xterm-256color", "C.UTF-8", 300, 100, {}),
    ("xterm-256color", "C", 80, 24, {}),
    ("screen", "C.UTF-8", 60, 16, {}),
    ("tmux-256color", "C.UTF-8", 160, 45, {}),
    ("linux", "C.UTF-8", 80, 24, {}),
    ("vt100", "C.UTF-8", 80, 24, {}),
    ("vt100", "POSIX", 132, 24, {"NO_COLOR": "1"}),
    ("xterm-256color", "C.UTF-8", 80, 24, {"NO_COLOR": "1"}),
    ("xterm-256color", "zh_CN.GB18030", 80, 24, {}),
    ("vt100", "zh_CN.GB18030", 80, 24, {}),
]
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*[34][0-7]m")
SEQUENCE = re.compile(rb"\x1b(?:\[[?\d;]*[A-Za-z@]|[()][0B]|[=>M78])"
                      rb"|[\x0e\x0f\r\n\b\a]")


def a_desk():
    d, peer = Desk("310105", listen=False), Desk("330100", listen=False)
    pair(d, peer)
    for i in range(3):
        d.new("clue", to=[peer], title=f"涉嫌销售“名牌”箱包的线索…第{i}号")
    return d


_gb18030 = []


def gb18030():
    """The folder of that locale, made once; None where it cannot be."""
    if not _gb18030:
        _gb18030.append(make_gb18030())
    return _gb18030[0]


def make_gb18030():
    where = tmp("locale")
    if shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", "zh_CN", "-f", "GB18030",
             str(where / "zh_CN.GB18030")], capture_output=True
            ).returncode == 0:
        return where
    return None


@test
def each_is_served_and_left_as_it_was():
    d = a_desk()
    locales = gb18030()
    for term, lc, cols, rows, more in CASES:
        name = f"{term} {lc} {cols}x{rows}" + (" mono" if more else "")
        charset = "gb18030" if lc.endswith("GB18030") else "utf-8"
        env = {**more, "TERM": term, "LC_ALL": lc}
        if charset == "gb18030":
            if not locales:
                skip(name, "the locales package is not installed")
                continue
            env["LOCPATH"] = str(locales)
        script = 'stty -g >"$0"; "$@"; echo " status $?"; exec sleep 60'
        before = tmp("stty") / "before"
        r = Recorder("sh", "-c", script, before, DELTADESK, "--desk", d.home,
                     "--lang", "zh", cols=cols, rows=rows, env=env)
        r.until("值班".encode(charset))
        for key in ("2", "j", "\r", "j", "q", "?", "\x1b", ":", "\x1b", "8",
                    "7", "2", "\x04", "\x0c"):
            r.press(key)
        out = r.out
        r.quiet()
        r.press("2")
        whole = r.press("\x0c")
        text = SEQUENCE.sub(b"", whole).decode(charset, "replace")
        ok("�" not in text and "箱包" in text, f"{name}: its own characters",
           text)
        ok(not any(unicodedata.category(c) == "Cc" for c in text),
           f"{name}: nothing but what its entry has", repr(text))
        equal(bool(COLOUR.search(whole)), term != "vt100" and not more,
              f"{name}: colour where there is any and it is wanted")
        r.press("Q")
        r.forget()
        r.write("y")
        r.until(" status 0")
        end = r.out[:r.out.index(b" status")]
        ok(LEAVE[term] in end and b"\x1b[?2004l" in end,
           f"{name}: is given back", end)
        equal(subprocess.run(["stty", "-g"], stdin=r.fd, capture_output=True
                             ).stdout, before.read_bytes(),
              f"{name}: with its modes")
        r.end()


@test
def typed_in_a_bare_locale():
    d = a_desk()
    for lc in ("C", "POSIX"):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh",
                   env={"LC_ALL": lc})
        s.wait("[1 值班]")
        s.keys("2")
        s.wait("“名牌”箱包")
        s.keys("c")
        s.wait("[新建 线索通报]")
        s.keys("Tab", "Tab")
        s.type("键入的中文")
        s.wait("键入的中文")
        ok(True, f"LC_ALL={lc}: Chinese is shown and typed")
        s.close()


@test
def typed_in_gb18030():
    where = gb18030()
    if not where:
        skip("screens in GB18030", "the locales package is not installed")
        return
    d = a_desk()
    r = Recorder(DELTADESK, "--desk", d.home, "--lang", "zh",
                 env={"LOCPATH": str(where), "LC_ALL": "zh_CN.GB18030",
                      "TERM": "xterm"})
    r.until("值班".encode("gb18030"))
    r.write("2")
    r.quiet()
    r.write("c\t\t")
    r.quiet()
    r.write("键入".encode("gb18030"))
    r.until("键入".encode("gb18030"))
    text = r.out.decode("gb18030", "replace")
    ok("\ufffd" not in text, "every byte is GB18030")
    contains(text, "键入", "typed text is understood")
    # in this locale the C library says that quotes and dots are two wide
    contains(text, "\"名牌\"箱包", "what has another width there is replaced")
    r.end()


@test
def every_end_gives_it_back():
    d = a_desk()
    for term in ("xterm-256color", "vt100"):
        for sig, status in ((signal.SIGTERM, 0), (signal.SIGHUP, 0),
                            (signal.SIGSEGV, 139), (signal.SIGABRT, 134)):
            before = tmp("stty") / "before"
            pid = tmp("pid") / "pid"
            script = ('stty -g >"$0"; sh -c \'echo $$ >"$0"; exec "$@"\' '
                      '"$@"; echo " status $?"; exec sleep 60')
            r = Recorder("sh", "-c", script, before, pid, DELTADESK, "--desk",
                         d.home, "--lang", "zh", env={"TERM": term})
            r.until("值班")
            os.kill(int(pid.read_text()), sig)
            r.until(" status ")
            name = f"{term} {sig.name}"
            contains(r.out, b" status %d" % status, f"{name}: status {status}")
            end = r.out[r.out.rindex(b"\x1b[?2004l"):]
            ok(LEAVE[term] in end, f"{name}: the screen is given back", end)
            equal(subprocess.run(["stty", "-g"], stdin=r.fd,
                                 capture_output=True).stdout,
                  before.read_bytes(), f"{name}: and its modes")
            r.end()


@test
def unfit_ones_are_refused():
    d = a_desk()
    for term in ("dumb", "", "no-such-terminal"):
        r = Recorder(DELTADESK, "--desk", d.home, env={"TERM": term})
        equal(r.wait(), 2, f"TERM={term!r}: wrong usage")
        ok(len(r.out.strip().splitlines()) == 1
           and f"TERM={term}".encode() in r.out and b"\x1b" not in r.out,
           "in one plain line", r.out)
        r.end()


@test
def a_line_that_is_cut_ends_it():
    d = a_desk()
    r = Recorder(DELTADESK, "--desk", d.home, "--lang", "zh")
    r.until("值班")
    r.press("2")
    r.press("c")
    r.press("\t\t")
    r.press("写到一半的线索")
    began = time.monotonic()
    r.hang_up()
    ok(time.monotonic() - began < 2 * SLOW, "at once")
    ok(any(x["title"].startswith("写到一半") for x in d.json("list", "clue")),
       "with the draft kept")
    r.end()


@test
def a_storm_of_sizes():
    d = a_desk()
    r = Recorder(DELTADESK, "--desk", d.home, "--lang", "zh")
    r.until("值班")
    for i in range(120):
        r.resize(20 + (i * 37) % 280, 5 + (i * 13) % 95)
        r.pump(0.005)
    r.resize(80, 24)
    r.quiet()
    r.press("2")
    whole = r.press("\x0c")
    contains(whole, "箱包".encode(), "afterwards the screen is whole")
    rows = [int(x) for x in re.findall(rb"\x1b\[(\d+)(?:;\d+)?[Hd]", whole)]
    ok(max(rows) <= 24, "and within its size", max(rows))
    equal(r.end(), 0, "and it still ends well")


@test
def lines_and_readers():
    d = a_desk()
    box = re.compile("[─│┌┐└┘]")
    for words, has_box, has_ascii in (((), True, False),
                                      (("--ascii",), False, True),
                                      (("--reader",), False, False)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh", "console",
                   *words)
        s.wait("[1 值班]")
        s.keys("2")
        s.wait("箱包")
        s.keys("Space")
        s.wait("标记")
        s.keys("k", "m")
        text = s.wait("办理 ") if not words else s.wait("Esc 放弃")
        name = " ".join(words) or "the terminal's own"
        equal(bool(box.search(text)), has_box, f"{name}: boxes")
        equal("-----" in text, has_ascii, f"{name}: dashes")
        s.keys("Escape")
        text = s.wait(lambda t: "Esc 放弃" not in t)
        equal("本件已标记" in text, words == ("--reader",),
              f"{name}: the mark in words")
        at = s._tmux("display", "-p", "#{cursor_x} #{cursor_y}").split()
        row = text.splitlines()[int(at[1])]
        ok(at[0] == "0" and row.startswith(">"),
           f"{name}: the cursor is on the row", (at, row))
        s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("|")
    s.wait("线条用 - | +")
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    text = s.wait("[1 值班]")
    ok("-----" in text and not box.search(text), "a key changes it, for good")
    s.close()


@test
def stopped_by_a_key_but_not_behind_a_forced_command():
    d = a_desk()
    for words, stops in (((), True), (("--confined",), False)):
        # a confined one may not be looked through for leaks at its end
        r = Recorder(DELTADESK, "--desk", d.home, "console", *words,
                     env={"ASAN_OPTIONS": "detect_leaks=0"})
        r.until("值班")
        r.press("\x1a")
        state = pathlib.Path(f"/proc/{r.pid}/stat").read_text().split()[2]
        equal(state == "T", stops, f"{' '.join(words) or 'plain'}: C-z")
        if stops:
            os.kill(r.pid, signal.SIGCONT)
            r.forget()
            r.until("值班")
            contains(r.out, "值班".encode(), "and all is drawn again")
        equal(r.end(), 0, "it ends")


main()
