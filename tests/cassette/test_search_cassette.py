"""`search` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is not there is named."""
    with pytest.raises(Rejected, match="No such column 'Nmae'") as error:
        run("search", {"sosl": "FIND {acme} RETURNING Account(Nmae)"})
    assert error.value.code == "INVALID_FIELD"


def test_succeeds(run: Callable[..., Any]) -> None:
    """By plain words and by SOSL, the same record; its name is full of operators."""
    name = "Zephyr (North) & O'Hara"
    record = run("create_record", {"sobject": "Account", "fields": {"Name": name}})
    by_words = {"text": name, "objects": [{"sobject": "Account", "fields": ["Id", "Name"]}]}
    sosl = "FIND {:name} IN NAME FIELDS RETURNING Account(Id, Name)"
    for inputs in (by_words, {"sosl": sosl, "parameters": {"name": name}}):
        records = run("search", inputs)["records"]
        assert record["id"] in [row["Id"] for row in records]
