"""The service for who runs it: /health and /metrics, lines of the journal, the
unit and sshd's sample."""
import re

from tap import *

SECRET = "虚构机密标题"


def ask(desk, path, port=None):
    s = socket.socket(socket.AF_INET if port else socket.AF_UNIX)
    s.settimeout(10 * SLOW)
    s.connect(("127.0.0.1", port) if port else str(desk.home / "ops.sock"))
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: desk\r\n\r\n".encode())
    data = b""
    while piece := s.recv(65536):
        data += piece
    s.close()
    head, body = data.decode().split("\r\n\r\n", 1)
    equal(int(re.search(r"Content-Length: (\d+)", head).group(1)),
          len(body.encode()), f"{path}: whole")
    return int(head.split()[1]), head, body


def values(body):
    """The text format, line by line; what is not of it raises."""
    types, helps, found = {}, {}, {}
    for line in body.splitlines():
        m = re.fullmatch(r"# (HELP|TYPE) ([a-z_][a-z0-9_]*) (.+)", line)
        if m:
            place = types if m.group(1) == "TYPE" else helps
            if m.group(2) in place:
                raise ValueError(f"twice: {line}")
            place[m.group(2)] = m.group(3)
            last = m.group(2)
            continue
        m = re.fullmatch(r'([a-z_][a-z0-9_]*)(\{peer="([^"\\]*)"\})? '
                         r"(-?[0-9.e+-]+)", line)
        if not m or m.group(1) != last or types[last] not in (
                "counter", "gauge"):
            raise ValueError(line)
        found[m.group(1), m.group(3)] = float(m.group(4))
    for name, kind in types.items():
        if name not in helps or not name.startswith("deltadesk_") or (
                (kind == "counter") != name.endswith("_total")):
            raise ValueError(f"name, type or help of {name}")
    return found


@test
def metrics_and_health():
    a, b = Desk("310105", "--name", "甲台\x1b[31m".replace("\x1b", "")), \
        Desk("330100")
    pair(a, b)
    port = free_port()
    a.server = Proc(DELTADESK, "--desk", a.home, "serve", "--metrics-listen",
                    f"127.0.0.1:{port}")
    a.server.wait_line("listening on")
    equal((a.home / "ops.sock").stat().st_mode & 0o777, 0o600, "0600")
    a.new(to=[b], title=SECRET)
    status, head, body = ask(a, "/health")
    equal((status, json.loads(body)["status"]), (200, "ok"), "well")
    status, head, body = ask(a, "/metrics")
    equal(status, 200, "metrics")
    contains(head, "text/plain; version=0.0.4", "in Prometheus' text format")
    v = values(body)
    ok(v["deltadesk_events_total", None] >= 2, "events are counted", body)
    equal(v["deltadesk_peer_up", "330100"], 0, "a peer that is away")
    ok(v["deltadesk_peer_queued_frames", "330100"] > 0, "what waits for it")
    ok(v["deltadesk_certificate_expires_in_seconds", None] > 3e8,
       "ten years of certificate")
    b.serve()
    wait_for(lambda: values(ask(a, "/metrics", port)[2])[
        "deltadesk_peer_up", "330100"] == 1, 20, "the link")
    wait_for(lambda: values(ask(a, "/metrics", port)[2])[
        "deltadesk_peer_queued_frames", "330100"] == 0, 20, "the queue")
    text = ask(a, "/metrics")[2] + ask(a, "/health")[2]
    ok(SECRET not in text and "甲台" not in text, "no content, no name")
    equal(ask(a, "/")[0], 404, "nothing else is there")
    b.stop()
    equal(a.stop(), 0, "ends in order")
    ok(not (a.home / "ops.sock").exists(), "and takes the socket away")
    a.serve()
    a.server.kill()
    a.serve()
    equal(ask(a, "/health")[0], 200, "one that was killed is no hindrance")
    a.stop()
    p = a.run("serve", "--metrics-listen", "0.0.0.0:9464", timeout=20)
    equal(p.returncode, 2, "not to other machines")


def say(s, data):
    """To one who may have hung up already: too many, or too much."""
    try:
        s.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


@test
def idle_callers_hold_nothing_up():
    a = Desk("310105")
    a.serve()
    held = []
    for _ in range(40):
        s = socket.socket(socket.AF_UNIX)
        s.connect(str(a.home / "ops.sock"))
        held.append(s)
        say(s, b"GET /met")
    wait_for(lambda: answered(a), 10, "an answer, once they were cut")
    ok(True, "40 callers that say nothing are cut")
    for s in held:
        s.close()
    s = socket.socket(socket.AF_UNIX)
    s.connect(str(a.home / "ops.sock"))
    say(s, b"x" * 100000)
    s.close()
    equal(ask(a, "/health")[0], 200, "nor does one that says too much")
    a.stop()


def answered(a):
    try:
        return ask(a, "/health")[0] == 200
    except (OSError, ValueError):
        return False


def journal_lines(a, *args, level=None):
    """stderr of a short serve whose JOURNAL_STREAM names it."""
    path = tmp("journal") / "stderr"
    with open(path, "wb") as f:
        st = os.fstat(f.fileno())
        p = subprocess.Popen(
            [DELTADESK, "--desk", a.home, "serve", *args], stderr=f,
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env=environ({"JOURNAL_STREAM": f"{st.st_dev}:{st.st_ino}",
                         "XDG_STATE_HOME": "/proc/none"}))
        p.stdout.readline()
        time.sleep(0.5)
        p.terminate()
        p.wait(20)
    return path.read_text().splitlines()


@test
def lines_of_the_journal():
    a = Desk("310105")
    a.must("set", "mark", "")
    lines = [x for x in journal_lines(a) if x.startswith("<")]
    ok(any(re.match(r"<4>cli ", x) for x in lines),
       "a warning has the journal's priority and no time", lines)
    equal([x for x in journal_lines(a, "--log", "error")
           if x.startswith("<4>")], [], "--log error: no warning")
    p = a.run("serve", "--log", "loud")
    equal(p.returncode, 2, "an unknown level")


@test
def the_samples_are_taken():
    unit = TOP / "doc" / "examples" / "deltadesk.service"
    tool = shutil.which("systemd-analyze")
    if tool:
        p = subprocess.run([tool, "security", "--offline=yes", unit],
                           capture_output=True, text=True,
                           env=environ({"SYSTEMD_COLORS": "0"}))
        m = re.search(r"exposure level for \S+: ([\d.]+)", p.stdout)
        ok(m and float(m.group(1)) <= 1.5, "exposure of the unit",
           p.stdout[-300:] + p.stderr)
    text = unit.read_text()
    for word in ("NoNewPrivileges=yes", "ProtectSystem=strict",
                 "CapabilityBoundingSet=\n", "LimitCORE=0"):
        contains(text, word, f"the unit has {word.strip()}")
    host = tmp("key") / "host"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                    host], check=True)
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    p = subprocess.run(
        ["/usr/sbin/sshd", "-T", "-h", host, "-C",
         "user=deltadesk,host=h,addr=127.0.0.1", "-f",
         TOP / "doc" / "examples" / "sshd.conf"], capture_output=True,
        text=True)
    equal((p.returncode, p.stderr), (0, ""), "sshd takes its sample")
    for line in ("allowtcpforwarding no", "permittunnel no",
                 "authorizedkeyscommanduser deltadesk"):
        contains(p.stdout.lower(), line, f"which says {line}")


main()
