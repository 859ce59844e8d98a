"""When the token in use will end, for connections that renew early: asked once a token.

It sends nothing: `renewal` sends the question that `question` gives, and hands the answer to
`learn`. What Salesforce does not say is not guessed: the token is then renewed when it has ended.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from math import inf

import httpx
from pydantic_core import from_json

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.response import Response

INTROSPECTION_PATH = "/services/oauth2/introspect"


class Foresight:
    """What one process knows of the end of a connection's token."""

    def __init__(self, margin: float, clock: Callable[[], float]) -> None:
        """Args:
        margin: Seconds before its end in which a token is renewed; 0 for no foresight at all.
        clock: Gives seconds that never run back.
        """
        self._margin = margin
        self._clock = clock
        self._guard = threading.Lock()
        self._asked_of: str | None = None
        self._due_at = inf  # by the clock
        self._refused = False
        self._renewed = False  # early, the token in use

    def wants(self, credentials: Credentials) -> bool:
        """Whether there is something to ask about these credentials, or to renew."""
        token = credentials.bearer
        if not self._margin or token is None or self._refused:
            return False
        return token != self._asked_of or self._clock() >= self._due_at

    def question(self, credentials: Credentials, base_url: str) -> httpx.Request | None:
        """Give the request that asks when the token ends; None when somebody has asked already."""
        token = credentials.bearer
        with self._guard:
            if token is None or token == self._asked_of:
                return None
            self._asked_of, self._due_at = token, inf
        return httpx.Request(
            "POST",
            base_url + INTROSPECTION_PATH,
            data={"token": token, "token_type_hint": "access_token"},
            headers={"Accept": "application/json", "Authorization": f"Bearer {token}"},
        )

    def learn(self, answer: Response) -> None:
        """Take note of the answer to `question`.

        An app that may not ask is told so for every token: it is not asked for again.
        """
        if answer.status_code in (400, 401, 403, 404):
            self._refused = True
            return
        left = _left(answer)
        if left is not None:
            # A session may be shorter than the margin; then half of it, not a renewal a call.
            margin = min(self._margin, left / 2) if self._renewed else self._margin
            self._due_at = self._clock() + left - margin

    def is_due(self, credentials: Credentials) -> bool:
        """Whether the token ends so soon that it is to be renewed now.

        Says so once a token: when renewing early does not help, it is renewed when it has ended.
        """
        with self._guard:
            if credentials.bearer != self._asked_of or self._clock() < self._due_at:
                return False
            self._due_at, self._renewed = inf, True
            return True


def _left(answer: Response) -> float | None:
    """Read how many seconds a token has left, by Salesforce's clock; None when it is not said."""
    try:
        body = from_json(answer.content)
        if body["active"] is False:
            return 0.0
        now = parsedate_to_datetime(answer.headers["date"]).timestamp()
        return max(0.0, float(body["exp"]) - now)
    except (LookupError, TypeError, ValueError):
        return None
