"""create_record: assignment and duplicate rules."""

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions import create_record

A = "001D000000IqhSLIAZ"


@pytest.mark.parametrize(
    ("rule", "header"),
    [("default", None), ("none", "FALSE"), ("01QD0000000EEEEMA4", "01QD0000000EEEEMA4")],
)
def test_a_new_record_goes_through_the_assignment_rule(rule: str, header: str | None) -> None:
    args = create_record.Input(sobject="Lead", fields={"X": 1}, assignment_rule=rule)
    run = drive(create_record.flow(args), ok({"id": A, "success": True, "errors": []}, 201))

    assert run.calls[0].headers.get("Sforce-Auto-Assign") == header


def test_refuses_an_assignment_rule_that_is_none() -> None:
    with pytest.raises(ValidationError):
        create_record.Input(sobject="Lead", fields={"X": 1}, assignment_rule="FALSE")


def test_duplicates_are_allowed_only_on_request() -> None:
    created = ok({"id": A, "success": True, "errors": []}, 201)
    plain = create_record.Input(sobject="Lead", fields={"X": 1})
    assert drive(create_record.flow(plain), created).calls[0].headers == {}

    lenient = plain.model_copy(update={"allow_duplicates": True})
    assert drive(create_record.flow(lenient), created).calls[0].headers == {
        "Sforce-Duplicate-Rule-Header": "allowSave=true"
    }
