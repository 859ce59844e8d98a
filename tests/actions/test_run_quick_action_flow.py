"""run_quick_action: on a record, and global."""

from flow_driver import drive, ok

from salesforce_actions.actions.run_quick_action import Input, flow
from salesforce_connector.errors import Rejected


def test_raises_what_stands_inside_the_answer() -> None:
    message = {
        "success": False,
        "errors": [{"statusCode": "REQUIRED_FIELD_MISSING", "message": "x"}],
    }
    run = drive(flow(Input(action_name="Log")), ok(message))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "REQUIRED_FIELD_MISSING"


def test_runs_on_a_record() -> None:
    inputs = Input(
        action_name="Log", sobject="Account", record_id="001D000000IqhSLIAZ", fields={"A": 1}
    )
    message = {"id": "00T", "success": True, "created": True, "feedItemIds": None, "errors": []}
    run = drive(flow(inputs), ok(message, 201))

    assert run.calls[0].path == "/sobjects/Account/quickActions/Log"
    assert run.calls[0].json == {"contextId": "001D000000IqhSLIAZ", "record": {"A": 1}}
    assert (run.output.id, run.output.created, run.output.feed_item_ids) == ("00T", True, [])


def test_runs_a_global_action_without_a_context() -> None:
    run = drive(flow(Input(action_name="Log")), ok({"id": None, "success": True}))

    assert (run.calls[0].path, run.calls[0].json) == ("/quickActions/Log", {"record": {}})
