#!/usr/bin/env python3
"""Officers over SSH: a real sshd on loopback, its AuthorizedKeysCommand, the
forced command, and what it keeps closed."""
import ctypes
import errno
import getpass
import pathlib
import struct
import subprocess

from screen import Screen
from tap import *


class Sshd:
    """sshd as this user, with the keys of one desk."""

    def __init__(self, desk):
        self.dir = tmp("sshd")
        self.port = free_port()
        self.user = getpass.getuser()
        if os.geteuid() == 0:  # where the package would make it at boot
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.key = keygen(self.dir / "host")
        # sshd asks that the command's program and its folders are root's: env
        # is, wherever this tree lies
        (self.dir / "config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\n"
            f"HostKey {self.key}\nPidFile none\nUsePAM no\nStrictModes no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "PermitRootLogin prohibit-password\n"
            "AuthorizedKeysFile none\n"
            f"AuthorizedKeysCommand /usr/bin/env {DELTADESK} --desk "
            f"{desk.home} authorized-keys %f\n"
            f"AuthorizedKeysCommandUser {self.user}\n"
            # a sanitizer looks for leaks by a process, which is forbidden
            "SetEnv ASAN_OPTIONS=detect_leaks=0\n"
            "AllowTcpForwarding yes\nAllowAgentForwarding yes\n"
            "X11Forwarding yes\nPermitTunnel yes\nAcceptEnv LANG LC_*\n"
            "Subsystem sftp internal-sftp\nLogLevel VERBOSE\n")
        self.p = Proc("/usr/sbin/sshd", "-D", "-e", "-f", self.dir / "config")
        self.p.wait_line("Server listening")

    def words(self, key, *options):
        """The words of ssh before the host's command."""
        return ["ssh", "-F", "none", "-p", str(self.port), "-i", str(key),
                "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                "-o", "StrictHostKeyChecking=no",
                "-o", f"UserKnownHostsFile={self.dir / 'known'}",
                "-o", "LogLevel=ERROR", *options, f"{self.user}@127.0.0.1"]

    def ssh(self, key, *command, options=(), timeout=20):
        return subprocess.run(
            self.words(key, *options) + list(command), env=environ(),
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=timeout * SLOW)

    def screen(self, key, **kw):
        return Screen(*self.words(key, "-tt"), **kw)


def keygen(path, *options):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C",
                    path.name, "-f", path, *options], check=True)
    return path


def desk_with_two(listen=False):
    d = Desk("310105", listen=listen)
    keys = {}
    for who, name in (("li", "李明"), ("wang", "王芳")):
        keys[who] = keygen(tmp("key") / who)
        d.must("officer", "add", who, name, "--roles", "duty,approver",
               "--key", f"{keys[who]}.pub")
    return d, keys


def consoles_of(desk, officer):
    """Process ids of the forced consoles of an officer."""
    found = []
    for pid in processes_with(f"--confined\0--officer\0{officer}"):
        if str(desk.home) in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
            found.append(pid)
    return found


