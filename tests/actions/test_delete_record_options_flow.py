"""delete_record: one that is deleted already."""

import pytest
from flow_driver import drive

from salesforce_actions.actions import delete_record
from salesforce_connector.errors import NotFound

A = "001D000000IqhSLIAZ"


@pytest.mark.parametrize(
    ("code", "allowed", "fails"),
    [
        ("ENTITY_IS_DELETED", True, False),
        ("ENTITY_IS_DELETED", False, True),
        ("NOT_FOUND", True, True),
    ],
)
def test_a_record_that_is_deleted_already(code: str, allowed: bool, fails: bool) -> None:
    """One that was never there is another matter."""
    args = delete_record.Input(sobject="Account", id=A, allow_deleted=allowed)
    refusal = NotFound("No.", code=code, status=404)
    unlisted = [refusal] * (code == "NOT_FOUND")  # what there is instead is asked for in vain
    run = drive(delete_record.flow(args), refusal, *unlisted)

    assert (run.error is not None) is fails
