"""Which API version a client uses when the org refuses the one that it began with."""

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import AsyncDriver, Driver, SyncDriver, send
from connector.scripted_org import ScriptedOrg, answer, error

from salesforce_connector.errors import NotFound, Rejected
from salesforce_connector.flow import Call

ABSENT = "The requested resource does not exist"  # what Salesforce says of versions and paths
OLD_ORG = ("31.0", "66.0", "67.0")


def org_that_serves(*versions: str) -> ScriptedOrg:
    """One that knows the object Account and no other."""

    def script(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/services/data":
            return answer(
                200, [{"version": version, "label": "", "url": ""} for version in versions]
            )
        if not any(path.startswith(f"/services/data/v{version}/") for version in versions):
            retired = "/v30.0/" in path
            code = "UNSUPPORTED_API_VERSION" if retired else "NOT_FOUND"
            return error(410 if retired else 404, code, ABSENT)
        return answer(200, {}) if path.endswith("/Account") else error(404, "NOT_FOUND", ABSENT)

    return ScriptedOrg(script)


def paths(org: ScriptedOrg) -> list[str]:
    return [request.url.path for request in org.requests]


@pytest.fixture(params=[SyncDriver, AsyncDriver], ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> type[SyncDriver] | type[AsyncDriver]:
    kind: type[SyncDriver] | type[AsyncDriver] = request.param
    return kind


def ask(driver: Driver, name: str = "Account") -> None:
    send(driver, Call("GET", f"/sobjects/{name}"))


@pytest.mark.parametrize("pinned", ["30.0", "69.0"])
def test_a_pinned_version_that_is_not_served_is_a_clear_error(
    kind: type[SyncDriver], pinned: str
) -> None:
    org = org_that_serves("31.0", "68.0")
    driver = kind(AcmeConnection(settings={"api_version": pinned}), org)
    with pytest.raises(Rejected, match=f"does not serve API version {pinned}; it serves 31.0 to"):
        ask(driver)
    driver.close()


def test_an_org_that_is_behind_gets_its_newest(kind: type[SyncDriver]) -> None:
    """Asked for once; the second call goes by it at once."""
    org = org_that_serves(*OLD_ORG)
    driver = kind(AcmeConnection(), org)
    ask(driver)
    ask(driver)
    assert paths(org) == [
        "/services/data/v68.0/sobjects/Account",
        "/services/data",
        "/services/data/v67.0/sobjects/Account",
        "/services/data/v67.0/sobjects/Account",
    ]
    assert "authorization" not in org.requests[1].headers
    driver.close()


def test_an_org_that_serves_the_version_is_not_asked(kind: type[SyncDriver]) -> None:
    org = org_that_serves("67.0", "68.0")
    driver = kind(AcmeConnection(), org)
    ask(driver)
    assert paths(org) == ["/services/data/v68.0/sobjects/Account"]
    driver.close()


def test_what_is_not_found_by_a_served_version_is_asked_about_once(kind: type[SyncDriver]) -> None:
    org = org_that_serves("67.0", "68.0")
    driver = kind(AcmeConnection(), org)
    for _ in range(2):
        with pytest.raises(NotFound):
            ask(driver, "Nobody")
    assert paths(org).count("/services/data") == 1
    assert len(org.requests) == 3
    driver.close()


def test_an_org_older_than_any_version_known_is_a_clear_error(kind: type[SyncDriver]) -> None:
    driver = kind(AcmeConnection(), org_that_serves("70.0"))
    with pytest.raises(Rejected, match=r"it serves 70\.0 to 70\.0"):
        ask(driver)
    driver.close()
