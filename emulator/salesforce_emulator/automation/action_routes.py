"""`/actions`: lists, describes and runs invocable actions.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_actions_invocable.htm
"""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation import invocable
from salesforce_emulator.automation.invocable import (
    CUSTOM_KINDS,
    MAX_INPUTS,
    InvocableAction,
    declared_actions,
)
from salesforce_emulator.automation.quick_actions import as_invocable, quick_actions_of
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.automation.standard_actions import NOT_OFFERED, standard_actions
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.responses import json_response

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    actions = _Actions(org)
    root = "/services/data/{version}/actions"
    both = ["GET", "POST"]
    return [
        Route(root, actions.categories, methods=["GET"]),
        Route(f"{root}/{{category:str}}", actions.category, methods=["GET"]),
        Route(f"{root}/{{category:str}}/{{name:str}}", actions.kind_or_standard, methods=both),
        Route(f"{root}/{{category:str}}/{{kind:str}}/{{name:str}}", actions.custom, methods=both),
    ]


class _Actions:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def categories(self, request: Request) -> Response:
        root = f"/services/data/{call_of(request).version}/actions"
        return json_response(request, {name: f"{root}/{name}" for name in ("standard", "custom")})

    async def category(self, request: Request) -> Response:
        call = call_of(request)
        match call.segments[1].lower():
            case "standard":
                return _list(request, standard_actions(call.number))
            case "custom":
                root = f"/services/data/{call.version}/actions/custom"
                return json_response(request, {kind: f"{root}/{kind}" for kind in CUSTOM_KINDS})
        raise errors.not_found()

    async def kind_or_standard(self, request: Request) -> Response:
        call = call_of(request)
        _, folder, name = call.segments
        if folder.lower() == "standard":
            return await self._run_action(request, self._standard(call, name))
        if folder.lower() != "custom":
            raise errors.not_found()
        if request.method != "GET":
            raise errors.method_not_allowed(request.method, ("HEAD", "GET"))
        return _list(request, self._of_kind(name))

    async def custom(self, request: Request) -> Response:
        _, folder, kind, name = call_of(request).segments
        if folder.lower() != "custom":
            raise errors.not_found()
        matches = [item for item in self._of_kind(kind) if item.name.lower() == name.lower()]
        if not matches:
            raise errors.not_found()
        return await self._run_action(request, matches[0])

    def _standard(self, call: Call, name: str) -> InvocableAction:
        for action in standard_actions(call.number):
            if action.name.lower() == name.lower():
                return action
        if name.lower() in NOT_OFFERED:
            raise errors.not_offered(f"the standard action {name}")
        raise errors.not_found()

    def _of_kind(self, kind: str) -> tuple[InvocableAction, ...]:
        known_kind = next(
            (name for name in CUSTOM_KINDS if name.lower() == kind.lower()),
            None,
        )
        if known_kind is None:
            raise errors.not_found()
        if known_kind == "quickAction":
            return tuple(
                as_invocable(item, self._org.schema) for item in quick_actions_of(self._org)
            )
        return declared_actions(self._org).of_kind(known_kind)

    async def _run_action(self, request: Request, action: InvocableAction) -> Response:
        if request.method == "GET":
            return json_response(request, action.described())
        call = call_of(request)
        inputs = _inputs(await json_object(request))
        with self._org.lock:
            outcome = invocable.run(RunContext(self._org, call.access), action, inputs)
        status = 200 if all(item.error is None for item in outcome) else 400
        return json_response(request, [item.body(call.number) for item in outcome], status)


def _list(request: Request, actions: tuple[InvocableAction, ...]) -> Response:
    version = call_of(request).version
    return json_response(request, {"actions": [action.listed(version) for action in actions]})


def _inputs(body: dict[str, Any]) -> list[dict[str, Any]]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise automation_errors.inputs_missing()
    if not all(isinstance(item, dict) for item in inputs):
        raise automation_errors.inputs_missing()
    if len(inputs) > MAX_INPUTS:
        raise automation_errors.too_many_inputs(MAX_INPUTS)
    return inputs