def status_of(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path(
        f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


@test
def keys_are_enrolled_and_told_apart():
    d, keys = desk_with_two()
    d.must("officer", "add", "shen", "审", "--roles", "auditor")
    line = (keys["li"].parent / "li.pub").read_text().strip()
    rows = d.json("officer", "key-list")
    equal([(r["officer"], r["comment"]) for r in rows],
          [("li", "li"), ("wang", "wang")], "each key has its officer")
    p = d.run("--lang", "en", "officer", "key-add", "wang", line)
    equal(p.returncode, 1, "a key that is another's is refused")
    contains(p.stderr, "'li'", "and it says whose it is")
    p = d.run("--lang", "en", "officer", "add", "zhao", "赵", "--key", line)
    equal(p.returncode, 1, "for a new officer too")
    ok("zhao" not in d.must("officer", "list"), "who is then not enrolled")
    p = d.run("--lang", "en", "officer", "key-add", "wang",
              f'command="/bin/sh" {line}')
    equal(p.returncode, 1, "a line with options is refused")
    p = d.run("--lang", "en", "officer", "key-add", "wang", keys["li"])
    contains(p.stderr, "private key", "a private key is not taken")
    p = d.run("--officer", "li", "officer", "key-add", "li",
              f"{keygen(tmp('key') / 'more')}.pub")
    equal(p.returncode, 1, "only an administrator enrols keys")
    out = d.must("authorized-keys")
    ok(all(x.startswith("restrict,pty,command=\"") for x in
           out.strip().splitlines()) and out.count("\n") == 2,
       "each line is restricted and forced", out)
    fp = rows[0]["fingerprint"]
    equal(d.must("authorized-keys", fp).count("\n"), 1,
          "asked for one, only that is printed")
    equal(d.must("authorized-keys", "SHA256:x"), "", "for an unknown, none")
    d.must("officer", "key-remove", fp)
    equal(d.must("authorized-keys", fp), "", "nor for one taken away")
    equal(d.run("officer", "key-remove", fp).returncode, 1,
          "which is gone once")
    d.must("officer", "disable", "wang")
    fp = rows[1]["fingerprint"]
    equal(d.must("authorized-keys", fp), "", "nor for a disabled officer's")
    d.must("authorized-keys", fp)
    trail = d.json("--officer", "shen", "audit")
    equal([r["detail"] for r in trail if r["act"] == "refused"
           and r["officer"] == "wang"], ["ssh key of a disabled officer"],
          "whose try is in the trail, once")
    contains([(r["act"], r["detail"]) for r in trail],
             ("officer key remove", f"li {rows[0]['fingerprint']}"),
             "as are keys added and taken away")


@test
def odd_paths_reach_the_shell_whole():
    d = Desk("310105", listen=False)
    key = keygen(tmp("key") / "k")
    d.must("officer", "add", "li", "李", "--key", f"{key}.pub")
    odd = d.home.parent / "a 'b\" \\\" $(touch x) \\' ;&中文"
    d.home.rename(odd)
    line = run("--desk", odd, "authorized-keys").stdout
    start = 'restrict,pty,command="'
    ok(line.startswith(start), "the line is forced", line)
    # as sshd reads it: \" is a quote, all else stands for itself
    i, command = len(start), ""
    while line[i] != '"':
        i += line.startswith('\\"', i)
        command += line[i]
        i += 1
    ok(line[i:].startswith('" ssh-ed25519 '), "and ends where it should", line)
    words = subprocess.run(
        ["/bin/sh", "-c", "show() { for w; do printf '%s\\n' \"$w\"; done; }; "
         "show " + command], capture_output=True, text=True).stdout
    equal(words.splitlines(), [
        os.path.realpath(DELTADESK), "--desk", str(odd), "console",
        "--confined", "--officer", "li"], "a shell sees the words")
    bad = d.home.parent / "a\nb"
    odd.rename(bad)
    p = run("--desk", bad, "authorized-keys")
    equal((p.returncode != 0, p.stdout), (True, ""),
          "a line break in the path is refused")


def without_landlock():
    """As on a kernel that has none: its first call is answered ENOSYS."""
    steps = [(0x20, 0, 0, 0),  # load the call's number
             (0x15, 0, 1, 444),  # landlock_create_ruleset, on each machine
             (0x06, 0, 0, 0x00050000 | errno.ENOSYS),
             (0x06, 0, 0, 0x7fff0000)]
    code = ctypes.create_string_buffer(
        b"".join(struct.pack("=HBBI", *s) for s in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        os._exit(99)


@test
def a_kernel_without_landlock_is_told():
    d, _ = desk_with_two()
    more = keygen(tmp("key") / "more")
    for words in (["authorized-keys"],
                  ["officer", "key-add", "li", f"{more}.pub"]):
        p = subprocess.run(
            [DELTADESK, "--desk", d.home, "--lang", "en", *words],
            env=environ(), capture_output=True, text=True, timeout=60 * SLOW,
            preexec_fn=without_landlock)
        equal(p.returncode, 0, f"'{' '.join(words[:2])}' does its work")
        contains(p.stderr, "no Landlock", "and warns the administrator")
    p = d.run("--lang", "en", "authorized-keys")
    equal(p.stderr, "", "which is not said where the kernel has it")


@test
def two_officers_at_once():
    d, keys = desk_with_two(listen=True)
    d.serve()
    d.must("officer", "add", "shen", "审", "--roles", "auditor")
    d.must("new", "clue", "--draft", "--to", "330100", "--set",
           "title=草稿甲")
    s = Sshd(d)
    a, b = s.screen(keys["li"]), s.screen(keys["wang"])
    a.wait("李明")
    b.wait("王芳")
    a.wait("[1 值班]")
    ok(True, "two officers are on one desk, each by his own key")
    (pid,) = consoles_of(d, "li")
    status = status_of(pid)
    equal((status["Seccomp"], status["NoNewPrivs"]), ("2", "1"),
          "the process is locked down")
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        equal(status_of(f"{pid}/task/{task.name}")["Seccomp"], "2",
              "so is each of its threads")
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    contains(limits, "Max core file size        0                    0",
             "it leaves no core file")
    for x in (a, b):
        x.keys("2")
        x.wait("草稿甲")
    a.keys("Enter")
    a.wait("必填")
    b.wait(lambda t: any(row.startswith(">@") for row in t.split("\n")))
    b.keys("Enter")
    text = b.wait("起正在修改")
    contains(text, "李明", "each sees what the other writes, confined as he is")
    b.keys("Escape")
    a.keys("Escape")
    a.wait("[2")
    a.keys("C-z")
    a.wait("不能挂起")
    ok(True, "C-z is answered, not obeyed")
    os.kill(pid, signal.SIGTSTP)
    time.sleep(0.3)
    ok(status_of(pid)["State"][0] in "SR", "nor is the signal")
    d.must("officer", "disable", "li")
    a.wait("exit status", 5)
    contains(a.text(), "已停用", "who is disabled is out at once, and told so")
    b.keys("?")
    b.wait("本页按键")
    ok(True, "the other goes on")
    p = s.ssh(keys["li"])
    equal(p.returncode, 255, "his key opens nothing any more")
    contains(p.stderr, "Permission denied", "by sshd itself")
    rows = d.json("--officer", "shen", "audit")
    acts = [(r["officer"], r["act"]) for r in rows]
    for want in (("li", "login"), ("wang", "login"), ("li", "refused")):
        contains(acts, want, f"{want} is in the trail")
    contains([r["detail"] for r in rows if r["act"] == "login"],
             "asserted console confined", "and by which door")
    b.close()
    a.close()


@test
def nothing_else_is_open():
    d, keys = desk_with_two()
    s = Sshd(d)
    for command in ("id", "sh", "scp -t /tmp", f"{DELTADESK} list"):
        p = s.ssh(keys["li"], command)
        equal((p.returncode, p.stdout), (1, ""), f"'{command}' does not run")
        contains(p.stderr, "ssh -t", "and it says what does")
    p = s.ssh(keys["li"], "id", options=["-tt"])
    equal(p.returncode, 1, "nor with a terminal")
    p = subprocess.run(s.words(keys["li"], "-s") + ["sftp"], env=environ(),
                       capture_output=True, text=True,
                       stdin=subprocess.DEVNULL, timeout=20 * SLOW)
    ok(p.returncode != 0, "nor the subsystem sftp")
    p = s.ssh(keys["li"])
    equal(p.returncode, 2, "without a terminal there is no console")
    target, local = socket.create_server(("127.0.0.1", 0)), free_port()
    target.settimeout(1)
    Proc(*s.words(keys["li"], "-N", "-L",
                  f"{local}:127.0.0.1:{target.getsockname()[1]}"))
    wait_for(lambda: can_connect(local), what="ssh listens")
    with socket.create_connection(("127.0.0.1", local)) as c:
        c.settimeout(10)
        try:
            data = c.recv(1)
        except OSError:
            data = b""
        equal(data, b"", "a forwarded port is closed again")
    try:
        target.accept()
        reached = True
    except TimeoutError:
        reached = False
    ok(not reached, "and its target is never reached")
    target.close()
    p = s.ssh(keys["li"], options=["-N", "-o", "ExitOnForwardFailure=yes",
                                   "-R", "0:127.0.0.1:22"])
    ok(p.returncode != 0 and "forwarding failed" in p.stderr,
       "so is the other direction", p.stderr)
    a = Screen(*s.words(keys["wang"], "-tt", "-A", "-X"))
    a.wait("王芳")
    (pid,) = consoles_of(d, "wang")
    env = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    ok(b"SSH_AUTH_SOCK" not in env and b"DISPLAY=" not in env,
       "no agent and no X11 come along")
    a.wait("deltadesk serve")
    ok(True, "that the exchange is down is told, and what to ask for")
    equal(len(processes_with(f"--desk\0{d.home}\0serve")), 0,
          "it is not started by such a console")
    a.close()


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


main()
