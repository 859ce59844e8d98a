"""Each way that an org refuses a sign-in: the fault is switched on, and the message is read.

A row is a fault of the local org's, what a builder is told of it, and where it says to look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.auth.oauth_error_lookup import from_page
from salesforce_connector.errors import ConnectorError
from salesforce_emulator.identity import Identity, RefreshPolicy, identity_of
from salesforce_emulator.identity.browser_user import BrowserUser, Lost
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

CALLBACK = "http://127.0.0.1:8910/callback"
PERSON, APP = "authorization_code", "client_credentials"
POLICIES, OAUTH_SETTINGS = "Policies > OAuth Policies", "Settings > OAuth Settings"

Switch = Callable[[Org, Identity], object]


def sales(identity: Identity) -> str:
    return next(login.username for login in identity.logins if login.username.startswith("sales"))


def app(name: str, **switches: Any) -> Switch:
    return lambda _, identity: identity.apps.change(name, **switches)


def person(**attributes: Any) -> Switch:
    return lambda _, identity: identity.logins.change(sales(identity), **attributes)


def robot(**attributes: Any) -> Switch:
    def switch(_: Org, identity: Identity) -> None:
        identity.logins.change(identity.apps["automation"].run_as or "", **attributes)

    return switch


def later(**span: float) -> Switch:
    return lambda org, _: org.clock.advance(timedelta(**span))


def worn_out(_: Org, identity: Identity) -> None:
    identity.rates.most = 0


def deactivate(org: Org, identity: Identity) -> None:
    org.db.execute('UPDATE "User" SET "IsActive" = 0 WHERE "Username" = ?', (sales(identity),))


def sign_in_five_times(_: Org, identity: Identity) -> None:
    user = identity.user_named(sales(identity))
    assert user is not None
    for _number in range(5):
        identity.approve(identity.apps["sync"], user, ("api", "refresh_token"))


def revoke_all(_: Org, identity: Identity) -> None:
    user = identity.user_named(sales(identity))
    assert user is not None
    for grant in identity.grants.of(identity.apps["sync"].consumer_key, user.id):
        identity.revoke_grant(grant.id)


@dataclass(frozen=True)
class Fault:
    """A fault and how it is told.

    Attributes:
        switch: Turns it on.
        cause: Words of the message.
        place: Words of the remedy: where in Setup, or what to do.
        settings: Of the connection, changed.
        decline: The person presses Deny.
    """

    switch: Switch
    cause: str
    place: str
    settings: dict[str, Any] = field(default_factory=dict)
    decline: bool = False


NOTHING: Switch = lambda _org, _identity: None  # noqa: E731 - a row of a table
TODAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

# What Salesforce sends the browser back with, or says at the exchange of the code.
AT_SIGN_IN: dict[str, Fault] = {
    "denied": Fault(NOTHING, "pressed Deny", "press Allow", decline=True),
    "scope": Fault(
        NOTHING, "a scope that the app does not have", "OAuth Scopes", {"scopes": ["api", "web"]}
    ),
    "wrong secret": Fault(
        NOTHING, "secret is wrong", "Consumer Key and Secret", {"consumer_secret": "x"}
    ),
    "no secret": Fault(
        NOTHING, "secret is wrong, missing", "Require secret", {"consumer_secret": ""}
    ),
}

# What Salesforce shows on a page of its own: the browser does not come back.
ON_A_PAGE: dict[str, Fault] = {
    "unknown key": Fault(
        NOTHING, "does not know the consumer key", "Check the key", {"consumer_key": "3MVG9x"}
    ),
    "not arrived yet": Fault(
        app("sync", propagating_until=datetime(2126, 1, 1, tzinfo=UTC)),
        "does not know the consumer key",
        "last 10 minutes",
    ),
    "wrong callback": Fault(
        app("sync", callback_urls=("https://elsewhere.example/callback",)),
        "callback URL is not one of the app's",
        f"{OAUTH_SETTINGS} > Callback URL",
    ),
    "blocked": Fault(app("sync", blocked=True), "blocked this app", "Connected Apps OAuth Usage"),
    "not installed": Fault(
        app("sync", installed=False), "not installed", "Approve Uninstalled Connected Apps"
    ),
    "not approved": Fault(
        app("sync", permitted_users="admin_approved"), "may not approve", "Connected Apps OAuth"
    ),
    "flow off": Fault(app("sync", flows=frozenset()), "may not approve this app", "Setup >"),
}

# Between consent and the exchange of the code.
AT_EXCHANGE: dict[str, Fault] = {
    "expired code": Fault(later(minutes=16), "Too much time", "again"),
    "frozen": Fault(person(frozen=True), "deactivated or frozen", "Setup > Users"),
    "addresses": Fault(person(ip_ranges=("10.0.0.0/8",)), "from this server", "Login IP Ranges"),
    "rate": Fault(worn_out, "too often", "Wait 30 minutes"),
    "secret of none": Fault(
        app("sync", consumer_secret=None), "secret is wrong", "Require secret for Web Server Flow"
    ),
}

# When the session has ended and is refreshed.
AT_REFRESH: dict[str, Fault] = {
    "revoked": Fault(revoke_all, "no longer valid", "Sign in again"),
    "a sixth sign-in": Fault(sign_in_five_times, "sixth sign-in", "Sign in again"),
    "policy at once": Fault(
        app("sync", refresh_token_policy=RefreshPolicy("immediately")), "policy", POLICIES
    ),
    "policy idle": Fault(
        app("sync", refresh_token_policy=RefreshPolicy("idle", timedelta(hours=1))),
        "expired by the app's policy",
        POLICIES,
    ),
    "deactivated": Fault(deactivate, "deactivated or frozen", "Setup > Users"),
    "frozen": Fault(person(frozen=True), "deactivated or frozen", "Setup > Users"),
    "addresses": Fault(person(ip_ranges=("10.0.0.0/8",)), "from this server", "IP Relaxation"),
    "hours": Fault(person(login_hours=(time(2), time(2, 1))), "not at this hour", "Login Hours"),
    "not approved": Fault(
        app("sync", permitted_users="admin_approved"), "administrator has approved", POLICIES
    ),
    "secret changed": Fault(
        app("sync", consumer_secret="NEW"), "not the newest", "Consumer Key and Secret"
    ),
    "blocked": Fault(app("sync", blocked=True), "blocked this app", "Connected Apps OAuth Usage"),
    "deleted": Fault(
        lambda _, identity: identity.apps.remove("sync"), "does not know the consumer key", "Check"
    ),
    "rate": Fault(worn_out, "too often", "Wait 30 minutes"),
    "API off for the user": Fault(
        person(api_enabled=False), "not enabled for this User", "API Enabled"
    ),
    "password": Fault(person(password_expired=True), "password has expired", "Reset Password"),
}

AS_THE_APP: dict[str, Fault] = {
    "no Run As user": Fault(app("automation", run_as=None), "no Run As user", POLICIES),
    "flow off": Fault(
        app("automation", flows=frozenset({"authorization_code"})), "is off", "Flow Enablement"
    ),
    "no scope": Fault(app("automation", scopes=("web",)), "no OAuth scope", "OAuth Scopes"),
    "not installed": Fault(
        app("automation", installed=False), "does not know the consumer key", "installed"
    ),
    "blocked": Fault(app("automation", blocked=True), "blocked", "Connected Apps OAuth Usage"),
    "wrong secret": Fault(NOTHING, "secret is wrong", "Copy it again", {"consumer_secret": "x"}),
    "unknown key": Fault(NOTHING, "consumer key", "My Domain URL", {"consumer_key": "3MVG9x"}),
    "frozen": Fault(robot(frozen=True), "deactivated or frozen", "Setup > Users"),
    "addresses": Fault(robot(ip_ranges=("10.0.0.0/8",)), "from this server", "Login IP Ranges"),
    "rate": Fault(worn_out, "too often", "Wait 30 minutes"),
    "API off for the user": Fault(
        robot(api_enabled=False), "not enabled for this User", "API Enabled"
    ),
    "API off for the org": Fault(
        lambda _, identity: setattr(identity.policy, "api_enabled", False), "not enabled", "edition"
    ),
}


def check_error(error: ConnectorError, fault: Fault) -> None:
    """Hold an error to its row; nothing secret is in it."""
    assert fault.cause in error.message
    assert fault.place in error.remedy
    assert error.code
    if "Setup > External" in error.remedy and error.kind == "forbidden":
        assert "administrator" in error.remedy
    assert "5Aep" not in str(error)
    assert "00D" not in str(error)


def visitor(org: Org, browser: httpx.Client) -> BrowserUser:
    login = identity_of(org).logins[sales(identity_of(org))]
    return BrowserUser(browser, login.username, login.password or "")


def begin(connector: SalesforceConnector, settings: dict[str, Any]) -> dict[str, Any]:
    begun = connector.begin_authorization("salesforce", PERSON, settings, CALLBACK)
    assert begun is not None
    return begun


def finish(
    connector: SalesforceConnector, settings: dict[str, Any], begun: dict[str, Any], callback: str
) -> dict[str, Any]:
    result = connector.finish_authorization(
        "salesforce", PERSON, settings, begun["pending"], callback
    )
    assert result is not None
    return result


@pytest.mark.parametrize("fault", AT_SIGN_IN.values(), ids=AT_SIGN_IN)
def test_at_the_sign_in(connector: SalesforceConnector, local_org: Org, fault: Fault) -> None:
    settings = {**app_settings(local_org, "sync"), **fault.settings}
    fault.switch(local_org, identity_of(local_org))
    begun = begin(connector, settings)
    with httpx.Client(transport=OrgTransport(local_org)) as browser:
        callback = visitor(local_org, browser).authorize(
            begun["url"], CALLBACK, allow=not fault.decline
        )
    with pytest.raises(ConnectorError) as raised:
        finish(connector, settings, begun, callback)
    check_error(raised.value, fault)


@pytest.mark.parametrize("fault", ON_A_PAGE.values(), ids=ON_A_PAGE)
def test_on_a_page_of_the_orgs(
    connector: SalesforceConnector, local_org: Org, fault: Fault
) -> None:
    """The host never hears of it; who pastes the page, or its address, is told the same."""
    settings = {**app_settings(local_org, "sync"), **fault.settings}
    fault.switch(local_org, identity_of(local_org))
    with httpx.Client(transport=OrgTransport(local_org)) as browser:
        person = visitor(local_org, browser)
        with pytest.raises(Lost):
            person.authorize(begin(connector, settings)["url"], CALLBACK)
    error = from_page(person.pages[-1])
    assert error is not None
    check_error(error, fault)


@pytest.mark.parametrize("fault", AT_EXCHANGE.values(), ids=AT_EXCHANGE)
def test_at_the_exchange(connector: SalesforceConnector, local_org: Org, fault: Fault) -> None:
    settings = app_settings(local_org, "sync")
    begun = begin(connector, settings)
    with httpx.Client(transport=OrgTransport(local_org)) as browser:
        callback = visitor(local_org, browser).authorize(begun["url"], CALLBACK)
    fault.switch(local_org, identity_of(local_org))
    with pytest.raises(ConnectorError) as raised:
        finish(connector, settings, begun, callback)
    check_error(raised.value, fault)


@pytest.mark.parametrize("fault", AT_REFRESH.values(), ids=AT_REFRESH)
def test_at_a_refresh(connector: SalesforceConnector, local_org: Org, fault: Fault) -> None:
    local_org.clock.set(TODAY)
    settings = app_settings(local_org, "sync")
    begun = begin(connector, settings)
    with httpx.Client(transport=OrgTransport(local_org)) as browser:
        callback = visitor(local_org, browser).authorize(begun["url"], CALLBACK)
    connection = MemoryConnection(PERSON, settings, finish(connector, settings, begun, callback))
    local_org.clock.advance(timedelta(hours=3))
    fault.switch(local_org, identity_of(local_org))
    with pytest.raises(ConnectorError) as raised:
        connector.run_action("salesforce", "list_objects", connection, {}, {})
    check_error(raised.value, fault)


@pytest.mark.parametrize("fault", AS_THE_APP.values(), ids=AS_THE_APP)
def test_as_the_app(connector: SalesforceConnector, local_org: Org, fault: Fault) -> None:
    fault.switch(local_org, identity_of(local_org))
    settings = {**app_settings(local_org, "automation"), **fault.settings}
    with pytest.raises(ConnectorError) as raised:
        connector.run_action("salesforce", "list_objects", MemoryConnection(APP, settings), {}, {})
    check_error(raised.value, fault)
