"""HTTP/2 by hand over TLS: any frame, good or broken, and what comes back.

    line = Line(("127.0.0.1", port), cert=(CERT, KEY))
    line.hello()                      # preface and SETTINGS
    line.send(headers(1, "GET", "/v1/desk"))
    end = line.outcome(2)             # how the other side takes it

Nothing here knows the product; the same cases can be put to any server.
"""
import select
import socket
import ssl
import struct
import time

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONT = \
    range(10)
END_STREAM, ACK, END_HEADERS, PADDED, PRIO = 1, 1, 4, 8, 32
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(type_, flags=0, stream=0, body=b"", length=None):
    n = len(body) if length is None else length
    return struct.pack(">I", n)[1:] + struct.pack(
        ">BBI", type_, flags, stream) + body


def integer(n, bits, first=0):
    """RFC 7541 5.1"""
    top = (1 << bits) - 1
    if n < top:
        return bytes([first | n])
    out = [first | top]
    n -= top
    while n >= 128:
        out.append(n % 128 + 128)
        n //= 128
    return bytes(out + [n])


def text(s):
    b = s if isinstance(s, bytes) else s.encode()
    return integer(len(b), 7) + b


# The table is emptied first, as one must once the other side wants none.
NO_TABLE = b"\x20"


def field(name, value):
    """A literal without indexing."""
    return b"\x00" + text(name) + text(value)


def head(method="GET", path="/v1/desk", *more, authority="desk"):
    pairs = [(":method", method), (":scheme", "https"), (":path", path)]
    if authority is not None:
        pairs.append((":authority", authority))
    return NO_TABLE + b"".join(field(n, v) for n, v in pairs + list(more))


def headers(stream, method="GET", path="/v1/desk", *more, end=True,
            flags=END_HEADERS):
    return frame(HEADERS, flags | (END_STREAM if end else 0), stream,
                 head(method, path, *more))


def rst(stream, code=8):
    return frame(RST, 0, stream, struct.pack(">I", code))


def window(stream, n):
    return frame(WINDOW, 0, stream, struct.pack(">I", n))


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", k, v)
                                          for k, v in pairs))


def context(cert=None, alpn=("h2",), newest=ssl.TLSVersion.TLSv1_3,
            oldest=ssl.TLSVersion.TLSv1_3):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    c.minimum_version, c.maximum_version = oldest, newest
    if alpn:
        c.set_alpn_protocols(list(alpn))
    if cert:
        c.load_cert_chain(*map(str, cert))
    return c


class Line:
    def __init__(self, address, cert=None, source=None, timeout=10, **tls):
        sock = socket.create_connection(address, timeout,
                                        source and (source, 0))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.tls = context(cert, **tls).wrap_socket(sock)
        except BaseException:
            sock.close()
            raise
        self.closed = False
        self.frames = []  # (type, flags, stream, body)
        self._in = b""

    def close(self):
        self.closed = True
        self.tls.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, *parts):
        """False once the other side is gone or takes nothing for a second."""
        if self.closed:
            return False
        try:
            self.tls.settimeout(1)
            self.tls.sendall(b"".join(parts))
            return True
        except (OSError, ValueError):
            self.drain(0)
            self.closed = True
            return False

    def hello(self, *pairs, read=True):
        self.send(PREFACE, settings(*pairs))
        if read:
            self.until(lambda: any(f[0] == SETTINGS and not f[1] & ACK
                                   for f in self.frames), 5)
            self.send(frame(SETTINGS, ACK))

    def _take(self, data):
        self._in += data
        while len(self._in) >= 9:
            n = int.from_bytes(self._in[:3], "big")
            if len(self._in) < 9 + n:
                break
            type_, flags, stream = struct.unpack(">BBI", self._in[3:9])
            self.frames.append((type_, flags, stream & 0x7fffffff,
                                self._in[9:9 + n]))
            self._in = self._in[9 + n:]

    def drain(self, seconds):
        """Reads what comes for so long; 0: only what is there."""
        end = time.monotonic() + seconds
        while not self.closed:
            left = max(0, end - time.monotonic())
            try:
                if self.tls.pending() == 0 and \
                        not select.select([self.tls], [], [], left)[0]:
                    break
                self.tls.settimeout(0.2)
                data = self.tls.recv(65536)
            except TimeoutError:
                data = None
            except (OSError, ValueError):
                data = b""
            if data == b"":
                self.closed = True
            elif data:
                self._take(data)
            if time.monotonic() >= end and left == 0 and not data:
                break

    def until(self, fn, seconds):
        """Reads until fn() is true, the line is over, or the time is."""
        end = time.monotonic() + seconds
        while not fn() and not self.closed and time.monotonic() < end:
            self.drain(0.02)
        return fn()

    def of(self, type_, stream=None):
        return [f for f in self.frames
                if f[0] == type_ and stream in (None, f[2])]

    def goaway(self):
        """The error code of a GOAWAY, or None."""
        all_ = self.of(GOAWAY)
        return struct.unpack(">I", all_[-1][3][4:8])[0] if all_ else None

    def status(self, stream):
        """The :status of an answer, or None. Static table, or a literal, plain
        or in Huffman's code: three digits."""
        short = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}
        huffman = {0: "0", 1: "1", 2: "2"}
        for f in self.of(HEADERS, stream):
            b = f[3]
            while b and b[0] & 0xe0 == 0x20:  # a new size of the table
                b = b[1:]
            if b[0] & 0x80:
                return short.get(b[0] & 0x7f)
            n = b[1] & 0x7f
            value = b[2:2 + n]
            if not b[1] & 0x80:
                return int(value)
            bits = "".join(f"{x:08b}" for x in value)
            digits = ""
            while len(digits) < 3:
                five = int(bits[:5], 2)
                if five in huffman:
                    digits += huffman[five]
                    bits = bits[5:]
                else:  # 3..9 have six bits, from 011001 on
                    digits += str(int(bits[:6], 2) - 0x19 + 3)
                    bits = bits[6:]
            return int(digits)
        return None

    def outcome(self, stream=1, seconds=1.0):
        """'connection' ended, 'stream' reset or refused by status, 'answered'
        (2xx), 'nothing': a PING is answered, and no more."""
        self.send(frame(PING, 0, 0, b"alive???"))

        def over():
            return (self.closed or self.of(GOAWAY) or self.of(RST, stream)
                    or self.status(stream) is not None)
        self.until(lambda: over() or any(
            f[1] & ACK and f[3] == b"alive???" for f in self.of(PING)),
            seconds)
        if not over():
            self.until(over, 0.15)
        if self.of(GOAWAY) or self.closed:
            return "connection"
        status = self.status(stream)
        if status is not None and 200 <= status < 300:
            return "answered"
        if self.of(RST, stream) or status is not None:
            return "stream"
        return "nothing"
