"""`create_record_tree` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def tree(**contact: str) -> dict[str, Any]:
    contacts = {"sobject": "Contact", "records": [{"fields": contact}]}
    return {
        "sobject": "Account",
        "records": [{"fields": {"Name": "Acme"}, "children": {"Contacts": contacts}}],
    }


def test_fails(run: Callable[..., Any]) -> None:
    """A child that is refused leaves nothing, and is told by its place."""
    with pytest.raises(RecordsFailed) as error:
        run("create_record_tree", tree(LastName="Doe", Email="nobody"))
    assert [(row["path"], row["code"]) for row in error.value.records] == [
        ("0", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
        ("0.Contacts.0", "INVALID_EMAIL_ADDRESS"),
    ]


def test_succeeds(run: Callable[..., Any]) -> None:
    done = run("create_record_tree", tree(LastName="Doe"))
    assert [(row["path"], row["id"][:3]) for row in done["records"]] == [
        ("0", "001"),
        ("0.Contacts.0", "003"),
    ]
