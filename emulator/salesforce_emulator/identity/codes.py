"""Authorization codes: issued when the user approves, valid for one exchange within 15 minutes.

A code is derived from its row and the org's secret, and not stored. A used or expired one is
remembered for a while, so that each has its own error.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Final

from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.keys import Keys, token_text
from salesforce_emulator.identity.timestamps import span_ms, to_ms
from salesforce_emulator.org.clock import Clock

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_code (
  id INTEGER PRIMARY KEY AUTOINCREMENT, consumer_key TEXT NOT NULL, user_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL, challenge TEXT, nonce TEXT,
  issued_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS identity_code_user ON identity_code (user_id, consumer_key);
"""

LIFETIME: Final = timedelta(minutes=15)  # as commonly documented
_REMEMBERED: Final = timedelta(hours=1)
_MAX_CODES: Final = 20  # codes remembered a user and app

_PREFIX: Final = "aPrx"


@dataclass(frozen=True, slots=True)
class Code:
    """What the user allowed, until it is exchanged."""

    consumer_key: str
    user_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    nonce: str | None


class Codes:
    """The authorization codes of one org."""

    def __init__(self, db: sqlite3.Connection, clock: Clock, keys: Keys) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys

    def issue(self, code: Code) -> str:
        """Store a code and return its text: aPrx..., ends with `==`."""
        now = to_ms(self._clock.now())
        self._sweep(code, now)
        inserted = self._db.execute(
            "INSERT INTO identity_code (consumer_key, user_id, redirect_uri, scopes, challenge,"
            " nonce, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                code.consumer_key,
                code.user_id,
                code.redirect_uri,
                " ".join(code.scopes),
                code.challenge,
                code.nonce,
                now,
            ),
        )
        return self._text(inserted.lastrowid or 0, now)

    def look_up(self, text: str, consumer_key: str) -> tuple[int, Code]:
        """Return an unused code and its number, for `spend`.

        Raises:
            IdentityError: CODE_INVALID: unknown, used, or another app's; CODE_EXPIRED.
        """
        row = self._row(text)
        if row is None or row["used"] or row["consumer_key"] != consumer_key:
            raise IdentityError(ErrorReason.CODE_INVALID)
        if to_ms(self._clock.now()) - row["issued_at"] > span_ms(LIFETIME):
            raise IdentityError(ErrorReason.CODE_EXPIRED)
        return row["id"], Code(
            row["consumer_key"],
            row["user_id"],
            row["redirect_uri"],
            tuple(row["scopes"].split()),
            row["challenge"],
            row["nonce"],
        )

    def spend(self, number: int) -> None:
        """Mark a code as used."""
        self._db.execute("UPDATE identity_code SET used = 1 WHERE id = ?", (number,))

    def _sweep(self, code: Code, now: int) -> None:
        self._db.execute(
            "DELETE FROM identity_code WHERE issued_at < ?", (now - span_ms(_REMEMBERED),)
        )
        self._db.execute(
            "DELETE FROM identity_code WHERE id IN (SELECT id FROM identity_code"
            " WHERE user_id = ? AND consumer_key = ? ORDER BY id DESC LIMIT -1 OFFSET ?)",
            (code.user_id, code.consumer_key, _MAX_CODES - 1),
        )

    def _row(self, text: str) -> sqlite3.Row | None:
        number = _number(text)
        row = self._db.execute("SELECT * FROM identity_code WHERE id = ?", (number,)).fetchone()
        if not isinstance(row, sqlite3.Row):
            return None
        values = self._text(row["id"], row["issued_at"])
        return row if compare_digest(values.encode(), text.encode()) else None

    def _text(self, number: int, issued_at: int) -> str:
        seal = self._keys.seal("code", number, issued_at)
        return _PREFIX + token_text(number.to_bytes(7, "big") + seal[:51])


def _number(text: str) -> int | None:
    try:
        data = b64decode(text.removeprefix(_PREFIX), altchars=b"._", validate=True)
    except (NotBase64, ValueError):
        return None
    return int.from_bytes(data[:7], "big") if len(data) == 58 else None
