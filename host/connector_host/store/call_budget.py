"""The service's daily quota, shared by all processes of a store: the contract's `CallBudget`.

The service reports from time to time how much of its quota is used. Calls that were reserved since
are leases: each caller has one, which its next reservation replaces, and the lease of a caller that
has ended expires. Both are writes to the store: reserve several calls at a time, and report after
large changes, not after each call.
"""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from connector_host.store.database import Database
from connector_host.store.tables import call_budgets, call_leases, long_calls

LEASE_TIME: Final = 600  # seconds; callers use a lease for less

WINDOW: Final = 86_400  # seconds; a daily quota that was reported before is out of date


@dataclass(frozen=True)
class BudgetState:
    """The known state of a quota.

    Attributes:
        used, maximum: As the service reported last.
        reserved: Calls of leases, which the service may not have counted yet.
        left: Calls that are left; never below 0.
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
        """Store the quota that the service reported last."""
        row = call_budgets.c.account == account
        values = {
            "account": account,
            "used": used,
            "maximum": maximum,
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

    def reserve(self, account: str, calls: int, *, floor: int = 0, lease: str = "") -> int:
        """Reserve up to `calls` calls and return how many may be made now; see the contract."""
        row = call_budgets.c.account == account
        lease = lease or secrets.token_hex(16)
        with self._database.writing(durable=False) as db:
            # Locks the account's row: other reservations wait for the end of this transaction.
            stored = db.execute(select(call_budgets).where(row).with_for_update()).one_or_none()
            now = int(self._clock())
            if stored is None or now - stored.reported_at > WINDOW:
                return calls
            db.execute(
                call_leases.delete().where(
                    call_leases.c.account == account,
                    (call_leases.c.lease == lease) | (call_leases.c.ends_at <= now),
                )
            )
            left = stored.maximum - stored.used - _reserved(db, account, now)
            granted: int = max(0, min(calls, left - floor))
            if granted:
                values = {"account": account, "lease": lease, "calls": granted}
                db.execute(call_leases.insert(), {**values, "ends_at": now + LEASE_TIME})
        return granted

    def begin_call(self, account: str, limit: int, *, seconds: float) -> str | None:
        """Reserve one of the slots for long calls; see the contract.

        A slot is a row that only one call can have, so all processes together keep to the limit.
        """
        table, token = long_calls, secrets.token_hex(16)
        for _ in range(limit):  # another process may take the free slot first
            now = int(self._clock())
            try:
                with self._database.writing(durable=False) as db:
                    of_account = table.c.account == account
                    db.execute(table.delete().where(of_account, table.c.ends_at <= now))
                    used_slots = set(db.execute(select(table.c.slot).where(of_account)).scalars())
                    free = next((slot for slot in range(limit) if slot not in used_slots), None)
                    if free is None:
                        return None
                    values = {"account": account, "slot": free, "token": token}
                    db.execute(table.insert(), {**values, "ends_at": now + math.ceil(seconds)})
            except IntegrityError:
                continue
            return token
        return None

    def end_call(self, account: str, slot: str) -> None:
        """Free a slot, unless it has expired and another call has it."""
        table = long_calls
        with self._database.writing(durable=False) as db:
            db.execute(table.delete().where(table.c.account == account, table.c.token == slot))

    def long_calls(self, account: str) -> int:
        """Return how many long calls are running."""
        now = int(self._clock())
        with self._database.reading() as db:
            statement = select(func.count()).where(
                long_calls.c.account == account, long_calls.c.ends_at > now
            )
            return int(db.execute(statement).scalar_one())

    def state(self, account: str) -> BudgetState | None:
        """Return the state of a quota; None when the service has not reported it for a day."""
        now = int(self._clock())
        with self._database.reading() as db:
            statement = select(call_budgets).where(call_budgets.c.account == account)
            stored = db.execute(statement).one_or_none()
            if stored is None or now - stored.reported_at > WINDOW:
                return None
            reserved = _reserved(db, account, now)
        return BudgetState(stored.used, stored.maximum, reserved, stored.reported_at)


def _reserved(db: Connection, account: str, now: int) -> int:
    """Return the calls of all leases that have not expired."""
    statement = select(func.coalesce(func.sum(call_leases.c.calls), 0)).where(
        call_leases.c.account == account, call_leases.c.ends_at > now
    )
    return int(db.execute(statement).scalar_one())
