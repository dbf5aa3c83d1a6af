"""doc/openapi.yaml is a good OpenAPI 3.1 file, and serve answers what it says:
each operation is called so that each status that can be brought about is, and
each answer's status, type, headers and body are held against the file."""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "support"), str(HERE / "fault")]

import debian

debian.need("h2", "cryptography", "yaml", "jsonschema")

import re
import urllib.parse

import jsonschema
import yaml
from lying_peer import *
from tap import *

API = yaml.safe_load((TOP / "doc/openapi.yaml").read_text())
METHODS = {"get", "put", "post", "delete", "options", "head", "patch",
           "trace"}
# What a test cannot bring about at will, each with the reason.
NOT_SEEN = {
    "500": "a failure of the desk itself",
    "503": "a full disk: tests/integration/bad_input_limits.py",
    "403": "between a revocation and the end of the connection",
    ("post", "/v1/returns", "200"): "tests/integration/restore_drill.py",
    ("post", "/v1/returns", "400"): "only while restoring",
    ("post", "/v1/returns", "413"): "only while restoring",
    ("post", "/v1/returns", "422"): "only while restoring",
}
seen = set()


# ---- the file by itself ----

def resolve(node):
    while isinstance(node, dict) and set(node) == {"$ref"}:
        at = API
        for part in node["$ref"][2:].split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        node = at
    return node


def everything(node):
    if isinstance(node, dict):
        yield node
    for v in (node.values() if isinstance(node, dict) else
              node if isinstance(node, list) else ()):
        yield from everything(v)


def operations():
    for path, item in API["paths"].items():
        for method, op in item.items():
            if method in METHODS:
                yield path, method, op, (item.get("parameters", [])
                                         + op.get("parameters", []))


def validate(schema, value):
    """The first thing that is wrong, or None."""
    v = jsonschema.Draft202012Validator(
        schema, resolver=jsonschema.RefResolver("", API))
    e = jsonschema.exceptions.best_match(v.iter_errors(value))
    return None if e is None else f"{list(e.absolute_path)}: {e.message}"[:300]


