"""merge_records: who stays, who goes, and with which values."""

from typing import Any

import httpx
import pytest
from flow_driver import drive
from pydantic import ValidationError

from salesforce_actions.actions.merge_records import Input, flow
from salesforce_connector.errors import Rejected

A, B, C = "001D000000IqhSLIAZ", "001D000000IqhSMIAZ", "001D000000IqhSNIAZ"


@pytest.mark.parametrize(
    "inputs",
    [
        {"ids": []},
        {"ids": [B, C, "001D000000IqhSOIAZ"]},
        {"ids": [A]},
        {"ids": [A[:15]]},
        {"ids": [B, B]},
        {"sobject": "Opportunity", "ids": [B]},
        {"ids": [B], "fields": {"Name><so:Id": "x"}},
    ],
)
def test_refuses_what_cannot_be_merged(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"sobject": "Account", "master_id": A, **inputs})


def test_raises_a_failure_inside_the_answer() -> None:
    text = (
        "<r><result><errors><message>no</message><statusCode>MERGE_FAILED</statusCode></errors>"
        "<success>false</success></result></r>"
    )
    run = drive(
        flow(Input(sobject="Account", master_id=A, ids=[B])), httpx.Response(200, text=text)
    )

    assert isinstance(run.error, Rejected)
    assert run.error.code == "MERGE_FAILED"


def test_merges_two_into_one() -> None:
    text = (
        f"<r><result><id>{A}</id><mergedRecordIds>{B}</mergedRecordIds>"
        f"<mergedRecordIds>{C}</mergedRecordIds><success>true</success>"
        "<updatedRelatedIds>003</updatedRelatedIds></result></r>"
    )
    inputs = Input(sobject="Account", master_id=A, ids=[B, C], fields={"Site": None, "Phone": "1"})
    run = drive(flow(inputs), httpx.Response(200, text=text))

    assert run.calls[0].soap == (
        "<merge><request><masterRecord><so:type>Account</so:type>"
        f"<so:fieldsToNull>Site</so:fieldsToNull><so:Id>{A}</so:Id><so:Phone>1</so:Phone>"
        f"</masterRecord><recordToMergeIds>{B}</recordToMergeIds>"
        f"<recordToMergeIds>{C}</recordToMergeIds></request></merge>"
    )
    assert (run.output.merged_ids, run.output.updated_related_ids) == ([B, C], ["003"])
