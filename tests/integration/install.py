"""make install puts the program and all its data where they belong."""
# run: alone
import subprocess

from tap import *

BUILD = os.environ.get("TEST_BUILDDIR", str(TOP))


@test
def install_places_everything():
    dest = tmp("install")
    p = subprocess.run(["make", "-s", "install", f"DESTDIR={dest}",
                        "prefix=/usr"], cwd=BUILD, capture_output=True,
                       text=True)
    equal(p.returncode, 0, "make install ends well" +
          (": " + p.stderr if p.returncode else ""))
    usr = dest / "usr"
    for name in ("bin/deltadesk", "share/deltadesk/kinds/clue.json",
                 "share/deltadesk/reference/divisions.csv",
                 "share/deltadesk/reference/README.md",
                 "share/deltadesk/keymaps/default.keys",
                 "share/deltadesk/recipes/feed-postgres.sh",
                 "share/deltadesk/examples/deltadesk.service",
                 "share/deltadesk/examples/sshd.conf",
                 "share/locale/zh/LC_MESSAGES/deltadesk.mo",
                 "share/man/man1/deltadesk.1",
                 "share/bash-completion/completions/deltadesk"):
        ok((usr / name).is_file(), f"{name} is installed")
    p = subprocess.run(["make", "-s", "uninstall", f"DESTDIR={dest}",
                        "prefix=/usr"], cwd=BUILD, capture_output=True)
    left = [str(f) for f in dest.rglob("*") if f.is_file()]
    equal(left, [], "uninstall takes all of it away")


main()
