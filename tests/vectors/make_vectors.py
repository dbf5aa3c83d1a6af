#!/usr/bin/env python3
"""Write trust.json: keys, envelopes, a card and chain values.

Made once with stock openssl and this script alone, none of our C, so that the
vectors judge the program and not the other way round. SM2 signatures are
random: running it again gives other signatures that verify just as well.
Needs openssl 3.0. usage: tests/vectors/make_vectors.py >tests/vectors/trust.json
"""
import base64
import hashlib
import json
import os
import subprocess
import tempfile

SM2_ID = "1234567812345678"


def run(*argv, data=None):
    return subprocess.run(argv, input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def b64(data):
    return base64.b64encode(data).decode()


def make_key(folder, alg):
    path = os.path.join(folder, alg + ".pem")
    kind = ["-algorithm", "SM2"] if alg == "sm2-sm3" else [
        "-algorithm", "ED25519"]
    run("openssl", "genpkey", *kind, "-out", path)
    spki = run("openssl", "pkey", "-in", path, "-pubout", "-outform", "DER")
    return {"alg": alg, "private_pem": open(path).read(), "spki": b64(spki),
            "id": hashlib.sha256(spki).hexdigest(), "path": path}


def sign(key, data, folder):
    m, s = os.path.join(folder, "m"), os.path.join(folder, "s")
    with open(m, "wb") as f:
        f.write(data)
    if key["alg"] == "sm2-sm3":
        run("openssl", "dgst", "-sm3", "-sign", key["path"], "-sigopt",
            "distid:" + SM2_ID, "-out", s, m)
    else:
        run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key["path"],
            "-in", m, "-out", s)
    with open(s, "rb") as f:
        return f.read()


def envelope(key, kind, payload, folder):
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload),
                                   payload)
    return {"type": kind, "key": key["id"], "payload": b64(payload),
            "pae": b64(pae), "digest": hashlib.sha256(pae).hexdigest(),
            "envelope": json.dumps({
                "payload": b64(payload), "payloadType": kind,
                "signatures": [{"keyid": key["id"],
                                "sig": b64(sign(key, pae, folder))}]},
                separators=(",", ":"))}


def card(key, folder):
    tls = os.path.join(folder, "tls.pem")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", os.devnull, "-out",
        tls, "-subj", "/CN=310105", "-days", "3650")
    der = run("openssl", "x509", "-in", tls, "-outform", "DER")
    payload = json.dumps({
        "format": 1, "desk": "310105", "number": 1795449600000,
        "made": "2026-11-24T00:00:00+08:00", "name_zh": "长宁区联合执法办公室",
        "name_en": "Changning joint enforcement office",
        "addresses": ["desk.example.cn:8443"], "tls": b64(der),
        "keys": [{"id": key["id"], "alg": key["alg"], "spki": key["spki"],
                  "current": True}]},
        ensure_ascii=False, separators=(",", ":")).encode()
    return envelope(key, "application/vnd.deltadesk.card+json", payload,
                    folder)


def chain(digests):
    head = {"from": "310105", "to": "330100",
            "epoch": "019ab1c2-0000-7000-8000-000000000001", "lane": "plain"}
    text = "deltadesk channel v1\n" + "\n".join(head.values())
    value = hashlib.sha256(text.encode()).digest()
    rows = [{"seq": 0, "chain": value.hex()}]
    for seq, event in enumerate(digests, 1):
        value = hashlib.sha256(value + bytes.fromhex(event)).digest()
        rows.append({"seq": seq, "event": event, "chain": value.hex()})
    return {**head, "rows": rows}


def main():
    with tempfile.TemporaryDirectory() as folder:
        keys = [make_key(folder, a) for a in ("sm2-sm3", "ed25519")]
        event = json.dumps({"specversion": "1.0", "note": "测试向量"},
                           ensure_ascii=False).encode()
        envelopes = [envelope(k, "application/vnd.deltadesk.event+json",
                              event + b" " * i, folder)
                     for k in keys for i in range(2)]
        cards = [card(k, folder) for k in keys]
    for key in keys:
        del key["path"]
    print(json.dumps({
        "signer_id": SM2_ID, "keys": keys, "envelopes": envelopes,
        "cards": cards, "chain": chain([e["digest"] for e in envelopes])},
        indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
