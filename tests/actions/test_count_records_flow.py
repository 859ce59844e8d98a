"""count_records: estimates and exact counts."""

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.count_records import Count, Input, flow


def test_refuses_conditions_on_an_estimate() -> None:
    with pytest.raises(ValidationError, match="exact"):
        Input.model_validate({"sobjects": ["A"], "filters": [{"field": "Name", "value": "x"}]})


def test_returns_null_where_salesforce_has_no_estimate() -> None:
    """It leaves such objects out, and that is not the same as none."""
    run = drive(
        flow(Input(sobjects=["account", "Lead"])),
        ok({"sObjects": [{"count": 3, "name": "Account"}]}),
    )

    assert run.calls[0].params == {"sObjects": "account,Lead"}
    assert run.output.counts == [
        Count(sobject="account", count=3),
        Count(sobject="Lead", count=None),
    ]


def test_counts_each_object_with_the_conditions() -> None:
    inputs = {"sobjects": ["A", "B"], "exact": True, "filters": [{"field": "Name", "value": "x"}]}
    run = drive(
        flow(Input.model_validate(inputs)),
        ok({"totalSize": 5, "done": True, "records": []}),
        ok({"totalSize": 0, "done": True, "records": []}),
    )

    assert run.calls[1].params == {"q": "SELECT COUNT() FROM B WHERE Name = 'x'"}
    assert [count.count for count in run.output.counts] == [5, 0]
    assert run.output.exact
