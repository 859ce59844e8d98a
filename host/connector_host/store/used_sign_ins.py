"""Records which sign-ins are finished: a ticket can be used for one callback."""

import math

from sqlalchemy.exc import IntegrityError

from connector_host.store.database import Database
from connector_host.store.tables import tickets


class UsedSignIns:
    """The used tickets of one store that have not expired."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, ticket_id: str, now: float, ends_at: float) -> bool:
        """Reserve a ticket for this call; False when it was used or is reserved.

        Args:
            now, ends_at: Seconds since 1970. Tickets that have expired by now are deleted.
        """
        try:
            with self._database.writing() as db:
                db.execute(tickets.delete().where(tickets.c.ends_at < now))
                db.execute(tickets.insert(), {"id": ticket_id, "ends_at": math.ceil(ends_at)})
        except IntegrityError:
            return False
        return True

    def release(self, ticket_id: str) -> None:
        """Release a reserved ticket after a failure, so that it may be used."""
        with self._database.writing() as db:
            db.execute(tickets.delete().where(tickets.c.id == ticket_id))
