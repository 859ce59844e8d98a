"""REST calls that many tests make: create, update, read and query records."""

from typing import Any

import httpx


def create_record(client: httpx.Client, sobject: str, **fields: Any) -> str:
    """Create a record and return its id."""
    response = client.post(f"/sobjects/{sobject}", json=fields)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def update_record(client: httpx.Client, sobject: str, record_id: str, **fields: Any) -> None:
    response = client.patch(f"/sobjects/{sobject}/{record_id}", json=fields)
    assert response.status_code == 204, response.text


def get_record(client: httpx.Client, sobject: str, record_id: str) -> dict[str, Any]:
    response = client.get(f"/sobjects/{sobject}/{record_id}")
    assert response.status_code == 200, response.text
    record: dict[str, Any] = response.json()
    return record


def query_records(client: httpx.Client, soql: str) -> list[dict[str, Any]]:
    """Return the records of a query's first page."""
    response = client.get("/query", params={"q": soql})
    assert response.status_code == 200, response.text
    records: list[dict[str, Any]] = response.json()["records"]
    return records
