"""get_limits: what is left of each limit."""

from flow_driver import drive, ok

from salesforce_actions.actions.get_limits import Input, Limit, flow
from salesforce_connector.errors import BadReply

BODY = {
    "DataStorageMB": {"Max": 5, "Remaining": 7},
    "DailyApiRequests": {"Max": 15000, "Remaining": 14998, "App": {"Max": 0, "Remaining": 0}},
    "Odd": {"Max": "many"},
}


def test_does_not_take_a_list_for_limits() -> None:
    assert isinstance(drive(flow(Input()), ok([])).error, BadReply)


def test_returns_limits_by_name_with_no_negative_usage() -> None:
    assert drive(flow(Input()), ok(BODY)).output.limits == [
        Limit(name="DailyApiRequests", max=15000, remaining=14998, used=2),
        Limit(name="DataStorageMB", max=5, remaining=7, used=0),
    ]


def test_returns_only_the_named_limits_and_warns_of_unknown_names() -> None:
    run = drive(flow(Input(names=["DataStorageMB", "Luck"])), ok(BODY))

    assert [limit.name for limit in run.output.limits] == ["DataStorageMB"]
    assert "Luck" in run.notes[0]
