"""delete_record: the path, and a record that was gone before."""

from typing import Any

import httpx
import pytest
from flow_driver import drive
from pydantic import ValidationError

from salesforce_actions.actions.delete_record import Input, Output, flow
from salesforce_connector.errors import NotFound

ID = "001000000000001"
DELETED = NotFound("entity is deleted", code="ENTITY_IS_DELETED", status=404)
UNKNOWN = NotFound("not there", code="NOT_FOUND", status=404)


def delete(**more: Any) -> Input:
    return Input.model_validate({"sobject": "Account", "id": ID, **more})


@pytest.mark.parametrize("more", [{"id": ""}, {"id": "../User"}, {"sobject": "Account?"}, {"x": 1}])
def test_refuses(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        delete(**more)


@pytest.mark.parametrize(
    ("allow_deleted", "refusal"), [(False, DELETED), (False, UNKNOWN), (True, UNKNOWN)]
)
def test_a_missing_record_raises_not_found(allow_deleted: bool, refusal: NotFound) -> None:
    """A record that never was is no record deleted before, whatever is allowed."""
    unlisted = [refusal] * (refusal is UNKNOWN)  # what there is instead is asked for in vain
    run = drive(flow(delete(allow_deleted=allow_deleted)), refusal, *unlisted)
    assert run.error is refusal


def test_allow_deleted_counts_a_deleted_record_as_a_success() -> None:
    assert drive(flow(delete(allow_deleted=True)), DELETED).output == Output(id=ID)


def test_deletes_by_id_and_returns_it() -> None:
    """Salesforce answers 204 with no body, so the id comes from the input."""
    run = drive(flow(delete()), httpx.Response(204))

    (call,) = run.calls
    assert (call.method, call.path) == ("DELETE", f"/sobjects/Account/{ID}")
    assert run.output == Output(id=ID)


@pytest.mark.parametrize("allow_deleted", [True, False])
def test_may_be_repeated_when_a_second_delete_does_no_harm(allow_deleted: bool) -> None:
    (call,) = drive(flow(delete(allow_deleted=allow_deleted)), httpx.Response(204)).calls

    assert call.safe is allow_deleted
