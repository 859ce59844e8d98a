"""Puts a config file's flows, Apex, quick actions, approvals and reports into an org."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesforce_emulator.automation import approval_process
from salesforce_emulator.automation.apex_rest import ApexAnswer, ApexRequest, ApexRest, endpoints_of
from salesforce_emulator.automation.invocable import InvocableAction, declared_actions
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.quick_actions import QuickAction, quick_actions_of
from salesforce_emulator.automation.run_context import ActionFunction, RunContext
from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.functions import function
from salesforce_emulator.config.rules import condition, sobject_of
from salesforce_emulator.config.schema import ApexRest as ApexRestSheet
from salesforce_emulator.config.schema import DashboardComponent, File, Flow, Input
from salesforce_emulator.config.steps import declared, filled
from salesforce_emulator.dashboards import dashboard as dashboards
from salesforce_emulator.knowledge.data_categories import category_groups, group_of_paths
from salesforce_emulator.reports import report as reports
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_automations(org: "Org", table: File, folder: Path) -> None:
    """Add all that does things.

    Raises:
        ConfigError: Something names what is not there.
    """
    for kind, flows in (("flow", table.flows), ("apex", table.apex)):
        for at, flow in enumerate(flows):
            key_path: KeyPath = ("flows" if kind == "flow" else "apex", at)
            declared_actions(org).add(_invocable(org, kind, flow, folder, key_path))
    for at, rest in enumerate(table.apex_rest):
        key_path = ("apex_rest", at)
        endpoints_of(org).add(ApexRest(rest.method, rest.path, _rest(rest, folder, key_path)))
    _apply_quick_actions(org, table)
    _apply_approvals(org, table)
    for at, report in enumerate(table.reports):
        key_path = ("reports", at)
        sobject = sobject_of(org, report.object, key_path)
        if report.where:
            condition(org, sobject.name, report.where, (*key_path, "where"))
        with located_at(*key_path):
            reports.declare(
                org,
                reports.Report(
                    name=report.name,
                    label=report.label or report.name.replace("_", " "),
                    sobject=sobject.name,
                    columns=report.columns,
                    groups=report.groups,
                    across=report.across,
                    totals=report.totals,
                    where=report.where,
                    date=report.date,
                    folder=report.folder,
                    description=report.description,
                ),
            )
    _apply_dashboards(org, table)
    for at, group in enumerate(table.data_category_groups):
        with located_at("data_category_groups", at):
            category_groups(org).add(group_of_paths(group.name, group.label, group.categories))


def _apply_dashboards(org: "Org", table: File) -> None:
    for at, dashboard in enumerate(table.dashboards):
        with located_at("dashboards", at):
            dashboards.declare(
                org,
                dashboards.Dashboard(
                    name=dashboard.name,
                    label=dashboard.label or dashboard.name.replace("_", " "),
                    components=tuple(map(_component, dashboard.components)),
                    folder=dashboard.folder,
                    description=dashboard.description,
                ),
            )


def _component(table: DashboardComponent) -> dashboards.Component:
    return dashboards.Component(report=table.report, header=table.header, chart=table.chart)


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
        does=_doer(org, flow, folder, key_path),
    )


def _doer(org: "Org", flow: Flow, folder: Path, key_path: KeyPath) -> ActionFunction:
    if flow.calls:
        if flow.steps or flow.returns:
            raise ConfigError((*key_path, "calls"), "does not go with steps and returns")
        called: ActionFunction = function(flow.calls, folder, (*key_path, "calls"))
        return called
    for at, step in enumerate(flow.steps):
        if step.create:
            here = (*key_path, "steps", at)
            sobject = sobject_of(org, step.create, here, "create")
            _require_fields(sobject, step.fields, (*here, "fields"))
    return declared(flow, key_path)


def _parameter(table: Input) -> Parameter:
    return Parameter(
        name=table.name,
        label=table.label,
        type=table.type,
        required=table.required,
        many=table.many,
        sobject=table.object,
    )


def _rest(table: ApexRestSheet, folder: Path, key_path: KeyPath) -> Any:
    if not table.path.startswith("/"):
        raise ConfigError((*key_path, "path"), "does not begin with a slash")
    if table.calls:
        if table.body is not None:
            raise ConfigError((*key_path, "calls"), "does not go with body")
        return function(table.calls, folder, (*key_path, "calls"))

    def answer(_: RunContext, request: ApexRequest) -> ApexAnswer:
        values = {**request.params, "rest": request.rest, "body": request.body}
        return ApexAnswer(filled(table.body, values), table.status)

    return answer


def _apply_quick_actions(org: "Org", table: File) -> None:
    for at, action in enumerate(table.quick_actions):
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


def _apply_approvals(org: "Org", table: File) -> None:
    for at, process in enumerate(table.approval_processes):
        key_path: KeyPath = ("approval_processes", at)
        sobject = sobject_of(org, process.object, key_path)
        for key in ("on_submit", "on_approval", "on_rejection", "on_recall"):
            _require_fields(sobject, getattr(process, key), (*key_path, key))
        entry = None
        if process.when:
            entry = condition(org, sobject.name, process.when, (*key_path, "when")).holds
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
