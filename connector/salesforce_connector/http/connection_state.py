"""What all clients of one connection share in this process: the session, and what hangs on it."""

from typing import TYPE_CHECKING, Any, Final

from salesforce_connector.auth.session import Session
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.connection import Connection
from salesforce_connector.flow import Call
from salesforce_connector.http.response_cache import ResponseCache
from salesforce_connector.http.retry import RETRY_FOR
from salesforce_connector.policy.known_fields import KnownFields

if TYPE_CHECKING:
    from salesforce_connector.http.call_budget import CallBudget
    from salesforce_connector.http.long_calls import LongCalls
    from salesforce_connector.http.shared_metadata import SharedMetadata

API_VERSION: Final = "68.0"  # Winter '27, the newest that this connector was tested with


class ConnectionState:
    """One connection in this process; safe to share by threads and event loops.

    Attributes:
        session: The settings, and the token in use.
        responses: Responses that stay valid for a while.
        fields: Field names of the objects that were described.
        event_schemas: Avro schemas of events by id; the schema of an id never changes.
        root: The path that the API version is under.
        version_settled: Whether the org's list of versions was requested.
        call_budget: What may be spent of the org's calls; None where all may.
        shared_metadata: Descriptions that other processes have; None where none are shared.
        long_calls: How many long calls are under way; None where that has no limit.
    """

    def __init__(self, connection: Connection) -> None:
        """Read a connection.

        Raises:
            Rejected: Its method is unknown, or its settings are invalid.
            Unauthorized: Its credentials cannot be read.
        """
        self.session = Session(connection)
        self.responses = ResponseCache()
        self.fields = KnownFields()
        self.event_schemas: dict[str, str] = {}
        self.version = self.session.settings.api_version or API_VERSION
        self.version_settled = False
        self.call_budget = _make_call_budget(self.session.settings)
        self.shared_metadata = _make_shared_metadata(self.session.settings, connection)
        self.long_calls = _make_long_calls(self.session.settings)

    def slot_seconds(self, retry_for: float) -> float:
        """Return how long a call may wait for other long calls to end.

        Args:
            retry_for: Seconds that the host allows for pauses between attempts.
        """
        # As long as a call may take, unless the host allows less than the connector sees fit.
        return retry_for if retry_for < RETRY_FOR else self.session.settings.call_timeout

    @property
    def version(self) -> str:
        """Of the API, as in "68.0"."""
        return self._version

    @version.setter
    def version(self, version: str) -> None:
        self._version, self.root = version, f"/services/data/v{version}"

    def body_of(self, call: Call) -> Any:
        """Return a call's JSON body, None when it has none."""
        return call.json(self.root) if callable(call.json) else call.json


# What few connections have is imported for them.


def _make_call_budget(settings: OrgSettings) -> "CallBudget | None":
    floor, share = settings.call_floor, settings.background_share
    if not floor and share >= 100:
        return None
    from salesforce_connector.http.call_budget import CallBudget

    return CallBudget(floor, share=share)


def _make_shared_metadata(settings: OrgSettings, connection: Connection) -> "SharedMetadata | None":
    cache = getattr(connection, "shared_cache", None) if settings.share_metadata else None
    if cache is None:
        return None
    from salesforce_connector.http.shared_metadata import SharedMetadata

    return SharedMetadata(cache)


def _make_long_calls(settings: OrgSettings) -> "LongCalls | None":
    if not settings.long_calls:
        return None
    from salesforce_connector.http.long_calls import LongCalls

    return LongCalls(settings.long_calls, settings.call_timeout)
