"""A peer that lies, written from doc/protocol.md and doc/openapi.yaml alone.

Nothing of the product is used: HTTP/2 by python3-h2, TLS by Python's ssl,
Ed25519 and certificates by python3-cryptography, SM2 and SM3 by the arithmetic
below (SM3 is hashlib's), since no Debian library signs SM2 for Python.

    p = Peer("330100")                 # keys, certificate and card of its own
    print(p.card_text())               # for the other desk to trust
    p.connect("310105", port)
    p.push([p.frame(p.envelope(p.issue("a notice")))])

It keeps to the protocol where it is not told to lie; every lie is an argument.
"""
import base64
import copy
import hashlib
import json
import secrets
import socket
import ssl
import tempfile
import time
import uuid

import h2.config
import h2.connection
import h2.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
import datetime

EVENT = "application/vnd.deltadesk.event+json"
CARD = "application/vnd.deltadesk.card+json"
RECEIPT = "application/vnd.deltadesk.receipt+json"
SIGNER_ID = b"1234567812345678"


# ---- names and encodings (section 1) ----

def uuid7(ms=None):
    ms = int(time.time() * 1000) if ms is None else ms
    b = bytearray(ms.to_bytes(6, "big") + secrets.token_bytes(10))
    b[6] = b[6] & 0x0F | 0x70
    b[8] = b[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(b)))


def b64(data):
    return base64.b64encode(data).decode()


def dump(value):
    return json.dumps(value, ensure_ascii=False,
                      separators=(",", ":")).encode()


def instant(seconds=None):
    s = time.time() if seconds is None else seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S+08:00",
                         time.gmtime(s + 8 * 3600))


# ---- SM2 with SM3: GB/T 32918.2, recommended curve of 32918.5 ----

SM2_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SM2_A = SM2_P - 3
SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SM2_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SM2_G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
         0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
# SubjectPublicKeyInfo up to the point, as in the document's test vector
SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")


def sm3(data):
    return hashlib.new("sm3", data).digest()


def _double(pt):
    x, y, z = pt
    if not z:
        return pt
    s = 4 * x * y * y % SM2_P
    m = (3 * (x - z * z) * (x + z * z)) % SM2_P  # a = -3
    x3 = (m * m - 2 * s) % SM2_P
    return (x3, (m * (s - x3) - 8 * y ** 4) % SM2_P, 2 * y * z % SM2_P)


def _add(p, q):
    if not p[2]:
        return q
    if not q[2]:
        return p
    z1, z2 = p[2] * p[2] % SM2_P, q[2] * q[2] % SM2_P
    u1, u2 = p[0] * z2 % SM2_P, q[0] * z1 % SM2_P
    s1, s2 = p[1] * z2 * q[2] % SM2_P, q[1] * z1 * p[2] % SM2_P
    if u1 == u2:
        return _double(p) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2_, h3 = h * h % SM2_P, h * h * h % SM2_P
    x = (r * r - h3 - 2 * u1 * h2_) % SM2_P
    return (x, (r * (u1 * h2_ - x) - s1 * h3) % SM2_P,
            h * p[2] * q[2] % SM2_P)


def sm2_times(k, point=SM2_G):
    out, at = (1, 1, 0), (*point, 1)
    while k:
        if k & 1:
            out = _add(out, at)
        at = _double(at)
        k >>= 1
    zi = pow(out[2], -1, SM2_P)
    return (out[0] * zi * zi % SM2_P, out[1] * zi ** 3 % SM2_P)


