"""Peer programs on the same work, where they are installed; never required.

PostgreSQL: logical replication to a second server over local sockets, 2 KB
rows, unsigned, no TLS. nghttpd: idle connections. postfix: mail to a Maildir.
"""
import contextlib
import os
import pathlib
import pwd
import shutil
import smtplib
import socket
import statistics
import subprocess
import time

import world

INSERT = ("INSERT INTO notice (raw) "
          "VALUES (decode(repeat('ab', 2048), 'hex'));")


def _find(name):
    found = shutil.which(name)
    if found:
        return pathlib.Path(found)
    places = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return places[-1] if places else None


def _as_postgres(argv):
    """A server of PostgreSQL refuses to run for root."""
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres",
                "--clear-groups", *argv]
    return argv


class Postgres:
    """A publisher and its subscriber, in folders of the bench."""

    def __init__(self):
        self.folder = world.new_folder()
        self.bin = _find("initdb").resolve().parent
        os.chmod(world.WORK, 0o755)
        os.chmod(self.folder, 0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        for name in ("a", "b"):
            self.do("initdb", "-D", self.folder / name, "-U", "postgres",
                    "-A", "trust", "--no-sync")
            self.serve(name)
            self.sql(name, "CREATE TABLE notice "
                           "(id bigserial PRIMARY KEY, raw bytea)")
        self.sql("a", "CREATE PUBLICATION p FOR TABLE notice")
        self.sql("b", f"CREATE SUBSCRIPTION s CONNECTION 'host={self.folder} "
                      "port=5001 user=postgres dbname=postgres' "
                      "PUBLICATION p WITH (synchronous_commit = on)")
        self.script = self.folder / "insert.sql"
        self.script.write_text(INSERT)

    @staticmethod
    def installed():
        return _find("initdb") and _find("pgbench") and (
            os.geteuid() != 0 or shutil.which("setpriv"))

    @staticmethod
    def port(name):
        return {"a": "5001", "b": "5002"}[name]

    def do(self, what, *words):
        return subprocess.run(
            _as_postgres([str(self.bin / what), *map(str, words)]), check=True,
            capture_output=True, text=True, cwd=self.folder,
            timeout=300).stdout

    def serve(self, name):
        # its output must not hold a pipe open
        self.do("pg_ctl", "-D", self.folder / name, "-w", "-l",
                self.folder / f"{name}.log", "-o",
                f"-k {self.folder} -p {self.port(name)} "
                "-c listen_addresses='' -c wal_level=logical", "start")

    def sql(self, name, text):
        return self.do("psql", "-h", self.folder, "-p", self.port(name), "-U",
                       "postgres", "-Atqc", text).strip()

    def bench(self, count, *words):
        self.do("pgbench", "-h", self.folder, "-p", "5001", "-U", "postgres",
                "-n", "-f", self.script, "-t", count, *words, "postgres")

    def wait_for_subscriber(self):
        want = self.sql("a", "SELECT count(*) FROM notice")
        while self.sql("b", "SELECT count(*) FROM notice") != want:
            pass

    def one_by_one(self, count):
        """Milliseconds until the subscriber has flushed it, median."""
        self.sql("a", "ALTER SYSTEM SET synchronous_standby_names = 's'")
        self.sql("a", "SELECT pg_reload_conf()")
        time.sleep(0.2)
        self.bench(count, "-l", "--log-prefix", "one")
        took = []
        for log in self.folder.glob("one.*"):
            took += [int(line.split()[2]) / 1000
                     for line in log.read_text().splitlines()]
            log.unlink()
        self.sql("a", "ALTER SYSTEM RESET synchronous_standby_names")
        self.sql("a", "SELECT pg_reload_conf()")
        return statistics.median(took)

    def one_after_another(self, count):
        """Rows a second, committed one by one, until the subscriber has all."""
        start = time.monotonic()
        self.bench(count)
        self.wait_for_subscriber()
        return count / (time.monotonic() - start)

    def all_at_once(self, count):
        """The same in one transaction."""
        start = time.monotonic()
        self.sql("a", "INSERT INTO notice (raw) SELECT decode(repeat('ab', "
                      f"2048), 'hex') FROM generate_series(1, {count})")
        self.wait_for_subscriber()
        return count / (time.monotonic() - start)

    def stop(self):
        for name in ("b", "a"):
            self.do("pg_ctl", "-D", self.folder / name, "-m", "immediate",
                    "stop")


MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """\
compatibility_level = 3.6
inet_protocols = ipv4
inet_interfaces = loopback-only
myhostname = bench.test
mydestination =
queue_directory = {dir}/spool
data_directory = {dir}/data
maillog_file = {dir}/log
maillog_file_prefixes = {dir}
virtual_mailbox_domains = bench.test
virtual_mailbox_base = {dir}
virtual_mailbox_maps = static:box/Maildir/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""


class Postfix:
    """An instance of its own; every mail goes into one Maildir. It wants root,
    since its parts change their user."""

    def __init__(self):
        import tap
        self.port = tap.free_port()
        user = pwd.getpwnam("nobody")
        self.folder = world.new_folder()
        os.chmod(world.WORK, 0o755)
        os.chmod(self.folder, 0o755)
        for name, owner in (("spool", "root"), ("data", "postfix"),
                            ("box", "nobody"), ("etc", "root")):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, owner)
        etc = self.folder / "etc"
        (etc / "master.cf").write_text(MASTER.format(port=self.port))
        (etc / "main.cf").write_text(MAIN.format(
            dir=self.folder, uid=user.pw_uid, gid=user.pw_gid))
        self.do("start")

    @staticmethod
    def installed():
        return os.geteuid() == 0 and shutil.which("postfix")

    def stop(self):
        self.do("stop")

    def do(self, what):
        # its daemons must not hold a pipe open
        subprocess.run(["postfix", "-c", str(self.folder / "etc"), what],
                       check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=60)

    def delivered(self):
        return len(list((self.folder / "box/Maildir/new").glob("*")))

    def one_after_another(self, count):
        """Mails of 2 KB a second, over one connection, until all are there."""
        want = self.delivered() + count
        start = time.monotonic()
        with smtplib.SMTP("127.0.0.1", self.port) as smtp:
            for _ in range(count):
                smtp.sendmail("a@bench.test", ["b@bench.test"],
                              "Subject: notice\r\n\r\n" + 32 * ("x" * 62
                                                               + "\r\n"))
        world.wait_until(lambda: self.delivered() >= want, 300)
        return count / (time.monotonic() - start)


def nghttpd(count):
    """Memory of its idle connections; None where it is not installed."""
    import tap
    if not shutil.which("nghttpd"):
        return None
    folder, port = world.new_folder(), tap.free_port()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=bench",
                    "-keyout", folder / "key", "-out", folder / "cert"],
                   check=True, capture_output=True)
    p = subprocess.Popen(["nghttpd", "-a", "127.0.0.1", "-d", str(folder),
                          str(port), str(folder / "key"),
                          str(folder / "cert")],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        world.wait_until(lambda: _answers(port))
        return world.floor("hold", count, port, p.pid)
    finally:
        world.stop(p)


def _answers(port):
    with contextlib.suppress(OSError), \
            socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


# ---- started when first asked for, ended with the bench ----

_started = {}


def _only_one(kind):
    """None where it is not installed, or does not start here."""
    if kind not in _started:
        _started[kind] = None
        if kind.installed():
            with contextlib.suppress(subprocess.SubprocessError, LookupError):
                _started[kind] = kind()
    return _started[kind]


def postgres():
    return _only_one(Postgres)


def postfix():
    return _only_one(Postfix)


def stop_all():
    for p in _started.values():
        if p:
            p.stop()
