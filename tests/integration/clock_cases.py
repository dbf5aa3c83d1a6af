"""The dates of tests/data/clock_cases*.csv: `deadline` and a calculator that
shares no line with it both meet them, whatever TZ is set."""
import csv

from tap import *
import workdays

TABLE = workdays.Table(TOP / "db/reference/holidays.csv")
FILES = ("clock_cases.csv", "clock_cases_more.csv")
ROWS = [r for f in FILES
        for r in csv.DictReader(open(TOP / "tests/data" / f,
                                     encoding="utf-8", newline=""))]


def expected(row):
    strict = row["expected_strict_due"]
    assumed = "未公布" in row["reasoning"] and "推定" in row["reasoning"]
    if strict.startswith("suspended:"):
        return {"suspended": True, "remaining": int(strict[10:])}
    return {"strict": strict, "rolled": row["expected_rolled_due"],
            "assumed": assumed}


def calculated(row):
    c = workdays.of_row(TABLE, row)
    if c.remaining is not None:
        return {"suspended": True, "remaining": c.remaining}
    return {"strict": c.strict.isoformat(), "rolled": c.rolled.isoformat(),
            "assumed": c.assumed}


def answered(row, **env):
    args = ["deadline", row["start"], row["amount"], row["unit"], "--json"]
    starts = [s for s in row["suspended_from"].split(";") if s]
    ends = row["suspended_to"].split(";")
    for a, b in zip(starts, ends + [""] * len(starts)):
        args += ["--suspend", f"{a}/{b}" if b else a]
    if row["extension"]:
        args += ["--extend", row["extension"]]
    p = run(*args, env=env)
    if p.returncode != 0:
        return p.stderr
    got = json.loads(p.stdout)
    keys = (("suspended", "remaining") if got["suspended"]
            else ("strict", "rolled", "assumed"))
    return {k: got[k] for k in keys}


@test
def both_calculators_meet_every_case():
    ok(len(ROWS) >= 142, f"{len(ROWS)} cases")
    equal(len({r["id"] for r in ROWS}), len(ROWS), "each id once")
    for r in ROWS:
        want = expected(r)
        equal((calculated(r), answered(r)), (want, want),
              f"{r['id']} {r['rule']}: {r['reasoning'][:60]}")


@test
def what_the_cases_cover():
    text = "".join(r["reasoning"] for r in ROWS)
    for word in ("补班", "放假", "闰日", "跨年", "推定", "检测", "延长"):
        ok(word in text, f"cases with {word}")
    equal({r["unit"] for r in ROWS},
          {"hour", "calendar_day", "working_day", "month"}, "every unit")
    years = {r["start"][:4] for r in ROWS}
    ok({str(y) for y in range(2019, 2028)} <= years, "every year", years)


@test
def no_time_zone_changes_a_date():
    for zone in ("America/New_York", "Pacific/Apia", "UTC", "Asia/Kolkata"):
        wrong = [r["id"] for r in ROWS[::4]
                 if answered(r, TZ=zone) != expected(r)]
        equal(wrong, [], f"TZ={zone}")


main()
