"""The history of runs with their outcomes, and each connection's last test.

It holds names, numbers and error codes, and no inputs, records or secrets. It is bounded: the
oldest runs are deleted.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection as DbConnection
from sqlalchemy import Row, func, select

from connector_host.hookspecs import Json, JsonObject
from connector_host.store.database import Database
from connector_host.store.tables import connection_tests, connections, runs

MAX_RUNS: Final = 100_000  # some 20 MB
PRUNE_EVERY: Final = 1_000  # runs that one process adds between two prunings
LONGEST_MESSAGE: Final = 500  # characters of an error's message


@dataclass(frozen=True)
class Run:
    """One run of an action.

    Attributes:
        id: Sorts by time.
        at: When it ended; UTC, ISO 8601.
        who: The user's name; empty for an unnamed user.
        outcome: `ok`, `cancelled` or an error's code.
        message: The message of an error, shortened; otherwise empty.
        calls: How many it spent; None when the connector did not report them.
        seconds: From its start to its end.
        limit_used, limit_max: The service's quota after it; None if the service did not report it.
    """

    id: str
    at: str
    who: str
    connection: str
    action: str
    outcome: str
    message: str
    calls: int | None
    seconds: float
    limit_used: int | None
    limit_max: int | None

    def as_json(self) -> JsonObject:
        return asdict(self)


@dataclass(frozen=True)
class LimitPoint:
    """How much of a service's quota was used at one time."""

    at: str
    used: int
    max: int


class RunHistory:
    """The runs and the last tests of one store."""

    def __init__(self, database: Database, *, max_runs: int = MAX_RUNS) -> None:
        self._database = database
        self._max_runs = max_runs
        self._until_pruned = 1  # so that processes with few runs prune too

    def record_run(
        self,
        who: str,
        connection: str,
        action: str,
        *,
        outcome: str,
        message: str = "",
        seconds: float,
        usage: Mapping[str, Json] | None = None,
    ) -> None:
        """Add a run; this does not wait for the disk."""
        spent = usage or {}
        values = {
            "id": f"{time.time_ns():016x}{secrets.token_hex(4)}",
            "at": _timestamp(datetime.now(UTC)),
            "who": who,
            "connection": connection,
            "action": action,
            "outcome": outcome,
            "message": message[:LONGEST_MESSAGE],
            "calls": spent.get("calls"),
            "milliseconds": round(seconds * 1000),
            "limit_used": spent.get("limit_used"),
            "limit_max": spent.get("limit_max"),
        }
        with self._database.writing(durable=False) as db:
            db.execute(runs.insert(), values)
            self._until_pruned -= 1
            if self._until_pruned <= 0:
                self._until_pruned = PRUNE_EVERY
                self._prune(db)

    def record_test(self, connection_id: str, report: Mapping[str, Json]) -> None:
        """Store a connection's test report in the place of the previous one."""
        values = {
            "connection_id": connection_id,
            "at": _timestamp(datetime.now(UTC)),
            "report": json.dumps(report, ensure_ascii=False),
        }
        with self._database.writing(durable=False) as db:
            existing = select(connections.c.id).where(connections.c.id == connection_id)
            if db.scalar(existing) is None:
                return  # the connection has been removed meanwhile
            db.execute(_test_of(connection_id))
            db.execute(connection_tests.insert(), values)

    def forget_test(self, connection_id: str) -> None:
        """Delete a connection's test report, as its settings have changed."""
        with self._database.writing(durable=False) as db:
            db.execute(_test_of(connection_id))

    def last_tests(self) -> dict[str, JsonObject]:
        """Return each connection's last report by its id, with `at`; damaged ones are left out."""
        with self._database.reading() as db:
            rows = db.execute(select(connection_tests)).all()
        reports = {row.connection_id: (_read_report(row.report), row.at) for row in rows}
        return {
            connection_id: {**report, "at": at}
            for connection_id, (report, at) in reports.items()
            if report is not None
        }

    def runs(
        self,
        *,
        connections: list[str] | None = None,
        action: str = "",
        failed: bool | None = None,
        before: str = "",
        newest: int = 100,
    ) -> list[Run]:
        """Return runs, newest first.

        Args:
            connections: Names of connections whose runs to return; None for all.
            failed: True for failed runs only, False for successful runs only, None for both.
            before: Return only runs older than the one with this id.
            newest: The maximum number of runs.
        """
        query = select(runs).order_by(runs.c.id.desc()).limit(newest)
        if connections is not None:
            query = query.where(runs.c.connection.in_(connections))
        if action:
            query = query.where(runs.c.action == action)
        if failed is not None:
            query = query.where(runs.c.outcome != "ok" if failed else runs.c.outcome == "ok")
        if before:
            query = query.where(runs.c.id < before)
        with self._database.reading() as db:
            return [_run(row) for row in db.execute(query)]

    def limit_points(self, hours: float = 24) -> dict[str, list[LimitPoint]]:
        """Return the use of a service's quota over time, by connection, oldest first."""
        since = _timestamp(datetime.now(UTC) - timedelta(hours=hours))
        query = (
            select(runs.c.connection, runs.c.at, runs.c.limit_used, runs.c.limit_max)
            .where(
                runs.c.at >= since, runs.c.limit_used.is_not(None), runs.c.limit_max.is_not(None)
            )
            .order_by(runs.c.id)
        )
        points: dict[str, list[LimitPoint]] = {}
        with self._database.reading() as db:
            for row in db.execute(query):
                point = LimitPoint(row.at, row.limit_used, row.limit_max)
                points.setdefault(row.connection, []).append(point)
        return points

    def use_by_connection(self) -> dict[str, tuple[str, int]]:
        """Return each connection's last use, and the calls that its runs spent since 0:00 UTC."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        last = select(runs.c.connection, func.max(runs.c.at).label("at"))
        spent = select(runs.c.connection, func.sum(runs.c.calls).label("calls"))
        spent = spent.where(runs.c.at >= _timestamp(today)).group_by(runs.c.connection)
        with self._database.reading() as db:
            calls = {row.connection: int(row.calls or 0) for row in db.execute(spent)}
            rows = db.execute(last.group_by(runs.c.connection)).all()
        return {row.connection: (row.at, calls.get(row.connection, 0)) for row in rows}

    def rename(self, db: DbConnection, old: str, new: str) -> None:
        """Change the name of a connection in its runs."""
        db.execute(runs.update().where(runs.c.connection == old), {"connection": new})

    def _prune(self, db: DbConnection) -> None:
        oldest = select(runs.c.id).order_by(runs.c.id.desc()).offset(self._max_runs - 1).limit(1)
        db.execute(runs.delete().where(runs.c.id < oldest.scalar_subquery()))


def _read_report(text: Any) -> JsonObject | None:
    try:
        report = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def _test_of(connection_id: str) -> Any:
    return connection_tests.delete().where(connection_tests.c.connection_id == connection_id)


def _timestamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        at=row.at,
        who=row.who,
        connection=row.connection,
        action=row.action,
        outcome=row.outcome,
        message=row.message,
        calls=row.calls,
        seconds=row.milliseconds / 1000,
        limit_used=row.limit_used,
        limit_max=row.limit_max,
    )