@test
def the_file_is_openapi():
    ok(re.fullmatch(r"3\.1\.\d+", API["openapi"]), "version 3.1")
    ok({"title", "version"} <= set(API["info"]), "title and version")
    refs = {n["$ref"] for n in everything(API) if "$ref" in n}
    for ref in sorted(refs):
        try:
            resolve({"$ref": ref})
        except KeyError:
            ok(False, f"{ref} is there")
    ok(refs, f"{len(refs)} references lead somewhere")
    unused = [f"#/components/{kind}/{name}"
              for kind in ("schemas", "parameters", "headers", "responses")
              for name in API["components"][kind]
              if f"#/components/{kind}/{name}" not in refs]
    equal(unused, ["#/components/responses/Method"],
          "nothing is named in vain (405 belongs to no operation)")
    for name, schema in API["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as e:
            ok(False, f"schema {name}", e)
    ids = [op["operationId"] for _, _, op, _ in operations()]
    equal(len(ids), len(set(ids)), f"{len(ids)} operations, each with its id")
    for path, method, op, params in operations():
        params = [resolve(p) for p in params]
        ok(all(p["in"] in ("query", "header", "path") and "schema" in p
               for p in params)
           and {p["name"] for p in params if p["in"] == "path"}
           == set(re.findall(r"\{(\w+)\}", path)) and op["responses"]
           and all("description" in resolve(r)
                   for r in op["responses"].values())
           and all(re.fullmatch(r"[1-5]\d\d", s) for s in op["responses"]),
           f"{method} {path}: parameters and answers are whole")


@test
def the_file_knows_all_of_the_page():
    page = (TOP / "doc/protocol.md").read_text()
    told = set(re.findall(r"`((?:GET|PUT|POST)) (/v1/[\w/]+)", page))
    ours = {(m.upper(), p.replace("/{digest}", "")) for p, m, _, _
            in operations()}
    missing = {(m, p) for m, p in told
               if (m, p.replace("/DIGEST", "").rstrip("/")) not in ours}
    equal(missing, set(), "each resource of the page is in the file")
    codes = set(re.findall(r"^\| `([a-z-]+)` \| ([45]\d\d) \|", page,
                           re.M))
    in_file = set()
    for n in everything(API["components"]["schemas"]):
        t = n.get("type")
        if isinstance(t, dict) and "problem:" in str(t.get("const")):
            in_file.add((t["const"].rsplit(":", 1)[1],
                         str(n["status"]["const"])))
    equal(in_file, codes, "and each problem with its status")
    for name, alg in (("SM2", "sm2-sm3"), ("Ed25519", "ed25519")):
        contains(str(API["components"]["schemas"]["Card"]), alg, name)


# ---- what serve answers ----

a = Desk("310105")
p = Peer("330100")
a.must("peer", "trust", "-", input=p.card_text())
blob = tmp("files") / "blob"
blob.write_bytes(b"b" * 1000)
doc = a.must("new", "clue", "--to", p.desk, "--set", "title=附件",
             "--attach", blob).strip().splitlines()[-1]
a.serve()
p.schema = "urn:deltadesk:kind:clue:1:sha256:" + "0" * 64
p.connect(a.id, a.port)


def find(method, url):
    path = urllib.parse.urlsplit(url).path
    for tmpl, m, op, _ in operations():
        if m == method.lower() and re.fullmatch(
                re.sub(r"\{\w+\}", "[^/]+", tmpl), path):
            return tmpl, op
    return None, None


def call(method, url, want, body=None, headers=()):
    """One request; its answer is held against the file."""
    r = p.ask(method, url, body, headers)
    what = f"{method} {url[:50]}: {r.status}"
    if not equal(r.status, want, what):
        diag(r.body[:300])
    tmpl, op = find(method, url)
    if op is None:
        ok(False, f"{what}: is in the file")
        return r
    answer = resolve(op["responses"].get(str(r.status), {}))
    if not ok(answer, f"{what}: the file knows that status"):
        return r
    seen.add((method.lower(), tmpl, str(r.status)))
    for name, h in answer.get("headers", {}).items():
        value = r.headers.get(name.lower())
        wrong = (validate(resolve(h)["schema"], value) if value is not None
                 else "missing" if resolve(h).get("required") else None)
        equal(wrong, None, f"{what}: header {name}")
    type_ = r.headers.get("content-type")
    if not ok(type_ in answer["content"], f"{what}: {type_}"):
        return r
    schema = answer["content"][type_].get("schema")
    if schema is None:
        return r
    bodies = (r.body.splitlines() if type_.endswith("ndjson") else [r.body])
    for b in bodies:
        wrong = validate(schema, json.loads(b)) if b else None
        if wrong:
            break
    equal(wrong if bodies else None, None, f"{what}: the body is as told")
    return r


def opened(schema, envelope, what):
    """What an envelope holds, against the schema of its content."""
    wrong = validate({"$ref": f"#/components/schemas/{schema}"},
                     json.loads(base64.b64decode(envelope["payload"])))
    equal(wrong, None, f"{what} is as told")


NDJSON = [("content-type", "application/x-ndjson")]
JSON = [("content-type", "application/json")]


@test
def states():
    r = call("PUT", "/v1/outbox/receipt", 409, dump(p.receipt(
        uuid7(), "plain", 0, "00" * 32, 1)), JSON)
    hello = call("GET", "/v1/desk", 200).json()
    opened("Card", hello["card"], "the card")
    mine = p.state(hello)
    equal(validate({"$ref": "#/components/schemas/State"}, mine), None,
          "the peer's own state fits the file")
    opened("Card", mine["card"], "and its card")
    call("PUT", "/v1/desk", 200, dump(mine), JSON)
    call("PUT", "/v1/desk", 409, dump(changed(mine, n=1)), JSON)
    call("PUT", "/v1/desk", 400, b"{}", JSON)
    call("PUT", "/v1/desk", 422, dump(changed(p.state(hello), **{"in": [
        p.receipt(hello["epoch"], "plain", 0, "00" * 32, 1,
                  key=Ed25519Key())]})), JSON)
    call("PUT", "/v1/desk", 413, dump(changed(p.state(hello), out=[
        {"epoch": uuid7(), "lane": "plain", "seq": 0, "chain": "00" * 32}]
        * 4096)), JSON)


@test
def frames_in():
    good = p.frame(p.envelope(p.issue("好的")))
    equal(validate({"$ref": "#/components/schemas/Frame"}, good), None,
          "the peer's own frame fits the file")
    opened("Event", good["event"], "and its event")
    r = call("POST", "/v1/inbox", 200, p.lines([good]), NDJSON)
    opened("Receipt", r.json(), "the receipt")
    call("POST", "/v1/inbox", 409, p.lines([changed(good, seq=9)]), NDJSON)
    call("POST", "/v1/inbox", 409, p.lines(
        [changed(good, chain="00" * 32)]), NDJSON)
    call("POST", "/v1/inbox", 400, b"hello\n", NDJSON)
    call("POST", "/v1/inbox", 400, p.lines([good, changed(
        good, lane="urgent")]), NDJSON)
    call("POST", "/v1/inbox", 413, b'{"x":"' + b"a" * (1 << 20) + b'"}\n',
         NDJSON)
    for path in (f"epoch={p.epoch}&lane=plain", f"epoch={p.epoch}&lane=plain"
                 "&seq=1", f"epoch={uuid7()}&lane=urgent"):
        call("GET", f"/v1/inbox/cursor?{path}", 200)
    call("GET", f"/v1/inbox/cursor?epoch={p.epoch}&lane=plain&seq=9", 404)
    call("GET", "/v1/inbox/cursor?epoch=x&lane=plain", 400)
    r = call("GET", f"/v1/inbox?epoch={p.epoch}&lane=plain&after=0", 200)
    equal(json.loads(r.body), good, "a frame comes back as it was")
    call("GET", "/v1/inbox?lane=plain", 400)
    call("POST", "/v1/returns", 409, p.lines([good]), NDJSON)


@test
def frames_out():
    hello = p.ask("GET", "/v1/desk").json()
    url = f"/v1/outbox?epoch={hello['epoch']}&lane=plain"
    r = call("GET", url + "&after=0", 200)
    frames = [json.loads(x) for x in r.body.splitlines()]
    ok(len(frames) >= 2, "a card and a notice")
    for f in frames:
        opened("Event", f["event"], "the event of a frame")
    call("GET", url + "&limit=1", 200)
    call("GET", url + "&after=99", 409)
    call("GET", url + "&chain=" + "00" * 32, 409)
    call("GET", "/v1/outbox?lane=plain", 400)
    last = frames[-1]
    args = (hello["epoch"], "plain", last["seq"])
    call("PUT", "/v1/outbox/receipt", 200,
         dump(p.receipt(*args, last["chain"], 5)), JSON)
    call("PUT", "/v1/outbox/receipt", 409,
         dump(p.receipt(*args, "00" * 32, 6)), JSON)
    call("PUT", "/v1/outbox/receipt", 422,
         dump(p.receipt(*args, last["chain"], 7, key=Ed25519Key())), JSON)
    call("PUT", "/v1/outbox/receipt", 400, b"{}", JSON)
    call("PUT", "/v1/outbox/receipt", 413, b" " * 300000, JSON)


@test
def attachments():
    path = "/v1/blobs/" + hashlib.sha256(b"b" * 1000).hexdigest()
    r = call("GET", path, 200)
    equal(r.body, b"b" * 1000, "the bytes")
    r = call("GET", path, 206, headers=[("range", "bytes=990-")])
    equal((r.body, r.headers["content-range"]),
          (b"b" * 10, "bytes 990-999/1000"), "a range of them")
    call("GET", path, 416, headers=[("range", "bytes=1000-")])
    call("GET", "/v1/blobs/" + "ab" * 32, 404)
    call("PUT", "/v1/blobs/" + "ab" * 32, 404, b"x")
    want = hashlib.sha256(b"whole").hexdigest()
    r = p.push([p.frame(p.envelope(p.event("issue", p.content(
        "带附件的", attachments=[{"name": "w", "digest": "sha256:" + want,
                                  "size": 5, "type": "text/plain"}]))))])
    equal(r.payload()["wants"], [want], "the desk wants it")
    path = "/v1/blobs/" + want
    call("PUT", path, 400, b"x", [("content-range", "x")])
    call("PUT", path, 413, b"x", [("content-range",
                                   f"bytes 0-0/{(2 << 30) + 1}")])
    call("PUT", path, 416, b"x", [("content-range", "bytes 3-3/5")])
    call("PUT", path, 422, b"other")
    equal(call("PUT", path, 200, b"wh", [("content-range", "bytes 0-1/5")])
          .json(), {"offset": 2}, "a part")
    equal(call("PUT", path, 200, b"", [("content-range", "bytes */5")])
          .json(), {"offset": 2}, "how much is here")
    equal(call("PUT", path, 200, b"ole", [("content-range", "bytes 2-4/5")])
          .json(), {"size": 5}, "the rest")


@test
def what_is_not_in_the_file():
    method = resolve({"$ref": "#/components/responses/Method"})
    schema = method["content"]["application/problem+json"]["schema"]
    for path in sorted(API["paths"]):
        url = path.replace("{digest}", "ab" * 32)
        for m in sorted(METHODS - {"head"} - set(API["paths"][path])):
            r = p.ask(m.upper(), url, None if m == "trace" else b"")
            if not equal(r.status, 405, f"{m} {path}"):
                continue
            equal(validate(schema, r.json()), None, "is answered as told")
    for path in ("/", "/v1", "/v1/", "/v2/desk", "/v1/desk/", "/metrics"):
        r = p.ask("GET", path)
        equal(r.problem(), (404, "not-found"), f"GET {path}")


@test
def a_fork():
    first = p.issue("甲")
    p.push([p.frame(p.envelope(first))])
    p.push([p.frame(p.envelope(changed(first, id=uuid7())))])
    call("POST", "/v1/inbox", 409, b"", NDJSON)
    call("GET", f"/v1/outbox?epoch={uuid7()}&lane=plain", 409)


@test
def nothing_in_the_file_is_made_up():
    for path, method, op, _ in operations():
        for status in op["responses"]:
            if status in NOT_SEEN or (method, path, status) in NOT_SEEN:
                continue
            ok((method, path, status) in seen, f"{method} {path} {status} "
               "was answered")
    equal(a.stop(), 0, "serve ends well")


main()
