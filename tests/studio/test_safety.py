"""Who gets in: the token of the URL, once a session; hosts, origins, rates."""

from pathlib import Path

import httpx
import pytest
from studio.conftest import Studio

from connector_host.access import Principal
from connector_host.errors import NotInstalled
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.studio.app import create_studio
from connector_host.studio.session import RateLimit, StudioSession
from connector_host.web import Services


def test_nothing_is_given_without_the_token(studio: Studio) -> None:
    for path in ("/", "/connections", "/api/session", "/api/connections", "/callback?state=x"):
        answer = httpx.get(studio.url + path)
        assert answer.status_code == 401, path
        assert studio.session.token not in answer.text


def test_the_token_becomes_a_cookie_that_no_script_reads(studio: Studio) -> None:
    answer = httpx.get(studio.entrance)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert studio.session.token not in cookie


def test_wrong_tokens_are_limited(studio: Studio) -> None:
    answers = [httpx.get(f"{studio.url}/?token=wrong{n}").status_code for n in range(12)]

    assert answers[:10] == [401] * 10
    assert answers[10:] == [429] * 2
    assert httpx.get(studio.entrance).status_code == 429


def test_sign_ins_are_limited(studio: Studio) -> None:
    with httpx.Client(base_url=studio.url, follow_redirects=True) as client:
        client.get(studio.entrance)
        body = {
            "name": "room",
            "connector": "echo",
            "method": "browser",
            "settings": {"room": "hall"},
        }
        codes = [client.post("/api/sign-ins", json=body).status_code for _ in range(31)]

    assert codes == [200] * 30 + [429]


def test_a_rate_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    limit = RateLimit(2, 10.0, lambda: now)
    limit.count()
    limit.count()
    assert limit.is_exceeded()

    now = 10.0
    assert not limit.is_exceeded()


def test_other_hosts_and_origins_are_refused(studio: Studio) -> None:
    with httpx.Client(base_url=studio.url, follow_redirects=True) as client:
        client.get(studio.entrance)
        assert client.get("/api/session").status_code == 200
        rebound = client.get("/api/session", headers={"host": "evil.example.com"})
        other_port = client.get("/api/session", headers={"host": "127.0.0.1:1"})
        headers = {"origin": "https://evil.example.com"}
        foreign = client.post("/api/sandboxes/local-org/start", headers=headers)

    assert rebound.status_code == other_port.status_code == 421
    assert foreign.status_code == 403
    assert not studio.org.running


def test_a_page_that_is_not_built_says_what_to_do(
    installed: Registry, store: ConnectionStore, tmp_path: Path
) -> None:
    session = StudioSession(port=1, principal=Principal("ann"))

    with pytest.raises(NotInstalled, match="studio-page"):
        create_studio(Services(installed, store), session, port=1, static=tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> ConnectionStore:
    folder = tmp_path / "other"
    folder.mkdir()
    return ConnectionStore.in_folder(folder)


def test_assets_never_change_and_pages_are_asked_for_again(studio: Studio) -> None:
    with httpx.Client(base_url=studio.url, follow_redirects=True) as client:
        index = client.get(studio.entrance)
        script = index.text.split('src="')[1].split('"')[0]
        asset = client.get(script)

    assert index.headers["cache-control"] == "no-cache"
    assert "immutable" in asset.headers["cache-control"]
    assert "require-trusted-types-for" in index.headers["content-security-policy"]
