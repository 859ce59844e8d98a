"""Platform events over HTTP: they are published, and described; no more.

https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_publish_api.htm
"""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.records import platform_events
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


class Events:
    """Answers to requests to publish."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def publish(self, request: Request, event: SObject) -> Response:
        """Publish one."""
        call = call_of(request)
        body = await json_object(request)
        with self._org.transaction():
            event_id, event_uuid = platform_events.publish(self._org, call.access, event, body)
        result = platform_events.publish_result(event_id, event_uuid)
        where = f"/services/data/{call.version}/sobjects/{event.name}/{event_id}"
        return json_response(request, result, 201, {"Location": where})
