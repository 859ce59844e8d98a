"""Routes for triggers: try, store and poll them, and list their pushed events."""

from typing import Any, Final

from starlette.requests import Request

from connector_host import manifest as manifests
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.triggers import Trigger
from connector_host.web.requests import ApiRequest
from connector_host.web.services import Events

MAX_LISTED: Final = 50  # stored events in one response


def list_triggers(request: ApiRequest) -> Json:
    """List the stored triggers of connections that the user may use."""
    actor = request.actor
    visible = {connection.name for connection in actor.admin.visible()}
    return [
        _view(request, trigger)
        for trigger in actor.store.triggers.list()
        if trigger.connection in visible
    ]


def add_trigger(request: ApiRequest) -> Json:
    """Store a trigger; its first poll decides where its events begin."""
    actor = request.actor
    trigger, inputs = request.text("trigger"), request.object("inputs")
    connection = actor.runner.check_trigger(request.text("connection"), trigger, inputs)
    stored = actor.store.triggers.add(
        request.text("name"), connection_id=connection.id, trigger=trigger, inputs=inputs
    )
    return _view(request, stored)


def remove_trigger(request: ApiRequest) -> Json:
    """Remove a trigger and its cursor."""
    actor, name = request.actor, request.path("trigger")
    actor.admin.get_for_change(actor.store.triggers.get(name).connection)
    actor.store.triggers.remove(name)
    return None


def poll_trigger(request: ApiRequest) -> Json:
    """Poll a stored trigger, pass its events to the application, and return them."""
    actor = request.actor
    trigger = actor.store.triggers.get(request.path("trigger"))
    events: list[Json] = []

    def hand_on(new_events: list[Json]) -> None:
        if actor.services.on_events is not None:
            actor.services.on_events(Events(trigger.name, trigger.connection, new_events))
        events.extend(new_events)

    polled = actor.runner.poll(trigger, hand_on)
    cursor = actor.store.triggers.get(trigger.name).cursor
    return {
        "events": events,
        "cursor": cursor,
        "more": polled.more,
        "warnings": list(polled.warnings),
    }


def try_trigger(request: ApiRequest) -> Json:
    """Poll a trigger that is not stored, from a cursor; the application gets no events."""
    trial = _Trial(
        request.path("connection"),
        request.path("trigger"),
        request.object("inputs"),
        request.body.get("cursor"),
    )
    events: list[Json] = []
    polled = request.actor.runner.poll(trial, events.extend)
    return {
        "events": events,
        "cursor": trial.cursor,
        "more": polled.more,
        "warnings": list(polled.warnings),
    }


def list_events(request: ApiRequest) -> Json:
    """List the pushed events that wait to be delivered, the oldest first."""
    actor = request.actor
    trigger = actor.store.triggers.get(request.path("trigger"))
    if actor.runner.triggers.delivery(trigger.connection, trigger.trigger) != "webhook":
        raise BadInput(f"The trigger {trigger.name!r} is polled; its service pushes no events.")
    return {
        "events": [waiting.event for waiting in trigger.list_waiting(MAX_LISTED)],
        "waiting": trigger.count_waiting(),
    }


class _Trial:
    """A trigger that is tried without being stored."""

    def __init__(
        self, connection: str, trigger: str, inputs: JsonObject, cursor: JsonObject | None
    ) -> None:
        self.connection, self.trigger, self.inputs = connection, trigger, inputs
        self.cursor = cursor

    def save(self, cursor: Any) -> None:
        self.cursor = dict(cursor)

    def lock(self) -> Any:
        from contextlib import nullcontext

        return nullcontext(self)


def webhook_url(request: Request, trigger: Trigger) -> str:
    """Return the URL that a service pushes a trigger's events to; its id is secret."""
    return f"{request.app.state.base_url(request)}/webhooks/{trigger.id}"


def _delivery(request: ApiRequest, trigger: Trigger) -> str:
    actor = request.actor
    connection = actor.store.get(trigger.connection)
    manifest = actor.registry.manifest(connection.connector)
    part = manifests.get_part(manifest, "triggers", trigger.trigger)
    return str(part.get("delivery", "poll"))


def _view(request: ApiRequest, trigger: Trigger) -> JsonObject:
    delivery = _delivery(request, trigger)
    pushed = delivery == "webhook"
    return {
        "name": trigger.name,
        "connection": trigger.connection,
        "trigger": trigger.trigger,
        "delivery": delivery,
        "webhook_url": webhook_url(request.http, trigger) if pushed else None,
        "waiting": trigger.count_waiting() if pushed else None,
        "created_at": trigger.created_at,
        "changed_at": trigger.changed_at,
    }
