"""What the chaos at full size is made of: rows, each in portions that take a minute at most."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from chaos.chaos_faults import STEPS
from chaos.chaos_org import ChaosOrg, chaos_org
from chaos.chaos_processes import ForkServer, fork_server
from chaos.chaos_scenarios import (
    Outcome,
    crowd,
    describe_spans,
    in_turn,
    killed_at,
    killed_at_random,
    lossy_window,
    stampede,
    store_restarts,
    storm,
)
from chaos.store_location import StoreLocation
from connector.client_drivers import AsyncDriver, SyncDriver
from host.postgres_server import PostgresServer

SEED = 2026
PORTION = 50  # kills
WITHOUT = 100  # kills a costly step, where no reuse is detected or nothing rotates
STORM = 0.02  # of calls, that end the session which all processes use
WINDOWS = 200  # refreshes whose window is measured


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        name: Of no other row; stays the same from run to run.
        portions: How many kills each portion has; (1,) for what cannot be divided.
        run: Does one portion, given its number and its kills.
    """

    name: str
    portions: tuple[int, ...]
    run: Callable[[int, int], Outcome]


class Ground:
    """Where it happens: a store, and orgs that are served when they are first needed."""

    def __init__(self, location: StoreLocation, server: PostgresServer | None) -> None:
        """Args:
        server: Whose database the store is in; None for a file.
        """
        self.location = location
        self.server = server
        self._stack = ExitStack()
        self._orgs: dict[tuple[bool, bool], ChaosOrg] = {}
        self._nest: ForkServer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def org(self, *, rotating: bool = True, reuse_detected: bool = True) -> ChaosOrg:
        kind = (rotating, reuse_detected)
        if kind not in self._orgs:
            served = chaos_org(rotating=rotating, reuse_detected=reuse_detected)
            self._orgs[kind] = self._stack.enter_context(served)
        return self._orgs[kind]

    @property
    def fork_server(self) -> ForkServer:
        if self._nest is None:
            self._nest = self._stack.enter_context(fork_server(self.location))
        return self._nest


def rows(
    ground: Ground, *, kills: int, calls: int, down_for: float, on_server: bool
) -> Iterator[Row]:
    """Yield all rows for one store.

    Args:
        on_server: It is a server's, which can be restarted.
        kills: Processes to kill at each step, and as many at random moments.
        calls: Of a stampede.
        down_for: Seconds that the token endpoint is down.
    """
    for driver in (SyncDriver, AsyncDriver):
        yield _whole(f"crowd {driver.__name__}", partial(crowd, driver, calls))
    for processes, kind in ((1, "threads"), (1, "loop"), (1, "loops"), (1, "mixed"), (4, "mixed")):
        yield _whole(
            f"stampede {processes} {kind}",
            partial(_stampede, ground, processes, kind, calls),
        )
    for kind in ("threads", "loop", "mixed"):
        yield _whole(f"storm {kind}", partial(_storm, ground, kind, calls))
    yield _whole("in turn", lambda: in_turn(ground.org(), ground.location, 50))
    yield _whole("stampede, down", partial(_stampede, ground, 4, "threads", calls // 10, down_for))
    yield from _restarts(ground) if on_server else ()
    yield _whole("window", partial(_window, ground))
    yield from _kills(ground, kills)


def _stampede(
    ground: Ground, processes: int, kind: str, calls: int, down_for: float = 0.0
) -> Outcome:
    return stampede(
        ground.org(),
        ground.location,
        processes=processes,
        calls=calls,
        kind=kind,
        down_for=down_for,
    )


def _storm(ground: Ground, kind: str, calls: int) -> Outcome:
    return storm(
        ground.org(), ground.location, processes=3, calls=calls, kind=kind, probability=STORM
    )


def _whole(name: str, run: Callable[[], Outcome]) -> Row:
    return Row(name, (1,), lambda _number, _kills: run())


def _kills(ground: Ground, kills: int) -> Iterator[Row]:
    """Yield the rows of kills; those that can cost a grant first, since they say most."""
    for step in sorted(STEPS, key=lambda step: not STEPS[step]):
        yield Row(f"killed {step}", _portions(kills), partial(_killed, ground, step))
    yield Row("killed at random", _portions(kills), partial(_killed_at_random, ground))
    for note, org in (
        ("reuse not detected", partial(ground.org, reuse_detected=False)),
        ("no rotation", partial(ground.org, rotating=False)),
    ):
        for step in (step for step, costs in STEPS.items() if costs):
            run = partial(_killed_without, ground, step, note, org)
            yield Row(f"killed {step}, {note}", _portions(min(kills, WITHOUT)), run)


def _killed(ground: Ground, step: str, _number: int, kills: int) -> Outcome:
    return killed_at(ground.org(), ground.location, ground.fork_server, step, kills)


def _killed_at_random(ground: Ground, number: int, kills: int) -> Outcome:
    moments = random.Random(f"{SEED} {number}")  # noqa: S311 - no secret
    return killed_at_random(ground.org(), ground.location, ground.fork_server, kills, moments)


def _killed_without(
    ground: Ground, step: str, note: str, org: Callable[[], ChaosOrg], _number: int, kills: int
) -> Outcome:
    result = killed_at(org(), ground.location, ground.fork_server, step, kills)
    return replace(result, scenario=f"{result.scenario}, {note}")


def _restarts(ground: Ground) -> Iterator[Row]:
    for back_at_once in (True, False):
        run = partial(_restart, ground, back_at_once)
        yield _whole(f"database restarts {back_at_once}", run)


def _restart(ground: Ground, back_at_once: bool) -> Outcome:
    assert ground.server is not None
    restart = restarting(ground.server, back_at_once)
    return store_restarts(ground.org(), ground.location, restart, back_at_once=back_at_once)


def restarting(server: PostgresServer, back_at_once: bool) -> Callable[[], None]:
    """Return what stops the server, and starts it again at once or when it is called again."""
    steps = iter([server.stop, server.start])

    def restart() -> None:
        next(steps)()
        if back_at_once:
            next(steps)()

    return restart


def _window(ground: Ground) -> Outcome:
    spans = lossy_window(ground.org(), ground.location, WINDOWS)
    name = f"from Salesforce's answer to our save, {WINDOWS} times"
    return Outcome(name, WINDOWS, 0, WINDOWS, 0, describe_spans(spans))


def _portions(kills: int) -> tuple[int, ...]:
    whole, rest = divmod(kills, PORTION)
    return (PORTION,) * whole + ((rest,) if rest else ())
