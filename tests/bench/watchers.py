"""Many consoles on one desk, each on a terminal of its own, all read."""
import threading

import world
from recorder import Recorder


class Watchers:
    """with Watchers(folder, 50): consoles that show the duty list."""

    def __init__(self, folder, count):
        self.folder, self.count = folder, count
        self.all, self.over = [], threading.Event()
        self.reader = threading.Thread(target=self.drain, daemon=True)

    def __enter__(self):
        for _ in range(self.count):
            self.all.append(Recorder(world.DELTADESK, "--desk", self.folder))
        for r in self.all:
            r.until("[1 ", limit=60)
        self.reader.start()
        return self

    def drain(self):
        while not self.over.is_set():
            for r in self.all:
                while r.pump(0) and r.forget():
                    pass
            self.over.wait(0.02)

    def __exit__(self, *_):
        self.over.set()
        self.reader.join()
        for r in self.all:
            r.end()
