"""The connection that the connector's tests are about: Acme's, signed in unless it is said not."""

from collections.abc import Callable, Mapping
from typing import Any

from memory_connection import MemoryConnection

SETTINGS = {
    "my_domain_url": "https://acme.my.salesforce.com",
    "consumer_key": "3MVG9-key",
    "consumer_secret": "CONSUMER-SECRET",
    "check_fields": False,  # the orgs of these tests describe nothing, unless a test is about it
}

SIGNED_IN = {
    "access_token": "ACCESS-1",
    "refresh_token": "REFRESH-1",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000001AAA",
    "scope": "api refresh_token",
}


class AcmeConnection(MemoryConnection):
    """See `MemoryConnection`."""

    def __init__(
        self,
        credentials: Mapping[str, Any] = SIGNED_IN,
        *,
        method: str = "authorization_code",
        settings: Mapping[str, Any] | None = None,
        before_save: Callable[[], object] = lambda: None,
    ) -> None:
        """Make one.

        Args:
            credentials: Empty before the first sign-in.
            method: Of signing in.
            settings: Those that are not `SETTINGS`.
            before_save: Called before credentials are kept; it may refuse by raising.
        """
        super().__init__(method, {**SETTINGS, **(settings or {})}, credentials)
        self._before_save = before_save

    def save(self, credentials: Mapping[str, Any]) -> None:
        self._before_save()
        super().save(credentials)

    def is_locked(self) -> bool:
        """Return whether somebody holds the lock."""
        return self._lock.locked()

    def sign_in_elsewhere(self, **credentials: str) -> None:
        """Keep what another process has saved."""
        super().save({**self.credentials, **credentials})
