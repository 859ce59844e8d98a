"""update_record: conditions, owners, and what is left."""

import httpx
import pytest
from flow_driver import drive
from pydantic import ValidationError

from salesforce_actions.actions import update_record

A = "001D000000IqhSLIAZ"
DONE = httpx.Response(204)


@pytest.mark.parametrize("moment", ["2026-01-31T09:00:00", "yesterday"])
def test_refuses_a_moment_without_an_offset(moment: str) -> None:
    with pytest.raises(ValidationError):
        update_record.Input.model_validate(
            {"sobject": "Lead", "id": A, "fields": {"X": 1}, "if_unmodified_since": moment}
        )


@pytest.mark.parametrize(
    "moment",
    ["2026-01-31T09:00:00Z", "2026-01-31T09:00:00.000+0000", "2026-01-31T10:00:00.900+01:00"],
)
def test_writes_a_condition_as_http_does(moment: str) -> None:
    """A second try after a lost answer would find the first one's change: it is not made."""
    args = update_record.Input.model_validate(
        {"sobject": "Lead", "id": A, "fields": {"X": 1}, "if_unmodified_since": moment}
    )
    run = drive(update_record.flow(args), DONE)

    assert run.calls[0].headers["If-Unmodified-Since"] == "Sat, 31 Jan 2026 09:00:00 GMT"
    assert not run.calls[0].safe


def test_an_update_may_be_repeated_and_leaves_the_owner() -> None:
    args = update_record.Input(sobject="Lead", id=A, fields={"X": 1})
    run = drive(update_record.flow(args), DONE)

    assert run.calls[0].safe
    assert run.calls[0].headers == {"Sforce-Auto-Assign": "FALSE"}


def test_an_update_that_leaves_everything_sends_nothing() -> None:
    args = update_record.Input(sobject="Lead", id=A, fields={"X": None}, nulls="leave")
    run = drive(update_record.flow(args))

    assert run.calls == []
    assert run.notes
