"""The five products of the mission sign in through the connector, each in its own way.

Seen with the local org, whose pages are filled in as a person would.
"""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import Forbidden, Rejected, Unauthorized
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.browser_user import BrowserUser, Lost
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

CALLBACK = "http://127.0.0.1:8910/callback"
METHOD = "authorization_code"


def consent(org: Org, url: str, who: str = "sales", *, allow: bool = True) -> str:
    """Sign in at the org's pages as a person; give the callback URL."""
    login = next(login for login in identity_of(org).logins if login.username.startswith(who))
    with httpx.Client(transport=OrgTransport(org)) as browser:
        visitor = BrowserUser(browser, login.username, login.password or "")
        return visitor.authorize(url, CALLBACK, allow=allow)


def sign_in(connector: SalesforceConnector, org: Org, settings: dict[str, Any]) -> MemoryConnection:
    started = connector.begin_authorization("salesforce", METHOD, settings, CALLBACK)
    assert started is not None
    callback = consent(org, started["url"])
    credentials = connector.finish_authorization(
        "salesforce", METHOD, settings, started["pending"], callback
    )
    return MemoryConnection(METHOD, settings, credentials)


def create(connector: SalesforceConnector, connection: MemoryConnection) -> Any:
    inputs = {"sobject": "Lead", "fields": {"LastName": "Doe", "Company": "Acme"}}
    return connector.run_action("salesforce", "create_record", connection, inputs, {})


@pytest.mark.parametrize(
    ("app", "scopes"),
    [
        ("helpdesk", ["api", "refresh_token"]),
        ("automation", ["api", "refresh_token"]),
        ("sync", ["api", "refresh_token"]),
        ("platform", ["api", "id", "refresh_token"]),
        ("crm-sync", ["api", "web", "refresh_token"]),
    ],
)
def test_signs_in_as_a_person_works_and_continues_after_the_session(
    connector: SalesforceConnector, local_org: Org, app: str, scopes: list[str]
) -> None:
    settings = {**app_settings(local_org, app), "scopes": scopes}
    connection = sign_in(connector, local_org, settings)
    first = connection.credentials
    assert create(connector, connection)["output"]["id"].startswith("00Q")

    local_org.clock.advance(timedelta(hours=3))  # the session's default is two hours

    assert create(connector, connection)["output"]["id"].startswith("00Q")
    assert connection.credentials["access_token"] != first["access_token"]
    rotates = identity_of(local_org).apps[app].refresh_token_rotation
    assert (connection.credentials["refresh_token"] != first["refresh_token"]) is rotates


def test_the_platforms_one_app_serves_several_users(
    connector: SalesforceConnector, local_org: Org
) -> None:
    settings = app_settings(local_org, "platform")
    ids = set()
    for who in ("admin", "sales"):
        started = connector.begin_authorization("salesforce", METHOD, settings, CALLBACK)
        assert started is not None
        callback = consent(local_org, started["url"], who)
        credentials = connector.finish_authorization(
            "salesforce", METHOD, settings, started["pending"], callback
        )
        assert credentials is not None
        ids.add(credentials["id"])
    assert len(ids) == 2


def test_automation_signs_in_as_its_run_as_user_and_again_after_the_session(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = MemoryConnection("client_credentials", app_settings(local_org, "automation"))
    create(connector, connection)
    local_org.clock.advance(timedelta(hours=3))
    create(connector, connection)
    first, second = connection.saved
    assert first["access_token"] != second["access_token"]
    assert "refresh_token" not in second


def test_a_denied_consent_reports_so(connector: SalesforceConnector, local_org: Org) -> None:
    settings = app_settings(local_org, "sync")
    started = connector.begin_authorization("salesforce", METHOD, settings, CALLBACK)
    assert started is not None
    callback = consent(local_org, started["url"], allow=False)
    with pytest.raises(Unauthorized, match="pressed Deny"):
        connector.finish_authorization("salesforce", METHOD, settings, started["pending"], callback)


@pytest.mark.parametrize(
    ("app", "change", "error", "text"),
    [
        ("helpdesk", {"consumer_secret": ""}, Rejected, "consumer secret is wrong, missing"),
        ("helpdesk", {"consumer_secret": "wrong"}, Rejected, "consumer secret is wrong, missing"),
        ("crm-sync", {"consumer_secret": "made-up"}, Rejected, "consumer secret is wrong, missing"),
    ],
)
def test_a_wrong_secret_is_reported_at_the_exchange(
    connector: SalesforceConnector,
    local_org: Org,
    app: str,
    change: dict[str, str],
    error: type[Exception],
    text: str,
) -> None:
    settings = {**app_settings(local_org, app), **change}
    with pytest.raises(error, match=text):
        sign_in(connector, local_org, settings)


def test_an_unknown_key_and_a_wrong_callback_stop_at_the_orgs_own_page(
    connector: SalesforceConnector, local_org: Org
) -> None:
    settings = app_settings(local_org, "sync")
    for wrong, callback, status in (
        ({**settings, "consumer_key": "3MVG9.made.up"}, CALLBACK, 400),
        (settings, "http://127.0.0.1:8910/elsewhere", 400),
    ):
        started = connector.begin_authorization("salesforce", METHOD, wrong, callback)
        assert started is not None
        with pytest.raises(Lost, match=f"stopped at .* with {status}"):
            consent(local_org, started["url"])


def test_client_credentials_say_what_the_app_lacks(
    connector: SalesforceConnector, local_org: Org
) -> None:
    """No Run As user, the flow switched off, and a wrong secret each have a remedy of their own."""
    apps = identity_of(local_org).apps
    cases: tuple[tuple[dict[str, Any], type[Exception], str], ...] = (
        ({"run_as": None}, Forbidden, "has no Run As user"),
        ({"flows": frozenset({"authorization_code"})}, Forbidden, "flow is off for this app"),
        ({"scopes": ("web",)}, Forbidden, "no OAuth scope"),
    )
    sound = {"run_as": apps["automation"].run_as, "flows": apps["automation"].flows}
    for switches, error, text in cases:
        apps.change("automation", **{**sound, **switches})
        connection = MemoryConnection("client_credentials", app_settings(local_org, "automation"))
        with pytest.raises(error, match=text) as caught:
            create(connector, connection)
        assert "Setup" in str(caught.value)
        assert connection.saved == []


def test_the_login_host_is_refused_before_anything_is_sent(
    connector: SalesforceConnector, local_org: Org
) -> None:
    settings = {
        **app_settings(local_org, "automation"),
        "my_domain_url": "https://login.salesforce.com",
    }
    with pytest.raises(Rejected, match="not serve client credentials"):
        create(connector, MemoryConnection("client_credentials", settings))


def test_revoking_ends_the_sign_in_at_the_org(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = sign_in(connector, local_org, app_settings(local_org, "sync"))
    stolen = MemoryConnection(METHOD, connection.settings, connection.credentials)
    connector.close_connection("salesforce", connection, revoke=True)
    assert connection.credentials == {}
    with pytest.raises(Unauthorized, match="no longer valid"):
        create(connector, stolen)
