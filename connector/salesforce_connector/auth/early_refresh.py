"""When the current token expires, for connections that refresh early: one request a token.

It sends nothing: `http.token_refresh` sends what `introspection_request` returns and passes the
response to `read_introspection`. What Salesforce does not return is not guessed: the token is then
refreshed once it has ended.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

import threading
from collections.abc import Callable
from math import inf

from pydantic_core import from_json

from salesforce_connector.auth.tokens import Credentials, TokenRequest, introspection
from salesforce_connector.response import Response


class EarlyRefresh:
    """The expiry of a connection's token, as far as this process knows it."""

    def __init__(self, margin: float, clock: Callable[[], float]) -> None:
        """Begin without an expiry.

        Args:
            margin: Seconds before its expiry in which a token is refreshed; 0: never early.
            clock: Returns monotonic seconds.
        """
        self._margin = margin
        self._clock = clock
        self._lock = threading.Lock()
        self._introspected: str | None = None
        self._due_at = inf  # by the clock
        self._not_permitted = False
        self._refreshed_early = False  # the token in use

    def needs_attention(self, credentials: Credentials) -> bool:
        """Return whether these credentials are to be introspected, or refreshed."""
        if not self._margin or self._not_permitted:
            return False
        token = credentials.bearer
        return token is not None and (token != self._introspected or self._clock() >= self._due_at)

    def introspection_request(self, credentials: Credentials, base_url: str) -> TokenRequest | None:
        """Return the request that asks when the token expires; None when it was sent already."""
        token = credentials.bearer
        with self._lock:
            if token is None or token == self._introspected:
                return None
            self._introspected, self._due_at = token, inf
        return introspection(base_url, token)

    def read_introspection(self, response: Response) -> None:
        """Record the response to `introspection_request`.

        An app that may not introspect gets the same error for every token: it is not tried again.
        """
        if response.status_code in (400, 401, 403, 404):
            self._not_permitted = True
            return
        left = _seconds_left(response)
        if left is not None:
            # A session may be shorter than the margin; then half of it, not a refresh a call.
            margin = min(self._margin, left / 2) if self._refreshed_early else self._margin
            self._due_at = self._clock() + left - margin

    def is_due(self, credentials: Credentials) -> bool:
        """Return whether the token expires so soon that it is to be refreshed now.

        True once a token: when refreshing early does not help, it is refreshed once it has ended.
        """
        with self._lock:
            if credentials.bearer != self._introspected or self._clock() < self._due_at:
                return False
            self._due_at, self._refreshed_early = inf, True
            return True


def _seconds_left(response: Response) -> float | None:
    """Read how long a token is valid, by Salesforce's clock; None when it is not returned."""
    try:
        body = from_json(response.content)
        if body["active"] is False:
            return 0.0
        from email.utils import parsedate_to_datetime  # for connections that ask for it

        now = parsedate_to_datetime(response.headers["date"]).timestamp()
        return max(0.0, float(body["exp"]) - now)
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
        return None
