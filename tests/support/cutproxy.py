"""A TCP proxy on loopback that can cut, stop and limit what passes.

    p = CutProxy(to_port)          # p.port is what peers dial
    p.cut_after(100_000)           # every connection is cut after so many bytes
    p.cut()                        # all connections now
    p.refuse(True)                 # new connections are closed at once
"""
import socket
import threading


class CutProxy:
    def __init__(self, to_port):
        self.to_port = to_port
        self.limit = None
        self.refusing = False
        self.passed = 0
        self.cuts = 0
        self._pairs = set()
        self._lock = threading.Lock()
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(16)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, n_bytes):
        """Each connection from now on; None: never."""
        self.limit = n_bytes

    def refuse(self, on):
        self.refusing = on
        if on:
            self.cut()

    def cut(self):
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for a, b in pairs:
            self._end(a, b)

    def close(self):
        self._listener.close()
        self.cut()

    def _end(self, a, b):
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                a, _ = self._listener.accept()
            except OSError:
                return
            if self.refusing:
                a.close()
                continue
            try:
                b = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                a.close()
                continue
            b.settimeout(None)
            pair = (a, b)
            with self._lock:
                self._pairs.add(pair)
            count = [0]
            for x, y in ((a, b), (b, a)):
                threading.Thread(target=self._pump, args=(x, y, pair, count),
                                 daemon=True).start()

    def _pump(self, x, y, pair, count):
        try:
            while True:
                data = x.recv(16384)
                if not data:
                    break
                limit = self.limit
                if limit is not None and count[0] + len(data) > limit:
                    self.cuts += 1
                    break
                count[0] += len(data)
                self.passed += len(data)
                y.sendall(data)
        except OSError:
            pass
        self._end(*pair)
        with self._lock:
            self._pairs.discard(pair)
