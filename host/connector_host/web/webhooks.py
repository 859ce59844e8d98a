"""The route that a service pushes events to; the trigger's id in its path is secret.

The connector reads the request and defines the response. Events are stored and passed to the
application before the response is sent, so that the service repeats events that were not accepted.
"""

import logging
import math
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from connector_host.errors import BadInput, HostError, TooManyWaitingEvents
from connector_host.hookspecs import Json, WebhookRequest
from connector_host.runner import Runner
from connector_host.store.protocol import ReceivingTrigger
from connector_host.store.triggers import Trigger
from connector_host.web.problems import refuse
from connector_host.web.services import Events, Services

MAX_BODY: Final = (
    16 * 1024 * 1024
)  # bytes; services push up to a hundred records at once, with long texts


_log = logging.getLogger("connector_host.web")


async def receive(request: Request) -> Response:
    """Receive a request that a service pushed, and return the connector's response."""
    services: Services = request.app.state.services
    find = services.store.triggers.find_by_id
    trigger = await run_in_threadpool(find, request.path_params["trigger_id"])
    if trigger is None:  # before the body of an unknown sender is read
        return refuse(404, "UNKNOWN_TRIGGER", "No trigger has this URL.")
    pushed = await read_request(request)
    if isinstance(pushed, Response):
        return pushed
    return await run_in_threadpool(_receive, services, trigger, pushed)


async def read_request(request: Request) -> WebhookRequest | Response:
    """Return a request for the connector, or an error response if its body is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return refuse(413, "BODY_TOO_LARGE", f"The body is larger than {MAX_BODY:,} bytes.")
    return WebhookRequest(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.url.query,
        body=bytes(body),
    )


def store_events(runner: Runner, trigger: ReceivingTrigger, pushed: WebhookRequest) -> Response:
    """Store a request's events and return the response, or an error response."""
    try:
        response = runner.receive_webhook(trigger, pushed)
    except BadInput:
        return refuse(404, "NO_WEBHOOK", "This trigger receives no requests.")
    except TooManyWaitingEvents as error:
        _log.warning("The trigger %s of %s: %s", trigger.trigger, trigger.connection, error)
        refusal = refuse(
            503, error.code, "Too many events wait to be delivered. Send this again later."
        )
        refusal.headers["Retry-After"] = str(math.ceil(error.retry_after or 0))
        return refusal
    except HostError:
        raise
    except Exception as exc:
        kind = getattr(exc, "kind", None)
        if kind not in {"rejected", "forbidden"}:
            raise
        # Without the reason: the sender is not authenticated.
        status = 403 if kind == "forbidden" else 400
        return refuse(status, "NOT_TAKEN", "The request was not accepted.")
    return Response(response["body"], response["status"], response["headers"])


def _receive(services: Services, trigger: Trigger, pushed: WebhookRequest) -> Response:
    runner = services.acting_for(None).runner
    response = store_events(runner, trigger, pushed)
    take = services.on_events  # also after an error: delivering makes room for the next request
    if take is not None:

        def hand_on(events: list[Json]) -> None:
            take(Events(trigger.name, trigger.connection, events))

        runner.deliver(trigger, hand_on)
    return response
