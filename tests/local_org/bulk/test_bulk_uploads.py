"""Uploads of ingest jobs: once, as CSV, compressed, or in the call that creates the job."""

import gzip
import zlib
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from local_org.bulk.ingest_calls import CSV, open_job

from salesforce_emulator.org.clock import Clock


def test_a_job_accepts_content_once(client: httpx.Client) -> None:
    url = f"https://{client.base_url.host}/{open_job(client)['contentUrl']}"
    assert client.put(url, content=b"Name\nA\n", headers=CSV).status_code == 201

    response = client.put(url, content=b"Name\nB\n", headers=CSV)

    assert response.status_code == 400
    assert response.json()[0]["errorCode"] == "BULK_API_ERROR"
    assert "make sure you only do 'PUT' once on a given Job" in response.json()[0]["message"]


def test_content_is_text_csv(client: httpx.Client) -> None:
    job = open_job(client)["id"]

    response = client.put(f"/jobs/ingest/{job}/batches", json={"Name": "A"})

    assert (response.status_code, response.json()[0]["errorCode"]) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )


def test_content_and_job_may_come_in_one_call(client: httpx.Client, clock: Clock) -> None:
    parts = {
        "job": (None, '{"object":"Account","operation":"insert"}', "application/json"),
        "content": ("content", "Name\nAcme\n", "text/csv"),
    }
    created = client.post("/jobs/ingest", files=parts)
    assert (created.status_code, created.json()["state"]) == (200, "UploadComplete")
    assert "contentUrl" not in created.json()

    clock.advance(timedelta(minutes=1))
    info = client.get(f"/jobs/ingest/{created.json()['id']}").json()
    assert (info["state"], info["numberRecordsProcessed"]) == ("JobComplete", 1)


def test_content_in_the_same_call_is_at_most_100_000_characters(client: httpx.Client) -> None:
    parts = {
        "job": (None, '{"object":"Account","operation":"insert"}', "application/json"),
        "content": ("content", "Name\n" + "Acme\n" * 20_000, "text/csv"),
    }
    response = client.post("/jobs/ingest", files=parts)

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "LIMIT_EXCEEDED")
    assert client.get("/jobs/ingest").json()["records"] == []


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_content_may_be_compressed(
    client: httpx.Client, clock: Clock, name: str, pack: Callable[[bytes], bytes]
) -> None:
    path = f"/jobs/ingest/{open_job(client)['id']}"
    data = pack(b"Name\n" + b"Acme\n" * 100_000)  # 0.5 MB
    put = client.put(path + "/batches", content=data, headers={**CSV, "Content-Encoding": name})
    assert put.status_code == 201
    client.patch(path, json={"state": "Aborted"})

    left = client.get(path + "/unprocessedrecords")

    assert left.headers["content-encoding"] == "gzip"
    assert len(left.text.splitlines()) == 100_001


def test_wrongly_encoded_content_leaves_the_job_unchanged(
    client: httpx.Client,
) -> None:
    path = f"/jobs/ingest/{open_job(client)['id']}"
    packed = gzip.compress(b"Name\nAcme\n")
    for data in (b"Name\nAcme\n", packed[:-4]):
        bad = client.put(
            path + "/batches", content=data, headers={**CSV, "Content-Encoding": "gzip"}
        )
        assert bad.status_code == 400

    assert client.put(path + "/batches", content=b"Name\nA\n", headers=CSV).status_code == 201
