"""A connection as a host keeps it, in memory."""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

SETTINGS = {
    "authorization_code": {
        "my_domain_url": "https://acme.my.salesforce.com",
        "consumer_key": "3MVG9-key",
        "consumer_secret": "CONSUMER-SECRET",
    },
    "client_credentials": {
        "my_domain_url": "https://acme.my.salesforce.com",
        "consumer_key": "3MVG9-key",
        "consumer_secret": "CONSUMER-SECRET",
    },
}

SIGNED_IN = {
    "access_token": "ACCESS-1",
    "refresh_token": "REFRESH-1",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000001AAA",
    "scope": "api refresh_token",
}


class KeptConnection:
    """One sign-in.

    Attributes:
        saves: All that was saved, oldest first.
        on_save: Called with the credentials before they are kept; it may refuse by raising.
    """

    def __init__(
        self,
        credentials: Mapping[str, Any] | None = None,
        *,
        method: str = "authorization_code",
        connection_id: str = "connection-1",
        settings: Mapping[str, Any] | None = None,
        on_save: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        self.id = connection_id
        self.method = method
        self.settings: Mapping[str, Any] = SETTINGS[method] | dict(settings or {})
        self.credentials: Mapping[str, Any] = SIGNED_IN if credentials is None else credentials
        self.saves: list[Mapping[str, Any]] = []
        self.on_save = on_save
        self._lock = threading.Lock()

    def save(self, credentials: Mapping[str, Any]) -> None:
        if self.on_save is not None:
            self.on_save(credentials)
        self.credentials = dict(credentials)
        self.saves.append(self.credentials)

    def lock(self) -> AbstractContextManager[object]:
        return self._lock
