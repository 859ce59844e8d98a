"""The facts about the connection itself that Test Connection reports."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from salesforce_connector.auth.method import Method
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.flow import Call, Flow
from salesforce_connector.limits import Usage
from salesforce_connector.response import Response

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """The state of the connection at one point in time.

    Attributes:
        method: Its auth method.
        settings: Read from it.
        credentials: The newest.
        base_url: Where API calls go.
        rotates: Whether refresh tokens rotate; None before the first refresh in this process.
        version: Of the API in use, as in "68.0".
        usage: Calls spent by the test so far.
    """

    method: Method
    settings: OrgSettings
    credentials: Credentials
    base_url: str
    rotates: bool | None
    version: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class GetFacts:
    """A step of a test: the flow is sent the current `Facts`."""


TestFlow: TypeAlias = Generator[Call | GetFacts, Any, T]
"""A flow that also yields `GetFacts`."""


def get_facts() -> TestFlow[Facts]:
    """Get the current facts."""
    return cast(Facts, (yield GetFacts()))


def with_facts(flow: TestFlow[T], provide: Callable[[], Facts]) -> Flow[T]:
    """Run a flow whose `GetFacts` are replied to by `provide`; its calls are yielded."""
    reply: object = None
    error: Exception | None = None
    try:
        while True:
            step = flow.send(reply) if error is None else flow.throw(error)
            reply, error = None, None
            if isinstance(step, GetFacts):
                reply = provide()
                continue
            try:
                response: Response = yield step
                reply = response
            except Exception as exc:  # noqa: BLE001 - the flow's to judge
                error = exc
    except StopIteration as stopped:
        return cast(T, stopped.value)
    finally:
        flow.close()
