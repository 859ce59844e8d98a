"""The service's calls a day, shared by all processes of a store: the contract's `CallBudget`.

The service says now and then how much of its quota is used; between two reports, calls are counted
as they are reserved. Both are writes to the store: reserve several calls at a time, and report when
much has changed, not after each call.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from connector_host.store.database import Database
from connector_host.store.tables import call_budgets

WINDOW: Final = 86_400  # seconds; what was said of a quota of a day is no longer true after a day


@dataclass(frozen=True)
class BudgetState:
    """What is known of a quota.

    Attributes:
        used, maximum: As the service said last.
        reserved: Calls given out since then.
        left: Calls left of it; never below 0.
        reported_at: Seconds since 1970.
    """

    used: int
    maximum: int
    reserved: int
    reported_at: int

    @property
    def left(self) -> int:
        return max(0, self.maximum - self.used - self.reserved)


class StoreCallBudget:
    """The quotas of all accounts of one store."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def report(self, account: str, used: int, maximum: int) -> None:
        """Store what the service said last of its own quota.

        Calls reserved before are then among those that it counted, or will be in its next report.
        """
        row = call_budgets.c.account == account
        values = {
            "account": account,
            "used": used,
            "maximum": maximum,
            "reserved": 0,
            "reported_at": int(self._clock()),
        }
        for _ in range(2):  # another machine may add the row between the two statements
            try:
                with self._database.writing(durable=False) as db:
                    if db.execute(call_budgets.update().where(row), values).rowcount == 0:
                        db.execute(call_budgets.insert(), values)
            except IntegrityError:
                continue
            return

    def reserve(self, account: str, calls: int, *, floor: int = 0) -> int:
        """Reserve up to `calls` calls and give how many may be made now; see the contract."""
        row = call_budgets.c.account == account
        with self._database.writing(durable=False) as db:
            stored = db.execute(select(call_budgets).where(row).with_for_update()).one_or_none()
            if stored is None or self._clock() - stored.reported_at > WINDOW:
                return calls
            left = stored.maximum - stored.used - stored.reserved
            granted: int = max(0, min(calls, left - floor))
            if granted:
                reserved = {"reserved": stored.reserved + granted}
                db.execute(call_budgets.update().where(row), reserved)
        return granted

    def state(self, account: str) -> BudgetState | None:
        """Return what is known of a quota; None when the service has not said it for a day."""
        with self._database.reading() as db:
            statement = select(call_budgets).where(call_budgets.c.account == account)
            stored = db.execute(statement).one_or_none()
        if stored is None or self._clock() - stored.reported_at > WINDOW:
            return None
        return BudgetState(stored.used, stored.maximum, stored.reserved, stored.reported_at)
