"""Who may use a connection and who may change it; refused before anything is called."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_host.access import Access, Principal
from connector_host.connection_admin import ConnectionAdmin
from connector_host.errors import BadInput, NotAllowed, UnknownName
from connector_host.hookspecs import ConnectorError
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore

ANN, BOB, EVE = Principal("ann"), Principal("bob", ["sales"]), Principal("eve", ["support"])
SETTINGS = {"room": "open", "token": "t"}


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore) -> Runner:
    return Runner(registry, store)


@pytest.fixture
def anns(runner: Runner) -> str:
    """The name of a connection that is Ann's."""
    return runner.acting_for(ANN).connect("anns", "echo", "token", SETTINGS).name


def heard(store: ConnectionStore, name: str) -> Any:
    """How often the connector was called: it counts in the credentials."""
    return store.get(name).credentials.get("heard", 0)


CALLS = {
    "run": lambda runner: runner.run("anns", "say", {"text": "hi"}),
    "explain": lambda runner: runner.run("anns", "say", {"text": "hi"}, explain=True),
    "test": lambda runner: runner.test("anns"),
    "options": lambda runner: runner.options("anns", "rooms"),
    "schema": lambda runner: runner.schema("anns", "say", {}),
    "close": lambda runner: runner.close("anns", revoke=True),
    "check_trigger": lambda runner: runner.check_trigger("anns", "said", {"sentence": "a"}),
}
CHANGES = {
    "reconnect": lambda runner: runner.reconnect("anns", SETTINGS),
    "begin again": lambda runner: runner.begin("anns", "echo", "browser", {}, "x", again=True),
}


@pytest.mark.parametrize("principal", [None, EVE], ids=["nobody", "eve"])
@pytest.mark.parametrize("call", [*CALLS.values(), *CHANGES.values()], ids=[*CALLS, *CHANGES])
def test_connection_of_another_user_is_rejected_before_any_call(
    runner: Runner,
    registry: Registry,
    store: ConnectionStore,
    anns: str,
    call: Any,
    principal: Principal | None,
) -> None:
    """An engine that forgets to say who asks is refused too."""
    plugin: Any = registry.hook.run_action.get_hookimpls()[0].plugin
    closed = len(plugin.closed)

    with pytest.raises(NotAllowed) as caught:
        call(runner.acting_for(principal))

    assert isinstance(caught.value, ConnectorError)
    assert (caught.value.kind, caught.value.sent) == ("forbidden", False)
    assert heard(store, anns) == 0
    assert len(plugin.closed) == closed
    refused = store.trail.entries()[-1]
    assert (refused.what, refused.connection) == ("refused", anns)


@pytest.mark.parametrize("principal", [None, ANN, EVE])
def test_connection_without_an_owner_is_for_anyone(
    runner: Runner, principal: Principal | None
) -> None:
    runner.connect("ours", "echo", "token", SETTINGS)

    assert runner.acting_for(principal).run("ours", "say", {"text": "hi"})["output"]["heard"] == 1


def test_the_owner_uses_and_changes_it(runner: Runner, store: ConnectionStore, anns: str) -> None:
    for_ann = runner.acting_for(ANN)

    assert for_ann.run(anns, "say", {"text": "hi"})["output"]["heard"] == 1
    for_ann.reconnect(anns, {"room": "new", "token": "t"})

    assert store.get(anns).settings["room"] == "new"
    assert store.get(anns).access == Access("ann")


@pytest.mark.parametrize(("users", "groups"), [(["bob"], []), ([], ["sales"])])
def test_shared_user_can_use_but_not_change(
    runner: Runner, store: ConnectionStore, anns: str, users: list[str], groups: list[str]
) -> None:
    admin, for_bob = ConnectionAdmin(store, ANN), runner.acting_for(BOB)
    admin.share(anns, users, groups)

    assert for_bob.run(anns, "say", {"text": "hi"})["output"]["heard"] == 1
    with pytest.raises(NotAllowed, match="'bob' may not change the connection 'anns' of 'ann'"):
        for_bob.reconnect(anns, SETTINGS)
    with pytest.raises(NotAllowed, match="'eve' may not use"):
        runner.acting_for(EVE).run(anns, "say", {"text": "hi"})

    admin.unshare(anns, users, groups)
    with pytest.raises(NotAllowed):
        for_bob.run(anns, "say", {"text": "hi"})


