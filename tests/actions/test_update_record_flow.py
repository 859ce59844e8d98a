"""update_record: the path, the condition, and when it may be repeated."""

from typing import Any

import httpx
import pytest
from flow_driver import drive
from pydantic import ValidationError

from salesforce_actions.actions.update_record import Input, Output, flow
from salesforce_connector.errors import Conflict

ID = "001D000000IqhSLIAZ"
DONE = httpx.Response(204)


def change(**more: Any) -> Input:
    return Input.model_validate(
        {"sobject": "Account", "id": ID, "fields": {"Rating": "Hot", "Website": None}, **more}
    )


@pytest.mark.parametrize(
    "more",
    [
        {"id": "Acme"},
        {"fields": {}},
        {"if_unmodified_since": "2026-01-31T09:00:00"},  # it would mean another moment elsewhere
        {"if_unmodified_since": "yesterday"},
    ],
)
def test_refuses(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        change(**more)


def test_a_record_that_was_changed_meanwhile_is_a_conflict() -> None:
    changed = Conflict("changed", code="HTTP_412", status=412)

    run = drive(flow(change(if_unmodified_since="2026-01-31T09:00:00Z")), changed)

    assert run.error is changed


def test_changes_the_fields_and_clears_those_that_are_null() -> None:
    run = drive(flow(change()), DONE)

    (call,) = run.calls
    assert (call.method, call.path) == ("PATCH", f"/sobjects/Account/{ID}")
    assert call.json == {"Rating": "Hot", "Website": None}
    assert run.output == Output(id=ID)


def test_does_not_take_the_record_from_its_owner_unless_requested() -> None:
    """Salesforce's own default runs the assignment rule on each update."""
    assert drive(flow(change()), DONE).calls[0].headers == {"Sforce-Auto-Assign": "FALSE"}
    assert drive(flow(change(assignment_rule="default")), DONE).calls[0].headers == {}


@pytest.mark.parametrize(
    ("since", "header"),
    [
        ("2026-01-31T09:00:00Z", "Sat, 31 Jan 2026 09:00:00 GMT"),
        ("2026-01-31T09:00:00.999+01:00", "Sat, 31 Jan 2026 08:00:00 GMT"),
    ],
)
def test_a_condition_goes_as_a_header_and_forbids_a_second_try(since: str, header: str) -> None:
    """After the first has been done, the second would find the record changed: by itself."""
    (call,) = drive(flow(change(if_unmodified_since=since)), DONE).calls

    assert call.headers["If-Unmodified-Since"] == header
    assert call.safe is False


def test_without_a_condition_it_may_be_repeated() -> None:
    assert drive(flow(change()), DONE).calls[0].safe is True
