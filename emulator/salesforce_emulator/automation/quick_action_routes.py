"""Quick actions over HTTP: global ones, and those of an sobject.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation import quick_actions
from salesforce_emulator.automation.quick_actions import QuickAction, quick_actions_for
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.conditional import conditional
from salesforce_emulator.http.responses import dumps, json_response
from salesforce_emulator.schema.key_order import hashed
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the routes of global actions; those of an sobject are reached by `/sobjects`."""
    actions = QuickActions(org)
    root = "/services/data/{version}/quickActions"
    return [
        Route(root, actions.all_global, methods=["GET"]),
        Route(f"{root}/{{rest:path}}", actions.one_global, methods=["GET", "POST"]),
    ]


class QuickActions:
    """Answers to requests for quick actions."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    async def all_global(self, request: Request) -> Response:
        return self._list(request, None)

    async def one_global(self, request: Request) -> Response:
        return await self._one(request, None, call_of(request).segments[1:])

    async def of_sobject(self, request: Request, sobject: SObject) -> Response:
        """Answer requests below `/sobjects/{sobject}/quickActions`."""
        below = call_of(request).segments[3:]
        if below:
            return await self._one(request, sobject, below)
        if request.method != "GET":
            raise errors.method_not_allowed(request.method, ("HEAD", "GET"))
        return self._list(request, sobject)

    def _list(self, request: Request, sobject: SObject | None) -> Response:
        version = call_of(request).version
        result = quick_actions_for(self._org, None if sobject is None else sobject.name)
        entries = [_list_entry(item, version) for item in result]
        return self._conditional(request, entries)

    def _conditional(self, request: Request, body: Any) -> Response:
        pretty = request.headers.get("x-prettyprint") == "1"
        return conditional(request, dumps(body, pretty=pretty), self._org.schema_changed)

    async def _one(
        self, request: Request, sobject: SObject | None, segments: Sequence[str]
    ) -> Response:
        name, *more = segments
        kind = None if sobject is None else sobject.name
        result = quick_actions_for(self._org, kind)
        action = next((item for item in result if item.name.lower() == name.lower()), None)
        if action is None or len(more) > 2:
            raise errors.not_found()
        if more and request.method != "GET":
            raise errors.method_not_allowed(request.method, ("HEAD", "GET"))
        match [item.lower() for item in more]:
            case [] if request.method == "POST":
                return await self._run(request, action)
            case []:
                return self._conditional(request, _list_entry(action, call_of(request).version))
            case ["describe"]:
                return self._conditional(request, self._description(action))
            case ["defaultvalues", *context]:
                call = call_of(request)
                with self._org.lock:
                    run_context = RunContext(self._org, call.access)
                    context_id = segments[2] if context else None
                    values = quick_actions.default_values(run_context, action, context_id)
                return json_response(request, {"attributes": {"type": action.target}, **values})
        raise errors.not_found()

    async def _run(self, request: Request, action: QuickAction) -> Response:
        call = call_of(request)
        body = await json_object(request)
        record = body.get("record") or {}
        context = body.get("contextId", body.get("parentId"))
        if not isinstance(record, dict) or not isinstance(context, str | None):
            raise automation_errors.bad_form(action.full_name)
        fields = {name: value for name, value in record.items() if name != "attributes"}
        with self._org.transaction():
            result = quick_actions.run(RunContext(self._org, call.access), action, context, fields)
        done: dict[str, Any] = {
            "contextId": context,
            "created": result.created,
            "errors": [],
            "feedItemIds": list(result.feed_item_ids) or None,
            "id": result.record_id,
            "success": True,
        }
        return json_response(request, done, 201 if result.created else 200)

    def _description(self, action: QuickAction) -> dict[str, Any]:
        return {
            "accessLevelRequired": None,
            "actionEnumOrId": action.full_name,
            "canvasApplicationId": None,
            "canvasApplicationName": None,
            "colors": [],
            "contextSobjectType": action.sobject,
            "defaultValues": [
                {"defaultValue": value, "field": name} for name, value in action.values.items()
            ],
            "flowDevName": None,
            "flowRecordIdVar": None,
            "height": None,
            "iconName": None,
            "iconUrl": None,
            "icons": [],
            "label": action.label,
            "layout": None,
            "lightningComponentBundleId": None,
            "lightningComponentBundleName": None,
            "lightningComponentQualifiedName": None,
            "miniIconUrl": None,
            "mobileExtensionDisplayMode": None,
            "mobileExtensionId": None,
            "name": action.full_name,
            "showQuickActionLcHeader": False,
            "showQuickActionVfHeader": False,
            "targetParentField": action.link or None,
            "targetRecordTypeId": None,
            "targetSobjectType": action.target,
            "type": action.type,
            "visualforcePageName": None,
            "visualforcePageUrl": None,
            "width": None,
        }


def _list_entry(action: QuickAction, version: str) -> dict[str, Any]:
    base = action.home(version)
    urls = {
        "quickAction": base,
        "describe": f"{base}/describe",
        "defaultValues": f"{base}/defaultValues",
        "defaultValuesTemplate": f"{base}/defaultValues/{{ID}}",
    }
    return {
        "actionEnumOrId": action.full_name,
        "label": action.label,
        "name": action.full_name,
        "type": action.type,
        "urls": hashed(urls),
    }
