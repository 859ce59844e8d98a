"""get_user_info: by the identity service, or by the record where the app has no scope for it."""

import httpx
from flow_driver import drive, ok

from salesforce_actions.actions.get_user_info import Input, flow
from salesforce_connector.errors import BadReply

USER = "005D0000001AbcdIAC"


def test_does_not_take_an_answer_without_a_user() -> None:
    assert isinstance(drive(flow(Input()), ok({"sub": "x"})).error, BadReply)


def test_reads_what_the_identity_service_says() -> None:
    message = {
        "user_id": USER,
        "organization_id": "00D",
        "preferred_username": "kim@example.com",
        "zoneinfo": "Europe/Berlin",
    }
    run = drive(flow(Input()), ok(message))

    assert (run.output.user_id, run.output.username) == (USER, "kim@example.com")
    assert (run.output.time_zone, run.output.email) == ("Europe/Berlin", None)


def test_reads_the_record_when_the_identity_service_is_closed_to_the_app() -> None:
    run = drive(
        flow(Input()),
        httpx.Response(403, text="Missing_Scope"),
        ok({"identity": f"https://login.salesforce.com/id/00DA/{USER}"}),
        ok({"Username": "kim@example.com", "Name": "Kim", "IsActive": True}),
    )

    assert [call.path for call in run.calls[1:]] == ["/", f"/sobjects/User/{USER}"]
    assert (run.output.organization_id, run.output.user_id) == ("00DA", USER)
    assert (run.output.username, run.output.active) == ("kim@example.com", True)
