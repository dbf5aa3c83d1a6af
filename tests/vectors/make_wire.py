#!/usr/bin/env python3
"""Write wire.json: one channel as it travels, and the receipt for it.

The sender signs with the SM2 key of trust.json, the receiver with the Ed25519
one; nothing of our C is used: see make_vectors.py.
usage: tests/vectors/make_wire.py >tests/vectors/wire.json
"""
import hashlib
import json
import os
import tempfile

import make_vectors as v

HERE = os.path.dirname(os.path.abspath(__file__))
FROM, TO = "310105", "330100"
EPOCH = "019ab1c2-0000-7000-8000-000000000001"
DOC = "019ab1c2-0000-7000-8000-00000000000d"
LANE = "plain"


def attributes(k, type_, subject, minute):
    return {"specversion": "1.0",
            "id": f"019ab1c2-0000-7000-8000-0000000001{k:02d}",
            "source": FROM, "type": type_, "subject": subject,
            "time": f"2026-11-24T08:{minute:02d}:00+08:00",
            "datacontenttype": "application/json", "epoch": EPOCH, "k": k,
            "track": "owner", "prev": []}


def payload(o):
    return json.dumps(o, ensure_ascii=False, separators=(",", ":")).encode()


def main():
    trust = json.load(open(os.path.join(HERE, "trust.json"), encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        sm2, ed = trust["keys"]
        for key in (sm2, ed):
            key["path"] = os.path.join(folder, key["alg"] + ".pem")
            with open(key["path"], "w", encoding="ascii") as f:
                f.write(key["private_pem"])
        card = {**attributes(1, "card", FROM, 0),
                "data": {"card": json.loads(trust["cards"][0]["envelope"])}}
        notice = {
            **attributes(2, "issue", f"{FROM}/{DOC}", 1),
            "dataschema": "urn:deltadesk:kind:clue:1:sha256:" + "0" * 64,
            "data": {"officers": [{"id": "wang", "name": "王", "roles":
                                   ["approver"]}],
                     "to": [TO], "cc": [], "fields": {"title": "测试线索"},
                     "attachments": [], "terms": {}, "number": "测试〔2026〕1号"}}
        value = hashlib.sha256(
            f"deltadesk channel v1\n{FROM}\n{TO}\n{EPOCH}\n{LANE}".encode()
        ).digest()
        start, frames, digests = value.hex(), [], []
        for seq, event in enumerate((card, notice), 1):
            e = v.envelope(sm2, "application/vnd.deltadesk.event+json",
                           payload(event), folder)
            digests.append(e["digest"])
            value = hashlib.sha256(value + bytes.fromhex(e["digest"])).digest()
            frames.append('{"epoch":"%s","lane":"%s","seq":%d,"chain":"%s",'
                          '"event":%s}' % (EPOCH, LANE, seq, value.hex(),
                                           e["envelope"]))
        receipt = v.envelope(ed, "application/vnd.deltadesk.receipt+json",
                             payload({"from": TO, "to": FROM, "epoch": EPOCH,
                                      "lane": LANE, "seq": 2,
                                      "chain": value.hex(), "n": 1, "time":
                                      "2026-11-24T08:02:00+08:00",
                                      "wants": [], "quarantined": [],
                                      "released": []}), folder)
    print(json.dumps({
        "from": FROM, "to": TO, "epoch": EPOCH, "lane": LANE, "start": start,
        "sender": {"alg": sm2["alg"], "spki": sm2["spki"], "id": sm2["id"]},
        "receiver": {"alg": ed["alg"], "spki": ed["spki"], "id": ed["id"]},
        "frames": frames, "events": digests, "end": value.hex(),
        "receipt": receipt["envelope"]}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
