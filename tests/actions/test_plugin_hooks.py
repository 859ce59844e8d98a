"""The plugin as a host calls it: whose hooks they are, and what is pooled between calls."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pluggy
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.scripted_org import ScriptedOrg, TokenOrg, answer, bearer, expired, refused

from connector_host import hookspecs
from salesforce_actions.plugin import SalesforceConnector
from salesforce_actions.pooled import MAX_CLIENTS
from salesforce_connector.errors import Rejected, Unavailable

READ = {"sobject": "Account", "id": "001000000000001"}
CALLBACK = "http://127.0.0.1:8910/callback"


def plugin_for(org: ScriptedOrg) -> SalesforceConnector:
    return SalesforceConnector(transport=org, async_transport=org)


def run(
    plugin: SalesforceConnector, stored: AcmeConnection, action: str = "get_record", **context: Any
) -> Any:
    inputs = READ if action == "get_record" else {}
    result = plugin.run_action("salesforce", action, stored, inputs, context)
    assert result is not None
    return result


def run_on_a_loop(plugin: SalesforceConnector, stored: AcmeConnection) -> Any:
    async def main() -> Any:
        started = plugin.run_action_async("salesforce", "get_record", stored, READ, {})
        assert started is not None
        return await started

    return asyncio.run(main())


HOOKS: Mapping[str, Callable[[SalesforceConnector], object]] = {
    "check_settings": lambda plugin: plugin.check_settings("other", "x", {}),
    "begin_authorization": lambda each: each.begin_authorization("other", "x", {}, CALLBACK),
    "finish_authorization": lambda each: each.finish_authorization("other", "x", {}, {}, ""),
    "test_connection_with_progress": lambda each: each.test_connection_with_progress(
        "other", AcmeConnection(), print
    ),
    "test_connection": lambda each: each.test_connection("other", AcmeConnection()),
    "run_action": lambda each: each.run_action("other", "x", AcmeConnection(), {}, {}),
    "run_action_async": lambda each: each.run_action_async("other", "x", AcmeConnection(), {}, {}),
    "close_connection": lambda each: each.close_connection("other", AcmeConnection(), True),
}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_answers_none_for_another_connector(hook: str) -> None:
    org = TokenOrg()

    assert HOOKS[hook](plugin_for(org)) is None
    assert org.requests == []


def test_each_hook_is_one_of_the_contracts() -> None:
    """A name or an argument that the contract has not would never be called."""
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin_for(TokenOrg()))

    manager.check_pending()

    assert {
        hookcaller.name for hookcaller in manager.get_hookcallers(manager.get_plugins().pop()) or ()
    } >= {
        *HOOKS,
        "connector_manifest",
    }
    assert SalesforceConnector.contract_version == hookspecs.CONTRACT_VERSION


@pytest.mark.parametrize(
    ("action", "remedy"), [("creat_record", "'create_record'"), ("xyzzy", "Use one of: query, ")]
)
def test_an_unknown_action_names_the_nearest_or_all(action: str, remedy: str) -> None:
    with pytest.raises(Rejected) as raised:
        run(plugin_for(TokenOrg()), AcmeConnection(), action)

    assert raised.value.code == "UNKNOWN_ACTION"
    assert raised.value.fields == ("action",)
    assert remedy in raised.value.remedy


def test_a_connection_that_does_not_fit_is_reported_when_it_is_used() -> None:
    org = TokenOrg()

    with pytest.raises(Rejected):
        run(plugin_for(org), AcmeConnection(settings={"my_domain_url": "evil.example"}))

    assert org.requests == []


def test_a_method_that_needs_no_browser_cannot_be_begun_in_one() -> None:
    with pytest.raises(Rejected) as raised:
        plugin_for(TokenOrg()).begin_authorization(
            "salesforce", "client_credentials", AcmeConnection().settings, CALLBACK
        )

    assert raised.value.code == "NOT_INTERACTIVE"


def test_signs_in_in_two_steps_that_may_be_processes_apart() -> None:
    settings = AcmeConnection().settings
    granted = answer(200, {**SIGNED_IN, "signature": "x"})
    begun = plugin_for(TokenOrg()).begin_authorization(
        "salesforce", "authorization_code", settings, CALLBACK
    )
    assert begun is not None
    callback = f"{CALLBACK}?code=CODE&state={begun['pending']['state']}"

    credentials = plugin_for(ScriptedOrg(lambda _: granted)).finish_authorization(
        "salesforce", "authorization_code", settings, begun["pending"], callback
    )

    assert credentials == SIGNED_IN


def test_returns_the_result_in_the_form_of_the_contract() -> None:
    assert run(plugin_for(TokenOrg()), AcmeConnection()) == {
        "output": {"record": {"by": "ACCESS-1"}},
        "usage": {"calls": 1, "limit_used": None, "limit_max": None, "limit_left": None},
        "warnings": [],
    }


def test_explains_instead_of_sending() -> None:
    org = TokenOrg()

    explained = run(plugin_for(org), AcmeConnection({}), explain=True)

    assert explained["output"]["calls"][0]["url"].endswith("/sobjects/Account/001000000000001")
    assert org.requests == []


def test_the_next_call_of_a_connection_reuses_its_client() -> None:
    """The host hands over a new object each time; the id tells that it is the same connection."""
    org = TokenOrg()
    plugin = plugin_for(org)
    first = AcmeConnection({}, method="client_credentials")
    again = AcmeConnection({}, method="client_credentials")
    again.id = first.id

    run(plugin, first)
    run(plugin, again)

    assert len(org.token_requests) == 1


def test_settings_that_have_changed_make_a_new_client() -> None:
    """A token of the old address or the old app is not used for the new one."""
    org = TokenOrg()
    plugin = plugin_for(org)
    first = AcmeConnection({}, method="client_credentials")
    changed = AcmeConnection({}, method="client_credentials", settings={"consumer_key": "3MVG9-2"})
    changed.id = first.id

    run(plugin, first)
    run(plugin, changed)

    assert [request["client_id"] for request in org.token_requests] == ["3MVG9-key", "3MVG9-2"]


def test_a_new_sign_in_is_used_by_the_next_run() -> None:
    """The settings are the same: credentials alone say that somebody has signed in anew."""
    org = ScriptedOrg(lambda request: answer(200, {"by": bearer(request)}))
    plugin = plugin_for(org)
    first = AcmeConnection()
    outputs = [run(plugin, first)["output"], run_on_a_loop(plugin, first)["output"]]
    for changes in (
        {"access_token": "ACCESS-8"},
        {"access_token": "ACCESS-9", "id": "https://login.salesforce.com/id/00D/005OTHER"},
    ):
        again = AcmeConnection({**SIGNED_IN, **changes})
        again.id = first.id
        outputs += [run(plugin, again)["output"], run_on_a_loop(plugin, again)["output"]]

    assert [output["record"]["by"] for output in outputs] == [
        *["ACCESS-1"] * 2,
        *["ACCESS-8"] * 2,
        *["ACCESS-9"] * 2,
    ]


def test_another_users_sign_in_inherits_no_cached_data() -> None:
    """A describe shows what its user may see."""
    described: list[str] = []

    def script(request: httpx.Request) -> httpx.Response:
        described.append(bearer(request))
        return answer(200, {"sobjects": []}, ETag="1")

    plugin = plugin_for(ScriptedOrg(script))
    first = AcmeConnection()
    other = AcmeConnection(
        {**SIGNED_IN, "access_token": "ACCESS-9", "id": "https://login.salesforce.com/id/00D/005X"}
    )
    other.id = first.id

    for stored in (first, first, other):
        plugin.run_action("salesforce", "list_objects", stored, {}, {})

    assert described[-1] == "ACCESS-9"


def test_two_connections_share_no_token() -> None:
    org = ScriptedOrg(lambda request: answer(200, {"by": bearer(request)}))
    plugin = plugin_for(org)

    outputs = [
        run(plugin, AcmeConnection({**SIGNED_IN, "access_token": token}))["output"]
        for token in ("ACCESS-A", "ACCESS-B")
    ]

    assert outputs == [{"record": {"by": "ACCESS-A"}}, {"record": {"by": "ACCESS-B"}}]


@pytest.mark.slow
def test_the_clients_that_were_used_least_lately_are_let_go() -> None:
    """A host with any number of connections needs no more memory than for the bound."""
    plugin = plugin_for(TokenOrg())

    def use(stored: AcmeConnection) -> weakref.ref[AcmeConnection]:
        run(plugin, stored, explain=True)
        return weakref.ref(stored)

    used_twice = AcmeConnection()
    once, twice = use(AcmeConnection()), use(used_twice)
    for _ in range(MAX_CLIENTS - 2):
        use(AcmeConnection())
    use(used_twice)
    del used_twice
    gc.collect()
    assert once() is not None

    use(AcmeConnection())
    use(AcmeConnection())
    gc.collect()

    assert once() is None
    assert twice() is not None


def test_test_connection_reports_what_is_wrong_with_the_settings() -> None:
    report = plugin_for(TokenOrg()).test_connection(
        "salesforce", AcmeConnection(settings={"consumer_key": ""})
    )

    assert report is not None
    assert report["ok"] is False


def test_test_connection_asks_salesforce_again_after_a_refusal() -> None:
    """Somebody has changed Setup and presses the button again."""
    versions = [{"label": "Winter '27", "version": "68.0"}]
    org = ScriptedOrg(
        lambda request: (
            answer(200, versions)
            if request.url.path == "/services/data"
            else refused("invalid_client_id")
        )
    )
    plugin = plugin_for(org)
    stored = AcmeConnection({}, method="client_credentials")
    for _ in range(2):
        with pytest.raises(Rejected):
            run(plugin, stored)
    assert len(org.token_requests) == 1

    report = plugin.test_connection("salesforce", stored)

    assert report is not None
    assert {check["id"]: check["status"] for check in report["checks"]}["sign_in"] == "failed"
    assert len(org.token_requests) == 2


def test_closing_twice_is_no_error() -> None:
    plugin = plugin_for(TokenOrg())
    stored = AcmeConnection()
    run(plugin, stored)

    assert plugin.close_connection("salesforce", stored, revoke=False) is True
    assert plugin.close_connection("salesforce", stored, revoke=False) is True
    assert stored.credentials == SIGNED_IN


def test_closing_with_revoke_ends_the_sign_in_at_salesforce_and_forgets_it() -> None:
    org = ScriptedOrg(lambda _: answer(200))
    plugin, stored = plugin_for(org), AcmeConnection()

    assert plugin.close_connection("salesforce", stored, revoke=True) is True
    assert plugin.close_connection("salesforce", stored, revoke=True) is True

    assert {request.url.path for request in org.requests} == {"/services/oauth2/revoke"}
    assert [request.content for request in org.requests] == [b"token=REFRESH-1", b"token=ACCESS-1"]
    assert stored.credentials == {}


def test_a_revocation_that_is_not_confirmed_forgets_nothing() -> None:
    """The sign-in may still be good there, so it must not be lost here."""
    stored = AcmeConnection()

    with pytest.raises(Unavailable) as raised:
        plugin_for(ScriptedOrg(lambda _: answer(503))).close_connection("salesforce", stored, True)

    assert raised.value.code == "REVOKE_FAILED"
    assert "Setup" in raised.value.remedy
    assert stored.credentials == SIGNED_IN


def test_one_sign_in_serves_loop_after_loop_and_threads() -> None:
    """Each loop has clients of its own; the second finds the token that the first has saved."""
    org = TokenOrg()
    org.end_session()
    plugin, stored = plugin_for(org), AcmeConnection()

    results = [run_on_a_loop(plugin, stored) for _ in range(3)] + [run(plugin, stored)]

    assert {result["output"]["record"]["by"] for result in results} == {"ACCESS-2"}
    assert len(org.token_requests) == 1


def test_an_unknown_action_is_reported_on_a_loop_too() -> None:
    async def main() -> None:
        plugin = plugin_for(ScriptedOrg(lambda _: expired()))
        started = plugin.run_action_async("salesforce", "quer", AcmeConnection(), {}, {})
        assert started is not None
        with pytest.raises(Rejected, match="'query'"):
            await started

    asyncio.run(main())
