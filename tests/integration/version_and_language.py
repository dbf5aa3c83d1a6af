"""The program runs from the build tree, in a bare C locale, in both tongues."""
from tap import *


@test
def help_speaks_the_language_asked_for():
    zh = run("--lang", "zh", "--help", env={"LC_ALL": "C"})
    en = run("--lang", "en", "--help", env={"LC_ALL": "C"})
    equal(zh.returncode, 0, "help in Chinese ends well")
    equal(en.returncode, 0, "help in English ends well")
    ok(any("\u4e00" <= c <= "\u9fff" for c in zh.stdout),
       "Chinese help has Chinese in a bare C locale", zh.stdout)
    ok(not any("\u4e00" <= c <= "\u9fff" for c in en.stdout),
       "English help has no Chinese", en.stdout)


main()
