"""The first stage: what the connection may do, and whether the fields exist."""

from typing import Any

from salesforce_connector.flow import Call, Fetch, LoadRecordRules
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.authorization import Authorization
from salesforce_connector.http.pipeline.lookup import run_lookup
from salesforce_connector.http.pipeline.steps import SendCall, Steps
from salesforce_connector.http.result import Result
from salesforce_connector.policy import Policy
from salesforce_connector.response import Response


class PolicyCheck:
    """Holds calls to the connection's policy before they are sent."""

    def __init__(
        self,
        state: ConnectionState,
        policy: Policy,
        send_call: SendCall,
        authorization: Authorization,
    ) -> None:
        """Make the stage.

        Args:
            state: Of the connection.
            policy: Of the connection.
            send_call: The next stage for calls.
            authorization: The next stage for events, which have no API version and no retries.
        """
        self._state = state
        self._policy = policy
        self._send_call = send_call
        self._authorization = authorization

    def send(
        self, step: Call | Fetch | LoadRecordRules, result: Result, *, trusted: bool
    ) -> Steps[Any]:
        """Return the steps of what a flow has yielded, or raise what the policy raises.

        The result of the steps is a `Response` to a call, `Fetched` for events, and `RecordRules`
        or None where rules are to be loaded.

        Args:
            step: To be held to the policy.
            result: Of the run.
            trusted: Whether the flow is the connector's own: the policy does not apply.
        """
        policy = self._policy
        if isinstance(step, Call):
            if trusted or not policy.applies_to(step):
                return self._send_call(step, result)
            return self._check(step, result)
        if isinstance(step, LoadRecordRules):
            return run_lookup(policy.load_record_rules(step), self._send_call, result)
        if not trusted:
            policy.check_topic(step.topic)
        return self._authorization.send(step, result)

    def _check(self, call: Call, result: Result) -> Steps[Response]:
        policy, root = self._policy, self._state.root
        check = policy.check(call, root, self._state.body_of(call))
        yield from run_lookup(check, self._send_call, result)
        response = yield from self._send_call(call, result)
        policy.learn(call, self._state.root, response)
        return response
