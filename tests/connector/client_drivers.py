"""Drives the sync and the async client alike, so that each test of a client is two."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from connector.scripted_org import ScriptedOrg

from salesforce_connector.action import Action
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.base_client import BaseClient
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result
from salesforce_connector.response import Response

T = TypeVar("T")
Outcome = Response | ConnectorError


class Driver(Protocol):
    """A client, seen from a test."""

    @property
    def base(self) -> BaseClient: ...
    def run(self, action: Action[Any, Any], inputs: Mapping[str, Any]) -> Result: ...
    def drive(self, flow: Flow[T], result: Result) -> T: ...
    def together(self, calls: list[Call]) -> list[Outcome]: ...
    def close(self) -> None: ...


def send(driver: Driver, call: Call, result: Result | None = None) -> Response:
    """Send one call."""
    return driver.drive(_alone(call), Result() if result is None else result)


def _alone(call: Call) -> Flow[Response]:
    return (yield call)


class SyncDriver:
    def __init__(self, connection: Connection, org: ScriptedOrg) -> None:
        self.client = Client(connection, transport=org)

    @property
    def base(self) -> BaseClient:
        return self.client

    def run(self, action: Action[Any, Any], inputs: Mapping[str, Any]) -> Result:
        return self.client.run(action, inputs)

    def drive(self, flow: Flow[T], result: Result) -> T:
        return self.client.drive(flow, result)

    def together(self, calls: list[Call]) -> list[Outcome]:
        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(self._outcome, calls))

    def _outcome(self, call: Call) -> Outcome:
        try:
            return send(self, call)
        except ConnectorError as refused:
            return refused

    def close(self) -> None:
        self.client.close()


class AsyncDriver:
    def __init__(self, connection: Connection, org: ScriptedOrg) -> None:
        self.client = AsyncClient(connection, transport=org)
        self._loop = asyncio.Runner()

    @property
    def base(self) -> BaseClient:
        return self.client

    def run(self, action: Action[Any, Any], inputs: Mapping[str, Any]) -> Result:
        return self._loop.run(self.client.run(action, inputs))

    def drive(self, flow: Flow[T], result: Result) -> T:
        return self._loop.run(self.client.drive(flow, result))

    def together(self, calls: list[Call]) -> list[Outcome]:
        async def all_of_them() -> list[Outcome]:
            return list(await asyncio.gather(*map(self._outcome, calls)))

        return self._loop.run(all_of_them())

    async def _outcome(self, call: Call) -> Outcome:
        try:
            return await self.client.drive(_alone(call), Result())
        except ConnectorError as refused:
            return refused

    def close(self) -> None:
        self._loop.run(self.client.close())
        self._loop.close()
