"""A program on a screen of its own: tmux with a private socket.

    s = Screen(DELTADESK, "--desk", d.home, cols=80, rows=24)
    s.wait("值班")            # text somewhere on the screen
    s.keys("2", "Enter")
    print(s.settled())        # once the keys have had all their effect
"""
import atexit
import os
import shlex
import subprocess
import tempfile
import time

from rest import LOOK_S, doings, family, looks
from tap import SLOW, environ, wait_for

_open = []


class Screen:
    def __init__(self, *argv, cols=80, rows=24, env=None):
        self.dir = tempfile.mkdtemp(prefix="dd-tmux-")
        self.sock = os.path.join(self.dir, "s")
        self.server = self.pane = 0
        self.client = None
        words = ["env"]
        for name, value in (env or {}).items():
            words.append(f"{name}={value}")
        words += [str(a) for a in argv]
        # the pane stays after the program's end, so its last lines can be read
        command = (" ".join(shlex.quote(w) for w in words)
                   + "; echo \"exit status $?\"; exec sleep 600")
        self._tmux("-u", "-f", "/dev/null", "new-session", "-d",
                   "-x", str(cols), "-y", str(rows), command)
        self._connect()
        self._tmux("set", "-g", "status", "off")
        self._tmux("set", "-s", "escape-time", "0")
        self._tmux("resize-window", "-x", str(cols), "-y", str(rows))
        _open.append(self)

    def _tmux(self, *args):
        """The output of a command of tmux. One client takes them all, since
        to start one for each costs more than what it does."""
        words = [str(a) for a in args]
        if not self.client or any(not w.isprintable() for w in words):
            return self._tmux_once(*words)
        line = " ".join("'" + w.replace("'", "'\"'\"'") + "'" for w in words)
        try:
            self.client.stdin.write(line.encode() + b"\n")
            self.client.stdin.flush()
        except OSError:
            raise RuntimeError(f"tmux {args}: its server is gone")
        return self._reply(args)

    def _reply(self, args):
        lines = None
        for raw in self.client.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            word = line.split(" ")[0]
            if lines is None:
                lines = [] if word == "%begin" else None
            elif word in ("%end", "%error"):
                if word == "%error":
                    raise RuntimeError(f"tmux {args}: {lines}")
                return "".join(x + "\n" for x in lines)
            else:
                lines.append(line)
        raise RuntimeError(f"tmux {args}: its server is gone")

    def _connect(self):
        self.client = subprocess.Popen(
            ["tmux", "-u", "-S", self.sock, "-C", "attach-session", "-f",
             "no-output,ignore-size"], env=environ(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._reply("attach-session")

    def _tmux_once(self, *args):
        p = subprocess.run(["tmux", "-S", self.sock, *args], env=environ(),
                           capture_output=True)
        if p.returncode != 0:
            raise RuntimeError(f"tmux {args}: {p.stderr.decode()}")
        return p.stdout.decode("utf-8", "replace")

    def keys(self, *names):
        """Keys by tmux name: "a", "Enter", "Escape", "C-l", "Up"."""
        self._tmux("send-keys", *names)

    def type(self, text):
        """Text as if typed or pasted, no key names."""
        self._tmux("send-keys", "-l", text)

    def text(self):
        """The screen as it stands: rows joined by newlines."""
        return self._tmux("capture-pane", "-p")

    def ansi(self):
        """The same with colours and attributes as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def resize(self, cols, rows):
        self._tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def _doings(self):
        if not self.server:
            self.server = int(self._tmux("display", "-p", "#{pid}"))
        return doings(self.server, *family(self.pid()))

    def settled(self, timeout=10, must=True):
        """The screen once all that the keys began is over: see rest.py."""
        end = time.monotonic() + timeout * SLOW
        before, alike, enough = self._doings(), 0, looks()
        while True:
            time.sleep(LOOK_S)
            now = self._doings()
            alike = alike + 1 if now is not None and now == before else 0
            if alike >= enough:
                return self.text()
            if time.monotonic() > end:
                if not must:
                    return self.text()
                raise TimeoutError(f"never at rest:\n{self.text()}")
            before = now

    def wait(self, part, timeout=10):
        """The screen once it has the text (or the function of it is true)."""
        look = part if callable(part) else lambda t: part in t
        last = [""]

        def see():
            last[0] = self.text()
            return look(last[0])
        try:
            wait_for(see, timeout)
        except TimeoutError:
            raise TimeoutError(f"screen never had {part!r}:\n{last[0]}")
        # the rest of its frame may still be on the line
        now = self.settled(0.6, must=False)
        return now if look(now) else last[0]

    def pid(self):
        if not self.pane:
            self.pane = int(self._tmux("display", "-p", "#{pane_pid}"))
        return self.pane

    def close(self):
        try:
            self._tmux_once("kill-server")
        except RuntimeError:
            pass
        if self.client:
            self.client.kill()
            self.client.wait()
            self.client.stdout.close()
            self.client = None
        subprocess.run(["rm", "-rf", self.dir], check=False)
        if self in _open:
            _open.remove(self)


@atexit.register
def _clean():
    for s in list(_open):
        s.close()
