"""What the tests of keys share."""
import hashlib
import subprocess

from tap import *


def keys(desk):
    return desk.json("key", "show")[0]


def link(desk, peer):
    return [r for r in desk.json("peer", "list") if r["desk"] == peer.id][0]


def up(*desks):
    for a in desks:
        for b in desks:
            if a is not b:
                wait_for(lambda: link(a, b)["state"] == "up", 30,
                         f"{a.id} to {b.id}")


def state(desk, doc):
    return desk.json("show", doc)[0]["state"]


def arrived(desk, doc):
    return any(d["id"] == doc for d in desk.json("list"))


def verified(desk, text):
    p = desk.run("verify")
    equal(p.returncode, 0, text)
    if p.returncode:
        diag(p.stdout + p.stderr)


def cert_digest(desk, name):
    der = subprocess.run(["openssl", "x509", "-in", str(desk.home / name),
                          "-outform", "DER"], capture_output=True).stdout
    return hashlib.sha256(der).hexdigest()
