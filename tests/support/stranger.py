"""A peer written from the protocol alone: curl for HTTP/2, openssl for keys.

    p = Stranger(desk, to)     # speaks with the files of `desk` (ed25519) to `to`
    p.push(p.frame(p.event("issue", data={...})))

It signs whatever it is told to, so that a desk can be shown bytes which our
own program would never make. `desk` must not be serving meanwhile.
"""
import base64
import hashlib
import json
import subprocess
import time
import uuid

import tap
from wire import EVENT, chain_start, curl, pae


def uuid7():
    ms = int(time.time() * 1000)
    b = bytearray(ms.to_bytes(6, "big") + uuid.uuid4().bytes[6:])
    b[6] = b[6] & 0x0F | 0x70
    return str(uuid.UUID(bytes=bytes(b)))


class Stranger:
    def __init__(self, desk, to):
        self.desk, self.to = desk, to
        card = json.loads(desk.must("card"))
        self.key_id = card["signatures"][0]["keyid"]
        self.dir = tap.tmp("stranger")
        desk.serve()
        self.epoch = curl(to, desk, "/v1/desk").json()["epoch"]
        desk.stop()
        self.seq = {"urgent": 0, "plain": 0}
        self.chain = {lane: chain_start(desk.id, to.id, self.epoch, lane)
                      for lane in self.seq}
        self.k = 0

    def sign(self, bytes_):
        """The ed25519 signature of the desk's key, by stock openssl."""
        src = self.dir / "in"
        src.write_bytes(bytes_)
        return subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey",
             str(self.desk.home / "seal.pem"), "-in", str(src)],
            check=True, capture_output=True).stdout

    def envelope(self, payload, type_=EVENT, key_id=None):
        e = {"payload": base64.b64encode(payload).decode(),
             "payloadType": type_}
        e["signatures"] = [{"keyid": key_id or self.key_id, "sig":
                            base64.b64encode(self.sign(pae(e))).decode()}]
        return e

    def body(self, type_, data, **fields):
        """An event as a dict; fields replace any attribute."""
        self.k += 1
        doc = uuid7()
        e = {"specversion": "1.0", "id": uuid7(), "source": self.desk.id,
             "type": type_, "subject": f"{self.desk.id}/{doc}",
             "time": time.strftime("%Y-%m-%dT%H:%M:%S+08:00",
                                   time.gmtime(time.time() + 8 * 3600)),
             "dataschema": self.schema, "datacontenttype": "application/json",
             "epoch": self.epoch, "k": self.k, "track": "owner", "prev": [],
             "data": data}
        e.update(fields)
        return e

    @property
    def schema(self):
        kind = (tap.TOP / "db/kinds/clue.json").read_bytes()
        return ("urn:deltadesk:kind:clue:1:sha256:"
                + hashlib.sha256(kind).hexdigest())

    def issue(self, title, **fields):
        """A good notice to the other desk, as a dict."""
        return self.body("issue", {
            "officers": [{"id": "mallory", "name": "mallory", "roles": []}],
            "to": [self.to.id], "cc": [], "fields": {
                "title": title, "urgency": "平件", "secrecy": "内部",
                "mode": "actual"}, "attachments": [], "terms": {},
            "number": f"杭打假通〔2026〕{self.k + 1}号"}, **fields)

    def frame(self, envelope, lane="plain"):
        """The next frame of the lane; its chain is remembered."""
        self.seq[lane] += 1
        event = hashlib.sha256(pae(envelope)).digest()
        self.chain[lane] = hashlib.sha256(self.chain[lane] + event).digest()
        return {"epoch": self.epoch, "lane": lane, "seq": self.seq[lane],
                "chain": self.chain[lane].hex(), "event": envelope}

    def card_frame(self, lane="plain"):
        """The desk's card as the first event of a lane."""
        e = self.body("card", {"card": json.loads(self.desk.must("card"))},
                      subject=self.desk.id)
        del e["dataschema"]
        return self.frame(self.envelope(dump(e)), lane)

    def push(self, *frames):
        body = b"".join(dump(f) + b"\n" for f in frames)
        return self.post(body)

    def post(self, body):
        return curl(self.desk, self.to, "/v1/inbox", "POST", body,
                    ["content-type: application/x-ndjson"])


def dump(value):
    return json.dumps(value, ensure_ascii=False).encode()
