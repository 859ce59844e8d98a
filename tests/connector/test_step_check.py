"""Which steps of a composite call are sent when one of them has a fault."""

from typing import Any

from connector.test_record_rules import described, field

from salesforce_connector.flow import LoadRecordRules
from salesforce_connector.writing.step_check import CheckedSteps, check_steps
from salesforce_connector.writing.steps import Step

RULES = described("Invoice__c", field("Name", "string"), field("Day__c", "date"))


def create(name: str, **body: Any) -> Step:
    return Step(name=name, method="POST", path="/sobjects/Invoice__c", body=body)


STEPS = [
    create("a", Name="A"),
    create("bad", Day__c="soon"),
    create("of_bad", Name="@{bad.id}"),
    create("of_that", Name="@{of_bad.id}"),
    create("of_a", Name="@{a.id}", Day__c="@{a.day}"),
]


def check(*, all_or_none: bool) -> CheckedSteps:
    """Check the steps, with rules for every object."""
    flow = check_steps(STEPS, all_or_none=all_or_none)
    try:
        step: Any = flow.send(None)  # type: ignore[arg-type] # as every generator is begun
        while True:
            step = flow.send(RULES if isinstance(step, LoadRecordRules) else None)  # type: ignore[arg-type]
    except StopIteration as stopped:
        result: CheckedSteps = stopped.value
        return result


def test_steps_that_depend_on_a_faulty_step_are_not_sent() -> None:
    """Salesforce would refuse the whole call for a reference to a step that is not in it."""
    checked = check(all_or_none=False)

    assert [step.name for step in checked.steps] == ["a", "of_a"]
    assert {name: result.code for name, result in checked.not_sent.items()} == {
        "bad": "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "of_bad": "PROCESSING_HALTED",
        "of_that": "PROCESSING_HALTED",
    }


def test_of_all_or_none_nothing_is_sent() -> None:
    checked = check(all_or_none=True)

    assert checked.steps == []
    assert [result.name for result in checked.merge(STEPS, [])] == [step.name for step in STEPS]
