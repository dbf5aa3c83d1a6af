"""How much each subject of the bench measures, and the words of its command
line. SIZE.documents and the others are counts."""
import argparse
import types

# Sizes at which the run stays under five minutes on two cores of its own.
PLAIN = dict(rounds=3, notices=200, sustained=500, events=3_000,
             documents=20_000, million=0, actions=10_000, folds=100_000,
             peers=100, consoles=20, burst=300, megabytes=128, opened=500,
             year=1_000, idle_s=20, keys=40)
FULL = dict(PLAIN, notices=400, sustained=1000, events=100_000,
            documents=100_000, million=1_000_000, actions=50_000, peers=300,
            consoles=50, burst=500, megabytes=1024, year=20_000, idle_s=60)
TINY = dict(rounds=1, notices=4, sustained=8, events=60, documents=400,
            million=0, actions=60, folds=1_000, peers=3, consoles=2, burst=12,
            megabytes=2, opened=8, year=12, idle_s=1, keys=3)


def _parse():
    p = argparse.ArgumentParser(
        description="What the desk does beside the raw "
        "limit of this machine. Figures compare within one run only.")
    p.add_argument("--build", default=".", help="where the programs are built")
    p.add_argument("--json", action="store_true", help="one array of rows")
    p.add_argument("--rounds", type=int, help="3 unless said")
    p.add_argument("--only", action="append", metavar="SUBJECT",
                   help="this subject alone (may be given again)")
    p.add_argument("--million", metavar="DIR", help="with --full: the desk of "
                   "a million documents is kept here, and used again")
    size = p.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true",
                      help="a million documents, 300 peers, 100,000 events")
    size.add_argument("--tiny", action="store_true",
                      help="only to see that each row is measured")
    args = p.parse_args()
    size = FULL if args.full else TINY if args.tiny else PLAIN
    if args.rounds:
        size = dict(size, rounds=args.rounds)
    return args, types.SimpleNamespace(**size)


ARGS, SIZE = _parse()
