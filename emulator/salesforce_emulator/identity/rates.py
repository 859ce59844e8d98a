"""How often each user signs in: an hour's count, and what Salesforce does when it is too high.

https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/
"""

import sqlite3
from datetime import timedelta
from typing import Final

from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.timestamps import span_ms, to_ms
from salesforce_emulator.org.clock import Clock

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_rate (
  user_id TEXT PRIMARY KEY, hour INTEGER NOT NULL, logins INTEGER NOT NULL);
"""

LOGINS_AN_HOUR: Final = 3_600  # a user, all ways of signing in and renewing together

_HOUR: Final = span_ms(timedelta(hours=1))


class LoginRates:
    """Counts sign-ins by user; the real window slides, here it restarts on the hour.

    Attributes:
        most: Sign-ins allowed a user and hour; may be set.
    """

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self.most = LOGINS_AN_HOUR

    def count(self, user_id: str) -> None:
        """Count one sign-in.

        Raises:
            IdentityError: LOGIN_RATE: there were too many in this hour; it is not counted.
        """
        hour = to_ms(self._clock.now()) // _HOUR
        row = self._db.execute(
            "SELECT logins FROM identity_rate WHERE user_id = ? AND hour = ?", (user_id, hour)
        ).fetchone()
        so_far = 0 if row is None else int(row[0])
        if so_far >= self.most:
            raise IdentityError(ErrorReason.LOGIN_RATE)
        self._db.execute(
            "INSERT INTO identity_rate (user_id, hour, logins) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET hour = excluded.hour, logins = excluded.logins",
            (user_id, hour, so_far + 1),
        )
