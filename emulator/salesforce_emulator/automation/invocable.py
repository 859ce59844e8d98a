"""Invocable actions: what there is to run by `/actions`, and running it for one or many inputs.

Each input runs by itself: one that fails takes back its own writes and leaves those of the others.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_intro_invoking.htm
"""

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.parameters import Parameter, read_inputs
from salesforce_emulator.automation.run_context import ActionFunction, RunContext
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.registry import Registry
from salesforce_emulator.org.state import Org

MAX_INPUTS: Final = 200  # of one call, Actions Developer Guide

# What the custom kinds are called in a description's `type`; `/actions/custom` lists them all.
CUSTOM_KINDS: Final = {
    "apex": "APEX",
    "emailAlert": "EMAILALERT",
    "flow": "FLOW",
    "quickAction": "QUICKACTION",
}
STANDARD: Final = "standard"

_SORTED_SINCE: Final = 62.0  # the oldest version with sortOrder and version in a public report
_OUTCOME_SINCE: Final = 63.0  # ... and with outcome
_LOG: Final = logging.getLogger(__name__)

_FLOW_OUTPUTS: Final = (
    Parameter(name="Flow__InterviewGuid", label="Interview GUID"),
    Parameter(name="Flow__InterviewStatus", label="Interview Status", type="PICKLIST"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocableAction:
    """One action.

    Attributes:
        kind: `standard`, or one of `CUSTOM_KINDS`.
        type: As descriptions name it; empty takes the kind's.
        run: Runs it for one input.
    """

    name: str
    label: str
    kind: str
    run: ActionFunction
    type: str = ""
    description: str | None = None
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()

    def listed(self, version: str) -> dict[str, Any]:
        """Return it as a list of actions does."""
        folder = STANDARD if self.kind == STANDARD else f"custom/{self.kind}"
        return {
            "label": self.label,
            "name": self.name,
            "type": self.type or CUSTOM_KINDS[self.kind],
            "url": f"/services/data/{version}/actions/{folder}/{self.name}",
        }

    def described(self) -> dict[str, Any]:
        """Return its own description."""
        outputs = (*self.outputs, *(_FLOW_OUTPUTS if self.kind == "flow" else ()))
        return {
            "category": None,
            "description": self.description,
            "inputs": [item.input() for item in self.inputs],
            "label": self.label,
            "name": self.name,
            "outputs": [output.output() for output in outputs],
            "standard": self.kind == STANDARD,
            "targetEntityName": None,
            "type": self.type or CUSTOM_KINDS[self.kind],
        }


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What became of one input: outputs, or the error."""

    action: InvocableAction
    outputs: Mapping[str, Any] | None
    error: SalesforceError | None = None

    def body(self, version: float) -> dict[str, Any]:
        """Return it as the answer does, with the keys of an API version."""
        body: dict[str, Any] = {
            "actionName": self.action.name,
            "errors": None if self.error is None else [self.error.save_error()],
            "isSuccess": self.error is None,
            "outputValues": None if self.outputs is None else dict(self.outputs),
        }
        if version >= _SORTED_SINCE:
            body |= {"invocationId": None, "sortOrder": -1, "version": 1}
        if version >= _OUTCOME_SINCE:
            body["outcome"] = None
        return dict(sorted(body.items()))


class DeclaredActions:
    """An org's flows and invocable Apex; may be added to while it runs."""

    def __init__(self, org: Org) -> None:
        self._by_kind: dict[str, Registry[InvocableAction]] = {
            "apex": Registry(),
            "flow": Registry(),
        }
        # To be the same for the same seed, not to be secret.
        self._random = random.Random(f"interviews {org.seed}")  # noqa: S311

    def add(self, action: InvocableAction) -> None:
        """Add a flow or invocable Apex.

        Raises:
            ValueError: It is of another kind.
        """
        if action.kind == STANDARD or action.kind not in self._by_kind:
            raise ValueError(f"{action.kind} actions are not added")
        self._by_kind[action.kind].add(action)

    def of_kind(self, kind: str) -> tuple[InvocableAction, ...]:
        """Return the actions of a kind, in the order they were added."""
        return tuple(self._by_kind.get(kind, ()))

    def get(self, kind: str, name: str) -> InvocableAction | None:
        """Return the action of a kind and name; None when there is none."""
        return self._by_kind[kind].get(name) if kind in self._by_kind else None

    def interview_guid(self) -> str:
        """Return the GUID of the next flow interview."""
        return f"{self._random.getrandbits(136):034x}-{self._random.getrandbits(16):04x}"


def declared_actions(org: Org) -> DeclaredActions:
    """Return an org's flows and invocable Apex."""
    return org.part(DeclaredActions)


def run(
    context: RunContext, action: InvocableAction, inputs: Sequence[Mapping[str, Any]]
) -> list[ActionOutcome]:
    """Run an action for each input, in order."""
    return [_run_one(context, action, item) for item in inputs]


def _run_one(
    context: RunContext, action: InvocableAction, supplied: Mapping[str, Any]
) -> ActionOutcome:
    org = context.org
    try:
        values = read_inputs(action.inputs, supplied)
        with org.transaction():
            outputs = _success(context, action, values)
    except SalesforceError as error:
        return ActionOutcome(action, None, error)
    if action.kind == "flow":
        interview = {
            "Flow__InterviewGuid": declared_actions(org).interview_guid(),
            "Flow__InterviewStatus": "Finished",
        }
        return ActionOutcome(action, {**(outputs or {}), **interview})
    return ActionOutcome(action, outputs)


def _success(
    context: RunContext, action: InvocableAction, values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    try:
        return action.run(context, values)
    except SalesforceError:
        raise
    except Exception as exc:  # the edge to code that the org's owner gave
        _LOG.exception("%s %s ended in an exception", action.kind, action.name)
        if action.kind == "flow":
            raise automation_errors.flow_fault() from exc
        raise automation_errors.apex_fault(type(exc).__name__, str(exc)) from exc
