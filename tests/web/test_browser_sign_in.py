"""Sign-ins through the browser: bound to the browser that began them, and told to the page."""

import base64
from typing import Any

import httpx
import pytest
from web.conftest import HOST, Api

SIGN_IN = {"name": "acme", "connector": "echo", "method": "browser", "settings": {"room": "hall"}}


def begin(api: Api, **changes: Any) -> dict[str, Any]:
    begun: dict[str, Any] = api.call("POST", "/api/sign-ins", {**SIGN_IN, **changes})
    return begun


def come_back(client: httpx.Client, **query: str) -> httpx.Response:
    """Come back as a browser does: with the cookies that it has, and no other header."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = {"cookie": cookies} if cookies else {}
    return client.get("/callback", params=query, headers=headers)


def test_callback_in_another_browser_fails(api: Api) -> None:
    begun = begin(api)
    api.client.cookies.clear()

    answer = come_back(api.client, state=begun["state"], code="c0de")

    assert answer.status_code == 400
    assert "did not start" in answer.text
    assert api.call("GET", "/api/connections") == []


def test_callback_with_an_unknown_state_fails(api: Api) -> None:
    begin(api)

    answer = come_back(api.client, state="wrong", code="c0de")

    assert answer.status_code == 400
    assert api.call("GET", "/api/connections") == []


def test_callback_of_another_user_fails(api: Api) -> None:
    begun = begin(api)
    api.client.headers["x-user"] = "eve"

    answer = come_back(api.client, state=begun["state"], code="c0de")

    assert answer.status_code == 400
    assert "SIGN_IN" in answer.text or "NOT_ALLOWED" in answer.text


def test_denied_consent_is_reported_and_nothing_is_stored(api: Api) -> None:
    begun = begin(api)

    answer = come_back(api.client, state=begun["state"], error="access_denied")

    assert answer.status_code == 400
    assert "The person said &lt;no&gt;" in answer.text
    assert "<no>" not in answer.text
    assert api.call("GET", "/api/connections") == []


@pytest.mark.parametrize("content", [b"%%%", b"[1]", b"[" * 2_500, b"5" * 2_500, b"\xff"])
def test_damaged_cookie_causes_no_server_error(api: Api, content: bytes) -> None:
    begun = begin(api)
    names = list(api.client.cookies)
    api.client.cookies.clear()
    value = "%%%" if content == b"%%%" else base64.urlsafe_b64encode(content).decode()
    for name in names[:1]:
        api.client.cookies.set(name, value)

    assert come_back(api.client, state=begun["state"], code="c0de").status_code == 400


def test_sign_in_creates_the_connection_and_notifies_the_page(api: Api) -> None:
    begun = begin(api)
    assert begun["url"].startswith("https://hall.example.com/authorize")
    assert begun["redirect_uri"] == f"http://{HOST}/callback"

    answer = come_back(api.client, state=begun["state"], code="c0de")

    assert answer.status_code == 200
    assert f'data-state="{begun["state"]}"' in answer.text
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].split("script-src")[1]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert api.store.get("acme").credentials == {"access_token": "for c0de"}
    assert "c0de" not in api.client.get("/api/connections").text


def test_the_same_callback_works_once(api: Api) -> None:
    begun = begin(api)
    cookies = dict(api.client.cookies)
    come_back(api.client, state=begun["state"], code="c0de")
    for name, value in cookies.items():
        api.client.cookies.set(name, value)

    answer = come_back(api.client, state=begun["state"], code="c0de")

    assert answer.status_code == 400


def test_a_large_ticket_is_spread_over_cookies(api: Api) -> None:
    begun = begin(api, settings={"room": "h" * 9_000})

    answer = come_back(api.client, state=begun["state"], code="c0de")

    assert answer.status_code == 200
    assert all(len(value) < 4_096 for value in api.client.cookies.values())


def test_a_ticket_that_no_browser_can_hold_is_refused(api: Api) -> None:
    problem = api.fail("POST", "/api/sign-ins", {**SIGN_IN, "settings": {"room": "h" * 90_000}})

    assert problem["code"] == "BAD_INPUT"


def test_a_connection_is_signed_in_again(api: Api) -> None:
    come_back(api.client, state=begin(api)["state"], code="one")
    first = api.store.get("acme")

    begun = begin(api, again=True)
    come_back(api.client, state=begun["state"], code="two")

    second = api.store.get("acme")
    assert second.id == first.id
    assert second.credentials == {"access_token": "for two"}
