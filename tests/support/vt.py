"""What stands on a terminal that was sent these bytes: just enough of one to
read back what the console draws on an xterm of UTF-8.

    v = Terminal(80, 24); v.feed(data); print(v.text())

Unknown sequences raise: the console has no business sending them.
"""
import codecs
import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([?>]?)([\d;]*)([A-Za-z@])|([()])(.)|([=>78M]))")


def width(ch):
    if unicodedata.combining(ch):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


class Terminal:
    def __init__(self, cols, rows):
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.rest = ""
        self.shown = True
        self.resize(cols, rows)

    def resize(self, cols, rows):
        self.cols, self.rows = cols, rows
        self.x = self.y = 0
        self.top, self.bottom = 0, rows - 1
        self.grid = [[" "] * cols for _ in range(rows)]

    def text(self):
        return "\n".join("".join(r).rstrip() for r in self.grid)

    def feed(self, data):
        s = self.rest + self.decode(data)
        at = 0
        while at < len(s):
            if s[at] == "\x1b":
                m = SEQUENCE.match(s, at)
                if not m:
                    if len(s) - at > 20:
                        raise ValueError(f"sequence {s[at:at + 20]!r}")
                    break
                self.sequence(m)
                at = m.end()
                continue
            self.char(s[at])
            at += 1
        self.rest = s[at:]

    def char(self, ch):
        if ch == "\r":
            self.x = 0
        elif ch == "\n":
            self.down()
        elif ch == "\b":
            self.x = max(min(self.x, self.cols - 1) - 1, 0)
        elif ch == "\a":
            pass
        elif unicodedata.category(ch) == "Cc":
            raise ValueError(f"control {ch!r}")
        else:
            self.put(ch)

    def down(self):
        if self.y == self.bottom:
            self.move(self.top, self.bottom)
        elif self.y + 1 < self.rows:
            self.y += 1

    def move(self, gone, new):
        """One row goes, an empty one is put elsewhere."""
        self.grid.pop(gone)
        self.grid.insert(new, [" "] * self.cols)

    def put(self, ch):
        n = width(ch)
        if n == 0:
            if self.x > 0:
                row = self.grid[self.y]
                at = self.x - 1 if row[self.x - 1] else self.x - 2
                row[at] += ch
            return
        if self.x + n > self.cols:
            self.x = 0
            self.down()
        row = self.grid[self.y]
        if row[self.x] == "":           # half of a wide one goes
            row[self.x - 1] = " "
        after = self.x + n
        if after < self.cols and row[after] == "":
            row[after] = " "
        row[self.x] = ch
        if n == 2:
            row[self.x + 1] = ""
        self.x = after

    def sequence(self, m):
        private, words, final, paren, _, single = m.groups()
        if single == "M":
            if self.y == self.top:
                self.move(self.bottom, self.top)
            else:
                self.y = max(self.y - 1, 0)
            return
        if paren or single in ("=", ">") or private or final in "mhl":
            return
        if not final:
            raise ValueError(f"sequence {m.group(0)!r}")
        n = [int(w) if w else 0 for w in words.split(";")]
        one = max(n[0], 1)
        self.x = min(self.x, self.cols - 1)
        if final == "H":
            self.y = min(one, self.rows) - 1
            self.x = min(max(n[1] if len(n) > 1 else 1, 1), self.cols) - 1
        elif final == "d":
            self.y = min(one, self.rows) - 1
        elif final == "G":
            self.x = min(one, self.cols) - 1
        elif final == "A":
            first = self.top if self.y >= self.top else 0
            self.y = max(self.y - one, first)
        elif final == "B":
            last = self.bottom if self.y <= self.bottom else self.rows - 1
            self.y = min(self.y + one, last)
        elif final in "CD":
            self.x += -one if final == "D" else one
            self.x = min(max(self.x, 0), self.cols - 1)
        elif final == "K" and n[0] == 0:
            self.grid[self.y][self.x:] = [" "] * (self.cols - self.x)
        elif final == "J":
            first = 0 if n[0] == 2 else self.y + 1
            if n[0] == 0:
                self.grid[self.y][self.x:] = [" "] * (self.cols - self.x)
            for y in range(first, self.rows):
                self.grid[y] = [" "] * self.cols
        elif final in "LM":
            for _ in range(one if self.top <= self.y <= self.bottom else 0):
                if final == "L":
                    self.move(self.bottom, self.y)
                else:
                    self.move(self.y, self.bottom)
        elif final == "r":
            self.top = one - 1
            self.bottom = (n[1] if len(n) > 1 and n[1] else self.rows) - 1
            self.x = self.y = 0
        elif final != "t":
            raise ValueError(f"sequence {m.group(0)!r}")
