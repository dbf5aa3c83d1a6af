"""A draft may lack anything; what is issued may not."""
from tap import *


@test
def a_draft_is_kept_however_little_it_says():
    d = Desk("310105")
    made = d.run("--lang", "en", "new", "clue", "--draft")
    equal(made.returncode, 0, "an empty draft is kept")
    contains(made.stderr, "title (title) is required",
             "what it must still get is said")
    draft = made.stdout.strip()
    refused = d.run("--lang", "en", "issue", draft)
    equal(refused.returncode, 1, "it cannot be issued so")
    contains(refused.stderr, "title (title) is required", "the reason is told")
    wrong = d.run("--lang", "en", "new", "clue", "--draft", "--set",
                  "when=2026-02-30")
    equal(wrong.returncode, 1, "what it does say must be right")
    equal(d.run("verify").returncode, 0, "the desk verifies")


main()
