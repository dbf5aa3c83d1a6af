"""The wire as a stranger sees it: envelopes, chains, frames, and curl with the
desk's own PEM files (doc/protocol.md)."""
import base64
import hashlib
import json
import subprocess

from tap import Proc, tmp

EVENT = "application/vnd.deltadesk.event+json"
RECEIPT = "application/vnd.deltadesk.receipt+json"


def pem(desk, what):
    """The desk's TLS certificate ("CERTIFICATE") or key ("PRIVATE KEY")."""
    for f in sorted(desk.home.rglob("*.pem")):
        if "tls" in f.name and what in f.read_text():
            return f
    raise RuntimeError(f"no {what} file with tls in its name")


def signing_key(desk):
    for f in sorted(desk.home.rglob("*.pem")):
        if "tls" not in f.name and "PRIVATE KEY" in f.read_text():
            return f
    raise RuntimeError("no signing key")


class Answer:
    def __init__(self, status, type_, body, code):
        self.status, self.type, self.body, self.code = (status, type_, body,
                                                        code)

    def json(self):
        return json.loads(self.body)

    def payload(self):
        """What an envelope in the answer says."""
        return json.loads(base64.b64decode(self.json()["payload"]))

    def problem(self):
        """(status, code) of an RFC 9457 answer."""
        if self.type != "application/problem+json":
            return (self.status, f"not problem+json: {self.type}")
        o = self.json()
        if o["status"] != self.status or not o.get("title"):
            return (self.status, f"bad members: {o}")
        return (self.status, o["type"].rsplit(":", 1)[1])


def curl(as_desk, to, path, method="GET", body=None, headers=(), cert=None,
         timeout=20, extra=()):
    """One request to `to` with the certificate of as_desk."""
    out = tmp("curl") / "body"
    cert, key = cert or (pem(as_desk, "CERTIFICATE"),
                         pem(as_desk, "PRIVATE KEY"))
    argv = ["curl", "-sS", "-k", "--http2", "--tlsv1.3", "--cert", str(cert),
            "--key", str(key), "-X", method, "-o", str(out), "-m",
            str(timeout), "-w", "%{http_code} %{http_version} %{content_type}",
            *extra]
    for h in headers:
        argv += ["-H", h]
    if body is not None:
        argv += ["--data-binary", "@-"]
    p = subprocess.run(argv + [f"https://127.0.0.1:{to.port}{path}"],
                       input=body, capture_output=True, timeout=60)
    words = p.stdout.decode().split(" ", 2) + ["", "", ""]
    return Answer(int(words[0] or 0), words[2].strip(),
                  out.read_bytes() if out.exists() else b"", p.returncode)


def post(as_desk, to, lines):
    """Push frames; each a dict or the bytes of a line."""
    body = b"".join((x if isinstance(x, bytes) else json.dumps(x).encode())
                    + b"\n" for x in lines)
    return curl(as_desk, to, "/v1/inbox", "POST", body,
                ["content-type: application/x-ndjson"])


def outbox(as_desk, to, epoch, lane):
    return curl(as_desk, to,
                f"/v1/outbox?epoch={epoch}&lane={lane}&after=0")


def chain_start(frm, to, epoch, lane):
    return hashlib.sha256(
        f"deltadesk channel v1\n{frm}\n{to}\n{epoch}\n{lane}".encode()
    ).digest()


def pae(envelope):
    t = envelope["payloadType"].encode()
    p = base64.b64decode(envelope["payload"])
    return b"DSSEv1 %d %s %d %s" % (len(t), t, len(p), p)


def chain_next(chain, envelope):
    return hashlib.sha256(
        chain + hashlib.sha256(pae(envelope)).digest()).digest()


def sign(desk, payload_type, payload, key_id):
    """An envelope signed by the desk's SM2 key with stock openssl."""
    d = tmp("sign")
    envelope = {"payload": base64.b64encode(payload).decode(),
                "payloadType": payload_type}
    (d / "pae").write_bytes(pae(envelope))
    subprocess.run(["openssl", "dgst", "-sm3", "-sign",
                    str(signing_key(desk)), "-sigopt",
                    "distid:1234567812345678", "-out", str(d / "sig"),
                    str(d / "pae")], check=True, capture_output=True)
    envelope["signatures"] = [{
        "keyid": key_id,
        "sig": base64.b64encode((d / "sig").read_bytes()).decode()}]
    return envelope


def key_id(desk):
    """SHA-256 of the SubjectPublicKeyInfo, as stock openssl gives it."""
    p = subprocess.run(["openssl", "pkey", "-in", str(signing_key(desk)),
                        "-pubout", "-outform", "DER"], check=True,
                       capture_output=True)
    return hashlib.sha256(p.stdout).hexdigest()


def follow(last, event):
    """The frame that carries event after the frame `last`."""
    chain = chain_next(bytes.fromhex(last["chain"]), event)
    return {"epoch": last["epoch"], "lane": last["lane"],
            "seq": last["seq"] + 1, "chain": chain.hex(), "event": event}


def watch(as_desk, to, lane, rate=None):
    """One who watches a lane as that desk, answers the line and confirms
    nothing; with a rate he takes no more than so many bytes a second."""
    epoch = curl(as_desk, to, "/v1/desk").json()["epoch"]
    return Proc("curl", "-sSkN", "--http2", "--tlsv1.3", "--cert",
                pem(as_desk, "CERTIFICATE"), "--key",
                pem(as_desk, "PRIVATE KEY"),
                *(["--limit-rate", str(rate)] if rate else []), "-o",
                "/dev/null", f"https://127.0.0.1:{to.port}/v1/outbox?"
                f"epoch={epoch}&lane={lane}&after=0&watch=1")
