"""`run_composite` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def step(name: str, sobject: str, **body: Any) -> dict[str, Any]:
    return {"name": name, "method": "POST", "path": f"/sobjects/{sobject}", "body": body}


def test_fails(run: Callable[..., Any]) -> None:
    """One step fails, and the other is undone."""
    steps = [step("account", "Account", Name="Acme"), step("contact", "Contact")]
    with pytest.raises(RecordsFailed) as error:
        run("run_composite", {"steps": steps})
    assert [row["code"] for row in error.value.records] == [
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
    ]


def test_succeeds(run: Callable[..., Any]) -> None:
    """A step uses what an earlier one gave, in its body and in its path."""
    steps = [
        step("account", "Account", Name="Acme"),
        step("contact", "Contact", LastName="Doe", AccountId="@{account.id}"),
        {
            "name": "back",
            "method": "GET",
            "path": "/sobjects/Contact/@{contact.id}",
            "params": {"fields": "AccountId"},
        },
    ]
    done = run("run_composite", {"steps": steps})["steps"]
    assert done["back"]["body"]["AccountId"] == done["account"]["id"]
