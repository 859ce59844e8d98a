"""Calls of sObject Collections that several tests make."""

from typing import Any

import httpx

Body = dict[str, Any]
ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using"
    " AllOrNone header",
    "fields": [],
}
NOBODY = "003000000000001AAA"


def typed(kind: str, **fields: Any) -> Body:
    return {"attributes": {"type": kind}, **fields}


def accounts(*names: str | None) -> list[Body]:
    return [typed("Account", Name=name) for name in names]


def post(client: httpx.Client, records: Any, **flags: Any) -> httpx.Response:
    return client.post("/composite/sobjects", json={"records": records, **flags})
