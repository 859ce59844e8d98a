"""What the connector asks of a connection; the host's objects have this shape.

The names are the contract's. It is written down again here because a connector imports nothing of
its host's.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Connection(Protocol):
    """One sign-in that a host keeps.

    Attributes:
        id: Never reused, never changed.
        method: Name of the auth method.
        settings: Fits that method's schema.
        credentials: What was saved last; inside `lock()`, by any process.
    """

    @property
    def id(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...
    @property
    def credentials(self) -> Mapping[str, Any]: ...

    def save(self, credentials: Mapping[str, Any]) -> None:
        """Replace the credentials; durable when this returns."""

    def lock(self) -> AbstractContextManager[object]:
        """Hold the connection alone, against threads and processes."""
        ...
