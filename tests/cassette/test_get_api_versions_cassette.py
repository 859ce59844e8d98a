"""`get_api_versions` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """It takes no inputs; nothing is sent, so that there is nothing to record."""
    with pytest.raises(Rejected) as error:
        run("get_api_versions", {"version": "68.0"})
    assert not error.value.sent


def test_succeeds(run: Callable[..., Any]) -> None:
    output = run("get_api_versions", {})
    assert output["newest"] in [version["version"] for version in output["versions"]]
    assert float(output["newest"]) >= 60
