"""What the pipeline asks its driver for."""

from collections.abc import Callable, Generator
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import AwaitFirst, Call, Deliver, Fetch, Fetched, Flow, Work
from salesforce_connector.http.result import Result
from salesforce_connector.http.retry import RETRY_FOR
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.response import Response

T = TypeVar("T")

# A generator is started by sending it None, though it waits for responses.
START: Final = cast(Response, None)


class Send(NamedTuple):
    """Send a call with the newest token, or fetch events; the driver replies with an `Attempt`.

    Attributes:
        background: Whether the call gives way to others; see `call_budget`.
    """

    call: Call | Fetch
    background: bool = False


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Refresh(NamedTuple):
    """Get a new access token, once for all callers; the driver raises what the refresh raises.

    Attributes:
        stale: The credentials to be replaced.
        early: Whether they are still valid, and may soon expire.
        retry_for: Seconds that the refresh may spend on pauses.
    """

    stale: Credentials
    early: bool = False
    retry_for: float = RETRY_FOR


class Spawn(NamedTuple):
    """Drive a flow beside this one; the driver replies with a `Task`."""

    flow: Flow[Any]
    result: Result
    trusted: bool


Attempt: TypeAlias = tuple[Credentials, WireResponse | Fetched | ConnectorError]
"""The credentials that a call was sent with, and the response, or why there is none."""

PipelineStep: TypeAlias = Send | Sleep | Refresh | Spawn | AwaitFirst | Deliver | Work
"""`AwaitFirst`, `Deliver` and `Work` are the flow's own, for the driver to carry out."""

Steps: TypeAlias = Generator[PipelineStep, Any, T]

SendCall: TypeAlias = Callable[[Call, Result], Steps[Response]]
"""The method `send` of a stage."""
