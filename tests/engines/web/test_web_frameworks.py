"""The API mounted in FastAPI, Django and Flask, each served as it is in production."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from engines.conftest import EngineSite

HERE = Path(__file__).parent
RUNS = "/workflows/api/connections/acme/actions/query/runs"
QUERY = {"inputs": {"soql": "SELECT Name FROM Account ORDER BY Name LIMIT 3"}}


@pytest.fixture(params=["fastapi_host", "django_host", "flask_host"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the application, served by a process of its own."""
    folder = tmp_path / "store"
    folder.mkdir()
    environment = {**os.environ, "APP_SECRET": "s" * 50, "APP_FOLDER": str(folder)}
    with subprocess.Popen(
        [sys.executable, HERE / "serve_host.py", request.param],
        cwd=HERE,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, f"{request.param} did not start"
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                yield client
        finally:
            process.terminate()


@pytest.fixture
def ann(client: httpx.Client) -> httpx.Client:
    """A client that Ann has signed in with, at the application."""
    assert client.post("/login/ann").status_code == 200
    return client


def add_connection(client: httpx.Client, site: EngineSite) -> None:
    stored = site.host.store.get("acme")
    body = {
        "name": "acme",
        "connector": "salesforce",
        "method": "client_credentials",
        "settings": dict(stored.settings),
    }
    assert client.post("/workflows/api/connections", json=body).status_code == 201


def test_users_without_a_session_are_rejected(client: httpx.Client) -> None:
    answer = client.get("/workflows/api/connectors")

    assert answer.status_code == 401
    assert answer.json()["code"] == "NOT_SIGNED_IN"


def test_connects_tests_and_runs(ann: httpx.Client, site: EngineSite) -> None:
    add_connection(ann, site)
    report = ann.post("/workflows/api/connections/acme/test", json={}).json()
    result = ann.post(RUNS, json=QUERY).json()

    assert report["ok"], report
    assert result["usage"]["calls"] == 1
    (connection,) = ann.get("/workflows/api/connections").json()
    assert (connection["owner"], connection["state"]) == ("ann", "works")


def test_another_user_of_the_application_sees_nothing(ann: httpx.Client, site: EngineSite) -> None:
    add_connection(ann, site)
    ann.post("/login/eve")

    assert ann.get("/workflows/api/connections").json() == []
    assert ann.post(RUNS, json=QUERY).status_code == 403


def test_a_run_streams_its_events(ann: httpx.Client, site: EngineSite) -> None:
    add_connection(ann, site)
    headers = {"accept": "text/event-stream"}
    with ann.stream("POST", RUNS, json=QUERY, headers=headers) as answer:
        text = answer.read().decode()

    events = re.findall(r"^event: (\w+)$", text, re.MULTILINE)
    assert events[0] == "started"
    assert events[-1] == "result"
    assert json.loads(text.rsplit("data: ", 1)[1])["output"]["records"] is not None


def test_callback_url_includes_the_mount_path(ann: httpx.Client, site: EngineSite) -> None:
    settings = site.host.store.get("acme").settings
    body = {
        "name": "person",
        "connector": "salesforce",
        "method": "authorization_code",
        "settings": dict(settings),
    }
    begun = ann.post("/workflows/api/sign-ins", json=body).json()
    assert begun["redirect_uri"] == f"{str(ann.base_url).rstrip('/')}/workflows/callback"

    answer = ann.get("/workflows/callback", params={"state": begun["state"], "error": "denied"})
    assert answer.status_code == 400
    assert "Not signed in" in answer.text
    assert ann.get("/workflows/callback.js").status_code == 200
