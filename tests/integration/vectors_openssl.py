"""tests/vectors/trust.json and a card of the program by stock openssl."""
import base64
import hashlib

from tap import *

V = json.loads((TOP / "tests/vectors/trust.json").read_text())


def b64(s):
    return base64.b64decode(s, validate=True)


def pae(kind, body):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(body), body)


def verifies(alg, spki, data, sig, distid="1234567812345678"):
    d = tmp("vector")
    (d / "k.der").write_bytes(spki)
    (d / "m").write_bytes(data)
    (d / "s").write_bytes(sig)
    subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER", "-in",
                    d / "k.der", "-out", d / "k.pem"], check=True)
    if alg == "sm2-sm3":
        cmd = ["openssl", "dgst", "-sm3", "-verify", d / "k.pem", "-sigopt",
               f"distid:{distid}", "-signature", d / "s", d / "m"]
    else:
        cmd = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey",
               d / "k.pem", "-in", d / "m", "-sigfile", d / "s"]
    return subprocess.run(cmd, capture_output=True).returncode == 0


def check(env_text, keys, text):
    env = json.loads(env_text)
    sig = env["signatures"][0]
    key = keys[sig["keyid"]]
    data = pae(env["payloadType"], b64(env["payload"]))
    spki = b64(key["spki"])
    equal(hashlib.sha256(spki).hexdigest(), sig["keyid"],
          f"{text}: key id is the digest of the key")
    ok(verifies(key["alg"], spki, data, b64(sig["sig"])),
       f"{text}: openssl verifies it")
    ok(not verifies(key["alg"], spki, data + b" ", b64(sig["sig"])),
       f"{text}: not with a byte more")
    if key["alg"] == "sm2-sm3":
        ok(not verifies("sm2-sm3", spki, data, b64(sig["sig"]), "other"),
           f"{text}: not under another signer id")
    return data


@test
def vectors():
    keys = {k["id"]: k for k in V["keys"]}
    for i, e in enumerate(V["envelopes"] + V["cards"]):
        data = check(e["envelope"], keys, f"vector {i}")
        equal(data, b64(e["pae"]), f"vector {i}: PAE")
        equal(hashlib.sha256(data).hexdigest(), e["digest"],
              f"vector {i}: digest")
    c = V["chain"]
    value = hashlib.sha256("\n".join(
        ["deltadesk channel v1", c["from"], c["to"], c["epoch"],
         c["lane"]]).encode()).digest()
    for row in c["rows"]:
        if row["seq"]:
            value = hashlib.sha256(value + bytes.fromhex(row["event"])
                                   ).digest()
        equal(value.hex(), row["chain"], f"chain at {row['seq']}")


@test
def cards_of_the_program():
    for signature in ("sm2-sm3", "ed25519"):
        d = Desk("310105", "--signature", signature)
        text = d.must("card")
        card = json.loads(b64(json.loads(text)["payload"]))
        equal(card["keys"][0]["alg"], signature, "the algorithm asked for")
        check(text, {k["id"]: k for k in card["keys"]}, signature)
        pem = [f for f in d.home.iterdir() if "tls" in f.name]
        equal(len(pem), 2, "TLS key and certificate lie in the folder")
        x = subprocess.run(["openssl", "x509", "-in",
                            [f for f in pem if "cert" in f.name][0],
                            "-outform", "DER"], capture_output=True)
        equal(x.stdout, b64(card["tls"]), "the certificate of the card")
    equal(d.run("card").stdout, text, "a card is printed the same again")


main()
