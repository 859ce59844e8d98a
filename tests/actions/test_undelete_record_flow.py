"""undelete_record: back, or not."""

import httpx
from flow_driver import drive

from salesforce_actions.actions.undelete_record import Input, flow
from salesforce_connector.errors import Rejected

RECORD = "001D000000IqhSLIAZ"


def test_raises_a_failure_inside_the_answer() -> None:
    text = (
        "<r><result><errors><message>no</message><statusCode>UNDELETE_FAILED</statusCode></errors>"
        "<success>false</success></result></r>"
    )
    run = drive(flow(Input(id=RECORD)), httpx.Response(200, text=text))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "UNDELETE_FAILED"


def test_returns_the_id_of_the_response() -> None:
    text = f"<r><result><id>{RECORD}</id><success>true</success></result></r>"
    run = drive(flow(Input(id=RECORD[:15])), httpx.Response(200, text=text))

    assert run.calls[0].soap == f"<undelete><ids>{RECORD[:15]}</ids></undelete>"
    assert run.output.id == RECORD
