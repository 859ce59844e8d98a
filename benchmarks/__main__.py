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
from benchmarks.cases import CASES, GROWTH
from benchmarks.environments import HOMES, compile_sources, machine
from benchmarks.runner import run
from benchmarks.table import WIDTH, show, write


def main() -> None:
    """Run the cases that the command line names."""
    all_cases = (*CASES, *GROWTH)
    names = [case.name for case in all_cases]
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=7, help="of each client; 7")
    parser.add_argument("--smoke", action="store_true", help="3 runs of each client")
    parser.add_argument("--json", type=Path, default=HOMES / "latest.json", help="is written")
    parser.add_argument("--growth", action="store_true", help="only what the charts are made of")
    parser.add_argument("--seed", type=int, default=None, help="of the order of runs")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - set(names):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    cases = GROWTH if arguments.growth else CASES
    if arguments.cases:
        cases = tuple(case for case in all_cases if case.name in arguments.cases)
    console, samples_by_case, started = Console(width=WIDTH), dict[str, Samples](), time.monotonic()
    rng, environment = random.Random(arguments.seed), machine()  # noqa: S311 - an order, not a secret
    console.print(", ".join(f"{name} {value}" for name, value in environment.items()))
    compile_sources()
    for case in cases:
        samples = samples_by_case[case.name] = Samples()
        try:
            run(case, 3 if arguments.smoke else arguments.runs, samples, rng)
        except KeyboardInterrupt:
            console.print("[yellow]interrupted[/]")
            break
        finally:
            show(console, case, samples)
            arguments.json.parent.mkdir(parents=True, exist_ok=True)
            write(arguments.json, environment, samples_by_case, cases)
    console.print(f"{time.monotonic() - started:,.0f} s; all runs are in {arguments.json}")


if __name__ == "__main__":
    main()
