"""The rows of the bench: printed as they come, kept for --json."""
import json
import statistics

from sizes import ARGS

ROWS = []
NOT_INSTALLED = "not installed"


class Goal:
    """A bound of the ratio to what stands beside, or of the figure itself."""

    def __init__(self, bound, at_least=False, of_ratio=True):
        self.bound, self.at_least, self.of_ratio = bound, at_least, of_ratio

    def met(self, ratio, figure):
        value = ratio if self.of_ratio else figure
        if value is None:
            return None
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self):
        sign = ">=" if self.at_least else "<="
        return f"{sign} {self.bound:g}{'x' if self.of_ratio else ''}"


def at_most(ratio):
    return Goal(ratio)


def at_least(ratio):
    return Goal(ratio, at_least=True)


def within(figure):
    return Goal(figure, of_ratio=False)


def no_less(figure):
    return Goal(figure, at_least=True, of_ratio=False)


def _figures(values):
    if not values:
        return f"{'-':>29}"
    return " ".join(f"{v:>9.2f}" if v < 1e5 else f"{v:>9.0f}" for v in
                    (min(values), statistics.median(values), max(values)))


def header():
    if not ARGS.json:
        print(f"{'':<45} {'':<6} {'beside: min, median, max':>29} "
              f"{'desk: min, median, max':>29}   ratio  goal", flush=True)


def row(name, unit, desk, beside=None, goal=None, what="raw limit"):
    """desk, beside: a figure for each round. beside NOT_INSTALLED: the program
    `what` is not on this machine, and nothing is compared."""
    missing = beside == NOT_INSTALLED
    values = None if missing else beside
    figure = statistics.median(desk)
    ratio = figure / statistics.median(values) \
        if values and statistics.median(values) else None
    met = goal.met(ratio, figure) if goal else None
    ROWS.append({"name": name, "unit": unit, "desk": sorted(desk),
                 "beside": NOT_INSTALLED if missing else
                 sorted(values) if values else None,
                 "what": what if beside else None,
                 "ratio": None if ratio is None else round(ratio, 3),
                 "goal": str(goal) if goal else None, "met": met})
    if ARGS.json:
        return
    left = f"{what + ' ' + NOT_INSTALLED:>29}" if missing \
        else _figures(values)
    shown = "" if ratio is None else f"{ratio:.2f}"
    word = {None: "", True: "met", False: "missed"}[met]
    print(f"{name:<45} {unit:<6} {left} {_figures(desk)} {shown:>7}  "
          f"{str(goal) if goal else '':<8} {word}", flush=True)


def finish():
    if ARGS.json:
        print(json.dumps(ROWS, ensure_ascii=False, indent=1))
        return
    judged = [r for r in ROWS if r["met"] is not None]
    print(f"{len(ROWS)} rows; of {len(judged)} goals "
          f"{sum(r['met'] for r in judged)} met, "
          f"{sum(not r['met'] for r in judged)} missed")
