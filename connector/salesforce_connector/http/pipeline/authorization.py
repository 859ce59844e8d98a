"""The last stage: sends a call with a token, and with a new one once the old has expired."""

from typing import Any

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Fetch, Fetched
from salesforce_connector.http import call_log
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.steps import Refresh, Send, Steps
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_response import WireResponse


class Authorization:
    """Authorizes calls, and tells errors from what the flow expects."""

    def __init__(self, state: ConnectionState) -> None:
        """Make the stage; nothing follows it but the driver."""
        self._state = state
        self._session = state.session

    def send(self, call: Call | Fetch, result: Result, attempt: int = 1) -> Steps[Any]:
        """Send a call, or fetch events; again with a new token where that may help.

        Args:
            call: To be sent.
            result: Of the run; counts the call.
            attempt: Its number, from 1, for the log.

        Returns:
            The response to a call that has an expected status, or `Fetched`.

        Raises:
            ConnectorError: The response is an error, or there is none.
        """
        session, needs_token = self._session, isinstance(call, Fetch) or not call.anonymous
        if needs_token:
            current = session.credentials
            if session.early_refresh.needs_attention(current):
                yield Refresh(current, early=True)
                current = session.credentials
            if current.access_token is None:
                yield Refresh(current, retry_for=result.retry_for)
        sent = 0
        while True:
            started = call_log.now()
            used, outcome = yield Send(call, result.background)
            sent += 1
            error = self._error_of(call, outcome, result)
            if started is not None:
                call_log.log_call(session.connection_id, call, outcome, started, attempt, result)
            problem = "" if error is None else error.session_problem
            if not (needs_token and session.needs_refresh(used, problem, sent)):
                break
            yield Refresh(used, retry_for=result.retry_for)
        if error is not None:
            raise error
        return outcome

    def _error_of(
        self, call: Call | Fetch, outcome: WireResponse | Fetched | ConnectorError, result: Result
    ) -> ConnectorError | None:
        """Return the error that an outcome is; None for what the flow expects."""
        if isinstance(outcome, ConnectorError):
            return outcome
        if isinstance(call, Fetch) or isinstance(outcome, Fetched):
            return None
        result.usage.count(outcome.head)
        if self._state.call_budget is not None:
            self._state.call_budget.note(result.usage, result.background)
        status = outcome.status_code
        if 200 <= status < 300 or (status == 304 and call.cached):
            return None
        from salesforce_connector.errors import body as error_body  # for failures alone
        from salesforce_connector.errors import table as error_table

        if status in call.expect and not (status == 404 and error_body.is_page(outcome)):
            return None
        return error_table.from_response(outcome, safe=call.safe, path=call.path)
