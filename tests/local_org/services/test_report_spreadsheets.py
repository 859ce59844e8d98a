"""Reports as Excel files: the Accept header, and the workbook's content."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def report(org: Org) -> str:
    declared = Report(
        name="Accounts", label="Accounts: [all]", sobject="Account",
        columns=("Name", "AnnualRevenue"), groups=("Industry",), totals=("AnnualRevenue",),
    )  # fmt: skip
    return f"/analytics/reports/{declare(org, declared)}"


def rows_of(content: bytes) -> list[list[Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        workbook = ET.fromstring(file.read("xl/workbook.xml"))  # noqa: S314 - our own
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    (sheet_name,) = workbook.iter(f"{MAIN}sheet")
    assert not set(sheet_name.attrib["name"]) & set("[]:*?/\\")
    return [[cell_of(cell) for cell in row] for row in sheet.iter(f"{MAIN}row")]


def cell_of(cell: ET.Element) -> Any:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(cell.itertext())
    value = cell.find(f"{MAIN}v")
    return None if value is None or value.text is None else float(value.text)


def test_a_missing_report_answers_in_json(client: httpx.Client) -> None:
    response = client.get("/analytics/reports/00O000000000001AAA", headers={"Accept": EXCEL})
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_has_a_heading_the_rows_and_the_totals(client: httpx.Client, report: str) -> None:
    for name, revenue in (("Acme <& Co>", 15), ("Bolt", 2)):
        fields = {"Name": name, "AnnualRevenue": revenue, "Industry": "Energy"}
        client.post("/sobjects/Account", json=fields)
    response = client.get(report, headers={"Accept": EXCEL})
    assert response.headers["content-type"] == EXCEL
    assert 'filename="Accounts.xlsx"' in response.headers["content-disposition"]
    title, heading, *rows = rows_of(response.content)
    assert title == ["Accounts: [all]"]
    assert heading == ["Industry", "Account Name", "Annual Revenue"]
    assert rows == [
        ["Energy", "Acme <& Co>", 15.0],
        ["Energy", "Bolt", 2.0],
        ["Sum of Annual Revenue", 17.0],
        ["Record Count", 2.0],
    ]


def test_other_accept_headers_get_json(client: httpx.Client, report: str) -> None:
    assert "factMap" in client.get(report, headers={"Accept": "*/*"}).json()
