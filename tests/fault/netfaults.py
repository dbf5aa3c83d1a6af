"""A network of proxies on loopback whose lines turn bad in ten ways.

    net = Net({"a": port_a, "b": port_b})     # who listens where
    net.port("a", "b")                        # what a dials to reach b
    net.fault("halfopen", "a", "b", 0, rnd)   # on the line from a to b
    net.heal()                                # what lasts ends

A line is one way: all bytes from one desk to another, whichever of them
dialled. Kinds, and what the desks see of them:

    cut        connections between the two end in order (FIN)
    reset      a part of what is under way passes, then RST: in mid-frame
    halfopen   one end sees a reset, the other nothing at all, ever
    lost       a box between forgot the connections: both ends see nothing
    refuse     as cut, and nobody can connect for a while
    blackhole  nothing passes either way; what was sent comes afterwards
    oneway     nothing passes this way, the other way all
    delay      what passes comes late, by up to so much
    throttle   a few kilobytes a second
    chop       in pieces of a few bytes

The first four end connections and are over at once; the others last.
"""
import asyncio
import collections
import random
import socket
import struct
import threading

AT_ONCE = ("cut", "reset", "halfopen", "lost")
LASTING = ("refuse", "blackhole", "oneway", "delay", "throttle", "chop")
KINDS = AT_ONCE + LASTING
READ = 16384


class Way:
    """From one desk to another: how bytes pass now."""

    def __init__(self):
        self.passed = 0
        self.clear()

    def clear(self):
        self.held = self.chop = False
        self.delay = 0.0        # seconds, at most
        self.rate = 0           # bytes a second; 0 as they come
        self.refused = False


def abort(writer, rst=True):
    """Ends one side; rst: as a machine does that knows nothing of it."""
    if rst:
        s = writer.get_extra_info("socket")
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                         struct.pack("ii", 1, 0))
        except OSError:
            pass
    writer.transport.abort()


