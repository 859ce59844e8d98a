"""`get_bulk_job` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A job that is not there, or was deleted, is not found."""
    with pytest.raises(NotFound) as error:
        run("get_bulk_job", {"job_id": "750000000000001AAA"})
    assert error.value.code == "NOT_FOUND"


def test_succeeds(run: Callable[..., Any]) -> None:
    """A job is under way before it is complete."""
    begun = run(
        "bulk_write",
        {"sobject": "Account", "operation": "insert", "csv": "Name\nAcme\n", "wait": False},
    )
    job_id = begun["jobs"][0]["id"]
    looked = [run("get_bulk_job", {"job_id": job_id, "wait": wait}) for wait in (False, True)]
    assert [status["finished"] for status in looked] == [False, True]
    assert (looked[1]["job"]["state"], looked[1]["job"]["processed"]) == ("JobComplete", 1)
