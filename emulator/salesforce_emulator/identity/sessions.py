"""Access tokens and the sessions behind them: one row a session, the token itself is not stored.

A token is derived from its session's row and the org's secret, so it can be checked and
derived again without storing it. A session slides: used in the second half of its timeout, it gets
a whole new one; a JWT access token's does not. Expired rows are swept when new ones are written.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final, Literal

from salesforce_emulator.identity.jwt import Malformed, encode, verified_claims
from salesforce_emulator.identity.keys import Keys, token_text
from salesforce_emulator.identity.timestamps import from_ms, span_ms, to_ms
from salesforce_emulator.org.clock import Clock

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_session (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, consumer_key TEXT NOT NULL,
  user_id TEXT NOT NULL, scopes TEXT NOT NULL, grant_id INTEGER, issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, timeout INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS identity_session_expiry ON identity_session (expires_at);
CREATE INDEX IF NOT EXISTS identity_session_user ON identity_session (user_id);
CREATE INDEX IF NOT EXISTS identity_session_grant ON identity_session (grant_id)
  WHERE grant_id IS NOT NULL;
"""

Kind = Literal["opaque", "jwt", "browser"]

_VERSION: Final = b"\x01"  # makes the letters after `!` begin with AQ, as Salesforce's do


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one user by one app, or (`browser`) by the login page.

    Attributes:
        consumer_key: Empty for `browser`.
        grant_id: The grant whose refresh token can refresh it; None for flows
            without one.
        timeout: Seconds that a renewal adds.
    """

    id: int
    kind: Kind
    consumer_key: str
    user_id: str
    scopes: tuple[str, ...]
    grant_id: int | None
    issued_at: datetime
    expires_at: datetime
    timeout: timedelta


class Sessions:
    """The sessions of one org."""

    def __init__(self, db: sqlite3.Connection, clock: Clock, keys: Keys, org_id: str) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys
        self._org_id = org_id

    def start(
        self,
        *,
        kind: Kind,
        consumer_key: str,
        user_id: str,
        scopes: Collection[str],
        timeout: timedelta,
        grant_id: int | None = None,
    ) -> Session:
        """Begin a session."""
        now = self._clock.now()
        self._db.execute("DELETE FROM identity_session WHERE expires_at <= ?", (to_ms(now),))
        scope_text = " ".join(scopes)
        values = (
            kind,
            consumer_key,
            user_id,
            scope_text,
            grant_id,
            to_ms(now),
            to_ms(now + timeout),
        )
        inserted = self._db.execute(
            "INSERT INTO identity_session (kind, consumer_key, user_id, scopes, grant_id,"
            " issued_at, expires_at, timeout) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, span_ms(timeout)),
        )
        session_id = inserted.lastrowid or 0
        return Session(
            session_id,
            kind,
            consumer_key,
            user_id,
            tuple(scopes),
            grant_id,
            now,
            now + timeout,
            timeout,
        )

    def token(self, session: Session) -> str:
        """Write a session's opaque token: the org's id, `!`, 96 letters that begin with AQ."""
        number = session.id.to_bytes(7, "big")
        seal = self._keys.seal("session", session.kind, session.id, to_ms(session.issued_at))
        return f"{self._org_id[:15]}!{token_text(_VERSION + number + seal)}"

    def jwt(self, session: Session, *, issuer: str, audience: Collection[str]) -> str:
        """Write a session's JWT access token."""
        times = {
            "nbf": int(session.issued_at.timestamp()),
            "iat": int(session.issued_at.timestamp()),
            "exp": int(session.expires_at.timestamp()),
        }
        claims = {
            "scp": " ".join(session.scopes),
            "aud": list(audience),
            "sub": f"uid:{session.user_id}",
            "mty": "oauth",
            "sfi": self.token(session).partition("!")[2],
            "iss": issuer,
            "client_id": session.consumer_key,
            **times,
        }
        header = {"typ": "JWT", "kid": self._keys.key_id, "tty": "sfdc-core-token", "ver": "1.0"}
        return encode(claims, self._keys.signing_key, header)

    def find(self, token: str) -> Session | None:
        """Return the session of a token that is alive; None for any other text."""
        if token.startswith("eyJ"):
            return self._find_jwt(token)
        row = self._row(_session_id(token))
        if row is None or row.kind == "jwt":
            return None
        return row if compare_digest(self.token(row).encode(), token.encode()) else None

    def touch(self, session: Session) -> Session:
        """Count a use: in the second half of its timeout a session gets a whole new one."""
        now = self._clock.now()
        if session.kind == "jwt" or session.expires_at - now > session.timeout / 2:
            return session
        renewed = now + session.timeout
        self._db.execute(
            "UPDATE identity_session SET expires_at = ? WHERE id = ?", (to_ms(renewed), session.id)
        )
        return replace(session, expires_at=renewed)

    def latest_of_grant(self, grant_id: int) -> Session | None:
        """Return the newest living session that belongs to a grant."""
        row = self._db.execute(
            "SELECT MAX(id) FROM identity_session WHERE grant_id = ?", (grant_id,)
        ).fetchone()
        return self._row(row[0])

    def end(self, session_id: int) -> None:
        """End one session."""
        self._db.execute("DELETE FROM identity_session WHERE id = ?", (session_id,))

    def end_of_grant(self, grant_id: int) -> None:
        """End all sessions that belong to a grant."""
        self._db.execute("DELETE FROM identity_session WHERE grant_id = ?", (grant_id,))

    def _find_jwt(self, token: str) -> Session | None:
        try:
            claims = verified_claims(token, self._keys.signing_key.public_key())
        except Malformed:
            return None
        row = self._row(_session_id(f"{self._org_id[:15]}!{claims.get('sfi', '')}"))
        return row if row is not None and row.kind == "jwt" else None

    def _row(self, session_id: int | None) -> Session | None:
        if session_id is None:
            return None
        row = self._db.execute(
            "SELECT * FROM identity_session WHERE id = ? AND expires_at > ?",
            (session_id, to_ms(self._clock.now())),
        ).fetchone()
        if row is None:
            return None
        return Session(
            row["id"],
            row["kind"],
            row["consumer_key"],
            row["user_id"],
            tuple(row["scopes"].split()),
            row["grant_id"],
            from_ms(row["issued_at"]),
            from_ms(row["expires_at"]),
            timedelta(milliseconds=row["timeout"]),
        )


def _session_id(token: str) -> int | None:
    try:
        data = b64decode(token.partition("!")[2], altchars=b"._", validate=True)
    except (NotBase64, ValueError):
        return None
    return int.from_bytes(data[1:8], "big") if len(data) == 72 else None
