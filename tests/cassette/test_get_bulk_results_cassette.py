"""`get_bulk_results` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Retryable

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A job that is under way has no results yet."""
    begun = run(
        "bulk_write",
        {"sobject": "Account", "operation": "insert", "csv": "Name\nAcme\n", "wait": False},
    )
    job_id = begun["jobs"][0]["id"]
    with pytest.raises(Retryable, match="not finished") as error:
        run("get_bulk_results", {"job_id": job_id})
    assert error.value.code == "JOB_NOT_FINISHED"


def test_succeeds(run: Callable[..., Any]) -> None:
    """Results come with the row's own cells, since the input is not known any more."""
    begun = run(
        "bulk_write",
        {
            "sobject": "Account",
            "operation": "insert",
            "csv": "Name,Phone\nAcme,1\n,2\n",
            "wait": False,
        },
    )
    job_id = begun["jobs"][0]["id"]
    run("get_bulk_job", {"job_id": job_id, "wait": True})
    done = run("get_bulk_results", {"job_id": job_id})
    assert [(row["ok"], row["code"], row["values"]) for row in done["records"]] == [
        (True, "", {"Name": "Acme", "Phone": "1"}),
        (False, "REQUIRED_FIELD_MISSING", {"Name": "", "Phone": "2"}),
    ]
