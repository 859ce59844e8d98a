"""What every request passes first: known hosts, own origin, headers against scripts and frames."""

import pytest
from web.conftest import HOST, Api


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1", f"{HOST}.evil.example.com", ""])
def test_refuses_hosts_that_are_not_its_own(api: Api, host: str) -> None:
    """A site that points its own name to this machine (DNS rebinding) names itself."""
    problem = api.fail("GET", "/api/connectors", host=host)

    assert problem["code"] == "UNKNOWN_HOST"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example.com"},
        {"origin": "null"},
        {"origin": f"http://{HOST}:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_refuses_changes_from_other_origins(
    api: Api, acme: str, headers: dict[str, str], method: str
) -> None:
    path = {"POST": "/api/connections", "PUT": "/api/connections/acme/name"}
    problem = api.fail(method, path.get(method, "/api/connections/acme"), {}, **headers)

    assert problem["code"] == "FOREIGN_ORIGIN"
    assert [connection["name"] for connection in api.call("GET", "/api/connections")] == ["acme"]


def test_takes_changes_from_its_own_origin(api: Api, acme: str) -> None:
    headers = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}

    api.call("PUT", "/api/connections/acme/name", {"name": "other"}, **headers)


@pytest.mark.parametrize("path", ["/api/connectors", "/api/nothing", "/callback?state=x"])
def test_every_answer_has_the_headers(api: Api, path: str) -> None:
    headers = api.client.get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = next(part for part in policy.split(";") if "script-src" in part)
    assert scripts.strip() == "script-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_no_answer_of_the_api_is_cached(api: Api) -> None:
    assert api.client.get("/api/connections").headers["cache-control"] == "no-store"
