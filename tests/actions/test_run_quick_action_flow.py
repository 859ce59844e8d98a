"""run_quick_action: on a record, and global."""

from flow_driver import drive, ok

from salesforce_actions.actions.run_quick_action import Input, flow
from salesforce_connector.errors import BadReply, Rejected


def test_an_error_inside_a_2xx_response_is_raised() -> None:
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


def test_default_values_fill_missing_fields() -> None:
    """An empty default fills nothing, and a parent's own fields are none of the form."""
    args = Input(
        action_name="Log", sobject="Account", record_id="001D000000IqhSLIAZ",
        fields={"Subject": "Mine", "Priority": None}, use_defaults=True,
    )  # fmt: skip
    defaults = {
        "attributes": {"type": "Task"}, "Subject": "Call", "Status": "Completed",
        "Priority": "Normal", "Description": None, "Who": {"attributes": {}, "Name": "Kim"},
    }  # fmt: skip
    run = drive(flow(args), ok(defaults), ok({"id": "00T", "success": True}))

    base = "/sobjects/Account/quickActions/Log"
    assert [call.path for call in run.calls] == [
        f"{base}/defaultValues/001D000000IqhSLIAZ",
        base,
    ]
    assert run.calls[1].json["record"] == {
        "Subject": "Mine",
        "Status": "Completed",
        "Priority": None,
    }


def test_default_values_that_are_none_are_a_bad_reply() -> None:
    run = drive(flow(Input(action_name="Log", use_defaults=True)), ok([]))
    assert isinstance(run.error, BadReply)
