"""What all clients of one connection share in this process: the session, and what hangs on it."""

from typing import Any

from salesforce_connector.action import Call
from salesforce_connector.auth.session import Session
from salesforce_connector.connection import Connection
from salesforce_connector.http.api_versions import API_VERSION
from salesforce_connector.http.call_budget import CallBudget
from salesforce_connector.http.long_calls import LongCalls
from salesforce_connector.http.response_cache import ResponseCache
from salesforce_connector.http.shared_metadata import SharedMetadata
from salesforce_connector.policy.known_fields import KnownFields


class ConnectionState:
    """One connection in this process; safe to share by threads and event loops.

    Attributes:
        session: The settings, and the token in use.
        responses: Responses that stay valid for a while.
        fields: Field names of the objects that were described.
        event_schemas: Avro schemas of events by id; the schema of an id never changes.
        root: The path that the API version is under.
        version_settled: Whether the org's list of versions was asked for.
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
        settings = self.session.settings
        floor, share = settings.call_floor, settings.background_share
        self.call_budget = CallBudget(floor, share=share) if floor or share < 100 else None
        cache = getattr(connection, "shared_cache", None) if settings.share_metadata else None
        self.shared_metadata = None if cache is None else SharedMetadata(cache)
        limit = settings.long_calls
        self.long_calls = LongCalls(limit, settings.call_timeout) if limit else None

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