@pytest.mark.parametrize("principal", [None, BOB])
def test_only_the_owner_renames_shares_gives_and_removes(
    store: ConnectionStore, anns: str, principal: Principal | None
) -> None:
    ConnectionAdmin(store, ANN).share(anns, ["bob"], [])
    admin = ConnectionAdmin(store, principal)

    for change in (
        lambda: admin.rename(anns, "bobs"),
        lambda: admin.share(anns, ["eve"], []),
        lambda: admin.unshare(anns, ["bob"], []),
        lambda: admin.transfer_ownership(anns, "bob"),
        lambda: admin.transfer_ownership(anns, None),
        lambda: admin.remove(anns),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert store.get(anns).access == Access("ann", frozenset({"bob"}))


def test_ownership_is_transferred_and_given_up(store: ConnectionStore, anns: str) -> None:
    ConnectionAdmin(store, ANN).transfer_ownership(anns, "bob")
    with pytest.raises(NotAllowed):
        ConnectionAdmin(store, ANN).transfer_ownership(anns, "ann")
    ConnectionAdmin(store, BOB).share(anns, ["ann"], [])
    ConnectionAdmin(store, BOB).transfer_ownership(anns, None)

    assert store.get(anns).access == Access()


def test_list_shows_only_usable_connections(
    runner: Runner, store: ConnectionStore, anns: str
) -> None:
    runner.connect("ours", "echo", "token", SETTINGS)

    def visible(principal: Principal | None) -> list[str]:
        return [summary.name for summary in ConnectionAdmin(store, principal).visible()]

    assert (visible(ANN), visible(BOB), visible(None)) == (
        ["anns", "ours"],
        ["ours"],
        ["anns", "ours"],
    )


def test_connection_without_an_owner_cannot_be_shared(
    runner: Runner, store: ConnectionStore
) -> None:
    runner.connect("ours", "echo", "token", SETTINGS)

    with pytest.raises(BadInput, match="has no owner: anyone may use it"):
        ConnectionAdmin(store).share("ours", ["bob"], [])
    with pytest.raises(BadInput, match="Name at least one"):
        ConnectionAdmin(store).share("ours", [], [])


def test_removing_a_connection_removes_its_shares(store: ConnectionStore, anns: str) -> None:
    """Another one of the same name is shared with nobody."""
    ConnectionAdmin(store, ANN).share(anns, ["bob"], ["sales"])
    ConnectionAdmin(store, ANN).remove(anns)

    with pytest.raises(UnknownName):
        store.get(anns)
    again = store.add(
        anns, connector="echo", method="token", settings={}, secrets={}, credentials={}, owner="eve"
    )
    assert again.access == Access("eve")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101, "\x1b[31m"])
def test_rejects_an_invalid_user(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be the name of a user"):
        Principal(name)
    with pytest.raises(BadInput, match="cannot be the name of a user"):
        Principal("ann", [name])


PEOPLE = st.sampled_from(["ann", "bob", "eve"])
GROUPS = st.frozensets(st.sampled_from(["sales", "support"]))


@given(st.none() | PEOPLE, st.frozensets(PEOPLE), GROUPS, PEOPLE, GROUPS)
def test_sharing_never_reduces_access(
    owner: str | None, users: frozenset[str], groups: frozenset[str], user: str, own: frozenset[str]
) -> None:
    """Law: who may use it still may once it is shared with more; nobody else with nobody more."""
    principal = Principal(user, own)
    narrow, wide = Access(owner, users, groups), Access(owner, users | {"zoe"}, groups | {"ops"})

    assert narrow.allows(principal) == wide.allows(principal)
    assert not Access(owner).allows(principal) or narrow.allows(principal)
    assert Access(owner, users, groups).allows(None) == (owner is None)
