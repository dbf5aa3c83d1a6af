"""A program on a pty of its own, every byte that it sends kept and counted.

    r = Recorder(DELTADESK, "--desk", d.home, cols=80, rows=24)
    r.until("值班")
    sent = r.press("j")       # the bytes that one key costs
    r.end()

Nothing answers for the terminal here and nothing is drawn: for what stands on
the screen see screen.py; for what travels on the line, this.
"""
import atexit
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from rest import LOOK_S, doings, family, looks
from tap import SLOW, environ

_open = []


class Recorder:
    def __init__(self, *argv, cols=80, rows=24, env=None):
        self.out = b""
        self.status = None
        self.last = self.began = time.monotonic()
        argv = [str(a) for a in argv]
        full = {k: v for k, v in environ({"TERM": "xterm-256color",
                                          **(env or {})}).items()
                if v is not None}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", rows, cols, 0, 0))
            try:
                os.execvpe(argv[0], argv, full)
            finally:
                os._exit(127)
        _open.append(self)

    def resize(self, cols, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, cols, 0, 0))

    def modes(self):
        """What stty would say of the terminal."""
        return termios.tcgetattr(self.fd)

    def pump(self, seconds):
        """Reads for so long at most; false once the program closed it."""
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return True
        try:
            got = os.read(self.fd, 1 << 16)
        except OSError:         # EIO: nobody holds the other end
            return False
        if got:
            self.last = time.monotonic()
            self.out += got
        return bool(got)

    def settle(self, limit=10):
        """Until the program is at rest (rest.py) and all that it sent was
        read; false when it is gone."""
        end = time.monotonic() + limit * SLOW
        before, alike, enough = None, 0, looks()
        while time.monotonic() < end:
            more = bool(select.select([self.fd], [], [], LOOK_S)[0])
            if more and not self.pump(0):
                return False
            now = doings(*family(self.pid))
            alike = alike + 1 if not more and now is not None and \
                now == before else 0
            if alike >= enough:
                return True
            before = now
        raise TimeoutError("never at rest")

    def quiet(self, quiet=None, limit=10):
        """Until nothing came for `quiet` seconds, or else until the program
        is at rest; false when it is gone."""
        if quiet is None:
            return self.settle(limit)
        end = time.monotonic() + limit * SLOW
        self.last = time.monotonic()
        while time.monotonic() < end:
            left = self.last + quiet - time.monotonic()
            if left <= 0:
                return True
            if not self.pump(left):
                return False
        raise TimeoutError(f"never quiet for {quiet} s")

    def until(self, text, limit=10):
        """Until the text came by, then until the frame is over."""
        part = text.encode() if isinstance(text, str) else text
        end = time.monotonic() + limit * SLOW
        while part not in self.out:
            if time.monotonic() > end or not self.pump(0.1):
                raise TimeoutError(f"{text!r} never came: {self.out[-2000:]!r}")
        self.quiet()
        return self.out

    def forget(self):
        """What came so far; counting begins anew."""
        out, self.out = self.out, b""
        return out

    def write(self, keys):
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def press(self, keys, quiet=None):
        """Everything sent in answer to the keys."""
        self.forget()
        self.pressed = time.monotonic()
        self.write(keys)
        self.quiet(quiet)
        return self.forget()

    def took_ms(self):
        """From the last press to the last byte of its frame."""
        return (self.last - self.pressed) * 1000

    def wait(self, limit=10):
        """Its exit status as a shell tells it (128 + signal)."""
        end = time.monotonic() + limit * SLOW
        while self.status is None and time.monotonic() < end:
            self.pump(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                if self.status < 0:
                    self.status = 128 - self.status
        if self.status is None:
            raise TimeoutError(f"{self.pid} did not end")
        while select.select([self.fd], [], [], 0)[0] and self.pump(0):
            pass
        return self.status

    def hang_up(self):
        """The line is cut; the program's exit status."""
        os.close(self.fd)
        self.fd = os.open(os.devnull, os.O_RDWR)
        return self.wait()

    def end(self):
        """SIGTERM, and its exit status."""
        if self.status is None:
            os.kill(self.pid, signal.SIGTERM)
            try:
                self.wait()
            except TimeoutError:
                os.kill(self.pid, signal.SIGKILL)
                raise
        os.close(self.fd)
        _open.remove(self)
        return self.status


@atexit.register
def _clean():
    for r in list(_open):
        if r.status is None:
            try:
                os.kill(r.pid, signal.SIGKILL)
                os.waitpid(r.pid, 0)
            except OSError:
                pass
