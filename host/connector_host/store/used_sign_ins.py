"""Which sign-ins have come back already: a ticket is good for one callback."""

import math

from sqlalchemy.exc import IntegrityError

from connector_host.store.database import Database
from connector_host.store.tables import tickets


class UsedSignIns:
    """The tickets of one store that were taken and have not ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, ticket_id: str, now: float, ends_at: float) -> bool:
        """Take a ticket for this call alone; False when it has been taken.

        Args:
            now, ends_at: Seconds since 1970. What has ended by now is forgotten.
        """
        try:
            with self._database.writing() as db:
                db.execute(tickets.delete().where(tickets.c.ends_at < now))
                db.execute(tickets.insert(), {"id": ticket_id, "ends_at": math.ceil(ends_at)})
        except IntegrityError:
            return False
        return True

    def release(self, ticket_id: str) -> None:
        """Return a ticket back that came to nothing."""
        with self._database.writing() as db:
            db.execute(tickets.delete().where(tickets.c.id == ticket_id))
