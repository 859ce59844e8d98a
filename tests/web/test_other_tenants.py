"""Every route of the API, asked by a tenant for what is another's, and by who is not signed in."""

from typing import Any

import pytest
from web.conftest import Api

EVE = {"x-user": "eve"}
ANN = {"x-user": "ann"}


@pytest.fixture
def anns(api: Api, acme: str) -> str:
    """Ann's connection, with a trigger, a run and a test."""
    api.call("PUT", "/api/connections/acme/access", {"owner": "ann"})
    api.call("POST", "/api/connections/acme/actions/say/runs", {"inputs": {"text": "hi"}}, **ANN)
    trigger = {
        "name": "words",
        "connection": "acme",
        "trigger": "said",
        "inputs": {"sentence": "one two"},
    }
    api.call("POST", "/api/triggers", trigger, **ANN)
    return acme


def routes(api: Api) -> list[tuple[str, str]]:
    document = api.call("GET", "/openapi.json")
    return [
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/")
    ]


def filled(path: str, **names: str) -> str:
    values = {
        "connection": "acme",
        "action": "say",
        "trigger": "words",
        "source": "rooms",
        "profile": "none",
        "run": "none",
        "connector": "echo",
        "method": "token",
        "name": "say",
    } | names
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


BODY = {
    "name": "stolen",
    "connection": "acme",
    "connector": "echo",
    "method": "token",
    "trigger": "said",
    "inputs": {"text": "hi"},
    "settings": {"room": "hall", "token": "x"},
    "owner": "eve",
    "secrets": {},
}


def test_every_route_rejects_connections_of_other_users(api: Api, anns: str) -> None:
    """A name in the path or in the body: nothing is read, run, changed or removed."""
    taken: list[str] = []
    for method, path in routes(api):
        if "{connection}" not in path and path not in ("/api/triggers", "/api/sign-ins"):
            continue
        if (method, path) == ("GET", "/api/triggers"):
            continue
        body = None if method == "GET" else BODY
        answer = api.client.request(method, filled(path), json=body, headers=EVE)
        if answer.status_code not in (403, 404, 405, 422) or "hall" in answer.text:
            taken.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")

    assert taken == []
    assert api.call("GET", "/api/connections/acme", **ANN)["owner"] == "ann"
    assert len(api.call("GET", "/api/triggers", **ANN)) == 1


def test_triggers_and_runs_of_others_are_inaccessible(api: Api, anns: str) -> None:
    [run] = api.call("GET", "/api/runs", **ANN)["runs"]

    assert api.call("GET", "/api/triggers", **EVE) == []
    for method, path in (
        ("DELETE", "/api/triggers/words"),
        ("POST", "/api/triggers/words/poll"),
        ("DELETE", f"/api/runs/{run['id']}"),
    ):
        assert api.client.request(method, path, json={}, headers=EVE).status_code in (403, 404)
    assert len(api.call("GET", "/api/triggers", **ANN)) == 1
    assert api.call("GET", "/api/runs?connection=acme", **EVE)["runs"] == []
    assert api.call("GET", "/api/audit?connection=acme", **EVE) == []


def test_every_route_requires_a_signed_in_user(api: Api, anns: str) -> None:
    del api.client.headers["x-user"]
    answers: dict[str, int] = {}
    document = api.client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            if path.startswith("/api/"):
                body = None if method == "get" else BODY
                answer = api.client.request(method.upper(), filled(path), json=body)
                answers[f"{method} {path}"] = answer.status_code

    assert {route: status for route, status in answers.items() if status != 401} == {}


@pytest.mark.parametrize(
    "name",
    ["../acme", "..%2Facme", "acme%00", "acme%2F", "%2e%2e", "ACME", "acme ", "a" * 5_000, "%ff"],
)
def test_odd_names_stay_inside_the_folder(api: Api, anns: str, name: str) -> None:
    answer = api.client.get(f"/api/connections/{name}", headers=EVE)

    assert answer.status_code in (307, 400, 403, 404, 414, 422)
    assert "hall" not in answer.text
    assert len(answer.text) < 20_000


@pytest.mark.parametrize("value", [None, 5, [], "\x00"])
def test_body_of_any_shape_causes_no_server_error(api: Api, anns: str, value: Any) -> None:
    """Each part of a body in each of its types, on each route that takes one."""
    failures: list[str] = []
    changes = [route for route in routes(api) if route[0] not in ("GET", "DELETE")]
    for field in BODY:
        for method, path in changes:
            body = {**BODY, field: value}
            answer = api.client.request(method, filled(path), json=body, headers=ANN)
            if answer.status_code >= 500:
                failures.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")

    assert failures == []
