"""Calls of composite requests that several tests make."""

from typing import Any

import httpx

Json = dict[str, Any]

ROOT = "/services/data/v68.0"
HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction"
    " failed.",
}


def step(reference_id: str, method: str, path: str, body: Any = None, **more: Any) -> Json:
    values = {"method": method, "url": ROOT + path, "referenceId": reference_id, **more}
    return values if body is None else {**values, "body": body}


def create(reference_id: str, kind: str, **fields: Any) -> Json:
    return step(reference_id, "POST", f"/sobjects/{kind}", fields)


def composite(client: httpx.Client, *steps: Json, **flags: Any) -> list[Json]:
    """Send steps and give the answers to them."""
    response = client.post("/composite", json={"compositeRequest": steps, **flags})
    assert response.status_code == 200, response.text
    values: list[Json] = response.json()["compositeResponse"]
    return values


def count(client: httpx.Client, kind: str) -> int:
    """Count the records of an sobject."""
    result = client.get("/query", params={"q": f"SELECT Id FROM {kind}"})  # noqa: S608 - SOQL
    return int(result.json()["totalSize"])
