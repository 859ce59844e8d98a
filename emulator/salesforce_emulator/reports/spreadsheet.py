"""A report as an Excel file: the smallest workbook that spreadsheets open.

The parts are written out because a report needs one sheet of texts and numbers: a library of
spreadsheets would weigh more than the local org. Formats and charts, which a real org adds, are not
there.

https://learn.microsoft.com/en-us/office/open-xml/spreadsheet/structure-of-a-spreadsheetml-document
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_FIXED: Final = {
    "[Content_Types].xml": (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_MADE_AT: Final = (1980, 1, 1, 0, 0, 0)  # the first day of ZIP: one report, one file, byte by byte


def spreadsheet(results: Mapping[str, Any]) -> bytes:
    """Return the results of a report's run, details included, as a workbook."""
    name = _sheet_name(results["reportMetadata"]["name"])
    workbook = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    rows = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in _rows(results))
    sheet = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in {**_FIXED, "xl/workbook.xml": workbook}.items():
            file.writestr(zipfile.ZipInfo(path, _MADE_AT), text)
        file.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml", _MADE_AT), sheet)
    return written.getvalue()


def _rows(results: Mapping[str, Any]) -> Iterator[list[Any]]:
    report_metadata, described = results["reportMetadata"], results["reportExtendedMetadata"]
    groups = [item["name"] for item in report_metadata["groupingsDown"]]
    labels = described["groupingColumnInfo"]
    columns = described["detailColumnInfo"]
    yield [report_metadata["name"]]
    yield [
        *(labels[name]["label"] for name in groups),
        *(columns[name]["label"] for name in report_metadata["detailColumns"]),
    ]
    above = dict(_headings(results["groupingsDown"]["groupings"], []))
    for key, facts in results["factMap"].items():
        down, _, across = key.partition("!")
        if across != "T":
            continue
        heading = above.get(down, [])
        for row in facts.get("rows", ()):
            cells = [_value(cell) for cell in row["dataCells"]]
            yield [*heading, *([None] * (len(groups) - len(heading))), *cells]
    totals = results["factMap"]["T!T"]["aggregates"]
    labelled = zip(report_metadata["aggregates"], totals, strict=True)
    for name, total in labelled:
        yield [described["aggregateColumnInfo"][name]["label"], _value(total)]


def _headings(
    groupings: list[Mapping[str, Any]], above: list[str]
) -> Iterator[tuple[str, list[str]]]:
    for item in groupings:
        here = [*above, str(item["label"])]
        yield item["key"], here
        yield from _headings(item.get("groupings", []), here)


def _value(cell: Mapping[str, Any]) -> Any:
    value = cell["value"]
    if isinstance(value, Mapping):  # of a currency
        value = value.get("amount")
    return value if isinstance(value, int | float) else cell["label"]


def _cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    text = "".join(char for char in str(value) if char >= " " or char in "\t\n")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _sheet_name(name: str) -> str:
    """Return a valid sheet name: 31 characters, none of seven."""
    allowed = "".join(" " if char in "[]:*?/\\" else char for char in name)[:31]
    return escape(allowed.strip("'") or "Report", {'"': "&quot;"})
