"""`update_record` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A text that is too long is refused, and its field named."""
    record = run("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    with pytest.raises(Rejected) as error:
        run(
            "update_record",
            {"sobject": "Account", "id": record["id"], "fields": {"AccountNumber": "9" * 41}},
        )
    assert (error.value.code, error.value.fields) == ("STRING_TOO_LONG", ("AccountNumber",))


def test_succeeds(run: Callable[..., Any]) -> None:
    """null clears a field, and what is not named stays."""
    fields = {"Name": "Acme", "Website": "https://acme.example", "Rating": "Hot"}
    record = run("create_record", {"sobject": "Account", "fields": fields})
    run("update_record", {"sobject": "Account", "id": record["id"], "fields": {"Website": None}})
    output = run(
        "get_record", {"sobject": "Account", "id": record["id"], "fields": ["Website", "Rating"]}
    )
    assert (output["record"]["Website"], output["record"]["Rating"]) == (None, "Hot")
