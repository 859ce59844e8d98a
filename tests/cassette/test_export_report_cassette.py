"""`export_report` over recorded HTTP."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such report."""
    with pytest.raises(NotFound):
        run("export_report", {"report_id": "00O000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """An Excel file is a ZIP file."""
    (report,) = run("list_reports", {"search": "deliveries"})["reports"]
    exported = run("export_report", {"report_id": report["id"]})
    assert exported["file_name"].endswith(".xlsx")
    assert b64decode(exported["content_base64"]).startswith(b"PK")
