"""get_api_versions: numbers in their order."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.get_api_versions import Input, flow
from salesforce_connector.errors import BadReply


def test_does_not_take_what_are_no_versions() -> None:
    bodies: tuple[Any, ...] = ([{"label": "x"}], [{"version": "new"}], {})
    for body in bodies:
        assert isinstance(drive(flow(Input()), ok(body)).error, BadReply)


def test_sorts_versions_as_numbers_and_sends_no_token() -> None:
    message = [{"label": v, "version": v, "url": "/x"} for v in ("9.0", "68.0", "100.0")]
    run = drive(flow(Input()), ok(message))

    assert run.calls[0].anonymous
    assert [version.version for version in run.output.versions] == ["9.0", "68.0", "100.0"]
    assert run.output.newest == "100.0"