class Pipe:
    """One connection through a proxy: two ends, two pumps."""

    def __init__(self, net, dialler, listener):
        self.net, self.ends = net, (dialler, listener)
        self.writers = {}
        self.swallow = set()    # bytes that this end sends are lost
        self.breaking = None    # after so many bytes more: RST

    def end(self, rst=False):
        for end, w in self.writers.items():
            if rst:
                abort(w)
            elif end not in self.swallow:
                w.close()

    async def run(self, near, far):
        a, b = self.ends
        self.writers = {a: near[1], b: far[1]}
        for w in self.writers.values():
            w.get_extra_info("socket").setsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.net.pipes.add(self)
        try:
            await asyncio.gather(self.pump(a, b, near[0]),
                                 self.pump(b, a, far[0]))
        finally:
            self.net.pipes.discard(self)
            for w in self.writers.values():
                w.transport.abort()

    async def pump(self, end, other, reader):
        """Bytes from `end` to `other`, through the line as it is."""
        try:
            while True:
                while self.way(end, other).held and end not in self.swallow:
                    await asyncio.sleep(0.02)
                data = await reader.read(READ)
                if not data:
                    break
                if end in self.swallow:
                    continue
                await self.pass_on(data, self.way(end, other),
                                   self.writers[other], end)
        except (OSError, asyncio.IncompleteReadError):
            pass
        if not self.swallow:
            self.end()
        elif end in self.swallow:   # it gave up by itself
            self.writers[end].transport.abort()

    def way(self, end, other):
        return self.net.ways[end, other]

    async def pass_on(self, data, way, writer, end):
        if way.delay:
            await asyncio.sleep(self.net.rnd.uniform(0, way.delay))
        if self.breaking is not None:
            writer.write(data[:self.breaking])
            await writer.drain()
            self.end(rst=True)
            return
        at = 0
        while at < len(data) and end not in self.swallow:
            n = len(data)
            if way.chop:
                n = self.net.rnd.randint(1, 40)
            elif way.rate:
                n = max(1, way.rate // 20)
            writer.write(data[at:at + n])
            await writer.drain()
            at += n
            if way.rate:
                await asyncio.sleep(0.05)
            elif way.chop:
                await asyncio.sleep(0)
            while way.held and end not in self.swallow:
                await asyncio.sleep(0.02)
        way.passed += len(data)


class Net:
    def __init__(self, ports, seed=1):
        self.ports, self.rnd = dict(ports), random.Random(seed)
        self.ways = {(x, y): Way() for x in ports for y in ports if x != y}
        self.pipes, self.proxies = set(), {}
        self.counts = collections.Counter()
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,),
                                       daemon=True)
        self.thread.start()
        ready.wait()

    def port(self, frm, to):
        return self.proxies[frm, to]

    # ---- what a test calls, from its own thread ----

    def call(self, fn, *args):
        async def on_loop():
            return fn(*args)
        return asyncio.run_coroutine_threadsafe(on_loop(), self.loop).result(
            30)

    def fault(self, kind, x, y, seconds=0.0):
        """One fault on the line from x to y; how many connections it met."""
        self.counts[kind] += 1
        return self.call(self._fault, kind, x, y, seconds)

    def heal(self):
        """All that lasts ends. Dead connections stay as dead as they are."""
        self.call(self._heal)

    def connections(self, x, y):
        return len([p for p in list(self.pipes) if set(p.ends) == {x, y}])

    def close(self):
        def stop():
            for s in self.servers:
                s.close()
            for p in list(self.pipes):
                p.end(rst=True)
            self.loop.call_later(0.1, self.loop.stop)
        self.call(stop)
        self.thread.join(5)

    # ---- on the loop ----

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(lambda *_: None)
        self.servers = []

        async def listen():
            for x, y in self.ways:
                s = await asyncio.start_server(
                    lambda r, w, x=x, y=y: self._accept(x, y, r, w),
                    "127.0.0.1", 0, limit=READ)
                self.servers.append(s)
                self.proxies[x, y] = s.sockets[0].getsockname()[1]
        self.loop.run_until_complete(listen())
        ready.set()
        self.loop.run_forever()

    async def _accept(self, x, y, reader, writer):
        if self.ways[x, y].refused or self.ways[y, x].refused:
            abort(writer)
            return
        try:
            far = await asyncio.open_connection("127.0.0.1", self.ports[y],
                                                limit=READ)
        except OSError:
            abort(writer)
            return
        await Pipe(self, x, y).run((reader, writer), far)

    def _fault(self, kind, x, y, seconds):
        met = [p for p in self.pipes
               if set(p.ends) == {x, y} and not p.swallow]
        way, back = self.ways[x, y], self.ways[y, x]
        for p in met:
            if kind in ("cut", "refuse"):
                p.end()
            elif kind == "reset":
                p.breaking = self.rnd.randint(0, 60)
            elif kind == "halfopen":
                p.swallow.add(y)
                abort(p.writers[x])
            elif kind == "lost":
                p.swallow.update((x, y))
        if kind in LASTING:
            for w in (way, back) if kind == "blackhole" else (way,):
                self._set(w, kind)
                self.loop.call_later(seconds, self._clear, w, kind)
        return len(met)

    def _set(self, way, kind):
        if kind == "refuse":
            way.refused = True
        elif kind in ("blackhole", "oneway"):
            way.held = True
        elif kind == "delay":
            way.delay = self.rnd.uniform(0.05, 1.5)
        elif kind == "throttle":
            way.rate = self.rnd.randint(2000, 20000)
        elif kind == "chop":
            way.chop = True

    def _clear(self, way, kind):
        if kind == "refuse":
            way.refused = False
        elif kind in ("blackhole", "oneway"):
            way.held = False
        elif kind == "delay":
            way.delay = 0.0
        elif kind == "throttle":
            way.rate = 0
        elif kind == "chop":
            way.chop = False

    def _heal(self):
        for w in self.ways.values():
            w.clear()
