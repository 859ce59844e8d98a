"""Rows and describes that a stub has ready: made at its start, by the size that a case wants."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx

from benchmarks.stub.responses import CSV, Response, compact, make_response
from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.serving.transport import OrgTransport

PAGE: Final = 2_000  # records a page, REST query default
BULK_PAGE: Final = 50_000  # rows a page when the client names no size, as most clients name it

OBJECTS: Final = 1_300  # of an org of middle size: its standard objects and some hundred of its own

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(prefix: str, number: int) -> str:
    """Return an id of 18 characters, its last three telling capitals as Salesforce has it."""
    digits = ""
    for _ in range(7):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    short = f"{prefix}KX000{digits}"
    parts = (short[start : start + 5] for start in (0, 5, 10))
    bits = (sum(item.isupper() << place for place, item in enumerate(part)) for part in parts)
    return short + "".join(_SUFFIX[bit] for bit in bits)


def row(number: int) -> dict[str, Any]:
    """Return one account as a query has it."""
    account_id = record_id("001", number)
    return {
        "attributes": {
            "type": "Account",
            "url": f"/services/data/v68.0/sobjects/Account/{account_id}",
        },
        "Id": account_id,
        "Name": f"Account {number} of Acme & Söhne",
        "Industry": "Banking",
        "Phone": f"+49 30 {number:08d}",
        "NumberOfEmployees": number % 5_000,
        "AnnualRevenue": number * 12.5,
        "CreatedDate": "2026-01-31T09:00:00.000+0000",
        "OwnerId": "005KX0000000001YAA",
    }


def query_page(rows: int, start: int) -> Response:
    """Return a page of a query that has so many rows, from a row on."""
    end = min(start + PAGE, rows)
    body: dict[str, Any] = {"totalSize": rows, "done": end == rows}
    if end < rows:
        body["nextRecordsUrl"] = f"/services/data/v68.0/query/0r8KX0000000001YAA-{end}"
    body["records"] = [row(number) for number in range(start, end)]
    return make_response(200, compact(body), gzip_too=True)


def bulk_pages(rows: int) -> dict[int, Response]:
    """Return the pages of a bulk query's results by their first row's number."""
    header = b'"Id","Name","Description","Industry","Phone","CreatedDate"\n'
    about = "An account of middle size, with more than one line of business and a note for each. "
    block = "".join(
        f'"001KX@@@@{number:05d}AAA","Account @@@@{number:05d} of ""Acme""","{about * 2}",'
        f'"Banking","+49 30 {number:08d}","2026-01-31T09:00:00.000Z"\n'
        for number in range(BULK_PAGE)
    ).encode()

    def page(start: int) -> tuple[int, Response]:
        count = min(BULK_PAGE, rows - start)
        lines = block if count == BULK_PAGE else b"".join(block.splitlines(keepends=True)[:count])
        body = header + lines.replace(b"@@@@", b"%04d" % (start // BULK_PAGE))
        after = start + count
        headers = {
            "Sforce-Locator": "null" if after == rows else str(after),
            "Sforce-NumberOfRecords": str(count),
        }
        return start, make_response(200, body, CSV, headers=headers, gzip_too=True, level=1)

    with ThreadPoolExecutor(2) as threads:
        return dict(threads.map(page, range(0, rows, BULK_PAGE)))


class Describes:
    """Describes as the local org has them; of objects, as many as an org of middle size."""

    def __init__(self) -> None:
        with open_org() as org:
            token = identity_of(org).token_of(org.admin_id)
            client = httpx.Client(
                transport=OrgTransport(org),
                base_url=f"https://{org.host}/services/data/v68.0",
                headers={"Authorization": f"Bearer {token}"},
            )
            account = client.get("/sobjects/Account/describe")
            objects = client.get("/sobjects")
        self.modified = objects.headers["last-modified"]
        self.tag = objects.headers["etag"]
        body = objects.json()
        body["sobjects"] = list(_add_objects(body["sobjects"]))
        headers = {"ETag": self.tag, "Last-Modified": self.modified}
        self.account = make_response(200, account.content, headers=headers, gzip_too=True)
        self.all = make_response(200, compact(body), headers=headers, gzip_too=True)
        self.unchanged = make_response(304, headers=headers)


def _add_objects(summaries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield from summaries
    for number in range(OBJECTS - len(summaries)):
        name = f"Thing_{number}__c"
        yield {**summaries[0], "name": name, "label": f"Thing {number}", "custom": True}
