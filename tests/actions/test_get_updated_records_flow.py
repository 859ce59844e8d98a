"""get_updated_records: which window is asked for."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.get_updated_records import Input, Output, flow
from salesforce_connector.errors import BadReply, Rejected

START = datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=1)))
ANSWER = {"ids": ["001D000000IqhSLIAZ"], "latestDateCovered": "2026-11-22T08:00:00.000+0000"}


def test_refuses_a_time_without_an_offset() -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"sobject": "Account", "start": "2026-11-21T09:00:00"})


def test_refuses_a_window_of_less_than_a_minute() -> None:
    """Salesforce drops the seconds, and then the window is empty."""
    run = drive(flow(Input(sobject="Account", start=START, end=START + timedelta(seconds=59))))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_refuses_to_guess_the_time_when_salesforce_does_not_tell_it() -> None:
    run = drive(flow(Input(sobject="Account", start=START)), ok([]))

    assert isinstance(run.error, BadReply)


def test_requests_the_window_in_utc() -> None:
    end = datetime(2026, 11, 22, 8, tzinfo=UTC)
    run = drive(flow(Input(sobject="Account", start=START, end=end)), ok(ANSWER))

    assert run.calls[0].path == "/sobjects/Account/updated/"
    assert run.calls[0].params == {"start": "2026-11-21T08:00:00Z", "end": "2026-11-22T08:00:00Z"}
    assert run.output == Output(
        ids=["001D000000IqhSLIAZ"], latest_date_covered="2026-11-22T08:00:00.000+0000"
    )


def test_uses_salesforces_clock_for_now() -> None:
    """The clock of the machine may be wrong, and then changes would be missed."""
    run = drive(
        flow(Input(sobject="Account", start=START)),
        ok([], headers={"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}),
        ok(ANSWER),
    )

    assert run.calls[0].anonymous
    assert run.calls[1].params["end"] == "2026-11-22T12:00:00Z"
