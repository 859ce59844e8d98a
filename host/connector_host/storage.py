"""What the host needs of a place that keeps connections.

`connections.ConnectionStore` is one; a host with a secret store of its own writes another.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from connector_host.hookspecs import Json, JsonObject


class Kept(Protocol):
    """A connection as the store gives it: the contract's `Connection`, and whose it is."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def connector(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def credentials(self) -> Mapping[str, Json]: ...
    def save(self, credentials: Mapping[str, Json]) -> None: ...
    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
    ) -> None: ...
    def lock(self) -> AbstractContextManager[object]: ...


class Store(Protocol):
    """What the runner needs of a store; `connections.ConnectionStore` is one."""

    def get(self, name: str, /) -> Kept: ...
    def add(
        self,
        name: str,
        /,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
    ) -> Kept: ...
    def check_free(self, name: str, /) -> None: ...
    def remove(self, name: str, /) -> None: ...
    def seal(self, value: Mapping[str, Json], place: str, /) -> str: ...
    def open(self, sealed: str, place: str, /) -> JsonObject: ...
