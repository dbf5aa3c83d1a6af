"""One table of commands: help, manual and completion say the same."""
import re

from tap import *


def en(*args):
    return run("--lang", "en", *args)


def commands():
    """Name and help line of each, from the top help."""
    text = en("--help").stdout.split("options, before or after")[0]
    return re.findall(r"^  (\S+(?: [a-z]+)?) {2,}\S", text, re.M)


def options_of(text):
    part = text.split("\noptions:\n")
    if len(part) < 2:
        return []
    return re.findall(r"^  --(\S+)", part[1].split("\noptions of every")[0],
                      re.M)


@test
def every_command_has_help_in_both_languages():
    names = commands()
    ok(len(names) >= 35, f"{len(names)} commands")
    for name in names:
        p = en(*name.split(), "--help")
        good = p.returncode == 0 and f"usage: deltadesk {name}" in p.stdout
        ok(good, f"{name} --help", p.stdout + p.stderr)
        ok(not re.search("[\u4e00-\u9fff]", p.stdout),
           f"{name} --help in English has no Chinese", p.stdout)
        p = run(*name.split(), "--help")
        ok(p.returncode == 0 and re.search("[\u4e00-\u9fff]", p.stdout),
           f"{name} --help in Chinese", p.stdout + p.stderr)


@test
def the_manual_lists_every_command_and_option():
    man = (TOP / "doc/deltadesk.1").read_text().replace("\\-", "-")
    for name in commands():
        part = re.search(r"^\.It Cm " + re.escape(name) + r"(?: [^\n]*)?$"
                         r"(.*?)(?=^\.It Cm |^\.Sh )", man, re.M | re.S)
        if not ok(part, f"the manual has {name}"):
            continue
        text = en(*name.split(), "--help").stdout
        missing = [o for o in options_of(text)
                   if f".It Fl -{o}" not in part.group(1)]
        equal(missing, [], f"the manual has the options of {name}")


@test
def completion_offers_what_the_table_has():
    script = TOP / "doc/completion/deltadesk.bash"

    def complete(*words):
        line = " ".join(f"'{w}'" for w in words)
        p = subprocess.run(
            ["bash", "-c", f"source '{script}'; COMP_WORDS=({line}); "
             f"COMP_CWORD={len(words) - 1}; _deltadesk; "
             "printf '%s\\n' \"${COMPREPLY[@]}\""],
            capture_output=True, text=True)
        return set(p.stdout.split())

    first = complete("deltadesk", "")
    for name in commands():
        words = name.split()
        ok(words[0] in first, f"completion offers {words[0]}")
        if len(words) == 2:
            ok(words[1] in complete("deltadesk", words[0], ""),
               f"completion offers {name}")
        want = {"--" + o
                for o in options_of(en(*words, "--help").stdout)}
        got = complete("deltadesk", *words, "--")
        ok(want <= got and "--json" in got, f"options of {name}",
           f"missing {want - got}")


@test
def wrong_usage_is_told_in_one_line():
    cases = [["--nosuch"], ["nosuch"], ["list", "--nosuch"], ["list", "-x"],
             ["peer"], ["peer", "nosuch"], ["show"], ["show", "a", "b"],
             ["new"], ["list", "--box"], ["list", "--box", "up"],
             ["list", "--json=1"], ["--lang", "fr", "list"],
             ["deadline", "2026-01-01", "3"], ["export"],
             ["reject", "x"], ["revise", "x"]]
    for args in cases:
        p = en(*args)
        equal(p.returncode, 2, f"exit status of {args}")
        equal(p.stderr.strip().count("\n"), 0, f"one line for {args}")
        ok(p.stderr.startswith("deltadesk: "), f"says who, {args}", p.stderr)


@test
def global_options_stand_before_or_after():
    home = tmp("none")
    for args in (["--desk", home, "--lang", "en", "list"],
                 ["list", "--lang", "en", "--desk", home],
                 ["list", f"--desk={home}", "--lang=en"]):
        p = run(*args)
        equal(p.returncode, 3, f"no desk there: {args}")
        contains(p.stderr, str(home), "the sentence names the folder")
    p = run("--lang", "en", "list", env={"DELTADESK_HOME": str(home)})
    contains(p.stderr, str(home), "DELTADESK_HOME names the folder")


@test
def hostile_words_never_reach_the_terminal_raw():
    p = en("no\x1b[31msuch")
    ok("\x1b" not in p.stderr, "ESC is shown as a mark", repr(p.stderr))
    p = subprocess.run([DELTADESK, "show", b"\xff\xfe"], capture_output=True)
    equal(p.returncode, 1, "bytes that are no UTF-8 are refused")
    equal(p.stderr.strip().count(b"\n"), 0, "in one line")


@test
def deadline_says_what_it_assumes_and_refuses():
    p = run("deadline", "2031-01-01", "3", "working_day", "--json")
    equal(json.loads(p.stdout)["assumed"], True, "beyond the table: assumed")
    for bad in (["2026-02-30", "3", "hour"], ["2026-01-01", "-1", "hour"],
                ["2026-01-01", "3", "week"], ["tomorrow", "3", "hour"],
                ["2026-01-01", "99999999", "month"]):
        p = run("deadline", *bad)
        ok(p.returncode in (1, 2) and p.stderr.count("\n") == 1,
           f"refused: {bad}", p.stderr)


main()
