"""The chaos in small: stampedes, kill -9 at each step of a renewal, two engines, a dying database.

`make chaos` runs the same scenarios a thousand times, and can be interrupted.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from chaos.chaos_faults import STEPS
from chaos.chaos_org import ChaosOrg, chaos_org
from chaos.chaos_processes import ForkServer, fork_server
from chaos.chaos_scenarios import (
    in_turn,
    killed_at,
    killed_at_random,
    lossy_window,
    stampede,
    store_restarts,
    storm,
)
from chaos.store_location import StoreLocation
from host.postgres_server import PostgresServer, programs


@pytest.fixture(scope="module")
def org() -> Iterator[ChaosOrg]:
    """One that rotates refresh tokens and ends a grant whose old one comes again."""
    with chaos_org() as served:
        yield served


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A server for this module alone: it is stopped and started."""
    result = programs()
    if result is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with PostgresServer(result) as server:
        yield server


@pytest.fixture
def sqlite(tmp_path: Path) -> StoreLocation:
    return StoreLocation(str(tmp_path / "connections.sqlite3"), tmp_path / "key")


@pytest.fixture(scope="module")
def doomed_location(tmp_path_factory: pytest.TempPathFactory) -> StoreLocation:
    """A store in a file, for all processes that are killed."""
    folder = tmp_path_factory.mktemp("doomed")
    return StoreLocation(str(folder / "connections.sqlite3"), folder / "key")


@pytest.fixture(scope="module")
def doomed(doomed_location: StoreLocation) -> Iterator[ForkServer]:
    """Where processes come from that are killed."""
    with fork_server(doomed_location) as created:
        yield created


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    """A store in a file, then one in a server's database."""
    if request.param == "sqlite":
        return StoreLocation(str(tmp_path / "connections.sqlite3"), tmp_path / "key")
    server: PostgresServer = request.getfixturevalue("own_postgres")
    return StoreLocation(server.new_schema(), tmp_path / "key")


@pytest.mark.parametrize("kind", ["threads", "loop", "loops", "mixed"])
def test_many_calls_of_one_process_send_one_refresh(
    org: ChaosOrg, sqlite: StoreLocation, kind: str
) -> None:
    result = stampede(org, sqlite, processes=1, calls=40, kind=kind)

    assert (result.calls, result.lost, result.refreshes, result.grants_lost) == (40, 0, 1, 0)
    assert org.refreshes == 1


def test_many_calls_of_four_processes_send_one_refresh(
    org: ChaosOrg, location: StoreLocation
) -> None:
    result = stampede(org, location, processes=4, calls=40, kind="mixed")

    assert (result.calls, result.lost, result.refreshes, result.grants_lost) == (40, 0, 1, 0)
    assert org.refreshes == 1


@pytest.mark.parametrize(("step", "costs"), STEPS.items())
def test_a_kill_loses_the_refresh_token_only_between_response_and_save(
    org: ChaosOrg, doomed_location: StoreLocation, doomed: ForkServer, step: str, costs: bool
) -> None:
    """Rotation is on, and reuse ends a grant: nobody could keep it there."""
    assert killed_at(org, doomed_location, doomed, step, 1).grants_lost == int(costs)


def test_a_kill_at_any_moment_leaves_a_usable_store(
    org: ChaosOrg, doomed_location: StoreLocation, doomed: ForkServer
) -> None:
    """Return whether its grant lives is chance; that the next caller is told which is not."""
    moments = random.Random(5)  # noqa: S311 - no secret

    result = killed_at_random(org, doomed_location, doomed, 3, moments)

    assert result.calls == 3
    assert result.grants_lost <= result.lost


def test_without_rotation_no_kill_loses_the_refresh_token(
    doomed_location: StoreLocation, doomed: ForkServer
) -> None:
    with chaos_org(rotating=False) as org:
        costly = [step for step, costs in STEPS.items() if costs]
        lost = [killed_at(org, doomed_location, doomed, step, 1).grants_lost for step in costly]

    assert lost == [0] * len(costly)


def test_two_engines_on_one_connection_adopt_each_others_tokens(
    org: ChaosOrg, location: StoreLocation
) -> None:
    """Each finds the other's token in the store, which has ended too; nobody sends an old one."""
    result = in_turn(org, location, 5)

    assert (result.lost, result.grants_lost) == (0, 0)
    assert result.refreshes == 10


@pytest.mark.parametrize("back_at_once", [True, False])
def test_a_database_restart_between_response_and_save_loses_no_refresh_token(
    org: ChaosOrg, own_postgres: PostgresServer, tmp_path: Path, back_at_once: bool
) -> None:
    """What could not be saved is saved by the next call, and the old token is not sent again."""
    steps = iter([own_postgres.stop, own_postgres.start])

    def restart() -> None:
        next(steps)()
        if back_at_once:
            next(steps)()

    path = StoreLocation(own_postgres.new_schema(), tmp_path / "key")
    result = store_restarts(org, path, restart, back_at_once=back_at_once)

    assert result.grants_lost == 0
    assert result.refreshes == 1
    assert result.lost == (0 if back_at_once else 1)


def test_the_window_between_answer_and_save_is_narrow(org: ChaosOrg, sqlite: StoreLocation) -> None:
    """Milliseconds; a bound that a busy machine keeps, too."""
    assert min(lossy_window(org, sqlite, 5)) < 0.25


@pytest.mark.parametrize("kind", ["threads", "loop", "mixed"])
def test_three_processes_survive_sessions_that_keep_ending(
    org: ChaosOrg, sqlite: StoreLocation, kind: str
) -> None:
    """A call's own token may be ended by another's refresh; it is asked for again, not for ever."""
    outcome = storm(org, sqlite, processes=3, calls=300, kind=kind, probability=0.05)

    assert (outcome.calls, outcome.lost, outcome.grants_lost) == (300, 0, 0)
    assert 1 < outcome.refreshes <= 150  # some 15 endings, and sessions that end while calls wait
