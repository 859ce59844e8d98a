"""`abort_bulk_job` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A job that is over cannot be stopped."""
    inputs = {"sobject": "Account", "operation": "insert", "csv": "Name\nAcme\n"}
    done = run("bulk_write", inputs)
    with pytest.raises(Rejected, match="Aborting already Completed Job not allowed") as error:
        run("abort_bulk_job", {"job_id": done["jobs"][0]["id"]})
    assert error.value.code == "INVALIDJOBSTATE"


def test_succeeds(run: Callable[..., Any]) -> None:
    begun = run(
        "bulk_write",
        {"sobject": "Account", "operation": "insert", "csv": "Name\nAcme\n", "wait": False},
    )
    job_id = begun["jobs"][0]["id"]
    assert run("abort_bulk_job", {"job_id": job_id})["job"]["state"] == "Aborted"
