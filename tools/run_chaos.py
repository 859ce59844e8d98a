"""Runs the chaos of tests/chaos at full size and prints what became of it, as a table.

    python tools/run_chaos.py [--kills N] [--calls N] [--down SECONDS] [--postgresql]
        [--record FILE] [--table]

It kills its own processes by the thousand, on a local org on loopback, and takes half an hour. It
may be interrupted: run with the same arguments again, it continues.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chaos.chaos_plan import Ground, Row, rows
from chaos.chaos_record import OtherChaos, Record
from chaos.store_location import StoreLocation
from host.postgres_server import PostgresServer, programs

ROOT = Path(__file__).resolve().parent.parent
HEAD = "| scenario | calls | calls lost | refreshes | grants lost | |\n|---|---|---|---|---|---|"


def main() -> None:
    """Run the experiments of the command line that have no result yet."""
    arguments = _parse_arguments()
    sizes = {"kills": arguments.kills, "calls": arguments.calls, "down": arguments.down}
    store = "postgresql" if arguments.postgresql else "sqlite"
    path = arguments.record or ROOT / ".chaos" / f"{store}.jsonl"
    try:
        record = Record(path, {**sizes, "store": store}, _describe_machine())
    except OtherChaos as exc:
        raise SystemExit(f"{exc} Ask for the same again, or give another --record.") from None
    with _ground(arguments.postgresql and not arguments.table) as ground:
        parameters = {
            "kills": arguments.kills,
            "calls": arguments.calls,
            "down_for": arguments.down,
        }
        plan = list(rows(ground, **parameters, on_server=arguments.postgresql))
        try:
            if not arguments.table:
                _run(plan, record)
        except KeyboardInterrupt:
            print(
                f"\nInterrupted. Run the same command to continue; results are in {path}.",
                file=sys.stderr,
            )
        finally:
            _print(plan, record)


def _run(plan: list[Row], record: Record) -> None:
    todo = [(row, n) for row in plan for n in range(len(row.portions)) if not record.has(row, n)]
    began = time.monotonic()
    for done, (row, number) in enumerate(todo):
        spent = time.monotonic() - began
        print(
            f"{spent:6.0f} s  {done}/{len(todo)}  {row.name}  {number + 1}/{len(row.portions)}",
            file=sys.stderr,
            flush=True,
        )
        record.add(row, number, row.run(number, row.portions[number]))


def _print(plan: list[Row], record: Record) -> None:
    print(", ".join(record.ran_on.values()), HEAD, sep="\n\n")
    for row in plan:
        if (outcome := record.outcome(row)) is not None:
            print(f"| {' | '.join(map(str, astuple(outcome)))} |")


@contextmanager
def _ground(on_postgresql: bool) -> Generator[Ground]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        location, server = str(folder / "connections.sqlite3"), None
        if on_postgresql:
            available = programs()
            if available is None:
                raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
            server = stack.enter_context(PostgresServer(available))
            location = server.new_schema()
        yield stack.enter_context(Ground(StoreLocation(location, folder / "key"), server))


def _describe_machine() -> dict[str, str]:
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "python": f"Python {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=1000, help="at each step of a renewal")
    parser.add_argument("--calls", type=int, default=1000, help="of a stampede")
    parser.add_argument("--down", type=float, default=30.0, help="seconds without sign-in")
    parser.add_argument("--postgresql", action="store_true", help="keep the store there")
    parser.add_argument("--record", type=Path, help="what is done; .chaos/STORE.jsonl")
    parser.add_argument("--table", action="store_true", help="only print what is done")
    return parser.parse_args()


if __name__ == "__main__":
    main()
