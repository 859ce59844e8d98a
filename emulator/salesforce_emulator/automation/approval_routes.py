"""`/process/approvals`: lists approval processes; submits, approves and rejects records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation import approvals
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.approval_process import processes_of
from salesforce_emulator.automation.approvals import Progress
from salesforce_emulator.automation.process_definitions import definition_id
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.records.writing import existing
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_TEXTS: Final = ("comments", "contextActorId", "processDefinitionNameOrId")


def routes(org: "Org") -> list[Route]:
    """Return the routes."""
    approvals_api = _Approvals(org)
    root = "/services/data/{version}/process"
    both = ["GET", "POST"]
    return [
        Route(root, _resources, methods=["GET"]),
        Route(f"{root}/approvals", approvals_api.definitions, methods=["GET"]),
        Route(f"{root}/approvals", approvals_api.process_requests, methods=["POST"]),
        Route(f"{root}/rules", approvals_api.rules, methods=both),
        Route(f"{root}/rules/{{sobject}}", _rules_of_sobject, methods=["GET"]),
    ]


async def _resources(request: Request) -> Response:
    root = f"/services/data/{call_of(request).version}/process"
    return json_response(request, {name: f"{root}/{name}" for name in ("rules", "approvals")})


async def _rules_of_sobject(request: Request) -> Response:
    sobject = call_of(request).access.schema.get(request.path_params["sobject"])
    if sobject is None:
        raise errors.not_found()
    return json_response(request, {"rules": {sobject.name: []}})


class _Approvals:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def definitions(self, request: Request) -> Response:
        """List the approval processes by object."""
        definitions: dict[str, list[dict[str, Any]]] = {}
        with self._org.transaction():
            for item in processes_of(self._org):
                name = self._org.schema[item.sobject].name
                of_sobject = definitions.setdefault(name, [])
                of_sobject.append(
                    {
                        "description": item.description,
                        "id": definition_id(self._org, item),
                        "name": item.label,
                        "object": name,
                        "sortOrder": len(of_sobject) + 1,
                    }
                )
        return json_response(request, {"approvals": definitions})

    async def process_requests(self, request: Request) -> Response:
        """Submit, approve, reject or remove; 400 when a request fails."""
        run_context = RunContext(self._org, call_of(request).access)
        body = (await json_object(request)).get("requests")
        if not isinstance(body, list) or not body:
            raise automation_errors.bad_request_field("requests", body)
        with self._org.lock:
            results = [_result(run_context, item) for item in body]
        success = all(result["success"] for result in results)
        return json_response(request, results, 200 if success else 400)

    async def rules(self, request: Request) -> Response:
        """List or run workflow rules: there are none, but each record must exist."""
        if request.method == "GET":
            return json_response(request, {"rules": {}})
        ids = (await json_object(request)).get("contextIds")
        if not isinstance(ids, list) or not ids:
            raise automation_errors.bad_request_field("contextIds", ids)
        schema = call_of(request).access.schema
        with self._org.lock:
            for record_id in ids:
                full_id = parse_id(record_id)
                sobject = None if full_id is None else schema.by_prefix(full_id)
                if full_id is None or sobject is None:
                    raise errors.malformed_id(str(record_id))
                existing(self._org, sobject, full_id)
        return json_response(request, {"errors": None, "success": True})


def _result(run_context: RunContext, value: object) -> dict[str, Any]:
    try:
        if not isinstance(value, Mapping):
            raise automation_errors.bad_request_field("requests", value)
        with run_context.org.transaction():
            return _body(_success(run_context, value))
    except SalesforceError as error:
        nothing = {"actorIds": None, "entityId": None, "errors": [error.save_error()]}
        nothing |= {"instanceId": None, "instanceStatus": None, "newWorkitemIds": None}
        return {**nothing, "success": False}


def _success(run_context: RunContext, body: Mapping[str, Any]) -> Progress:
    texts = {name: body.get(name) for name in _TEXTS}
    approvers = body.get("nextApproverIds") or []
    for name, value in texts.items():
        if not isinstance(value, str | None):
            raise automation_errors.bad_request_field(name, value)
    if not isinstance(approvers, list) or not all(
        isinstance(approver, str) for approver in approvers
    ):
        raise automation_errors.bad_request_field("nextApproverIds", approvers)
    context, kind = body.get("contextId"), body.get("actionType")
    comments = texts["comments"]
    match kind.lower() if isinstance(kind, str) else kind:
        case "submit":
            return approvals.submit(
                run_context,
                context,
                comments=comments,
                approver_ids=approvers,
                process=texts["processDefinitionNameOrId"],
                submitter_id=texts["contextActorId"],
                skips_entry=str(body.get("skipEntryCriteria")).lower() == "true",
            )
        case "approve":
            return approvals.decide(
                run_context, context, "Approved", comments=comments, approver_ids=approvers
            )
        case "reject":
            return approvals.decide(run_context, context, "Rejected", comments=comments)
        case "removed":
            return approvals.recall(run_context, context, comments=comments)
    raise automation_errors.bad_request_field("actionType", kind)


def _body(progress: Progress) -> dict[str, Any]:
    return {
        "actorIds": list(progress.actor_ids) or None,
        "entityId": progress.entity_id,
        "errors": None,
        "instanceId": progress.instance_id,
        "instanceStatus": progress.status,
        "newWorkitemIds": list(progress.work_item_ids),
        "success": True,
    }
