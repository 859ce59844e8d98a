"""list_quick_actions: of an object or global, with default values on demand."""

import httpx
from flow_driver import drive, ok

from salesforce_actions.actions.list_quick_actions import Input, flow
from salesforce_connector.errors import BadReply

ACTION = {"name": "NewCase", "label": "New Case", "type": "Create", "urls": {}}


def test_a_list_that_is_none_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(Input()), ok({"x": 1})).error, BadReply)


def test_lists_the_global_ones_in_one_call() -> None:
    run = drive(flow(Input()), ok([ACTION]))

    assert [call.path for call in run.calls] == ["/quickActions"]
    assert run.output.quick_actions[0].name == "NewCase"
    assert run.output.quick_actions[0].defaults is None


def test_returns_the_default_values_of_a_form() -> None:
    defaults = {"attributes": {"type": "Case"}, "Status": "New"}
    run = drive(flow(Input(sobject="Account", with_defaults=True)), ok([ACTION]), ok(defaults))

    assert run.calls[1].path == "/sobjects/Account/quickActions/NewCase/defaultValues"
    assert run.output.quick_actions[0].defaults == {"Status": "New"}


def test_an_action_without_a_form_has_no_default_values() -> None:
    refused = httpx.Response(400, json=[{"errorCode": "INVALID_INPUT", "message": "no form"}])
    run = drive(flow(Input(sobject="Account", with_defaults=True)), ok([ACTION]), refused)

    assert run.error is None
    assert run.output.quick_actions[0].defaults is None


def test_an_action_of_an_object_is_named_as_it_is_run() -> None:
    listed = {**ACTION, "name": "Case.Close"}
    run = drive(flow(Input(sobject="Case", with_defaults=True)), ok([listed]), ok({"Status": "x"}))

    assert run.calls[1].path == "/sobjects/Case/quickActions/Close/defaultValues"
    assert run.output.quick_actions[0].name == "Close"
