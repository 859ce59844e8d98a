"""`retry_failed_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Retryable

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A job that is under way may yet write all of its rows."""
    begun = run(
        "bulk_write",
        {"sobject": "Account", "operation": "insert", "csv": "Name\nAcme\n", "wait": False},
    )
    job_id = begun["jobs"][0]["id"]
    with pytest.raises(Retryable, match="not finished") as error:
        run("retry_failed_records", {"job_id": job_id})
    assert error.value.code == "JOB_NOT_FINISHED"


def test_succeeds(run: Callable[..., Any]) -> None:
    """Only the row that failed is written again, once what it lacked is there."""
    inputs = {
        "sobject": "Contact",
        "operation": "insert",
        "csv": "LastName,Account.External_Id__c\nDoe,Retry-1\nRoe,\n",
        "fail_when": "none",
    }
    first = run("bulk_write", inputs)
    assert (first["succeeded"], first["failed"]) == (1, 1)
    parent = {"Name": "Acme", "External_Id__c": "Retry-1"}
    run("create_record", {"sobject": "Account", "fields": parent})
    again = run("retry_failed_records", {"job_id": first["jobs"][0]["id"]})
    assert (again["succeeded"], again["failed"]) == (1, 0)
