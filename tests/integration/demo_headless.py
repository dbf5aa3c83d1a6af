# run: alone timeout=150
"""`demo --headless`: five desks, every step proved, nothing left behind."""
import glob
import tempfile

from tap import *


@test
def headless():
    before = set(glob.glob(tempfile.gettempdir() + "/deltadesk-demo-*"))
    began = time.monotonic()
    p = run("--lang", "en", "demo", "--headless", timeout=120)
    took = time.monotonic() - began
    equal(p.returncode, 0, "all steps proved", )
    if p.returncode != 0:
        diag(p.stdout + p.stderr)
    ok(took < 60 * SLOW, f"within a minute: {took:.1f} s")
    ok("FAILED" not in p.stdout, "no step failed", p.stdout)
    ok(p.stdout.count("proved") >= 9, "each step says what it proved",
       p.stdout)
    left = set(glob.glob(tempfile.gettempdir() + "/deltadesk-demo-*"))
    equal(left, before,
          "the folder is removed")


@test
def kept():
    home = tmp("demo") / "keep"
    p = run("demo", "--headless", "--json", "--keep", home, timeout=120)
    equal(p.returncode, 0, "proved again")
    steps = [json.loads(line) for line in p.stdout.splitlines()]
    ok(all(s["ok"] for s in steps), "as JSON", steps)
    for desk in ("310105", "310105-gaj", "310105-jcy", "330100", "340100"):
        p = run("--desk", home / desk, "verify")
        equal(p.returncode, 0, f"{desk} kept and verifies")
    kinds = {json.loads(line)["kind"] for line in run(
        "--desk", home / "310105", "list", "--json").stdout.splitlines()}
    every = {json.loads(p.read_text())["kind"]
             for p in (TOP / "db/kinds").glob("*.json")}
    equal(every - kinds - {"destruction", "penalty"}, set(),
          "the desk of the console holds a document of every kind but those "
          "of its neighbours alone")
    p = run("demo", "--headless", "--keep", home)
    equal(p.returncode, 1, "a folder that is there is refused")


@test
def without_a_terminal():
    p = run("--lang", "en", "demo")
    equal(p.returncode, 2, "the console needs a terminal")
    contains(p.stderr, "--headless", "and says what to do")


main()
