"""Descriptions that processes share; each test runs against both clients."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import ScriptedOrg, answer

from salesforce_connector.flow import Call
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.response_cache import FRESH_FOR
from salesforce_connector.http.shared_metadata import SharedMetadata
from salesforce_connector.http.wire_response import WireResponse

DESCRIBE = Call("GET", "/sobjects/Account/describe", cached=True)


class Cache:
    """A host's cache, in memory."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.values[key] = value


class DescribingOrg(ScriptedOrg):
    """An org with a description that has a tag, and answers 304 to who has it.

    Attributes:
        described: How often it described in full.
    """

    def __init__(self, tag: str = '"a"') -> None:
        super().__init__(self._say)
        self.tag = tag
        self.described = 0

    def _say(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == self.tag:
            return answer(304, ETag=self.tag)
        self.described += 1
        return answer(200, {"name": "Account", "tag": self.tag}, ETag=self.tag)


def another_process(
    connect: Connect,
    cache: Cache,
    org: ScriptedOrg,
    credentials: dict[str, str] | None = None,
    **settings: Any,
) -> Callable[[Call], Any]:
    """Return what a process with nothing in memory is answered to a call."""
    connection = AcmeConnection(settings=settings)
    if credentials:
        connection.sign_in_elsewhere(**credentials)
    connection.shared_cache = cache  # type: ignore[attr-defined] # the contract's, optional
    driver = connect(connection, org)
    return lambda call: send(driver, call).content


def later(cache: Cache, seconds: float) -> None:
    """Let what is in the cache be older."""
    for key, value in cache.values.items():
        head, _, body = value.partition(b"\n")
        at = float(head.partition(b'"at": ')[2].partition(b",")[0])
        cache.values[key] = (
            head.replace(str(at).encode(), str(at - seconds).encode()) + b"\n" + body
        )


def test_another_process_revalidates_instead_of_fetching(connect: Connect) -> None:
    cache, org = Cache(), DescribingOrg()
    first = another_process(connect, cache, org)(DESCRIBE)
    later(cache, FRESH_FOR + 1)
    second = another_process(connect, cache, org)(DESCRIBE)

    assert second == first
    assert (len(org.calls), org.described) == (2, 1)


def test_a_description_seconds_old_is_not_revalidated(connect: Connect) -> None:
    cache, org = Cache(), DescribingOrg()
    first = another_process(connect, cache, org)(DESCRIBE)

    assert another_process(connect, cache, org)(DESCRIBE) == first
    assert len(org.calls) == 1


def test_a_changed_description_is_fetched_and_shared_again(connect: Connect) -> None:
    cache, org = Cache(), DescribingOrg()
    another_process(connect, cache, org)(DESCRIBE)
    later(cache, FRESH_FOR + 1)
    org.tag = '"b"'
    assert b'\\"b\\"' in another_process(connect, cache, org)(DESCRIBE)
    assert b'\\"b\\"' in another_process(connect, cache, org)(DESCRIBE)
    assert org.described == 2


@pytest.mark.parametrize(
    "other",
    [
        {"id": "https://login.salesforce.com/id/00D000000000062EAA/005000000000002AAA"},
        {"id": "https://login.salesforce.com/id/00D000000000099EAA/005000000000001AAA"},
        {"instance_url": "https://other.my.salesforce.com"},
    ],
)
def test_another_user_or_org_has_descriptions_of_its_own(
    connect: Connect, other: dict[str, str]
) -> None:
    cache, org = Cache(), DescribingOrg()
    another_process(connect, cache, org)(DESCRIBE)
    another_process(connect, cache, org, other)(DESCRIBE)

    assert org.described == 2


def test_another_api_version_has_descriptions_of_its_own(connect: Connect) -> None:
    cache, org = Cache(), DescribingOrg()
    another_process(connect, cache, org)(DESCRIBE)
    another_process(connect, cache, org, api_version="60.0")(DESCRIBE)

    assert org.described == 2


def test_it_is_off_by_a_setting(connect: Connect) -> None:
    cache, org = Cache(), DescribingOrg()
    another_process(connect, cache, org, share_metadata=False)(DESCRIBE)

    assert cache.values == {}


@pytest.mark.parametrize(
    ("path", "cached", "shared"),
    [
        ("/sobjects", True, True),
        ("/sobjects/Account/describe", True, True),
        ("/actions/custom/flow/Greet", True, True),
        ("/sobjects/Account/describe", False, False),
        ("/sobjects/Account/001000000000001AAA", True, False),
        ("/sobjects/Account/listviews/00B", True, False),
        ("/query", True, False),
        ("/analytics/reports/00O", True, False),
    ],
)
def test_only_descriptions_are_shared(path: str, cached: bool, shared: bool) -> None:
    assert SharedMetadata(Cache()).includes(Call("GET", path, cached=cached)) is shared


def test_a_response_that_cannot_be_revalidated_is_not_shared() -> None:
    cache = Cache()
    state = ConnectionState(AcmeConnection())
    SharedMetadata(cache).save(
        DESCRIBE, WireResponse.of_json(200, {}), state.session.credentials, state.root
    )
    assert cache.values == {}


@pytest.mark.parametrize("stored", [b"", b"no json\nbody", b'{"at": "x"}\n', b"[]\n", b"{}"])
def test_entries_of_another_version_are_not_used(connect: Connect, stored: bytes) -> None:
    cache, org = Cache(), DescribingOrg()
    another_process(connect, cache, org)(DESCRIBE)
    for key in cache.values:
        cache.values[key] = stored

    assert b"Account" in another_process(connect, cache, org)(DESCRIBE)
    assert org.described == 2
