"""Evidence: stock openssl verifies it, and any changed byte is found."""
import random

from tap import *


def make(signature):
    d = Desk("310105", "--signature", signature)
    peer = Desk("330100")
    d.trust(peer)
    folder = tmp("files")
    (folder / "a.jpg").write_bytes(os.urandom(2000))
    doc = d.must("new", "clue", "--to", "330100", "--set", "title=证据测试",
                 "--attach", folder / "a.jpg").strip().splitlines()[-1]
    d.must("note", doc, "只在本台")
    d.must("remark", doc, "补充说明")
    out = tmp("evidence") / "out"
    d.must("evidence", doc, out)
    return d, doc, out


def verify(out):
    return subprocess.run(["sh", str(out / "verify.sh")], capture_output=True,
                          text=True)


def check(signature):
    d, doc, out = make(signature)
    p = verify(out)
    ok(p.returncode == 0, f"{signature}: verified by openssl",
       p.stdout + p.stderr)
    names = sorted(f.name for f in out.iterdir())
    ok(any(n.startswith("attachment-") for n in names), "has the attachment")
    ok(sum(n.endswith(".pae") for n in names) >= 3,
       "has card, issue and remark", names)
    text = b"".join(f.read_bytes() for f in out.iterdir())
    ok("只在本台".encode() not in text, "a local note stays at home")

    rng = random.Random(7)
    for f in sorted(out.iterdir()):
        if f.name == "verify.sh":
            continue
        old = f.read_bytes()
        for _ in range(3):
            i = rng.randrange(len(old))
            f.write_bytes(old[:i] + bytes([old[i] ^ 1 << rng.randrange(8)])
                          + old[i + 1:])
            ok(verify(out).returncode != 0, f"byte {i} of {f.name} changed")
        f.write_bytes(old + b"\n")
        ok(verify(out).returncode != 0, f"a byte added to {f.name}")
        f.unlink()
        ok(verify(out).returncode != 0, f"{f.name} taken away")
        f.write_bytes(old)
    (out / "extra").write_text("x")
    ok(verify(out).returncode != 0, "a file more is found")
    (out / "extra").unlink()
    equal(verify(out).returncode, 0, "all good again")

    # the signature is checked for itself, not only the digest
    script = (out / "verify.sh").read_text()
    sig = next(n for n in names if n.startswith("event") and
               n.endswith(".sig"))
    import hashlib
    old = (out / sig).read_bytes()
    new = old[:-1] + bytes([old[-1] ^ 1])
    (out / sig).write_bytes(new)
    (out / "verify.sh").write_text(script.replace(
        hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()))
    p = verify(out)
    ok(p.returncode != 0 and "does not verify" in p.stdout,
       "a forged manifest does not help", p.stdout)
    p = d.run("evidence", doc, out)
    equal(p.returncode, 1, "a folder that is there is refused")


@test
def sm2():
    check("sm2-sm3")


@test
def ed25519():
    check("ed25519")


@test
def a_draft_has_none():
    d = Desk("310105")
    peer = Desk("330100")
    d.trust(peer)
    doc = d.must("new", "clue", "--to", "330100", "--set", "title=t",
                 "--draft").strip().splitlines()[-1]
    out = tmp("evidence") / "out"
    p = d.run("evidence", doc, out)
    equal(p.returncode, 1, "refused")
    ok(not out.exists(), "and nothing is left")


main()
