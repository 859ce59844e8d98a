"""The triggers of a generated Dify plugin: the service pushes, and Dify starts workflows.

Dify gives each subscription a URL, which a person enters in the service's setup; a connector cannot
do that, so a subscription only holds credentials that work. Polled triggers are left out: Dify has
no schedule for a plugin.

https://docs.dify.ai/plugins
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from dify_plugin.entities.oauth import TriggerOAuthCredentials
from dify_plugin.entities.trigger import EventDispatch, Subscription, UnsubscribeResult, Variables
from dify_plugin.errors.trigger import (
    TriggerDispatchError,
    TriggerProviderCredentialValidationError,
)
from dify_plugin.interfaces.trigger import Event, Trigger, TriggerSubscriptionConstructor
from werkzeug import Request, Response

from connector_host.engines.dify.parameters import pushed_triggers
from connector_host.engines.dify.runtime import (
    OAuthHooks,
    connection_of,
    failed_checks,
    registry,
)
from connector_host.engines.fault import Fault, fault_of
from connector_host.hookspecs import JsonObject, WebhookBatch

PAYLOAD = "events"  # the variable of a Dify event in a workflow


class ConnectorTrigger(Trigger):
    """Reads the requests that a service pushes; a generated subclass names the connector."""

    connector: ClassVar[str]

    def _dispatch_event(
        self,
        subscription: Subscription,  # noqa: ARG002 - Dify's own form
        request: Request,
    ) -> EventDispatch:
        fault = None
        for entry in pushed_triggers(registry().manifest(self.connector)):
            try:
                batch = self._receive(entry, request)
            except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
                fault = fault_of(error)
            else:
                answer = batch["response"]
                return EventDispatch(
                    events=[entry["name"]] if batch["events"] else [],
                    response=Response(answer["body"], answer["status"], answer["headers"]),
                    payload={PAYLOAD: batch["events"]},
                )
        raise _refusal(fault)

    def _receive(self, entry: JsonObject, request: Request) -> WebhookBatch:
        connection = connection_of(self.connector, self.runtime.credentials or {})
        if not connection.credentials:  # identified at the first request of this process
            registry().call(self.connector, "refresh_connection", connection=connection)
        batch: WebhookBatch = registry().call(
            self.connector,
            "receive_webhook",
            trigger=entry["name"],
            connection=connection,
            request={
                "method": request.method,
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "query": request.query_string.decode("latin-1"),
                "body": request.get_data(),
            },
        )
        return batch


def _refusal(fault: Fault | None) -> TriggerDispatchError:
    if fault is None:
        return TriggerDispatchError("The connector has no trigger that a service pushes.")
    return TriggerDispatchError(f"{fault} [{fault.code}]")


class ConnectorEvent(Event):
    """Passes the events of one pushed request to a workflow."""

    def _on_event(
        self,
        request: Request,  # noqa: ARG002 - Dify's own form
        parameters: Mapping[str, Any],  # noqa: ARG002
        payload: Mapping[str, Any],
    ) -> Variables:
        return Variables(variables={PAYLOAD: payload[PAYLOAD]})


class ConnectorSubscription(OAuthHooks, TriggerSubscriptionConstructor):
    """Checks the credentials of a subscription, and signs in for it."""

    oauth_credentials = TriggerOAuthCredentials

    def _validate_api_key(self, credentials: Mapping[str, Any]) -> None:
        if sentences := failed_checks(self.connector, credentials):
            raise TriggerProviderCredentialValidationError(sentences)

    def _create_subscription(
        self,
        endpoint: str,
        parameters: Mapping[str, Any],
        credentials: Mapping[str, Any],
        credential_type: Any,  # noqa: ARG002 - Dify's own form
    ) -> Subscription:
        self._validate_api_key(credentials)
        return Subscription(endpoint=endpoint, parameters=parameters)

    def _delete_subscription(
        self,
        subscription: Subscription,  # noqa: ARG002 - Dify's own form
        credentials: Mapping[str, Any],  # noqa: ARG002
        credential_type: Any,  # noqa: ARG002
    ) -> UnsubscribeResult:
        return UnsubscribeResult(
            success=True, message="Also remove the URL from the service's setup."
        )

    def _refresh_subscription(
        self,
        subscription: Subscription,
        credentials: Mapping[str, Any],  # noqa: ARG002 - Dify's own form
        credential_type: Any,  # noqa: ARG002
    ) -> Subscription:
        return subscription
