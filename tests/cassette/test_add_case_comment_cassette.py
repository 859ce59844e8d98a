"""`add_case_comment` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """The id of an account is no case's."""
    with pytest.raises(Rejected) as error:
        run("add_case_comment", {"case_id": "001000000000001AAA", "comment": "Hello"})
    assert error.value.code == "MALFORMED_ID"


def test_succeeds(run: Callable[..., Any]) -> None:
    case = run("create_record", {"sobject": "Case", "fields": {"Subject": "It hums"}})
    output = run("add_case_comment", {"case_id": case["id"], "comment": "Found.", "public": True})
    assert output["id"].startswith("00a")
