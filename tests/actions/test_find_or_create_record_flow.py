"""find_or_create_record: found once, created when there is none, refused when there are several."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.find_or_create_record import Input, flow
from salesforce_connector.errors import Conflict

FILTERS = [{"field": "Email", "value": "kim@example.com"}]


def query_result(*records: dict[str, Any]) -> httpx.Response:
    return ok({"totalSize": len(records), "done": True, "records": list(records)})


def inputs(**changes: Any) -> Input:
    values = {"sobject": "Contact", "filters": FILTERS, "fields": {"LastName": "Kim"}, **changes}
    return Input.model_validate(values)


def test_several_records_are_refused_and_none_is_created() -> None:
    run = drive(flow(inputs()), query_result({"Id": "003A"}, {"Id": "003B"}))

    assert isinstance(run.error, Conflict)
    assert run.error.fields == ("filters",)
    assert len(run.calls) == 1


@pytest.mark.parametrize("missing", ["filters", "fields"])
def test_wants_conditions_and_values(missing: str) -> None:
    with pytest.raises(ValidationError):
        inputs(**{missing: []})


def test_returns_the_existing_record() -> None:
    record = {"Id": "003A", "Name": "Kim"}
    run = drive(flow(inputs(return_fields=["Name"])), query_result(record))

    assert "SELECT Id, Name FROM Contact" in run.calls[0].params["q"]
    assert (run.output.id, run.output.created, run.output.record) == ("003A", False, record)


def test_creates_what_is_not_there() -> None:
    saved = ok({"id": "003B", "success": True, "errors": []}, 201)
    run = drive(flow(inputs()), query_result(), saved)

    assert run.calls[1].json == {"LastName": "Kim"}
    assert (run.output.id, run.output.created, run.output.record) == ("003B", True, None)
