"""Fixtures of bulk jobs, which advance with the org's clock."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.clock import Clock

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Ended:
    """An ingest job that is over."""

    client: httpx.Client
    info: dict[str, Any]

    def text(self, which: str) -> str:
        response = self.client.get(f"/jobs/ingest/{self.info['id']}/{which}")
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/csv")
        return response.text

    @property
    def done(self) -> Rows:
        return list(csv.DictReader(self.text("successfulResults").splitlines()))

    @property
    def failed(self) -> Rows:
        return list(csv.DictReader(self.text("failedResults").splitlines()))

    @property
    def errors(self) -> list[str]:
        return [row["sf__Error"] for row in self.failed]


Ingest = Callable[..., Ended]


@pytest.fixture
def upload(client: httpx.Client) -> Callable[..., str]:
    """Create a job, give it a CSV and close it; gives its id."""

    def run(text: str, sobject: str = "Account", operation: str = "insert", **job: str) -> str:
        body = {"object": sobject, "operation": operation, **job}
        created = client.post("/jobs/ingest", json=body)
        assert created.status_code == 200, created.text
        path = f"/jobs/ingest/{created.json()['id']}"
        put = client.put(
            path + "/batches", content=text.encode(), headers={"Content-Type": "text/csv"}
        )
        assert (put.status_code, put.content) == (201, b"")
        closed = client.patch(path, json={"state": "UploadComplete"})
        assert closed.json()["state"] == "UploadComplete"
        return str(created.json()["id"])

    return run


@pytest.fixture
def ingest(client: httpx.Client, clock: Clock, upload: Callable[..., str]) -> Ingest:
    """Run a whole ingest job."""

    def run(text: str, sobject: str = "Account", operation: str = "insert", **job: str) -> Ended:
        job_id = upload(text, sobject, operation, **job)
        clock.advance(timedelta(minutes=1))
        return Ended(client, client.get(f"/jobs/ingest/{job_id}").json())

    return run


@pytest.fixture
def find(client: httpx.Client) -> Callable[[str], list[dict[str, Any]]]:
    """Return the records of a query, without attributes."""

    def run(statement: str) -> list[dict[str, Any]]:
        response = client.get("/query", params={"q": statement})
        assert response.status_code == 200, response.text
        return [
            {name: value for name, value in record.items() if name != "attributes"}
            for record in response.json()["records"]
        ]

    return run
