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

from tap import SLOW, environ, running, wait_for

_open = []


def family(pid):
    """The process and those that it started."""
    found = [pid]
    for p in found:
        try:
            with open(f"/proc/{p}/task/{p}/children") as f:
                found += map(int, f.read().split())
        except OSError:
            pass
    return found


class Screen:
    def __init__(self, *argv, cols=80, rows=24, env=None):
        self.dir = tempfile.mkdtemp(prefix="dd-tmux-")
        self.sock = os.path.join(self.dir, "s")
        self.server = self.pane = 0
        words = ["env"]
        for name, value in (env or {}).items():
            words.append(f"{name}={value}")
        words += [str(a) for a in argv]
        # the pane stays after the program's end, so its last lines can be read
        command = (" ".join(shlex.quote(w) for w in words)
                   + "; echo \"exit status $?\"; exec sleep 600")
        self._tmux("-u", "-f", "/dev/null", "new-session", "-d",
                   "-x", str(cols), "-y", str(rows), command)
        self._tmux("set", "-g", "status", "off")
        self._tmux("set", "-s", "escape-time", "0")
        self._tmux("resize-window", "-x", str(cols), "-y", str(rows))
        _open.append(self)

    def _tmux(self, *args):
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

    def _busy(self):
        """What each thread of the program, of tmux and of the services of
        this test has done so far; None while one of them is at work."""
        if not self.server:
            self.server = int(self._tmux("display", "-p", "#{pid}"))
        at, done = [self.server, *family(self.pid()), *running()], []
        for pid in at:
            try:
                threads = os.listdir(f"/proc/{pid}/task")
            except OSError:
                continue
            for t in threads:
                try:
                    with open(f"/proc/{pid}/task/{t}/status") as f:
                        text = f.read()
                except OSError:
                    return None
                if "\nState:\tR" in text or "\nState:\tD" in text:
                    return None
                done.append((t, text[text.index("\nvoluntary"):]))
        return done

    def settled(self, timeout=10):
        """The screen once all that the keys began is over, however slow the
        machine: every thread sleeps, and none woke for a while. What a timer
        brings later is not waited for."""
        end = time.monotonic() + timeout * SLOW
        before = self._busy()
        while True:
            time.sleep(0.02)
            now = self._busy()
            if now is not None and now == before:
                return self.text()
            if time.monotonic() > end:
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
        for _ in range(20):
            time.sleep(0.03)
            now = self.text()
            if now == last[0] or not look(now):
                break
            last[0] = now
        return last[0]

    def pid(self):
        if not self.pane:
            self.pane = int(self._tmux("display", "-p", "#{pane_pid}"))
        return self.pane

    def close(self):
        try:
            self._tmux("kill-server")
        except RuntimeError:
            pass
        subprocess.run(["rm", "-rf", self.dir], check=False)
        if self in _open:
            _open.remove(self)


@atexit.register
def _clean():
    for s in list(_open):
        s.close()
