"""Quick actions: forms that make or change a record, alone or for the record they are run on.

Every org has a few global ones; `quick_actions_of` has these and the declared ones.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from salesforce_emulator import errors
from salesforce_emulator.automation import chatter_posts
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.invocable import InvocableAction
from salesforce_emulator.automation.parameters import TYPES, Parameter
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.org.state import Org
from salesforce_emulator.records import writing
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

_PEOPLE: Final = frozenset({"Contact", "Lead"})  # that WhoId of a task or an event points at


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAction:
    """One quick action.

    Attributes:
        type: Update changes the record it is run on, the others make a record.
        target: The object of the record that is created or, for an Update, changed.
        sobject: What it is run on; None for a global action.
        link: Field of the target that is set to the record it is run on; empty finds one.
        values: Defaults of fields that the caller leaves out.
    """

    name: str
    label: str
    target: str
    type: Literal["Create", "Update", "LogACall"] = "Create"
    sobject: str | None = None
    link: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """As `/actions/custom/quickAction` calls it: `Case.Close_It`, or the name alone."""
        return f"{self.sobject}.{self.name}" if self.sobject else self.name

    def home(self, version: str) -> str:
        """Return where it is."""
        below = f"sobjects/{self.sobject}/" if self.sobject else ""
        return f"/services/data/{version}/{below}quickActions/{self.name}"


@dataclass(frozen=True, slots=True)
class QuickActionOutcome:
    """What a quick action did.

    Attributes:
        record_id: Of the record that was created or changed.
        created: The record was created.
        feed_item_ids: Posts in the feed of the context record.
    """

    record_id: str
    created: bool
    feed_item_ids: tuple[str, ...] = ()


GLOBAL: Final = (
    QuickAction(
        name="LogACall",
        label="Log a Call",
        target="Task",
        type="LogACall",
        values={"Subject": "Call", "Status": "Completed", "TaskSubtype": "Call"},
    ),
    *(
        QuickAction(name=f"New{target}", label=f"New {target}", target=target)
        for target in ("Task", "Event", "Account", "Contact", "Lead", "Opportunity", "Case")
    ),
)


def run(
    run_context: RunContext,
    action: QuickAction,
    context_id: str | None,
    supplied: Mapping[str, Any],
) -> QuickActionOutcome:
    """Run a quick action.

    Args:
        context_id: Id of the record it is run on; a global action may do without.
        supplied: Fields of the form, by name.

    Raises:
        SalesforceError: The context is missing or does not exist, or the record is refused.
    """
    context = _context(run_context, action, context_id)
    target = run_context.access.schema.get(action.target)
    if target is None:
        raise errors.unsupported_type(action.target)
    values = {name.lower() for name in supplied}
    body = {name: v for name, v in action.values.items() if name.lower() not in values}
    body |= supplied
    if action.type == "Update":
        if context is None:
            raise automation_errors.context_missing(action.full_name)
        writing.update(run_context.org, run_context.access, target, context[1], body)
        return QuickActionOutcome(context[1], created=False)
    if context is not None:
        link = action.link or _link(target, context[0])
        if link and link.lower() not in values:
            body[link] = context[1]
    record_id = writing.create(run_context.org, run_context.access, target, body)
    return QuickActionOutcome(record_id, True, _posts(run_context, action, context))


def default_values(
    run_context: RunContext, action: QuickAction, context_id: str | None
) -> dict[str, Any]:
    """Return the form's initial values: the target's defaults and the action's own values.

    Args:
        context_id: Id of the record that the action is run on; the new record refers to it.

    Raises:
        SalesforceError: There is no such record.
    """
    target = run_context.access.schema.get(action.target)
    if target is None:
        raise errors.unsupported_type(action.target)
    values: dict[str, Any] = {}
    if action.type != "Update":
        for field in target.fields:
            if field.createable and field.default_value is not None:
                values[field.name] = field.default_value
        if target.field("OwnerId") is not None:
            values["OwnerId"] = run_context.access.user_id
    values |= action.values
    if context_id is not None:
        context = _context(run_context, action, context_id)
        link = action.link or (_link(target, context[0]) if context is not None else "")
        if context is not None and link and action.type != "Update":
            values[link] = context[1]
    return values


def as_invocable(action: QuickAction, schema: Schema) -> InvocableAction:
    """Return a quick action in the form that `/actions` has it."""
    target = schema.get(action.target)
    fields = () if target is None else target.fields
    inputs = [
        Parameter(name=field.name, label=field.label, type=_type_of(field.type))
        for field in fields
        if (field.updateable if action.type == "Update" else field.createable)
        and not field.compound
    ]

    def run_action(run_context: RunContext, values: Mapping[str, Any]) -> dict[str, Any]:
        value = dict(values)
        result = run(run_context, action, value.pop("contextId", None), value)
        return {"contextId": values.get("contextId"), "id": result.record_id}

    return InvocableAction(
        name=action.full_name,
        label=action.label,
        kind="quickAction",
        inputs=(
            Parameter(
                name="contextId",
                label="Context ID",
                type="REFERENCE",
                required=action.sobject is not None,
            ),
            *inputs,
        ),
        outputs=(
            Parameter(name="contextId", label="Context ID", type="REFERENCE"),
            Parameter(name="id", label="Record ID", type="REFERENCE"),
        ),
        run=run_action,
    )


def _context(
    run_context: RunContext, action: QuickAction, context_id: str | None
) -> tuple[SObject, str] | None:
    if context_id is None:
        if action.sobject is not None:
            raise automation_errors.context_missing(action.full_name)
        return None
    record_id = parse_id(context_id)
    sobject = None if record_id is None else run_context.access.schema.by_prefix(record_id)
    if record_id is None or sobject is None:
        raise errors.malformed_id(context_id)
    if action.sobject is not None and sobject.name.lower() != action.sobject.lower():
        raise automation_errors.wrong_context(action.full_name, context_id)
    writing.existing(run_context.org, sobject, record_id)
    return sobject, record_id


def _posts(
    run_context: RunContext, action: QuickAction, context: tuple[SObject, str] | None
) -> tuple[str, ...]:
    """Post to the feed of the record that an action was run on, if it has one."""
    if context is None or not chatter_posts.has_feed(context[0]):
        return ()
    kind = "CallLogPost" if action.type == "LogACall" else "CreateRecordEvent"
    row = {"ParentId": context[1], "Type": kind}
    return (write(run_context.org, run_context.access.user_id, "FeedItem", row),)


def _link(target: SObject, context: SObject) -> str:
    """Find the field of the new record that refers to the context record."""
    if target.field("WhoId") is not None:
        return "WhoId" if context.name in _PEOPLE else "WhatId"
    for candidate in target.fields:
        if (
            context.name in candidate.reference_to
            and candidate.createable
            and candidate.name != "OwnerId"
        ):
            return candidate.name
    return ""


def _type_of(kind: str) -> str:
    names = {field: name for name, field in TYPES.items()}
    return names.get(kind, "STRING")


def quick_actions_of(org: Org) -> list[QuickAction]:
    """Return an org's quick actions: the global ones that every org has, and what was added."""
    return org.part(_global_actions)


def quick_actions_for(org: Org, sobject: str | None) -> list[QuickAction]:
    """Return an sobject's quick actions and the global ones; those alone for None."""
    name = "" if sobject is None else sobject.lower()
    return [
        action
        for action in quick_actions_of(org)
        if action.sobject is None or action.sobject.lower() == name
    ]


def _global_actions(_org: Org) -> list[QuickAction]:
    return [*GLOBAL]
