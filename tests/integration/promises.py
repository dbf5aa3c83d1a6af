"""doc/promises.md holds: what it names is there, and each test of the tree
stands for a promise or is named for what else it shows."""
import glob

from tap import *

PAGE = (TOP / "doc/promises.md").read_text("utf-8")
MAKEFILE = (TOP / "Makefile.am").read_text("utf-8")
TESTS = [p.relative_to(TOP).as_posix()
         for kind, names in (("unit", "test_*.c"), ("fuzz", "fuzz_*.c"),
                             ("integration", "*.py"), ("console", "*.py"))
         for p in sorted((TOP / "tests" / kind).glob(names))]


def rows(text):
    """Cells of the table rows, heads and rules left out."""
    found = []
    for line in text.splitlines():
        if line.startswith("|") and not re.match(r"^\|[-| ]*\|$", line):
            found.append([c.strip() for c in
                          re.split(r"(?<!\\)\|", line.strip()[1:-1])])
    return [r for r in found if r[0] not in ("threat", "tests")]


@test
def each_row_is_whole():
    promised = rows(PAGE.split("\n## ")[0])
    ok(len(promised) > 20, f"{len(promised)} promises")
    for r in promised:
        equal(len(r), 5, f"{r[0]}: threat, promise, test, long form, figure")
        ok(r[0] and r[1] and "`tests/" in r[2], f"{r[0]}: {r[1][:60]}", r)


@test
def what_it_names_is_there():
    for pattern in sorted(set(re.findall(r"`(tests/[^`\s]+)", PAGE))):
        ok(glob.glob(str(TOP / pattern)), pattern)
    for target in sorted(set(re.findall(r"`make ([a-z-]+)", PAGE))):
        ok(re.search(rf"^{target}:", MAKEFILE, re.M), f"make {target}")


@test
def no_test_is_left_out():
    named = set()
    for pattern in re.findall(r"`(tests/[^`\s]+)", PAGE):
        named.update(pathlib.Path(p).relative_to(TOP).as_posix()
                     for p in glob.glob(str(TOP / pattern)))
    equal([t for t in TESTS if t not in named], [],
          f"what each of {len(TESTS)} tests is for")


main()
