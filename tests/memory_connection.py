"""A connection that tests keep in memory; what a host's store does, without the store."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

_numbers = count(1)


class MemoryConnection:
    """See the contract's `Connection`.

    Attributes:
        saved: All that was ever saved, oldest first.
    """

    def __init__(
        self,
        method: str,
        settings: Mapping[str, Any],
        credentials: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = f"memory-{next(_numbers)}"
        self.method = method
        self.settings = dict(settings)
        self.saved: list[dict[str, Any]] = []
        self._credentials = dict(credentials or {})
        self._lock = threading.Lock()

    @property
    def credentials(self) -> dict[str, Any]:
        return dict(self._credentials)

    def save(self, credentials: Mapping[str, Any]) -> None:
        self._credentials = dict(credentials)
        self.saved.append(dict(credentials))

    def lock(self) -> AbstractContextManager[object]:
        return self._lock
