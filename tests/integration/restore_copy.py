"""An old copy of the folder is put back without `restore`: noticed by the mark
outside it, or from what the peers hold, and handled like a restore."""
from loss import *


def put_back_a_copy(keep_mark):
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    a.stop()
    copy = tmp("copy") / "desk"
    shutil.copytree(a.home, copy)
    a.serve()
    more, _ = work(a, b, c, 2)
    docs += more
    events = own_events(a)
    lose(a, state=not keep_mark)
    shutil.copytree(copy, a.home)
    return a, b, c, docs, events


@test
def a_copy_put_back_is_noticed_by_the_mark():
    a, b, c, docs, events = put_back_a_copy(True)
    a.must("list")
    a.must("backup", tmp("aside") / "b", "--no-keys")
    equal(a.run("verify").returncode, 0, "an old copy may be looked at")
    equal(query(a, "SELECT count(*) FROM epoch")[0][0], 1,
          "which changes nothing")
    p = a.run("new", "clue", "--to", b.id, "--set", "title=旧")
    equal(p.returncode, 0, "the first act is taken")
    docs.append(p.stdout.strip().splitlines()[-1])
    equal(query(a, "SELECT count(*), max(why) FROM epoch")[0], (2, "mark"),
          "a new epoch began before it")
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0] > 0, True,
          "it is not signed yet")
    a.serve()
    wait_back(a, events, b, c)
    wait_for(lambda: b.run("show", docs[-1]).returncode == 0, 20, "signed")
    proven(a, events, docs, b, c)
    for d in (a, b, c):
        d.stop()


@test
def a_copy_put_back_is_noticed_by_peers():
    a, b, c, docs, events = put_back_a_copy(False)
    a.serve()
    wait_back(a, events, b, c)
    equal(query(a, "SELECT count(*), max(why) FROM epoch")[0], (2, "peers"),
          "a new epoch began")
    more, _ = work(a, b, c, 1)
    proven(a, events, docs + more, b, c)
    for d in (a, b, c):
        d.stop()


main()
