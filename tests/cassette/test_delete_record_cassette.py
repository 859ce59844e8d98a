"""`delete_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The second delete says that the record is deleted already."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    run("delete_record", {"sobject": "Account", "id": record["id"]})
    with pytest.raises(NotFound) as error:
        run("delete_record", {"sobject": "Account", "id": record["id"]})
    assert error.value.code == "ENTITY_IS_DELETED"


def test_succeeds(run: Callable[..., Any]) -> None:
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    assert run("delete_record", {"sobject": "Account", "id": record["id"]}) == {"id": record["id"]}
    with pytest.raises(NotFound):
        run("get_record", {"sobject": "Account", "id": record["id"]})
