"""run_flow: outputs, and failures inside the answer."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.run_flow import Input, flow
from salesforce_connector.errors import BadReply, ConnectorError, Forbidden, Rejected, RowLocked

GIVEN = Input(flow_name="Ship_Order", inputs={"orderId": "801"})


def result(*, success: bool, errors: Any = None, outputs: Any = None) -> dict[str, Any]:
    return {
        "actionName": "Ship_Order",
        "errors": errors,
        "isSuccess": success,
        "outputValues": outputs,
    }


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"statusCode": "CANNOT_EXECUTE_FLOW_TRIGGER", "message": "no"}, Rejected),
        ({"statusCode": "UNABLE_TO_LOCK_ROW", "message": "busy"}, RowLocked),
        ({"statusCode": "INSUFFICIENT_ACCESS_OR_READONLY", "message": "no"}, Forbidden),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_inside_a_2xx_response_is_raised(
    status: int, error: dict[str, Any], kind: type[ConnectorError]
) -> None:
    """Salesforce sends 400 for it, and has sent 200."""
    run = drive(flow(GIVEN), ok([result(success=False, errors=[error])], status))

    assert type(run.error) is kind
    assert run.error.code == error["statusCode"]


def test_raises_a_refusal_of_the_call_itself() -> None:
    answer = httpx.Response(400, json=[{"errorCode": "JSON_PARSER_ERROR", "message": "bad"}])
    run = drive(flow(GIVEN), answer)

    assert isinstance(run.error, Rejected)
    assert run.error.code == "JSON_PARSER_ERROR"


@pytest.mark.parametrize("body", [{}, [], [{}], [result(success=True)] * 2])
def test_does_not_take_an_answer_that_is_not_one_result(body: Any) -> None:
    assert isinstance(drive(flow(GIVEN), ok(body)).error, BadReply)


def test_parts_outputs_from_what_salesforce_adds() -> None:
    outputs = {"Flow__InterviewGuid": "g", "Flow__InterviewStatus": "Finished", "shipped": True}
    run = drive(flow(GIVEN), ok([result(success=True, outputs=outputs)]))

    call = run.calls[0]
    assert (call.method, call.path) == ("POST", "/actions/custom/flow/Ship_Order")
    assert call.json == {"inputs": [{"orderId": "801"}]}
    assert not call.safe
    assert run.output.outputs == {"shipped": True}
    assert (run.output.interview_id, run.output.status) == ("g", "Finished")
