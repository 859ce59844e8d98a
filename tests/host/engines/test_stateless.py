"""Connections over credentials that an engine stores, and sign-ins that nobody keeps."""

import threading
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from host.engines.secretive_connector import SETTINGS, secretive

from connector_host.engines.stateless import (
    StatelessConnection,
    begin_sealed,
    finish_sealed,
)
from connector_host.errors import BadInput, SignInUnfinished
from connector_host.hookspecs import SIGN_IN_LIFETIME
from connector_host.registry import Registry

REDIRECT = "https://engine.example.com/callback"


@pytest.fixture
def registry(site: Any) -> Registry:
    secretive(site)
    registry: Registry = site.load()
    return registry


def begin(registry: Registry, settings: dict[str, Any] = SETTINGS, **options: Any) -> str:
    """Begin a sign-in and give the URL that the browser comes back to."""
    begun = begin_sealed(registry, "secretive", "browser", settings, REDIRECT, **options)
    query = parse_qs(urlsplit(begun.url).query)
    assert query["state"] == [begun.state]
    return f"{REDIRECT}?{urlencode({'code': 'c1', 'state': begun.state})}"


def finish(
    registry: Registry, url: str, settings: dict[str, Any] = SETTINGS, **options: Any
) -> dict[str, Any]:
    return finish_sealed(registry, "secretive", "browser", settings, url, **options)


def test_a_state_that_was_changed_is_refused(registry: Registry) -> None:
    url = begin(registry)
    state = dict(parse_qsl(urlsplit(url).query))["state"]

    for wrong in ("", "x", state[:-2], state[:-4] + "AAAA", "A" + state[1:], "é"):
        with pytest.raises(SignInUnfinished):
            finish(registry, f"{REDIRECT}?{urlencode({'code': 'c1', 'state': wrong})}")


@pytest.mark.parametrize(
    ("begun", "finished"),
    [
        ({"bound_to": "ann"}, {"bound_to": "bob"}),
        ({"bound_to": "ann"}, {}),
        ({"clock": lambda: 0.0}, {"clock": lambda: SIGN_IN_LIFETIME + 1}),
        ({}, {"settings": {**SETTINGS, "secret": "another"}}),
    ],
    ids=["another person", "nobody", "too late", "another app"],
)
def test_a_sign_in_is_not_finished_by_another_or_too_late(
    registry: Registry, begun: dict[str, Any], finished: dict[str, Any]
) -> None:
    url = begin(registry, **begun)

    with pytest.raises(SignInUnfinished):
        finish(registry, url, **finished)


def test_a_method_without_a_secret_cannot_be_sealed(registry: Registry) -> None:
    with pytest.raises(BadInput, match="no secret"):
        begin(registry, {**SETTINGS, "secret": ""})


def test_sealed_state_finishes_a_sign_in(registry: Registry, site: Any) -> None:
    """Another process, another registry: nothing is stored between the two."""
    url = begin(registry, bound_to="ann")

    credentials = finish(site.load(), url, bound_to="ann")

    assert credentials == {"access_token": "c1 verified by hush-verifier"}


def test_the_state_shows_nothing_of_what_it_holds(registry: Registry) -> None:
    assert "hush" not in begin(registry)


def connection(**options: Any) -> StatelessConnection:
    return StatelessConnection("echo", "token", {"token": "t"}, **options)


def test_calls_of_one_sign_in_share_an_id_and_a_lock() -> None:
    first, two = connection(credentials={"a": 1}), connection(credentials={"a": 1})

    assert first.id == two.id
    assert first.lock() is two.lock()
    assert connection(credentials={"a": 2}).id != first.id
    assert connection().lock() is not first.lock()


def test_id_reveals_nothing_about_secrets() -> None:
    import hashlib

    plain = hashlib.sha256(b"t").hexdigest()
    assert plain not in connection().id
    assert "'t'" not in repr(connection())


def test_saved_credentials_are_used_until_the_engine_stores_others() -> None:
    saved: list[dict[str, Any]] = []
    first = connection(credentials={"n": 1}, sign_in_id="s1", save=saved.append)
    with first.lock():
        first.save({"n": 2})

    assert saved == [{"n": 2}]
    assert connection(credentials={"n": 1}, sign_in_id="s1").credentials == {"n": 2}
    assert connection(credentials={"n": 3}, sign_in_id="s1").credentials == {"n": 3}


def test_lock_is_acquired_in_one_thread_and_released_in_another() -> None:
    lock = connection(sign_in_id="s2").lock()
    lock.__enter__()
    thread = threading.Thread(target=lock.__exit__, args=(None, None, None))
    thread.start()
    thread.join()

    with connection(sign_in_id="s2").lock():
        pass
