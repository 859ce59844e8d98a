"""`run_composite_graph` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def step(name: str, sobject: str, **body: Any) -> dict[str, Any]:
    return {"name": name, "method": "POST", "path": f"/sobjects/{sobject}", "body": body}


def test_fails(run: Callable[..., Any]) -> None:
    """The graph whose step fails is undone; the other is done."""
    graphs = [
        {"name": "good", "steps": [step("account", "Account", Name="Acme")]},
        {"name": "bad", "steps": [step("account", "Account", Name="B"), step("c", "Contact")]},
    ]
    with pytest.raises(RecordsFailed) as error:
        run("run_composite_graph", {"graphs": graphs})
    assert [row["code"] for row in error.value.records] == [
        "",
        "PROCESSING_HALTED",
        "REQUIRED_FIELD_MISSING",
    ]


def test_succeeds(run: Callable[..., Any]) -> None:
    steps = [
        step("account", "Account", Name="Acme"),
        step("contact", "Contact", LastName="Doe", AccountId="@{account.id}"),
    ]
    (done,) = run("run_composite_graph", {"graphs": [{"name": "acme", "steps": steps}]})["graphs"]
    assert done["ok"] is True
    assert [item["id"][:3] for item in done["steps"]] == ["001", "003"]
