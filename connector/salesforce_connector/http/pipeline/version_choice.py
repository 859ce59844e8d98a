"""The stage that uses another API version where the org does not serve the one in use."""

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.lookup import run_lookup
from salesforce_connector.http.pipeline.steps import SendCall, Steps
from salesforce_connector.http.result import Result
from salesforce_connector.response import Response


class VersionChoice:
    """Asks the org for its versions, once, when a call fails as if its version were missing."""

    def __init__(self, state: ConnectionState, send_call: SendCall) -> None:
        """Make the stage; `send_call` is the next."""
        self._state = state
        self._send_call = send_call

    def send(self, call: Call, result: Result) -> Steps[Response]:
        """Send a call, and once more if that takes another version.

        Raises:
            NotFound: The version is pinned, or too old for the org, and the org does not serve it.
        """
        try:
            return (yield from self._send_call(call, result))
        except ConnectorError as error:
            if not (yield from self._choose_another(call, error, result)):
                raise
        return (yield from self._send_call(call, result))

    def _choose_another(self, call: Call, error: ConnectorError, result: Result) -> Steps[bool]:
        """Return whether there is another version to use now."""
        from salesforce_connector.http import api_versions  # for failures alone

        state = self._state
        if state.version_settled or not api_versions.may_be_unsupported(error, call):
            return False
        state.version_settled = True  # the call for the list of versions may fail alike
        pinned = bool(state.session.settings.api_version)
        before = state.version
        try:
            choice = api_versions.choose(before, pinned=pinned)
            version = yield from run_lookup(choice, self.send, result)
        except ConnectorError as unanswered:
            state.version_settled = unanswered.kind != "retryable"
            raise
        if version == before:
            return False
        state.version = version
        return True
