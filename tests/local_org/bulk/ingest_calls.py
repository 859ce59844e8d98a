"""Calls of ingest jobs that several tests make."""

from typing import Any

import httpx

CSV = {"Content-Type": "text/csv"}


def open_job(client: httpx.Client, **job: str) -> dict[str, Any]:
    response = client.post("/jobs/ingest", json={"object": "Account", "operation": "insert", **job})
    assert response.status_code == 200, response.text
    created: dict[str, Any] = response.json()
    return created
