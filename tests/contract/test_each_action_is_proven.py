"""Every action and trigger has flow tests, two cassettes, a run on the local org, an example."""

import re
from typing import Any

import pytest

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.action import Action, Trigger
from tools.proof_table import EVENT_BUS, NOT_RECORDED, proof_of

Definition = Action[Any, Any] | Trigger[Any, Any]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_proven(name: str) -> None:
    proof = proof_of(name)

    assert proof.flow, f"tests/actions/test_{name}_flow.py drives no flow of {name}"
    assert proof.success, f"make cassettes ONLY={name}"
    assert proof.failure, f"tests/cassette/test_{name}_cassette.py has no test_fails"
    assert proof.local_org, f"no test in tests/org_runs runs {name}"
    assert ACTIONS[name].examples


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_is_proven(name: str) -> None:
    proof = proof_of(name)

    assert proof.flow or name in EVENT_BUS, f"no test in tests/triggers holds {name} to a law"
    assert proof.local_org, f"no test in tests/org_runs polls or receives {name}"
    assert TRIGGERS[name].examples
    if name not in NOT_RECORDED:
        assert proof.success, f"make cassettes ONLY={name}"
        assert proof.failure, f"tests/cassette/test_{name}_cassette.py has no test_fails"


@pytest.mark.parametrize(
    "names", [*ACTIONS.values(), *TRIGGERS.values()], ids=lambda each: each.name
)
def test_what_is_replaced_is_deprecated_and_names_its_successor(names: Definition) -> None:
    successors = ACTIONS if isinstance(names, Action) else TRIGGERS

    assert re.fullmatch(r"\d+\.\d+\.\d+", names.since)
    assert names.replaced_by is None or names.deprecated
    assert names.replaced_by is None or names.replaced_by in successors
