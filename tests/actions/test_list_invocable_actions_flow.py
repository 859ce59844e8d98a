"""list_invocable_actions: all kinds, one kind, one action."""

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.list_invocable_actions import Input, flow
from salesforce_connector.errors import BadReply


def test_needs_the_kind_of_an_action() -> None:
    with pytest.raises(ValidationError, match="kind"):
        Input(action_name="Ship")


def test_does_not_take_a_list_of_kinds() -> None:
    assert isinstance(drive(flow(Input()), ok([])).error, BadReply)


def test_lists_actions_of_all_kinds() -> None:
    def actions(name: str) -> object:
        return {"actions": [{"name": name, "label": name, "type": "X", "url": "/x"}]}

    run = drive(
        flow(Input()), ok({"flow": "/x", "apex": "/y"}), *(ok(actions(n)) for n in ("s", "a", "f"))
    )

    assert [call.path for call in run.calls] == [
        "/actions/custom",
        "/actions/standard",
        "/actions/custom/apex",
        "/actions/custom/flow",
    ]
    assert all(call.cached for call in run.calls)
    assert [action.name for action in run.output.actions] == ["s", "a", "f"]


def test_describes_inputs_and_outputs_of_one_action() -> None:
    message = {"name": "Ship", "label": "Ship it", "type": "FLOW", "inputs": [{"name": "id"}]}
    run = drive(flow(Input(kind="flow", action_name="Ship")), ok(message))

    assert run.calls[0].path == "/actions/custom/flow/Ship"
    assert run.output.actions[0].inputs == [{"name": "id"}]
