"""The runner: what it refuses at the door, what it hands on, and both ways to sign in."""

import asyncio
import threading
from typing import Any

import pytest

from connector_host.access import Principal
from connector_host.errors import (
    BadInput,
    NameTaken,
    NotAllowed,
    PluginBroken,
    SignInUnfinished,
    StoreDamaged,
    UnknownName,
)
from connector_host.hookspecs import SIGN_IN_LIFETIME, ConnectorError
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore

REDIRECT = "http://127.0.0.1:8910/callback"


class Clock:
    """A clock that stands still until it is moved."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore, clock: Clock) -> Runner:
    return Runner(registry, store, clock=clock)


@pytest.fixture
def acme(runner: Runner) -> str:
    """The name of a connection to a room that is open."""
    return runner.connect("acme", "echo", "token", {"room": "open", "token": "t"}).name


@pytest.mark.parametrize(
    ("connection", "action", "inputs", "message"),
    [
        ("acmee", "say", {}, "There is no connection 'acmee'. Did you mean 'acme'?"),
        ("acme", "sya", {}, "There is no action 'sya'. Did you mean 'say'?"),
        ("acme", "say", {}, "input lacks 'text'"),
        ("acme", "say", {"text": 1}, "text must be a string"),
        ("acme", "say", {"text": "x", "tme": "loud"}, "has no 'tme' (did you mean 'times'?)"),
        ("acme", "say", {"text": "x", "tone": "lowd"}, "tone must be one of 'soft', 'loud' (did"),
        ("acme", "say", {"text": "x", "times": 0}, "times must be at least 1"),
    ],
)
def test_invalid_inputs_fail_and_nothing_is_sent(
    runner: Runner,
    store: ConnectionStore,
    acme: str,
    connection: str,
    action: str,
    inputs: dict[str, Any],
    message: str,
) -> None:
    """The tiny connector counts what it hears; it has heard nothing."""
    with pytest.raises(BadInput) as caught:
        runner.run(connection, action, inputs)
    assert message in str(caught.value)
    assert isinstance(caught.value, ConnectorError)
    assert caught.value.sent is False

    with pytest.raises(BadInput):
        asyncio.run(runner.run_async(connection, action, inputs))
    assert store.get(acme).credentials == {}


def test_run_returns_the_connectors_result(runner: Runner, acme: str) -> None:
    received: list[object] = []

    result = runner.run(acme, "say", {"text": "hi"}, progress=received.append)

    assert result["output"] == {"text": "hi", "heard": 1}
    assert result["warnings"] == ["The echo is faint."]
    assert received == [{"done": 1, "total": 2, "message": "half", "state": {"said": 1}}]


def test_runs_on_the_callers_event_loop(runner: Runner, acme: str) -> None:
    async def twice() -> list[Any]:
        both = (runner.run_async(acme, "say", {"text": "hi"}) for _ in range(2))
        return [(await task)["output"]["heard"] for task in both]

    assert asyncio.run(twice()) == [1, 2]


def test_takes_a_connection_instead_of_its_name(
    runner: Runner, store: ConnectionStore, acme: str
) -> None:
    assert runner.run(store.get(acme), "say", {"text": "hi"})["output"]["text"] == "hi"


def test_explains_without_sending(runner: Runner, store: ConnectionStore, acme: str) -> None:
    result = runner.run(acme, "say", {"text": "hi"}, explain=True)

    assert result["output"]["calls"] == [{"method": "SAY", "text": "hi"}]
    assert store.get(acme).credentials == {}


@pytest.mark.parametrize(
    "kind", ["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]
)
def test_connector_errors_pass_unchanged(runner: Runner, acme: str, kind: str) -> None:
    with pytest.raises(Exception, match="Too loud") as caught:
        runner.run(acme, "shout", {"kind": kind})
    assert isinstance(caught.value, ConnectorError)
    assert caught.value.kind == kind


def test_a_failed_test_is_reported_not_raised(runner: Runner) -> None:
    runner.connect("shut", "echo", "token", {"room": "locked", "token": "t"})

    report = runner.test("shut")

    assert report["ok"] is False
    assert report["checks"][0]["status"] == "failed"


def test_seals_what_the_form_marks_as_secret(runner: Runner, store: ConnectionStore) -> None:
    settings = {"room": "open", "token": "hush", "volume": 3}

    runner.connect("acme", "echo", "token", settings)

    assert store.get("acme").plain_settings == {"room": "open", "volume": 3}
    assert store.get("acme").settings == settings


@pytest.mark.parametrize(
    ("connector", "method", "settings", "message"),
    [
        ("ecko", "token", {}, "There is no connector 'ecko'. Did you mean 'echo'?"),
        ("echo", "tokn", {}, "There is no auth method 'tokn'. Did you mean 'token'?"),
        ("echo", "token", {"room": "open"}, "form lacks 'token'"),
        ("echo", "token", {"room": "open", "token": 5}, "token must be a string"),
        ("echo", "browser", {"room": "open"}, "'browser' needs a browser"),
        ("echo", "token", {"room": "nowhere", "token": "t"}, "There is no room 'nowhere'"),
    ],
)
def test_rejects_an_invalid_connection(
    runner: Runner,
    store: ConnectionStore,
    connector: str,
    method: str,
    settings: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the host's or the connector's
        runner.connect("acme", connector, method, settings)
    assert isinstance(caught.value, ConnectorError)
    assert caught.value.kind == "rejected"
    assert message in str(caught.value)
    assert store.list() == []


def test_no_message_repeats_a_secret_that_does_not_fit(runner: Runner) -> None:
    with pytest.raises(BadInput) as caught:
        runner.connect("acme", "echo", "token", {"room": 1, "token": ["hush-hush"]})
    assert caught.value.fields == ("$.room", "$.token")
    assert "hush" not in str(caught.value)


def test_new_settings_revoke_the_old_sign_in(runner: Runner, acme: str) -> None:
    runner.run(acme, "say", {"text": "hi"})

    stored = runner.reconnect(acme, {"room": "new", "token": "t2"})

    assert (stored.settings, stored.credentials) == ({"room": "new", "token": "t2"}, {})


def test_signs_in_through_a_browser_in_two_steps(runner: Runner, store: ConnectionStore) -> None:
    """Between them the host keeps nothing but a sealed ticket; another process may finish."""
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    assert begun.url.startswith("https://open.example.com/authorize?state=right")
    assert "right" not in begun.ticket
    assert store.list() == []

    stored = runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right")

    assert store.get("acme").credentials == {"access_token": "for c1"}
    assert (stored.name, stored.method, stored.settings) == ("acme", "browser", {"room": "open"})


def test_signs_in_again_to_the_same_connection(runner: Runner, store: ConnectionStore) -> None:
    first = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    before = runner.finish(first.ticket, f"{REDIRECT}?code=c1&state=right")

    again = runner.begin("acme", "echo", "browser", {"room": "other"}, REDIRECT, again=True)
    after = runner.finish(again.ticket, f"{REDIRECT}?code=c2&state=right")

    assert after.id == before.id
    assert store.get("acme").credentials == {"access_token": "for c2"}
    assert store.get("acme").settings == {"room": "other"}


@pytest.mark.parametrize(
    ("query", "message"),
    [("code=c1&state=wrong", "state is another"), ("error=access_denied&state=right", "said <no>")],
)
def test_a_sign_in_that_fails_stores_nothing(
    runner: Runner, store: ConnectionStore, query: str, message: str
) -> None:
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)

    with pytest.raises(Exception, match=message) as caught:
        runner.finish(begun.ticket, f"{REDIRECT}?{query}")
    assert isinstance(caught.value, ConnectorError)
    assert store.list() == []


def test_ticket_expires(runner: Runner, store: ConnectionStore, clock: Clock) -> None:
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    clock.now += SIGN_IN_LIFETIME + 1

    with pytest.raises(SignInUnfinished, match="started too long ago"):
        runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right")
    assert store.list() == []


def test_callback_is_accepted_once(runner: Runner, store: ConnectionStore) -> None:
    """It is refused before the service hears of the code again, which would end the sign-in."""
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right")
    store.remove("acme")

    with pytest.raises(SignInUnfinished, match="already completed"):
        runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right")
    assert store.list() == []


def test_a_wrong_callback_does_not_use_up_the_right_one(
    runner: Runner, store: ConnectionStore
) -> None:
    """Else any page could end a sign-in by sending the browser to the callback."""
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    with pytest.raises(Exception, match="state is another"):
        runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=wrong")

    assert runner.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right").name == "acme"


def test_ticket_is_bound_to_its_user(runner: Runner, store: ConnectionStore) -> None:
    """Who is tricked into finishing another's sign-in would work in the other's account."""
    ann, eve = (runner.acting_for(Principal(name)) for name in ("ann", "eve"))
    begun = ann.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)

    for other in (eve, runner):
        with pytest.raises(NotAllowed, match="started by somebody else"):
            other.finish(begun.ticket, f"{REDIRECT}?code=c1&state=right")
    assert store.list() == []


def test_ticket_is_bound_to_its_connection(runner: Runner, store: ConnectionStore) -> None:
    """Another one has the name by now: it keeps its own sign-in."""
    runner.finish(
        runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT).ticket,
        f"{REDIRECT}?code=c1&state=right",
    )
    again = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT, again=True)
    store.remove("acme")
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})

    with pytest.raises(SignInUnfinished, match="is not the one that this sign-in was started for"):
        runner.finish(again.ticket, f"{REDIRECT}?code=c2&state=right")
    assert store.get("acme").method == "token"


def test_foreign_ticket_does_not_open(runner: Runner, store: ConnectionStore) -> None:
    with pytest.raises(StoreDamaged):
        runner.finish(store.seal({"name": "x"}, "elsewhere"), REDIRECT)


def test_name_is_checked_before_the_sign_in(runner: Runner, acme: str) -> None:
    with pytest.raises(NameTaken):
        runner.begin(acme, "echo", "browser", {"room": "open"}, REDIRECT)
    with pytest.raises(UnknownName):
        runner.begin("new", "echo", "browser", {"room": "open"}, REDIRECT, again=True)
    with pytest.raises(BadInput, match="needs no browser"):
        runner.begin("new", "echo", "token", {"room": "open", "token": "t"}, REDIRECT)


def test_closing_reaches_the_connector(
    runner: Runner, registry: Registry, store: ConnectionStore, acme: str
) -> None:
    runner.close(acme, revoke=True)

    plugin: Any = registry.hook.run_action.get_hookimpls()[0].plugin
    assert plugin.closed[-1] == (store.get(acme).id, True)


def test_connection_without_its_connector_reports_it(
    runner: Runner, store: ConnectionStore, acme: str
) -> None:
    bare = Runner(Registry.load([]), store)

    with pytest.raises(UnknownName, match="There is no connector 'echo'"):
        bare.run(acme, "say", {"text": "hi"})


def test_invalid_schema_is_the_connectors_fault(
    runner: Runner, registry: Registry, acme: str
) -> None:
    registry.manifest("echo")["actions"].append(
        {"name": "odd", "input": {"type": "object", "properties": {"a": {"type": "strnig"}}}}
    )
    try:
        with pytest.raises(PluginBroken, match=r"action 'odd' of echo is not valid at \$"):
            runner.run(acme, "odd", {})
    finally:
        registry.manifest("echo")["actions"].pop()


def test_serves_many_threads(runner: Runner, acme: str) -> None:
    """Each run holds the connection while it counts, so no count is lost."""
    threads = [
        threading.Thread(target=runner.run, args=(acme, "say", {"text": "hi"})) for _ in range(10)
    ]
    for item in threads:
        item.start()
    for item in threads:
        item.join()

    assert runner.run(acme, "say", {"text": "hi"})["output"]["heard"] == 11
