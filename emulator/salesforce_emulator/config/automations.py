"""Adds a config file's flows, Apex, quick actions and approval processes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesforce_emulator.automation import approval_process
from salesforce_emulator.automation.apex_rest import ApexAnswer, ApexRequest, ApexRest, endpoints_of
from salesforce_emulator.automation.invocable import InvocableAction, declared_actions
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.quick_actions import QuickAction, quick_actions_of
from salesforce_emulator.automation.run_context import ActionFunction, RunContext
from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.functions import import_function
from salesforce_emulator.config.references import condition, sobject_of
from salesforce_emulator.config.steps import fill, flow_function
from salesforce_emulator.config.tables.automations import ApexRest as ApexRestTable
from salesforce_emulator.config.tables.automations import ApprovalProcess, Flow, Input
from salesforce_emulator.config.tables.automations import QuickAction as QuickActionTable
from salesforce_emulator.config.tables.file import ConfigFile
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_automations(org: "Org", config: ConfigFile, folder: Path) -> None:
    """Add flows, Apex, quick actions and approval processes.

    Raises:
        ConfigError: A table refers to something that does not exist.
    """
    for kind, key, flows in (("flow", "flows", config.flows), ("apex", "apex", config.apex)):
        for at, flow in enumerate(flows):
            declared_actions(org).add(_invocable(org, kind, flow, folder, (key, at)))
    for at, rest in enumerate(config.apex_rest):
        respond = _apex_function(rest, folder, ("apex_rest", at))
        endpoints_of(org).add(ApexRest(rest.method, rest.path, respond))
    _apply_quick_actions(org, config.quick_actions)
    _apply_approvals(org, config.approval_processes)


def _invocable(
    org: "Org", kind: str, flow: Flow, folder: Path, key_path: KeyPath
) -> InvocableAction:
    return InvocableAction(
        name=flow.name,
        label=flow.label or flow.name.replace("_", " "),
        kind=kind,
        description=flow.description,
        inputs=tuple(map(_parameter, flow.inputs)),
        outputs=tuple(map(_parameter, flow.outputs)),
        run=_action_function(org, flow, folder, key_path),
    )


def _action_function(org: "Org", flow: Flow, folder: Path, key_path: KeyPath) -> ActionFunction:
    if flow.calls:
        if flow.steps or flow.returns:
            raise ConfigError((*key_path, "calls"), "does not go with steps and returns")
        result: ActionFunction = import_function(flow.calls, folder, (*key_path, "calls"))
        return result
    for at, step in enumerate(flow.steps):
        if step.create:
            here = (*key_path, "steps", at)
            sobject = sobject_of(org, step.create, here, "create")
            _require_fields(sobject, step.fields, (*here, "fields"))
    return flow_function(flow, key_path)


def _parameter(table: Input) -> Parameter:
    return Parameter(
        name=table.name,
        label=table.label,
        type=table.type,
        required=table.required,
        many=table.many,
        sobject=table.object,
    )


def _apex_function(table: ApexRestTable, folder: Path, key_path: KeyPath) -> Any:
    if not table.path.startswith("/"):
        raise ConfigError((*key_path, "path"), "does not begin with a slash")
    if table.calls:
        if table.body is not None:
            raise ConfigError((*key_path, "calls"), "does not go with body")
        return import_function(table.calls, folder, (*key_path, "calls"))

    def answer(_: RunContext, request: ApexRequest) -> ApexAnswer:
        values = {**request.params, "rest": request.rest, "body": request.body}
        return ApexAnswer(fill(table.body, values), table.status)

    return answer


def _apply_quick_actions(org: "Org", actions: Sequence[QuickActionTable]) -> None:
    for at, action in enumerate(actions):
        key_path: KeyPath = ("quick_actions", at)
        target = sobject_of(org, action.target, key_path, "target")
        _require_fields(target, action.values, (*key_path, "values"))
        if action.link:
            _require_fields(target, {action.link: None}, (*key_path, "link"))
        name = None
        if action.object is not None:
            name = sobject_of(org, action.object, key_path).name
        if action.type == "Update" and name != target.name:
            raise ConfigError((*key_path, "object"), f"an Update of {target.name} is run on one")
        quick_actions_of(org).append(
            QuickAction(
                name=action.name,
                label=action.label or action.name.replace("_", " "),
                target=target.name,
                type=action.type,
                sobject=name,
                link=action.link,
                values=action.values,
            )
        )


def _apply_approvals(org: "Org", processes: Sequence[ApprovalProcess]) -> None:
    for at, process in enumerate(processes):
        key_path: KeyPath = ("approval_processes", at)
        sobject = sobject_of(org, process.object, key_path)
        for key in ("on_submit", "on_approval", "on_rejection", "on_recall"):
            _require_fields(sobject, getattr(process, key), (*key_path, key))
        entry = None
        if process.when:
            entry = condition(org, sobject.name, process.when, (*key_path, "when")).matches
        with located_at(*key_path, "approvers"):
            approval_process.declare(
                org,
                approval_process.ApprovalProcess(
                    name=process.name,
                    label=process.label or process.name.replace("_", " "),
                    sobject=sobject.name,
                    approvers=process.approvers,
                    entry=entry,
                    description=process.description,
                    on_submit=process.on_submit,
                    on_approval=process.on_approval,
                    on_rejection=process.on_rejection,
                    on_recall=process.on_recall,
                    recall=process.recall,
                ),
            )


def _require_fields(sobject: SObject, fields: Mapping[str, Any], key_path: KeyPath) -> None:
    for name in fields:
        if sobject.field(name) is None:
            raise ConfigError((*key_path, name), f"{sobject.name} has no field {name}")
