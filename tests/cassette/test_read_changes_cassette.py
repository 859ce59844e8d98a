"""`read_changes` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is not there is named by Salesforce."""
    with pytest.raises(Rejected, match="No such column 'Nmae'"):
        run("read_changes", {"sobject": "Account", "fields": ["Nmae"]})


def test_succeeds(run: Callable[..., Any]) -> None:
    """All records first; then, from the cursor, none that was given."""
    first = run("read_changes", {"sobject": "User", "fields": ["Username"]})
    assert first["records"]
    second = run(
        "read_changes", {"sobject": "User", "fields": ["Username"], "cursor": first["cursor"]}
    )
    assert second["records"] == []