def der_int(n):
    b = n.to_bytes(max(1, (n.bit_length() + 8) // 8), "big")
    return bytes([2, len(b)]) + b


def der_pair(r, s):
    body = der_int(r) + der_int(s)
    return bytes([0x30, len(body)]) + body


class Sm2Key:
    alg = "sm2-sm3"

    def __init__(self):
        self.d = secrets.randbelow(SM2_N - 2) + 1
        self.point = sm2_times(self.d)
        x, y = (v.to_bytes(32, "big") for v in self.point)
        self.spki = SM2_SPKI + b"\x04" + x + y

    def numbers(self, message, signer_id=SIGNER_ID):
        x, y = (v.to_bytes(32, "big") for v in self.point)
        z = sm3(len(signer_id * 8).to_bytes(2, "big") + signer_id
                + b"".join(v.to_bytes(32, "big")
                           for v in (SM2_A, SM2_B, *SM2_G)) + x + y)
        e = int.from_bytes(sm3(z + message), "big")
        while True:
            k = secrets.randbelow(SM2_N - 1) + 1
            r = (e + sm2_times(k)[0]) % SM2_N
            s = (pow(1 + self.d, -1, SM2_N) * (k - r * self.d)) % SM2_N
            if r and s and r + k != SM2_N:
                return r, s

    def sign(self, message):
        return der_pair(*self.numbers(message))

    @property
    def id(self):
        return hashlib.sha256(self.spki).hexdigest()


class Ed25519Key:
    alg = "ed25519"

    def __init__(self):
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message):
        return self.key.sign(message)

    @property
    def id(self):
        return hashlib.sha256(self.spki).hexdigest()


def certificate(days_from=-1, days_to=365):
    """A self-signed P-256 certificate: (DER, PEM of both, PEM of the key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
    now = datetime.datetime.utcnow()
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days=days_from))
            .not_valid_after(now + datetime.timedelta(days=days_to))
            .sign(key, hashes.SHA256()))
    pem = key.private_bytes(serialization.Encoding.PEM,
                            serialization.PrivateFormat.PKCS8,
                            serialization.NoEncryption())
    return (cert.public_bytes(serialization.Encoding.DER),
            cert.public_bytes(serialization.Encoding.PEM) + pem)


# ---- envelopes (2) ----

def pae(type_, payload):
    t = type_.encode()
    return b"DSSEv1 %d %s %d %s" % (len(t), t, len(payload), payload)


def digest_of(envelope):
    return hashlib.sha256(pae(envelope["payloadType"],
                              base64.b64decode(envelope["payload"]))).digest()


def chain_start(frm, to, epoch, lane):
    return hashlib.sha256("\n".join(
        ("deltadesk channel v1", frm, to, epoch, lane)).encode()).digest()


# ---- transport (6) ----

class Answer:
    def __init__(self):
        self.status, self.headers, self.body = 0, {}, b""
        self.done = self.reset = False

    def json(self):
        return json.loads(self.body)

    def payload(self):
        """What the envelope in the answer says."""
        return json.loads(base64.b64decode(self.json()["payload"]))

    def problem(self):
        """(status, code); the code "" where it is no problem."""
        if self.headers.get("content-type") != "application/problem+json":
            return self.status, ""
        return self.status, self.json()["type"].rsplit(":", 1)[1]


class Link:
    """One connection, one request at a time."""

    def __init__(self, port, pem, pin=None, timeout=60):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ctx.check_hostname, ctx.verify_mode = False, ssl.CERT_NONE
        ctx.minimum_version = ssl.TLSVersion.TLSv1_3
        ctx.set_alpn_protocols(["h2"])
        with tempfile.NamedTemporaryFile() as f:
            f.write(pem)
            f.flush()
            ctx.load_cert_chain(f.name)
        raw = socket.create_connection(("127.0.0.1", port), timeout)
        raw.settimeout(timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = ctx.wrap_socket(raw)
        if pin and hashlib.sha256(
                self.sock.getpeercert(True)).digest() != pin:
            raise ssl.SSLError("not the certificate of the card")
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8",
            validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self._flush()

    def close(self):
        self.sock.close()

    def _flush(self):
        self.sock.sendall(self.h2.data_to_send())

    def _read(self, answers):
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the desk closed the connection")
        for e in self.h2.receive_data(data):
            a = answers.get(getattr(e, "stream_id", None))
            if isinstance(e, h2.events.ConnectionTerminated):
                raise ConnectionError(f"GOAWAY {e.error_code}")
            if a is None:
                continue
            if isinstance(e, h2.events.ResponseReceived):
                a.headers = dict(e.headers)
                a.status = int(a.headers[":status"])
            elif isinstance(e, h2.events.DataReceived):
                a.body += e.data
                self.h2.acknowledge_received_data(
                    e.flow_controlled_length, e.stream_id)
            elif isinstance(e, h2.events.StreamEnded):
                a.done = True
            elif isinstance(e, h2.events.StreamReset):
                a.done = a.reset = True
        self._flush()

    def ask(self, method, path, body=None, headers=()):
        stream, a = self.h2.get_next_available_stream_id(), Answer()
        answers = {stream: a}
        head = [(":method", method), (":scheme", "https"),
                (":authority", "desk"), (":path", path)]
        if body is not None:
            head.append(("content-length", str(len(body))))
        self.h2.send_headers(stream, head + [(k.lower(), v)
                                             for k, v in headers],
                             end_stream=body is None)
        self._flush()
        left = body or b""
        while body is not None and not a.done:
            room = min(self.h2.local_flow_control_window(stream),
                       self.h2.max_outbound_frame_size)
            if left and room <= 0:
                self._read(answers)
                continue
            piece, left = left[:room], left[room:]
            self.h2.send_data(stream, piece, end_stream=not left)
            self._flush()
            if not left:
                break
        while not a.done:
            self._read(answers)
        return a


# ---- the peer ----

class Peer:
    def __init__(self, desk, alg="ed25519", days=(-1, 365)):
        self.desk = desk
        self.key = Sm2Key() if alg == "sm2-sm3" else Ed25519Key()
        self.keys_retired = []
        self.der, self.pem = certificate(*days)
        self.number = int(time.time() * 1000)
        self.epoch = uuid7()
        self.k = 0
        self.to = self.port = self.link = None
        self.seq, self.chain = {}, {}
        self.schema = ""

    # -- cards (3) --
    def card(self, **lies):
        keys = [{"id": self.key.id, "alg": self.key.alg,
                 "spki": b64(self.key.spki), "current": True}]
        keys += self.keys_retired
        c = {"format": 1, "desk": self.desk, "number": self.number,
             "made": instant(), "name_zh": "说谎的台", "name_en": "liar",
             "addresses": [], "tls": b64(self.der), "keys": keys}
        c.update(lies)
        return c

    def card_envelope(self, card=None, key=None):
        return self.envelope(dump(card or self.card()), CARD, key=key)

    def card_text(self):
        return dump(self.card_envelope()).decode()

    def rotate(self):
        """A new signing key; the old one is retired where it stands."""
        old = self.key
        self.keys_retired.append(
            {"id": old.id, "alg": old.alg, "spki": b64(old.spki),
             "current": False, "last_epoch": self.epoch, "last_k": self.k + 1})
        self.key = type(old)()
        self.number = max(self.number + 1, int(time.time() * 1000))
        return old

    # -- envelopes --
    def envelope(self, payload, type_=EVENT, key=None, sig=None, keyid=None):
        key = key or self.key
        payload = payload if isinstance(payload, bytes) else dump(payload)
        sig = key.sign(pae(type_, payload)) if sig is None else sig
        return {"payload": b64(payload), "payloadType": type_,
                "signatures": [{"keyid": keyid or key.id, "sig": b64(sig)}]}

    # -- events (4) --
    def event(self, type_, data, **fields):
        self.k += 1
        e = {"specversion": "1.0", "id": uuid7(), "source": self.desk,
             "type": type_, "subject": f"{self.desk}/{uuid7()}",
             "time": instant(), "dataschema": self.schema,
             "datacontenttype": "application/json", "epoch": self.epoch,
             "k": self.k, "track": "owner", "prev": [], "data": data}
        e.update(fields)
        return {name: v for name, v in e.items() if v is not None}

    def officers(self):
        return [{"id": "mallory", "name": "mallory", "roles": []}]

    def content(self, title, **data):
        d = {"officers": self.officers(), "to": [self.to], "cc": [],
             "fields": {"title": title, "urgency": "平件",
                        "secrecy": "内部", "mode": "actual"},
             "attachments": [], "terms": {}, "number": f"谎〔2026〕{self.k}号"}
        d.update(data)
        return d

    def issue(self, title, **fields):
        return self.event("issue", self.content(title), **fields)

    def move(self, name, **fields):
        return self.event("move", {"officers": self.officers(), "move": name,
                                   "input": {}}, **fields)

    def card_event(self, card=None, **fields):
        return self.event("card",
                          {"card": card or self.card_envelope()},
                          **{"subject": self.desk, "dataschema": None,
                             **fields})

    # -- channels (5) --
    def frame(self, envelope, lane="plain", **lies):
        """The next frame of the lane, as if it were taken."""
        self.seq[lane] += 1
        self.chain[lane] = hashlib.sha256(self.chain[lane]
                                          + digest_of(envelope)).digest()
        f = {"epoch": self.epoch, "lane": lane, "seq": self.seq[lane],
             "chain": self.chain[lane].hex(), "event": envelope}
        f.update(lies)
        return f

    def place(self):
        return dict(self.seq), dict(self.chain)

    def back_to(self, place):
        """As if nothing had been sent since."""
        self.seq, self.chain = dict(place[0]), dict(place[1])

    # -- the link --
    def connect(self, to, port, pem=None):
        self.to, self.port = to, port
        self.link = Link(port, pem or self.pem)
        if not self.seq:
            for lane in ("urgent", "plain"):
                self.seq[lane] = 0
                self.chain[lane] = chain_start(self.desk, to, self.epoch,
                                               lane)

    def ask(self, *args, **kw):
        """Connects again once where the desk had closed an idle line."""
        try:
            return self.link.ask(*args, **kw)
        except (OSError, h2.exceptions.ProtocolError):
            self.link.close()
            self.link = Link(self.port, self.pem)
            return self.link.ask(*args, **kw)

    def lines(self, frames):
        return b"".join((f if isinstance(f, bytes) else dump(f)) + b"\n"
                        for f in frames)

    def push(self, frames):
        return self.ask("POST", "/v1/inbox", self.lines(frames),
                        [("content-type", "application/x-ndjson")])

    def state(self, hello, **lies):
        """What it says of itself; hello is what the other one said."""
        self.state_n = max(getattr(self, "state_n", 0) + 1,
                           int(time.time() * 1000))
        s = {"card": self.card_envelope(), "versions": [1],
             "limits": hello["limits"], "time": instant(),
             "epoch": self.epoch, "restoring": False,
             "you": {"epoch": hello["epoch"], "n": 0, "serial_high": 0},
             "n": self.state_n, "in": [], "give": [], "serial_high": 0,
             "out": [{"epoch": self.epoch, "lane": lane,
                      "seq": self.seq[lane], "chain": self.chain[lane].hex(),
                      "held": 0} for lane in self.seq]}
        s.update(lies)
        return s

    def put_state(self, **lies):
        hello = self.ask("GET", "/v1/desk").json()
        return self.ask("PUT", "/v1/desk", dump(self.state(hello, **lies)),
                        [("content-type", "application/json")])

    def receipt(self, epoch, lane, seq, chain, n, key=None, **lies):
        r = {"from": self.desk, "to": self.to, "epoch": epoch, "lane": lane,
             "seq": seq, "chain": chain, "n": n, "time": instant(),
             "wants": [], "quarantined": [], "released": []}
        r.update(lies)
        return self.envelope(dump(r), RECEIPT, key=key)

    def put_receipt(self, envelope):
        return self.ask("PUT", "/v1/outbox/receipt", dump(envelope),
                        [("content-type", "application/json")])


def changed(value, **fields):
    """A copy with other members."""
    v = copy.deepcopy(value)
    v.update(fields)
    return v
