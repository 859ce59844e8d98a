"""Chunked, compressed, too large and truncated bodies; cookies of responses."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.http.body import MAX_BYTES, decompressed
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.server import serve
from salesforce_emulator.serving.transport import OrgTransport

PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


@pytest.mark.parametrize("size", [101, 10_000, 1_000_000])
@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_unpacks_no_more_than_it_is_allowed(
    name: str, pack: Callable[[bytes], bytes], size: int
) -> None:
    packed = pack(b"a" * size)
    assert decompressed(packed, name, size) == b"a" * size
    with pytest.raises(SalesforceError, match="larger than 100 bytes"):
        decompressed(packed, name, 100)


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_truncated_bodies_are_refused(cut: int) -> None:
    """What came is not taken for the whole."""
    with pytest.raises(SalesforceError, match="ends too soon"):
        decompressed(gzip.compress(bytes(range(256)))[:-cut], "gzip", MAX_BYTES)


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(client: httpx.Client) -> None:
    """50 KB on the wire that would be more than 50 MB."""
    bomb = gzip.compress(b" " * (MAX_BYTES + 1), compresslevel=1)
    assert len(bomb) < MAX_BYTES // 100
    response = client.post("/sobjects/Account", content=bomb, headers=PACKED)
    assert response.status_code == 400
    assert response.json()[0]["message"] == f"The body is larger than {MAX_BYTES} bytes"


def test_chunked_bodies_are_accepted(org: Org, token: str) -> None:
    """Without a Content-Length, as clients that stream send it."""

    def chunks() -> Iterator[bytes]:
        text = json.dumps({"Name": "In pieces"}).encode()
        yield from (text[at : at + 3] for at in range(0, len(text), 3))

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with serve(org) as url, httpx.Client(base_url=url, headers=headers) as client:
        sent = client.post("/services/data/v68.0/sobjects/Account", content=chunks())
        assert "Content-Length" not in sent.request.headers
        assert sent.status_code == 201
        got = client.get(f"/services/data/v68.0/sobjects/Account/{sent.json()['id']}")
    assert got.json()["Name"] == "In pieces"


def test_sets_the_cookies_that_orgs_set(org: Org, token: str) -> None:
    """As recorded: for a year; a browser's id on every answer, unless the caller has one."""
    url = f"https://{org.host}/services/data/v68.0/limits"
    headers = {"Authorization": f"Bearer {token}"}
    first = _cookies(org, url, headers)
    expires = "expires=Mon, 22-Nov-2027 12:00:00 GMT; Max-Age=31536000; secure"
    assert first[:2] == [
        f"CookieConsentPolicy=0:1; path=/; {expires}",
        f"LSKey-c$CookieConsentPolicy=0:1; path=/; {expires}",
    ]
    browser, _, attributes = first[2].partition("; ")
    assert len(browser) == len("BrowserId=") + 22
    assert attributes == f"domain=.salesforce.com; path=/; {expires}; SameSite=None"
    assert len(_cookies(org, url, {**headers, "Cookie": browser})) == 2
    login = f"https://{org.host}/services/oauth2/token"
    assert [cooky[:9] for cooky in _cookies(org, login, {})] == ["BrowserId"]


def _cookies(org: Org, url: str, headers: dict[str, str]) -> list[str]:
    with httpx.Client(transport=OrgTransport(org)) as client:
        return client.get(url, headers=headers).headers.get_list("set-cookie")
