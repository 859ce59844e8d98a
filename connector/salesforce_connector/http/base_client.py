"""What the clients for threads and for event loops share; it sends nothing."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from salesforce_connector.action import Action, InputT, OutputT
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Rejected
from salesforce_connector.errors.network import from_network
from salesforce_connector.flow import Call, Fetch, Fetched, Flow
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import USER_AGENT
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.pipeline import Attempt, Pipeline
from salesforce_connector.http.request_writer import RequestWriter
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_request import origin_of
from salesforce_connector.null_policy import NullPolicy
from salesforce_connector.policy import Policy
from salesforce_connector.validation import read_input

__all__ = ["USER_AGENT", "BaseClient", "EventSource", "stream_of"]

EventSource = Callable[[Fetch, Credentials, ConnectionState], Fetched]
"""Fetches events of the event bus with a token, or raises a `ConnectorError`."""

_EXPLAINED: Final = "Nothing was sent. Calls that may follow depend on the first response."


def stream_of(action: Action[InputT, OutputT]) -> Callable[[InputT], Flow[object]]:
    """Return the streaming flow of an action.

    Raises:
        Rejected: It has none.
    """
    if action.stream is None:
        raise Rejected(
            f"The action {action.name} does not stream its records.",
            code="NOT_STREAMED",
            remedy="Run it instead.",
            fields=("action",),
        )
    return action.stream


class BaseClient:
    """What sync and async clients share.

    Attributes:
        connection: The host's object that tokens are saved to, unless a run brings another.
        state: Shared by all clients of the connection.
        session: The connection's settings and token.
        policy: What the connection may do.
        pipeline: What becomes of each call.
        writer: Writes calls as requests.
    """

    def __init__(
        self,
        connection: Connection,
        state: ConnectionState,
        user_agent: str,
        event_source: EventSource | None,
    ) -> None:
        self.connection = connection
        self.state = state
        self.session = state.session
        self.policy = Policy(state.session.settings, state.fields)
        self.pipeline = Pipeline(state, self.policy)
        self.writer = RequestWriter(state, user_agent)
        self._event_source = event_source

    def fetch_events(self, fetch: Fetch) -> Attempt:
        """Fetch events once with the newest token; waits for as long as the fetch does."""
        credentials = self.session.credentials
        if self._event_source is None:
            error = Rejected("This client cannot receive events.", code="NO_EVENT_SOURCE")
            return credentials, error
        try:
            return credentials, self._event_source(fetch, credentials, self.state)
        except ConnectorError as error:
            return credentials, error

    def too_many_calls(self, exc: NoResponse) -> Attempt:
        """Return the outcome of a call that was not sent because too many were under way."""
        credentials = self.session.credentials
        host = origin_of(credentials.instance_url or self.session.base_url).host
        return credentials, from_network(exc.code, host, safe=True, cause=exc)

    def read_inputs(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> InputT:
        """Read an action's inputs; what they leave to the connection is taken from its settings.

        Raises:
            Rejected: They do not fit the action's model.
        """
        args = read_input(action.input, inputs, action.name)
        if isinstance(args, NullPolicy):
            return args.with_default(self.session.settings.empty_texts)
        return args

    def explain(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> Result:
        """Return the first call, whose response decides what comes next; send nothing."""
        self.policy.check_action(action.name)
        flow = action.flow(self.read_inputs(action, inputs))
        call = next((step for step in flow if isinstance(step, Call)), None)
        flow.close()
        if call is None:
            return Result(output={"calls": []}, warnings=["Nothing would be sent."])
        request = self.writer.write(call, self.session.credentials.without_tokens())
        body = self.state.body_of(call) or call.soap
        calls = [{"method": call.method, "url": request.url, "body": body}]
        return Result(output={"calls": calls}, warnings=[_EXPLAINED])
