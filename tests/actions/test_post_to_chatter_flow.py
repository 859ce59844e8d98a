"""post_to_chatter: to a feed by id or by name."""

from flow_driver import drive, ok

from salesforce_actions.actions.post_to_chatter import Input, flow
from salesforce_connector.errors import BadReply, Rejected


def test_raises_a_failure_inside_the_answer() -> None:
    failed = {
        "actionName": "chatterPost",
        "errors": [{"statusCode": "INVALID_API_INPUT", "message": "no"}],
        "isSuccess": False,
        "outputValues": None,
    }
    run = drive(flow(Input(subject="001", text="hi")), ok([failed], 400))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "INVALID_API_INPUT"


def test_a_success_without_a_post_id_raises_bad_reply() -> None:
    done = {"errors": None, "isSuccess": True, "outputValues": {"feedItemId": None}}
    run = drive(flow(Input(subject="001", text="hi")), ok([done]))

    assert isinstance(run.error, BadReply)
    assert "no feedItemId" in str(run.error)
    assert run.error.sent


def test_optional_inputs_that_are_empty_are_not_sent() -> None:
    done = {
        "actionName": "chatterPost",
        "errors": None,
        "isSuccess": True,
        "outputValues": {"feedItemId": "0D5"},
    }
    run = drive(flow(Input(subject="Everybody", kind="Group", text="hi")), ok([done]))

    assert run.calls[0].path == "/actions/standard/chatterPost"
    assert run.calls[0].json == {
        "inputs": [{"subjectNameOrId": "Everybody", "type": "Group", "text": "hi"}]
    }
    assert run.output.feed_item_id == "0D5"
