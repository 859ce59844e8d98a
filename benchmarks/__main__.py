"""`python -m benchmarks [P1 P2 ...] [--runs N] [--smoke] [--json FILE]`: run cases, print tables.

Nothing passes or fails by it: it says where goals are met and where they are not. An interrupt ends
it with what has been measured so far.
"""

import argparse
import random
import time
from pathlib import Path

from rich.console import Console

from benchmarks.case import Samples
from benchmarks.cases import CASES
from benchmarks.environments import HOMES, machine
from benchmarks.runner import run
from benchmarks.table import WIDTH, show, write


def main() -> None:
    """Run what was asked for."""
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=7, help="of each client; 7")
    parser.add_argument("--smoke", action="store_true", help="3 runs of each client")
    parser.add_argument("--json", type=Path, default=HOMES / "latest.json", help="is written")
    parser.add_argument("--seed", type=int, default=None, help="of the order of runs")
    asked = parser.parse_args()
    if unknown := set(asked.cases) - set(names):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    wanted = tuple(case for case in CASES if not asked.cases or case.name in asked.cases)
    console, found, begun = Console(width=WIDTH), dict[str, Samples](), time.monotonic()
    chance, on = random.Random(asked.seed), machine()  # noqa: S311 - an order, not a secret
    console.print(", ".join(f"{name} {value}" for name, value in on.items()))
    for case in wanted:
        samples = found[case.name] = Samples()
        try:
            run(case, 3 if asked.smoke else asked.runs, samples, chance)
        except KeyboardInterrupt:
            console.print("[yellow]interrupted[/]")
            break
        finally:
            show(console, case, samples)
            asked.json.parent.mkdir(parents=True, exist_ok=True)
            write(asked.json, on, found, wanted)
    console.print(f"{time.monotonic() - begun:,.0f} s; all runs are in {asked.json}")


if __name__ == "__main__":
    main()
