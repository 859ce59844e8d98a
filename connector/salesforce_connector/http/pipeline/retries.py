"""The stage that sends a call again, after a pause, which certainly had no effect."""

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.http import call_log, retry
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.authorization import Authorization
from salesforce_connector.http.pipeline.steps import Sleep, Steps
from salesforce_connector.http.result import Result
from salesforce_connector.response import Response


class Retries:
    """Retries calls; `http.retry` says which, how often, and how long the pauses are."""

    def __init__(self, state: ConnectionState, authorization: Authorization) -> None:
        """Make the stage; `authorization` is the next."""
        self._state = state
        self._authorization = authorization

    def send(self, call: Call, result: Result) -> Steps[Response]:
        """Send a call until its outcome is one that stays.

        Raises:
            ConnectorError: The last one.
        """
        if call.delay:
            yield Sleep(call.delay)
        attempt, seconds_left = 1, result.retry_for
        seconds_for_slot = self._state.slot_seconds(result.retry_for)
        while True:
            try:
                response: Response = yield from self._authorization.send(call, result, attempt)
            except ConnectorError as error:
                if error.code == retry.NO_FREE_SLOT and seconds_for_slot > 0:
                    wait = retry.SLOTS.pause(error, 1, seconds_for_slot)
                    if wait is not None:  # nothing was sent, so this is no attempt
                        seconds_for_slot -= error.retry_after or 0.0
                        yield Sleep(wait)
                        continue
                pause = retry.CALLS.pause(error, attempt, seconds_left)
                if pause is None:
                    raise
                call_log.log_retry(self._state.session.connection_id, call, error, attempt, pause)
            else:
                return response
            attempt += 1
            if pause:
                seconds_left -= pause
                yield Sleep(pause)
