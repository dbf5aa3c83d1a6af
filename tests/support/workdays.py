"""Due dates counted day by day after DOMAIN 12, apart from the program: what
the cases of tests/data/clock_cases*.csv are checked with a second time.

The conventions: local time +08:00; the day of the start is not counted; day
clocks end at 23:59:59 of the last day counted; hours are exact and run through
everything; of a suspension the day it begins is not counted and the day it
ends is, when it begins on or before the due date; an extension is added
before anything is rolled; months end on the same day number, else on the
month's last; only days and months roll, to the first working day.
"""
import csv
from datetime import date, datetime, timedelta, timezone

LOCAL = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Table:
    """The holiday table: names of days off and of days made up."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        self.kind = {date.fromisoformat(r["day"]): r["kind"] for r in rows}
        self.name = {date.fromisoformat(r["day"]): r["name"] for r in rows}
        self.years = {d.year for d in self.kind}

    def works(self, day):
        kind = self.kind.get(day)
        if kind:
            return kind == "workday"
        return day.isoweekday() < 6

    def knows(self, day):
        return min(self.years) <= day.year <= max(self.years)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(
        LOCAL)


def end_of(day):
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)


def add_months(day, n):
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    month += 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            pass
    return date(year, month, day.day)


class Clock:
    """start, spans: [(from, to or None)]; .strict .rolled .assumed, or
    .remaining while it is suspended."""

    def __init__(self, table, start, amount, unit, spans=(), extension=0):
        self.table, self.unit = table, unit
        self.start = start
        self.total = amount + extension
        self.taken = []
        self.remaining = None
        self.strict = self.rolled = None
        self.assumed = False
        for span in sorted(spans):
            if span[0] > self.last():
                break  # already late: late it stays
            if span[1] is None:
                self.remaining = self.left_at(span[0])
                return
            self.taken.append(span)
        self.strict = self.last()
        self.roll()

    def is_suspended(self, day):
        return any(a.date() <= day < b.date() for a, b in self.taken)

    def counts(self, day):
        return not self.is_suspended(day) and (
            self.unit != "working_day" or self.table.works(day))

    def last(self):
        if self.unit == "hour":
            pauses = sum((b - a for a, b in self.taken), timedelta())
            return self.start + self.total * HOUR + pauses
        if self.unit == "month":
            day = add_months(self.start.date(), self.total)
            for a, b in self.taken:
                day += b.date() - a.date()
            return end_of(day)
        day, n = self.start.date(), 0
        while n < self.total:
            day += DAY
            n += self.counts(day)
        return end_of(day)

    def left_at(self, when):
        if self.unit == "hour":
            return int((self.last() - when) / timedelta(milliseconds=1))
        if self.unit == "month":
            return (self.last().date() - when.date()).days + 1
        day, n = self.start.date() + DAY, self.total
        while day < when.date():
            n -= self.counts(day)
            day += DAY
        return n

    def roll(self):
        self.rolled = self.strict
        if self.unit == "hour":
            return
        day = self.strict.date()
        looked_at = [self.start.date() + DAY, day]
        if self.unit != "working_day":
            while not self.table.works(day):
                day += DAY
            looked_at = [self.strict.date(), day]
            self.rolled = end_of(day)
        self.assumed = not all(self.table.knows(d) for d in looked_at)

    def special(self):
        """Days of the table from the start to the end, in words."""
        end = self.rolled.date() if self.rolled else self.last().date()
        off, made = [], []
        day = self.start.date() + DAY
        while day <= end:
            kind = self.table.kind.get(day)
            if kind == "holiday":
                off.append(day)
            elif kind == "workday":
                made.append(day)
            day += DAY
        return off, made


def of_row(table, row):
    """The clock of a row of the case files; lists of spans are split at ;"""
    starts = [s for s in row["suspended_from"].split(";") if s]
    ends = row["suspended_to"].split(";") if starts else []
    ends += [""] * (len(starts) - len(ends))
    spans = [(instant(a), instant(b) if b else None)
             for a, b in zip(starts, ends)]
    return Clock(table, instant(row["start"]), int(row["amount"]),
                 row["unit"], spans, int(row["extension"] or 0))
