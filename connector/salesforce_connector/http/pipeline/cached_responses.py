"""The stage that answers calls from the cache, where they allow it."""

from functools import partial
from typing import TYPE_CHECKING

from salesforce_connector.flow import Call, Work
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.steps import SendCall, Steps
from salesforce_connector.http.result import Result
from salesforce_connector.response import Response

if TYPE_CHECKING:
    from salesforce_connector.http.shared_metadata import SharedMetadata, SharedResponse


class CachedResponses:
    """Uses the connection's cache, and behind it the one that processes share, if there is one."""

    def __init__(self, state: ConnectionState, send_call: SendCall) -> None:
        """Make the stage; `send_call` is the next."""
        self._state = state
        self._send_call = send_call

    def send(self, call: Call, result: Result) -> Steps[Response]:
        """Send a call, unless there is a response to it that is fresh enough."""
        if not call.cached:
            return self._send_call(call, result)
        return self._send_cached(call, result)

    def _send_cached(self, call: Call, result: Result) -> Steps[Response]:
        cache, shared = self._state.responses, self._state.shared_metadata
        if (response := cache.get_fresh(call)) is not None:
            return response
        if shared is None or not shared.includes(call):
            return cache.store(call, (yield from self._send_call(call, result)))
        if not cache.has(call):
            yield from self._load_shared(shared, call)
            if (response := cache.get_fresh(call)) is not None:
                return response
        response = yield from self._send_call(call, result)
        if response.status_code == 200:
            credentials, root = self._state.session.credentials, self._state.root
            yield Work(partial(shared.save, call, response, credentials, root))
        return cache.store(call, response)

    def _load_shared(self, shared: "SharedMetadata", call: Call) -> Steps[None]:
        """Put what another process has stored into this one's cache."""
        credentials, root = self._state.session.credentials, self._state.root
        stored: SharedResponse | None = yield Work(partial(shared.load, call, credentials, root))
        if stored is not None:
            self._state.responses.restore(call, stored.response, stored.age)
