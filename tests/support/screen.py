"""A program on a screen of its own: tmux with a private socket.

    s = Screen(DELTADESK, "--desk", d.home, cols=80, rows=24)
    s.wait("值班")            # text somewhere on the screen
    s.keys("2", "Enter")
    print(s.text())
"""
import atexit
import os
import shlex
import subprocess
import tempfile
import time

from tap import environ, wait_for

_open = []


class Screen:
    def __init__(self, *argv, cols=80, rows=24, env=None):
        self.dir = tempfile.mkdtemp(prefix="dd-tmux-")
        self.sock = os.path.join(self.dir, "s")
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
        return int(self._tmux("display", "-p", "#{pane_pid}"))

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
