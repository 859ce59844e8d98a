"""Runs the chaos of tests/chaos at full size and prints what became of it, as a table.

    python tools/run_chaos.py [--kills N] [--calls N] [--down SECONDS] [--postgresql]

It kills its own processes by the thousand, on a local org on loopback; it needs some minutes.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chaos.chaos_faults import STEPS
from chaos.chaos_org import chaos_org
from chaos.chaos_place import Place
from chaos.chaos_scenarios import (
    Outcome,
    crowd,
    in_turn,
    killed_at,
    killed_at_random,
    lossy_window,
    stampede,
    store_restarts,
    told,
)
from connector.client_drivers import AsyncDriver, SyncDriver
from host.postgres_server import PostgresServer, programs

SEED = 2026


def outcomes(
    place: Place, server: PostgresServer | None, *, kills: int, calls: int, down_for: float
) -> Iterator[Outcome]:
    """Run all scenarios in one store.

    Args:
        place: The store.
        server: The one that it is on; None for a file.
        kills: Processes to kill, at all steps together, and as many at random moments.
        calls: Of a stampede.
        down_for: Seconds that the token endpoint is down.
    """
    yield crowd(SyncDriver, calls)
    yield crowd(AsyncDriver, calls)
    with chaos_org() as org:
        for kind in ("threads", "loop", "loops", "mixed"):
            yield stampede(org, place, processes=1, calls=calls, kind=kind)
        yield stampede(org, place, processes=4, calls=calls, kind="mixed")
        yield in_turn(org, place, 50)
        yield stampede(org, place, processes=4, calls=calls // 10, down_for=down_for)
        for step in STEPS:
            yield killed_at(org, place, step, max(1, kills // len(STEPS)))
        yield killed_at_random(org, place, kills, SEED)
        if server is not None:
            for back_at_once in (True, False):
                restart = _restarting(server, back_at_once)
                yield store_restarts(org, place, restart, back_at_once=back_at_once)
        window = told(lossy_window(org, place, 200))
        yield Outcome("from Salesforce's answer to our save, 200 times", 200, 0, 200, 0, window)
    with chaos_org(reuse_detected=False) as org:
        found = killed_at(org, place, "request sent, answer under way", 10)
        yield replace(found, scenario=f"{found.scenario}, reuse not detected")
    with chaos_org(rotating=False) as org:
        costly = [step for step, costs in STEPS.items() if costs]
        lost = sum(killed_at(org, place, step, 10).grants_lost for step in costly)
        yield Outcome("kill -9: at each costly step, no rotation", 40, 40, org.tokens_given, lost)


def _restarting(server: PostgresServer, back_at_once: bool) -> Callable[[], None]:
    steps = iter([server.stop, server.start])

    def restart() -> None:
        next(steps)()
        if back_at_once:
            next(steps)()

    return restart


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--down", type=float, default=30.0)
    parser.add_argument("--postgresql", action="store_true", help="keep the store there")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        location, server = str(folder / "connections.sqlite3"), None
        if asked.postgresql:
            found = programs()
            if found is None:
                raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
            server = stack.enter_context(PostgresServer(found))
            location = server.new_schema()
        if not asked.json:
            print("| scenario | calls | calls lost | refreshes | grants lost | |")
            print("|---|---|---|---|---|---|")
        place = Place(location, folder / "key")
        for outcome in outcomes(
            place, server, kills=asked.kills, calls=asked.calls, down_for=asked.down
        ):
            row = asdict(outcome)
            line = json.dumps(row) if asked.json else f"| {' | '.join(map(str, row.values()))} |"
            print(line, flush=True)


if __name__ == "__main__":
    main()
